//! Heartbeats that nobody reads, and switches elsewhere in the file that stop them all.

use std::collections::HashSet;

use super::context::Context;
use super::empty_block_is_not_off;
use super::finding::{Finding, Severity};
use super::money::Waste;
use super::off;
use super::rule::{Needs, Rule};
use super::spending::{Group, Spender, names, sum};
use crate::document::KeyPath;
use crate::gateway::Agent;
use crate::gateway::delivery::Delivery;
use crate::money::Money;
use crate::releases::Behaviour;
use crate::words::count;

pub(super) static UNREAD: Rule = Rule {
    id: "unread-heartbeat",
    severity: Severity::Warning,
    summary: "heartbeats that run but deliver nothing",
    page: include_str!("pages/unread-heartbeat.md"),
    needs: Needs::Config,
    check: check_unread,
};

pub(super) static NEVER_VISIBLE: Rule = Rule {
    id: "never-visible",
    severity: Severity::Warning,
    summary: "a channel that hides all heartbeats, so that none runs",
    page: include_str!("pages/never-visible.md"),
    needs: Needs::Config,
    check: check_visible,
};

pub(super) static SCHEDULER_OFF: Rule = Rule {
    id: "scheduler-off",
    severity: Severity::Warning,
    summary: "the scheduler is switched off, and heartbeats with it",
    page: include_str!("pages/scheduler-off.md"),
    needs: Needs::Config,
    check: check_scheduler,
};

fn check_unread(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let delivers_nowhere = |spending: &&Spender<'_>| matches!(spending.agent.settings.delivery, Delivery::Nowhere(_));
    let unread = context.spendings().iter().filter(delivers_nowhere);
    let place = |spending: &Spender<'_>| context.block_of(spending.agent).key("target");
    // An empty block is said to cost the same already.
    let empty = findings.iter().filter(|finding| finding.rule == empty_block_is_not_off::RULE.id);
    let empty: HashSet<KeyPath> = empty.map(|finding| finding.path.clone()).collect();
    for group in Group::by_place(unread, place) {
        if group.path.parent().is_some_and(|block| empty.contains(&block)) {
            continue;
        }
        let whole = sum(group.members.iter().map(|spending| {
            let cost = spending.estimate.cost?;
            Some(Waste { unit: spending.unit, cost, saving: cost.typical })
        }));
        let by_default = group.members.iter().all(|spending| spending.agent.settings.target.origin.key().is_none());
        let why = group.members.first().map(|spending| &spending.agent.settings.delivery);
        let chosen = group.members.iter().any(|spending| spending.agent.settings.target.value.trim() == "none");
        let block = group.path.parent().unwrap_or_default();
        let cause = match why {
            Some(why) if !by_default => why.to_string(),
            _ => "no target is set".to_owned(),
        };
        let runs = count(group.runs());
        let mut message = format!("nobody sees the {runs} heartbeats a month of {} ({cause})", group.names());
        if let Some(waste) = whole.filter(|waste| waste.saving != Money::ZERO) {
            message += &format!(": about {}", waste.now());
        }
        let off = context.add_to(&block, "every", off::OFF);
        if why.is_some() && !by_default && !chosen {
            let finding = UNREAD.at(context, group.path, message).waste(whole);
            findings.push(
                finding
                    .help("set a target so that somebody sees them, or set every: \"0m\" to save the cost")
                    .advise(off),
            );
            continue;
        }
        let finding = UNREAD.at(context, group.path, message).waste(whole).advise(off);
        let told = if by_default { context.add_to(&block, "target", "last") } else { Vec::new() };
        findings.push(finding.advise(told).help(match by_default {
            true => {
                "this release delivers nowhere by default: set target to \"last\" or a channel, or every to \"0m\""
            }
            false => "fine for agents that only act; to be told, set target to a channel; to save the cost, set every to \"0m\"",
        }));
    }
}

/// The agents that would run.
fn scheduled<'c>(context: &'c Context<'_>) -> impl Iterator<Item = &'c Agent> {
    context.gateway().enrolled().filter(|agent| agent.settings.every.value.ms().is_some())
}

fn check_visible(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let unseen: Vec<&str> =
        scheduled(context).filter(|agent| agent.settings.invisible).map(|agent| agent.id.as_str()).collect();
    if unseen.is_empty() {
        return;
    }
    let key = context.behaviour().visibility_key;
    let channels = KeyPath::root().key("channels");
    let holders = context.get(&channels).and_then(|channels| channels.as_object()).into_iter().flatten();
    let holder = holders.map(|(name, _)| channels.key(name).key(key)).find(|path| context.get(path).is_some());
    let message = format!("no heartbeat of {} ever runs: its channel hides them all", names(&unseen));
    let finding = NEVER_VISIBLE.at(context, holder.unwrap_or(channels), message);
    findings.push(finding.help("turn on one of showOk, showAlerts and useIndicator, or set every: \"0m\""));
}

fn check_scheduler(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let stopped: Vec<&str> = scheduled(context).map(|agent| agent.id.as_str()).collect();
    if context.gateway().scheduler_on || stopped.is_empty() {
        return;
    }
    let path = KeyPath::root().key("cron").key("enabled");
    let switch = path.clone();
    let since = Behaviour::since(|behaviour| behaviour.runs_by_scheduler);
    let message =
        format!("no heartbeat of {} ever runs: from {since} on, the scheduler runs heartbeats", names(&stopped));
    findings.push(
        SCHEDULER_OFF
            .at(context, path, message)
            .help("if you want no heartbeats, set every: \"0m\"; if you do, remove this")
            .advise(context.remove(&switch)),
    );
}
