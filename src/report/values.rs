//! The values of settings and levers in words.

use serde_json::Value;

use super::amount::plain;
use super::{AgentReport, Report};
use crate::simulate::pieces::Bucket;

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

/// How tokens are billed, in words.
pub(super) fn bucket(bucket: Bucket) -> &'static str {
    match bucket {
        Bucket::Read => "cache reads",
        Bucket::Write5m => "cache writes for 5 minutes",
        Bucket::Write1h => "cache writes for an hour",
        Bucket::Plain => "plain input",
        Bucket::Output => "output",
    }
}
