//! Agents that only watch, and are sent every tool and skill on each check-in (M10).

use serde_json::Value;

use super::context::{Context, agents};
use super::finding::{Finding, Severity};
use super::rule::Rule;
use super::spending::{Group, Spending, sum};
use crate::document::KeyPath;
use crate::gateway::limits::ToolProfile;
use crate::gateway::release::Generation;
use crate::money::Money;
use crate::simulate::costing::Level;

pub(super) static RULE: Rule = Rule {
    id: "heavy-tools",
    severity: Severity::Info,
    summary: "an agent that nobody writes to is sent all tools and skills",
    page: include_str!("pages/heavy-tools.md"),
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    // What a profile takes away was measured on the current generation only.
    if context.behaviour().generation != Generation::Current {
        return;
    }
    let heavy = context.spendings().iter().filter(|spending| {
        spending.agent.settings.limits.tools == ToolProfile::Full
            && !has_profile(context, spending)
            && watches(context, spending)
    });
    let place = |spending: &Spending<'_>| match &spending.agent.path {
        Some(agent) => agent.key("tools").key("profile"),
        None => KeyPath::root().key("tools").key("profile"),
    };
    for group in Group::by_place(heavy, place) {
        let minimal = |spending: &&Spending<'_>| {
            let mut agent = spending.agent.clone();
            agent.settings.limits.tools = ToolProfile::Minimal;
            spending.waste_beyond(context.costing, &context.costing.subject(&agent))
        };
        let Some(waste) = sum(group.members.iter().map(minimal)).filter(|waste| waste.saving > Money::ZERO) else {
            continue;
        };
        let message = format!(
            "{} is sent every tool and skill, though nobody writes to it: about {} a month; with the fewest tools about {}",
            group.names(),
            waste.now(),
            waste.then()
        );
        let finding = RULE.at(context, group.path, message).waste(Some(waste));
        findings.push(finding.help("tools: { profile: \"minimal\" } in the agent's entry, if it needs neither files nor commands; it holds for all its turns"));
    }
}

/// A set of tools is chosen, if one that was not measured.
fn has_profile(context: &Context<'_>, spending: &Spending<'_>) -> bool {
    let own = spending.agent.path.iter().map(|agent| agent.key("tools"));
    own.chain([KeyPath::root().key("tools")])
        .any(|tools| ["profile", "allow", "deny"].iter().any(|key| context.get(&tools.key(*key)).is_some()))
}

/// Nobody writes to the agent: the workload says so, or it is one of several, no binding sends it messages and it does
/// not own those that have none.
fn watches(context: &Context<'_>, spending: &Spending<'_>) -> bool {
    let id = &spending.agent.id;
    if spending.subject.profile(Level::Typical).history.chat_turns_per_day == 0 {
        return true;
    }
    let names_it =
        |value: Option<&Value>| value.and_then(Value::as_str).is_some_and(|name| name.trim().eq_ignore_ascii_case(id));
    let bindings = context.get(&KeyPath::root().key("bindings")).and_then(Value::as_array);
    let bound = bindings.into_iter().flatten().any(|binding| names_it(binding.get("agentId")));
    let marked = spending.agent.path.as_ref().and_then(|agent| context.get(&agent.key("default")));
    let owner = context.get(&agents().key("defaults").key("systemAgent").key("agentId"));
    let owns = id == "main" || marked == Some(&Value::Bool(true)) || names_it(owner);
    context.gateway().agents.len() > 1 && !bound && !owns
}
