//! What a check-in could do without: files, frequency, nights, hidden extras. Each with what it costs.

use super::active_hours::hours;
use super::context::{Context, agents};
use super::finding::{Finding, Safety, Severity};
use super::money::Waste;
use super::rule::Rule;
use super::spending::{Group, Spending, sum};
use crate::document::Change;
use crate::gateway::active_hours::{Window, clock};
use crate::levers::Lever;
use crate::money::Money;
use crate::releases::duration::Interval;
use crate::simulate::FLOOD_STARTS;
use crate::simulate::SkipReason;
use crate::simulate::costing::Level;
use crate::simulate::estimate;
use crate::words::count;

pub(super) static FULL_BOOTSTRAP: Rule = Rule {
    id: "full-bootstrap",
    severity: Severity::Info,
    summary: "workspace files are sent with each heartbeat",
    page: include_str!("pages/full-bootstrap.md"),
    check: check_bootstrap,
};

pub(super) static FREQUENT: Rule = Rule {
    id: "frequent-heartbeat",
    severity: Severity::Warning,
    summary: "heartbeats more often than most work changes",
    page: include_str!("pages/frequent-heartbeat.md"),
    check: check_frequent,
};

pub(super) static FLOOD: Rule = Rule {
    id: "flood-interval",
    severity: Severity::Warning,
    summary: "ticks closer than OpenClaw's flood guard allows",
    page: include_str!("pages/flood-interval.md"),
    check: check_flood,
};

pub(super) static IDLE_HOURS: Rule = Rule {
    id: "idle-hours",
    severity: Severity::Info,
    summary: "heartbeats while nobody is awake",
    page: include_str!("pages/idle-hours.md"),
    check: check_idle,
};

pub(super) static HIDDEN_RECAP: Rule = Rule {
    id: "hidden-recap",
    severity: Severity::Info,
    summary: "a second, hidden request beside shared heartbeats",
    page: include_str!("pages/hidden-recap.md"),
    check: check_recap,
};

/// Shorter intervals than this are called frequent, and compared with the default.
const OFTEN_MS: u64 = 15 * 60_000;
const USUAL: Interval = Interval::Every(30 * 60_000);

fn check_bootstrap(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if !context.behaviour().light_context_effective {
        return;
    }
    let full = context.spendings().iter().filter(|spending| !spending.choice.light);
    for group in Group::by_place(full, |spending| context.place(spending.agent, Lever::LightContext)) {
        let Some(waste) = group.waste(context.costing, |choice| choice.light = true) else { continue };
        if waste.saving <= Money::ZERO {
            continue;
        }
        let message = format!(
            "each heartbeat of {} sends the persona and memory files along: about {} a month",
            group.names(),
            waste.saved(),
        );
        let changes = context.planned(Lever::LightContext, &group).map(|planned| planned.changes).unwrap_or_default();
        let finding = FULL_BOOTSTRAP.at(context, group.path, message).waste(Some(waste));
        findings.push(
            finding
                .help("set lightContext: true unless heartbeats need the persona or memory files")
                .fix(Safety::Unsafe, changes),
        );
    }
}

fn check_frequent(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let is_often = |spending: &&Spending<'_>| {
        spending.choice.every.ms().is_some_and(|ms| ms < OFTEN_MS) && !spending.waits_for_tasks()
    };
    let often = context.spendings().iter().filter(is_often);
    for group in Group::by_place(often, |spending| context.place(spending.agent, Lever::Every)) {
        let Some(first) = group.members.first() else { continue };
        let (every, advised) = slower(context, &group);
        let waste = group.waste(context.costing, |choice| choice.every = every);
        let (every_now, runs) = (first.choice.every, count(group.runs()));
        let mut message = format!("{} wakes every {every_now}: {runs} heartbeats a month", group.names());
        if let Some(waste) = waste.filter(|waste| waste.saving > Money::ZERO) {
            message += &format!(", about {}; every {every} it would be {}", waste.now(), waste.then());
        }
        let finding = FREQUENT.at(context, group.path, message).waste(waste);
        let why = "what cannot wait is better woken by an event than found by polling";
        findings.push(finding.help(format!("every: \"{every}\", or less often: {why}")).advise(advised));
    }
}

/// The interval that the plan gives the agents of a group, with its edits; where it has none for them, the usual one.
fn slower<'a>(context: &Context<'a>, group: &Group<'_, 'a>) -> (Interval, Vec<Change>) {
    let chosen = |spending: &&Spending<'_>| Some(context.chosen(spending.agent, Lever::Every)?.every);
    let mut intervals = group.members.iter().map(chosen);
    let agreed = intervals.next().flatten().filter(|first| intervals.all(|other| other == Some(*first)));
    let planned = || context.planned(Lever::Every, group).filter(|planned| planned.agents.len() == group.members.len());
    match agreed.and_then(|every| Some((every, planned()?.changes))) {
        Some(planned) => planned,
        None => (USUAL, vec![context.set(&group.path, USUAL.to_string())]),
    }
}

