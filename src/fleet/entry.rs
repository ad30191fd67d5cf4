//! A config on a line of NDJSON: `{"id": …, "config": {…}}` or `{"id": …, "text": "…"}`, and what it is asked under where
//! that differs from the others.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::document::Format;
use crate::document::size::{MAX_BYTES, too_large};
use crate::releases::Version;
use crate::workload::Workload;

/// A config that was given on a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What its line out is known by.
    pub id: String,
    /// The config.
    pub text: String,
    /// The form of the text.
    pub format: Format,
    /// The release that runs it, where it is given.
    pub release: Option<Version>,
    /// The load, where it is given.
    pub workload: Option<Workload>,
}

/// What gives a config, wherever it stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    /// The config as JSON.
    pub config: Option<&'a str>,
    /// Its text in JSON5, JSON or YAML.
    pub text: Option<&'a str>,
    /// The form of the text.
    pub format: Option<&'a str>,
    /// The release that runs it.
    pub release: Option<&'a str>,
    /// The load.
    pub workload: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
struct ConfigLine<'a> {
    #[serde(default, rename = "id")]
    _id: IgnoredAny,
    #[serde(borrow, default)]
    config: Option<&'a RawValue>,
    text: Option<String>,
    format: Option<String>,
    release: Option<String>,
    workload: Option<String>,
}

/// Only who it is.
#[derive(Deserialize)]
struct OnlyId {
    #[serde(default)]
    id: Value,
}

/// A line that gives no config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadEntry {
    /// The id that it names, or the number of the line.
    pub id: String,
    /// What is wrong with it.
    pub error: String,
}

/// The id of a line: what it names, else its number.
pub fn id(line: &str, number: u64) -> String {
    let named = serde_json::from_str(line).ok().and_then(|named: OnlyId| text_of(&named.id));
    named.unwrap_or_else(|| number.to_string())
}

fn text_of(id: &Value) -> Option<String> {
    match id {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

impl Entry {
    /// Reads a line, of which `number` counts from 1.
    ///
    /// # Errors
    ///
    /// It is no JSON, gives no config or two, or names what is not known.
    pub fn read(line: &str, number: u64) -> Result<Self, BadEntry> {
        let id = id(line, number);
        let bad = |error: String| BadEntry { id: id.clone(), error: format!("line {number}: {error}") };
        let given: ConfigLine<'_> = serde_json::from_str(line).map_err(|error| bad(error.to_string()))?;
        let given = Given {
            config: given.config.map(RawValue::get),
            text: given.text.as_deref(),
            format: given.format.as_deref(),
            release: given.release.as_deref(),
            workload: given.workload.as_deref(),
        };
        given.entry(&id).map_err(bad)
    }
}

impl Given<'_> {
    /// The entry that it is, under an id.
    ///
    /// # Errors
    ///
    /// It gives no config or two, or one that is too large, or names what is not known.
    pub fn entry(self, id: &str) -> Result<Entry, String> {
        let is_too_large = |text: &str| text.len() as u64 > MAX_BYTES;
        if self.config.into_iter().chain(self.text).any(is_too_large) {
            return Err(too_large("the config", MAX_BYTES));
        }
        let (text, sniffed) = match (self.config, self.text) {
            (Some(config), None) => (config.to_owned(), Format::Json),
            (None, Some(text)) => (text.to_owned(), Format::sniff(text)),
            (Some(_), Some(_)) => return Err("both 'config' and 'text'; expected one of them".to_owned()),
            (None, None) => return Err("no config; expected 'config' (JSON) or 'text'".to_owned()),
        };
        let format = match self.format {
            None => sniffed,
            Some(name) => Format::from_extension(name)
                .ok_or_else(|| format!("format '{name}' is not known; expected json5, json or yaml"))?,
        };
        let release = self.release.map(|release| release.parse().map_err(|error| format!("release: {error}")));
        let workload = self.workload.map(|name| {
            let presets = crate::workload::PRESETS.join("', '");
            Workload::preset(name).ok_or_else(|| format!("no workload '{name}'; expected one of '{presets}'"))
        });
        Ok(Entry { id: id.to_owned(), text, format, release: release.transpose()?, workload: workload.transpose()? })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_line_gives_a_config_as_json_or_as_text() {
        let read = |line: &str| Entry::read(line, 7);
        let json = read(r#"{"id":"a","config":{"agents" : {}},"release":"2026.9.6"}"#).unwrap();
        assert_eq!((json.text.as_str(), json.format), (r#"{"agents" : {}}"#, Format::Json));
        assert_eq!(json.release.map(|release| release.to_string()).as_deref(), Some("2026.9.6"));
        let text = read(r#"{"id":12,"text":"// x\n{ agents: {} }"}"#).unwrap();
        assert_eq!((text.id.as_str(), text.format), ("12", Format::Json5));
        assert_eq!(read(r#"{"text":"agents: {}\n"}"#).unwrap().id, "7");
        assert_eq!(read(r#"{"text":"agents: {}\n"}"#).unwrap().format, Format::Yaml);
    }

    #[test]
    fn a_line_that_gives_none_says_why() {
        for (line, told) in [
            ("{", "line 7: EOF while parsing"),
            (r#"{"id":"a"}"#, "line 7: no config; expected 'config' (JSON) or 'text'"),
            (r#"{"id":"a","config":{},"text":""}"#, "line 7: both 'config' and 'text'"),
            (r#"{"id":"a","config":{},"relase":"2026.9.6"}"#, "line 7: unknown field `relase`, expected one of"),
            (r#"{"id":"a","config":{},"release":"9"}"#, "line 7: release: "),
            (r#"{"id":"a","text":"","format":"ini"}"#, "line 7: format 'ini' is not known"),
            (r#"{"id":"a","text":"","workload":"/etc/passwd"}"#, "line 7: no workload '/etc/passwd'"),
        ] {
            let bad = Entry::read(line, 7).unwrap_err();
            assert!(bad.error.starts_with(told), "{line}: {}", bad.error);
            assert_eq!(bad.id, if line.len() > 2 { "a" } else { "7" });
        }
    }
}
