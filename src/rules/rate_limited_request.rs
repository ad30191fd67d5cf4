//! A check-in larger than what a plan passes in a minute: it is refused whole, each time.

use super::context::Context;
use super::finding::{Finding, Severity};
use super::rule::Rule;

pub(super) static RULE: Rule = Rule {
    id: "rate-limited-request",
    severity: Severity::Info,
    summary: "a check-in larger than what a provider's free plan passes in a minute",
    page: include_str!("pages/rate-limited-request.md"),
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for spending in context.spendings() {
        let limit = context.costing.minute_limit(&spending.subject, &spending.choice, &spending.model);
        let Some((prompt, limit)) = limit else { continue };
        let message = format!(
            "{} passes {} tokens a minute for '{}', but a check-in is sent about {prompt} without any conversation: there \
             each one is refused",
            limit.plan, limit.tokens, spending.choice.model
        );
        let help = format!("send less (lightContext, tools.profile) or take another plan or model; {}", limit.source);
        let place = context.place_of(spending.agent, &spending.agent.settings.model.origin, "model");
        findings.push(RULE.at(context, place, message).help(help));
    }
}
