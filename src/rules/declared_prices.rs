//! Prices in the file that mean something else than they say: per token, or nothing for a hosted model.

use super::context::Context;
use super::finding::{Finding, Severity};
use super::models::declared;
use super::rule::{Needs, Rule};
use crate::catalogue::PriceNote;
use serde_json::Value;

pub(super) static PER_TOKEN: Rule = Rule {
    id: "price-per-token",
    severity: Severity::Warning,
    summary: "a declared price per token where OpenClaw reads one per million",
    page: include_str!("pages/price-per-token.md"),
    needs: Needs::Config,
    check: |context, findings| {
        check_note(context, findings, &PriceNote::PerToken, &PER_TOKEN, |model| {
            let message = format!("the cost of '{model}' is per token, but OpenClaw reads USD per million tokens");
            (message, "multiply by 1000000; until then OpenClaw's own figures are a million times too low")
        });
    },
};

pub(super) static ZERO: Rule = Rule {
    id: "declared-zero-price",
    severity: Severity::Info,
    summary: "a hosted model whose declared price is zero",
    page: include_str!("pages/declared-zero-price.md"),
    needs: Needs::Config,
    check: |context, findings| {
        check_note(context, findings, &PriceNote::ZeroPlaceholder, &ZERO, |model| {
            let message = format!("the cost of '{model}' is declared as 0, but a hosted model is not free");
            (
                message,
                "state what it costs, so that OpenClaw's own figures mean something; clawbeat uses the list price, if it is known",
            )
        });
    },
};

/// What the catalogue noted of a declared cost, at the place of that cost.
fn check_note(
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
    note: &PriceNote,
    rule: &Rule,
    say: impl Fn(&str) -> (String, &'static str),
) {
    let mut seen = Vec::new();
    for spending in context.spendings().iter().filter(|spending| spending.model.found.notes.contains(note)) {
        let model = &spending.choice.model;
        let Some(entry) = declared(context, model) else { continue };
        let path = entry.key("cost");
        if seen.contains(&path) {
            continue;
        }
        let name = context.get(&entry.key("name")).and_then(Value::as_str);
        let (message, help) = say(name.unwrap_or(&model.id));
        findings.push(rule.at(context, path.clone(), message).help(help));
        seen.push(path);
    }
}
