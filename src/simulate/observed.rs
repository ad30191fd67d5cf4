//! What a gateway's records say of some days, beside what is simulated for the same days.

use serde::Serialize;

use super::Tokens;
use crate::money::Money;

/// The heartbeats on record and what they cost, at the prices of the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Observed {
    /// The first heartbeat, RFC 3339.
    pub from: String,
    /// The last one.
    pub to: String,
    /// Calendar days on which heartbeats ran.
    pub days: u64,
    /// Heartbeats that a model answered.
    pub heartbeats: u64,
    /// Their tokens.
    pub tokens: Tokens,
    /// What those cost; null where a price is unknown.
    pub cost: Option<Money>,
    /// The same hours simulated under the measured load.
    pub against: Simulated,
}

/// The same hours simulated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Simulated {
    /// Runs.
    pub heartbeats: u64,
    /// Their tokens, without those of hidden recaps, which no release stores any more.
    pub tokens: Tokens,
    /// What those cost; null where a price is unknown.
    pub cost: Option<Money>,
}

impl Observed {
    /// Takes in another agent's.
    pub fn with(self, other: Observed) -> Observed {
        if self.heartbeats == 0 {
            return other;
        }
        let sum = |mut a: Tokens, b: Tokens| {
            a += b;
            a
        };
        let both = |a: Option<Money>, b: Option<Money>| a.zip(b).map(|(a, b)| a + b);
        Observed {
            from: self.from.min(other.from),
            to: self.to.max(other.to),
            days: self.days.max(other.days),
            heartbeats: self.heartbeats + other.heartbeats,
            tokens: sum(self.tokens, other.tokens),
            cost: both(self.cost, other.cost),
            against: Simulated {
                heartbeats: self.against.heartbeats + other.against.heartbeats,
                tokens: sum(self.against.tokens, other.against.tokens),
                cost: both(self.against.cost, other.against.cost),
            },
        }
    }
}

/// What comes without a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum UnscheduledKind {
    /// What people ask.
    Chat,
    /// Agents that another one starts.
    Subagents,
    /// Calls from outside.
    Hooks,
    /// Heartbeats that an event wakes between two ticks.
    Wakes,
}

impl UnscheduledKind {
    /// All of them, in the order in which they are told.
    pub const ALL: [UnscheduledKind; 4] =
        [UnscheduledKind::Chat, UnscheduledKind::Subagents, UnscheduledKind::Hooks, UnscheduledKind::Wakes];
}

/// What of it is on record, of one agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedUse {
    /// What it is.
    pub kind: UnscheduledKind,
    /// Whose it is.
    pub agent: String,
    /// Turns.
    pub turns: u64,
    /// Those that follow within minutes on a heartbeat that called tools: it woke itself.
    pub self_woken: u64,
    /// The requests of all of them.
    pub requests: u64,
    /// The tokens of those.
    pub tokens: Tokens,
    /// What those cost at the prices of the catalogue; `None` where one is unknown, or in another unit.
    pub cost: Option<Money>,
    /// For how many milliseconds the gateway's records reach.
    pub span_ms: u64,
}
