//! Settings that the release accepts and ignores.

use serde_json::Value;

use super::context::Context;
use super::finding::{Finding, Severity};
use super::rule::Rule;
use crate::gateway::release::Version;

pub(super) static LIGHT: Rule = Rule {
    id: "light-context-without-effect",
    severity: Severity::Warning,
    summary: "lightContext on a release that ignores it",
    page: include_str!("pages/light-context-without-effect.md"),
    check: check_light,
};

pub(super) static ISOLATION: Rule = Rule {
    id: "isolation-without-effect",
    severity: Severity::Warning,
    summary: "isolatedSession on a release that does not isolate",
    page: include_str!("pages/isolation-without-effect.md"),
    check: check_isolation,
};

pub(super) static MODEL: Rule = Rule {
    id: "model-override-without-effect",
    severity: Severity::Warning,
    summary: "a heartbeat model on a release that loses it",
    page: include_str!("pages/model-override-without-effect.md"),
    check: check_model,
};

fn check_light(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let since = context.behaviour().light_context_heeded_from();
    flag(context, "lightContext", &LIGHT, "workspace files are sent all the same", since, findings);
}

fn check_isolation(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let since = context.behaviour().isolation_heeded_from();
    flag(context, "isolatedSession", &ISOLATION, "one transcript is reused and grows", since, findings);
}

fn flag(
    context: &Context<'_>,
    key: &str,
    rule: &Rule,
    effect: &str,
    since: Option<Version>,
    findings: &mut Vec<Finding>,
) {
    let Some(since) = since else { return };
    let version = context.behaviour().version;
    for block in context.blocks().iter().filter(|block| block.fields.get(key) == Some(&Value::Bool(true))) {
        let message = format!("'{key}' has no effect on {version}: {effect}");
        let finding = rule.at(context, block.path.key(key), message);
        findings.push(finding.help(format!("update OpenClaw to {since} or later")));
    }
}

fn check_model(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let behaviour = context.behaviour();
    for block in context.blocks() {
        let Some(since) = behaviour.model_heeded_from(block.own) else { continue };
        let Some(name) = block.fields.get("model").and_then(Value::as_str) else { continue };
        let message = format!("'{name}' does not answer on {}: the agent's own model does", behaviour.version);
        let finding = MODEL.at(context, block.path.key("model"), message);
        findings.push(finding.help(format!("update OpenClaw to {since} or later")));
    }
}
