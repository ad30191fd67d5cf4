//! An own prompt that lets a quiet check-in answer with the older word: on a Claude subscription Anthropic was measured to
//! bill such requests as paid extra usage (openclaw/openclaw#129513).

use super::context::Context;
use super::finding::{Finding, Safety, Severity};
use super::rule::{Needs, Rule};
use super::spending::names;
use crate::catalogue::Offer;
use crate::gateway::Agent;
use crate::simulate::costing::{Choice, Costing};

pub(super) static RULE: Rule = Rule {
    id: "ack-word-bills-extra",
    severity: Severity::Warning,
    summary: "a prompt with HEARTBEAT_OK, which a Claude subscription bills as extra usage",
    page: include_str!("pages/ack-word-bills-extra.md"),
    needs: Needs::Config,
    check,
};

const OLDER: &str = "HEARTBEAT_OK";

/// The word in an agent's own prompt for which its subscription bills extra.
pub fn billed_extra(costing: &Costing<'_>, agent: &Agent) -> Option<&'static str> {
    let choice = Choice::present(agent);
    let asks = agent.settings.prompt.as_ref().is_some_and(|prompt| prompt.contains(OLDER));
    let is_answered = costing.gateway.behaviour.quiet_word != OLDER && choice.every.ms().is_some();
    let on_claude = || costing.answering(agent, &choice).found.plan.as_deref().is_some_and(is_subscription);
    (asks && is_answered && on_claude()).then_some(OLDER)
}

fn is_subscription(offer: &Offer) -> bool {
    offer.id == "claude"
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let word = context.behaviour().quiet_word;
    if word == OLDER {
        return;
    }
    let spendings = context.spendings().iter();
    let on_claude: Vec<_> =
        spendings.filter(|spending| spending.model.found.plan.as_deref().is_some_and(is_subscription)).collect();
    for block in context.blocks() {
        let Some(prompt) = block.fields.get("prompt").and_then(|prompt| prompt.as_str()) else { continue };
        let asks = on_claude.iter().filter(|spending| match &spending.agent.own_block {
            Some(own) if *own == block.path => true,
            Some(own) => !block.own && context.get(&own.key("prompt")).is_none(),
            None => !block.own,
        });
        let ids: Vec<&str> = asks.map(|spending| spending.agent.id.as_str()).collect();
        if ids.is_empty() || !prompt.contains(OLDER) {
            continue;
        }
        let path = block.path.key("prompt");
        let message = format!(
            "this prompt asks for {OLDER}: Anthropic has been seen to bill requests with that word as paid extra usage, \
             on top of the subscription of {}",
            names(&ids)
        );
        let mended = context.set(&path, prompt.replace(OLDER, word));
        let changes = if context.overwrites_variable(&mended) { Vec::new() } else { vec![mended] };
        findings.push(
            RULE.at(context, path, message)
                .help(format!("ask for {word}, which OpenClaw reads as \"nothing to report\" and which stays included"))
                .fix(Safety::Unsafe, changes),
        );
    }
}
