//! The ways in which people write "off" that OpenClaw does not have. Each release refuses a file for any of them (asked of
//! 2026.4.15, 2026.7.35 and 2026.9.6), so nothing runs; read as a default they would start what was meant to be off.

use serde_json::{Map, Value};

use crate::releases::duration::{self, Interval};

/// Whether a value in the place of a heartbeat block or of its `every` says that there shall be none: `null`, `false`, a
/// number that is not above zero, or a word such as "off".
pub fn says_off(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_f64().is_some_and(|number| number <= 0.0),
        Value::String(text) => duration::guess(text) == Some(Interval::Off),
        _ => false,
    }
}

/// The key of a block that switches it off, as `enabled: false` or `disabled: true`.
pub fn off_key(fields: &Map<String, Value>) -> Option<&str> {
    fields.iter().find(|(name, value)| is_off_key(name, value)).map(|(name, _)| name.as_str())
}

/// Whether a key with this value switches off what it stands in.
pub fn is_off_key(name: &str, value: &Value) -> bool {
    let is = |wanted: bool| match value {
        Value::Bool(flag) => *flag == wanted,
        Value::String(text) => matches!(
            (text.trim().to_ascii_lowercase().as_str(), wanted),
            ("true" | "on" | "yes", true) | ("false" | "off" | "no", false)
        ),
        _ => false,
    };
    match switch(name) {
        Some(on) => is(!on),
        None => false,
    }
}

/// Whether a key's name is that of a switch, and whether `true` then means on.
pub fn switch(name: &str) -> Option<bool> {
    match folded(name).as_str() {
        "enabled" | "enable" | "active" | "on" => Some(true),
        "disabled" | "disable" | "off" | "paused" => Some(false),
        _ => None,
    }
}

/// A name without the marks and capitals in which spellings differ: `interval_ms` and `intervalMs` are one.
pub fn folded(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn off_is_told_from_a_duration() {
        for off in
            [json!(null), json!(false), json!(0), json!(-1), json!("off"), json!("never"), json!("0m"), json!("")]
        {
            assert!(says_off(&off), "{off}");
        }
        for on in [json!(true), json!(30), json!("30m"), json!("soon"), json!({}), json!([])] {
            assert!(!says_off(&on), "{on}");
        }
        for (block, key) in [
            (json!({ "enabled": false }), Some("enabled")),
            (json!({ "every": "1h", "disabled": true }), Some("disabled")),
            (json!({ "Enabled": "false" }), Some("Enabled")),
            (json!({ "enabled": true, "disabled": false }), None),
        ] {
            assert_eq!(off_key(block.as_object().unwrap()), key, "{block}");
        }
    }
}
