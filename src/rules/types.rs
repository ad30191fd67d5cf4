//! Values of the wrong type, and values that are none of those allowed. OpenClaw converts nothing: a number where a
//! text belongs refuses the file.

use serde_json::{Value, json};

use super::context::{Context, agents};
use super::finding::{Finding, Safety, Severity};
use super::invented::written;
use super::rule::{Needs, Rule};
use super::{conflicting_roster, off};
use crate::document::{KeyPath, Segment};
use crate::gateway::off::says_off;
use crate::releases::duration::{self, ProbableCount};
use crate::schema::{MisfitKind, nearest};

pub(super) static WRONG_TYPE: Rule = Rule {
    id: "wrong-type",
    severity: Severity::Error,
    summary: "a value whose type is not what OpenClaw expects",
    page: include_str!("pages/wrong-type.md"),
    needs: Needs::Config,
    check: check_types,
};

pub(super) static INVALID_VALUE: Rule = Rule {
    id: "invalid-value",
    severity: Severity::Error,
    summary: "a value that OpenClaw does not allow for its key",
    page: include_str!("pages/invalid-value.md"),
    needs: Needs::Config,
    check: check_values,
};

fn check_types(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for misfit in &context.misfits {
        let MisfitKind::Type { found, expected } = &misfit.kind else { continue };
        let path = &misfit.path;
        let value = context.get(path).unwrap_or(&Value::Null);
        if is_elsewhere(context, path, value) {
            continue;
        }
        let shown = shown(value).map_or(String::new(), |shown| format!(" ({shown})"));
        let what = if path.is_root() { "the file".to_owned() } else { path.to_string() };
        let message = format!("{what} is {found}{shown}, expected {expected}");
        let finding =
            WRONG_TYPE.at(context, path.clone(), message).mended(conflicting_roster::gets_an_id(context, path));
        findings.push(with_fix(context, finding, path, context.written(path).unwrap_or(value)));
    }
}

/// What other rules name better: `agents` as an array, items of a list that are no agents, active hours as a text.
fn is_elsewhere(context: &Context<'_>, path: &KeyPath, value: &Value) -> bool {
    let list = agents().key("list");
    let holder = path.parent().unwrap_or_default();
    let no_id = value.is_null() && *path == holder.key("id") && holder.parent().as_ref() == Some(&list);
    let is_item = context.behaviour().lists_become_entries && (holder == list || no_id);
    is_item || (*path == agents() && value.is_array()) || (ends_in(path, "activeHours") && value.is_string())
}

fn ends_in(path: &KeyPath, key: &str) -> bool {
    path.last() == Some(&Segment::Key(key.to_owned()))
}

fn with_fix(context: &Context<'_>, finding: Finding, path: &KeyPath, value: &Value) -> Finding {
    let in_block = path.parent().is_some_and(|parent| ends_in(&parent, "heartbeat"));
    if in_block && ends_in(path, "every") {
        return with_interval(context, finding, path, value);
    }
    if off::is_block_place(context, path) {
        return with_block(context, finding, path, value);
    }
    let set = |to: Value| vec![context.set(path, to)];
    match value {
        Value::Null if !path.is_root() => {
            finding.help("leave the key out to take the default").fix(Safety::Safe, context.remove(path))
        }
        Value::String(text) if matches!(text.as_str(), "true" | "false") => {
            finding.help(format!("write {text} without quotes")).fix(Safety::Safe, set((text == "true").into()))
        }
        Value::Object(fields) if in_block && ends_in(path, "model") => match fields.get("primary") {
            Some(Value::String(primary)) => finding
                .help("a heartbeat has one model; its fallbacks are the agent's own")
                .fix(Safety::Safe, set(primary.as_str().into())),
            _ => finding.help("a heartbeat has one model, named as \"provider/model\" or by its alias"),
        },
        Value::Number(number) if in_block => {
            finding.help(format!("write \"{number}\" with quotes")).fix(Safety::Safe, set(number.to_string().into()))
        }
        _ => finding,
    }
}

