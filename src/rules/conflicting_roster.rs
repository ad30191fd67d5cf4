//! Rosters that contradict themselves: two forms at once, agents without an id or with the same one, several agents
//! and nobody who owns the gateway.

use std::collections::HashSet;

use serde_json::Value;

use super::context::{Context, agents};
use super::finding::{Finding, Safety, Severity};
use super::rule::{Needs, Rule};
use crate::document::KeyPath;
use crate::releases::agent_id::normal_id;
use crate::schema::{MisfitKind, type_name};

pub(super) static RULE: Rule = Rule {
    id: "conflicting-roster",
    severity: Severity::Error,
    summary: "a list of agents that contradicts itself",
    page: include_str!("pages/conflicting-roster.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.behaviour().lists_become_entries {
        check_forms(context, findings);
        check_list(context, findings);
        check_ids(context, findings);
        check_entries(context, findings);
        if context.behaviour().needs_owner {
            check_owner(context, findings);
        }
    } else {
        for misfit in context.misfits.iter().filter(|misfit| misfit.kind == MisfitKind::Missing("id".to_owned())) {
            let finding = RULE.at(context, misfit.path.clone(), "an agent without an id");
            findings.push(finding.help("each agent of agents.list needs an 'id'"));
        }
    }
}

pub(super) fn list<'c>(context: &'c Context<'_>) -> (KeyPath, &'c [Value]) {
    let path = agents().key("list");
    let items = context.get(&path).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    (path, items)
}

pub(super) fn entries<'c>(context: &'c Context<'_>) -> impl Iterator<Item = (&'c String, &'c Value)> {
    context.get(&agents().key("entries")).and_then(Value::as_object).into_iter().flatten()
}

fn check_forms(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let (path, _) = list(context);
    if context.get(&path).is_some() && context.get(&agents().key("entries")).is_some() {
        let finding = RULE.at(context, path, "both 'list' and 'entries': agents can be listed in one form only");
        findings.push(finding.help("move what is in agents.list to agents.entries").mended(true));
    }
}

/// Items of a list that cannot become entries as they are; the start of the gateway renames or drops them.
fn check_list(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let (path, items) = list(context);
    let mut seen = HashSet::new();
    for (at, item) in items.iter().enumerate() {
        let item_path = path.index(at);
        let id = &item["id"];
        let problem = match id.as_str() {
            _ if item.is_null() => Some("an empty item in agents.list".to_owned()),
            _ if !item.is_object() => Some(format!("{} in agents.list, which is not an agent", type_name(item))),
            None if id.is_null() => Some("an agent without an id".to_owned()),
            None => None,
            Some("") => Some("an agent with an empty id".to_owned()),
            Some(id) if normal_id(id) != id => Some(format!("'{id}' cannot be the key of an agent")),
            Some(id) if !seen.insert(id) => Some(format!("two agents with the id '{id}'")),
            Some(_) => None,
        };
        if let Some(problem) = problem {
            let place = if id.is_string() { item_path.key("id") } else { item_path };
            let has_text = id.is_string();
            let finding = RULE.at(context, place, problem).mended(has_text || drops_items(context));
            findings
                .push(finding.help("ids use lower-case letters, digits, '_' and '-', 64 at most, and must be unique"));
        }
    }
}

/// Whether a path is an id of another type that the start of a current gateway replaces. It looks through the list for
/// the owner, and stumbles over such an id if it comes before the one that is marked `default`, else called `main`.
pub(super) fn gets_an_id(context: &Context<'_>, path: &KeyPath) -> bool {
    let (list_path, items) = list(context);
    let Some(at) = items.iter().enumerate().position(|(at, _)| *path == list_path.index(at).key("id")) else {
        return false;
    };
    let is_main = |item: &Value| match &item["id"] {
        Value::Null => item.is_object(),
        Value::String(id) => id.trim().is_empty() || id.trim().eq_ignore_ascii_case("main"),
        _ => false,
    };
    let marked = items.iter().position(|item| item["default"] == true);
    let owner = marked.or_else(|| items.iter().position(is_main));
    context.behaviour().mends_at_start && owner.is_some_and(|owner| owner < at) && drops_items(context)
}

