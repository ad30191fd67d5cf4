//! Agents that only watch, and are sent every tool and skill on each heartbeat (M10).

use serde_json::Value;

use super::context::{Context, agents};
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};
use super::spending::{Group, Spender, sum};
use crate::document::KeyPath;
use crate::gateway::Agent;
use crate::money::Money;
use crate::releases::measured::ToolProfile;
use crate::simulate::costing::Level;

pub(super) static RULE: Rule = Rule {
    id: "heavy-tools",
    severity: Severity::Info,
    summary: "an agent that nobody writes to is sent all tools and skills",
    page: include_str!("pages/heavy-tools.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if !context.behaviour().lean_tools_measured {
        return;
    }
    let readers = Readers::of(context);
    let heavy = context.spendings().iter().filter(|spending| {
        spending.agent.settings.limits.tools == ToolProfile::Full
            && !has_profile(context, spending)
            && readers.leave_out(spending)
    });
    let place = |spending: &Spender<'_>| match &spending.agent.path {
        Some(agent) => agent.key("tools").key("profile"),
        None => KeyPath::root().key("tools").key("profile"),
    };
    for group in Group::by_place(heavy, place) {
        let minimal = |spending: &&Spender<'_>| {
            let mut agent = spending.agent.clone();
            agent.settings.limits.tools = ToolProfile::Minimal;
            spending.waste_beyond(context.costing, &context.costing.subject(&agent))
        };
        let Some(waste) = sum(group.members.iter().map(minimal)).filter(|waste| waste.saving > Money::ZERO) else {
            continue;
        };
        let message = format!(
            "{} is sent every tool and skill, though nobody writes to it. With the fewest tools it would cost about {} instead of {}",
            group.names(),
            waste.then(),
            waste.now()
        );
        let minimal = vec![context.set(&group.path, "minimal")];
        let help = format!(
            "{}: \"minimal\", if it needs neither files nor commands; this applies to all its turns",
            group.path
        );
        findings.push(RULE.at(context, group.path, message).waste(Some(waste)).help(help).advise(minimal));
    }
}

/// A set of tools is chosen, if one that was not measured.
fn has_profile(context: &Context<'_>, spending: &Spender<'_>) -> bool {
    let own = spending.agent.path.iter().map(|agent| agent.key("tools"));
    own.chain([KeyPath::root().key("tools")])
        .any(|tools| ["profile", "allow", "deny"].iter().any(|key| context.get(&tools.key(*key)).is_some()))
}

/// The agents that people write to: an owner, and those that have messages bound to them.
struct Readers<'c>(Vec<&'c str>);

impl<'c> Readers<'c> {
    fn of(context: &'c Context<'_>) -> Self {
        let bindings = context.get(&KeyPath::root().key("bindings")).and_then(Value::as_array);
        let bound = bindings.into_iter().flatten().filter_map(|binding| binding.get("agentId"));
        let owner = context.get(&agents().key("defaults").key("systemAgent").key("agentId"));
        let named: Vec<&str> = bound.chain(owner).filter_map(Value::as_str).map(str::trim).collect();
        let is_marked = |agent: &Agent| {
            context.gateway().entry(agent).is_some_and(|entry| entry.get("default") == Some(&Value::Bool(true)))
        };
        let is_named = |agent: &Agent| named.iter().any(|name| name.eq_ignore_ascii_case(&agent.id));
        let agents = context.gateway().agents.iter();
        let written_to = agents.filter(|agent| agent.id == "main" || is_named(agent) || is_marked(agent));
        Readers(written_to.map(|agent| agent.id.as_str()).collect())
    }

    /// Nobody writes to the agent: the workload says so, or there are agents that are written to and it is none.
    fn leave_out(&self, spending: &Spender<'_>) -> bool {
        spending.subject.profile(Level::Typical).history.chat_turns_per_day == 0
            || (!self.0.is_empty() && !self.0.contains(&spending.agent.id.as_str()))
    }
}