/// What an interval of another type means. Whatever says "off" is switched off and never left out: without the key the
/// heartbeats run.
fn with_interval(context: &Context<'_>, finding: Finding, path: &KeyPath, value: &Value) -> Finding {
    let set = |to: &str| vec![context.set(path, to)];
    if says_off(value) {
        let safety = if *value == 0 { Safety::Safe } else { Safety::Unsafe };
        return finding
            .help("every: \"0m\" switches heartbeats off; without the key they would run")
            .fix(safety, set(off::OFF));
    }
    let Value::Number(number) = value else { return finding };
    match number.as_f64().and_then(duration::count) {
        Some(ProbableCount { unit: "minutes", .. }) => finding
            .help(format!("write \"{number}m\": a duration is a text, and a bare number means minutes"))
            .fix(Safety::Safe, set(&format!("{number}m"))),
        Some(ProbableCount { unit, interval }) => {
            let meant = written(interval);
            let help = format!(
                "did you mean \"{meant}\" ({number} {unit})? a duration is a text with its unit; as minutes it would be \"{number}m\""
            );
            finding.help(help).fix(Safety::Unsafe, set(&meant))
        }
        None => finding,
    }
}

/// What stands in the place of a heartbeat block and is none.
fn with_block(context: &Context<'_>, finding: Finding, path: &KeyPath, value: &Value) -> Finding {
    if says_off(value) {
        let changes = off::switch_off(context, path);
        return match changes.as_slice() {
            [only] if only.to.is_none() => {
                finding.help("remove it: this agent has no heartbeats anyway").fix(Safety::Safe, changes)
            }
            _ => finding
                .help("heartbeat: { every: \"0m\" } switches heartbeats off; without the key they would run")
                .fix(Safety::Unsafe, changes),
        };
    }
    let meant = match value {
        Value::Bool(true) => duration::guess("30m"),
        Value::String(text) => duration::guess(text),
        Value::Number(number) => number.as_f64().and_then(duration::count).map(|count| count.interval),
        _ => None,
    };
    match meant.map(written) {
        Some(every) => finding
            .help(format!("the interval goes in a block: heartbeat: {{ every: \"{every}\" }}"))
            .fix(Safety::Unsafe, vec![context.set(path, json!({ "every": every }))]),
        None => finding.help("heartbeat is a block, as in { every: \"30m\" }"),
    }
}

fn check_values(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for misfit in &context.misfits {
        let path = &misfit.path;
        match &misfit.kind {
            MisfitKind::NotAllowed { found, allowed } => {
                let names: Vec<&str> = allowed.iter().filter_map(Value::as_str).collect();
                let finding =
                    INVALID_VALUE.at(context, path.clone(), format!("{} is not allowed for {path}", value(found)));
                // An old name that the start of a current gateway translates.
                let finding = finding.mended(found == "openai-codex-responses");
                let near = found.as_str().and_then(|found| nearest(found, names.iter().copied()));
                findings.push(match near {
                    Some(near) => finding
                        .help(format!("did you mean '{near}'?"))
                        .fix(Safety::Unsafe, vec![context.set(path, near)]),
                    None => finding.help(format!("expected one of '{}'", names.join("', '"))),
                });
            }
            MisfitKind::Missing(key) if !path.starts_with(&agents()) => {
                findings.push(INVALID_VALUE.at(context, path.clone(), format!("'{key}' is missing in {path}")));
            }
            MisfitKind::Other(text) => {
                findings.push(INVALID_VALUE.at(context, path.clone(), format!("{path}: {text}")))
            }
            _ => {}
        }
    }
}

/// A plain value as a message quotes it. Longer ones say nothing in a sentence.
/// A value in a sentence that says it is not allowed.
pub(super) fn value(found: &Value) -> String {
    shown(found).unwrap_or_else(|| "the value".to_owned())
}

fn shown(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.chars().count() <= 60 => Some(format!("'{text}'")),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}
