//! Memory promotion that runs because a release switches it on, and nobody said so.

use super::context::Context;
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};
use crate::automations::{Job, JobKind, JobSource, implied};

pub(super) static RULE: Rule = Rule {
    id: "unasked-promotion",
    severity: Severity::Info,
    summary: "memory promotion that runs by default, without a key that asks for it",
    page: include_str!("pages/unasked-promotion.md"),
    needs: Needs::Jobs,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let by_default = |job: &Job| job.kind == JobKind::Promotion && job.source == JobSource::Default;
    let scheduled: Vec<&Job> = context.jobs().filter(|job| job.kind == JobKind::Promotion).collect();
    if scheduled.is_empty() || !implied(context.gateway()).iter().any(by_default) {
        return;
    }
    for job in scheduled {
        let when = job.schedule.as_ref().map_or("unknown".to_owned(), |schedule| schedule.in_words());
        let message = format!(
            "memory promotion is scheduled ({when}) because the release does so by default: it writes a diary and \
             MEMORY.md with the agent's own model"
        );
        let finding = RULE.at(context, context.place_of_jobs(), message);
        findings.push(finding.help(
            "set plugins.entries.memory-core.config.dreaming.enabled to false, or to true with a lighter dreaming.model",
        ));
    }
}
