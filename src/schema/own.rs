//! The schemas that come with the program. They use few keywords, which are read here in a few lines, so that the library
//! needs no validator; a test holds each of them to the validator's answers.

use std::sync::OnceLock;

use serde_json::{Map, Value};

use super::{Misfit, MisfitKind, expected, type_name};
use crate::document::SegmentRef;

/// A schema that comes with the program, read at its first use.
#[derive(Debug)]
pub struct Schema {
    text: &'static str,
    read: OnceLock<Value>,
}

impl Schema {
    /// The schema of an embedded text.
    pub const fn new(text: &'static str) -> Self {
        Schema { text, read: OnceLock::new() }
    }

    /// Everything in `value` that does not fit, in the order of the document.
    pub fn check(&self, value: &Value) -> Vec<Misfit> {
        let mut walk = SchemaWalk { root: self.root(), at: Vec::new(), misfits: Vec::new() };
        walk.check(walk.root, value);
        walk.misfits
    }

    /// The words of an annotation of the object described under `$defs`.
    pub fn annotation(&self, definition: &str, name: &str) -> Vec<&str> {
        strings(&self.root()["$defs"][definition][name]).collect()
    }

    /// The keys of the object described under `$defs`.
    pub fn keys(&self, definition: &str) -> Vec<&str> {
        let properties = self.root()["$defs"][definition]["properties"].as_object();
        properties.into_iter().flatten().map(|(key, _)| key.as_str()).collect()
    }

    fn root(&self) -> &Value {
        // Nothing fits a schema that cannot be read: a broken program refuses every file and passes none.
        self.read.get_or_init(|| serde_json::from_str(self.text).unwrap_or(Value::Bool(false)))
    }
}

struct SchemaWalk<'s, 'v> {
    root: &'s Value,
    at: Vec<SegmentRef<'v>>,
    misfits: Vec<Misfit>,
}

impl<'s, 'v> SchemaWalk<'s, 'v> {
    fn check(&mut self, schema: &'s Value, value: &'v Value) {
        let Value::Object(keywords) = schema else {
            if *schema != Value::Bool(true) {
                self.say(MisfitKind::Other(format!("False schema does not allow {value}")));
            }
            return;
        };
        for (keyword, asked) in keywords {
            match (keyword.as_str(), value) {
                ("type", _) if !types(asked).any(|name| is_of(value, name)) => {
                    self.say(MisfitKind::Type {
                        found: type_name(value),
                        expected: expected(|name| types(asked).any(|one| one == name)),
                    });
                }
                ("enum", _) => {
                    let allowed = asked.as_array().map_or(&[][..], Vec::as_slice);
                    if !allowed.contains(value) {
                        self.say(MisfitKind::NotAllowed { found: value.clone(), allowed: allowed.to_vec() });
                    }
                }
                ("const", _) if asked != value => self.say(MisfitKind::Other(format!("{asked} was expected"))),
                ("minimum", Value::Number(_)) if value.as_f64() < asked.as_f64() => {
                    self.say(MisfitKind::Other(format!("{value} is less than the minimum of {asked}")));
                }
                ("maximum", Value::Number(_)) if value.as_f64() > asked.as_f64() => {
                    self.say(MisfitKind::Other(format!("{value} is greater than the maximum of {asked}")));
                }
                ("exclusiveMinimum", Value::Number(_)) if value.as_f64() <= asked.as_f64() => {
                    self.say(MisfitKind::Other(format!("{value} is less than or equal to the minimum of {asked}")));
                }
                ("minLength", Value::String(text)) if Some(length(text)) < asked.as_u64() => {
                    let plural = if *asked == 1 { "" } else { "s" };
                    self.say(MisfitKind::Other(format!("{value} is shorter than {asked} character{plural}")));
                }
                ("maxLength", Value::String(text)) if asked.as_u64().is_some_and(|most| length(text) > most) => {
                    let plural = if *asked == 1 { "" } else { "s" };
                    self.say(MisfitKind::Other(format!("{value} is longer than {asked} character{plural}")));
                }
                ("maxItems", Value::Array(items)) if asked.as_u64().is_some_and(|most| items.len() as u64 > most) => {
                    self.say(MisfitKind::Other(format!("{} items are more than the {asked} allowed", items.len())));
                }
                ("pattern", Value::String(text)) => {
                    let pattern = asked.as_str().unwrap_or_default();
                    let regex = fancy_regex::Regex::new(pattern);
                    if !regex.is_ok_and(|regex| regex.is_match(text).unwrap_or(false)) {
                        self.say(MisfitKind::Other(format!("{value} does not match \"{pattern}\"")));
                    }
                }
                ("required", Value::Object(fields)) => {
                    for key in strings(asked).filter(|key| !fields.contains_key(*key)) {
                        self.say(MisfitKind::Missing(key.to_owned()));
                    }
                }
                ("items", Value::Array(items)) => {
                    for (index, item) in items.iter().enumerate() {
                        self.inside(SegmentRef::Index(index), asked, item);
                    }
                }
                ("$ref", _) => {
                    let target = asked.as_str().and_then(|target| self.root.pointer(target.strip_prefix('#')?));
                    // A reference to nothing lets nothing through.
                    self.check(target.unwrap_or(&Value::Null), value);
                }
                ("oneOf", _) => self.check_forms(asked, value),
                _ => {}
            }
        }
        if let Value::Object(fields) = value {
            self.check_fields(keywords, fields);
        }
    }

