//! JSON Schema checks. The only module that touches the validator: it turns a schema's verdict into key paths and
//! sentences that name the value and what would be right.

use std::fmt;
use std::sync::OnceLock;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use crate::document::KeyPath;

/// One place where a value does not fit a schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Misfit {
    /// The value that does not fit; for an unknown key, the object that holds it.
    pub path: KeyPath,
    /// What is wrong.
    pub kind: MisfitKind,
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq)]
pub enum MisfitKind {
    /// Keys that the object does not have, and those it has.
    UnknownKeys {
        /// The keys in question.
        keys: Vec<String>,
        /// The keys that would be right.
        known: Vec<String>,
    },
    /// A value of another type: what it is, and what is expected.
    Type {
        /// The type found.
        found: &'static str,
        /// The types allowed.
        expected: String,
    },
    /// A value that is none of those allowed.
    NotAllowed {
        /// The value found.
        found: Value,
        /// The values allowed.
        allowed: Vec<Value>,
    },
    /// A key that must be there is not.
    Missing(String),
    /// Anything else, by the schema's keyword and what it says.
    Keyword(String),
    /// Anything else, in the validator's words.
    Other(String),
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.path.to_string();
        if !at.is_empty() && !matches!(self.kind, MisfitKind::UnknownKeys { .. }) {
            write!(f, "{at}: ")?;
        }
        match &self.kind {
            MisfitKind::UnknownKeys { keys, known } => {
                let inside = if at.is_empty() { String::new() } else { format!(" in {at}") };
                write!(f, "unknown field '{}'{inside}", keys.join("', '"))?;
                match keys.first().and_then(|key| nearest(key, known.iter().map(String::as_str))) {
                    Some(near) => write!(f, ", did you mean '{near}'?"),
                    None => write!(f, ", expected one of '{}'", known.join("', '")),
                }
            }
            MisfitKind::Type { found, expected } => write!(f, "expected {expected}, found {found}"),
            MisfitKind::NotAllowed { found, allowed } => {
                let allowed: Vec<String> = allowed.iter().map(Value::to_string).collect();
                write!(f, "{found} is not one of {}", allowed.join(", "))
            }
            MisfitKind::Missing(key) => write!(f, "'{key}' is missing"),
            MisfitKind::Keyword(keyword) => write!(f, "does not keep {keyword}"),
            MisfitKind::Other(text) => f.write_str(text),
        }
    }
}

/// Everything in `value` that does not fit the schema, in the order of the document.
pub fn check(schema: &'static str, value: &Value) -> Vec<Misfit> {
    Schema::new(schema).check(value)
}

/// A schema from a file.
#[derive(Debug)]
pub struct GivenSchema {
    schema: Value,
    validator: Validator,
}

/// A text that is no JSON Schema, or one that refers to another file, which is not followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoSchema(String);

impl GivenSchema {
    /// Compiles a schema. References are followed within it only.
    ///
    /// # Errors
    ///
    /// It is no JSON Schema, or refers to another document.
    pub fn new(schema: Value) -> Result<Self, NoSchema> {
        let schema = usable(&schema, &schema);
        let validator = jsonschema::validator_for(&schema).map_err(|error| NoSchema(error.to_string()))?;
        Ok(GivenSchema { schema, validator })
    }

    /// Everything in `value` that does not fit, without the words of the validator, which quote values. Where a value
    /// may have one of several forms, what is wrong with the form it comes nearest to.
    pub fn check(&self, value: &Value) -> Vec<Misfit> {
        let mut misfits = Vec::new();
        for error in self.validator.iter_errors(value) {
            self.gather(&error, value, &mut misfits);
        }
        misfits
    }

    fn gather(&self, error: &ValidationError<'_>, value: &Value, misfits: &mut Vec<Misfit>) {
        if let ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } = error.kind() {
            let is_of_its_type = |branch: &&Vec<ValidationError<'_>>| {
                let here = |other: &ValidationError<'_>| other.instance_path() == error.instance_path();
                !branch.iter().any(|other| here(other) && matches!(other.kind(), ValidationErrorKind::Type { .. }))
            };
            if let Some(nearest) = context.iter().filter(is_of_its_type).min_by_key(|branch| branch.len()) {
                nearest.iter().for_each(|error| self.gather(error, value, misfits));
                return;
            }
        }
        let mut misfit = misfit(&self.schema, error, value);
        if let MisfitKind::Other(_) = misfit.kind {
            let keyword = error.kind().keyword();
            let rule =
                self.schema.pointer(error.schema_path().as_str()).filter(|rule| !rule.is_array() && !rule.is_object());
            misfit.kind =
                MisfitKind::Keyword(rule.map_or_else(|| keyword.to_owned(), |rule| format!("{keyword} {rule}")));
        }
        misfits.push(misfit);
    }
}

