//! The cells that were measured on real gateways (`fixtures/oracle`), each as a question with the answer that the
//! gateway gave.

use serde_json::{Value, json};

mod current;
mod legacy;
mod nexos;
mod workspaces;

use crate::accuracy::case::Case;

/// One measured cell.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    /// The file it stands in.
    pub(crate) file: &'static str,
    /// Its name there.
    pub(crate) name: String,
    /// The same question for the simulator.
    pub(crate) case: Case,
    /// The run that compares: 0 is the first of the month, which finds no cache.
    pub(crate) run: usize,
    /// The parts of the request in characters, as far as they were measured.
    pub(crate) parts: Vec<(&'static str, u64)>,
    /// The run's requests.
    pub(crate) requests: Vec<Sent>,
}

/// One measured request.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    /// Its characters; `None` within a run whose rounds of tools differ in size.
    pub(crate) chars: Option<u64>,
    /// Tokens that the mock's cache called plain, read and written.
    pub(crate) usage: Option<[u64; 3]>,
}

fn fixture(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("no number: {value}"))
}

fn usage(value: &Value) -> Option<[u64; 3]> {
    let either = |short: &str, long: &str| value.get(short).or_else(|| value.get(long)).map(number);
    Some([
        either("input", "input_tokens")?,
        either("cacheRead", "cache_read_input_tokens")?,
        either("cacheWrite", "cache_creation_input_tokens")?,
    ])
}

/// A single agent that runs every two minutes, so that a five-minute cache stays warm.
fn config(model: &str, isolated: bool, light: bool, target: &Value) -> Value {
    let mut heartbeat = json!({ "every": "2m", "isolatedSession": isolated, "lightContext": light });
    heartbeat.as_object_mut().unwrap().extend(target.as_object().unwrap().clone());
    json!({ "agents": { "defaults": { "model": model, "heartbeat": heartbeat } } })
}

const OPUS: &str = "anthropic/claude-opus-4-6";

fn nobody() -> Value {
    json!({ "target": "none" })
}

/// Every cell.
pub(crate) fn all() -> Vec<Cell> {
    [
        current::quiet(),
        current::profiles(),
        current::routed_profiles(),
        legacy::quiet(),
        legacy::extras(),
        legacy::routes(),
        nexos::all(),
        current::routes(),
        current::tools(),
        workspaces::all(),
    ]
    .concat()
}

fn flags(cell: &Value) -> [bool; 2] {
    [cell["isolatedSession"] == true, cell["lightContext"] == true]
}

/// The names that a recording gives to the characters of each part.
type Names = &'static [(&'static str, &'static [&'static str])];

const CHARS: Names = &[
    ("tools", &["toolsJson"]),
    ("files", &["bootstrapFiles"]),
    ("skills", &["skillsList"]),
    ("system", &["systemBase", "toolCatalogInSystem"]),
    ("message", &["heartbeatPrompt"]),
    ("carrier", &["runtimeCarrier"]),
];

fn parts(chars: &Value, names: Names) -> Vec<(&'static str, u64)> {
    names.iter().map(|(part, names)| (*part, names.iter().map(|name| number(&chars[*name])).sum())).collect()
}

/// Ticks within a minute are identical and read everything; only one that had to write says how the cache works.
fn is_telling(usage: &[u64; 3]) -> bool {
    usage[1] > 0 && usage[2] > 0
}