    fn check_fields(&mut self, keywords: &'s Map<String, Value>, fields: &'v Map<String, Value>) {
        let known = keywords.get("properties").and_then(Value::as_object);
        let others = keywords.get("additionalProperties");
        let mut unknown = Vec::new();
        for (key, value) in fields {
            match known.and_then(|known| known.get(key)).or(others) {
                Some(Value::Bool(false)) => unknown.push(key.clone()),
                Some(schema) => self.inside(SegmentRef::Key(key), schema, value),
                None => {}
            }
        }
        if !unknown.is_empty() {
            let known = known.into_iter().flatten().map(|(key, _)| key.clone()).collect();
            self.say(MisfitKind::UnknownKeys { keys: unknown, known });
        }
    }

    /// Exactly one of several forms must fit.
    fn check_forms(&mut self, forms: &'s Value, value: &'v Value) {
        let before = std::mem::take(&mut self.misfits);
        let mut fitting = 0;
        for form in forms.as_array().into_iter().flatten() {
            self.check(form, value);
            fitting += usize::from(std::mem::take(&mut self.misfits).is_empty());
        }
        self.misfits = before;
        let how = match fitting {
            1 => return,
            0 => "not valid under any",
            _ => "valid under more than one",
        };
        self.say(MisfitKind::Other(format!("{value} is {how} of the schemas listed in the 'oneOf' keyword")));
    }

    fn inside(&mut self, step: SegmentRef<'v>, schema: &'s Value, value: &'v Value) {
        self.at.push(step);
        self.check(schema, value);
        self.at.pop();
    }

    fn say(&mut self, kind: MisfitKind) {
        self.misfits.push(Misfit { path: self.at.iter().collect(), kind });
    }
}

