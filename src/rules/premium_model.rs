//! Premium models that answer "nothing to do".

use serde_json::{Map, Value};

use super::candidates::{self, Candidate};
use super::context::Context;
use super::finding::{Finding, Safety, Severity};
use super::rule::Rule;
use super::spending::{Group, Spending, sum};
use crate::catalogue::Tier;
use crate::document::Change;
use crate::gateway::Agent;
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
        let on_it = |spending: &&Spending<'_>| {
            spending.waste(context.costing, |choice| candidates::take(context, spending, &model, choice))
        };
        let Some(waste) = sum(group.members.iter().map(on_it)) else { continue };
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
        let changes = changes(context, &group, &name);
        let finding = RULE.at(context, group.path, message).waste(Some(waste));
        findings.push(
            finding
                .help(format!("model: \"{name}\" in the heartbeat block leaves the agent's other turns as they are"))
                .fix(Safety::Unsafe, changes),
        );
    }
}

/// The changes that give the agents of a group a model, and nobody else: in their block, or where others share that, in
/// blocks of their own.
fn changes(context: &Context<'_>, group: &Group<'_, '_>, name: &str) -> Vec<Change> {
    let is_member = |agent: &Agent| group.members.iter().any(|member| member.agent.id == agent.id);
    let block = group.path.parent().unwrap_or_default();
    let readers = context.spendings().iter().filter(|spending| context.block_of(spending.agent) == block);
    if readers.clone().all(|reader| is_member(reader.agent)) {
        return context.add_to(&block, "model", name);
    }
    let others = context.gateway().enrolled().filter(|agent| !is_member(agent) && agent.own_block.is_none());
    let paths = |agent: &Agent| agent.path.as_ref().map(|path| path.key("heartbeat"));
    let own = group.members.iter().map(|member| Some(context.set(&paths(member.agent)?.key("model"), name)));
    let kept = others.map(|other| Some(context.set(&paths(other)?, Value::Object(Map::new()))));
    own.chain(kept).collect::<Option<Vec<Change>>>().unwrap_or_default()
}

/// The model's catalogue name, which says more than an opaque id.
fn called(spending: &Spending<'_>) -> String {
    let found = &spending.model.found;
    found.catalogue_name.clone().unwrap_or_else(|| spending.choice.model.to_string())
}
