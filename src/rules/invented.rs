//! Keys that people invent for heartbeats, and what OpenClaw has in their place. Seen in public configs and guides, or
//! the names that other schedulers use.

use serde_json::{Map, Value};

use super::invalid_active_hours;
use crate::gateway::off::{folded, is_off_key, says_off, switch};
use crate::releases::duration::{self, Interval, ProbableCount};
use crate::releases::{Behaviour, HeartbeatKey, Instructions, Version};

/// What to write in place of an invented key.
pub(super) enum Instead {
    /// Another key; with its value where that is certain.
    Write { key: &'static str, value: Option<Value>, why: String },
    /// An interval of "0m", whatever else is said of it.
    Off(&'static str),
    /// Nothing.
    Remove(String),
    /// Only advice.
    Say(&'static str),
}

/// What to write for a key with this value in a heartbeat block, `None` where nothing is known of it.
pub(super) fn instead(name: &str, value: &Value, block: &Map<String, Value>, version: Version) -> Option<Instead> {
    let name = folded(name);
    let found = meant(&name, value, block)?;
    Some(match found {
        Instead::Write { key, why, .. } if !is_accepted(key, version) => {
            let first = HeartbeatKey::find(key).map_or(String::new(), |key| key.first.to_string());
            Instead::Remove(format!("{why}, which came with {first}: update OpenClaw, or remove it"))
        }
        found => found,
    })
}

fn is_accepted(key: &str, version: Version) -> bool {
    HeartbeatKey::find(key).is_some_and(|key| key.accepted_by(version))
}

/// What to write for a key outside of any heartbeat block that names one, as `heartbeatInterval` or `enable_heartbeat`.
pub(super) fn instead_outside(name: &str, value: &Value, version: Version) -> Option<Instead> {
    let rest = folded(name).replace("heartbeats", "").replace("heartbeat", "");
    let nothing = Map::new();
    if rest.is_empty() {
        return says_off(value).then_some(Instead::Off(OFF_WHY));
    }
    let known = || {
        let key = HeartbeatKey::find_folded(&rest).filter(|key| key.accepted_by(version) && key.last.is_none())?;
        Some(Instead::Write { key: key.name, value: Some(value.clone()), why: format!("it is called '{}'", key.name) })
    };
    let interval = || (rest == "every").then(|| every("", value));
    interval().or_else(known).or_else(|| instead(&rest, value, &nothing, version))
}

/// Whether a key beside a heartbeat block was meant for it.
pub(super) fn is_about_heartbeats(name: &str) -> bool {
    folded(name).contains("heartbeat")
}

const OFF_WHY: &str = "heartbeats have no on/off key: every: \"0m\" switches them off";

fn meant(name: &str, value: &Value, block: &Map<String, Value>) -> Option<Instead> {
    if is_off_key(name, value) || (name == "mode" && says_off(value)) {
        return Some(Instead::Off(OFF_WHY));
    }
    if switch(name).is_some() {
        let why = "heartbeats have no on/off key: they are on unless every is \"0m\"";
        return Some(Instead::Remove(why.to_owned()));
    }
    if let Some(unit) = unit_of(name) {
        return Some(every(unit, value));
    }
    let remove = |why: &str| Some(Instead::Remove(why.to_owned()));
    match (name, value) {
        ("quiethours" | "sleephours" | "nighthours" | "donotdisturb", _) => {
            Some(match invalid_active_hours::opposite(value) {
                Some(hours) => Instead::Write {
                    key: "activeHours",
                    why: format!("activeHours is the opposite, the hours in which it runs: {}", shown(&hours)),
                    value: Some(hours),
                },
                None => Instead::Say(
                    "activeHours is the opposite, the hours in which it runs: { start: \"08:00\", end: \"22:00\" }",
                ),
            })
        }
        ("workinghours" | "workhours" | "hours" | "window" | "businesshours", Value::Object(_)) => {
            Some(rename("activeHours", value))
        }
        ("isolated" | "isolate" | "isolatesession" | "newsession" | "freshsession", Value::Bool(_)) => {
            Some(rename("isolatedSession", value))
        }
        ("light" | "lightweight" | "lightweightcontext" | "minimalcontext", Value::Bool(_)) => {
            Some(rename("lightContext", value))
        }
        ("channel" | "deliverto" | "destination" | "deliver" | "delivery", Value::String(_)) => {
            Some(rename("target", value))
        }
        ("message" | "instructions" | "instruction" | "text" | "systemprompt", Value::String(_)) => {
            Some(rename("prompt", value))
        }
        (
            "cheapmodel" | "lightmodel" | "smallmodel" | "fastmodel" | "modelid" | "modelname" | "modeloverride",
            Value::String(_),
        ) => Some(rename("model", value)),
        ("provider", Value::String(provider)) => match block.get("model").and_then(Value::as_str) {
            Some(model) if !model.contains('/') && !provider.trim().is_empty() => {
                let full = format!("{}/{model}", provider.trim());
                Some(Instead::Write {
                    key: "model",
                    why: format!("the provider comes before the model: model: \"{full}\""),
                    value: Some(full.into()),
                })
            }
            _ => remove("the provider comes before the model, as in model: \"anthropic/claude-haiku-4-5\""),
        },
        ("timeout" | "timeoutsec" | "timeoutsecs" | "timeoutms" | "maxduration", Value::Number(number)) => {
            let seconds = number.as_u64().filter(|seconds| *seconds > 0)?;
            let seconds = if name == "timeoutms" || seconds >= 10_000 { seconds.div_ceil(1_000) } else { seconds };
            Some(Instead::Write {
                key: "timeoutSeconds",
                value: Some(seconds.into()),
                why: format!("the time limit of a heartbeat is called timeoutSeconds: {seconds}"),
            })
        }
        ("timeout" | "timeoutms", _) => {
            Some(Instead::Say("the time limit of a heartbeat is timeoutSeconds, a whole number of seconds"))
        }
        ("fallback" | "fallbacks" | "fallbackmodel" | "escalatemodel", _) => {
            remove("a heartbeat has one model; its fallbacks are the agent's own")
        }
        ("endpoint" | "baseurl" | "url" | "apikey", _) => {
            remove("a provider's address and key go under models.providers")
        }
        ("maxtokens" | "tokenlimit" | "tokenbudget" | "budget" | "maxcost" | "dailybudget", _) => {
            remove("heartbeats have no budget; timeoutSeconds limits how long one runs, every how many there are")
        }
        ("tools", _) => remove("a heartbeat has the agent's tools: tools.profile limits them for all of its turns"),
        ("timezone" | "tz", _) => remove("the time zone of active hours goes in activeHours"),
        ("cache" | "cacheretention", _) => {
            remove("a cache belongs to a model: params.cacheRetention of its entry in agents.defaults.models")
        }
        ("comment" | "comments" | "note" | "notes" | "description", _) => {
            remove("write it as a comment: the file is JSON5, so // works")
        }
        ("file" | "heartbeatfile" | "checklist" | "heartbeatmd", _) => {
            let since = Behaviour::since(|behaviour| behaviour.instructions == Instructions::MonitorScratch);
            remove(&format!("the checklist has a fixed place: HEARTBEAT.md, and from {since} on the monitor scratch"))
        }
        _ => None,
    }
}

/// Names of an interval, without the unit that may follow.
const INTERVALS: [&str; 20] = [
    "interval",
    "every",
    "frequency",
    "freq",
    "cadence",
    "period",
    "schedule",
    "cron",
    "cronexpression",
    "expr",
    "timer",
    "repeat",
    "each",
    "rate",
    "tick",
    "poll",
    "pollinterval",
    "checkinterval",
    "checkevery",
    "runevery",
];
/// Units in names, longer ones first.
const UNITS: [(&str, &str); 14] = [
    ("milliseconds", "ms"),
    ("millis", "ms"),
    ("msec", "ms"),
    ("ms", "ms"),
    ("seconds", "s"),
    ("secs", "s"),
    ("sec", "s"),
    ("minutes", "m"),
    ("mins", "m"),
    ("min", "m"),
    ("hours", "h"),
    ("hrs", "h"),
    ("hour", "h"),
    ("days", "d"),
];

/// What a bare number under an interval's name counts: a unit, or empty where the name does not say.
fn unit_of(name: &str) -> Option<&'static str> {
    let name = name.strip_prefix("heartbeat").unwrap_or(name);
    if INTERVALS.contains(&name) {
        return Some("");
    }
    let (stem, unit) = UNITS.iter().find_map(|(suffix, unit)| Some((name.strip_suffix(suffix)?, *unit)))?;
    let stem = stem.strip_suffix("in").unwrap_or(stem);
    let plain = stem.is_empty() && name.len() > 4;
    (plain || INTERVALS.contains(&stem)).then_some(unit)
}

fn every(unit: &str, value: &Value) -> Instead {
    if says_off(value) {
        return Instead::Off("the interval is called every: \"0m\" switches heartbeats off");
    }
    let (meant, assumed) = match value {
        Value::String(text) => (duration::guess(text), None),
        Value::Number(number) if !unit.is_empty() => (duration::guess(&format!("{number}{unit}")), None),
        Value::Number(number) => match number.as_f64().and_then(duration::count) {
            Some(ProbableCount { unit, interval }) => (Some(interval), Some(format!(" ({number} taken as {unit})"))),
            None => (None, None),
        },
        // As other schedulers write it: { kind: "every", everyMs: 1800000 }.
        Value::Object(fields) => {
            let inner = fields.iter().find_map(|(name, value)| Some((unit_of(&folded(name))?, value)));
            match inner.filter(|(_, value)| !value.is_object()) {
                Some((unit, value)) => return every(unit, value),
                None => (None, None),
            }
        }
        _ => (None, None),
    };
    let text = meant.map(written);
    let why = match &text {
        Some(text) => format!("the interval is called every: \"{text}\"{}", assumed.unwrap_or_default()),
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

fn shown(hours: &Value) -> String {
    let bound = |key: &str| hours.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    format!("{{ start: \"{}\", end: \"{}\" }}", bound("start"), bound("end"))
}

fn rename(key: &'static str, value: &Value) -> Instead {
    Instead::Write { key, value: Some(value.clone()), why: format!("it is called '{key}'") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::releases::NEWEST;

    /// What becomes of a key: the key and value to write, or the first word of what is said.
    fn of(found: Option<Instead>) -> String {
        match found {
            Some(Instead::Write { key, value, .. }) => format!("{key}={}", value.unwrap_or_default()),
            Some(Instead::Off(_)) => "every=\"0m\"".to_owned(),
            Some(Instead::Remove(_)) => "removed".to_owned(),
            Some(Instead::Say(_)) => "said".to_owned(),
            None => "unknown".to_owned(),
        }
    }

    #[test]
    fn guides_keys_are_understood() {
        for (name, value, expected) in [
            ("heartbeatInterval", json!(7200), "every=\"2h\""),
            ("heartbeat_interval", json!("30 min"), "every=\"30m\""),
            ("heartbeatIntervalMs", json!(1_800_000), "every=\"30m\""),
            ("heartbeatIntervalMinutes", json!(45), "every=\"45m\""),
            ("heartbeat-minutes", json!(15), "every=\"15m\""),
            ("heartbeatEvery", json!("1h"), "every=\"1h\""),
            ("heartbeatEvery", json!(60), "every=\"1h\""),
            ("heartbeatInterval", json!(0), "every=\"0m\""),
            ("heartbeatEnabled", json!(false), "every=\"0m\""),
            ("enableHeartbeat", json!(false), "every=\"0m\""),
            ("disableHeartbeats", json!(true), "every=\"0m\""),
            ("heartbeatEnabled", json!(true), "removed"),
            ("heartbeatModel", json!("a/b"), "model=\"a/b\""),
            ("heartbeat_light_context", json!(true), "lightContext=true"),
            ("heartbeatCron", json!("*/20 * * * *"), "every=\"20m\""),
            ("heartbeatColour", json!("red"), "unknown"),
        ] {
            assert_eq!(of(instead_outside(name, &value, NEWEST)), expected, "{name}: {value}");
        }
        let block = json!({ "provider": "ollama", "model": "llama3" });
        for (name, value, expected) in [
            ("interval", json!(30), "every=\"30m\""),
            ("interval_seconds", json!(900), "every=\"15m\""),
            ("schedule", json!({ "kind": "every", "everyMs": 3_600_000 }), "every=\"1h\""),
            ("cron", json!("0 */6 * * *"), "every=\"6h\""),
            ("cron", json!("at noon"), "every=null"),
            (
                "quiet_hours",
                json!({ "start": "22:00", "end": "08:00" }),
                "activeHours={\"start\":\"08:00\",\"end\":\"22:00\"}",
            ),
            ("cheapModel", json!("a/b"), "model=\"a/b\""),
            ("provider", json!("ollama"), "model=\"ollama/llama3\""),
            ("timeoutMs", json!(60_000), "timeoutSeconds=60"),
            ("maxTokens", json!(1000), "removed"),
            ("fallback", json!("a/b"), "removed"),
            ("ms", json!(5), "unknown"),
        ] {
            assert_eq!(of(instead(name, &value, block.as_object().unwrap(), NEWEST)), expected, "{name}: {value}");
        }
    }

    #[test]
    fn no_key_is_offered_that_the_release_lacks() {
        let nothing = Map::new();
        let older = Version::new(2026, 3, 2);
        assert_eq!(of(instead("isolated", &json!(true), &nothing, older)), "removed");
        assert_eq!(of(instead("isolated", &json!(true), &nothing, NEWEST)), "isolatedSession=true");
        assert_eq!(of(instead("timeout", &json!(60), &nothing, older)), "removed");
    }
}
