//! Jobs that call a model and then have nowhere to say what it answered.

use super::context::Context;
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};
use crate::automations::{Job, JobDelivery, Payload};
use crate::words::plain;

pub(super) static RULE: Rule = Rule {
    id: "job-reaches-nobody",
    severity: Severity::Warning,
    summary: "a scheduled job that announces its answer though no channel is configured",
    page: include_str!("pages/job-reaches-nobody.md"),
    needs: Needs::Jobs,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.gateway().has_channel {
        return;
    }
    let announces =
        |job: &&Job| matches!((&job.payload, job.delivery), (Payload::Turn { .. }, JobDelivery::Chat { .. }));
    for job in context.jobs().filter(announces) {
        let message = format!(
            "job '{}' ({}) announces its answer, and no channel is configured: each run calls the model, then fails",
            plain(&job.name),
            plain(&job.id)
        );
        let finding = RULE.at(context, context.place_of_jobs(), message);
        let help = format!("openclaw cron edit {} --no-deliver, or configure a channel", plain(&job.id));
        findings.push(finding.help(help));
    }
}
