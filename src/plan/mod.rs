//! The choice: for each agent the cheapest settings within bounds, found by searching the whole space, with what each
//! change saves, risks and gives up, and the keys to write so that no other agent is touched.

pub mod advice;
mod best_first;
pub mod bounds;
pub mod budget;
pub mod candidates;
pub mod confidence;
pub mod explain;
pub mod fit;
pub mod frontier;
pub mod grid;
mod interchangeable;
pub mod memory;
mod need;
pub mod newcomer;
pub mod placement;
pub mod popular;
pub mod reach;
pub mod retention;
pub mod runner_up;
pub mod saved;
pub mod search;
mod searched;
pub mod worth;

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::bill::windows::Asks;
use crate::document::{Change, KeyPath};
use crate::gateway::Agent;
use crate::gateway::retention::Retention;
use crate::money::{Money, Unit};
use crate::simulate::SkipReason;
use crate::simulate::costing::{Choice, Costing};

pub use crate::levers::Lever;
pub use advice::{Advice, Loops, WorstDay};
pub use bounds::{Bounds, RiskProfile};
pub use explain::{Alone, Possible, Step};
pub use frontier::Point;
pub use newcomer::Newcomer;
pub use placement::{Placement, Unplaceable};
pub use popular::NotHere;
pub use searched::Memories;

use explain::WrittenRetention;
use memory::Memory;
use reach::Reach;
use search::{Priced, Search};
use searched::{SearchDepth, Searched, search_agents};

/// What is recommended for a config.
#[derive(Clone, Debug)]
pub struct Plan {
    /// One entry for each agent of the roster, in its order; `None` where nothing is recommended.
    pub agents: Vec<Option<AgentPlan>>,
    /// The keys to write, or why they cannot be written.
    pub placement: Result<Placement, Unplaceable>,
    /// What became of the budget, if there is one.
    pub budget: Option<budget::BudgetOutcome>,
    /// What became of the share of a flat plan that was asked for, if one was.
    pub fit: Option<fit::FitOutcome>,
    /// What could not be considered though it was asked for.
    pub notes: Vec<String>,
}

/// What is recommended for one agent.
#[derive(Clone, Debug)]
pub struct AgentPlan {
    /// The settings as they are.
    pub present: Choice,
    /// The best settings within the bounds.
    pub chosen: Choice,
    /// What its months are compared in: money, or input-equivalent tokens where no price is known or the price is 0.
    pub unit: Unit,
    /// What a typical month costs now.
    pub now: Money,
    /// What it costs then.
    pub then: Money,
    /// The same with what the model must save to be preferred and what is taken away: what the choice is made by.
    pub all_in: Money,
    /// The changes in lever order; their savings add up to the total.
    pub steps: Vec<Step>,
    /// What could be changed beside, for less than what it takes away is worth.
    pub also_possible: Arc<[Possible]>,
    /// Each lever alone, from the settings as they are.
    pub levers: Arc<[Alone]>,
    /// The cheapest choice for each reaction delay.
    pub frontier: Arc<[Point]>,
    /// Popular advice that would cost more here.
    pub not_here: Arc<[NotHere]>,
    /// What else would save, but holds for more than the heartbeats.
    pub advice: Vec<Advice>,
    /// The worst day, if heartbeats loop.
    pub loops: Option<Loops>,
}

/// Why no plan is made for an agent, if none is: it does not run now, or something that decides what it takes is unknown.
pub fn why_not(costing: &Costing<'_>, agent: &Agent) -> Option<String> {
    let settings = &agent.settings;
    if !agent.enrolment.is_enrolled() {
        return Some(agent.enrolment.to_string());
    }
    for (key, variable) in [("every", &settings.every.unresolved), ("model", &settings.model.unresolved)] {
        if let Some(variable) = variable {
            return Some(format!("{key} is {variable}, which nothing here sets"));
        }
    }
    if settings.every.value.ms().is_none() {
        return Some("its heartbeat is off".to_owned());
    }
    match costing.always_skipped(agent) {
        Some(SkipReason::TimerOverflow) => {
            let written = settings.every.value;
            Some(format!("its timer cannot count {written} and fires each millisecond: write every: \"0m\" for off"))
        }
        Some(SkipReason::NoDelivery) => Some(format!("no tick runs, {}", settings.delivery)),
        Some(reason) => Some(format!("no tick runs ({})", reason.name())),
        None => None,
    }
}

