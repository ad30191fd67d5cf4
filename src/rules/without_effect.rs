//! Settings that the release accepts and ignores.

use serde_json::Value;

use super::context::Context;
use super::finding::{Finding, Severity};
use super::rule::Rule;

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
    if context.behaviour().light_context_effective {
        return;
    }
    flag(context, "lightContext", &LIGHT, "workspace files are sent all the same", "2026.4.7", findings);
}

fn check_isolation(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.behaviour().isolation_effective {
        return;
    }
    flag(context, "isolatedSession", &ISOLATION, "one transcript is reused and grows", "2026.4.12", findings);
}

fn flag(context: &Context<'_>, key: &str, rule: &Rule, effect: &str, fixed: &str, findings: &mut Vec<Finding>) {
    let version = context.behaviour().version;
    for block in context.blocks().iter().filter(|block| block.fields.get(key) == Some(&Value::Bool(true))) {
        let message = format!("'{key}' has no effect on {version}: {effect}");
        let finding = rule.at(context, block.path.key(key), message);
        findings.push(finding.help(format!("update OpenClaw to {fixed} or later")));
    }
}

fn check_model(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let behaviour = context.behaviour();
    for block in context.blocks() {
        let lost = !behaviour.heartbeat_model_effective || (block.own && !behaviour.agent_model_effective);
        let Some(name) = block.fields.get("model").and_then(Value::as_str).filter(|_| lost) else { continue };
        let message = format!("'{name}' does not answer on {}: the agent's own model does", behaviour.version);
        let since = if behaviour.heartbeat_model_effective { "2026.2.12" } else { "2026.4.5" };
        let finding = MODEL.at(context, block.path.key("model"), message);
        findings.push(finding.help(format!("update OpenClaw to {since} or later")));
    }
}
