//! From what a caller wants (`this path, that value`) to the smallest steps on the values of a document.

use serde_json::{Map, Value};

use super::path::{KeyPath, Segment};

/// A wish: the value a path shall have.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The place. Missing parents are created as objects; an index equal to an array's length appends.
    pub path: KeyPath,
    /// The value, or `None` to remove what is there.
    pub to: Option<Value>,
}

impl Change {
    /// Gives `path` a value.
    pub fn set(path: KeyPath, value: impl Into<Value>) -> Self {
        Change { path, to: Some(value.into()) }
    }

    /// Removes `path`.
    pub fn remove(path: KeyPath) -> Self {
        Change { path, to: None }
    }

    /// Makes the change on a value alone, to see what it would mean.
    pub fn make(&self, root: &mut Value) -> Result<(), EditError> {
        steps(root, self).map(drop)
    }
}

/// Why changes cannot be made. The document is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The value is written elsewhere and taken over by an alias or a merge, so that an edit would reach others.
    #[error("{} is an alias or a merge of what is written elsewhere, so an edit could reach other places", quoted_or_document(.0))]
    Borrowed(KeyPath),
    /// The document can be read, but where its values stand is not known.
    #[error(
        "the file uses a spelling that can be read but not edited safely (such as an escape in a bare key, or a '?' key in YAML)"
    )]
    NotLocated,
    /// The path leads through a value that holds no others.
    #[error("'{0}' holds a plain value, so nothing can be set inside it")]
    NotAContainer(KeyPath),
    /// The value has an anchor, and aliases elsewhere take it over.
    #[error(
        "{} has the anchor '&{anchor}' that is used elsewhere, so an edit would reach other places",
        quoted_or_document(at)
    )]
    Shared {
        /// The value.
        at: KeyPath,
        /// The name of its anchor.
        anchor: String,
    },
    /// The text that holds the value is folded, so that its line breaks are not those of the file.
    #[error("'{0}' is a folded text ('>'), in which an edit would move line breaks; write it with '|'")]
    Folded(KeyPath),
    /// The path does not fit what is there.
    #[error("'{path}' cannot be created, because {} is {is}", quoted_or_document(at))]
    NotReachable {
        /// The whole path.
        path: KeyPath,
        /// The part of it where it stops to fit.
        at: KeyPath,
        /// What is there.
        is: &'static str,
    },
    /// The root was to be removed.
    #[error("the whole document cannot be removed")]
    Root,
    /// The edited text does not mean the old value with the changes, or lost a comment.
    #[error("the edited text failed its check ({0}), so nothing was changed")]
    Unverified(String),
}

fn quoted_or_document(path: &KeyPath) -> String {
    if path.segments().is_empty() { "the document".to_owned() } else { format!("'{path}'") }
}

/// One change of one place, small enough to be one local edit.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum EditStep {
    /// A value with another one.
    Replace(KeyPath, Value),
    /// A new last item of the object or array at the path.
    Append(KeyPath, Segment, Value),
    /// A property or element.
    Remove(KeyPath),
}

impl EditStep {
    /// The value that it changes: of an addition, what gets it.
    pub(super) fn path(&self) -> &KeyPath {
        let (EditStep::Replace(path, _) | EditStep::Append(path, ..) | EditStep::Remove(path)) = self;
        path
    }
}

/// Makes a change on `root` and says the steps that do the same to the text.
pub(super) fn steps(root: &mut Value, change: &Change) -> Result<Vec<EditStep>, EditError> {
    let steps = planned(root, change)?;
    for step in &steps {
        perform(root, step);
    }
    Ok(steps)
}

/// The steps that make a change of `root`.
pub(super) fn planned(root: &Value, change: &Change) -> Result<Vec<EditStep>, EditError> {
    let mut steps = Vec::new();
    match (&change.to, change.path.resolve(root)) {
        (None, _) if change.path.segments().is_empty() => return Err(EditError::Root),
        (None, None) => return Ok(steps),
        (None, Some(_)) => steps.push(EditStep::Remove(change.path.clone())),
        (Some(new), Some(old)) => compare(&change.path, old, new, &mut steps),
        (Some(new), None) => steps.push(create(root, &change.path, new)?),
    }
    Ok(steps)
}

