//! Models whose price nobody here knows.

use super::context::Context;
use super::finding::{Finding, Severity};
use super::models::place;
use super::rule::{Needs, Rule};
use super::spending::Group;
use crate::catalogue::PriceNote;
use serde_json::Value;

pub(super) static RULE: Rule = Rule {
    id: "unknown-model",
    severity: Severity::Warning,
    summary: "a model whose price is not known",
    page: include_str!("pages/unknown-model.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let unpriced = context.spendings().iter().filter(|spending| {
        let found = &spending.model.found;
        let known = found.price.is_some() || found.notes.contains(&PriceNote::Subscription);
        !known && spending.agent.settings.model.unresolved.is_none()
    });
    for group in Group::by_place(unpriced, |spending| place(context, spending)) {
        let Some(first) = group.members.first() else { continue };
        let found = &first.model.found;
        let message = format!("no price for '{}': {}", first.choice.model, found.how);
        let bare = context.get(&group.path).and_then(Value::as_str).is_some_and(|name| !name.contains('/'));
        let near = context.costing.names_like(&first.choice.model, &first.model);
        let help = match (near.as_slice(), &found.if_vendors) {
            ([], _) => "give it with --prices, or as 'cost' of the model's entry under models.providers".to_owned(),
            (_, Some(list)) => format!(
                "nothing here says who answers: if it is '{}', its list price counts; give the price with --prices, or as \
                 'cost' of the model's entry under models.providers",
                list.model
            ),
            ([one], None) if bare => {
                format!("a name without a provider goes to '{}': write '{one}'", first.choice.model.provider)
            }
            (near, None) => format!("similar names: '{}'", near.join("', '")),
        };
        findings.push(RULE.at(context, group.path, message).help(help));
    }
}
