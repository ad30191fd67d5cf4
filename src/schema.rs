//! JSON Schema checks: what does not fit, as key paths and sentences that name the value and what would be right. The
//! schemas that come with the program are read here; a whole validator is only needed for those of others.

#[cfg(feature = "schema")]
mod given;
mod own;

use std::fmt;

use serde_json::Value;

use crate::document::KeyPath;

#[cfg(feature = "schema")]
pub use given::{GivenSchema, NoSchema};
pub use own::Schema;

/// The value with its whole numbers written as such: 1e3 and 5.0 are integers, as JSON Schema has it. For numbers that are not
/// negative and that a float counts exactly, which is below 2^53.
pub fn whole(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), whole(value))).collect(),
        Value::Array(items) => items.iter().map(whole).collect(),
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float >= 0.0 => (float as u64).into(),
            _ => value.clone(),
        },
        other => other.clone(),
    }
}

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

/// A schema from a file; without the feature `schema` there is none.
#[cfg(not(feature = "schema"))]
#[derive(Debug)]
pub enum GivenSchema {}

#[cfg(not(feature = "schema"))]
impl GivenSchema {
    /// Everything in a value that does not fit.
    pub fn check(&self, _: &Value) -> Vec<Misfit> {
        match *self {}
    }
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
fn expected(allows: impl Fn(&str) -> bool) -> String {
    let types = ["null", "boolean", "integer", "number", "string", "array", "object"];
    let articled = types.into_iter().filter(|name| allows(name)).map(|name| match name {
        "null" => name.to_owned(),
        "array" | "object" | "integer" => format!("an {name}"),
        _ => format!("a {name}"),
    });
    articled.collect::<Vec<_>>().join(" or ")
}
