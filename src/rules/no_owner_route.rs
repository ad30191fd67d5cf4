//! Heartbeats for an owner whom nobody named, without whom none of them runs.

use super::context::Context;
use super::finding::{Finding, Severity};
use super::off;
use super::rule::{Needs, Rule};
use super::spending::names;
use crate::document::KeyPath;
use crate::gateway::delivery::Delivery;

pub(super) static RULE: Rule = Rule {
    id: "no-owner-route",
    severity: Severity::Warning,
    summary: "heartbeats go to an owner who is not named anywhere, so none of them runs",
    page: include_str!("pages/no-owner-route.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if !context.behaviour().needs_delivery {
        return;
    }
    let mut stranded: Vec<(KeyPath, &Delivery, Vec<&str>)> = Vec::new();
    for agent in context.gateway().enrolled().filter(|agent| agent.settings.every.value.ms().is_some()) {
        let Delivery::No(_) = &agent.settings.delivery else { continue };
        let path = match agent.settings.target.origin.key() {
            Some(key) => key.clone(),
            None => context.block_of(agent).key("target"),
        };
        match stranded.iter_mut().find(|(place, ..)| *place == path) {
            Some((_, _, ids)) => ids.push(&agent.id),
            None => stranded.push((path, &agent.settings.delivery, vec![&agent.id])),
        }
    }
    for (path, delivery, ids) in stranded {
        let message = format!("no heartbeat of {} ever runs: {delivery}", names(&ids));
        let block = path.parent().unwrap_or_default();
        let finding = RULE
            .at(context, path, message)
            .advise(context.add_to(&block, "target", "none"))
            .advise(context.add_to(&block, "every", off::OFF));
        findings.push(finding.help(
            "name yourself in commands.ownerAllowFrom (approving a pairing does), set target to a configured channel, or to \"none\" to run without \
             delivering; every: \"0m\" turns them off",
        ));
    }
}
