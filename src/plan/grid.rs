//! What an agent's month costs under every interval, context, candidate model and cache retention: the plan's search laid
//! out for a reader to try, in what the plan counts in. Each cell of money is what a report on a config with those values
//! says.

use super::bounds::Bounds;
use super::candidates::{self, INTERVALS};
use super::reach::Reach;
use super::retention;
use super::search::Search;
use super::searched::compared_in;
use super::{Memories, why_not};
use crate::gateway::model_ref::ModelRef;
use crate::gateway::retention::Retention;
use crate::gateway::{Agent, Gateway};
use crate::levers::Lever;
use crate::money::{Money, Unit};
use crate::releases::duration::Interval;
use crate::simulate::costing::{Choice, Costing};

/// Models in a grid; the present and the recommended one are always among them.
pub const MOST_MODELS: usize = 12;

/// The contexts of a row, in its order: `isolatedSession`, `lightContext`.
pub const CONTEXTS: [(bool, bool); 4] = [(false, false), (false, true), (true, false), (true, true)];

/// One agent's months.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// What its months are counted in.
    pub unit: Unit,
    /// The settings as they are.
    pub present: Choice,
    /// The intervals, shortest first.
    pub beats: Vec<Beat>,
    /// The models, the present one first.
    pub models: Vec<Variants>,
    /// Candidates that were left out because they are too many.
    pub left_out: usize,
    /// The settings that the release does not use.
    pub unused: Vec<Lever>,
}

/// An interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beat {
    /// How often.
    pub every: Interval,
    /// Runs in the month.
    pub runs: u64,
    /// Mean and longest wait from an event to the next run, in milliseconds.
    pub delay: Option<(u64, u64)>,
}

/// A model under each retention.
#[derive(Clone, Debug, PartialEq)]
pub struct Variants {
    /// Which.
    pub model: ModelRef,
    /// The catalogue's name.
    pub name: Option<String>,
    /// The retention that the file gives it.
    pub as_is: Retention,
    /// First as the file has it, then the retentions that can be asked for, if the release reads the key.
    pub retentions: Vec<GridColumn>,
}

/// A model under one retention.
#[derive(Clone, Debug, PartialEq)]
pub struct GridColumn {
    /// What is asked for; `None` is as the file has it.
    pub asked: Option<Retention>,
    /// The typical month for each interval in each of [`CONTEXTS`]; `None` where a price is unknown.
    pub months: Vec<[Option<Money>; 4]>,
}

/// The grid of one agent in a unit of money, or in tokens where its months are no money; or why there is none.
/// `recommended` is a model that must be in it.
pub fn grid(
    costing: &Costing<'_>,
    agent: &Agent,
    unit: Unit,
    bounds: &Bounds,
    recommended: Option<&ModelRef>,
    memories: &mut Memories,
) -> Result<Grid, String> {
    if let Some(why) = why_not(costing, agent) {
        return Err(why);
    }
    let subject = costing.subject(agent);
    let counted = compared_in(costing, &subject, memories);
    let subject = match counted {
        Unit::Tokens => subject.in_tokens(costing),
        other if other == unit => subject,
        _ => return Err(format!("it is not billed in {unit}")),
    };
    let memory = memories.of(counted);
    let space = candidates::space(costing, &subject, bounds, &Reach::new(costing, bounds), memory);
    let as_is = space.models.iter().filter(|model| !model.asks_retention);
    let mut models: Vec<&ModelRef> = as_is.map(|model| &model.model).collect();
    let unused = unused(costing.gateway, agent);
    if unused.contains(&Lever::Model) {
        models.truncate(1);
    }
    let left_out = models.len().saturating_sub(MOST_MODELS);
    if let Some(at) = models.iter().position(|model| Some(*model) == recommended).filter(|at| *at >= MOST_MODELS) {
        models.swap(at, MOST_MODELS - 1);
    }
    models.truncate(MOST_MODELS);
    let mut search = Search::new(costing, &subject, memory);
    let every = intervals(space.present.every);
    let mut beats = Vec::new();
    for every in &every {
        let choice = Choice { every: *every, ..space.present.clone() };
        beats.push(Beat { every: *every, runs: search.month(&choice).0, delay: search.delay(&choice) });
    }
    let models = models.into_iter().map(|model| variants(&mut search, &space.present, model, &every));
    let models = models.collect();
    Ok(Grid { unit: counted, present: space.present, beats, models, left_out, unused })
}

fn unused(gateway: &Gateway, agent: &Agent) -> Vec<Lever> {
    let behaviour = &gateway.behaviour;
    let own = agent.own_block.is_some();
    let levers = [Lever::Model, Lever::CacheRetention, Lever::IsolatedSession, Lever::LightContext];
    levers.into_iter().filter(|lever| lever.used_from(behaviour, own).is_some()).collect()
}

fn intervals(present: Interval) -> Vec<Interval> {
    let mut every: Vec<Interval> = INTERVALS.into_iter().map(Interval::Every).collect();
    every.push(present);
    every.sort_by_key(|every| every.ms());
    every.dedup();
    every
}

fn variants(search: &mut Search<'_>, present: &Choice, model: &ModelRef, every: &[Interval]) -> Variants {
    let gateway = search.costing.gateway;
    let as_is = gateway.retention_of(search.subject.agent, model);
    let asked = retention::ASKED.into_iter().filter(|_| gateway.uses_retention(model)).map(Some);
    let retentions = std::iter::once(None).chain(asked).map(|asked| {
        let months = every.iter().map(|every| {
            CONTEXTS.map(|(isolated, light)| {
                let retention = asked.unwrap_or(as_is);
                let (every, model) = (*every, model.clone());
                search.month(&Choice { every, model, isolated, light, retention, ..present.clone() }).1
            })
        });
        GridColumn { asked, months: months.collect() }
    });
    let retentions = retentions.collect();
    let name = search.memory.model(search.costing, search.subject.agent, model, as_is).found.catalogue_name.clone();
    Variants { model: model.clone(), name, as_is, retentions }
}

impl Grid {
    /// Where the present interval stands among the beats.
    pub fn present_beat(&self) -> usize {
        self.beats.iter().position(|beat| beat.every == self.present.every).unwrap_or(0)
    }

    /// Where the present context stands in [`CONTEXTS`].
    pub fn present_context(&self) -> usize {
        let present = (self.present.isolated, self.present.light);
        CONTEXTS.iter().position(|context| *context == present).unwrap_or(0)
    }

    /// The month as it is.
    pub fn now(&self) -> Option<Money> {
        self.models.first()?.retentions.first()?.months.get(self.present_beat())?[self.present_context()]
    }
}
