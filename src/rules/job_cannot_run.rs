//! Jobs of the scheduler that are switched on and do not run, or not as they say.

use super::context::Context;
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};
use crate::automations::Job;
use crate::words::plain;

pub(super) static RULE: Rule = Rule {
    id: "job-cannot-run",
    severity: Severity::Warning,
    summary: "a scheduled job that does not run, or not for the agent it names",
    page: include_str!("pages/job-cannot-run.md"),
    needs: Needs::Jobs,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for job in context.jobs() {
        let Some(why) = why(context, job) else { continue };
        let message = format!("job '{}' ({}): {why}", plain(&job.name), plain(&job.id));
        let finding = RULE.at(context, context.place_of_jobs(), message);
        findings.push(finding.help("put it right with openclaw cron edit, or remove it with openclaw cron rm"));
    }
}

fn why(context: &Context<'_>, job: &Job) -> Option<String> {
    let gateway = context.gateway();
    let schedule = match &job.schedule {
        Ok(schedule) => schedule,
        Err(problem) => return Some(problem.to_string()),
    };
    if schedule.has_passed(context.costing.period) && !job.has_run {
        return Some(format!("its time has passed ({})", schedule.in_words()));
    }
    if let Some(misfit) = job.misfit() {
        return Some(misfit.to_owned());
    }
    let named = job.agent.as_ref().filter(|id| !gateway.agents.iter().any(|agent| agent.id == **id));
    named.map(|id| format!("it is for agent '{}', which the config does not have", plain(id)))
}