/// Whether the start of a current gateway can do without an item or its id: not where the default model is the first of
/// a provider, for which it looks through the list again.
fn drops_items(context: &Context<'_>) -> bool {
    let model = agents().key("defaults").key("model");
    let names = |path: &KeyPath| context.get(path).and_then(Value::as_str).is_some_and(|name| !name.trim().is_empty());
    let names_one = [model.clone(), model.key("primary")].iter().any(names);
    names_one || context.gateway().providers.iter().all(|provider| provider.models.is_empty())
}

fn check_ids(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (id, _) in entries(context).filter(|(id, _)| !is_id(&id.to_lowercase())) {
        let finding =
            RULE.at(context, agents().key("entries").key(id), format!("'{id}' cannot be the key of an agent"));
        findings.push(finding.help("ids use letters, digits, '_' and '-', 64 at most, and do not start with '-'"));
    }
}

/// Keys that become one id, and a settled ownership of nobody.
fn check_entries(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let path = agents().key("entries");
    let mut seen = HashSet::new();
    for (id, _) in entries(context).filter(|(id, _)| !seen.insert(normal_id(id))) {
        let finding = RULE.at(context, path.key(id), format!("two agents with the id '{}'", normal_id(id)));
        findings.push(finding.help("ids must differ by more than case and trailing dashes"));
    }
    let ownership = ownership();
    if context.get(&ownership).is_some() && entries(context).next().is_none() && list(context).1.is_empty() {
        let finding = RULE.at(context, ownership, "an ownership without any agent");
        findings.push(finding.help("add an agent to agents.entries, or remove it"));
    }
}

fn is_id(id: &str) -> bool {
    let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_' || c == b'-';
    !id.is_empty() && id.len() <= 64 && !id.starts_with('-') && id.bytes().all(plain)
}

/// Who owns what nobody else owns.
pub(super) fn ownership() -> KeyPath {
    agents().key("ownership")
}

/// The agents of the form that a current release reads: a list beside entries is dropped.
pub(super) fn agents_that_count<'c>(context: &'c Context<'_>) -> Vec<(KeyPath, &'c Value)> {
    let (list_path, items) = list(context);
    let entries_path = agents().key("entries");
    let keyed = entries(context).map(|(id, item)| (entries_path.key(id), item));
    let listed = items.iter().enumerate().map(|(at, item)| (list_path.index(at), item));
    let all: Vec<_> = if context.get(&entries_path).is_some() { keyed.collect() } else { listed.collect() };
    all.into_iter().filter(|(_, item)| item.is_object()).collect()
}

fn check_owner(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let ownership = ownership();
    let all = agents_that_count(context);
    let marked: Vec<&KeyPath> = all.iter().filter(|(_, item)| item["default"] == true).map(|(path, _)| path).collect();
    let explicit = context.get(&ownership).and_then(Value::as_str) == Some("explicit");
    match marked.as_slice() {
        [first, ..] if explicit => {
            let message = "ownership \"explicit\" and a 'default' marker cannot be combined";
            let finding = RULE.at(context, first.key("default"), message);
            let changes = marked.iter().flat_map(|path| context.remove(&path.key("default"))).collect();
            findings.push(finding.help("remove the marker").fix(Safety::Unsafe, changes));
        }
        [_, second, ..] => {
            let finding = RULE.at(context, second.key("default"), "a second agent is marked 'default'");
            findings.push(finding.help("mark only one agent"));
        }
        [] if all.len() > 1 && !explicit && context.get(&ownership).is_none() => {
            let entries = agents().key("entries");
            let path = if context.get(&entries).is_some() { entries } else { agents().key("list") };
            let message = format!("{} agents, but none owns the gateway", all.len());
            let finding = RULE.at(context, path, message).mended(context.behaviour().mends_unmarked_rosters);
            findings.push(
                finding
                    .help("add agents.ownership: \"explicit\"")
                    .fix(Safety::Unsafe, vec![context.set(&ownership, "explicit")]),
            );
        }
        _ => {}
    }
}
