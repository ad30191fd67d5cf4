//! How far a plan may go: a profile, and what the caller allows or forbids on top of it (DESIGN "Plan").

use super::worth::Worth;
use crate::catalogue::Tier;
use crate::levers::Lever;
use crate::money::{Money, Unit};

/// How much a plan may ask of the agents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RiskProfile {
    /// The agent knows the same and the same model answers.
    Conservative,
    /// Also isolation, light context and a lighter model of a provider in use.
    #[default]
    Balanced,
    /// Also longer intervals, active hours, and any model within reach, local ones included.
    Aggressive,
}

/// What a plan may choose from; by default the profile `balanced` and nothing more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The profile.
    pub profile: RiskProfile,
    /// The longest interval in milliseconds in place of the profile's; the present one is always allowed.
    pub longest_ms: Option<u64>,
    /// Intervals down to this many milliseconds, even below the present one.
    pub shortest_ms: Option<u64>,
    /// Levers that stay as they are.
    pub keep: Vec<Lever>,
    /// Further candidates, as a config would name them.
    pub models: Vec<String>,
    /// The least tier of a model.
    pub min_tier: Option<Tier>,
    /// The hours in which agents may run: minutes after midnight in the user's zone.
    pub active_hours: Option<(u16, u16)>,
    /// Change only what brings all agents together under this amount a month.
    pub budget: Option<Money>,
    /// Change no more than it takes to keep heartbeats, with the jobs beside them, under this share of what a flat plan
    /// allows, in percent.
    pub fit: Option<Money>,
    /// The jobs that run beside heartbeats do not count towards `fit`.
    pub heartbeats_only: bool,
    /// What an agent must save a month for each step that is taken away from it (`worth`).
    pub worth: Option<Money>,
    /// The same in millions of input-equivalent tokens, for an agent without a known price.
    pub worth_tokens: Option<Money>,
    /// Switching an agent off is a choice.
    pub allow_off: bool,
    /// Plan for this agent only.
    pub only: Option<String>,
    /// What the budget counts in; by default what the first enrolled agent is billed in.
    pub unit: Option<Unit>,
}

const HOUR: u64 = 3_600_000;
/// What a step is worth where nobody says: one unit, which of tokens is a million.
pub const USUAL_WORTH: Worth = Worth(Money::from_pico(1_000_000_000_000));

impl Bounds {
    /// Whether not the best is taken but what keeps to an amount or a share.
    pub(super) fn picks_another(&self) -> bool {
        self.budget.is_some() || self.fit.is_some()
    }

    /// Whether a lever may be moved at all.
    pub fn may_move(&self, lever: Lever) -> bool {
        let is_asked = lever == Lever::Model && !self.models.is_empty();
        let within_profile = self.profile != RiskProfile::Conservative || lever.is_cautious() || is_asked;
        within_profile && !self.keep.contains(&lever)
    }

    /// What a step is worth in a unit. A budget says itself for what changes are made, so that under one nothing else has to.
    pub fn worth(&self, unit: Unit) -> Worth {
        match unit {
            Unit::Tokens => self.worth_tokens.map_or(USUAL_WORTH, Worth),
            Unit::Usd | Unit::Credits => {
                let usual = if self.budget.is_some() { Worth(Money::ZERO) } else { USUAL_WORTH };
                self.worth.map_or(usual, Worth)
            }
        }
    }

    /// The longest interval in milliseconds.
    pub fn longest_ms(&self) -> u64 {
        // How long it takes to fit is known only when it does.
        let fitting = self.fit.map(|_| 24 * HOUR);
        self.longest_ms.or(fitting).unwrap_or(match self.profile {
            RiskProfile::Conservative | RiskProfile::Balanced => 2 * HOUR,
            RiskProfile::Aggressive => 4 * HOUR,
        })
    }
}
