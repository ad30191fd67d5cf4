//! What a plan worked out, shared by all agents of a config: the models it may choose, what a month costs with each, and
//! how long a choice waits. The months themselves are remembered by the costing.

use std::collections::HashMap;
use std::sync::Arc;

use crate::gateway::Agent;
use crate::gateway::active_hours::ActiveHours;
use crate::gateway::model_ref::ModelRef;
use crate::gateway::retention::Retention;
use crate::money::Money;
use crate::releases::duration::Interval;
use crate::simulate::costing::{Choice, Costing, Counted, PricedModel};

/// Models, the costs of months, and delays.
#[derive(Debug, Default)]
pub struct Memory {
    /// Every model is counted in input-equivalent tokens instead of its price.
    in_tokens: bool,
    /// Those that are counted so.
    models: HashMap<usize, Arc<PricedModel>>,
    costs: HashMap<(usize, usize), Money>,
    delays: HashMap<(Interval, ActiveHours), Delay>,
}

/// Mean and worst, in milliseconds.
type Delay = Option<(u64, u64)>;

impl Memory {
    /// One for agents without a known price.
    pub fn in_tokens() -> Self {
        Memory { in_tokens: true, ..Memory::default() }
    }

    /// Whether it counts in tokens.
    pub fn counts_tokens(&self) -> bool {
        self.in_tokens
    }

    /// A model as an agent uses it, under a retention.
    pub fn model(
        &mut self,
        costing: &Costing<'_>,
        agent: &Agent,
        model: &ModelRef,
        retention: Retention,
    ) -> Arc<PricedModel> {
        let priced = costing.model(Some(agent), model, retention);
        if !self.in_tokens {
            return priced;
        }
        Arc::clone(self.models.entry(priced.id).or_insert_with(|| costing.in_tokens(&priced)))
    }

    /// The cost of a month with a model, if it was remembered.
    pub fn cost(&self, month: &Counted, model: &PricedModel) -> Option<Money> {
        self.costs.get(&(month.id, model.id)).copied()
    }

    /// The delay under a choice, if it was remembered: it depends on interval and hours only.
    pub fn delay(&self, choice: &Choice) -> Option<Delay> {
        self.delays.get(&(choice.every, choice.window.clone())).copied()
    }

    /// Remembers the delay under a choice.
    pub fn remember_delay(&mut self, choice: &Choice, delay: Delay) {
        self.delays.insert((choice.every, choice.window.clone()), delay);
    }

    /// Remembers the cost of a month with a model.
    pub fn remember(&mut self, month: &Counted, model: &PricedModel, cost: Money) {
        self.costs.insert((month.id, model.id), cost);
    }
}
