//! The changes that switch heartbeats off where a file says so in a way that OpenClaw does not have.

use serde_json::{Map, Value, json};

use super::context::{Context, agents};
use super::finding::Finding;
use crate::document::{Change, KeyPath, Segment};
use crate::gateway::Agent;

/// How a block says that nothing is wanted.
pub(super) const OFF: &str = "0m";

/// What has to be said beside it where events still wake an agent.
pub(super) const SCHEDULE_ONLY: &str = "\"0m\" stops the schedule only: exec, cron and hook wakes still run turns";

/// Whether a finding offers to switch heartbeats off.
pub(super) fn is_offered(finding: &Finding) -> bool {
    let is_every = |path: &KeyPath| path.last() == Some(&Segment::Key("every".to_owned()));
    let off = |change: &Change| {
        let to = change.to.as_ref();
        to.is_some_and(|to| {
            (*to == OFF && is_every(&change.path)) || to.get("every").is_some_and(|every| *every == OFF)
        })
    };
    let fixes = finding.fix.iter().flat_map(|fix| &fix.changes);
    fixes.chain(finding.advised.iter().flatten()).any(off)
}

/// The changes for what stands at `path` in the place of a heartbeat block. An agent that would not run anyway loses it.
pub(super) fn switch_off(context: &Context<'_>, path: &KeyPath) -> Vec<Change> {
    let agents = &context.gateway().agents;
    let of = |holder: KeyPath| agents.iter().find(|agent| agent.path.as_ref() == Some(&holder));
    match path.parent().and_then(of) {
        Some(agent) if !agent.enrolment.is_enrolled() => context.remove(path),
        _ => [vec![context.set(path, json!({ "every": OFF }))], keep_running(context, path)].concat(),
    }
}

/// The empty blocks that keep the other agents running once `block` stands, if it is an agent's first: beside it only
/// agents with a block of their own run.
pub(super) fn keep_running(context: &Context<'_>, block: &KeyPath) -> Vec<Change> {
    let gateway = context.gateway();
    let is_own = |agent: &&Agent| agent.path.as_ref().is_some_and(|path| path.key("heartbeat") == *block);
    let Some(agent) = gateway.agents.iter().find(is_own).filter(|agent| agent.own_block.is_none()) else {
        return Vec::new();
    };
    let others = gateway.enrolled().filter(|other| other.id != agent.id && other.own_block.is_none());
    let blocks = others.filter_map(|other| Some(other.path.as_ref()?.key("heartbeat")));
    blocks.map(|block| context.set(&block, Value::Object(Map::new()))).collect()
}

/// Whether a path is that of a heartbeat block: the shared one, one at the root, or that of an agent.
pub(super) fn is_block_place(context: &Context<'_>, path: &KeyPath) -> bool {
    let shared = [agents().key("defaults").key("heartbeat"), KeyPath::root().key("heartbeat")];
    shared.contains(path) || context.roster().iter().any(|agent| agent.key("heartbeat") == *path)
}
