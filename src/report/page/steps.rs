//! The plan as a reader takes it: one step a key to write, whoever it serves, and what only works together as one. The
//! step that is worth most comes first.

use serde_json::Value;

use super::super::values::shown;
use super::super::{AgentReport, ChangeInfo, Figure, Report};
use super::Line;
use crate::money::{Money, Unit};
use crate::plan::confidence::Confidence;
use crate::words::plain;

/// What the figure beside a step means.
pub(in crate::report) const WORTH: &str = "worth: how much more a month costs if only that change is left out";

/// What tokens beside a change are.
pub(in crate::report) const IN_TOKENS: &str =
    "tokens here and below are input-equivalent: output counts for more, and what comes from a cache for less";

/// A key to write, with everybody who gets its value from it.
pub(in crate::report) struct KeyToWrite<'a> {
    /// Their ids.
    pub(in crate::report) agents: Vec<String>,
    /// The change, as the first of them has it.
    pub(in crate::report) change: &'a ChangeInfo,
    /// Those that only work together with it.
    pub(in crate::report) with: Vec<&'a ChangeInfo>,
    /// How much more a month of all of them costs without it.
    pub(in crate::report) worth: Figure,
}

impl<'a> KeyToWrite<'a> {
    /// All its changes.
    pub(in crate::report) fn changes(&self) -> impl Iterator<Item = &'a ChangeInfo> {
        std::iter::once(self.change).chain(self.with.iter().copied())
    }
}

/// The changes of all agents; a shared key is one step, which is worth the sum to them.
pub(in crate::report) fn steps(report: &Report) -> Vec<KeyToWrite<'_>> {
    grouped(report, |one, other| one.path == other.path && one.from == other.from, is_same_change)
}

/// The changes of all agents, those that are alike as one step, whatever key each writes.
pub(in crate::report) fn same_changes(report: &Report) -> Vec<KeyToWrite<'_>> {
    grouped(report, is_same_change, is_same_change)
}

fn is_same_change(one: &ChangeInfo, other: &ChangeInfo) -> bool {
    (one.lever, &one.from, &one.to) == (other.lever, &other.from, &other.to)
}

/// The changes of all agents, as one step where what leads is the same for several, and so is what belongs to it.
fn grouped(
    report: &Report,
    leads: impl Fn(&ChangeInfo, &ChangeInfo) -> bool,
    follows: impl Fn(&ChangeInfo, &ChangeInfo) -> bool,
) -> Vec<KeyToWrite<'_>> {
    let mut steps: Vec<KeyToWrite<'_>> = Vec::new();
    for (agent, own) in report.enrolled().flat_map(|agent| of(agent).map(move |own| (agent, own))) {
        let is_same = |step: &&mut KeyToWrite<'_>| {
            let all = step.with.iter().zip(&own.with).all(|(one, other)| follows(one, other));
            let same_unit = step.worth.unit == own.worth.unit;
            same_unit && step.with.len() == own.with.len() && leads(step.change, own.change) && all
        };
        match steps.iter_mut().find(is_same) {
            Some(step) => {
                step.agents.push(plain(&agent.id));
                step.worth += own.worth;
            }
            None => steps.push(KeyToWrite { agents: vec![plain(&agent.id)], ..own }),
        }
    }
    steps.sort_by_key(|step| std::cmp::Reverse(step.worth));
    steps
}

/// The steps of one agent. Of changes that belong together the last gives up most, and leads.
fn of(agent: &AgentReport) -> impl Iterator<Item = KeyToWrite<'_>> {
    let leads = |change: &&ChangeInfo| change.together.iter().all(|other| *other < change.lever);
    agent.changes.iter().filter(leads).map(|change| {
        let with = agent.changes.iter().filter(|other| change.together.contains(&other.lever)).collect();
        KeyToWrite { agents: Vec::new(), change, with, worth: change.worth }
    })
}

/// Changes beside the plan that are named.
const NAMED: usize = 3;

/// What could be changed beside the plan, for less than it takes away is worth.
pub(in crate::report) fn also_possible(report: &Report) -> Option<Line> {
    let mut possible: Vec<(String, &str, Figure)> = Vec::new();
    for info in report.enrolled().flat_map(|agent| &agent.also_possible) {
        let what = format!("{}: {}", info.lever, shown(report, &info.to));
        match possible.iter_mut().find(|(other, _, saving)| *other == what && saving.unit == info.saving.unit) {
            Some((_, _, saving)) => *saving += info.saving,
            None => possible.push((what, info.lever.loses(&info.to), info.saving)),
        }
    }
    possible.sort_by_key(|(_, _, saving)| std::cmp::Reverse(*saving));
    let in_tokens = possible.iter().all(|(_, _, saving)| saving.unit == Unit::Tokens);
    let more = possible.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let named = possible
        .into_iter()
        .take(NAMED)
        .map(|(what, loses, saving)| Line::code(what).and(format!(" ({} a month for {loses})", saving.in_words())));
    let named: Vec<Line> = named.collect();
    (!named.is_empty()).then(|| {
        let flag = if in_tokens { "--worth-tokens" } else { "--worth" };
        Line::new("Also possible, but it saves little for what it gives up: ")
            .then(Line::joined(named, ", "))
            .and(format!("{more}. {flag} 0 takes it in."))
    })
}

/// What a change gives up, in as few words as a table has room for.
pub(in crate::report) fn briefly(change: &ChangeInfo) -> &'static str {
    change.lever.loses(&change.to)
}

/// The name of the column that holds what a step is worth.
pub(in crate::report) fn worth_column(unit: Unit) -> &'static str {
    match unit {
        Unit::Usd | Unit::Tokens => "a month costs more without it",
        Unit::Credits => "a month costs more without it, credits",
    }
}

/// What to know of a change beside what it is worth and gives up: a name and the words each.
pub(in crate::report) fn notes(report: &Report, change: &ChangeInfo) -> Vec<(&'static str, Line)> {
    let mut notes = Vec::new();
    if let Some(second) = change.runner_up.as_ref().filter(|second| second.more.amount > Money::ZERO) {
        let more = format!("{} a month more", second.more.in_words());
        notes.push(match second.to {
            Value::Bool(is_on) => {
                // Less than the step is worth, which leaves the others as they are.
                (if is_on { "left on" } else { "left off" }, format!("{more}, with the rest chosen anew").into())
            }
            _ => ("next best", Line::code(shown(report, &second.to)).and(format!(", {more}"))),
        });
    }
    if let Some(doubt) = change.doubt.as_deref().filter(|_| change.confidence != Confidence::High) {
        notes.push(("less sure", doubt.into()));
    }
    notes.push(("watch", change.watch.into()));
    notes
}
