//! Agents that a setting names and the roster does not have.

use super::conflicting_roster::{entries, list};
use super::context::{Context, agents};
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};
use crate::document::KeyPath;
use crate::releases::agent_id::normal_id;
use crate::words::few_of;
use serde_json::Value;

pub(super) static RULE: Rule = Rule {
    id: "unknown-agent",
    severity: Severity::Error,
    summary: "an agent that is named but not in the file",
    page: include_str!("pages/unknown-agent.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if !context.behaviour().refuses_unknown_agents {
        return;
    }
    let defaults = agents().key("defaults");
    let (_, items) = list(context);
    let mut known: Vec<String> = items.iter().filter_map(|item| item["id"].as_str()).map(normal_id).collect();
    known.extend(entries(context).map(|(id, _)| normal_id(id)));
    if known.is_empty() {
        known.push("main".to_owned());
    }
    for holder in [defaults.key("heartbeat"), defaults.key("systemAgent"), KeyPath::root().key("heartbeat")] {
        let path = holder.key("agentId");
        let Some(id) = context.get(&path).and_then(Value::as_str) else { continue };
        if id.trim().is_empty() || known.contains(&normal_id(id)) {
            continue;
        }
        let finding = RULE.at(context, path, format!("no agent '{}' in the file", id.trim()));
        findings.push(finding.help(format!("expected one of {}", few_of(&known))));
    }
}