/// The fewest changes that turn one value into another.
pub fn difference(old: &Value, new: &Value) -> Vec<Change> {
    let mut steps = Vec::new();
    compare(&KeyPath::root(), old, new, &mut steps);
    let change = |step| match step {
        EditStep::Replace(path, value) => Change::set(path, value),
        EditStep::Append(path, segment, value) => Change::set(path.join(segment), value),
        EditStep::Remove(path) => Change::remove(path),
    };
    steps.into_iter().map(change).collect()
}

/// The steps that turn `old` into `new`, going into containers so that what is equal stays untouched.
fn compare(path: &KeyPath, old: &Value, new: &Value, steps: &mut Vec<EditStep>) {
    match (old, new) {
        _ if old == new => {}
        (Value::Object(old), Value::Object(new)) => {
            steps.extend(old.keys().filter(|key| !new.contains_key(*key)).map(|key| EditStep::Remove(path.key(key))));
            for (key, value) in new {
                match old.get(key) {
                    Some(before) => compare(&path.key(key), before, value, steps),
                    None => steps.push(EditStep::Append(path.clone(), Segment::Key(key.clone()), value.clone())),
                }
            }
        }
        (Value::Array(old), Value::Array(new)) => compare_elements(path, old, new, steps),
        _ => steps.push(EditStep::Replace(path.clone(), new.clone())),
    }
}

fn compare_elements(path: &KeyPath, old: &[Value], new: &[Value], steps: &mut Vec<EditStep>) {
    let fewer = old.len().saturating_sub(new.len());
    let shared = old.len().min(new.len());
    // Elements are dropped where the two lists part, so that those after keep their text and comments.
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let dropped_at = if fewer > 0 { (shared - tail.min(shared)).max(head) } else { old.len() };

    steps.extend((dropped_at..dropped_at + fewer).rev().map(|index| EditStep::Remove(path.index(index))));
    for (index, value) in new.iter().enumerate() {
        let before = if index < dropped_at { index } else { index + fewer };
        match old.get(before) {
            Some(before) => compare(&path.index(index), before, value, steps),
            None => steps.push(EditStep::Append(path.clone(), Segment::Index(index), value.clone())),
        }
    }
}

/// The step that makes a path that is not there, with all its missing parents at once.
fn create(root: &Value, path: &KeyPath, value: &Value) -> Result<EditStep, EditError> {
    let segments = path.segments();
    let place_of = |depth: usize| segments[..depth].iter().cloned().collect::<KeyPath>();
    let found = (0..segments.len()).rev().find_map(|depth| Some((depth, place_of(depth).resolve(root)?)));
    let (depth, ancestor) = found.ok_or(EditError::Root)?;
    let misfit = |at: KeyPath, is| EditError::NotReachable { path: path.clone(), at, is };
    let place = place_of(depth);
    let mut nested = value.clone();
    for (above, segment) in segments.iter().enumerate().skip(depth + 1).rev() {
        let Segment::Key(key) = segment else { return Err(misfit(place_of(above), "not a list yet")) };
        nested = object_of(key, nested);
    }
    match (ancestor, &segments[depth]) {
        (Value::Object(_), segment @ Segment::Key(_)) => Ok(EditStep::Append(place, segment.clone(), nested)),
        (Value::Array(list), segment @ Segment::Index(index)) if *index == list.len() => {
            Ok(EditStep::Append(place, segment.clone(), nested))
        }
        (Value::Null, Segment::Key(key)) => Ok(EditStep::Replace(place, object_of(key, nested))),
        (Value::Object(_), Segment::Index(_)) => Err(misfit(place, "an object")),
        (Value::Array(_), Segment::Index(_)) => Err(misfit(place, "a shorter list")),
        (Value::Array(_), Segment::Key(_)) => Err(misfit(place, "a list")),
        _ => Err(EditError::NotAContainer(place)),
    }
}

fn object_of(key: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([(key.to_owned(), value)]))
}

