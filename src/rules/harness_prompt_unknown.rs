//! Heartbeats that run through another program than OpenClaw, which sends a prompt and a history of its own.

use super::context::Context;
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};
use super::spending::{Group, Spender};
use crate::gateway::runtime;

pub(super) static RULE: Rule = Rule {
    id: "harness-prompt-unknown",
    severity: Severity::Info,
    summary: "heartbeats through a harness such as Codex, which has its own prompt",
    page: include_str!("pages/harness-prompt-unknown.md"),
    needs: Needs::Config,
    check,
};

/// The program that answers an agent's heartbeats, where it is not OpenClaw; and that may, where a subscription pays, which
/// it signs in with.
fn harness<'s>(context: &'s Context<'_>, spending: &Spender<'_>) -> Option<(&'s str, &'static str)> {
    let (config, model) = (context.config, &spending.choice.model);
    let entry = spending.agent.path.as_ref().and_then(|path| path.resolve(config));
    let is_subscribed = spending.model.found.plan.is_some();
    let sure = || runtime::harness(config, entry, model).map(|name| (name, "runs"));
    let perhaps = || runtime::may_claim(config, entry, model).map(|name| (name, "may run"));
    sure().or_else(|| perhaps().filter(|_| is_subscribed))
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let place =
        |spending: &Spender<'_>| context.place_of(spending.agent, &spending.agent.settings.model.origin, "model");
    let through = context.spendings().iter().filter(|spending| harness(context, spending).is_some());
    for group in Group::by_place(through, place) {
        let Some((first, (name, runs))) =
            group.members.first().and_then(|first| Some((first, harness(context, first)?)))
        else {
            continue;
        };
        let message = format!(
            "'{}' {runs} through {name}, which sends its own prompt, tools and history: their size is not known here",
            first.choice.model
        );
        let help = "the tokens shown for it are those of OpenClaw's own prompt; isolatedSession and lightContext may do \
                    little, but a longer interval always helps";
        findings.push(RULE.at(context, group.path, message).help(help));
    }
}
