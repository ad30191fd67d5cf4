//! Where other settings of an agent are written: the keys that the plan would take, so that what is tried in the panel
//! can be made true.

use super::super::Report;
use crate::analysis::Analysis;
use crate::document::KeyPath;
use crate::gateway::Agent;
use crate::levers::Lever;
use crate::plan::grid::Grid;
use crate::plan::retention;
use crate::simulate::costing::Choice;

/// The keys of an agent's settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Keys {
    /// Those in a heartbeat block, of the levers that can be moved for this agent alone.
    pub in_block: Vec<(Lever, KeyPath)>,
    /// Empty blocks that go with them, so that others keep running.
    pub blocks: Vec<KeyPath>,
    /// For each model of the grid, the key of its cache retention; `None` where a chat would get it, too.
    pub retention: Vec<Option<KeyPath>>,
}

/// The keys for whatever the grid of an agent holds. There are none where the file itself has to be put right first: they
/// would be those of another file.
pub(super) fn keys(analysis: &Analysis, agent: &Agent, grid: &Grid, report: &Report) -> Keys {
    if !report.mends.is_empty() {
        return Keys::default();
    }
    let chats = retention::has_chat(&analysis.workload.of(&agent.id));
    let retention = grid.models.iter().map(|one| retention::place(&analysis.gateway, agent, &one.model, chats));
    let Some(placement) = analysis.placement(agent, &moved(grid)) else {
        return Keys { retention: retention.collect(), ..Keys::default() };
    };
    let blocks = placement.changes.iter().filter(|change| {
        change.path.parent().is_some_and(|agent| {
            placement.kept_running.iter().any(|id| {
                analysis.gateway.agents.iter().any(|other| other.id == *id && other.path.as_ref() == Some(&agent))
            })
        })
    });
    let blocks = blocks.map(|change| change.path.clone()).collect();
    let in_block = placement.keys.into_values().flatten().collect();
    Keys { in_block, blocks, retention: retention.collect() }
}

/// A choice that moves all that the release reads.
fn moved(grid: &Grid) -> Choice {
    let present = &grid.present;
    let may = |lever: Lever| !grid.unused.contains(&lever);
    let every = grid.beats.iter().map(|beat| beat.every).find(|every| *every != present.every);
    let model = grid.models.get(1).filter(|_| may(Lever::Model));
    Choice {
        every: every.unwrap_or(present.every),
        model: model.map_or_else(|| present.model.clone(), |model| model.model.clone()),
        retention: model.map_or(present.retention, |model| model.as_is),
        isolated: present.isolated != may(Lever::IsolatedSession),
        light: present.light != may(Lever::LightContext),
        ..present.clone()
    }
}
