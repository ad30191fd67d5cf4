//! What the start of a gateway makes of a file with faults: what it drops before it looks, and whether it mends the rest.

use serde_json::Value;

use super::conflicting_roster;
use super::context::{Context, agents};
use super::finding::{Finding, Severity, Verdict};
use crate::document::{KeyPath, Segment};
use crate::gateway::roster::is_odd_list;
use crate::releases::RootHeartbeat;
use crate::releases::shape::{repairs, retired};

/// Whether the gateway drops what stands at a path before it looks, faults and all: a list beside entries, what a block
/// at the root repeats of the one in its place, and what stands in that place and is no block.
pub(super) fn drops(context: &Context<'_>, path: &KeyPath) -> bool {
    let (list, entries) = (agents().key("list"), agents().key("entries"));
    let in_list = context.behaviour().lists_become_entries && path.starts_with(&list) && path.segments().len() > 2;
    let repeated = match path.segments() {
        [root, key, ..] if *root == Segment::Key("heartbeat".to_owned()) => {
            context.get(&agents().key("defaults").key("heartbeat").join(key.clone())).is_some()
        }
        _ => false,
    };
    repeated
        || is_replaced(context, path)
        || is_in_old_transport(context, path)
        || (in_list && context.get(&entries).is_some())
}

/// Whether what stands at a place of the shared block and is no block gives way to what is moved there.
fn is_replaced(context: &Context<'_>, path: &KeyPath) -> bool {
    let shared = agents().key("defaults").key("heartbeat");
    if !shared.starts_with(path) || path.is_root() || context.get(path).is_none_or(Value::is_object) {
        return false;
    }
    if context.behaviour().mends_at_start {
        return path.resolve(&repairs::repaired(context.config).tree).is_some_and(Value::is_object);
    }
    let moved = context.get(&KeyPath::root().key("heartbeat")).and_then(Value::as_object);
    context.behaviour().root_heartbeat != RootHeartbeat::Refused && moved.is_some_and(|block| !block.is_empty())
}

/// Whether a place is in a transport of Signal that the repair replaces by what the old keys beside it say.
fn is_in_old_transport(context: &Context<'_>, path: &KeyPath) -> bool {
    let signal = KeyPath::root().key("channels").key("signal");
    let is_transport = |step: &Segment| *step == Segment::Key("transport".to_owned());
    let Some(at) = path.segments().iter().position(is_transport).filter(|_| path.starts_with(&signal)) else {
        return false;
    };
    let transport: KeyPath = path.segments()[..=at].iter().cloned().collect();
    context.behaviour().mends_at_start
        && transport.resolve(&repairs::repaired(context.config).tree) != context.get(&transport)
}

/// Whether the start mends what is retired at a place. A list that is no roster as it is was always gone through as a whole.
pub(super) fn is_mended(context: &Context<'_>, path: &KeyPath) -> bool {
    let behaviour = context.behaviour();
    behaviour.mends_at_start
        && (behaviour.mends_agents || !is_late(context, path) || is_odd_list(context.config))
        && context.get(path).is_some_and(|value| retired::is_mended(path, value))
}

/// Whether a place in an agent is one that the first releases which mend files leave alone.
fn is_late(context: &Context<'_>, path: &KeyPath) -> bool {
    const LATE: [&str; 6] =
        ["agentRuntime", "embeddedHarness", "embeddedPi", "memorySearch", "model", "systemPromptOverride"];
    let agent = context.roster().iter().find(|agent| path.starts_with(agent));
    let key = agent.and_then(|agent| path.segments().get(agent.segments().len()));
    matches!(key, Some(Segment::Key(key)) if LATE.contains(&key.as_str()))
}

/// Whether the start can write the roster of a file that it mends: it must be able to tell who owns several agents. A
/// list that is no roster as it is keeps its mark meanwhile.
fn settles_roster(context: &Context<'_>) -> bool {
    let behaviour = context.behaviour();
    let agents = conflicting_roster::agents_that_count(context);
    let is_settled = agents.len() < 2 || context.get(&conflicting_roster::ownership()).is_some();
    let is_marked = agents.iter().any(|(_, agent)| agent["default"] == true);
    is_settled
        || match is_marked {
            true => behaviour.mends_marked_rosters || is_odd_list(context.config),
            false => behaviour.mends_unmarked_rosters,
        }
}

/// A repair counts only if the release takes what it comes to.
fn repaired(context: &Context<'_>) -> Verdict {
    let made = repairs::repaired(context.config);
    match made.is_taken() && !repairs::names_a_model_by_variable(context.config, context.as_written(), &made) {
        true => Verdict::Repaired,
        false => Verdict::Refused,
    }
}

/// Whether `config validate` accepts the heartbeat part, and if not, whether the gateway mends it at start. Only current
/// releases do, and not where files are included (`RELEASES.md` "Invalid config").
pub(super) fn verdict(context: &Context<'_>, findings: &[Finding]) -> Verdict {
    let mut errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    let is_mended_at_all = context.behaviour().mends_at_start
        && context.includes.is_empty()
        && settles_roster(context)
        && !repairs::keeps_its_models(context.config);
    match errors.next() {
        None => Verdict::Valid,
        Some(first) if is_mended_at_all && first.mended && errors.all(|finding| finding.mended) => repaired(context),
        Some(_) => Verdict::Refused,
    }
}
