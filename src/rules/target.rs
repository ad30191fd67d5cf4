//! Where check-ins go: targets that OpenClaw refuses, and owners that nobody named, without whom nothing runs.

use super::context::Context;
use super::finding::{Finding, Safety, Severity};
use super::off;
use super::rule::Rule;
use super::spending::names;
use crate::gateway::route::Route;
use crate::releases::Behaviour;
use crate::releases::channels::{CHANNELS, is_channel};
use crate::schema::nearest;

pub(super) static UNKNOWN: Rule = Rule {
    id: "unknown-target",
    severity: Severity::Error,
    summary: "a target that is no channel",
    page: include_str!("pages/unknown-target.md"),
    check: check_known,
};

pub(super) static NO_OWNER_ROUTE: Rule = Rule {
    id: "no-owner-route",
    severity: Severity::Warning,
    summary: "check-ins go to an owner whom nothing names, so none of them runs",
    page: include_str!("pages/no-owner-route.md"),
    check: check_route,
};

fn check_known(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for block in context.blocks() {
        let Some(target) = block.fields.get("target").and_then(|target| target.as_str()) else { continue };
        let path = block.path.key("target");
        let name = target.trim().to_lowercase();
        let configured = || context.config.pointer("/channels").is_some_and(|channels| channels.get(&name).is_some());
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
            "" => UNKNOWN.at(context, path.clone(), "an empty target"),
            "owner" => UNKNOWN.at(context, path.clone(), format!("target 'owner' came with {since}")),
            _ => UNKNOWN.at(context, path.clone(), format!("unknown target '{target}'")),
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

fn check_route(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if !context.behaviour().needs_route {
        return;
    }
    let mut stranded: Vec<(crate::document::KeyPath, &Route, Vec<&str>)> = Vec::new();
    for agent in context.gateway().enrolled().filter(|agent| agent.settings.every.value.ms().is_some()) {
        let Route::No(_) = &agent.settings.route else { continue };
        let path = match agent.settings.target.origin.key() {
            Some(key) => key.clone(),
            None => context.block_of(agent).key("target"),
        };
        match stranded.iter_mut().find(|(place, ..)| *place == path) {
            Some((_, _, ids)) => ids.push(&agent.id),
            None => stranded.push((path, &agent.settings.route, vec![&agent.id])),
        }
    }
    for (path, route, ids) in stranded {
        let message = format!("no tick of {} ever runs: {route}", names(&ids));
        let block = path.parent().unwrap_or_default();
        let finding = NO_OWNER_ROUTE
            .at(context, path, message)
            .advise(context.add_to(&block, "target", "none"))
            .advise(context.add_to(&block, "every", off::OFF));
        findings.push(finding.help(
            "name yourself in commands.ownerAllowFrom (approving a pairing does), set target to a configured channel, or to \"none\" to run without \
             delivering; \"0m\" says that none is wanted",
        ));
    }
}
