//! What can be read and what cannot: the formats, and the error that says where a text stops being one.

use std::fmt;

use super::position::{BOM, Position};
use super::scan::comment_end;

/// The syntax of a document. JSON files are read as JSON5 too, as OpenClaw does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// JSON with comments, trailing commas, bare keys and single quotes.
    Json5,
    /// A file that calls itself JSON.
    Json,
    /// One YAML 1.2 document.
    Yaml,
}

impl Format {
    /// The format a file name's extension (without the dot) promises.
    pub fn from_extension(extension: &str) -> Option<Format> {
        match extension.to_ascii_lowercase().as_str() {
            "json5" | "jsonc" => Some(Format::Json5),
            "json" => Some(Format::Json),
            "yaml" | "yml" => Some(Format::Yaml),
            _ => None,
        }
    }

    /// The format a nameless text looks like, from its first character that is neither blank nor comment.
    pub fn sniff(text: &str) -> Format {
        let mut rest = text.trim_start_matches(BOM).trim_start();
        while let Some(end) = comment_end(rest, 0) {
            rest = rest[end..].trim_start();
        }
        if rest.starts_with(['{', '[']) { Format::Json5 } else { Format::Yaml }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Json5 => "json5",
            Format::Json => "json",
            Format::Yaml => "yaml",
        })
    }
}

/// Why a text cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} at line {}, column {}", position.line, position.column)]
pub struct SyntaxError {
    /// What is wrong and what was expected: lower case, no period.
    pub message: String,
    /// The place of the first character that does not fit.
    pub position: Position,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_extension_and_by_sight() {
        assert_eq!(Format::from_extension("JSON"), Some(Format::Json));
        assert_eq!(Format::from_extension("yml"), Some(Format::Yaml));
        assert_eq!(Format::from_extension("toml"), None);
        for (text, format) in [
            ("\u{feff} // hi\n/* { */ {}", Format::Json5),
            ("[1]", Format::Json5),
            ("# hi\nagents: {}", Format::Yaml),
            ("", Format::Yaml),
        ] {
            assert_eq!(Format::sniff(text), format, "{text:?}");
        }
        assert_eq!(Format::Json5.to_string(), "json5");
    }
}
