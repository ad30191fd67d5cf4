//! The choice: for each agent the cheapest settings within bounds, found by searching the whole space, with what each
//! change saves, risks and gives up, and the keys to write so that no other agent is touched.

pub mod bounds;
pub mod candidates;
pub mod delay;
pub mod explain;
pub mod frontier;
pub mod lever;
pub mod memory;
pub mod pages;
pub mod placement;
pub mod reach;
pub mod retention;
pub mod search;

use serde_json::Value;

use crate::document::Change;
use crate::gateway::Agent;
use crate::money::Money;
use crate::simulate::costing::{Choice, Costing, Subject};
use crate::simulate::estimate::Range;

pub use bounds::{Bounds, RiskProfile};
pub use explain::{Alone, Step};
pub use frontier::Point;
pub use lever::Lever;
pub use placement::{Placement, Unplaceable};

use memory::Memory;
use reach::Reach;

/// What is recommended for a config.
#[derive(Clone, Debug)]
pub struct Plan {
    /// One entry for each agent of the roster, in its order; `None` where nothing is recommended.
    pub agents: Vec<Option<AgentPlan>>,
    /// The keys to write, or why they cannot be written.
    pub placement: Result<Placement, Unplaceable>,
}

/// What is recommended for one agent.
#[derive(Clone, Debug)]
pub struct AgentPlan {
    /// The settings as they are.
    pub present: Choice,
    /// The best settings within the bounds.
    pub chosen: Choice,
    /// The changes in lever order; their savings add up to the total.
    pub steps: Vec<Step>,
    /// Each lever alone, from the settings as they are.
    pub levers: Vec<Alone>,
    /// The cheapest choice for each reaction delay.
    pub frontier: Vec<Point>,
}

/// Whether a plan may be made for an agent: it runs now, and its price is known.
fn is_plannable(costing: &Costing<'_>, agent: &Agent) -> bool {
    let settings = &agent.settings;
    let open = settings.every.unresolved.is_none() && settings.model.unresolved.is_none();
    agent.enrolment.is_enrolled()
        && open
        && settings.every.value.ms().is_some()
        && costing.always_skipped(agent).is_none()
}

/// Plans for every agent of the config. `config` is the file's own tree, `reread` gives the tree that OpenClaw sees of
/// a changed one.
pub fn plan(costing: &Costing<'_>, bounds: &Bounds, config: &Value, reread: &placement::Reread<'_>) -> Plan {
    let reach = Reach::new(costing, bounds);
    let mut memory = Memory::default();
    let mut for_agent = |agent: &Agent| {
        let subject = costing.subject(agent);
        is_plannable(costing, agent).then(|| for_agent(costing, &subject, bounds, &reach, &mut memory)).flatten()
    };
    let agents: Vec<Option<AgentPlan>> = costing.gateway.agents.iter().map(&mut for_agent).collect();
    let wanted: Vec<(&Agent, &Choice)> = costing
        .gateway
        .agents
        .iter()
        .zip(&agents)
        .filter_map(|(agent, plan)| plan.as_ref().map(|plan| (agent, &plan.chosen)))
        .collect();
    let placement = placement::place(costing.gateway, costing.workload, &wanted, config, reread);
    Plan { agents, placement }
}

fn for_agent(
    costing: &Costing<'_>,
    subject: &Subject<'_>,
    bounds: &Bounds,
    reach: &Reach,
    memory: &mut Memory,
) -> Option<AgentPlan> {
    let space = candidates::space(costing, subject, bounds, reach, memory);
    let mut search = search::Search::new(costing, subject, memory);
    search.cost(&space.present)?;
    let all = search.all(&space);
    let best = search::cheapest(all.iter().filter(|priced| space.allows(priced.at)))?;
    let chosen = space.choice(best.at);
    let steps = explain::steps(&mut search, &space.present, &chosen)?;
    let levers = explain::alone(&mut search, best.at, &space, &all);
    let frontier = frontier::frontier(&mut search, &space, &all);
    Some(AgentPlan { present: space.present, chosen, steps, levers, frontier })
}

impl Plan {
    /// The edits of the file; empty when there is nothing to change or it cannot be written.
    pub fn changes(&self) -> &[Change] {
        self.placement.as_ref().map_or(&[], |placement| &placement.changes)
    }

    /// Whether anything is recommended.
    pub fn has_steps(&self) -> bool {
        self.agents.iter().flatten().any(|plan| !plan.steps.is_empty())
    }
}

/// The saving of one range over another, at the typical level.
pub fn saving(before: Range, after: Range) -> Money {
    before.typical - after.typical
}
