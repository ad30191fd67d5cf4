//! Heartbeats that are sent the persona and memory files, and could do without them.

use super::context::Context;
use super::finding::{Finding, Safety, Severity};
use super::rule::{Needs, Rule};
use super::spending::Group;
use crate::levers::Lever;
use crate::money::Money;

pub(super) static RULE: Rule = Rule {
    id: "full-bootstrap",
    severity: Severity::Info,
    summary: "workspace files are sent with each heartbeat",
    page: include_str!("pages/full-bootstrap.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
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
            "each heartbeat of {} also sends the persona and memory files: about {} a month",
            group.names(),
            waste.saved(),
        );
        let changes = context.planned(Lever::LightContext, &group).map(|planned| planned.changes).unwrap_or_default();
        let finding = RULE.at(context, group.path, message).waste(Some(waste));
        findings.push(
            finding
                .help("set lightContext: true unless heartbeats need the persona or memory files")
                .fix(Safety::Unsafe, changes),
        );
    }
}
