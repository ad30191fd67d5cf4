//! Heartbeats that re-send the conversation: the largest part of most bills.

use super::context::Context;
use super::finding::{Finding, Safety, Severity};
use super::rule::{Needs, Rule};
use super::spending::Group;
use crate::levers::Lever;
use crate::money::Money;
use crate::words::count;

pub(super) static RULE: Rule = Rule {
    id: "shared-history",
    severity: Severity::Warning,
    summary: "each heartbeat re-sends the conversation",
    page: include_str!("pages/shared-history.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    // Before 2026.4.12 the key exists or not, but nothing is isolated.
    if !context.behaviour().isolation_effective {
        return;
    }
    let shared = context.spendings().iter().filter(|spending| !spending.choice.isolated);
    for group in Group::by_place(shared, |spending| context.place(spending.agent, Lever::IsolatedSession)) {
        let Some(waste) = group.waste(context.costing, |choice| choice.isolated = true) else { continue };
        if waste.saving <= Money::ZERO {
            continue;
        }
        let message = format!(
            "each heartbeat of {} re-sends the whole conversation ({} times a month). With isolatedSession it would cost \
             about {} instead of {}",
            group.names(),
            count(group.runs()),
            waste.then(),
            waste.now()
        );
        let changes = context.planned(Lever::IsolatedSession, &group).map(|planned| planned.changes);
        let finding = RULE.at(context, group.path, message).waste(Some(waste));
        findings.push(
            finding
                .help("set isolatedSession: true unless heartbeats need to know what was said in the chat")
                .fix(Safety::Unsafe, changes.unwrap_or_default()),
        );
    }
}
