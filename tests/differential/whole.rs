//! Random whole files: all parts of a config, drawn from what was recorded of the releases (`releases/shape`), with
//! faults, retired keys and agent ids of any script. Same seed, same files.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::generator;

const SHAPE: &str = include_str!("../../src/releases/shape/openclaw.jsonl");
const RETIRED: [&str; 2] =
    [include_str!("../../src/releases/shape/retired.tsv"), include_str!("../../src/releases/shape/asked.tsv")];
const IDS: [&str; 14] = [
    "main",
    "a",
    "Ops",
    "Big Boss",
    "助手",
    "Помощник",
    "ünï",
    "ops-",
    "a b",
    "日本-2",
    "constructor",
    "_x",
    "Ñandú",
    "研究 agent",
];
const WORDS: [&str; 16] = [
    "x",
    "main",
    "30m",
    "https://example.org/v1",
    "anthropic/claude-haiku-4-5",
    "/srv/x",
    "12",
    "",
    "5m",
    "${HB}",
    "${EMPTY}",
    "${MISSING}",
    "$${HB}",
    "telegram",
    "openai",
    "10mb",
];

/// So many files, each with the kind it was made as.
pub(crate) fn configs(seed: u64, count: usize) -> Vec<(&'static str, Value)> {
    let lines: Vec<Value> = SHAPE.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut maker = Maker { lines, state: seed };
    let part: Vec<(&str, Value)> = generator::configs(seed ^ 0x5eed, count);
    let mut made = Vec::new();
    for (at, (_, agents)) in part.into_iter().enumerate() {
        let (current, old) = ("2026.9.6", if maker.one_in(2) { "2026.4.15" } else { "2026.7.35" });
        made.push(match at % 4 {
            0 => ("whole, current", maker.file(current, agents)),
            1 => ("whole, legacy", maker.file(old, agents)),
            2 => {
                let release = if maker.one_in(2) { current } else { old };
                let mut file = maker.file(release, agents);
                for _ in 0..=maker.below(2) {
                    maker.spoil(&mut file);
                }
                ("whole, nearly valid", file)
            }
            _ => {
                let release = if maker.one_in(4) { old } else { current };
                let mut file = maker.file(release, agents);
                for _ in 0..=maker.below(2) {
                    maker.retire(&mut file);
                }
                ("whole, old keys", file)
            }
        });
    }
    made
}

struct Maker {
    lines: Vec<Value>,
    state: u64,
}

impl Maker {
    fn below(&mut self, bound: usize) -> usize {
        // SplitMix64.
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as usize % bound.max(1)
    }

    fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    fn root(&self, release: &str) -> usize {
        self.lines[0][release].as_u64().unwrap() as usize
    }

    /// A few parts of a config that the release accepts, the agents as the other generator makes them.
    fn file(&mut self, release: &str, agents: Value) -> Value {
        let root = self.lines[self.root(release)].clone();
        let parts: Vec<(String, usize)> = children(&root);
        let mut file = Map::new();
        for _ in 0..=self.below(4) {
            let (name, line) = parts[self.below(parts.len())].clone();
            if !["agents", "$schema", "heartbeat"].contains(&name.as_str()) {
                file.insert(name, self.value(line, 0));
            }
        }
        if !self.one_in(4) {
            file.extend(agents.as_object().cloned().unwrap_or_default());
        }
        let mut file = Value::Object(file);
        self.rename(&mut file);
        if self.one_in(5) {
            let id = IDS[self.below(IDS.len())];
            file["bindings"] = json!([{ "agentId": id, "match": { "channel": "telegram" } }]);
        }
        file
    }

    /// Gives some agents of a list an id of another script.
    fn rename(&mut self, file: &mut Value) {
        let Some(list) = file.pointer_mut("/agents/list").and_then(Value::as_array_mut) else { return };
        for item in list.iter_mut().filter(|item| item.is_object()) {
            if self.one_in(3) {
                item["id"] = json!(IDS[self.below(IDS.len())]);
            }
        }
    }

    /// A value that fits a line of the table, as far as its shape goes.
    fn value(&mut self, line: usize, depth: usize) -> Value {
        let node = self.lines[line].clone();
        if let Some(forms) = node["o"].as_array().filter(|forms| !forms.is_empty()) {
            let form = forms[self.below(forms.len())].as_u64().unwrap() as usize;
            let mut value = self.value(form, depth);
            if let (Value::Object(fields), Value::Object(more)) = (&mut value, self.object(&node, depth)) {
                fields.extend(more);
            }
            return value;
        }
        if let Some(values) = node["e"].as_array() {
            return values[self.below(values.len())].clone();
        }
        let types: Vec<char> = node["t"].as_str().unwrap_or("").chars().collect();
        match types.get(self.below(types.len())) {
            Some('s') => self.text(&node),
            Some('n' | 'i') => self.number(&node),
            Some('b') => json!(self.one_in(2)),
            Some('a') => {
                let count = node["few"].as_u64().unwrap_or(0) as usize + self.below(3 - depth.min(2));
                let Some(item) = node["i"].as_u64() else { return json!([]) };
                (0..count).map(|_| self.value(item as usize, depth + 1)).collect()
            }
            Some('o') => self.object(&node, depth),
            Some(_) => Value::Null,
            None => json!(WORDS[self.below(WORDS.len())]),
        }
    }

