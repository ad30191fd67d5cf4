//! The text of a gateway config as a document, and what makes it none.

use std::path::Path;

use serde_json::Value;

use crate::document::template::unrendered;
use crate::document::{Document, Format, KeyPath, PartError};
use crate::schema::type_name;

/// The text of a gateway config, known by its path and to its reader by a name, as a document.
///
/// # Errors
///
/// It cannot be read, is a template of one, or no object: the message names the file and where there is one the place.
pub fn config(path: &Path, name: &str, text: &str, format: Format, at: &KeyPath) -> Result<Document, String> {
    let document = Document::parse_at(text, format, at).map_err(|error| match error {
        PartError::Syntax(error) => unrendered(path, text, false)
            .unwrap_or_else(|| format!("{name}:{}:{}: {}", error.position.line, error.position.column, error.message)),
        error => format!("{name}: {error}"),
    })?;
    if let Some(why) = unrendered(path, text, true) {
        return Err(why);
    }
    if !document.value().is_object() {
        let place = document.position(document.span_or_nearest(&KeyPath::root()).start);
        let what = type_name(document.value());
        return Err(format!("{name}:{}:{}: a gateway config is an object, this is {what}", place.line, place.column));
    }
    Ok(document)
}

/// Whether a config that comes without its folder can be followed.
///
/// # Errors
///
/// It includes files.
pub fn stands_alone(document: &Document) -> Result<(), String> {
    fn includes(value: &Value) -> bool {
        match value {
            Value::Object(fields) => fields.contains_key("$include") || fields.values().any(includes),
            Value::Array(items) => items.iter().any(includes),
            _ => false,
        }
    }
    match includes(document.value()) {
        true => Err("$include cannot be followed from standard input; name the file instead".to_owned()),
        false => Ok(()),
    }
}
