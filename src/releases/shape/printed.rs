//! The shape of a config as a JSON Schema, so that an editor completes keys and marks what a release does not take. What
//! is checked across keys, and the forms of single texts, is not in it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::Shape;
use super::node::{NOTHING, ShapeNode, node};
use crate::document::KeyPath;
use crate::releases::{Behaviour, HEARTBEAT_KEYS};

/// The line of "anything fits".
const ANYTHING: usize = 1;

impl Shape {
    /// A JSON Schema (draft 2020-12) of what the release takes.
    pub fn json_schema(&self) -> Value {
        let mut printer = Printer { definitions: BTreeMap::new(), open: BTreeSet::new() };
        let mut schema = printer.written(self.root);
        if Behaviour::of(self.version).lists_become_entries {
            printer.add_list(self.root);
        }
        if let Value::Object(fields) = &mut schema {
            fields.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
            fields.insert("title".to_owned(), json!(format!("OpenClaw {} config", self.version)));
            fields.insert("$defs".to_owned(), json!(printer.definitions));
        }
        schema
    }
}

struct Printer {
    definitions: BTreeMap<String, Value>,
    open: BTreeSet<usize>,
}

impl Printer {
    /// What fits a line: in place where it is short, by reference where it has parts.
    fn schema(&mut self, line: usize) -> Value {
        match line {
            NOTHING => return json!(false),
            ANYTHING => return json!(true),
            _ => {}
        }
        let node = node(line);
        if node.p.is_empty() && node.o.is_empty() && node.l.is_empty() {
            return self.written(line);
        }
        let name = format!("n{line}");
        if self.open.insert(line) {
            let written = self.written(line);
            self.definitions.insert(name.clone(), written);
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    fn written(&mut self, line: usize) -> Value {
        let node = node(line);
        let mut made = Map::new();
        let mut put = |key: &str, value: Value| drop(made.insert(key.to_owned(), value));
        match node.t.chars().map(type_of).collect::<Vec<_>>().as_slice() {
            [] => {}
            [only] => put("type", json!(only)),
            several => put("type", json!(several)),
        }
        if !node.e.is_empty() {
            put("enum", json!(node.e));
        }
        if !node.p.is_empty() {
            put("properties", self.properties(node));
        }
        if let Some(line) = node.a.filter(|line| *line != ANYTHING) {
            put("additionalProperties", self.schema(line));
        }
        if !node.r.is_empty() {
            put("required", json!(node.r));
        }
        if let Some(line) = node.n {
            put("propertyNames", self.schema(line));
        }
        if let Some(line) = node.i {
            put("items", self.schema(line));
        }
        for (key, lines) in [("prefixItems", &node.x), ("anyOf", &node.o), ("allOf", &node.l)] {
            if !lines.is_empty() {
                put(key, lines.iter().map(|line| self.schema(*line)).collect());
            }
        }
        for (key, bound) in [
            ("minimum", node.min),
            ("maximum", node.max),
            ("exclusiveMinimum", node.over),
            ("exclusiveMaximum", node.under),
        ] {
            if let Some(bound) = bound {
                put(key, json!(bound));
            }
        }
        let counts = |text, items, fields| match node.t.as_ref() {
            "s" => text,
            "a" => items,
            _ => fields,
        };
        let least = node.short.or(node.few);
        let most = node.long.or(node.many);
        for (key, bound) in [
            (counts("minLength", "minItems", "minProperties"), least),
            (counts("maxLength", "maxItems", "maxProperties"), most),
        ] {
            if let Some(bound) = bound {
                put(key, json!(bound));
            }
        }
        if let Some(pattern) = &node.m {
            put("pattern", json!(written_out(pattern)));
        }
        if node.u {
            put("format", json!("uri"));
        }
        Value::Object(made)
    }

    fn properties(&mut self, node: &ShapeNode) -> Value {
        let is_block = ["every", "activeHours"].iter().all(|key| node.p.contains_key(*key));
        let property = |(key, line): (&std::borrow::Cow<'static, str>, &usize)| {
            let mut schema = self.schema(*line);
            let known = HEARTBEAT_KEYS.iter().find(|known| is_block && known.name == key.as_ref());
            if let (Some(known), Value::Object(fields)) = (known, &mut schema) {
                fields.insert("description".to_owned(), json!(known.since()));
            }
            (key.clone().into_owned(), schema)
        };
        Value::Object(node.p.iter().map(property).collect())
    }

    /// A list of agents is turned into entries, and so is taken.
    fn add_list(&mut self, root: usize) {
        let walk = super::ShapeWalk { misfits: Vec::new() };
        let agents = KeyPath::root().key("agents");
        let lines = (walk.line_of(root, &agents), walk.line_of(root, &agents.key("entries").key("*")));
        let (Some(holder), Some(entry)) = lines else { return };
        let mut item = self.written(entry);
        if let Some(Value::Object(properties)) = item.get_mut("properties") {
            properties.insert("id".to_owned(), json!({ "type": "string" }));
        }
        item["required"] = json!(["id"]);
        let list = json!({ "type": "array", "items": item, "deprecated": true });
        if let Some(Value::Object(properties)) =
            self.definitions.get_mut(&format!("n{holder}")).and_then(|agents| agents.get_mut("properties"))
        {
            properties.insert("list".to_owned(), list);
        }
    }
}

fn type_of(letter: char) -> &'static str {
    match letter {
        's' => "string",
        'n' => "number",
        'i' => "integer",
        'b' => "boolean",
        'o' => "object",
        'a' => "array",
        _ => "null",
    }
}

/// A pattern as both JSON Schema and the crates that read it take it: cases and NUL written out.
fn written_out(pattern: &str) -> String {
    let pattern = pattern.replace("\\0", "\\x00");
    match pattern.strip_prefix("(?i)") {
        Some(pattern) => pattern.replace("a-z", "A-Za-z"),
        None => pattern,
    }
}
