//! Taking one change back out of a text that was edited since: a three-way merge on the trees, where only what the change
//! touched is put back and what others wrote stays.

use serde_json::{Map, Value};

use super::change::Change;
use super::path::{KeyPath, Segment};

/// The changes that take back out of `now` what turned `before` into `after`.
///
/// # Errors
///
/// The places that were edited since, so that nobody can tell what should stand there.
pub fn reversal(before: &Value, after: &Value, now: &Value) -> Result<Vec<Change>, Vec<KeyPath>> {
    let mut reversal = Reversal::default();
    reversal.visit(&KeyPath::root(), Some(before), Some(after), Some(now));
    if reversal.conflicts.is_empty() { Ok(reversal.changes) } else { Err(reversal.conflicts) }
}

#[derive(Default)]
struct Reversal {
    changes: Vec<Change>,
    conflicts: Vec<KeyPath>,
}

impl Reversal {
    fn visit(&mut self, path: &KeyPath, before: Option<&Value>, after: Option<&Value>, now: Option<&Value>) {
        let nothing = Map::new();
        if before == after || now == before {
            return;
        }
        match (before, after, now) {
            (before, after, now) if after == now => {
                self.changes.push(Change { path: path.clone(), to: before.cloned() })
            }
            // An object that the change made may have got keys of others meanwhile.
            (Some(Value::Object(_)) | None, Some(Value::Object(after)), Some(Value::Object(now))) => {
                let before = before.and_then(Value::as_object).unwrap_or(&nothing);
                let added = after.keys().filter(|key| !before.contains_key(*key));
                for key in before.keys().chain(added) {
                    self.visit(&path.key(key), before.get(key), after.get(key), now.get(key));
                }
            }
            (Some(Value::Array(before)), Some(Value::Array(after)), Some(Value::Array(now)))
                if are_the_same_items(before, after) && are_the_same_items(after, now) =>
            {
                for (index, ((before, after), now)) in before.iter().zip(after).zip(now).enumerate() {
                    self.visit(&path.join(Segment::Index(index)), Some(before), Some(after), Some(now));
                }
            }
            _ => self.conflicts.push(path.clone()),
        }
    }
}

/// Whether two lists hold the same things in the same order, so that an index means one of them: each has an id.
fn are_the_same_items(one: &[Value], other: &[Value]) -> bool {
    let id = |item: &Value| item.get("id").and_then(Value::as_str).map(str::to_owned);
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| id(one).is_some() && id(one) == id(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    /// `now` with the change taken back out, or the places in conflict.
    fn undone(before: &Value, after: &Value, now: &Value) -> Result<Value, Vec<String>> {
        let changes =
            reversal(before, after, now).map_err(|at| at.iter().map(ToString::to_string).collect::<Vec<_>>())?;
        let mut now = now.clone();
        changes.iter().for_each(|change| change.make(&mut now).unwrap());
        Ok(now)
    }

    #[test]
    fn only_what_the_change_touched_is_put_back() {
        let before = json!({ "every": "30m", "target": "last", "gone": 1 });
        let after =
            json!({ "every": "55m", "target": "last", "model": "haiku", "models": { "haiku": { "long": true } } });
        let cases = [
            (
                json!({ "every": "55m", "target": "owner", "model": "haiku", "models": { "haiku": { "long": true } }, "new": 2 }),
                Ok(json!({ "every": "30m", "target": "owner", "gone": 1, "new": 2 })),
            ),
            // Put back by hand already, and a key of somebody else in an object that the change made.
            (
                json!({ "every": "30m", "target": "last", "models": { "haiku": { "long": true }, "opus": {} } }),
                Ok(json!({ "every": "30m", "target": "last", "gone": 1, "models": { "opus": {} } })),
            ),
            (
                json!({ "every": "2h", "target": "last", "model": "haiku", "models": "none", "gone": 7 }),
                Err(vec!["every".to_owned(), "gone".to_owned(), "models".to_owned()]),
            ),
        ];
        for (now, expected) in cases {
            assert_eq!(undone(&before, &after, &now), expected, "{now}");
        }
    }

    #[test]
    fn an_index_is_trusted_where_ids_say_what_stands_there() {
        let list = |every: &[(&str, &str)]| {
            json!(every.iter().map(|(id, every)| json!({ "id": id, "every": every })).collect::<Vec<_>>())
        };
        let (before, after) = (list(&[("a", "30m"), ("b", "30m")]), list(&[("a", "30m"), ("b", "55m")]));
        assert_eq!(
            undone(&before, &after, &list(&[("a", "5m"), ("b", "55m")])),
            Ok(list(&[("a", "5m"), ("b", "30m")]))
        );
        let moved = list(&[("b", "55m"), ("a", "30m")]);
        assert_eq!(undone(&before, &after, &moved), Err(vec![String::new()]));
        assert!(undone(&json!([1, 2]), &json!([1, 3]), &json!([0, 3])).is_err());
    }

    fn tree() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), (0..3).prop_map(Value::from)];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::vec(("[a-d]", inner), 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
            ]
        })
    }

    proptest! {
        #[test]
        fn without_later_edits_all_comes_back_and_without_a_change_nothing_moves(before in tree(), after in tree()) {
            prop_assert_eq!(undone(&before, &after, &after), Ok(before.clone()));
            prop_assert_eq!(undone(&before, &before, &after), Ok(after.clone()));
            prop_assert_eq!(undone(&before, &after, &before), Ok(before));
        }

        #[test]
        fn a_later_key_beside_the_change_stays(before in tree(), after in tree(), value in tree()) {
            let wrap = |tree: &Value| json!({ "ours": tree });
            let mut now = wrap(&after);
            now["theirs"] = value.clone();
            let mut expected = wrap(&before);
            expected["theirs"] = value;
            prop_assert_eq!(undone(&wrap(&before), &wrap(&after), &now), Ok(expected));
        }
    }
}
