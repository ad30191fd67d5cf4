//! A cheap model whose fallback is a premium one: a rate limit away from a bill many times as high.

use super::context::Context;
use super::finding::{Finding, Severity};
use super::money::Amount;
use super::rule::{Needs, Rule};
use super::spending::Spender;
use crate::catalogue::Tier;
use crate::gateway::Link;
use crate::money::{Money, Unit};
use crate::simulate::costing::Choice;

pub(super) static RULE: Rule = Rule {
    id: "costly-fallback",
    severity: Severity::Warning,
    summary: "a cheap heartbeat model falls back to a premium one",
    page: include_str!("pages/costly-fallback.md"),
    needs: Needs::Config,
    check,
};

/// How many times as much a month of the fallback costs, at least: less is a price like any other.
const TIMES: i128 = 4;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for spending in context.spendings() {
        let links = context.gateway().fallbacks(spending.agent);
        let costly = links.iter().filter_map(|link| Some((link, premium(context, spending, link)?)));
        let Some((link, (cost, unit))) = costly.max_by_key(|(_, (cost, _))| *cost) else { continue };
        let now = spending.estimate.typical().unwrap_or_default();
        let instead = match spending.unit {
            Unit::Tokens => "while the plan or the free model charges nothing per request".to_owned(),
            own if own == unit && cost.pico() >= now.pico() * TIMES => {
                format!("instead of {}", Amount(now, unit))
            }
            _ => continue,
        };
        let model = &spending.choice.model;
        let message = format!(
            "when {model} fails (a rate limit, no credit left), {} answers the heartbeats of agent '{}': about {} a month if it \
             always does, {instead}",
            link.model,
            spending.agent.id,
            Amount(cost, unit)
        );
        let help = "give the agent a model object with fallbacks of its own (fallbacks: [] leaves a failed heartbeat \
                    unanswered), or put a cheap model first in the chain";
        findings.push(RULE.at(context, link.path.clone(), message).help(help));
    }
}

/// What a month costs that a premium fallback always answers, where the heartbeat's own model is none.
fn premium(context: &Context<'_>, spending: &Spender<'_>, link: &Link) -> Option<(Money, Unit)> {
    let (costing, agent) = (context.costing, spending.agent);
    let at = costing.period.start;
    let retention = context.gateway().retention_of(agent, &link.model);
    let model = costing.model(Some(spending.agent), &link.model, retention);
    let own = costing.answering(spending.agent, &spending.choice);
    if own.found.tier(at) == Some(Tier::Premium) || model.found.tier(at) != Some(Tier::Premium) {
        return None;
    }
    let choice = Choice { model: link.model.clone(), retention, asks_retention: false, ..spending.choice.clone() };
    let month = costing.estimate_on(&costing.subject(agent), &choice, &model, None);
    Some((month.cost?.typical, model.found.price.as_ref()?.unit))
}
