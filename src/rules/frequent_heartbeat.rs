//! Heartbeats more often than most work changes, compared with what the plan or the default has.

use super::context::Context;
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};
use super::spending::{Group, Spender};
use crate::document::Change;
use crate::levers::Lever;
use crate::money::Money;
use crate::releases::duration::Interval;
use crate::words::count;

pub(super) static RULE: Rule = Rule {
    id: "frequent-heartbeat",
    severity: Severity::Warning,
    summary: "heartbeats that come more often than most things change",
    page: include_str!("pages/frequent-heartbeat.md"),
    needs: Needs::Config,
    check,
};

/// Shorter intervals than this are called frequent, and compared with the default.
const OFTEN_MS: u64 = 15 * 60_000;
const USUAL: Interval = Interval::Every(30 * 60_000);

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let is_often = |spending: &&Spender<'_>| {
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
        let finding = RULE.at(context, group.path, message).waste(waste);
        let why = "for what cannot wait, let an event wake the agent instead of polling";
        findings.push(finding.help(format!("every: \"{every}\", or less often: {why}")).advise(advised));
    }
}

/// The interval that the plan gives the agents of a group, with its edits; where it has none for them, the usual one.
fn slower<'a>(context: &Context<'a>, group: &Group<'_, 'a>) -> (Interval, Vec<Change>) {
    let chosen = |spending: &&Spender<'_>| Some(context.chosen(spending.agent, Lever::Every)?.every);
    let mut intervals = group.members.iter().map(chosen);
    let agreed = intervals.next().flatten().filter(|first| intervals.all(|other| other == Some(*first)));
    let planned = || context.planned(Lever::Every, group).filter(|planned| planned.agents.len() == group.members.len());
    match agreed.and_then(|every| Some((every, planned()?.changes))) {
        Some(planned) => planned,
        None => (USUAL, vec![context.set(&group.path, USUAL.to_string())]),
    }
}
