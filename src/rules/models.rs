//! Models that cannot be priced, are not allowed, or carry prices that mean something else than they say.

use serde_json::Value;

use super::context::Context;
use super::finding::{Finding, Severity};
use super::rule::Rule;
use super::spending::{Group, Spending};
use crate::catalogue::Note;
use crate::document::{KeyPath, Segment};
use crate::gateway::model_ref::ModelRef;

pub(super) static UNKNOWN: Rule = Rule {
    id: "unknown-model",
    severity: Severity::Warning,
    summary: "a model whose price is not known",
    page: include_str!("pages/unknown-model.md"),
    check: check_known,
};

pub(super) static NOT_ALLOWED: Rule = Rule {
    id: "model-not-allowed",
    severity: Severity::Warning,
    summary: "a heartbeat model outside the allowlist, which is silently replaced",
    page: include_str!("pages/model-not-allowed.md"),
    check: check_allowed,
};

pub(super) static PER_TOKEN: Rule = Rule {
    id: "price-per-token",
    severity: Severity::Warning,
    summary: "a declared price per token where OpenClaw reads one per million",
    page: include_str!("pages/price-per-token.md"),
    check: |context, findings| {
        check_note(context, findings, &Note::PerToken, &PER_TOKEN, |model| {
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
    check: |context, findings| {
        check_note(context, findings, &Note::ZeroPlaceholder, &ZERO, |model| {
            let message = format!("the cost of '{model}' is declared as 0, but a hosted model is not free");
            (
                message,
                "state what it costs, so that OpenClaw's own figures say something; here the list price counts, if it is known",
            )
        });
    },
};

pub(super) static OVERFLOW: Rule = Rule {
    id: "context-overflow",
    severity: Severity::Warning,
    summary: "a heartbeat model with a smaller window than what it is sent",
    page: include_str!("pages/context-overflow.md"),
    check: check_window,
};

/// Where an agent's model is named.
fn place(context: &Context<'_>, spending: &Spending<'_>) -> KeyPath {
    context.place_of(spending.agent, &spending.agent.settings.model.origin, "model")
}

fn check_known(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let unpriced = context.spendings().iter().filter(|spending| {
        let found = &spending.model.found;
        let known = found.price.is_some() || found.notes.contains(&Note::Subscription);
        !known && spending.agent.settings.model.unresolved.is_none()
    });
    for group in Group::by_place(unpriced, |spending| place(context, spending)) {
        let Some(first) = group.members.first() else { continue };
        let found = &first.model.found;
        let message = format!("no price for '{}': {}", first.choice.model, found.how);
        let bare = context.get(&group.path).and_then(Value::as_str).is_some_and(|name| !name.contains('/'));
        let help = match (found.near.as_slice(), &found.if_vendors) {
            ([], _) => "give it with --prices, or as 'cost' of the model's entry under models.providers".to_owned(),
            (_, Some(list)) => format!(
                "nothing here says who answers: if it is '{}', its list price counts; give the price with --prices, or as \
                 'cost' of the model's entry under models.providers",
                list.model
            ),
            ([one], None) if bare => {
                format!("a name without a provider goes to '{}': write '{one}'", first.choice.model.provider)
            }
            (near, None) => format!("names like it: '{}'", near.join("', '")),
        };
        findings.push(UNKNOWN.at(context, group.path, message).help(help));
    }
}

fn check_allowed(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if !context.behaviour().has_model_policy {
        return;
    }
    let outside = context.spendings().iter().filter(|spending| {
        spending.agent.settings.model.unresolved.is_none() && !context.gateway().allows(&spending.choice.model)
    });
    let of_heartbeat = |path: &KeyPath| {
        path.parent().and_then(|block| block.last().cloned()) == Some(Segment::Key("heartbeat".to_owned()))
    };
    for group in Group::by_place(outside, |spending| place(context, spending)) {
        let Some(first) = group.members.first().filter(|_| of_heartbeat(&group.path)) else { continue };
        let message =
            format!("'{}' is not in modelPolicy.allow: another model answers, without a word", first.choice.model);
        let allow = KeyPath::root().key("agents").key("defaults").key("modelPolicy").key("allow");
        let length = context.get(&allow).and_then(Value::as_array).map_or(0, Vec::len);
        let added = vec![context.set(&allow.index(length), first.choice.model.to_string())];
        findings.push(
            NOT_ALLOWED
                .at(context, group.path, message)
                .help("add it to agents.defaults.modelPolicy.allow")
                .advise(added),
        );
    }
}

/// What the catalogue noted of a declared cost, at the place of that cost.
fn check_note(
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
    note: &Note,
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

/// Where `models.providers` has an entry of its own for a model.
pub(super) fn declared(context: &Context<'_>, model: &ModelRef) -> Option<KeyPath> {
    let provider = context.gateway().provider(&model.provider)?;
    let at = provider.models.iter().position(|declared| declared.id == model.id)?;
    let providers = KeyPath::root().key("models").key("providers");
    let mut keys = context.get(&providers)?.as_object()?.keys();
    let key = keys.find(|key| key.trim().eq_ignore_ascii_case(&provider.id))?;
    Some(providers.key(key).key("models").index(at))
}

fn check_window(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for spending in context.spendings() {
        if let Some(over) = context.costing.overflow(&spending.subject, &spending.choice, &spending.model) {
            let message = format!(
                "'{}' reads {} tokens at most, but a check-in is sent about {} without any conversation",
                spending.choice.model, over.window, over.prompt
            );
            let finding = OVERFLOW.at(context, place(context, spending), message);
            let light = if context.behaviour().light_context_effective { "lightContext, " } else { "" };
            findings
                .push(finding.help(format!("take a model with a larger window, or send less: {light}tools.profile")));
            continue;
        }
        if spending.choice.isolated {
            continue;
        }
        let primary = context.costing.model(&spending.agent.settings.primary_model, spending.choice.retention);
        let (Some(window), Some(primary)) = (spending.model.found.context_window, primary.found.context_window) else {
            continue;
        };
        let history = &spending.subject.spread.typical.history;
        let grows_to = history.new_session_at_tokens.unwrap_or(primary).min(primary);
        if window >= grows_to {
            continue;
        }
        let message = format!(
            "'{}' reads {window} tokens at most, but the conversation it is sent grows to about {grows_to}",
            spending.choice.model
        );
        let finding = OVERFLOW.at(context, place(context, spending), message);
        findings.push(match context.behaviour().isolation_effective {
            true => finding.help("isolatedSession: true keeps the conversation out of it").advise(context.add_to(
                &context.block_of(spending.agent),
                "isolatedSession",
                true,
            )),
            false => finding.help("take a model with a larger window"),
        });
    }
}
