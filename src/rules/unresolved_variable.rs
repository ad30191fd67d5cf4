//! `${VAR}`s in values that decide a cost, set neither in the file nor in the environment at hand. OpenClaw then reads the
//! text itself, which is a model's name, but no interval, no time of day and no target.

use super::context::{Context, HeartbeatBlock};
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};
use crate::document::KeyPath;
use crate::gateway::setting::Origin;
use crate::gateway::settings::Settings;

pub(super) static RULE: Rule = Rule {
    id: "unresolved-variable",
    severity: Severity::Error,
    summary: "a variable that affects the cost but is set nowhere",
    page: include_str!("pages/unresolved-variable.md"),
    needs: Needs::Config,
    check,
};

const HELP: &str = "set it in the environment of this command, or under env.vars of the config";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for block in context.blocks() {
        refused(context, block, findings);
    }
    for agent in context.gateway().enrolled() {
        let model = &agent.settings.model;
        let (Some(path), Some(variable)) = (model.origin.key(), &model.unresolved) else { continue };
        let message = format!("{variable} is set nowhere: the cost is unknown");
        findings.push(RULE.case(context, Severity::Info, path.clone(), message).help(HELP));
    }
}

/// The variables of a block for which the gateway refuses the file.
fn refused(context: &Context<'_>, block: &HeartbeatBlock<'_>, findings: &mut Vec<Finding>) {
    let unset = &context.gateway().unset;
    let text = |key: &str| block.fields.get(key).and_then(|value| value.as_str()).and_then(|text| unset.find(text));
    let bound = |key: &str| block.fields.get("activeHours")?.get(key)?.as_str().and_then(|text| unset.find(text));
    let hours_count = context.behaviour().active_hours_always_checked || block.fields.contains_key("every");
    let open = [
        ("every", text("every"), Severity::Error),
        ("target", text("target"), Severity::Error),
        ("activeHours", bound("start").or(bound("end")), if hours_count { Severity::Error } else { Severity::Info }),
    ];
    for (key, variable, severity) in open {
        let Some(variable) = variable else { continue };
        let path = block.path.key(key);
        let refused = if severity == Severity::Error { ", so OpenClaw refuses the file" } else { "" };
        let stand_in = stand_in(context, &path, key);
        let message = format!("{variable} is set nowhere{refused}{stand_in}");
        findings.push(RULE.case(context, severity, path, message).help(HELP));
    }
}

/// What is counted with in the meantime, where an agent that runs takes the value from there.
fn stand_in(context: &Context<'_>, path: &KeyPath, key: &str) -> String {
    let is_here = |origin: &Origin| origin.key() == Some(path);
    let says = |settings: &Settings| match key {
        "every" if is_here(&settings.every.origin) => Some(format!(": {} is assumed", settings.every.value)),
        "target" if is_here(&settings.target.origin) => Some(": whether it runs is unknown".to_owned()),
        "activeHours" if is_here(&settings.active_hours.origin) => Some(": no restriction is assumed".to_owned()),
        _ => None,
    };
    context.gateway().enrolled().find_map(|agent| says(&agent.settings)).unwrap_or_default()
}
