//! Heartbeats larger than what a free plan of their provider passes in a minute.

use super::context::Context;
use super::finding::{Finding, Severity};
use super::models::place;
use super::rule::{Needs, Rule};

pub(super) static RULE: Rule = Rule {
    id: "rate-limited-request",
    severity: Severity::Info,
    summary: "a heartbeat larger than a provider's free plan allows in a minute",
    page: include_str!("pages/rate-limited-request.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for spending in context.spendings() {
        let limit = context.costing.minute_limit(&spending.subject, &spending.choice, &spending.model);
        let Some((prompt, limit)) = limit else { continue };
        let message = format!(
            "{} allows {} tokens a minute for '{}', but a heartbeat is sent about {prompt} without any conversation, so \
             each one is refused there",
            limit.plan, limit.tokens, spending.choice.model
        );
        let help = format!("send less (lightContext, tools.profile) or use another plan or model; {}", limit.source);
        findings.push(RULE.at(context, place(context, spending), message).help(help));
    }
}
