//! Jobs that do what the heartbeat of the same agent does, by what they are called or ask for.

use super::context::Context;
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};
use crate::automations::{JobKind, Payload};
use crate::words::plain;

pub(super) static RULE: Rule = Rule {
    id: "job-repeats-heartbeat",
    severity: Severity::Info,
    summary: "a scheduled job that seems to repeat the heartbeat",
    page: include_str!("pages/job-repeats-heartbeat.md"),
    needs: Needs::Jobs,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let gateway = context.gateway();
    for job in context.jobs().filter(|job| job.names_heartbeat && job.kind == JobKind::Cron) {
        let owner = gateway.owner().map(|agent| agent.id.as_str());
        let whose = job.agent.as_deref().or(owner);
        let beats = gateway.enrolled().find(|agent| Some(agent.id.as_str()) == whose);
        let beats = beats.filter(|agent| agent.settings.every.value.ms().is_some());
        let Some(agent) = beats.filter(|_| job.payload != Payload::NoModel) else { continue };
        let message = format!(
            "job '{}' ({}) mentions the heartbeat, and agent '{}' has heartbeats: is the same work done and paid for twice?",
            plain(&job.name),
            plain(&job.id),
            plain(&agent.id)
        );
        let finding = RULE.at(context, context.place_of_jobs(), message);
        findings.push(finding.help("keep one of them: openclaw cron disable ID, or every: \"0m\""));
    }
}
