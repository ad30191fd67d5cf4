//! Heartbeat blocks where OpenClaw does not read them.

use serde_json::Value;

use super::at_start::is_mended;
use super::context::{Context, agents};
use super::finding::{Finding, Safety, Severity};
use super::rule::{Needs, Rule};
use super::{heartbeat_keys, invented};
use crate::document::{Change, KeyPath};
use crate::gateway::VISIBILITY;
use crate::releases::{Behaviour, RootHeartbeat};

pub(super) static RULE: Rule = Rule {
    id: "misplaced-heartbeat",
    severity: Severity::Error,
    summary: "a heartbeat block in a place where OpenClaw does not read it",
    page: include_str!("pages/misplaced-heartbeat.md"),
    needs: Needs::Config,
    check,
};

const RIGHT: &str = "heartbeat settings go in agents.defaults.heartbeat, or in an agent's own heartbeat block";

/// Parts of a config that have no heartbeat settings, though guides write them there. All three releases that were asked
/// refuse such a key (2026.4.15, 2026.7.35 and 2026.9.6).
const SECTIONS: [&str; 6] = ["gateway", "session", "cron", "messages", "tools", "plugins"];

fn shared() -> KeyPath {
    agents().key("defaults").key("heartbeat")
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    check_root(context, findings);
    check_agent(context, findings);
    let root = KeyPath::root();
    check_keys(context, &root, "the root of a config", findings);
    for section in SECTIONS {
        let holder = root.key(section);
        let path = holder.key("heartbeat");
        if context.get(&path).is_some() {
            let finding = RULE.at(context, path.clone(), format!("{section} has no heartbeat settings"));
            findings.push(moved(context, finding.help(RIGHT), &path, Safety::Unsafe));
        }
        check_keys(context, &holder, section, findings);
    }
    check_visibility(context, findings);
    match context.get(&agents()) {
        Some(Value::Array(_)) => {
            let finding = RULE.at(context, agents(), "agents is an array, expected an object");
            let roster = if context.behaviour().lists_become_entries { "agents.entries.<id>" } else { "agents.list" };
            findings.push(finding.help(format!("agents go in {roster}, what they share in agents.defaults")));
        }
        Some(Value::Object(fields)) => {
            let known = |name: &str| matches!(name, "heartbeat" | "defaults" | "list" | "entries" | "ownership");
            if fields.contains_key("heartbeat") {
                let path = agents().key("heartbeat");
                let finding = RULE.at(context, path.clone(), "agents has no heartbeat of its own");
                findings.push(moved(context, finding.help(RIGHT), &path, Safety::Unsafe));
            }
            check_keys(context, &agents(), "agents", findings);
            for (name, _) in fields.iter().filter(|(name, value)| !known(name) && value.get("heartbeat").is_some()) {
                findings.push(by_name(context, name));
            }
        }
        _ => {}
    }
}

/// Keys such as `heartbeatInterval` beside which no block stands.
fn check_keys(context: &Context<'_>, holder: &KeyPath, what: &str, findings: &mut Vec<Finding>) {
    let fields = context.get(holder).and_then(Value::as_object).into_iter().flatten();
    for (name, _) in fields.filter(|(name, _)| *name != "heartbeat" && invented::is_about_heartbeats(name)) {
        let finding = RULE.at(context, holder.key(name), format!("{what} has no '{name}', and OpenClaw refuses it"));
        findings.push(heartbeat_keys::outside(context, finding, name, &shared()));
    }
}

/// `agents.<name>`, as if agents stood there by name.
fn by_name(context: &Context<'_>, name: &str) -> Finding {
    let path = agents().key(name);
    let message = format!("agents has no agent '{name}': agents are not listed there by name");
    let finding = RULE.at(context, path.clone(), message);
    let [list, entries] = ["list", "entries"].map(|key| agents().key(key));
    let agent = context.written(&path).filter(|agent| agent.is_object()).cloned();
    let gone = context.remove(&path);
    let fix = |to: Option<Change>| to.map(|to| [gone, vec![to]].concat()).unwrap_or_default();
    if context.behaviour().lists_become_entries && context.get(&list).is_none() {
        let home = entries.key(name);
        let to = agent.filter(|_| context.get(&home).is_none()).map(|agent| context.set(&home, agent));
        return finding.help(format!("move it to {home}")).fix(Safety::Unsafe, fix(to));
    }
    let to = agent.map(|mut agent| {
        agent["id"] = name.into();
        match context.get(&list).and_then(Value::as_array) {
            Some(items) => context.set(&list.index(items.len()), agent),
            None => context.set(&list, vec![agent]),
        }
    });
    finding.help(format!("move it into {list}, as {{ id: \"{name}\", … }}")).fix(Safety::Unsafe, fix(to))
}

