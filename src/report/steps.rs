//! The plan as a reader takes it: one step a key to write, whoever it serves.

use super::{ChangeInfo, Report};
use crate::money::Money;
use crate::plan::Lever;
use crate::words::plain;

/// A key to write, with everybody who gets its value from it.
pub(super) struct Step<'a> {
    /// Their ids.
    pub(super) agents: Vec<String>,
    /// The change, as the first of them has it.
    pub(super) change: &'a ChangeInfo,
    /// What it saves for all of them.
    pub(super) saving: Money,
}

/// The changes of all agents; a shared key is one step, which saves for each of them.
pub(super) fn steps(report: &Report) -> Vec<Step<'_>> {
    grouped(report, |one, other| one.path == other.path && one.from == other.from)
}

/// The changes of all agents, those that are alike as one step, whatever key each writes. Where several agents change,
/// the step that saves most comes first.
pub(super) fn alike(report: &Report) -> Vec<Step<'_>> {
    let mut steps =
        grouped(report, |one, other| (one.lever, &one.from, &one.to) == (other.lever, &other.from, &other.to));
    if report.enrolled().filter(|agent| !agent.changes.is_empty()).count() > 1 {
        steps.sort_by_key(|step| std::cmp::Reverse(step.saving));
    }
    steps
}

fn grouped(report: &Report, same: impl Fn(&ChangeInfo, &ChangeInfo) -> bool) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    for agent in report.enrolled() {
        for change in &agent.changes {
            match steps.iter_mut().find(|step| same(step.change, change)) {
                Some(step) => {
                    step.agents.push(plain(&agent.id));
                    step.saving += change.saving;
                }
                None => steps.push(Step { agents: vec![plain(&agent.id)], change, saving: change.saving }),
            }
        }
    }
    // What saves only as a part of another change is read after it.
    steps.sort_by_key(|step| step.saving == Money::ZERO);
    steps
}

/// What a change gives up, in as few words as a table has room for.
pub(super) fn briefly(change: &ChangeInfo) -> &'static str {
    match change.lever {
        Lever::Every if change.to == "0m" => "all check-ins",
        Lever::Every => "reaction time",
        Lever::ActiveHours => "check-ins at night",
        Lever::LightContext => "persona and notes",
        Lever::IsolatedSession => "the chat so far",
        Lever::Model => "model quality",
        Lever::CacheRetention => "nothing",
    }
}
