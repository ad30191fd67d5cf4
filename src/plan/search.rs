//! The exact search: every combination of the space is priced, and the cheapest is taken after paying for what it takes
//! away, where a model that the file does not name or another vendor makes has to save more than that, and so has another
//! interval where tasks decide what runs. Ties go to the fewest changes, then to changes of the earlier levers, then to the
//! order of the candidates (DESIGN "Plan").

use std::sync::Arc;

use super::candidates::{CandidateModel, Space};
use super::memory::Memory;
use super::worth::{Means, Worth};
use crate::catalogue::Price;
use crate::gateway::model_ref::ModelRef;
use crate::levers::Lever;
use crate::money::{Figure, Money, Unit};
use crate::releases::measured::Wire;
use crate::simulate::Scenario;
use crate::simulate::cache::Scheme;
use crate::simulate::costing::{Choice, Costing, Counted, Level, PricedModel, Subject};
use crate::simulate::estimate::{self, AgentPrices};

/// The search over one agent.
pub struct Search<'a> {
    /// What everything is costed under.
    pub costing: &'a Costing<'a>,
    /// The agent.
    pub subject: &'a Subject<'a>,
    /// What was looked up and simulated so far.
    pub memory: &'a mut Memory,
}

/// A combination of the space with its cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Priced {
    /// Which.
    pub at: At,
    /// The typical cost of its month.
    pub cost: Money,
    /// The same with what its model must save to be preferred.
    pub weighed: Money,
    /// What it takes away, from the settings as they are.
    pub forgone: Money,
    /// How intrusive it is.
    pub rank: Rank,
}

impl Priced {
    /// What a plan is chosen by.
    pub fn all_in(&self) -> Money {
        self.weighed + self.forgone
    }
}

/// A combination by the positions of its values in the space; all are 0 for the settings as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct At {
    /// In `every`.
    pub every: usize,
    window: usize,
    light: usize,
    isolated: usize,
    model: usize,
}

impl At {
    /// Whether the values of one list differ, and no others.
    pub fn differs_once(self, other: At) -> bool {
        let values = |at: At| [at.every, at.window, at.light, at.isolated, at.model];
        values(self).iter().zip(values(other)).filter(|(one, other)| **one != *other).count() == 1
    }

    /// Whether everything but model and retention is as it is.
    pub fn has_present_schedule_and_context(self) -> bool {
        [self.every, self.window, self.light, self.isolated] == [0; 4]
    }
}

/// How many levers a choice moves, and which: the more intrusive ones weigh more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// Levers moved.
    pub changes: u32,
    /// The sum of their weights.
    pub weight: u32,
}

/// More than all levers together.
const OFF_WEIGHT: u32 = 1 << Lever::ALL.len();

impl Space {
    /// The choice at a position.
    pub fn choice(&self, at: At) -> Choice {
        let model = &self.models[at.model];
        Choice {
            every: self.every[at.every],
            window: self.windows[at.window].clone(),
            light: self.light[at.light],
            isolated: self.isolated[at.isolated],
            model: model.model.clone(),
            retention: model.retention,
            asks_retention: model.asks_retention,
        }
    }

    /// Every schedule and context with one model.
    pub(super) fn schedules(&self, model: usize) -> impl Iterator<Item = At> {
        let [everies, windows, lights, isolations] =
            [self.every.len(), self.windows.len(), self.light.len(), self.isolated.len()];
        let at = move |number: usize| At {
            every: number / (windows * lights * isolations),
            window: number / (lights * isolations) % windows,
            light: number / isolations % lights,
            isolated: number % isolations,
            model,
        };
        (0..everies * windows * lights * isolations).map(at)
    }

    /// The model and retention at a position.
    pub fn model(&self, at: At) -> &CandidateModel {
        &self.models[at.model]
    }

    /// What its interval must save to be preferred, beside costing less.
    fn every_reluctance(&self, at: At) -> Money {
        if at.every > 0 { self.every_reluctance } else { Money::ZERO }
    }

    /// Whether a combination is within the bounds, and not only shown.
    pub fn allows(&self, at: At) -> bool {
        at.every < self.every_allowed
    }