/// How much is said of a plan beside what it changes; more of it takes more work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Explanation {
    /// Nothing: what is written, and what it comes to.
    None,
    /// What each step saves, each lever alone, and what else could be changed.
    Steps,
    /// Also other delays, popular and further advice, and heartbeats that loop.
    Whole,
}

/// Plans for every agent of the config. `jobs` is what else its plans pay for, `config` is the file's own tree, `reread` gives
/// the tree that OpenClaw sees of a changed one.
pub fn plan(
    costing: &Costing<'_>,
    bounds: &Bounds,
    jobs: &[Asks],
    config: &Arc<Value>,
    reread: &placement::Reread<'_>,
    explanation: Explanation,
) -> Plan {
    let depth = if bounds.picks_another() { SearchDepth::Every } else { SearchDepth::Best(explanation) };
    plan_to((depth, explanation), costing, bounds, jobs, config, reread)
}

fn plan_to(
    (depth, explanation): (SearchDepth, Explanation),
    costing: &Costing<'_>,
    bounds: &Bounds,
    jobs: &[Asks],
    config: &Arc<Value>,
    reread: &placement::Reread<'_>,
) -> Plan {
    let reach = Reach::new(costing, bounds);
    let mut memories = Memories::default();
    let mut searched = search_agents(costing, bounds, &reach, &mut memories, depth);
    let budget = bounds.budget.map(|amount| budget::keep_to(costing, bounds, amount, &mut searched));
    let fit = bounds.fit.map(|percent| fit::keep_to(costing, percent, jobs, &mut searched));
    let chosen: Vec<Option<Choice>> = searched.iter().map(choices).collect();
    let placement = place(costing, chosen.iter().map(Option::as_ref), config, reread);
    let key_of = |found: &Searched<'_>| {
        placement.as_ref().ok().and_then(|placement| placement.key(&found.subject.agent.id, Lever::CacheRetention))
    };
    let retentions: HashMap<&KeyPath, Retention> = searched
        .iter()
        .flatten()
        .filter_map(|found| Some((key_of(found)?, found.space.choice(found.best.at).retention)))
        .collect();
    let mut plans: Vec<Option<AgentPlan>> = Vec::new();
    // The first agent of each plan, by what all combinations were priced once for.
    let mut explained: HashMap<*const Priced, Vec<usize>> = HashMap::new();
    for found in &searched {
        let plan = found.as_ref().and_then(|found| {
            let firsts = explained.entry(found.all.as_ptr()).or_default();
            let same = |first: &&usize| {
                searched.get(**first).and_then(Option::as_ref).is_some_and(|first| first.best == found.best)
            };
            let twin = firsts.iter().find(same).and_then(|&first| plans.get(first)?.as_ref());
            if twin.is_none() {
                firsts.push(plans.len());
            }
            let (agent, present) = (found.subject.agent, &found.space.present);
            let shared = retention::shared_place(costing.gateway, &present.model)
                .filter(|_| !retention::is_its_own(costing.gateway, agent, &present.model));
            let retention = WrittenRetention {
                key: key_of(found),
                for_those_who_stay: shared.and_then(|key| retentions.get(&key).copied()),
            };
            let memory = memories.of(found.unit);
            match explanation {
                Explanation::None => AgentPlan::unexplained(costing, found, memory),
                _ => explain_agent(costing, found, memory, twin, (retention, explanation == Explanation::Whole)),
            }
        });
        plans.push(plan);
    }
    // Where nothing is left to pay, no further model is missed.
    let pays = plans.iter().flatten().any(|plan| plan.unit != Unit::Tokens && plan.then > Money::ZERO);
    let left_out = reach.left_out.into_iter().filter(|_| pays);
    let notes = reach.notes.into_iter().chain(left_out).chain(too_new(costing, bounds, &plans)).collect();
    Plan { agents: plans, placement, budget, fit, notes }
}

/// The settings that the search chose.
fn choices(found: &Option<Searched<'_>>) -> Option<Choice> {
    found.as_ref().map(|found| found.space.choice(found.best.at))
}

/// The keys for what was chosen for the agents of the roster.
fn place<'c>(
    costing: &Costing<'_>,
    chosen: impl Iterator<Item = Option<&'c Choice>>,
    config: &Arc<Value>,
    reread: &placement::Reread<'_>,
) -> Result<Placement, Unplaceable> {
    let agents = costing.gateway.agents.iter().zip(chosen);
    let wanted: Vec<(&Agent, &Choice)> = agents.filter_map(|(agent, choice)| Some((agent, choice?))).collect();
    placement::place(costing.gateway, costing.workload, &wanted, config, reread)
}

