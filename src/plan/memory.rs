//! What a plan looked up and simulated, shared by all agents of a config. Tokens depend on the schedule, the context
//! levers, the load and how a route caches, not on the price, so each such month is simulated once and then priced for
//! every model and agent that shares it.

use std::collections::HashMap;
use std::rc::Rc;

use crate::gateway::active_hours::Window;
use crate::gateway::model_ref::ModelRef;
use crate::gateway::reset::Reset;
use crate::gateway::retention::Retention;
use crate::money::Money;
use crate::releases::Version;
use crate::releases::duration::Interval;
use crate::releases::measured::Wire;
use crate::simulate::cache::Scheme;
use crate::simulate::costing::{Choice, Costing, PricedModel};
use crate::simulate::estimate::{self, Tally};
use crate::simulate::prompt::Parts;
use crate::simulate::{Scenario, SkipReason};
use crate::workload::Profile;

/// Models, months and their costs.
#[derive(Debug, Default)]
pub struct Memory {
    /// Every model is counted in input-equivalent tokens instead of its price.
    in_tokens: bool,
    models: HashMap<ModelRef, HashMap<Retention, Rc<KnownModel>>>,
    months: HashMap<Month, Rc<Counted>>,
    costs: HashMap<(usize, usize), Money>,
    delays: HashMap<(Interval, Window), Delay>,
}

/// Mean and worst, in milliseconds.
type Delay = Option<(u64, u64)>;

/// A model that was looked up.
#[derive(Debug)]
pub struct KnownModel {
    id: usize,
    /// What the look-up said.
    pub priced: PricedModel,
}

/// A month that was simulated.
#[derive(Debug)]
pub struct Counted {
    id: usize,
    /// What it adds up to.
    pub tally: Tally,
}

/// All that decides the tokens of a month, within one config and period: when it runs, what is sent, how it is cached
/// and counted, and the load.
type Month = (
    (Option<u64>, Window, Option<SkipReason>),
    (Parts, Version, Wire, bool, bool),
    (Scheme, u64, u64, [Option<u64>; 2]),
    (Profile, bool, Reset),
);

fn month(scenario: &Scenario<'_>) -> Month {
    // Every field is named, so that a new one cannot be forgotten here. Those left out are the same for the whole config.
    let &Scenario {
        behaviour: _,
        period: _,
        anchor: _,
        moments: _,
        zone: _,
        // They come from the load and the sizes.
        tasks: _,
        task_message: _,
        every,
        window,
        always_skipped,
        isolated,
        parts,
        sizes,
        scheme,
        profile,
        holds_chat,
        windows,
        tokens_per_mille,
        recap,
        reset,
        cache_minimum,
    } = scenario;
    (
        (every, window.clone(), always_skipped),
        (parts, sizes.version, sizes.wire, isolated, recap),
        (scheme, tokens_per_mille, cache_minimum, windows),
        (profile.clone(), holds_chat, reset),
    )
}

impl Memory {
    /// One for agents without a known price.
    pub fn in_tokens() -> Self {
        Memory { in_tokens: true, ..Memory::default() }
    }

    /// Whether it counts in tokens.
    pub fn counts_tokens(&self) -> bool {
        self.in_tokens
    }

    /// A model under a retention.
    pub fn model(&mut self, costing: &Costing<'_>, model: &ModelRef, retention: Retention) -> Rc<KnownModel> {
        if let Some(known) = self.models.get(model).and_then(|known| known.get(&retention)) {
            return Rc::clone(known);
        }
        let id = self.models.values().map(HashMap::len).sum();
        let priced = costing.model(model, retention);
        let priced = if self.in_tokens { costing.in_tokens(&priced) } else { priced };
        let known = Rc::new(KnownModel { id, priced });
        self.models.entry(model.clone()).or_default().insert(retention, Rc::clone(&known));
        known
    }

    /// The counts of a scenario.
    pub fn month(&mut self, scenario: &Scenario<'_>) -> Rc<Counted> {
        let id = self.months.len();
        let counted = || Rc::new(Counted { id, tally: estimate::tally(scenario) });
        Rc::clone(self.months.entry(month(scenario)).or_insert_with(counted))
    }

    /// The cost of a month with a model, if it was remembered.
    pub fn cost(&self, month: &Counted, model: &KnownModel) -> Option<Money> {
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
    pub fn remember(&mut self, month: &Counted, model: &KnownModel, cost: Money) {
        self.costs.insert((month.id, model.id), cost);
    }
}
