//! Configs written with the values that a page's panel offers, so that a report on them can be compared with the panel.

use serde_json::{Map, Value, json};

/// A config of the repository, the agent that is changed, and where its heartbeat block and its other settings stand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject {
    pub(crate) file: &'static str,
    pub(crate) agent: &'static str,
    /// The pointer of the entry that holds `heartbeat` and `params`.
    pub(crate) entry: &'static str,
}

/// One agent on the defaults block, the one that runs of two without any block, and one with a block of its own.
pub(crate) const SUBJECTS: [Subject; 3] = [
    Subject { file: "personal.json5", agent: "main", entry: "/agents/defaults" },
    Subject { file: "nexos.json5", agent: "main", entry: "/agents/list/0" },
    Subject { file: "team.json5", agent: "ops", entry: "/agents/entries/ops" },
];

/// What the panel is set to; without a retention the file's own is kept.
#[derive(Clone, Debug)]
pub(crate) struct Values<'a> {
    pub(crate) every: &'a str,
    pub(crate) model: &'a str,
    pub(crate) isolated: bool,
    pub(crate) light: bool,
    pub(crate) retention: Option<&'a str>,
}

/// The config with these values.
pub(crate) fn written(config: &Value, subject: Subject, values: &Values<'_>) -> Value {
    let mut config = config.clone();
    let entry = config.pointer_mut(subject.entry).unwrap().as_object_mut().unwrap();
    set(entry, "heartbeat", "every", json!(values.every));
    set(entry, "heartbeat", "model", json!(values.model));
    set(entry, "heartbeat", "isolatedSession", json!(values.isolated));
    set(entry, "heartbeat", "lightContext", json!(values.light));
    if let Some(retention) = values.retention {
        set(entry, "params", "cacheRetention", json!(retention));
    }
    config
}

fn set(entry: &mut Map<String, Value>, block: &str, key: &str, to: Value) {
    let block = entry.entry(block).or_insert_with(|| json!({})).as_object_mut().unwrap();
    block.insert(key.to_owned(), to);
}
