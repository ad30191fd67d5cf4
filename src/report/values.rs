//! The values of settings and levers in words.

use serde_json::Value;

use super::{AgentReport, LeverInfo, Report};
use crate::money::Unit;
use crate::releases::Behaviour;
use crate::simulate::pieces::Bucket;
use crate::words::plain;

/// A value of a lever; models by their catalogue name where they have one.
pub(super) fn shown(report: &Report, of: &Value) -> String {
    let name = of.as_str().and_then(|model| report.model_names.get(model));
    name.map_or_else(|| value(of), |name| plain(name))
}

/// A value; text of a config is escaped.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::String(text) => plain(text),
        Value::Null => "unknown".to_owned(),
        Value::Array(values) => values.iter().map(self::value).collect::<Vec<_>>().join(" + "),
        Value::Object(hours) if hours.contains_key("start") => {
            ["start", "end"].map(|bound| hours.get(bound).map_or_else(String::new, self::value)).join("–")
        }
        other => other.to_string(),
    }
}

/// The effective value of a setting.
pub(super) fn setting(agent: &AgentReport, key: &str) -> String {
    agent.settings.get(key).map_or_else(|| "?".to_owned(), |setting| value(&setting.value))
}

/// The agent's model by its catalogue name, else as the config names it.
pub(super) fn model_name(agent: &AgentReport) -> String {
    match &agent.model.name {
        Some(name) => plain(name),
        None => setting(agent, "model"),
    }
}

/// How tokens are billed, in the words of the bill: the page on credits has its own.
pub(super) fn bucket(bucket: Bucket, unit: Unit) -> &'static str {
    match (bucket, unit) {
        (Bucket::Read, Unit::Usd | Unit::Tokens) => "cache reads",
        (Bucket::Read, Unit::Credits) => "cached input",
        (Bucket::Write5m, Unit::Usd | Unit::Tokens) => "cache writes for 5 minutes",
        (Bucket::Write5m, Unit::Credits) => "cache creation",
        (Bucket::Write1h, Unit::Usd | Unit::Tokens) => "cache writes for an hour",
        (Bucket::Write1h, Unit::Credits) => "cache creation for an hour",
        (Bucket::Plain, Unit::Usd | Unit::Tokens) => "plain input",
        (Bucket::Plain, Unit::Credits) => "input",
        (Bucket::Output, _) => "output",
    }
}

/// The levers of a change.
pub(super) fn levers(info: &LeverInfo) -> String {
    info.lever.replace('+', " + ")
}

/// What it sets them to; levers that go together have one value.
pub(super) fn value_of(report: &Report, info: &LeverInfo) -> String {
    match &info.to {
        Value::Array(values) => values.first().map_or_else(String::new, value),
        to => shown(report, to),
    }
}

/// What a value means beyond itself.
pub(super) fn meaning(report: &Report, to: &Value) -> &'static str {
    match to.as_str() {
        Some("0m") if Behaviour::of(report.config.release).wakes_while_off => " (off; events still wake it)",
        Some("0m") => " (off)",
        _ => "",
    }
}

/// What advice beyond the plan sets its key to; an empty text is written out.
pub(super) fn advised(to: &Value) -> String {
    match to {
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        to => value(to),
    }
}
