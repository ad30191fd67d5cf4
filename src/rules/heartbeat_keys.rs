//! Keys of a heartbeat block that the release does not know: mistyped or invented ones, those it no longer has and
//! those it does not have yet. OpenClaw refuses the whole file for a single one of them.

use serde_json::Value;

use super::context::{Context, HeartbeatBlock};
use super::finding::{Finding, Safety, Severity};
use super::invented::{self, Instead};
use super::off;
use super::rule::{Needs, Rule};
use crate::document::KeyPath;
use crate::gateway::VISIBILITY;
use crate::gateway::off::folded;
use crate::gateway::roster;
use crate::releases::{Behaviour, HEARTBEAT_KEYS, HeartbeatKey};
use crate::schema;

pub(super) static UNKNOWN: Rule = Rule {
    id: "unknown-heartbeat-key",
    severity: Severity::Error,
    summary: "a heartbeat key that OpenClaw does not have",
    page: include_str!("pages/unknown-heartbeat-key.md"),
    needs: Needs::Config,
    check: check_unknown,
};

pub(super) static RETIRED: Rule = Rule {
    id: "retired-heartbeat-key",
    severity: Severity::Error,
    summary: "a heartbeat key that newer releases no longer have",
    page: include_str!("pages/retired-heartbeat-key.md"),
    needs: Needs::Config,
    check: check_retired,
};

pub(super) static NEWER: Rule = Rule {
    id: "key-newer-than-release",
    severity: Severity::Error,
    summary: "a key that was added in a later release",
    page: include_str!("pages/key-newer-than-release.md"),
    needs: Needs::Config,
    check: check_newer,
};

/// What is wrong with a key of a block.
enum Fault {
    Unknown,
    DefaultsOnly,
    Retired(&'static HeartbeatKey),
    Newer(&'static HeartbeatKey),
}

fn faults<'c>(context: &'c Context<'_>) -> impl Iterator<Item = (HeartbeatBlock<'c>, &'c str, Fault)> {
    let version = context.behaviour().version;
    let fault = move |block: &HeartbeatBlock<'_>, name: &str| {
        let is_root = block.path == KeyPath::root().key("heartbeat");
        match HeartbeatKey::find(name) {
            None if is_root && VISIBILITY.contains(&name) => None,
            None => Some(Fault::Unknown),
            Some(key) if version < key.first => Some(Fault::Newer(key)),
            Some(key) if key.last.is_some() => Some(Fault::Retired(key)),
            Some(key) if key.defaults_only && block.own => Some(Fault::DefaultsOnly),
            Some(_) => None,
        }
    };
    context.blocks().iter().flat_map(move |block| {
        let names = block.fields.iter().map(|(name, _)| name.as_str());
        let found = names.filter_map(|name| Some((block.clone(), name, fault(block, name)?)));
        found.collect::<Vec<_>>()
    })
}

fn check_unknown(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (block, name, fault) in faults(context) {
        let path = block.path.key(name);
        match fault {
            Fault::Unknown => {
                let message = format!("unknown key '{name}' in {}", block.path);
                let finding = UNKNOWN.at(context, path, message);
                findings.push(with_fix(context, finding, &block, name));
            }
            Fault::DefaultsOnly => {
                let message = format!("'{name}' is not a key of one agent's heartbeat");
                let finding = UNKNOWN.at(context, path.clone(), message);
                findings.push(
                    finding
                        .help("it belongs in agents.defaults.heartbeat, where it names the only agent that runs")
                        .fix(Safety::Unsafe, context.remove(&path)),
                );
            }
            Fault::Retired(_) | Fault::Newer(_) => {}
        }
    }
    check_beside_block(context, findings);
}

/// Keys of `agents.defaults` and of agents that were meant for their heartbeat block, as `heartbeatInterval`.
fn check_beside_block(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (holder, name) in
        super::unknown_agent_key::unknown(context).filter(|(_, name)| invented::is_about_heartbeats(name))
    {
        let message = format!("unknown key '{name}' in {holder}");
        let finding = UNKNOWN.at(context, holder.key(&name), message);
        findings.push(outside(context, finding, &name, &holder.key("heartbeat")));
    }
}

/// The fix for a key that stands outside of the block that it was meant for.
pub(super) fn outside(context: &Context<'_>, finding: Finding, name: &str, home: &KeyPath) -> Finding {
    let old = finding.path.clone();
    let gone = context.remove(&old);
    let Some(value) = context.written(&old).filter(|_| !gone.is_empty()) else { return finding };
    let fields = context.get(home).and_then(Value::as_object);
    let has = |key: &str| fields.is_some_and(|fields| fields.contains_key(key));
    let write = |key: &str, value: Value| {
        [gone.clone(), vec![context.set(&home.key(key), value)], off::keep_running(context, home)].concat()
    };
    match invented::instead_outside(name, value, context.behaviour().version) {
        Some(Instead::Off(why)) => {
            finding.help(format!("{why} (in {home})")).fix(Safety::Unsafe, write("every", off::OFF.into()))
        }
        Some(Instead::Write { key, .. }) if has(key) => {
            finding.help(format!("{} is set there already: remove this one", home.key(key))).fix(Safety::Unsafe, gone)
        }
        Some(Instead::Write { key, value, why }) => {
            let changes = value.map(|value| write(key, value)).unwrap_or_default();
            finding.help(format!("{why}, and belongs in {home}")).fix(Safety::Unsafe, changes)
        }
        Some(Instead::Remove(why)) => finding.help(why).fix(Safety::Unsafe, gone),
        Some(Instead::Say(why)) => finding.help(format!("{why}; it belongs in {home}")),
        None => {
            finding.help(format!("OpenClaw has no such key; heartbeat settings go in {home}")).fix(Safety::Unsafe, gone)
        }
    }
}