/// A schema as released OpenClaws print it, mended where they are not quite JSON Schema: 2026.4.15 refers to definitions
/// it does not have, which then allow anything, and 2026.9.6 writes NUL in patterns as JavaScript does.
fn usable(schema: &Value, root: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let dangling = |target: &str| target.strip_prefix('#').is_some_and(|at| root.pointer(at).is_none());
            if fields.get("$ref").and_then(Value::as_str).is_some_and(dangling) {
                return Value::Bool(true);
            }
            let field = |(key, value): (&String, &Value)| match value {
                Value::String(pattern) if key == "pattern" => (key.clone(), pattern.replace("\\0", "\\x00").into()),
                _ => (key.clone(), usable(value, root)),
            };
            Value::Object(fields.iter().map(field).collect())
        }
        Value::Array(items) => items.iter().map(|item| usable(item, root)).collect(),
        plain => plain.clone(),
    }
}

/// A schema that is compiled once, at its first use.
#[derive(Debug)]
pub struct Schema {
    text: &'static str,
    compiled: OnceLock<Option<(Value, Validator)>>,
}

impl Schema {
    /// The schema of an embedded text.
    pub const fn new(text: &'static str) -> Self {
        Schema { text, compiled: OnceLock::new() }
    }

    /// Everything in `value` that does not fit, in the order of the document.
    pub fn check(&self, value: &Value) -> Vec<Misfit> {
        let Some((schema, validator)) = self.compiled() else { return Vec::new() };
        validator.iter_errors(value).map(|error| misfit(schema, &error, value)).collect()
    }

    /// The words of an annotation of the object described under `$defs`.
    pub fn annotation(&self, definition: &str, name: &str) -> Vec<&str> {
        let words = self.compiled().and_then(|(schema, _)| schema["$defs"][definition][name].as_array());
        words.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// The keys of the object described under `$defs`.
    pub fn keys(&self, definition: &str) -> Vec<&str> {
        let properties = self.compiled().and_then(|(schema, _)| schema["$defs"][definition]["properties"].as_object());
        properties.into_iter().flatten().map(|(key, _)| key.as_str()).collect()
    }

    fn compiled(&self) -> Option<&(Value, Validator)> {
        let compile = || {
            let schema = serde_json::from_str::<Value>(self.text).ok()?;
            let validator = jsonschema::validator_for(&schema).ok()?;
            Some((schema, validator))
        };
        self.compiled.get_or_init(compile).as_ref()
    }
}

fn misfit(schema: &Value, error: &ValidationError<'_>, value: &Value) -> Misfit {
    let kind = match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let parent = error.schema_path().as_str().trim_end_matches("/additionalProperties").to_owned();
            let known = schema.pointer(&format!("{parent}/properties")).and_then(Value::as_object);
            let known = known.into_iter().flatten().map(|(key, _)| key.clone()).collect();
            MisfitKind::UnknownKeys { keys: unexpected.clone(), known }
        }
        ValidationErrorKind::Type { kind } => {
            MisfitKind::Type { found: type_name(error.instance()), expected: expected(kind) }
        }
        ValidationErrorKind::Enum { options } => {
            let allowed = options.as_array().cloned().unwrap_or_default();
            MisfitKind::NotAllowed { found: error.instance().as_ref().clone(), allowed }
        }
        ValidationErrorKind::Required { property } => {
            MisfitKind::Missing(property.as_str().map_or_else(|| property.to_string(), str::to_owned))
        }
        _ => MisfitKind::Other(error.to_string()),
    };
    Misfit { path: KeyPath::from_pointer(error.instance_path().as_str(), value), kind }
}

/// The nearest of several names, if one is near enough to be meant.
pub fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let folded = name.to_lowercase();
    let scored = names.map(|candidate| (strsim::damerau_levenshtein(&folded, &candidate.to_lowercase()), candidate));
    let near = scored.filter(|(distance, _)| *distance <= 1 + folded.chars().count() / 4);
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// The JSON name of a value's type, with its article.
pub fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// The types a schema allows, in words.
fn expected(kind: &TypeKind) -> String {
    let types: Vec<String> = match kind {
        TypeKind::Single(only) => vec![only.to_string()],
        TypeKind::Multiple(several) => several.iter().map(|one| one.to_string()).collect(),
    };
    let articled = types.iter().map(|name| match name.as_str() {
        "null" => name.clone(),
        "array" | "object" | "integer" => format!("an {name}"),
        _ => format!("a {name}"),
    });
    articled.collect::<Vec<_>>().join(" or ")
}
