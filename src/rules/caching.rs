//! Prompt caches that are kept too short, too long or not at all for the runs at hand.

use std::collections::{HashMap, HashSet};

use super::context::Context;
use super::finding::{Finding, Severity};
use super::models::declared;
use super::rule::{Needs, Rule};
use super::spending::{Group, Spender};
use crate::document::{Change, KeyPath};
use crate::gateway::Agent;
use crate::gateway::model_ref::ModelRef;
use crate::gateway::retention::Retention;
use crate::money::Money;
use crate::releases::Behaviour;
use crate::simulate::cache::Scheme;

pub(super) static MISSED: Rule = Rule {
    id: "missed-warm-cache",
    severity: Severity::Info,
    summary: "isolated heartbeats that come often enough for a one-hour cache",
    page: include_str!("pages/missed-warm-cache.md"),
    needs: Needs::Config,
    check: check_missed,
};

pub(super) static LONG: Rule = Rule {
    id: "long-retention-on-shared-history",
    severity: Severity::Warning,
    summary: "a one-hour cache for a conversation that is written again on each heartbeat",
    page: include_str!("pages/long-retention-on-shared-history.md"),
    needs: Needs::Config,
    check: check_long,
};

pub(super) static NO_MARKERS: Rule = Rule {
    id: "no-cache-markers",
    severity: Severity::Info,
    summary: "a Claude model whose provider is never asked for a cache",
    page: include_str!("pages/no-cache-markers.md"),
    needs: Needs::Config,
    check: check_markers,
};

/// Where the retention is set, else where the interval is.
fn place(context: &Context<'_>, spending: &Spender<'_>) -> KeyPath {
    context.place_of(spending.agent, &spending.agent.settings.cache_retention.origin, "every")
}

/// The changes that ask for a retention for the agents of a group and for nobody else who runs heartbeats, with the keys
/// in words; `None` where the release has no such key or asks the provider for none.
pub(super) fn asking(context: &Context<'_>, group: &Group<'_, '_>, to: Retention) -> Option<(Vec<Change>, String)> {
    let gateway = context.gateway();
    let mut members: HashMap<&ModelRef, usize> = HashMap::new();
    group.members.iter().for_each(|member| *members.entry(&member.choice.model).or_default() += 1);
    let is_used_outside = |model: &ModelRef| context.users_of(model) > members.get(model).copied().unwrap_or_default();
    let (mut places, mut seen): (Vec<KeyPath>, HashSet<KeyPath>) = Default::default();
    for spending in &group.members {
        let model = &spending.choice.model;
        let place = gateway.retention_place(spending.agent, model, !is_used_outside(model))?;
        if seen.insert(place.clone()) {
            places.push(place);
        }
    }
    let words = match places.as_slice() {
        [] => return None,
        [place] => format!("{place}: \"{to}\""),
        [place, rest @ ..] => format!("{place}: \"{to}\", and {} more like it", rest.len()),
    };
    Some((places.iter().map(|place| context.set(place, to.to_string())).collect(), words))
}

fn check_missed(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let short = Scheme::Markers { one_hour: false };
    let missed = context.spendings().iter().filter(|spending| {
        let every = spending.choice.every.ms().and_then(|ms| i64::try_from(ms).ok());
        let would_be_warm =
            every.is_some_and(|every| !short.is_warm(every) && Scheme::Markers { one_hour: true }.is_warm(every));
        spending.choice.isolated && spending.model.caching.expected == short && would_be_warm
    });
    for group in Group::by_place(missed, |spending| place(context, spending)) {
        let Some(first) = group.members.first() else { continue };
        let Some(waste) = group.waste(context.costing, |choice| choice.retention = Retention::Long) else { continue };
        if waste.saving <= Money::ZERO {
            continue;
        }
        let Some((changes, words)) = asking(context, &group, Retention::Long) else { continue };
        let message = format!(
            "isolated heartbeats of {} every {} find no cache. With a one-hour cache they would cost about {} instead of {}",
            group.names(),
            first.choice.every,
            waste.then(),
            waste.now()
        );
        let finding = MISSED.at(context, group.path, message).waste(Some(waste));
        findings.push(finding.help(format!("{words}; it also applies to chats on that model")).advise(changes));
    }
}

fn check_long(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let long = context.spendings().iter().filter(|spending| {
        !spending.choice.isolated && spending.model.caching.expected == Scheme::Markers { one_hour: true }
    });
    for group in Group::by_place(long, |spending| place(context, spending)) {
        let Some(waste) = group.waste(context.costing, |choice| choice.retention = Retention::Short) else { continue };
        if waste.saving <= Money::ZERO {
            continue;
        }
        let message = format!(
            "the conversation of {} is written again on each heartbeat, at twice the price for an hour. For 5 minutes it \
             would cost about {} instead of {}",
            group.names(),
            waste.then(),
            waste.now()
        );
        let finding = LONG.at(context, group.path.clone(), message).waste(Some(waste));
        let isolation = if context.behaviour().isolation_effective { "; or isolatedSession: true" } else { "" };
        findings.push(match asking(context, &group, Retention::Short) {
            Some((changes, words)) => finding
                .help(format!("a long cache pays off only for isolated heartbeats: {words}{isolation}"))
                .advise(changes),
            None => finding.help(format!("a long cache pays off only for isolated heartbeats{isolation}")).waste(None),
        });
    }
}

fn check_markers(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let unmarked = context.spendings().iter().filter(|spending| {
        let declared = context.gateway().provider(&spending.choice.model.provider);
        let completions = declared.and_then(|provider| provider.api.as_deref()) == Some("openai-completions");
        let vendor = spending.model.found.vendor_model.as_deref().unwrap_or_default();
        let wanted = spending.choice.retention != Retention::None;
        completions && wanted && vendor.starts_with("anthropic/") && spending.model.caching.expected == Scheme::Nothing
    });
    let place = |agent: &Agent| context.place_of(agent, &agent.settings.model.origin, "model");
    for group in Group::by_place(unmarked, |spending| place(spending.agent)) {
        let Some(first) = group.members.first() else { continue };
        let message = format!(
            "requests to '{}' carry no cache markers: the whole prompt is billed as plain input every time",
            first.choice.model
        );
        let finding = NO_MARKERS.at(context, group.path, message);
        if !context.behaviour().markers_can_be_asked {
            let since = Behaviour::since(|behaviour| behaviour.markers_can_be_asked);
            findings.push(finding.help(format!(
                "{since} and later can ask for them, with compat.cacheControlFormat in the model's entry"
            )));
            continue;
        }
        let key = |entry: KeyPath| entry.key("compat").key("cacheControlFormat");
        let changes = declared(context, &first.choice.model).map(|entry| context.set(&key(entry), "anthropic"));
        findings.push(
            finding
                .help("compat: { cacheControlFormat: \"anthropic\" } in the model's entry under models.providers, if the host passes markers on")
                .advise(changes.into_iter().collect()),
        );
    }
}
