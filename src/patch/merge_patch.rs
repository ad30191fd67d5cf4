//! The change as a JSON merge patch (RFC 7396), which `openclaw config patch` and the `config.patch` RPC take. It holds
//! what differs and nothing else, so it gives no secret away.

use serde_json::{Map, Value};
use thiserror::Error;

use crate::document::{Change, KeyPath, Segment};

/// Why a change cannot be said as a merge patch.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum MergePatchError {
    /// A merge patch replaces a list whole.
    #[error("'{path}' is inside a list, which a merge patch cannot address; use --format commands")]
    InList {
        /// The key to change.
        path: KeyPath,
    },
    /// In a merge patch null means to remove.
    #[error("'{path}' would become null, which a merge patch takes for its removal; use --format commands")]
    Null {
        /// The key to change.
        path: KeyPath,
    },
    /// The change does not fit the file.
    #[error(transparent)]
    Change(#[from] crate::document::EditError),
}

/// The patch that makes the changes of a config.
pub fn merge_patch(config: &Value, changes: &[Change]) -> Result<Value, MergePatchError> {
    let mut changed = config.clone();
    for change in changes {
        let path = &change.path;
        if path.segments().iter().any(|segment| matches!(segment, Segment::Index(_))) {
            return Err(MergePatchError::InList { path: path.clone() });
        }
        if change.to.as_ref().is_some_and(holds_null) {
            return Err(MergePatchError::Null { path: path.clone() });
        }
        change.make(&mut changed)?;
    }
    Ok(difference(config, &changed).unwrap_or_else(|| Value::Object(Map::new())))
}

/// What turns `old` into `new`; `None` where they are equal.
fn difference(old: &Value, new: &Value) -> Option<Value> {
    let (Value::Object(before), Value::Object(after)) = (old, new) else {
        return (old != new).then(|| new.clone());
    };
    let removed = before.keys().filter(|key| !after.contains_key(*key)).map(|key| (key.clone(), Value::Null));
    let given = after.iter().filter_map(|(key, value)| {
        let difference = before.get(key).map_or_else(|| Some(value.clone()), |old| difference(old, value));
        Some((key.clone(), difference?))
    });
    let patch: Map<_, _> = removed.chain(given).collect();
    (!patch.is_empty()).then_some(Value::Object(patch))
}

/// Whether a value is or holds a null that the patch would have to write. Those inside lists are kept as they are.
fn holds_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(members) => members.values().any(holds_null),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// `MergePatch` of RFC 7396, section 2, word for word.
    fn merge(target: Value, patch: &Value) -> Value {
        let Value::Object(patch) = patch else { return patch.clone() };
        let mut target = match target {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        for (name, value) in patch {
            if value.is_null() {
                target.shift_remove(name);
            } else {
                let old = target.get(name).cloned().unwrap_or(Value::Null);
                target.insert(name.clone(), merge(old, value));
            }
        }
        Value::Object(target)
    }

    /// The table of RFC 7396, appendix A.
    #[test]
    fn the_test_merges_as_the_rfc_says() {
        for (original, patch, result) in [
            (json!({"a":"b"}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"b"}), json!({"b":"c"}), json!({"a":"b","b":"c"})),
            (json!({"a":"b"}), json!({"a":null}), json!({})),
            (json!({"a":"b","b":"c"}), json!({"a":null}), json!({"b":"c"})),
            (json!({"a":["b"]}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"c"}), json!({"a":["b"]}), json!({"a":["b"]})),
            (json!({"a":{"b":"c"}}), json!({"a":{"b":"d","c":null}}), json!({"a":{"b":"d"}})),
            (json!({"a":[{"b":"c"}]}), json!({"a":[1]}), json!({"a":[1]})),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"a":"b"}), json!(["c"]), json!(["c"])),
            (json!({"a":"foo"}), json!(null), json!(null)),
            (json!({"a":"foo"}), json!("bar"), json!("bar")),
            (json!({"e":null}), json!({"a":1}), json!({"e":null,"a":1})),
            (json!([1, 2]), json!({"a":"b","c":null}), json!({"a":"b"})),
            (json!({}), json!({"a":{"bb":{"ccc":null}}}), json!({"a":{"bb":{}}})),
        ] {
            assert_eq!(merge(original, &patch), result);
        }
    }

    #[test]
    fn it_holds_the_difference_only() {
        let config = json!({ "gateway": { "auth": { "token": "hunter2" } }, "agents": { "defaults": { "heartbeat": {
            "every": "30m", "activeHours": { "start": "08:00", "end": "22:00", "timezone": "UTC" } } } } });
        let heartbeat = KeyPath::root().key("agents").key("defaults").key("heartbeat");
        let changes = [
            Change::set(heartbeat.key("every"), "2h"),
            Change::set(heartbeat.key("activeHours"), json!({ "start": "09:00", "end": "22:00" })),
            Change::set("agents.entries.a.heartbeat".parse().unwrap(), json!({})),
            Change::remove(heartbeat.key("model")),
        ];
        assert_eq!(
            merge_patch(&config, &changes).unwrap(),
            json!({ "agents": { "defaults": { "heartbeat": { "every": "2h",
                "activeHours": { "timezone": null, "start": "09:00" } } }, "entries": { "a": { "heartbeat": {} } } } })
        );
        assert_eq!(merge_patch(&config, &[]).unwrap(), json!({}));
    }

    #[test]
    fn what_it_cannot_say_is_refused_with_the_way_out() {
        let config = json!({ "agents": { "list": [{ "id": "a" }] } });
        let change = Change::set("agents.list[0].heartbeat.every".parse().unwrap(), "2h");
        assert_eq!(
            merge_patch(&config, &[change]).unwrap_err().to_string(),
            "'agents.list[0].heartbeat.every' is inside a list, which a merge patch cannot address; use --format commands"
        );
        let change = Change::set("a".parse().unwrap(), json!({ "b": null }));
        assert!(matches!(merge_patch(&config, &[change]), Err(MergePatchError::Null { .. })));
    }

    fn tree() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(json!("x")),
            Just(json!(1)),
            Just(json!(true)),
            Just(json!([1, null])),
            Just(json!({})),
            Just(Value::Null)
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop::collection::hash_map("[a-d]", inner, 0..4).prop_map(|members| members.into_iter().collect())
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn merging_it_gives_the_edited_config(
            config in prop::collection::hash_map("[a-d]", tree(), 0..4),
            changes in prop::collection::vec((prop::collection::vec("[a-e]", 1..4), prop::option::of(tree())), 1..4),
        ) {
            let config: Value = config.into_iter().collect();
            let change = |(keys, to): (Vec<String>, Option<Value>)| {
                Change { path: keys.into_iter().map(Segment::Key).collect(), to }
            };
            let changes: Vec<Change> = changes.into_iter().map(change).collect();
            let mut edited = config.clone();
            let possible = changes.iter().all(|change| change.make(&mut edited).is_ok());
            match merge_patch(&config, &changes) {
                Ok(patch) => {
                    prop_assert!(possible);
                    prop_assert_eq!(merge(config, &patch), edited);
                }
                Err(MergePatchError::Null { .. }) => {}
                Err(error) => prop_assert!(!possible, "{error}"),
            }
        }
    }
}