fn check_flood(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let flooding =
        |spending: &&Spending<'_>| spending.estimate.skips.get(&SkipReason::Flood).is_some_and(|count| *count > 0);
    let floods = context.spendings().iter().filter(flooding);
    for group in Group::by_place(floods, |spending| context.block_of(spending.agent).key("every")) {
        let Some(first) = group.members.first() else { continue };
        let skipped: u64 =
            group.members.iter().filter_map(|spending| spending.estimate.skips.get(&SkipReason::Flood)).sum();
        let message = format!(
            "ticks of {} every {} come closer than the flood guard allows: {skipped} a month are skipped",
            group.names(),
            first.choice.every
        );
        findings.push(
            FLOOD
                .at(context, group.path, message)
                .help(format!("OpenClaw starts an agent {FLOOD_STARTS} times a minute at most")),
        );
    }
}

/// The hours in which people are mostly awake.
const DAY: (u16, u16) = (8 * 60, 22 * 60);

fn check_idle(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let always = context.spendings().iter().filter(|spending| {
        let settings = &spending.agent.settings;
        settings.active_hours.value == Window::Always && settings.active_hours.unresolved.is_none()
    });
    for group in Group::by_place(always, |spending| context.block_of(spending.agent).key("activeHours")) {
        let Some(waste) = sum(group.members.iter().map(|spending| nights(context, spending))) else { continue };
        if waste.saving <= Money::ZERO {
            continue;
        }
        let zone = context.gateway().user_zone.iana_name().unwrap_or("in the user's zone");
        let message = format!(
            "about {} a month of {} is spent between {} and {} {zone}",
            waste.saved(),
            group.names(),
            clock(DAY.1),
            clock(DAY.0)
        );
        let finding = IDLE_HOURS.at(context, group.path, message).waste(Some(waste));
        let [start, end] = [clock(DAY.0), clock(DAY.1)];
        let help = format!("set activeHours: {{ start: \"{start}\", end: \"{end}\" }} if nothing is due at night");
        let block = finding.path.parent().unwrap_or_default();
        let hours = vec![context.set(&finding.path, hours(&start, &end))];
        findings.push(finding.help(help).advise(if context.may_add_to(&block) { hours } else { Vec::new() }));
    }
}

/// What an agent costs outside of the day.
fn nights(context: &Context<'_>, spending: &Spending<'_>) -> Option<Waste> {
    let zone = context.gateway().user_zone.clone();
    let day = Window::Daily { start: DAY.0, end: DAY.1, zone };
    let by_day = spending.cost_with(context.costing, |choice| choice.window = day)?;
    let cost = spending.estimate.cost?;
    Some(Waste { unit: spending.unit, cost, saving: cost.typical - by_day })
}

fn check_recap(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let costing = context.costing;
    let recaps = |spending: &Spending<'_>| {
        let scenario = costing.scenario(&spending.subject, &spending.choice, &spending.model, Level::Typical, None);
        estimate::tally(&scenario).recap_tokens.prompt()
    };
    let shared = context.spendings().iter().filter(|spending| !spending.choice.isolated && recaps(spending) > 0);
    for group in Group::by_place(shared, |spending| context.block_of(spending.agent).key("isolatedSession")) {
        let tokens: u64 = group.members.iter().map(|spending| recaps(spending)).sum();
        let Some(recap) = group.members.first().and_then(|first| first.subject.recap.as_ref()) else { continue };
        let without = |spending: &&Spending<'_>| {
            let mut subject = spending.subject.clone();
            subject.recap = None;
            spending.waste_beyond(costing, &subject)
        };
        let waste = sum(group.members.iter().map(without)).filter(|waste| waste.saving > Money::ZERO);
        let much =
            waste.map_or_else(|| format!("{} tokens of input", count(tokens)), |waste| waste.saved().to_string());
        let message = format!(
            "each heartbeat of {} also triggers a hidden summary request to {} (about {much} a month)",
            group.names(),
            recap.model.id,
        );
        let finding = HIDDEN_RECAP.at(context, group.path, message).waste(waste);
        let small = agents().key("defaults").key("utilityModel");
        findings.push(
            finding
                .help("isolated runs have none; agents.defaults.utilityModel: \"\" switches it off (per OpenClaw's docs; not measured)")
                .advise(vec![context.set(&small, "")]),
        );
    }
}
