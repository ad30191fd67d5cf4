//! JSON Schema checks. The only module that touches the validator: it turns a schema's verdict into key paths and
//! sentences that name the value and what would be right.

use std::fmt;

use jsonschema::error::ValidationErrorKind;
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
            MisfitKind::Other(text) => f.write_str(text),
        }
    }
}

/// Everything in `value` that does not fit the schema, in the order of the document.
pub fn check(schema: &str, value: &Value) -> Vec<Misfit> {
    let Ok(schema) = serde_json::from_str::<Value>(schema) else { return Vec::new() };
    let Ok(validator) = jsonschema::validator_for(&schema) else { return Vec::new() };
    let misfit = |error: jsonschema::ValidationError<'_>| {
        let path = KeyPath::from_pointer(error.instance_path().as_str(), value);
        let kind = match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let parent = error.schema_path().as_str().trim_end_matches("/additionalProperties").to_owned();
                let known = schema.pointer(&format!("{parent}/properties")).and_then(Value::as_object);
                let known = known.into_iter().flatten().map(|(key, _)| key.clone()).collect();
                MisfitKind::UnknownKeys { keys: unexpected.clone(), known }
            }
            ValidationErrorKind::Type { .. } => {
                MisfitKind::Type { found: type_name(error.instance()), expected: expected(&error.to_string()) }
            }
            _ => MisfitKind::Other(error.to_string()),
        };
        Misfit { path, kind }
    };
    validator.iter_errors(value).map(misfit).collect()
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

/// The types in the validator's sentence `… is not of type "a"` or `… of types "a", "b"`.
fn expected(sentence: &str) -> String {
    let types = sentence.rsplit_once(" of type").map_or("", |(_, types)| types.trim_start_matches('s'));
    let types: Vec<&str> = types.split('"').skip(1).step_by(2).collect();
    types.join(" or ")
}
