//! Heartbeats that wake themselves: a command that they leave in the background ends, and the agent is asked again.

use serde_json::Value;

use super::context::Context;
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};
use crate::document::KeyPath;
use crate::simulate::observed::{RecordedUse, UnscheduledKind};
use crate::words::{counted, plain};

pub(super) static RULE: Rule = Rule {
    id: "self-waking-heartbeat",
    severity: Severity::Warning,
    summary: "heartbeats whose own tool calls wake the agent again",
    page: include_str!("pages/self-waking-heartbeat.md"),
    needs: Needs::Records,
    check,
};

/// Fewer on record may be chance.
const LEAST: u64 = 3;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let exec = KeyPath::root().key("tools").key("exec").key("notifyOnExit");
    if context.get(&exec) == Some(&Value::Bool(false)) {
        return;
    }
    let wakes = |one: &&RecordedUse| one.kind == UnscheduledKind::Wakes && one.self_woken >= LEAST;
    for wakes in context.recorded().iter().filter(wakes) {
        let message = format!(
            "{} of agent '{}' on record follow within minutes on a heartbeat that called tools: when a command that it left \
             in the background ends, the agent is woken again, and pays for another turn",
            counted(wakes.self_woken, "wake"),
            plain(&wakes.agent)
        );
        let help = "tools.exec.notifyOnExit: false ends these turns; or have heartbeats wait for their commands";
        findings.push(RULE.at(context, exec.clone(), message).help(help).advise(vec![context.set(&exec, false)]));
    }
}
