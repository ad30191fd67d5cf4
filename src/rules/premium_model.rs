//! Premium models that answer "nothing to do".

use super::candidates::{self, Candidate};
use super::context::Context;
use super::finding::{Finding, Safety, Severity};
use super::rule::Rule;
use super::spending::{Group, Spending};
use crate::catalogue::Tier;
use crate::money::Money;

pub(super) static RULE: Rule = Rule {
    id: "premium-model",
    severity: Severity::Warning,
    summary: "a premium model answers the check-ins",
    page: include_str!("pages/premium-model.md"),
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    // Where the override is lost, the agent's own model runs whatever the heartbeat says.
    let heeded = |spending: &Spending<'_>| context.behaviour().heeds_model(spending.agent.own_block.is_some());
    let is_premium = |spending: &&Spending<'_>| {
        let tier = spending.model.found.tier(context.costing.period.start);
        heeded(spending) && tier == Some(Tier::Premium)
    };
    let premium = context.spendings().iter().filter(is_premium);
    let place = |spending: &Spending<'_>| context.block_of(spending.agent).key("model");
    for group in Group::by_place(premium, place) {
        let Some(first) = group.members.first() else { continue };
        let Some(Candidate { model, name }) = candidates::cheapest(context, first) else { continue };
        let Some(waste) = group.waste(context.costing, |choice| choice.model = model.clone()) else { continue };
        if waste.saving <= Money::ZERO {
            continue;
        }
        let message = format!(
            "{} runs a month of {} on {}, a premium model: about {}; on {name} about {}",
            group.runs(),
            group.names(),
            called(first),
            waste.now(),
            waste.then()
        );
        let block = group.path.parent().unwrap_or_default();
        let changes =
            if context.may_add_to(&block) { vec![context.set(&group.path, name.as_str())] } else { Vec::new() };
        let finding = RULE.at(context, group.path, message).waste(Some(waste));
        findings.push(
            finding
                .help(format!("model: \"{name}\" in the heartbeat block leaves the agent's other turns as they are"))
                .fix(Safety::Unsafe, changes),
        );
    }
}

/// The model's catalogue name, which says more than an opaque id.
fn called(spending: &Spending<'_>) -> String {
    let found = &spending.model.found;
    found.catalogue_name.clone().unwrap_or_else(|| spending.choice.model.to_string())
}
