//! The exact search. Tokens depend on the schedule, the context levers and how a route caches, not on the price, so
//! each such combination is simulated once and then priced for every model that shares it.

use std::collections::HashMap;

use super::candidates::{Model, Space};
use super::lever::Lever;
use crate::gateway::duration::Interval;
use crate::money::Money;
use crate::simulate::cache::Caching;
use crate::simulate::costing::{Choice, Costing, Level, PricedModel, Subject};
use crate::simulate::estimate::{self, Tally};

/// What the tokens of a month depend on.
type Key = (Interval, bool, bool, Caching, u64, Option<u64>);

/// The search over one agent, remembering what it simulated.
pub struct Search<'a> {
    costing: &'a Costing<'a>,
    /// The agent.
    pub subject: &'a Subject<'a>,
    tallies: HashMap<Key, Tally>,
}

impl<'a> Search<'a> {
    /// Nothing searched yet.
    pub fn new(costing: &'a Costing<'a>, subject: &'a Subject<'a>) -> Self {
        Search { costing, subject, tallies: HashMap::new() }
    }

    /// The typical cost of a choice; `None` without a price, or where the model's window is too small for what it
    /// would be sent.
    pub fn cost(&mut self, choice: &Choice) -> Option<Money> {
        let model = self.costing.model(&choice.model, choice.retention);
        self.cost_with(choice, &model)
    }

    fn cost_with(&mut self, choice: &Choice, model: &PricedModel) -> Option<Money> {
        let price = model.found.price.as_ref()?;
        let (costing, subject) = (self.costing, self.subject);
        let scenario = costing.scenario(subject, choice, model, Level::Typical, None);
        let key = (
            choice.every,
            choice.isolated,
            choice.light,
            model.caching,
            model.tokens_per_mille,
            model.found.context_window,
        );
        let tally = self.tallies.entry(key).or_insert_with(|| estimate::tally(&scenario));
        // A model that the conversation outgrows is too small for what it would be sent, unless it is sent that already.
        let fits = tally.compactions == 0 || choice.model == subject.agent.settings.model.value;
        fits.then(|| estimate::cost(&scenario, tally, subject.prices(price)))
    }

    /// When runs start under a choice, in milliseconds since the epoch.
    pub fn runs(&self, choice: &Choice) -> Vec<i64> {
        let model = self.costing.model(&choice.model, choice.retention);
        let scenario = self.costing.scenario(self.subject, choice, &model, Level::Typical, None);
        let mut runs = Vec::new();
        crate::simulate::simulate(&scenario, &mut |tick| {
            if tick.skip.is_none() {
                runs.push(tick.at);
            }
        });
        runs
    }

    /// The period that is covered.
    pub fn costing(&self) -> &'a Costing<'a> {
        self.costing
    }

    /// The cheapest choice of the space. Ties: fewest changes, then changes of the earlier levers, then the order of
    /// the candidates. `None` when the present settings have no cost.
    pub fn best(&mut self, present: &Choice, space: &Space) -> Option<Choice> {
        let mut best = (self.cost(present)?, rank(present, present), present.clone());
        for model in &space.models {
            for choice in combinations(present, &space.every, &space.isolated, &space.light, model) {
                let Some(cost) = self.cost_with(&choice, &model.priced) else { continue };
                let rank = rank(present, &choice);
                if (cost, rank) < (best.0, best.1) {
                    best = (cost, rank, choice);
                }
            }
        }
        Some(best.2)
    }
}

/// All choices with one model.
pub(super) fn combinations<'s>(
    present: &'s Choice,
    every: &'s [Interval],
    isolated: &'s [bool],
    light: &'s [bool],
    model: &'s Model,
) -> impl Iterator<Item = Choice> + 's {
    let levers = every.iter().flat_map(move |every| {
        isolated.iter().flat_map(move |isolated| light.iter().map(move |light| (*every, *isolated, *light)))
    });
    levers.map(move |(every, isolated, light)| Choice {
        every,
        isolated,
        light,
        model: model.model.clone(),
        retention: if model.model == present.model { present.retention } else { model.retention },
    })
}

/// How many levers a choice changes, and which: the more intrusive ones weigh more.
fn rank(present: &Choice, choice: &Choice) -> (u32, u32) {
    let changed: Vec<Lever> = Lever::differing(present, choice).collect();
    let weight = changed.iter().map(|lever| 1 << (*lever as u32)).sum();
    (changed.len() as u32, weight)
}