/// The levers that the release does not use yet, where there is anything to plan.
fn too_new(costing: &Costing<'_>, bounds: &Bounds, agents: &[Option<AgentPlan>]) -> Vec<String> {
    let version = costing.gateway.behaviour.version;
    // A plan gives an agent that stands in the file a block of its own.
    let own = costing.gateway.enrolled().any(|agent| agent.path.is_some());
    let note = |lever: Lever| {
        let since = lever.used_from(&costing.gateway.behaviour, own).filter(|_| bounds.may_move(lever))?;
        Some(format!("OpenClaw {version} does not use '{lever}' ({since} does), so the plan goes without it"))
    };
    let planned = agents.iter().any(Option::is_some);
    Lever::ALL.into_iter().filter(|_| planned).filter_map(note).collect()
}

/// Explains what was found. What was said of a `twin` holds for all but the keys to write.
fn explain_agent(
    costing: &Costing<'_>,
    found: &Searched<'_>,
    memory: &mut Memory,
    twin: Option<&AgentPlan>,
    (retention, is_whole): (WrittenRetention<'_>, bool),
) -> Option<AgentPlan> {
    let Searched { subject, space, all, best, .. } = found;
    let mut search = Search::new(costing, subject, memory);
    let chosen = space.choice(best.at);
    let (mut advice, mut loops) = (Vec::new(), None);
    if is_whole {
        advice = advice::advice(&mut search, &chosen, best.cost);
        loops = advice::loops(&mut search, &chosen);
    }
    if let Some(twin) = twin {
        return Some(AgentPlan { advice, loops, ..twin.clone() });
    }
    let steps = explain::steps(&mut search, space, all, best, retention)?;
    let also_possible = explain::also_possible(space, all, best).into();
    let levers = explain::alone(&mut search, best.at, space, all).into();
    let (mut not_here, mut frontier) = (Arc::default(), Arc::default());
    if is_whole {
        not_here = popular::not_here(&mut search, space, all).into();
        frontier = frontier::frontier(&mut search, space, all).into();
    }
    let chosen = AgentPlan::unexplained(costing, found, memory)?;
    Some(AgentPlan { steps, also_possible, levers, frontier, not_here, advice, loops, ..chosen })
}

impl AgentPlan {
    /// What was chosen, and nothing that explains it.
    fn unexplained(costing: &Costing<'_>, found: &Searched<'_>, memory: &mut Memory) -> Option<Self> {
        let Searched { unit, subject, space, best, all_in, .. } = found;
        Some(AgentPlan {
            now: Search::new(costing, subject, memory).cost(&space.present)?,
            present: space.present.clone(),
            chosen: space.choice(best.at),
            unit: *unit,
            then: best.cost,
            all_in: *all_in,
            steps: Vec::new(),
            also_possible: Arc::default(),
            levers: Arc::default(),
            frontier: Arc::default(),
            not_here: Arc::default(),
            advice: Vec::new(),
            loops: None,
        })
    }

    /// Whether it changes a setting.
    pub fn moves(&self) -> bool {
        Lever::differing(&self.present, &self.chosen).next().is_some()
    }
}

impl Plan {
    /// The edits of the file; empty when there is nothing to change or it cannot be written.
    pub fn changes(&self) -> &[Change] {
        self.placement.as_ref().map_or(&[], |placement| &placement.changes)
    }

    /// The plan that recommends nothing, for a config whose cost alone is asked for.
    pub fn nothing(agents: usize) -> Plan {
        Plan {
            agents: vec![None; agents],
            placement: Ok(Placement::default()),
            budget: None,
            fit: None,
            notes: Vec::new(),
        }
    }

    /// What an agent loses with a lever's new value, and who will lose the same once they run heartbeats.
    pub fn gives_up(&self, lever: Lever, to: &Choice) -> String {
        let own = lever.gives_up(to);
        let later = self.placement.iter().flat_map(|placement| &placement.later).find(|(of, _)| *of == lever);
        match later {
            Some((_, agents)) => format!("{own}; holds for '{}' too, once it runs", agents.join("', '")),
            None => own.to_owned(),
        }
    }

    /// Whether anything is recommended.
    pub fn moves(&self) -> bool {
        self.agents.iter().flatten().any(AgentPlan::moves)
    }
}

#[cfg(test)]
mod tests;
