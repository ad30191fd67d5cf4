//! Heartbeat blocks where OpenClaw does not read them.

use serde_json::Value;

use super::context::{Context, agents};
use super::finding::{Finding, Safety, Severity};
use super::rule::Rule;
use crate::document::KeyPath;
use crate::gateway::VISIBILITY;
use crate::gateway::behaviour::RootHeartbeat;
use crate::gateway::shape::retired;

pub(super) static RULE: Rule = Rule {
    id: "misplaced-heartbeat",
    severity: Severity::Error,
    summary: "a heartbeat block in a place where OpenClaw does not read it",
    page: include_str!("pages/misplaced-heartbeat.md"),
    check,
};

const RIGHT: &str = "heartbeat settings stand in agents.defaults.heartbeat, or in an agent's own heartbeat block";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    check_root(context, findings);
    let agent = KeyPath::root().key("agent");
    if context.get(&agent).is_some_and(|agent| agent.get("heartbeat").or(agent.get("model")).is_some()) {
        let finding = RULE.at(context, agent, "there is no 'agent' at the root of a config");
        findings.push(finding.help(RIGHT));
    }
    for section in ["gateway", "session", "cron", "messages", "tools", "plugins"] {
        let path = KeyPath::root().key(section).key("heartbeat");
        if context.get(&path).is_some() {
            let message = format!("{section} has no heartbeat settings");
            findings.push(RULE.at(context, path, message).help(RIGHT));
        }
    }
    check_visibility(context, findings);
    match context.get(&agents()) {
        Some(Value::Array(_)) => {
            let finding = RULE.at(context, agents(), "agents is an array, expected an object");
            let roster = if context.is_current() { "agents.entries.<id>" } else { "agents.list" };
            findings.push(finding.help(format!("agents stand in {roster}, what they share in agents.defaults")));
        }
        Some(Value::Object(fields)) => {
            let known = |name: &str| matches!(name, "heartbeat" | "defaults" | "list" | "entries" | "ownership");
            if fields.contains_key("heartbeat") {
                let path = agents().key("heartbeat");
                findings.push(RULE.at(context, path, "agents has no heartbeat of its own").help(RIGHT));
            }
            for (name, _) in fields.iter().filter(|(name, value)| !known(name) && value.get("heartbeat").is_some()) {
                let message = format!("agents has no agent '{name}': agents do not stand there by name");
                let finding = RULE.at(context, agents().key(name), message);
                findings.push(match context.is_current() {
                    true => finding.help(format!("move it to agents.entries.{name}")),
                    false => finding.help(format!("move it into agents.list, as {{ id: \"{name}\", … }}")),
                });
            }
        }
        _ => {}
    }
}

/// What a channel shows of heartbeats has another name in each generation.
fn check_visibility(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let (wrong, right) = match context.is_current() {
        true => ("heartbeat", "heartbeatVisibility"),
        false => ("heartbeatVisibility", "heartbeat"),
    };
    let channels = KeyPath::root().key("channels");
    for (name, channel) in context.get(&channels).and_then(Value::as_object).into_iter().flatten() {
        let Some(value) = channel.get(wrong) else { continue };
        let path = channels.key(name).key(wrong);
        let home = channels.key(name).key(right);
        let message = format!("'{wrong}' of a channel is called '{right}' in this release");
        let mut changes = if channel.get(right).is_none() { context.remove(&path) } else { Vec::new() };
        if !changes.is_empty() {
            changes.push(context.set(&home, value.clone()));
        }
        let is_mended = context.is_current() && retired::is_mended(&path, value);
        let finding = RULE.at(context, path, message).mended(is_mended);
        findings.push(finding.help(format!("rename it to '{right}'")).fix(Safety::Safe, changes));
    }
}

fn check_root(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let path = KeyPath::root().key("heartbeat");
    let Some(value) = context.get(&path) else { return };
    let home = agents().key("defaults").key("heartbeat");
    let is_free = value.is_object() && context.get(&home).is_none();
    let is_shown = |key: &str| value.get(key).is_none_or(Value::is_boolean);
    let is_movable = value.is_object() && VISIBILITY.into_iter().all(is_shown);
    let (finding, safety) = match context.behaviour().root_heartbeat {
        RootHeartbeat::Refused => {
            let message = "OpenClaw knows no 'heartbeat' at the root of a config";
            (RULE.at(context, path.clone(), message), Safety::Unsafe)
        }
        RootHeartbeat::Moved => {
            let message = "'heartbeat' at the root of a config is a legacy place; the gateway reads it as agents.defaults.heartbeat";
            let severity = if is_movable { Severity::Warning } else { Severity::Error };
            (RULE.at(context, path.clone(), message).severity(severity), Safety::Safe)
        }
        RootHeartbeat::Repaired => {
            let message = "'heartbeat' at the root of a config is refused since 2026.7";
            (RULE.at(context, path.clone(), message).mended(is_movable), Safety::Safe)
        }
    };
    // What is beside it at home wins or loses key by key; only a person can say which was meant.
    let mut changes = if is_free { context.remove(&path) } else { Vec::new() };
    if !changes.is_empty() {
        changes.push(context.set(&home, value.clone()));
    }
    findings.push(finding.help("move it to agents.defaults.heartbeat").fix(safety, changes));
}
