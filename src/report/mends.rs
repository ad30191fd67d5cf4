//! What is put right before anything is saved, a sentence a fault.

use serde_json::Value;

use crate::repair::Mend;
use crate::words::plain;

/// The title over the sentences.
pub(super) const TITLE: &str = "Fixed first, so that OpenClaw takes the file";

/// Characters of a value that are shown.
const SHOWN: usize = 60;

/// The sentences; keys that are changed for one fault stand together.
pub fn sentences(mends: &[Mend]) -> Vec<String> {
    let by_fault = mends.chunk_by(|one, other| (one.rule, &one.reason) == (other.rule, &other.reason));
    let sentence = |mends: &[Mend]| {
        let keys: Vec<String> = mends.iter().map(key).collect();
        let why = mends.first().map_or(String::new(), |mend| format!(" ({})", mend.reason));
        plain(&format!("{}{why}", keys.join(", ")))
    };
    by_fault.map(sentence).collect()
}

fn key(mend: &Mend) -> String {
    match (&mend.from, &mend.to) {
        (_, Value::Null) => format!("{} goes", mend.path),
        (Value::Null, to) => format!("{}: {}", mend.path, shown(to)),
        (from, to) => format!("{}: {} → {}", mend.path, shown(from), shown(to)),
    }
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    let mut clipped: String = text.chars().take(SHOWN).collect();
    if clipped.len() < text.len() {
        clipped.push('…');
    }
    clipped
}
