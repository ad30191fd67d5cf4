//! The plan as a reader takes it: one step a key to write, whoever it serves, and what only works together as one. The
//! step that is worth most comes first.

use super::values::shown;
use super::{AgentReport, ChangeInfo, Figure, Report};
use crate::money::Unit;
use crate::words::plain;

/// What the figure beside a step means.
pub(super) const WORTH: &str = "worth: how much more a month costs if only that change is left out";

/// A key to write, with everybody who gets its value from it.
pub(super) struct Step<'a> {
    /// Their ids.
    pub(super) agents: Vec<String>,
    /// The change, as the first of them has it.
    pub(super) change: &'a ChangeInfo,
    /// Those that only work together with it.
    pub(super) with: Vec<&'a ChangeInfo>,
    /// How much more a month of all of them costs without it.
    pub(super) worth: Figure,
}

impl<'a> Step<'a> {
    /// All its changes.
    pub(super) fn changes(&self) -> impl Iterator<Item = &'a ChangeInfo> {
        std::iter::once(self.change).chain(self.with.iter().copied())
    }
}

/// The changes of all agents; a shared key is one step, which is worth the sum to them.
pub(super) fn steps(report: &Report) -> Vec<Step<'_>> {
    grouped(report, |one, other| one.path == other.path && one.from == other.from, is_alike)
}

/// The changes of all agents, those that are alike as one step, whatever key each writes.
pub(super) fn alike(report: &Report) -> Vec<Step<'_>> {
    grouped(report, is_alike, is_alike)
}

fn is_alike(one: &ChangeInfo, other: &ChangeInfo) -> bool {
    (one.lever, &one.from, &one.to) == (other.lever, &other.from, &other.to)
}

/// The changes of all agents, as one step where what leads is the same for several, and so is what belongs to it.
fn grouped(
    report: &Report,
    leads: impl Fn(&ChangeInfo, &ChangeInfo) -> bool,
    follows: impl Fn(&ChangeInfo, &ChangeInfo) -> bool,
) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    for (agent, own) in report.enrolled().flat_map(|agent| of(agent).map(move |own| (agent, own))) {
        let is_same = |step: &&mut Step<'_>| {
            let all = step.with.iter().zip(&own.with).all(|(one, other)| follows(one, other));
            let same_unit = step.worth.unit == own.worth.unit;
            same_unit && step.with.len() == own.with.len() && leads(step.change, own.change) && all
        };
        match steps.iter_mut().find(is_same) {
            Some(step) => {
                step.agents.push(plain(&agent.id));
                step.worth += own.worth;
            }
            None => steps.push(Step { agents: vec![plain(&agent.id)], ..own }),
        }
    }
    steps.sort_by_key(|step| std::cmp::Reverse(step.worth));
    steps
}

/// The steps of one agent. Of changes that belong together the last gives up most, and leads.
fn of(agent: &AgentReport) -> impl Iterator<Item = Step<'_>> {
    let leads = |change: &&ChangeInfo| change.together.iter().all(|other| *other < change.lever);
    agent.changes.iter().filter(leads).map(|change| {
        let with = agent.changes.iter().filter(|other| change.together.contains(&other.lever)).collect();
        Step { agents: Vec::new(), change, with, worth: change.worth }
    })
}

/// Changes beside the plan that are named.
const NAMED: usize = 3;

/// What could be changed beside the plan, for less than it takes away is worth; `value` and `prose` escape for a format.
pub(super) fn also_possible(
    report: &Report,
    value: impl Fn(&str) -> String,
    prose: impl Fn(&str) -> String,
) -> Option<String> {
    let mut possible: Vec<(String, &str, Figure)> = Vec::new();
    for info in report.enrolled().flat_map(|agent| &agent.also_possible) {
        let what = value(&format!("{}: {}", info.lever, shown(report, &info.to)));
        match possible.iter_mut().find(|(other, _, saving)| *other == what && saving.unit == info.saving.unit) {
            Some((_, _, saving)) => *saving += info.saving,
            None => possible.push((what, info.lever.loses(&info.to), info.saving)),
        }
    }
    possible.sort_by_key(|(_, _, saving)| std::cmp::Reverse(*saving));
    let in_tokens = possible.iter().all(|(_, _, saving)| saving.unit == Unit::Tokens);
    let saves = |saving: Figure| prose(&saving.amount());
    let named = possible.iter().take(NAMED);
    let named: Vec<String> =
        named.map(|(what, loses, saving)| format!("{what} ({} a month for {loses})", saves(*saving))).collect();
    let more = possible.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!named.is_empty()).then(|| {
        format!(
            "Also possible, but it saves little for what it gives up: {}{more}. {} 0 takes it in.",
            named.join(", "),
            if in_tokens { "--worth-tokens" } else { "--worth" }
        )
    })
}

/// What a change gives up, in as few words as a table has room for.
pub(super) fn briefly(change: &ChangeInfo) -> &'static str {
    change.lever.loses(&change.to)
}