/// `agent` at the root, the only agent of very old files.
fn check_agent(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let path = KeyPath::root().key("agent");
    let Some(fields) = context.get(&path).and_then(Value::as_object) else { return };
    if !fields.contains_key("heartbeat") && !fields.contains_key("model") {
        return;
    }
    let finding = RULE.at(context, path.clone(), "there is no 'agent' at the root of a config").help(RIGHT);
    let home = agents().key("defaults");
    let mut changes = context.remove(&path);
    let written = context.written(&path).and_then(Value::as_object);
    for (name, value) in written.into_iter().flatten() {
        match name.as_str() {
            "heartbeat" => changes.extend(merged(context, &home.key(name), value)),
            "model" | "workspace" if context.get(&home.key(name)).is_none() => {
                changes.push(context.set(&home.key(name), value.clone()));
            }
            _ => {}
        }
    }
    findings.push(finding.fix(Safety::Unsafe, changes));
}

/// A finding with the move of a block to its place as its fix.
fn moved(context: &Context<'_>, finding: Finding, from: &KeyPath, safety: Safety) -> Finding {
    let root = KeyPath::root().key("heartbeat");
    let waits = *from != root && context.get(&root).is_some();
    match context.written(from) {
        // A block at the root goes first, once its words for "off" are put right: what is there first wins.
        Some(block) if !waits => {
            finding.fix(safety, [context.remove(from), merged(context, &shared(), block)].concat())
        }
        _ => finding,
    }
}

/// The changes that put a block in its place. Key by key, what stands there already wins, as in OpenClaw's own move; what
/// a channel shows goes to the channels.
fn merged(context: &Context<'_>, home: &KeyPath, block: &Value) -> Vec<Change> {
    let there = context.get(home);
    let Some(fields) = block.as_object() else {
        return match there {
            None => vec![context.set(home, block.clone())],
            Some(_) => Vec::new(),
        };
    };
    let visibility = KeyPath::root().key("channels").key("defaults").key(context.behaviour().visibility_key);
    let is_shown = |name: &str| VISIBILITY.contains(&name);
    let mut shown = fields.iter().filter(|(name, _)| is_shown(name)).peekable();
    let mut changes = Vec::new();
    if there.is_none() && shown.peek().is_none() {
        return vec![context.set(home, block.clone())];
    }
    changes.extend(shown.map(|(name, value)| context.set(&visibility.key(name), value.clone())));
    let missing =
        fields.iter().filter(|(name, _)| !is_shown(name) && there.is_none_or(|there| there.get(*name).is_none()));
    changes.extend(missing.map(|(name, value)| context.set(&home.key(name), value.clone())));
    changes
}

fn check_visibility(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let right = context.behaviour().visibility_key;
    let wrong = if right == "heartbeat" { "heartbeatVisibility" } else { "heartbeat" };
    let channels = KeyPath::root().key("channels");
    for (name, channel) in context.get(&channels).and_then(Value::as_object).into_iter().flatten() {
        if channel.get(wrong).is_none() {
            continue;
        }
        let path = channels.key(name).key(wrong);
        let home = channels.key(name).key(right);
        let message = format!("'{wrong}' of a channel is called '{right}' in this release");
        let written = context.written(&path).filter(|_| channel.get(right).is_none());
        let set = |value: &Value| [context.remove(&path), vec![context.set(&home, value.clone())]].concat();
        let changes = written.map(set).unwrap_or_default();
        let mended = is_mended(context, &path);
        let finding = RULE.at(context, path, message).mended(mended);
        findings.push(finding.help(format!("rename it to '{right}'")).fix(Safety::Safe, changes));
    }
}

fn check_root(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let path = KeyPath::root().key("heartbeat");
    let Some(value) = context.get(&path) else { return };
    let is_shown = |key: &str| value.get(key).is_none_or(Value::is_boolean);
    let is_movable = value.is_object() && VISIBILITY.into_iter().all(is_shown);
    let (finding, safety) = match context.behaviour().root_heartbeat {
        RootHeartbeat::Refused => {
            let message = "OpenClaw has no 'heartbeat' at the root of a config";
            (RULE.at(context, path.clone(), message), Safety::Unsafe)
        }
        RootHeartbeat::Moved => {
            let message = "'heartbeat' at the root of a config is a legacy place; the gateway reads it as agents.defaults.heartbeat";
            let severity = if is_movable { Severity::Warning } else { Severity::Error };
            (RULE.case(context, severity, path.clone(), message), Safety::Safe)
        }
        RootHeartbeat::Repaired => {
            let since = Behaviour::since(|behaviour| behaviour.root_heartbeat == RootHeartbeat::Repaired).month();
            let message = format!("'heartbeat' at the root of a config is refused since {since}");
            (RULE.at(context, path.clone(), message).mended(is_movable), Safety::Safe)
        }
    };
    let finding = finding.help("move it to agents.defaults.heartbeat");
    // What is no block is made one first.
    findings.push(match value.is_object() {
        true => moved(context, finding, &path, safety),
        false => finding,
    });
}
