//! Where the secrets of a document are written.

use std::ops::Range;

use serde_json::Value;

use super::{Document, KeyPath};
use crate::secrets::tree::secret_paths;

/// The bytes of a document in which its secrets are written.
pub fn secret_ranges(document: &Document) -> Vec<Range<usize>> {
    let config = document.span_or_nearest(&KeyPath::root());
    // Around a config that is part of a file, others may stand; a text that holds all of it is no secret.
    let holds_config = |range: &Range<usize>| range.start <= config.start && config.end <= range.end;
    let mut found = own_secret_ranges(document);
    for outer in document.layers().skip(1) {
        found.extend(own_secret_ranges(outer).into_iter().filter(|range| !holds_config(range)));
    }
    found
}

fn own_secret_ranges(document: &Document) -> Vec<Range<usize>> {
    let range = |parts: Vec<String>| {
        let mut path = KeyPath::root();
        for part in parts {
            path = match document.get(&path) {
                Some(Value::Array(_)) => path.index(part.parse().ok()?),
                _ => path.key(part),
            };
        }
        Some(document.value_span(&path).unwrap_or_else(|| document.span_or_nearest(&path)))
    };
    secret_paths(document.value()).into_iter().filter_map(range).collect()
}
