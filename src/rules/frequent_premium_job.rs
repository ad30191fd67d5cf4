//! Jobs that ask a premium model every few minutes.

use super::context::Context;
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};
use crate::automations::JobKind;
use crate::bill::Bill;
use crate::catalogue::Tier;
use crate::gateway::retention::Retention;
use crate::words::{amount, count, plain};

pub(super) static RULE: Rule = Rule {
    id: "frequent-premium-job",
    severity: Severity::Warning,
    summary: "a scheduled job that asks a premium model every few minutes",
    page: include_str!("pages/frequent-premium-job.md"),
    needs: Needs::Jobs,
    check,
};

/// As often as every quarter of an hour.
const RUNS_A_DAY: u64 = 96;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(jobs) = context.jobs else { return };
    let costing = context.costing;
    let unit = costing.unit();
    let beside = Bill::new(costing, unit).beside_heartbeats(jobs, context.agent);
    for one in beside.iter().filter(|one| one.kind == JobKind::Cron) {
        let often = one.month.runs >= RUNS_A_DAY * costing.period.days();
        let Some(model) = one.model.as_ref().filter(|_| often) else { continue };
        let reference = costing.gateway.resolve_model(model);
        let found = &costing.model(None, &reference, Retention::None).found;
        if found.tier(costing.period.start) != Some(Tier::Premium) {
            continue;
        }
        let cost = one.month.typical().map_or(String::new(), |cost| format!(", about {} a month", amount(cost, unit)));
        let message = format!(
            "job '{}' ({}) asks {} {} times a month{cost}",
            plain(&one.name),
            plain(&one.id),
            plain(model),
            count(one.month.runs)
        );
        let finding = RULE.at(context, context.place_of_jobs(), message);
        let help = format!(
            "openclaw cron edit {} --model with a lighter one, --every with a longer interval, or a trigger script that \
             looks first",
            plain(&one.id)
        );
        findings.push(finding.help(help));
    }
}