    /// What an agent has at a position, where an event waits for `delay`.
    fn means(&self, at: At, delay: Money) -> Means<'_> {
        let model = &self.models[at.model];
        Means {
            conversation: !self.isolated[at.isolated],
            files: !self.light[at.light],
            window: &self.windows[at.window],
            model: &model.model,
            vendor: &model.vendor,
            delay,
        }
    }

    /// Which of a lever's values a combination has: equal numbers, equal values.
    pub fn position(&self, at: At, lever: Lever) -> usize {
        let same_model = |model: &CandidateModel| model.model == self.models[at.model].model;
        match lever {
            Lever::CacheRetention => self.models[at.model].retention as usize,
            Lever::Every => at.every,
            Lever::ActiveHours => at.window,
            Lever::LightContext => at.light,
            Lever::IsolatedSession => at.isolated,
            Lever::Model => self.models.iter().position(same_model).unwrap_or(at.model),
        }
    }

    /// How intrusive a combination is. The present values come first in each list.
    fn rank(&self, at: At) -> Rank {
        let model = &self.models[at.model];
        // Nothing is more intrusive than switching off, though it is a value of `every`.
        let off = if self.every[at.every].ms().is_none() { OFF_WEIGHT } else { 0 };
        let start = Rank { changes: 0, weight: off };
        let moved = [
            (Lever::CacheRetention, model.asks_retention),
            (Lever::Every, at.every > 0),
            (Lever::ActiveHours, at.window > 0),
            (Lever::LightContext, at.light > 0),
            (Lever::IsolatedSession, at.isolated > 0),
            (Lever::Model, model.model != self.present.model),
        ];
        moved
            .into_iter()
            .filter(|(_, moved)| *moved)
            .fold(start, |rank, (lever, _)| Rank { changes: rank.changes + 1, weight: rank.weight + lever.weight() })
    }
}

impl<'a> Search<'a> {
    /// The search over one agent.
    pub fn new(costing: &'a Costing<'a>, subject: &'a Subject<'a>, memory: &'a mut Memory) -> Self {
        Search { costing, subject, memory }
    }

    /// An amount in what this search counts in.
    pub fn figure(&self, amount: Money) -> Figure {
        let unit = match self.memory.counts_tokens() {
            true => Unit::Tokens,
            false => self.costing.unit_of(self.subject.agent),
        };
        Figure { amount, unit }
    }

    /// A model, looked up once.
    pub fn known(&mut self, choice: &Choice) -> Arc<PricedModel> {
        self.memory.model(self.costing, self.subject.agent, &choice.model, choice.retention)
    }

    /// The typical cost of a choice; `None` without all prices, or where the model's window or a limit of its
    /// provider is too small for what it would be sent.
    pub fn cost(&mut self, choice: &Choice) -> Option<Money> {
        let known = self.known(choice);
        let scenario = self.scenario(choice, &known);
        let month = self.costing.counted(&scenario);
        let is_present = choice.model == self.subject.agent.settings.model.value;
        let is_refused = !is_present && self.costing.is_refused(self.subject, choice, &known);
        let fits = self.fits(&month, &choice.model) && !is_refused;
        let count = |_: &Self, prices: AgentPrices<'_>| estimate::cost(&scenario, &month.tally, prices);
        fits.then(|| self.billed(&month, &known, count)).flatten()
    }

    /// The typical cost of a scenario that no choice of levers makes; `None` without all prices.
    pub fn cost_of(&mut self, scenario: &Scenario<'_>, known: &PricedModel) -> Option<Money> {
        let month = self.costing.counted(scenario);
        self.billed(&month, known, |_, prices| estimate::cost(scenario, &month.tally, prices))
    }

    /// What a report on a config with that choice says: its runs and typical cost, even where the model's window is too
    /// small.
    pub fn month(&mut self, choice: &Choice) -> (u64, Option<Money>) {
        let known = self.known(choice);
        let scenario = self.scenario(choice, &known);
        let month = self.costing.counted(&scenario);
        let count = |_: &Self, prices: AgentPrices<'_>| estimate::cost(&scenario, &month.tally, prices);
        (month.tally.runs, self.billed(&month, &known, count))
    }

    /// Whether heartbeats at a position cost nothing however many there are.
    pub fn is_free(&self, space: &Space, at: At) -> bool {
        let runs = space.every[at.every].ms().is_some();
        runs && space.model(at).known.found.price.as_ref().is_some_and(Price::is_zero)
    }

