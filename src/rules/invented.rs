//! Keys that people invent for heartbeats, and what OpenClaw has in their place. Seen in public configs, or the names
//! that other schedulers use.

use serde_json::Value;

use crate::gateway::duration::{self, Interval};

/// What to write in place of an invented key.
pub(super) enum Instead {
    /// Another key; with its value where that is certain.
    Write { key: &'static str, value: Option<Value>, why: String },
    /// Nothing.
    Remove(&'static str),
    /// Only advice.
    Say(&'static str),
}

/// The remedy for an invented key of a heartbeat block.
pub(super) fn instead(name: &str, value: &Value) -> Option<Instead> {
    let folded: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let off = || Instead::Write {
        key: "every",
        value: Some("0m".into()),
        why: "heartbeats have no on/off key: every: \"0m\" switches them off".to_owned(),
    };
    Some(match (folded.as_str(), value) {
        ("enabled" | "enable" | "active" | "on", Value::Bool(false)) => off(),
        ("disabled" | "disable" | "off", Value::Bool(true)) => off(),
        ("enabled" | "enable" | "active" | "on" | "disabled" | "disable" | "off", _) => {
            Instead::Remove("heartbeats have no on/off key: they are on unless every is \"0m\"")
        }
        _ if unit_of(&folded).is_some() => every(unit_of(&folded)?, value),
        ("quiethours", _) => {
            Instead::Say("activeHours says when it runs, the opposite: { start: \"08:00\", end: \"22:00\" }")
        }
        ("isolated" | "isolate" | "isolatesession" | "newsession" | "freshsession", Value::Bool(_)) => {
            rename("isolatedSession", value)
        }
        ("light" | "lightweight" | "lightweightcontext" | "minimalcontext", Value::Bool(_)) => {
            rename("lightContext", value)
        }
        ("channel" | "deliverto" | "destination", Value::String(_)) => rename("target", value),
        ("message" | "instructions" | "instruction" | "text", Value::String(_)) => rename("prompt", value),
        ("timeout" | "timeoutms", _) => Instead::Say("the limit of a run is timeoutSeconds, a whole number of seconds"),
        ("comment" | "comments" | "note" | "notes" | "description", _) => {
            Instead::Say("write it as a comment: the file is JSON5, so // works")
        }
        ("file" | "heartbeatfile" | "checklist", _) => {
            Instead::Say("the checklist has a fixed place: HEARTBEAT.md to 2026.7.35, the monitor scratch since")
        }
        _ => return None,
    })
}

/// Whether a key beside a heartbeat block was meant for it.
pub(super) fn is_about_heartbeats(name: &str) -> bool {
    let folded = name.to_ascii_lowercase();
    folded.contains("heartbeat") || folded.contains("heart_beat") || folded.contains("heart-beat")
}

/// The key of the block that one outside, such as `heartbeatInterval`, stands for.
pub(super) fn instead_outside(name: &str) -> Option<&'static str> {
    let folded: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let rest = folded.replace("heartbeats", "").replace("heartbeat", "");
    match rest.as_str() {
        "model" => Some("model"),
        "prompt" => Some("prompt"),
        "target" | "channel" => Some("target"),
        _ if unit_of(&folded).is_some() || unit_of(&rest).is_some() => Some("every"),
        _ => None,
    }
}

/// What a bare number under an interval's name counts: a unit, or empty where the name does not say.
fn unit_of(folded: &str) -> Option<&'static str> {
    let name = folded.strip_prefix("heartbeat").unwrap_or(folded);
    Some(match name {
        "interval" | "frequency" | "cadence" | "period" | "schedule" | "cron" | "timer" | "repeat" | "each" => "",
        "intervalms" | "intervalmillis" | "everyms" | "periodms" => "ms",
        "intervalseconds" | "intervalsec" | "intervalsecs" | "everyseconds" | "seconds" => "s",
        "intervalminutes" | "intervalmin" | "intervalmins" | "everyminutes" | "minutes" => "m",
        "intervalhours" | "everyhours" => "h",
        _ => return None,
    })
}

fn every(unit: &str, value: &Value) -> Instead {
    let meant = match value {
        Value::String(text) => duration::guess(text),
        Value::Number(number) if !unit.is_empty() => duration::guess(&format!("{number}{unit}")),
        _ => None,
    };
    let text = meant.map(written);
    let why = match &text {
        Some(text) => format!("the interval is called every: \"{text}\""),
        None => "the interval is called every, a text such as \"30m\"".to_owned(),
    };
    Instead::Write { key: "every", value: text.map(Value::from), why }
}

/// An interval as the config writes it.
pub(super) fn written(interval: Interval) -> String {
    match interval {
        Interval::Off => "0m".to_owned(),
        interval => interval.to_string(),
    }
}

fn rename(key: &'static str, value: &Value) -> Instead {
    Instead::Write { key, value: Some(value.clone()), why: format!("it is called '{key}'") }
}
