//! Heartbeat models whose window is smaller than what they are sent.

use super::context::Context;
use super::finding::{Finding, Severity};
use super::models::place;
use super::rule::{Needs, Rule};

pub(super) static RULE: Rule = Rule {
    id: "context-overflow",
    severity: Severity::Warning,
    summary: "a heartbeat model whose context window is too small for what it is sent",
    page: include_str!("pages/context-overflow.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for spending in context.spendings() {
        if let Some(over) = context.costing.overflow(&spending.subject, &spending.choice, &spending.model) {
            let message = format!(
                "'{}' can read {} tokens at most, but a heartbeat is sent about {} without any conversation",
                spending.choice.model, over.window, over.prompt
            );
            let finding = RULE.at(context, place(context, spending), message);
            let light = if context.behaviour().light_context_effective { "lightContext, " } else { "" };
            findings
                .push(finding.help(format!("use a model with a larger window, or send less: {light}tools.profile")));
            continue;
        }
        if spending.choice.isolated {
            continue;
        }
        let primary = context.costing.model(
            Some(spending.agent),
            &spending.agent.settings.primary_model,
            spending.choice.retention,
        );
        let (Some(window), Some(primary)) = (spending.model.found.context_window, primary.found.context_window) else {
            continue;
        };
        let history = &spending.subject.spread.typical.history;
        let grows_to = history.new_session_at_tokens.unwrap_or(primary).min(primary);
        if window >= grows_to {
            continue;
        }
        let message = format!(
            "'{}' can read {window} tokens at most, but the conversation it is sent grows to about {grows_to}",
            spending.choice.model
        );
        let finding = RULE.at(context, place(context, spending), message);
        findings.push(match context.behaviour().isolation_effective {
            true => finding.help("isolatedSession: true keeps the conversation out of it").advise(context.add_to(
                &context.block_of(spending.agent),
                "isolatedSession",
                true,
            )),
            false => finding.help("use a model with a larger window"),
        });
    }
}
