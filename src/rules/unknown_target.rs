//! Targets that OpenClaw refuses, for they are no channel.

use super::context::Context;
use super::finding::{Finding, Safety, Severity};
use super::rule::{Needs, Rule};
use crate::document::Named;
use crate::releases::Behaviour;
use crate::releases::channels::{CHANNELS, is_channel};
use crate::schema::nearest;

pub(super) static RULE: Rule = Rule {
    id: "unknown-target",
    severity: Severity::Error,
    summary: "a target that is not a channel",
    page: include_str!("pages/unknown-target.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for block in context.blocks() {
        let Some(target) = block.fields.get("target").and_then(|target| target.as_str()) else { continue };
        let path = block.path.key("target");
        let name = target.trim().to_lowercase();
        let configured = || context.config.at("channels").is_some_and(|channels| channels.get(&name).is_some());
        let known = match name.as_str() {
            "last" | "none" => true,
            "owner" => context.behaviour().accepts_owner_target,
            name => is_channel(name, context.behaviour().version),
        };
        let since = Behaviour::since(|behaviour| behaviour.accepts_owner_target);
        if known || context.gateway().unset.find(target).is_some() || !name.is_empty() && configured() {
            continue;
        }
        let finding = match name.as_str() {
            "" => RULE.at(context, path.clone(), "an empty target"),
            "owner" => RULE.at(context, path.clone(), format!("target 'owner' came with {since}")),
            _ => RULE.at(context, path.clone(), format!("unknown target '{target}'")),
        };
        let channel = name.split_once(':').filter(|(channel, _)| CHANNELS.contains(channel));
        findings.push(match channel {
            Some((channel, to)) => finding
                .help(format!("the recipient has a key of its own: target: \"{channel}\", to: \"{to}\""))
                .fix(Safety::Unsafe, vec![context.set(&path, channel), context.set(&block.path.key("to"), to)]),
            None => match nearest(&name, CHANNELS.into_iter().chain(["owner", "last", "none"])) {
                Some(near) if near != name => finding.help(format!("did you mean '{near}'?")),
                _ => finding.help(format!(
                    "expected a channel such as 'telegram', 'last' or 'none', and from {since} on 'owner'"
                )),
            },
        });
    }
}