    /// The typical scenario of a choice.
    pub fn scenario<'s>(&self, choice: &'s Choice, known: &PricedModel) -> Scenario<'s>
    where
        'a: 's,
    {
        self.costing.scenario(self.subject, choice, known, Level::Typical, None)
    }

    /// A model that the conversation outgrows is too small for what it would be sent, unless it is sent that already.
    fn fits(&self, month: &Counted, model: &ModelRef) -> bool {
        month.tally.compactions == 0 || *model == self.subject.agent.settings.model.value
    }

    /// What a month costs with a model: counted once, then remembered.
    fn billed(
        &mut self,
        month: &Counted,
        known: &PricedModel,
        count: impl FnOnce(&Self, AgentPrices<'_>) -> Option<Money>,
    ) -> Option<Money> {
        let price = known.found.price.as_ref()?;
        if let Some(cost) = self.memory.cost(month, known) {
            return Some(cost);
        }
        let cost = count(self, self.subject.prices(price))?;
        self.memory.remember(month, known, cost);
        Some(cost)
    }

    /// Mean and worst reaction delay under a choice, in milliseconds; `None` when nothing ever runs.
    pub fn delay(&mut self, choice: &Choice) -> Option<(u64, u64)> {
        if let Some(delay) = self.memory.delay(choice) {
            return delay;
        }
        let known = self.known(choice);
        let delay = self.costing.delay(&self.scenario(choice, &known));
        self.memory.remember_delay(choice, delay);
        delay
    }

    /// Every combination that has a cost, in the order of the candidates.
    pub fn all(&mut self, space: &Space) -> Vec<Priced> {
        let mut all = Vec::new();
        let mut months: Vec<(Class, MonthsOfModel)> = Vec::new();
        let scales = self.scales(space);
        for (position, model) in space.models.iter().enumerate() {
            let class = class(model);
            if !months.iter().any(|(of, _)| *of == class) {
                months.push((class, self.months(space, position)));
            }
            let Some((_, months)) = months.iter().find(|(of, _)| *of == class) else { continue };
            let is_present = model.model == space.present.model;
            let fits = |month: &Counted| is_present || month.tally.compactions == 0;
            for (at, month) in months.iter().filter(|(_, month)| fits(month)) {
                let at = At { model: position, ..*at };
                if !is_present && self.costing.is_refused(self.subject, &space.choice(at), &model.known) {
                    continue;
                }
                let cost = self.billed(month, &model.known, |search, prices| {
                    let choice = space.choice(at);
                    estimate::cost(&search.scenario(&choice, &model.known), &month.tally, prices)
                });
                all.extend(cost.map(|cost| scales.weigh(at, cost)));
            }
        }
        all
    }

    /// What the combinations of a space are weighed with.
    pub(super) fn scales<'s>(&mut self, space: &'s Space) -> Scales<'s> {
        Scales { delays: self.delays(space), space }
    }

    /// What the mean delay of each interval in each window is worth, window by window.
    fn delays(&mut self, space: &Space) -> Vec<Money> {
        let period = self.costing.period;
        let whole = u64::try_from(period.end.duration_since(period.start).as_millis()).unwrap_or(u64::MAX);
        let mut delays = Vec::new();
        for every in &space.every {
            for window in &space.windows {
                let choice = Choice { every: *every, window: window.clone(), ..space.present.clone() };
                let mean = match space.worth {
                    // Nothing is compared with it.
                    Worth(Money::ZERO) => 0,
                    _ => self.delay(&choice).map_or(whole, |(mean, _)| mean),
                };
                delays.push(space.worth.height(mean));
            }
        }
        delays
    }

    /// The months of one model under every schedule and context.
    fn months(&self, space: &Space, model: usize) -> MonthsOfModel {
        let month = |at: At| {
            let choice = space.choice(at);
            (at, self.costing.counted(&self.scenario(&choice, &space.models[model].known)))
        };
        space.schedules(model).map(month).collect()
    }
}

/// What the combinations of a space are weighed with.
pub(super) struct Scales<'s> {
    pub(super) space: &'s Space,
    /// What the mean delay of each interval in each window is worth, window by window.
    delays: Vec<Money>,
}

impl Scales<'_> {
    fn delay(&self, at: At) -> Money {
        self.delays[at.every * self.space.windows.len() + at.window]
    }

    /// A combination that costs so much.
    pub(super) fn weigh(&self, at: At, cost: Money) -> Priced {
        let space = self.space;
        let present = space.means(At::default(), self.delay(At::default()));
        let forgone = match space.every[at.every].ms() {
            Some(_) => space.worth.forgone(&present, &space.means(at, self.delay(at))),
            None => Money::ZERO,
        };
        let weighed = cost + space.model(at).reluctance + space.every_reluctance(at);
        Priced { at, cost, weighed, forgone, rank: space.rank(at) }
    }
}

/// The months of one model.
type MonthsOfModel = Vec<(At, Arc<Counted>)>;

/// What a month's tokens take from the model.
pub(super) type Class = (Wire, Scheme, u64, Option<u64>, u64);

pub(super) fn class(model: &CandidateModel) -> Class {
    let priced = &model.known;
    (
        priced.caching.wire,
        priced.caching.expected,
        priced.tokens_per_mille,
        priced.found.context_window,
        priced.cache_minimum,
    )
}

/// The best of some combinations: the cheapest after paying for what it takes away.
pub fn best<'p>(all: impl IntoIterator<Item = &'p Priced>) -> Option<&'p Priced> {
    all.into_iter().min_by_key(|priced| by_all_in(priced))
}

/// What the best is told by.
pub(super) fn by_all_in(priced: &Priced) -> (Money, Rank) {
    (priced.all_in(), priced.rank)
}

/// The cheapest of some combinations, where a model that is further from the file counts as that much more expensive.
pub fn cheapest<'p>(all: impl IntoIterator<Item = &'p Priced>) -> Option<&'p Priced> {
    all.into_iter().min_by_key(|priced| by_cost(priced))
}

/// What the cheapest is told by.
pub(super) fn by_cost(priced: &Priced) -> (Money, Rank) {
    (priced.weighed, priced.rank)
}
