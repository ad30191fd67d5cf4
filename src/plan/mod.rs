//! The choice: for each agent the cheapest settings within bounds, found by searching the whole space, with what each
//! change saves, risks and gives up, and the keys to write so that no other agent is touched.

pub mod candidates;
pub mod delay;
pub mod explain;
pub mod lever;
pub mod pages;
pub mod placement;
pub mod search;

use serde_json::Value;

use crate::document::Change;
use crate::gateway::Agent;
use crate::money::Money;
use crate::simulate::costing::{Choice, Costing, Subject};
use crate::simulate::estimate::Range;

pub use candidates::Bounds;
pub use explain::{Alone, Point};
pub use lever::Lever;
pub use placement::{Placement, Unplaceable};

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

/// One change of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is changed.
    pub lever: Lever,
    /// The value now, as the file would write it.
    pub from: Value,
    /// The value then.
    pub to: Value,
    /// What it saves after the changes before it.
    pub saving: Money,
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
    let unit = bounds.unit.unwrap_or_else(|| costing.unit());
    let is_asked =
        |agent: &Agent| bounds.agent.as_ref().is_none_or(|id| agent.id == *id) && costing.unit_of(agent) == unit;
    let agents: Vec<Option<AgentPlan>> = costing
        .gateway
        .agents
        .iter()
        .map(|agent| {
            if !is_plannable(costing, agent) || !is_asked(agent) {
                return None;
            }
            let subject = costing.subject(agent);
            for_agent(costing, &subject, bounds)
        })
        .collect();
    let wanted: Vec<(&Agent, &Choice)> = costing
        .gateway
        .agents
        .iter()
        .zip(&agents)
        .filter_map(|(agent, plan)| plan.as_ref().map(|plan| (agent, &plan.chosen)))
        .collect();
    let placement = placement::place(costing.gateway, &wanted, config, reread);
    Plan { agents, placement }
}

fn for_agent(costing: &Costing<'_>, subject: &Subject<'_>, bounds: &Bounds) -> Option<AgentPlan> {
    let present = Choice::present(subject.agent);
    let space = candidates::space(costing, subject, &present, bounds);
    let mut searched = search::Search::new(costing, subject);
    let chosen = searched.best(&present, &space)?;
    let steps = explain::steps(&mut searched, &present, &chosen)?;
    let levers = explain::alone(&mut searched, &present, &chosen, &space);
    let frontier = explain::frontier(&mut searched, &present, &space);
    Some(AgentPlan { present, chosen, steps, levers, frontier })
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
