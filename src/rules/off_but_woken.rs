//! Heartbeats that are switched off on a release where that stops the schedule only (R17).

use serde_json::Value;

use super::context::Context;
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};
use super::spending::names;
use crate::document::KeyPath;
use crate::releases::duration::Interval;

pub(super) static RULE: Rule = Rule {
    id: "off-but-woken",
    severity: Severity::Info,
    summary: "heartbeats that are off, though events still wake the agent",
    page: include_str!("pages/off-but-woken.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if !context.behaviour().wakes_while_off {
        return;
    }
    let mut places: Vec<(&KeyPath, Vec<&str>)> = Vec::new();
    for agent in context.gateway().enrolled().filter(|agent| agent.settings.every.value == Interval::Off) {
        let Some(path) = agent.settings.every.origin.key() else { continue };
        match places.iter_mut().find(|(place, _)| *place == path) {
            Some((_, ids)) => ids.push(&agent.id),
            None => places.push((path, vec![&agent.id])),
        }
    }
    let exec = KeyPath::root().key("tools").key("exec").key("notifyOnExit");
    let told = context.get(&exec) != Some(&Value::Bool(false));
    for (path, ids) in places {
        let verb = if ids.len() == 1 { "has" } else { "have" };
        let commands = if told { "a finished background command, " } else { "" };
        let message = format!(
            "{} {verb} no heartbeats, but \"0m\" stops the schedule only: {commands}a cron job, a hook or a notification can \
             still wake the agent, and such a turn is paid for",
            names(&ids)
        );
        let finding = RULE.at(context, path.clone(), message);
        findings.push(match told {
            true => finding
                .help("tools.exec.notifyOnExit: false ends the turns of finished commands")
                .advise(vec![context.set(&exec, false)]),
            false => finding,
        });
    }
}
