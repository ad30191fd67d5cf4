//! What is looked up once for an agent or a model, whatever the levers: prices, windows, and the load at each end of the
//! range.

use std::sync::Arc;

use super::super::cache::Caching;
use super::super::estimate::AgentPrices;
use crate::catalogue::{Match, MinuteLimit, Price};
use crate::gateway::Agent;
use crate::gateway::model_ref::ModelRef;
use crate::workload::{Profile, Spread};

/// A model as far as tokens depend on it, and its price.
#[derive(Clone, Debug)]
pub struct PricedModel {
    /// Its number among those of a costing.
    pub id: usize,
    /// What the catalogue says.
    pub found: Match,
    /// How its route caches.
    pub caching: Caching,
    /// One of Anthropic's, by its name or the catalogue's.
    pub is_claude: bool,
    /// Tokens of a thousand times four characters.
    pub tokens_per_mille: u64,
    /// Tokens below which it caches nothing.
    pub cache_minimum: u64,
    /// What the plan that pays for it, or one that may, passes a minute.
    pub minute_limit: Option<MinuteLimit>,
}

/// An agent with what is looked up once for it.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The agent.
    pub agent: &'a Agent,
    /// Its load along the range.
    pub spread: Spread,
    /// The context window of its primary model in tokens: its chat is compacted by that (R35).
    pub(super) primary_window: Option<u64>,
    /// The hidden recap that its shared runs carry, if they do (M5, L9).
    pub recap: Option<Recap>,
}

/// The hidden recap of a shared run.
#[derive(Clone, Debug)]
pub struct Recap {
    /// The model that writes it.
    pub model: ModelRef,
    /// What that one costs, if it is known.
    pub price: Option<Price>,
}

/// One end or the middle of the range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Light load, the best that caching may do, the fewest ticks.
    Low,
    /// The same with nobody to talk to.
    Idle,
    /// Typical load under what is counted on.
    Typical,
    /// Heavy load under what is counted on, the most ticks.
    High,
    /// The same where the vendor bills what it puts into its own cache.
    Worst,
}

impl Subject<'_> {
    /// The load at one level of the range.
    pub fn profile(&self, level: Level) -> &Arc<Profile> {
        match level {
            Level::Idle => &self.spread.idle,
            Level::Low => &self.spread.low,
            Level::Typical => &self.spread.typical,
            Level::High | Level::Worst => &self.spread.high,
        }
    }

    /// The prices of its calls when this is its model's. A recap that is billed in another unit has no price in this one.
    pub fn prices<'p>(&'p self, model: &'p Price) -> AgentPrices<'p> {
        let recap = self.recap.as_ref().and_then(|recap| recap.price.as_ref());
        AgentPrices { model, recap: recap.filter(|price| price.unit == model.unit) }
    }
}

impl PricedModel {
    /// Its price at one level of the range.
    pub fn price(&self, level: Level) -> Option<&Price> {
        let at_best = self.found.at_best.as_ref().filter(|_| matches!(level, Level::Idle | Level::Low));
        at_best.or(self.found.price.as_ref())
    }
}
