//! Ticks that come closer to each other than OpenClaw starts an agent.

use super::context::Context;
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};
use super::spending::{Group, Spender};
use crate::simulate::{FLOOD_STARTS, SkipReason};

pub(super) static RULE: Rule = Rule {
    id: "flood-interval",
    severity: Severity::Warning,
    summary: "heartbeats closer together than OpenClaw's flood guard allows",
    page: include_str!("pages/flood-interval.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let flooding =
        |spending: &&Spender<'_>| spending.estimate.skips.get(&SkipReason::Flood).is_some_and(|count| *count > 0);
    let floods = context.spendings().iter().filter(flooding);
    for group in Group::by_place(floods, |spending| context.block_of(spending.agent).key("every")) {
        let Some(first) = group.members.first() else { continue };
        let skipped: u64 =
            group.members.iter().filter_map(|spending| spending.estimate.skips.get(&SkipReason::Flood)).sum();
        let message = format!(
            "ticks of {} every {} come closer together than the flood guard allows: {skipped} a month are skipped",
            group.names(),
            first.choice.every
        );
        findings.push(
            RULE.at(context, group.path, message)
                .help(format!("OpenClaw starts an agent at most {FLOOD_STARTS} times a minute")),
        );
    }
}
