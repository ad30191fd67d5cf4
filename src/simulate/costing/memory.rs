//! What was looked up and simulated before. Agents that are alike have the same months, and tokens depend on the schedule,
//! the context levers, the load and how a route caches, not on the price: each such month is simulated once and then priced
//! for every model and agent that shares it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::PricedModel;
use crate::catalogue::Match;
use crate::gateway::model_ref::ModelRef;
use crate::gateway::retention::Retention;
use crate::simulate::Scenario;
use crate::simulate::calendars::{Known, known};
use crate::simulate::course::Courses;
use crate::simulate::estimate::Tally;
use crate::simulate::months::{MonthKey, Months};
use crate::simulate::spending::Spending;
use crate::simulate::usage::Timeline;

/// How an agent asks for a model: the retention, and the runtime that it pins for itself.
pub(super) type AskedAs<'a> = (Retention, Option<&'a str>);

/// A model with how it was asked for.
type KnownModel = ((Retention, Option<String>), Arc<PricedModel>);

/// Models and months of one reading of a config, in whatever order and by whomever they are asked for.
#[derive(Debug, Default)]
pub struct CostingMemory {
    found: Known<ModelRef, Arc<Match>>,
    models: Mutex<HashMap<ModelRef, Vec<KnownModel>>>,
    months: Known<MonthKey, Arc<Counted>>,
    pub(super) courses: Courses,
}

/// A month that was simulated.
#[derive(Debug)]
pub struct Counted {
    /// Its number among those of a costing.
    pub id: usize,
    /// What it adds up to.
    pub tally: Arc<Tally>,
    // Asked for by reports, and not by a plan that weighs a thousand months.
    timeline: OnceLock<Arc<Timeline>>,
    spending: Known<PaidBy, Spending>,
}

/// By which prices a month is paid: the number of the model, and the recap's model; neither where they are unknown.
type PaidBy = Option<(usize, Option<ModelRef>)>;

impl Counted {
    /// What is asked of models, moment by moment, in the scenario that this is the month of.
    pub(super) fn timeline(&self, scenario: &Scenario<'_>) -> Arc<Timeline> {
        Arc::clone(self.timeline.get_or_init(|| Arc::new(Timeline::of(scenario))))
    }

    /// Where its money goes by some prices, worked out if it was not before.
    pub(super) fn spending(&self, priced: &PaidBy, work_out: impl FnOnce() -> Spending) -> Spending {
        known(&self.spending, priced, work_out)
    }
}

impl CostingMemory {
    /// What the catalogue says of a model, asked if it was not before.
    pub(super) fn found(&self, model: &ModelRef, find: impl FnOnce() -> Match) -> Arc<Match> {
        known(&self.found, model, || Arc::new(find()))
    }

    /// A model as an agent asks for it, looked up if it was not before. `look_up` gets its number, and the same model under
    /// another retention where that is known.
    pub(super) fn model(
        &self,
        model: &ModelRef,
        asked @ (retention, own): AskedAs<'_>,
        look_up: impl FnOnce(usize, Option<&PricedModel>) -> PricedModel,
    ) -> Arc<PricedModel> {
        let mut models = self.models.lock().unwrap_or_else(PoisonError::into_inner);
        let is_asked = |((kept, runtime), _): &&KnownModel| (*kept, runtime.as_deref()) == asked;
        if let Some((_, known)) = models.get(model).and_then(|known| known.iter().find(is_asked)) {
            return Arc::clone(known);
        }
        let id = models.values().map(Vec::len).sum();
        let all = models.entry(model.clone()).or_default();
        let alike = all.iter().find(|((_, runtime), _)| runtime.as_deref() == own).map(|(_, known)| &**known);
        let priced = Arc::new(look_up(id, alike));
        all.push(((retention, own.map(str::to_owned)), Arc::clone(&priced)));
        priced
    }

    /// The counts of a scenario, whose ticks are those of its interval.
    pub(super) fn month(&self, all: &Months, scenario: &Scenario<'_>) -> Arc<Counted> {
        let mut months = self.months.lock().unwrap_or_else(PoisonError::into_inner);
        let (id, key) = (months.len(), MonthKey::of(scenario));
        let counted = |key: &MonthKey| {
            Arc::new(Counted {
                id,
                tally: all.tally(key, scenario),
                timeline: OnceLock::new(),
                spending: Known::default(),
            })
        };
        Arc::clone(months.entry(key).or_insert_with_key(counted))
    }
}
