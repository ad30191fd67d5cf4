//! The plan as a reader takes it: one step a key to write, whoever it serves.

use super::amount::plain;
use super::{ChangeInfo, Report};
use crate::money::Money;

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
    let mut steps: Vec<Step<'_>> = Vec::new();
    for agent in report.enrolled() {
        for change in &agent.changes {
            let same = |step: &&mut Step<'_>| step.change.path == change.path && step.change.from == change.from;
            match steps.iter_mut().find(same) {
                Some(step) => {
                    step.agents.push(plain(&agent.id));
                    step.saving += change.saving;
                }
                None => steps.push(Step { agents: vec![plain(&agent.id)], change, saving: change.saving }),
            }
        }
    }
    steps
}
