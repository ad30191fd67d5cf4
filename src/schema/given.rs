//! A whole file against the JSON Schema that the user's own OpenClaw prints. The only module that touches the validator.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::{Misfit, MisfitKind, expected, type_name};
use crate::document::KeyPath;

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

fn misfit(schema: &Value, error: &ValidationError<'_>, value: &Value) -> Misfit {
    let kind = match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let parent = error.schema_path().as_str().trim_end_matches("/additionalProperties").to_owned();
            let known = schema.pointer(&format!("{parent}/properties")).and_then(Value::as_object);
            let known = known.into_iter().flatten().map(|(key, _)| key.clone()).collect();
            MisfitKind::UnknownKeys { keys: unexpected.clone(), known }
        }
        ValidationErrorKind::Type { kind } => {
            MisfitKind::Type { found: type_name(error.instance()), expected: expected(|name| allows(kind, name)) }
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

fn allows(kind: &TypeKind, name: &str) -> bool {
    match kind {
        TypeKind::Single(only) => only.as_str() == name,
        TypeKind::Multiple(several) => several.iter().any(|one| one.as_str() == name),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(super) fn by_the_validator(schema: &Value, value: &Value) -> Vec<Misfit> {
    let validator = jsonschema::validator_for(schema).unwrap();
    validator.iter_errors(value).map(|error| misfit(schema, &error, value)).collect()
}
