//! Intervals that outlive the prompt cache: each run pays the premium for a cache that is gone before the next one.

use super::caching::asking;
use super::context::Context;
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};
use super::spending::{Group, Spender};
use crate::gateway::Agent;
use crate::gateway::retention::Retention;
use crate::money::{Money, Unit};
use crate::releases::Behaviour;
use crate::simulate::cache::Scheme;

pub(super) static RULE: Rule = Rule {
    id: "cold-cache-writes",
    severity: Severity::Warning,
    summary: "each heartbeat writes a prompt cache that expires before the next one",
    page: include_str!("pages/cold-cache-writes.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    // Where an hour would pay, `missed-warm-cache` says so.
    let cold = context.spendings().iter().filter(|spending| is_cold(spending) && !an_hour_pays(context, spending));
    let place = |agent: &Agent| context.place_of(agent, &agent.settings.cache_retention.origin, "every");
    for group in Group::by_place(cold, |spending| place(spending.agent)) {
        let Some(first) = group.members.first() else { continue };
        let Some(waste) = group.waste(context.costing, |choice| choice.retention = Retention::None) else { continue };
        // Without a price nobody pays for writes.
        if waste.saving <= Money::ZERO || waste.unit == Unit::Tokens {
            continue;
        }
        let lifetime = if is_long(first) { "an hour" } else { "5 minutes" };
        let often = match first.waits_for_tasks() {
            true => "runs only when a task is due".to_owned(),
            false => format!("wakes every {}", first.choice.every),
        };
        let message = format!(
            "the prompt cache lives {lifetime} but {} {often}: {} a month pays for cache writes nobody reads",
            group.names(),
            waste.saved(),
        );
        let finding = RULE.at(context, group.path.clone(), message);
        findings.push(match asking(context, &group, Retention::None) {
            Some((changes, words)) => finding
                .help(format!("{words}, unless chats on that model are frequent"))
                .waste(Some(waste))
                .advise(changes),
            None => finding.help(unheard(context, first)),
        });
    }
}

/// Whether a cache of an hour costs less than none.
fn an_hour_pays(context: &Context<'_>, spending: &Spender<'_>) -> bool {
    let with = |retention| spending.cost_with(context.costing, |choice| choice.retention = retention);
    spending.choice.isolated && with(Retention::Long) < with(Retention::None)
}

fn is_long(spending: &Spender<'_>) -> bool {
    spending.model.caching.expected == Scheme::Markers { one_hour: true }
}

/// Whether the cache is written on purpose and never read by the next run.
fn is_cold(spending: &Spender<'_>) -> bool {
    let scheme = spending.model.caching.expected;
    let every = spending.choice.every.ms().and_then(|ms| i64::try_from(ms).ok());
    matches!(scheme, Scheme::Markers { .. }) && every.is_some_and(|every| !scheme.is_warm(every))
}

/// Why nothing can be done about it on this release.
fn unheard(context: &Context<'_>, spending: &Spender<'_>) -> String {
    let (gateway, model) = (context.gateway(), &spending.choice.model);
    let version = gateway.behaviour.version;
    match gateway.uses_retention(model) {
        true => {
            let since = Behaviour::since(|behaviour| behaviour.defaults_params);
            format!("{version} has no key for this that leaves the choice of models alone; {since} and later have")
        }
        false => {
            let since = gateway.retention_heeded_from(model);
            format!(
                "{version} caches for '{}' whatever the file says; {since} and later use cacheRetention: \"none\"",
                model.provider
            )
        }
    }
}