fn with_fix(context: &Context<'_>, finding: Finding, block: &HeartbeatBlock<'_>, name: &str) -> Finding {
    let old = block.path.key(name);
    let Some(value) = context.written(&old) else { return finding };
    let gone = || context.remove(&old);
    let write = |key: &str, value: Value| [gone(), vec![context.set(&block.path.key(key), value)]].concat();
    match invented::instead(name, value, block.fields, context.behaviour().version) {
        Some(Instead::Off(why)) => finding.help(why).fix(Safety::Unsafe, write("every", off::OFF.into())),
        Some(Instead::Write { key, why, .. }) if block.fields.contains_key(key) && folded(name) != "provider" => {
            finding.help(format!("{why}; '{key}' is set here already: remove this one")).fix(Safety::Unsafe, gone())
        }
        Some(Instead::Write { key, value, why }) => {
            let changes = value.map(|value| write(key, value)).unwrap_or_default();
            finding.help(why).fix(Safety::Unsafe, changes)
        }
        Some(Instead::Remove(why)) => finding.help(why).fix(Safety::Unsafe, gone()),
        Some(Instead::Say(why)) => finding.help(why),
        None => match nearest(context, name) {
            Some(key) if block.fields.contains_key(key) => {
                finding.help(format!("'{key}' is set here already: remove this one")).fix(Safety::Unsafe, gone())
            }
            Some(key) => finding.help(format!("did you mean '{key}'?")).fix(Safety::Unsafe, write(key, value.clone())),
            None => finding
                .help(format!("remove it; expected one of {}", known(context, block.own)))
                .fix(Safety::Unsafe, gone()),
        },
    }
}

/// The key that was probably meant.
fn nearest(context: &Context<'_>, name: &str) -> Option<&'static str> {
    let version = context.behaviour().version;
    let known = HEARTBEAT_KEYS.iter().filter(|key| key.accepted_by(version) && key.last.is_none());
    schema::nearest(name, known.map(|key| key.name))
}

/// The keys that would be right, in words.
fn known(context: &Context<'_>, own: bool) -> String {
    let version = context.behaviour().version;
    let known = HEARTBEAT_KEYS.iter().filter(|key| key.accepted_by(version) && !(own && key.defaults_only));
    known.map(|key| format!("'{}'", key.name)).collect::<Vec<_>>().join(", ")
}

fn check_retired(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (block, name, fault) in faults(context) {
        let Fault::Retired(key) = fault else { continue };
        let path = block.path.key(name);
        let since = Behaviour::since(|behaviour| behaviour.lists_become_entries);
        if context.behaviour().lists_become_entries {
            let message = format!("'{name}' was retired in {since}");
            let finding = RETIRED.at(context, path.clone(), message).mended(context.behaviour().mends_at_start);
            // A block of nothing else goes with them, as OpenClaw's repair has it: an empty one would start its agent.
            let counts = roster::is_block(&Value::Object(block.fields.clone()), context.behaviour());
            let gone = if counts { path } else { block.path };
            findings.push(
                finding.help(format!("remove it: {}", successor(key.name))).fix(Safety::Safe, context.remove(&gone)),
            );
        } else {
            let message = format!("'{name}' is retired from {since} on: the file is refused until it is gone");
            findings.push(RETIRED.case(context, Severity::Info, path, message).help(successor(key.name)));
        }
    }
}

/// What became of a retired key.
fn successor(key: &str) -> &'static str {
    match key {
        "ackMaxChars" => "the limit for a silent acknowledgement is now always 300 characters",
        "skipWhenBusy" => "a busy agent's tick is now always skipped",
        "includeReasoning" => "reasoning is no longer delivered with a heartbeat",
        "includeSystemPromptSection" => "the heartbeat section is no longer optional",
        _ => "it has no effect any more",
    }
}

fn check_newer(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let version = context.behaviour().version;
    for (block, name, fault) in faults(context) {
        let Fault::Newer(key) = fault else { continue };
        let path = block.path.key(name);
        let message = format!("'{name}' came with {}, but this file is read for {version}", key.first);
        let finding = NEWER.at(context, path.clone(), message);
        findings.push(
            finding
                .help(format!("update OpenClaw to {} or later, or remove it", key.first))
                .fix(Safety::Unsafe, context.remove(&path)),
        );
    }
    if !context.behaviour().lists_become_entries {
        for (holder, name) in super::unknown_agent_key::newer(context) {
            let since = Behaviour::since(|behaviour| behaviour.lists_become_entries);
            let before = Behaviour::newest_that(|behaviour| !behaviour.lists_become_entries).version;
            let message = format!("'{name}' came with {since}, but this file is read for {version}");
            let finding = NEWER.at(context, holder.key(&name), message);
            findings.push(finding.help(match name.as_str() {
                "entries" => format!("up to {before} agents go in 'agents.list', each with an 'id'"),
                _ => format!("update OpenClaw to {since} or later, or remove it"),
            }));
        }
    }
}
