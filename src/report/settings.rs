//! The effective settings of an agent with their origins, as the report shows them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::SettingInfo;
use crate::gateway::Agent;
use crate::gateway::active_hours::{ActiveHours, clock};
use crate::gateway::setting::Setting;
use crate::gateway::settings::Settings;
use crate::levers::Lever;
use crate::simulate::costing::Choice;

/// The settings, in the order in which they are shown.
pub(super) const SETTINGS: [&str; 7] =
    ["every", "model", "isolatedSession", "lightContext", "activeHours", "target", "cacheRetention"];

/// The settings by key; a value that hangs on an unset variable is null.
pub(super) fn settings(agent: &Agent) -> BTreeMap<&'static str, SettingInfo> {
    let settings = &agent.settings;
    let unresolved = |text: &Option<String>, value: Value| if text.is_some() { Value::Null } else { value };
    fn info<T>(setting: &Setting<T>, value: Value) -> SettingInfo {
        SettingInfo { value, ms: None, origin: setting.origin.to_string() }
    }
    let every = unresolved(&settings.every.unresolved, Lever::Every.value(&Choice::present(agent)));
    let ms = unresolved(&settings.every.unresolved, json!(settings.every.value.ms()));
    let model = unresolved(&settings.model.unresolved, json!(settings.model.value.to_string()));
    let window = unresolved(&settings.active_hours.unresolved, window(&settings.active_hours.value));
    let target = unresolved(&settings.target.unresolved, json!(settings.target.value));
    BTreeMap::from([
        ("every", SettingInfo { ms: Some(ms), ..info(&settings.every, every) }),
        ("model", info(&settings.model, model)),
        ("isolatedSession", info(&settings.isolated_session, json!(settings.isolated_session.value))),
        ("lightContext", info(&settings.light_context, json!(settings.light_context.value))),
        ("activeHours", info(&settings.active_hours, window)),
        ("target", info(&settings.target, target)),
        ("cacheRetention", info(&settings.cache_retention, json!(settings.cache_retention.value.to_string()))),
    ])
}

/// Settings whose text names a variable, as they are written: what a variable is set to is not printed.
pub(super) fn as_written(agent: &Agent, tree: &Value) -> Vec<(&'static str, Value)> {
    let Settings { every, model, active_hours, target, .. } = &agent.settings;
    let origins = [
        ("every", &every.origin),
        ("model", &model.origin),
        ("activeHours", &active_hours.origin),
        ("target", &target.origin),
    ];
    let text = |value: &Value| match value {
        Value::Object(fields) => fields.values().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        value => value.as_str().unwrap_or_default().to_owned(),
    };
    let written = origins.into_iter().filter_map(|(key, origin)| Some((key, text(origin.key()?.resolve(tree)?))));
    written.filter(|(_, text)| text.contains("${")).map(|(key, text)| (key, json!(text))).collect()
}

fn window(window: &ActiveHours) -> Value {
    match window {
        ActiveHours::Always => json!("always"),
        ActiveHours::Never => json!("never"),
        ActiveHours::Daily { start, end, zone } => {
            json!(format!("{}–{} {}", clock(*start), clock(*end), zone_name(zone)))
        }
    }
}

/// A zone by name, or by offset where it has none.
pub(super) fn zone_name(zone: &jiff::tz::TimeZone) -> String {
    match zone.iana_name() {
        Some(name) => name.to_owned(),
        None => zone.to_fixed_offset().map_or_else(|_| "unknown".to_owned(), |offset| offset.to_string()),
    }
}