    fn object(&mut self, node: &Value, depth: usize) -> Value {
        let mut fields = Map::new();
        for key in node["r"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let line = node["p"][key].as_u64().unwrap_or(1) as usize;
            fields.insert(key.to_owned(), self.value(line, depth + 1));
        }
        let parts = children(node);
        for _ in 0..self.below(if depth > 4 { 1 } else { 4 }) {
            if let Some((key, line)) = parts.get(self.below(parts.len())).cloned() {
                fields.insert(key, self.value(line, depth + 1));
            }
        }
        if let Some(line) = node["a"].as_u64().filter(|line| *line > 1)
            && (parts.is_empty() || self.one_in(3))
        {
            let key = ["main", "k1", "telegram", "a", "openai"][self.below(5)];
            fields.insert(key.to_owned(), self.value(line as usize, depth + 1));
        }
        Value::Object(fields)
    }

    fn text(&mut self, node: &Value) -> Value {
        if node["u"] == true || node["m"].as_str().is_some_and(|pattern| pattern.contains("tt")) {
            return json!("https://example.org/v1");
        }
        json!(WORDS[self.below(WORDS.len())])
    }

    fn number(&mut self, node: &Value) -> Value {
        let least = node["min"].as_f64().or(node["over"].as_f64().map(|over| over + 1.0)).unwrap_or(1.0);
        let most = node["max"].as_f64().unwrap_or(least + 1000.0);
        json!((least + self.below(10) as f64).min(most) as i64)
    }

    /// Another value, a misspelt, a missing or an added key somewhere in the file.
    fn spoil(&mut self, file: &mut Value) {
        let places = places(file);
        if places.is_empty() {
            return;
        }
        let (holder, key) = places[self.below(places.len())].clone();
        let odd =
            [json!(null), json!(true), json!(30), json!(-1), json!(""), json!("x"), json!([]), json!({}), json!(1.5)];
        let (kind, odd) = (self.below(4), odd[self.below(odd.len())].clone());
        match (file.pointer_mut(&holder), kind) {
            (Some(Value::Object(fields)), 0) => {
                let value = fields.remove(&key).unwrap_or_default();
                let mut typo: Vec<char> = key.chars().collect();
                typo.remove(typo.len() / 2);
                fields.insert(typo.into_iter().collect(), value);
            }
            (Some(Value::Object(fields)), 1) => drop(fields.remove(&key)),
            (Some(Value::Object(fields)), 2) => drop(fields.insert("zzz".to_owned(), odd)),
            (Some(Value::Object(fields)), _) => drop(fields.insert(key, odd)),
            (Some(Value::Array(items)), _) => items.push(odd),
            _ => {}
        }
    }

    /// Puts a retired key somewhere.
    fn retire(&mut self, file: &mut Value) {
        let table: Vec<String> =
            RETIRED.iter().flat_map(|table| table.lines()).map(|line| line.replace("@.", "")).collect();
        let (place, _) = table[self.below(table.len())].split_once('\t').unwrap();
        let mut steps: Vec<&str> = place.split('.').collect();
        let last = steps.pop().unwrap();
        let mut at = file;
        for step in steps {
            let Value::Object(fields) = at else { return };
            let key = match step {
                "*" => fields.keys().next().cloned().unwrap_or_else(|| "main".to_owned()),
                "[]" => return,
                step => step.to_owned(),
            };
            at = fields.entry(key).or_insert_with(|| json!({}));
        }
        let values = [json!({}), json!(true), json!(5), json!("x"), json!([]), json!({ "x": 1 }), json!(null)];
        let value = values[self.below(values.len())].clone();
        if let (Value::Object(fields), false) = (at, last == "[]" || last == "*") {
            fields.insert(last.to_owned(), value);
        }
    }
}

fn children(node: &Value) -> Vec<(String, usize)> {
    let parts: BTreeMap<String, usize> = serde_json::from_value(node["p"].clone()).unwrap_or_default();
    parts.into_iter().collect()
}

/// Every place of a file: a pointer to the holder, and a key.
fn places(file: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), file)];
    while let Some((at, value)) = open.pop() {
        let fields: Vec<(String, &Value)> = match value {
            Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), value)).collect(),
            Value::Array(items) => items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect(),
            _ => Vec::new(),
        };
        for (key, inner) in fields.into_iter().filter(|(key, _)| !key.is_empty()) {
            open.push((format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), inner));
            found.push((at.clone(), key));
        }
    }
    found
}