fn perform(root: &mut Value, step: &EditStep) {
    match step {
        EditStep::Replace(path, value) => {
            if let Some(place) = resolve_mut(root, path) {
                *place = value.clone();
            }
        }
        EditStep::Append(path, segment, value) => match (resolve_mut(root, path), segment) {
            (Some(Value::Object(map)), Segment::Key(key)) => {
                map.insert(key.clone(), value.clone());
            }
            (Some(Value::Array(list)), Segment::Index(_)) => list.push(value.clone()),
            _ => {}
        },
        EditStep::Remove(path) => {
            let parent = path.parent().and_then(|parent| resolve_mut(root, &parent));
            match (parent, path.last()) {
                (Some(Value::Object(map)), Some(Segment::Key(key))) => {
                    map.shift_remove(key);
                }
                (Some(Value::Array(list)), Some(Segment::Index(index))) if *index < list.len() => {
                    list.remove(*index);
                }
                _ => {}
            }
        }
    }
}

fn resolve_mut<'v>(root: &'v mut Value, path: &KeyPath) -> Option<&'v mut Value> {
    path.segments().iter().try_fold(root, |value, segment| match segment {
        Segment::Key(key) => value.as_object_mut()?.get_mut(key),
        Segment::Index(index) => value.as_array_mut()?.get_mut(*index),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn path(text: &str) -> KeyPath {
        text.parse().unwrap()
    }

    fn run(mut root: Value, at: &str, to: Option<Value>) -> Result<(Value, Vec<EditStep>), EditError> {
        let steps = steps(&mut root, &Change { path: path(at), to })?;
        Ok((root, steps))
    }

    #[test]
    fn only_what_differs_becomes_a_step() {
        let (root, steps) =
            run(json!({"a": {"b": 1, "c": 2, "d": 3}}), "a", Some(json!({"c": 2, "d": 4, "e": 5}))).unwrap();
        assert_eq!(root, json!({"a": {"c": 2, "d": 4, "e": 5}}));
        assert_eq!(
            steps,
            [
                EditStep::Remove(path("a.b")),
                EditStep::Replace(path("a.d"), json!(4)),
                EditStep::Append(path("a"), Segment::Key("e".into()), json!(5)),
            ]
        );
    }

    #[test]
    fn an_element_is_dropped_where_the_lists_part() {
        for (old, new, dropped) in [
            (json!([1, 2, 3]), json!([1, 3]), vec!["[1]"]),
            (json!([1, 2, 3]), json!([2, 3]), vec!["[0]"]),
            (json!([1, 2, 3]), json!([1]), vec!["[2]", "[1]"]),
            (json!([1, 1, 1]), json!([1, 1]), vec!["[2]"]),
        ] {
            let (root, steps) = run(old, "", Some(new.clone())).unwrap();
            assert_eq!(root, new);
            let expected: Vec<_> = dropped.into_iter().map(|at| EditStep::Remove(path(at))).collect();
            assert_eq!(steps, expected);
        }
    }

    #[test]
    fn missing_parents_are_created_and_impossible_paths_refused() {
        let root = json!({"a": {"s": "x", "n": null, "l": [1]}});
        assert_eq!(run(root.clone(), "a.b.c", Some(json!(1))).unwrap().0["a"]["b"], json!({"c": 1}));
        assert_eq!(run(root.clone(), "a.n.c", Some(json!(1))).unwrap().0["a"]["n"], json!({"c": 1}));
        assert_eq!(run(root.clone(), "a.l[1].c", Some(json!(1))).unwrap().0["a"]["l"], json!([1, {"c": 1}]));
        for (at, message) in [
            ("a.s.c", "'a.s' holds a plain value, so nothing can be set inside it"),
            ("a.l[5]", "'a.l[5]' cannot be created, because 'a.l' is a shorter list"),
            ("a.l.x", "'a.l.x' cannot be created, because 'a.l' is a list"),
            ("a[0]", "'a[0]' cannot be created, because 'a' is an object"),
            ("[0]", "'[0]' cannot be created, because the document is an object"),
            ("a.new[0]", "'a.new[0]' cannot be created, because 'a.new' is not a list yet"),
        ] {
            assert_eq!(run(root.clone(), at, Some(json!(1))).unwrap_err().to_string(), message);
        }
        assert_eq!(run(root, "", None), Err(EditError::Root));
    }
}
