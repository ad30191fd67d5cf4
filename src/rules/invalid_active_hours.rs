//! Active hours that OpenClaw refuses, or reads as no restriction at all.

use serde_json::{Map, Value, json};

use super::context::{Context, HeartbeatBlock};
use super::finding::{Finding, Safety, Severity};
use super::rule::{Needs, Rule};
use crate::document::KeyPath;
use crate::gateway::active_hours::minute;

pub(super) static RULE: Rule = Rule {
    id: "invalid-active-hours",
    severity: Severity::Error,
    summary: "active hours that OpenClaw cannot read",
    page: include_str!("pages/invalid-active-hours.md"),
    needs: Needs::Config,
    check,
};

const SHAPE: &str = "activeHours is { start: \"08:00\", end: \"22:00\", timezone: \"Europe/Berlin\" }";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for block in context.blocks() {
        let path = block.path.key("activeHours");
        match block.fields.get("activeHours") {
            Some(Value::String(text)) => {
                let finding = RULE.at(context, path.clone(), format!("active hours as a text ('{text}')"));
                findings.push(match split(text) {
                    Some((start, end)) => finding
                        .help(format!("write {{ start: \"{start}\", end: \"{end}\" }}"))
                        .fix(Safety::Unsafe, vec![context.set(&path, json!({ "start": start, "end": end }))]),
                    None => finding.help(SHAPE),
                });
            }
            Some(Value::Object(fields)) => {
                check_keys(context, &path, fields, findings);
                check_bounds(context, block, fields, findings);
            }
            _ => {}
        }
    }
}

fn check_keys(context: &Context<'_>, path: &KeyPath, fields: &Map<String, Value>, findings: &mut Vec<Finding>) {
    for (name, _) in fields.iter().filter(|(name, _)| !matches!(name.as_str(), "start" | "end" | "timezone")) {
        let right = match name.to_ascii_lowercase().as_str() {
            "from" | "begin" | "starttime" | "start_time" => Some("start"),
            "to" | "until" | "till" | "endtime" | "end_time" => Some("end"),
            "tz" | "zone" | "time_zone" | "timezone" => Some("timezone"),
            _ => None,
        };
        let old = path.key(name);
        let finding = RULE.at(context, old.clone(), format!("unknown key '{name}' in {path}"));
        let written = context.written(&old);
        findings.push(match right.filter(|right| !fields.contains_key(*right)).zip(written) {
            Some((right, value)) => finding.help(format!("it is called '{right}'")).fix(
                Safety::Unsafe,
                [context.remove(&old), vec![context.set(&path.key(right), value.clone())]].concat(),
            ),
            None => finding.help(SHAPE).fix(Safety::Unsafe, context.remove(&old)),
        });
    }
}

fn check_bounds(
    context: &Context<'_>,
    block: &HeartbeatBlock<'_>,
    fields: &Map<String, Value>,
    findings: &mut Vec<Finding>,
) {
    let every = block.fields.get("every").and_then(Value::as_str);
    let checked = context.behaviour().active_hours_always_checked || every.is_some_and(|every| !every.is_empty());
    for key in ["start", "end"] {
        let Some(text) = fields.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()) else { continue };
        if context.gateway().unset.find(text).is_some() {
            continue;
        }
        let Err(problem) = minute(text, key == "end") else { continue };
        let path = block.path.key("activeHours").key(key);
        let message = match checked {
            true => format!("'{text}' is not a time: {problem}"),
            false => format!("'{text}' is not a time, so there is no restriction at all: {problem}"),
        };
        let severity = if checked { Severity::Error } else { Severity::Warning };
        let finding = RULE.case(context, severity, path.clone(), message);
        findings.push(match time(text).filter(|meant| minute(meant, key == "end").is_ok()) {
            Some(meant) => {
                finding.help(format!("did you mean \"{meant}\"?")).fix(Safety::Unsafe, vec![context.set(&path, meant)])
            }
            None => finding.help("write it as \"08:00\" or \"22:30\""),
        });
    }
}

/// The hours outside of quiet ones: `{ start, end }` or `22:00-08:00`.
pub(super) fn opposite(quiet: &Value) -> Option<Value> {
    let bound = |keys: [&str; 2]| keys.iter().find_map(|key| quiet.get(key)?.as_str()).and_then(time);
    let (start, end) = match quiet {
        Value::String(text) => split(text)?,
        _ => (bound(["start", "from"])?, bound(["end", "to"])?),
    };
    // What quiet hours end with is when they start, and the day has no 24th hour to start at.
    let (from, to) = (if end == "24:00" { "00:00".to_owned() } else { end }, start);
    minute(&from, false).is_ok().then(|| hours(&from, &to))
}

/// Active hours from two times of day.
pub(super) fn hours(start: &str, end: &str) -> Value {
    json!({ "start": start, "end": end })
}

/// The two ends of `07:00-22:00` or `8am to 10pm`.
fn split(text: &str) -> Option<(String, String)> {
    let (start, end) = ["-", "–", " to ", ".."].iter().find_map(|between| text.split_once(between))?;
    Some((time(start)?, time(end)?))
}

/// The time of day that `9:00`, `0900`, `9`, `9am` or `10:30 pm` mean.
fn time(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let (digits, shift) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(rest), _) => (rest.trim(), Some(0)),
        (_, Some(rest)) => (rest.trim(), Some(12)),
        _ => (text.as_str(), None),
    };
    let (hour, minute) = match digits.split_once([':', '.', 'h']) {
        Some((hour, minute)) => (hour, minute),
        None if digits.len() == 4 && digits.is_ascii() => digits.split_at(2),
        None => (digits, "0"),
    };
    let hour: u16 = hour.parse().ok()?;
    let minute: u16 = minute.parse().ok()?;
    let hour = match shift {
        Some(_) if hour > 12 => return None,
        Some(shift) => hour % 12 + shift,
        None => hour,
    };
    (hour <= 24 && minute < 60).then(|| format!("{hour:02}:{minute:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, meant) in [("9:00", "09:00"), ("0900", "09:00"), ("9", "09:00"), ("9am", "09:00"), ("12am", "00:00")]
        {
            assert_eq!(time(text).as_deref(), Some(meant), "{text}");
        }
        assert_eq!(time("10:30 PM").as_deref(), Some("22:30"));
        for text in ["noon", "25:00", "13pm", "9:75", ""] {
            assert_eq!(time(text), None, "{text}");
        }
        assert_eq!(split("07:00-22:00"), Some(("07:00".to_owned(), "22:00".to_owned())));
    }
}
