//! Settings that the release accepts and ignores.

use serde_json::Value;

use super::context::Context;
use super::finding::{Finding, Safety, Severity};
use super::rule::{Needs, Rule};
use crate::document::KeyPath;
use crate::gateway::Agent;
use crate::gateway::off::{folded, says_off};
use crate::gateway::retention::{self, Retention};
use crate::releases::{Behaviour, Version};
use crate::schema::nearest;
use crate::simulate::cache::Scheme;

pub(super) static LIGHT: Rule = Rule {
    id: "light-context-without-effect",
    severity: Severity::Warning,
    summary: "lightContext on a release that ignores it",
    page: include_str!("pages/light-context-without-effect.md"),
    needs: Needs::Config,
    check: check_light,
};

pub(super) static ISOLATION: Rule = Rule {
    id: "isolation-without-effect",
    severity: Severity::Warning,
    summary: "isolatedSession on a release that does not isolate",
    page: include_str!("pages/isolation-without-effect.md"),
    needs: Needs::Config,
    check: check_isolation,
};

pub(super) static MODEL: Rule = Rule {
    id: "model-override-without-effect",
    severity: Severity::Warning,
    summary: "a heartbeat model on a release that ignores it",
    page: include_str!("pages/model-override-without-effect.md"),
    needs: Needs::Config,
    check: check_model,
};

pub(super) static RETENTION: Rule = Rule {
    id: "cache-retention-without-effect",
    severity: Severity::Warning,
    summary: "a cacheRetention that OpenClaw does not know or does not use",
    page: include_str!("pages/cache-retention-without-effect.md"),
    needs: Needs::Config,
    check: check_retention,
};

fn check_light(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let since = context.behaviour().from(|behaviour| behaviour.light_context_effective);
    flag(context, "lightContext", &LIGHT, "workspace files are sent all the same", since, findings);
}

fn check_isolation(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let since = context.behaviour().from(|behaviour| behaviour.isolation_effective);
    flag(context, "isolatedSession", &ISOLATION, "one transcript is reused and keeps growing", since, findings);
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
    let gateway = context.gateway();
    for block in context.blocks() {
        let Some(since) = behaviour.from(|behaviour| behaviour.uses_model(block.own)) else { continue };
        let Some(name) = block.fields.get("model").and_then(Value::as_str) else { continue };
        let read = |agent: &&Agent| if block.own { agent.own_block.as_ref() == Some(&block.path) } else { true };
        let meant = gateway.resolve_model(name);
        // Where it is the agent's own model as well, nothing is lost.
        if gateway.enrolled().filter(read).all(|agent| agent.settings.model.value == meant) {
            continue;
        }
        let message = format!("'{name}' does not answer on {}: the agent's own model does", behaviour.version);
        let finding = MODEL.at(context, block.path.key("model"), message);
        // A model that has no effect in an agent's own block may have one in the shared block.
        let elsewhere = if behaviour.uses_model(false) { "set it in agents.defaults.heartbeat, or " } else { "" };
        findings.push(finding.help(format!("{elsewhere}update OpenClaw to {since} or later")));
    }
}

fn check_retention(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let (gateway, version) = (context.gateway(), context.behaviour().version);
    let mut said: Vec<KeyPath> = Vec::new();
    for agent in gateway.enrolled() {
        let model = &agent.settings.model.value;
        let holder = agent.path.as_ref().zip(gateway.entry(agent));
        for params in retention::all(context.config, holder, model) {
            let Some(value) = params.value.get(retention::KEY) else { continue };
            let path = params.path().key(retention::KEY);
            if said.contains(&path) {
                continue;
            }
            said.push(path.clone());
            let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let known = value.as_str().and_then(Retention::parse);
            let effect = agent.settings.cache_retention.value;
            let finding = |message: String| RETENTION.at(context, path.clone(), message);
            let Some(asked) = known else {
                let meant = meant(value);
                let holds = if effect == Retention::Unset {
                    "nothing is asked".to_owned()
                } else {
                    format!("'{effect}' holds")
                };
                let finding = finding(format!("cacheRetention '{shown}' means nothing to OpenClaw: {holds}"));
                let help = "expected \"none\", \"short\" (five minutes) or \"long\" (an hour)";
                findings.push(finding.help(help).fix(
                    Safety::Unsafe,
                    meant.map(|meant| context.set(&path, meant.to_string())).into_iter().collect(),
                ));
                continue;
            };
            if !gateway.uses_retention(model) {
                let since = gateway.retention_heeded_from(model);
                let message = format!(
                    "'{asked}' has no effect for '{model}' on {version}: the provider is not asked for a cache"
                );
                findings.push(finding(message).help(format!("update OpenClaw to {since} or later")));
                continue;
            }
            let caching = context.costing.model(None, model, asked).caching.expected;
            if asked == Retention::Long && caching == (Scheme::Markers { one_hour: false }) {
                let message = format!("'long' keeps the cache of '{model}' for only five minutes on {version}");
                findings.push(
                    finding(message).help(match context.behaviour().one_hour_can_be_declared {
                        true => {
                            "the model's entry under models.providers needs compat.supportsLongCacheRetention: true"
                                .to_owned()
                        }
                        false => format!(
                            "update OpenClaw: before {} only Anthropic's own hosts are asked for an hour",
                            Behaviour::since(|behaviour| behaviour.one_hour_anywhere)
                        ),
                    }),
                );
            }
        }
    }
}

/// What an unknown retention was probably meant to be.
fn meant(value: &Value) -> Option<Retention> {
    if *value != "" && says_off(value) {
        return Some(Retention::None);
    }
    Some(match folded(value.as_str()?).as_str() {
        "standard" | "default" | "ephemeral" | "normal" | "5m" | "5min" | "5minutes" => Retention::Short,
        "extended" | "max" | "hour" | "1h" | "60m" | "1hour" | "24h" => Retention::Long,
        name => return nearest(name, ["none", "short", "long"].into_iter()).and_then(Retention::parse),
    })
}
