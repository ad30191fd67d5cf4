//! Faults in a config that was right: a value of another kind, a misspelt, missing or added key, a block in another place.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::generator::{Json, any_of};

/// A config with a fault or two: a value of another kind, a misspelt, missing or added key, a block in another place.
pub(super) fn faulty(proper: Json) -> Json {
    let fault =
        (any::<prop::sample::Index>(), 0..6u8, any_of(json!([null, true, 30, 0, -1, "", "x", "true", [], {}, 1.5])));
    let faults = prop::collection::vec(fault, 1..=2);
    let broken = (proper, faults).prop_map(|(mut config, faults)| {
        for (place, kind, odd) in faults {
            let paths = paths(&config);
            if !paths.is_empty() {
                spoil(&mut config, place.get(&paths), kind, odd);
            }
        }
        config
    });
    broken.boxed()
}

/// Every place below the keys of the root, as a pointer to its holder and a key.
fn paths(value: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), value)];
    while let Some((at, value)) = open.pop() {
        let fields: Vec<(String, &Value)> = match value {
            Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), value)).collect(),
            Value::Array(items) => items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect(),
            _ => Vec::new(),
        };
        for (key, inner) in fields {
            // Other keys at the root are no part of a heartbeat's verdict.
            if at.is_empty() && ["models", "auth", "session", "bindings"].contains(&key.as_str()) {
                continue;
            }
            open.push((format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), inner));
            if !at.is_empty() {
                found.push((at.clone(), key));
            }
        }
    }
    found
}

fn spoil(config: &mut Value, (holder, key): &(String, String), kind: u8, odd: Value) {
    if kind == 5
        && key == "heartbeat"
        && let Some(moved) = config.pointer(&format!("{holder}/{key}")).cloned()
    {
        config["heartbeat"] = moved;
    }
    // Neither are the other keys of `cron` and `tools`.
    let elsewhere = ["/cron", "/tools"].iter().any(|end| holder.ends_with(end)) && (kind == 1 || kind == 3);
    let Some(target) = config.pointer_mut(holder).filter(|_| !elsewhere) else { return };
    match (target, kind) {
        (Value::Object(fields), 1) => {
            let value = fields.remove(key);
            let mut typo = key.clone();
            typo.remove(key.len() / 2);
            fields.extend(value.map(|value| (typo, value)));
        }
        (Value::Object(fields), 2 | 5) => {
            fields.remove(key);
        }
        (Value::Object(fields), 3) => {
            fields.insert("interval".to_owned(), odd);
        }
        (Value::Object(fields), _) => {
            fields.insert(key.clone(), odd);
        }
        (Value::Array(items), 1 | 2) => {
            items.pop();
        }
        (Value::Array(items), 3) => items.extend(items.first().cloned()),
        (Value::Array(items), _) => {
            if let Some(item) = key.parse::<usize>().ok().and_then(|at| items.get_mut(at)) {
                *item = odd;
            }
        }
        _ => {}
    }
}
