//! Heartbeat models outside the allowlist: another model answers, without a word.

use super::context::Context;
use super::finding::{Finding, Severity};
use super::models::place;
use super::rule::{Needs, Rule};
use super::spending::Group;
use crate::document::{KeyPath, Segment};
use serde_json::Value;

pub(super) static RULE: Rule = Rule {
    id: "model-not-allowed",
    severity: Severity::Warning,
    summary: "a heartbeat model outside the allowlist, which is silently replaced",
    page: include_str!("pages/model-not-allowed.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if !context.behaviour().has_model_policy {
        return;
    }
    let outside = context.spendings().iter().filter(|spending| {
        spending.agent.settings.model.unresolved.is_none() && !context.gateway().allows(&spending.choice.model)
    });
    let of_heartbeat = |path: &KeyPath| {
        path.parent().and_then(|block| block.last().cloned()) == Some(Segment::Key("heartbeat".to_owned()))
    };
    for group in Group::by_place(outside, |spending| place(context, spending)) {
        let Some(first) = group.members.first().filter(|_| of_heartbeat(&group.path)) else { continue };
        let message =
            format!("'{}' is not in modelPolicy.allow: another model silently answers instead", first.choice.model);
        let allow = KeyPath::root().key("agents").key("defaults").key("modelPolicy").key("allow");
        let length = context.get(&allow).and_then(Value::as_array).map_or(0, Vec::len);
        let added = vec![context.set(&allow.index(length), first.choice.model.to_string())];
        findings.push(
            RULE.at(context, group.path, message).help("add it to agents.defaults.modelPolicy.allow").advise(added),
        );
    }
}