fn length(text: &str) -> u64 {
    text.chars().count() as u64
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// The names of a keyword `type`: one, or several.
fn types(asked: &Value) -> impl Iterator<Item = &str> {
    asked.as_str().into_iter().chain(strings(asked))
}

fn is_of(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

#[cfg(all(test, feature = "schema"))]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::document::{Document, Format};
    use crate::schema::given::by_the_validator;

    const HEARTBEAT: [&str; 2] = [
        include_str!("../../schemas/heartbeat.legacy.schema.json"),
        include_str!("../../schemas/heartbeat.current.schema.json"),
    ];
    const WORKLOAD: &str = include_str!("../../schemas/workload.v1.schema.json");
    const PLAN: &str = include_str!("../../schemas/plan.v1.schema.json");

    /// What says something, and not what must be so.
    const PLANS: &str = include_str!("../../schemas/plans.v1.schema.json");

    const SILENT: [&str; 6] = ["$schema", "$id", "$comment", "$defs", "title", "description"];
    const READ: [&str; 16] = [
        "type",
        "enum",
        "const",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "minLength",
        "maxLength",
        "maxItems",
        "pattern",
        "required",
        "items",
        "$ref",
        "oneOf",
        "properties",
        "additionalProperties",
    ];

    fn subschemas(schema: &Value) -> Vec<&Value> {
        let fields = |key: &str| schema[key].as_object().into_iter().flatten().map(|(_, inside)| inside);
        let single = ["items", "additionalProperties"].into_iter().filter_map(|key| schema.get(key));
        let forms = schema["oneOf"].as_array().into_iter().flatten();
        let inside = fields("properties").chain(fields("$defs")).chain(single).chain(forms);
        std::iter::once(schema).chain(inside.flat_map(subschemas)).collect()
    }

    #[test]
    fn every_keyword_is_read_and_every_reference_leads_somewhere() {
        for text in [HEARTBEAT[0], HEARTBEAT[1], WORKLOAD, PLAN, PLANS] {
            let root: Value = serde_json::from_str(text).unwrap();
            for schema in subschemas(&root) {
                for (keyword, asked) in schema.as_object().into_iter().flatten() {
                    let known = SILENT.contains(&keyword.as_str()) || READ.contains(&keyword.as_str());
                    assert!(known || keyword.starts_with("x-"), "{keyword}");
                    let leads = || root.pointer(asked.as_str().unwrap().strip_prefix('#').unwrap()).is_some();
                    assert!(keyword != "$ref" || leads(), "{asked}");
                    let is_a_pattern = || fancy_regex::Regex::new(asked.as_str().unwrap()).is_ok();
                    assert!(keyword != "pattern" || is_a_pattern(), "{asked}");
                }
            }
        }
    }

    /// Every value of a document in turn replaced by others, left out, or with one more key.
    fn variants(value: &Value) -> Vec<Value> {
        let others = json!([null, true, "", "x", 0, 1, -1, 2.5, 3.0, 1e12, [], [null], {}, { "new": 1 }]);
        let mut variants = others.as_array().unwrap().clone();
        let with = |key: &str, changed: Value| {
            let mut variant = value.clone();
            variant[key] = changed;
            variant
        };
        match value {
            Value::Object(fields) => {
                variants.push(with("new", 1.into()));
                for (key, inside) in fields {
                    let mut without = fields.clone();
                    without.shift_remove(key);
                    variants.push(Value::Object(without));
                    variants.extend(self::variants(inside).into_iter().map(|changed| with(key, changed)));
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    for changed in self::variants(item) {
                        let mut variant = value.clone();
                        variant[index] = changed;
                        variants.push(variant);
                    }
                }
            }
            Value::String(text) => variants.extend([format!("{text}0").into(), text.to_uppercase().into()]),
            _ => {}
        }
        variants
    }

    fn assert_agree(text: &'static str, document: &Value) {
        let (own, schema) = (Schema::new(text), serde_json::from_str(text).unwrap());
        let sorted = |mut misfits: Vec<Misfit>| {
            misfits.sort_by_key(|misfit| format!("{misfit:?}"));
            misfits
        };
        let variants = variants(document);
        assert!(variants.iter().any(|variant| own.check(variant).is_empty()), "nothing fits");
        for variant in variants {
            assert_eq!(sorted(own.check(&variant)), sorted(by_the_validator(&schema, &variant)), "{variant}");
        }
    }

    #[test]
    fn the_validator_says_the_same_of_configs() {
        let config = r#"{
            models: { mode: "merge", providers: { own: {
                baseUrl: "http://x", api: "ollama", models: [{ id: "a", name: "A", contextWindow: 1, cost: { input: 1 } }],
            } } },
            session: { dmScope: "main" },
            commands: { ownerAllowFrom: ["me", 7] },
            agents: {
                defaults: { heartbeat: {
                    every: "30m", model: "x/y", target: "last", isolatedSession: true, lightContext: false,
                    activeHours: { start: "08:00", end: "20:00", timezone: "UTC" }, timeoutSeconds: 5,
                }, model: { primary: "x/y", fallbacks: ["a"] }, models: { "x/y": { alias: "z", params: {} } },
                contextPruning: { mode: "off", ttl: "5m" }, thinkingDefault: "low", userTimezone: "UTC" },
                ENTRIES
            },
        }"#;
        for (text, entries) in HEARTBEAT.into_iter().zip([
            r#"list: [{ id: "a", default: true, heartbeat: { every: "1h" } }]"#,
            r#"entries: { a: { default: true, heartbeat: { every: "1h" } } }"#,
        ]) {
            let config = Document::parse(config.replace("ENTRIES", entries), Format::Json5).unwrap();
            assert_agree(text, config.value());
        }
    }

    #[test]
    fn the_validator_says_the_same_of_workloads() {
        let mut workload: Value = serde_json::from_str(include_str!("../../fixtures/workloads/typical.json")).unwrap();
        workload["low"] = json!({ "history": { "startTokens": 1 }, "outputTokens": 5 });
        workload["agents"] = json!({ "a": { "skillsChars": null } });
        assert_agree(WORKLOAD, &workload);
    }

    #[test]
    fn the_validator_says_the_same_of_plans() {
        let sha256 = "0".repeat(64);
        let cost = json!({ "low": "0", "typical": "1.5", "high": "2" });
        let change = json!({
            "lever": "every", "path": "a", "from": 1, "to": 2, "saving": "-1", "risk": "low", "reason": "", "givesUp": "",
        });
        let plan = json!({
            "schemaVersion": 1,
            "tool": "clawbeat 0",
            "config": { "path": "-", "release": "2026.9.6", "sha256": sha256, "sha256After": sha256 },
            "asked": ["--month"],
            "changes": [{ "path": "a.b", "from": null, "to": 1 }],
            "mends": [{ "path": "a", "from": null, "to": 1, "reason": "", "rule": "" }],
            "figures": {
                "unit": "USD",
                "period": { "start": "", "end": "", "days": 30, "timezone": "UTC" },
                "current": cost,
                "recommended": null,
                "saving": { "amount": "1", "percent": null },
                "agents": [{ "id": "a", "changes": [change] }],
            },
        });
        assert_agree(PLAN, &plan);
    }

    #[test]
    fn nothing_fits_a_schema_that_cannot_be_read() {
        assert_eq!(Schema::new("{").check(&json!({})).len(), 1);
    }
}
