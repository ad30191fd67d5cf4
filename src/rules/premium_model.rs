//! Premium models that answer "nothing to do".

use std::collections::HashSet;

use super::context::Context;
use super::finding::{Finding, Safety, Severity};
use super::rule::{Needs, Rule};
use super::spending::{Group, Spender, names};
use crate::catalogue::Tier;
use crate::gateway::model_ref::ModelRef;
use crate::levers::Lever;
use crate::money::Money;
use crate::words::count;

pub(super) static RULE: Rule = Rule {
    id: "premium-model",
    severity: Severity::Warning,
    summary: "a premium model answers the heartbeats",
    page: include_str!("pages/premium-model.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    // Where the override is lost, the agent's own model runs whatever the heartbeat says.
    let used = |spending: &Spender<'_>| context.behaviour().uses_model(spending.agent.own_block.is_some());
    let is_premium = |spending: &&Spender<'_>| {
        let tier = spending.model.found.tier(context.costing.period.start);
        used(spending) && tier == Some(Tier::Premium)
    };
    let premium = context.spendings().iter().filter(is_premium);
    let premium: Vec<(&Spender<'_>, &ModelRef)> =
        premium.filter_map(|one| Some((one, &context.chosen(one.agent, Lever::Model)?.model))).collect();
    let mut models: Vec<&ModelRef> = premium.iter().map(|(_, model)| *model).collect();
    models.sort();
    models.dedup();
    for model in models {
        let on_it = premium.iter().filter(|(_, chosen)| *chosen == model).map(|(spending, _)| *spending);
        for group in Group::by_place(on_it, |spending| context.place(spending.agent, Lever::Model)) {
            findings.extend(moved_to(context, model, &group));
        }
    }
}

/// What is said of agents that the plan moves to a model.
fn moved_to<'a>(context: &Context<'a>, model: &ModelRef, group: &Group<'_, 'a>) -> Option<Finding> {
    let first = group.members.first()?;
    let planned = context.planned(Lever::Model, group)?;
    let own = planned.waste(context, &group.members)?;
    let waste = planned.waste(context, &planned.agents)?;
    if own.saving <= Money::ZERO || waste.saving <= Money::ZERO {
        return None;
    }
    let name = context.gateway().aliases.alias_of(model).map_or_else(|| model.to_string(), str::to_owned);
    let message = format!(
        "{}, a premium model, answers the {} heartbeats a month of {}. With {name} they would cost about {} instead of {}",
        called(first),
        count(group.runs()),
        group.names(),
        own.then(),
        own.now()
    );
    let members: HashSet<&str> = group.members.iter().map(|member| member.agent.id.as_str()).collect();
    let agents = planned.agents.iter().map(|one| one.agent.id.as_str());
    let others: Vec<&str> = agents.filter(|id| !members.contains(id)).collect();
    let also = if others.is_empty() { String::new() } else { format!("; {} too, with the same key", names(&others)) };
    let help = format!("model: \"{model}\" in the heartbeat block leaves the agent's other turns as they are{also}");
    let finding = RULE.at(context, group.path.clone(), message).waste(Some(waste));
    Some(finding.help(help).fix(Safety::Unsafe, planned.changes))
}

/// The model's catalogue name, which says more than an opaque id.
fn called(spending: &Spender<'_>) -> String {
    let found = &spending.model.found;
    found.catalogue_name.clone().unwrap_or_else(|| spending.choice.model.to_string())
}
