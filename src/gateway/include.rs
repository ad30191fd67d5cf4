//! `$include` (R2): a string replaces the object that holds it, a list is merged in order, keys beside it win. Files
//! come through a loader, so that the shell decides what may be read.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::document::KeyPath;

/// A config with its includes merged.
#[derive(Clone, Debug, PartialEq)]
pub struct Expanded {
    /// The tree that OpenClaw sees.
    pub value: Arc<Value>,
    /// The objects that hold an `$include`, and the file named there.
    pub includes: Vec<Include>,
}

impl Expanded {
    /// An `$include` that could not be read, and why: what it holds may change any figure.
    pub fn unread(&self) -> Option<(&Include, &str)> {
        self.includes.iter().find_map(|one| Some((one, one.problem.as_deref()?)))
    }
}

/// One `$include` of the main file.
#[derive(Clone, Debug, PartialEq)]
pub struct Include {
    /// The object that holds it.
    pub path: KeyPath,
    /// The file as written.
    pub file: String,
    /// Why it could not be read; its keys are then unknown.
    pub problem: Option<String>,
}

/// Reads one file: `(path as written, directory of the including file)` to its tree and its own directory.
pub type Loader<'a> = dyn Fn(&str, &str) -> Result<(Value, String), String> + 'a;

pub(super) const MAX_DEPTH: usize = 10;
/// Files that include each other many times over would multiply; no config in sight has more than a handful.
const MAX_LOADS: usize = 200;

/// Merges all includes. What cannot be read is left out and reported in `includes`.
pub fn expand(value: &Arc<Value>, loader: &Loader<'_>) -> Expanded {
    let mut expander = Expander { loader, includes: Vec::new(), loads: 0 };
    let value = match names_files(value) {
        true => Arc::new(expander.expand(value, &KeyPath::root(), "", 0)),
        false => Arc::clone(value),
    };
    Expanded { value, includes: expander.includes }
}

fn names_files(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(names_files),
        Value::Object(fields) => fields.iter().any(|(key, value)| key == "$include" || names_files(value)),
        _ => false,
    }
}

struct Expander<'a> {
    loader: &'a Loader<'a>,
    includes: Vec<Include>,
    loads: usize,
}

impl Expander<'_> {
    fn expand(&mut self, value: &Value, path: &KeyPath, directory: &str, depth: usize) -> Value {
        match value {
            Value::Array(items) => {
                let items = items.iter().enumerate();
                items.map(|(at, item)| self.expand(item, &path.index(at), directory, depth)).collect()
            }
            Value::Object(fields) => self.expand_object(fields, path, directory, depth),
            other => other.clone(),
        }
    }

    fn expand_object(&mut self, fields: &Map<String, Value>, path: &KeyPath, directory: &str, depth: usize) -> Value {
        let mut result = Value::Object(Map::new());
        let files: Vec<&str> = match fields.get("$include") {
            Some(Value::String(file)) => vec![file],
            Some(Value::Array(files)) => files.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        for file in files {
            let problem = match self.load(file, path, directory, depth) {
                Ok(included) => {
                    merge(&mut result, included);
                    None
                }
                Err(problem) => Some(problem),
            };
            self.includes.push(Include { path: path.clone(), file: file.to_owned(), problem });
        }
        let own = fields.iter().filter(|(key, _)| *key != "$include");
        let own = own.map(|(key, field)| {
            // Most values hold nothing, and a path of their own would take as long as they do.
            let holds = field.is_object() || field.is_array();
            (key.clone(), if holds { self.expand(field, &path.key(key), directory, depth) } else { field.clone() })
        });
        let own: Map<String, Value> = own.collect();
        match result {
            Value::Object(included) if included.is_empty() => result = Value::Object(own),
            Value::Object(_) => merge(&mut result, Value::Object(own)),
            // A file that is no object can only stand alone.
            _ if own.is_empty() => {}
            _ => result = Value::Object(own),
        }
        result
    }

    fn load(&mut self, file: &str, path: &KeyPath, directory: &str, depth: usize) -> Result<Value, String> {
        if depth >= MAX_DEPTH {
            return Err(format!("includes nest deeper than {MAX_DEPTH}"));
        }
        self.loads += 1;
        if self.loads > MAX_LOADS {
            return Err(format!("more than {MAX_LOADS} files are included"));
        }
        let (value, directory) = (self.loader)(file, directory)?;
        Ok(self.expand(&value, path, &directory, depth + 1))
    }
}

/// Objects merge key by key, lists are joined, everything else is replaced.
fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                match into.get_mut(&key) {
                    Some(present) => merge(present, value),
                    None => {
                        into.insert(key, value);
                    }
                }
            }
        }
        (Value::Array(into), Value::Array(from)) => into.extend(from),
        (into, from) => *into = from,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn loader(file: &str, _: &str) -> Result<(Value, String), String> {
        match file {
            "base.json5" => {
                Ok((json!({ "every": "1h", "model": "a/b", "more": { "$include": "deep.json5" } }), String::new()))
            }
            "deep.json5" => Ok((json!({ "x": 1 }), String::new())),
            "over.json5" => Ok((json!({ "model": "c/d" }), String::new())),
            "loop.json5" => Ok((json!({ "again": { "$include": "loop.json5" } }), String::new())),
            _ => Err("no such file".to_owned()),
        }
    }

    #[test]
    fn later_files_and_own_keys_win() {
        let value = json!({ "heartbeat": { "$include": ["base.json5", "over.json5"], "every": "2h" } });
        let expanded = expand(&Arc::new(value), &loader);
        assert_eq!(*expanded.value, json!({ "heartbeat": { "every": "2h", "model": "c/d", "more": { "x": 1 } } }));
        assert_eq!(expanded.includes.len(), 3);
    }

    #[test]
    fn a_missing_file_and_a_loop_are_reported_and_end() {
        let expanded = expand(&Arc::new(json!({ "a": { "$include": "gone.json5" } })), &loader);
        assert_eq!(expanded.includes[0].problem.as_deref(), Some("no such file"));
        let expanded = expand(&Arc::new(json!({ "$include": "loop.json5" })), &loader);
        assert!(expanded.includes.iter().any(|include| include.problem.is_some()));
        let bomb =
            |_: &str, _: &str| Ok((json!({ "$include": ["b", "b", "b", "b", "b", "b", "b", "b"] }), String::new()));
        let expanded = expand(&Arc::new(json!({ "$include": "b" })), &bomb);
        assert!(expanded.includes.iter().any(|include| include.problem.as_deref().is_some_and(|p| p.contains("200"))));
    }
}
