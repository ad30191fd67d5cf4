//! Check-ins that re-send the conversation: the largest part of most bills.

use super::context::Context;
use super::finding::{Finding, Safety, Severity};
use super::rule::Rule;
use super::spending::Group;
use crate::levers::Lever;
use crate::money::Money;

pub(super) static RULE: Rule = Rule {
    id: "shared-history",
    severity: Severity::Warning,
    summary: "each check-in re-sends the conversation",
    page: include_str!("pages/shared-history.md"),
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
            "{} runs a month of {} re-send the conversation: about {}; isolated they cost about {}",
            group.runs(),
            group.names(),
            waste.now(),
            waste.then()
        );
        let changes = context.planned(Lever::IsolatedSession, &group).map(|planned| planned.changes);
        let finding = RULE.at(context, group.path, message).waste(Some(waste));
        findings.push(
            finding
                .help("isolatedSession: true, if the check-in need not know what was said")
                .fix(Safety::Unsafe, changes.unwrap_or_default()),
        );
    }
}
