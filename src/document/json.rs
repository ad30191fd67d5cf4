//! Reading JSON5 and JSON: the `json5` crate decides what is valid and what it means, as OpenClaw's own parser
//! does; `jsonc-parser` only says where each value stands.

use json5::ErrorCode;
use jsonc_parser::common::Ranged;
use jsonc_parser::{ParseOptions, ast};
use serde_json::Value;

use super::position::{LineIndex, body, byte_at};
use super::scan::{self, MAX_DEPTH, Scan, scan};
use super::syntax::SyntaxError;
use super::tree::{Node, NodeShape, Property};

/// The value of a text; numbers no JSON can hold (`NaN`, `Infinity`) are null.
pub(super) fn value(text: &str, scanned: &Scan, lines: &LineIndex) -> Result<Value, SyntaxError> {
    if let Some(at) = scanned.too_deep {
        let message = format!("nested deeper than {MAX_DEPTH} levels");
        return Err(SyntaxError { message, position: lines.position(text, at) });
    }
    ::json5::from_str(&text[body(text)]).map_err(|error| {
        let (message, byte) = describe(text, &error, scanned, lines);
        SyntaxError { message, position: lines.position(text, byte) }
    })
}

/// The span tree of a text that [`value`] accepts; `None` if its spelling is beyond `jsonc-parser`.
pub(super) fn tree(text: &str) -> Option<Node> {
    let body = body(text);
    let options = ParseOptions { allow_missing_commas: false, ..ParseOptions::default() };
    let parsed = jsonc_parser::parse_to_ast(&text[body.clone()], &Default::default(), &options).ok()?;
    parsed.value.map(|value| node(&value, body.start))
}

fn node(value: &ast::Value<'_>, offset: usize) -> Node {
    let shape = match value {
        ast::Value::Object(object) => {
            NodeShape::Object(object.properties.iter().map(|p| property(p, offset)).collect())
        }
        ast::Value::Array(array) => NodeShape::Array(array.elements.iter().map(|e| node(e, offset)).collect()),
        _ => NodeShape::Scalar,
    };
    Node { range: range(value, offset), shape }
}

fn property(property: &ast::ObjectProp<'_>, offset: usize) -> Property {
    Property {
        key: property.name.as_str().to_owned(),
        key_range: range(&property.name, offset),
        value: node(&property.value, offset),
    }
}

fn range(ranged: &impl Ranged, offset: usize) -> std::ops::Range<usize> {
    ranged.start() + offset..ranged.end() + offset
}

/// What is wrong and what was expected, and the byte it is at.
fn describe(text: &str, error: &::json5::Error, scanned: &Scan, lines: &LineIndex) -> (String, usize) {
    let start = body(text).start;
    // At the end of the text the crate gives the start of the unfinished value, if anything.
    let place = error.position().filter(|_| !error.code().is_some_and(is_end));
    let Some(place) = place else {
        return (at_the_end(text, error.code(), scanned, lines), text.trim_end().len().max(start));
    };
    let byte = start + byte_at(&text[start..], place.line, place.column, scan::is_line_break);
    let found = text[byte..].chars().next().map_or("end of file".to_owned(), |c| format!("'{}'", c.escape_debug()));
    let innermost = scan(&text[..byte]).open.last().map(|&at| text.as_bytes()[at]);
    let message = match error.code() {
        Some(ErrorCode::InvalidEscapeSequence) => "invalid escape sequence in a string".to_owned(),
        Some(ErrorCode::LeadingZero) => "number with a leading zero".to_owned(),
        Some(ErrorCode::LineTerminatorInString) => "line break inside a string, expected its closing quote".to_owned(),
        Some(ErrorCode::OverflowParsingNumber) => "number too large".to_owned(),
        Some(ErrorCode::TrailingCharacters) => format!("unexpected {found} after the end of the config"),
        Some(code) => format!("unexpected {found}, expected {}", expected(code, innermost)),
        None => match error.to_string().split(" at line ").next() {
            Some(message) => message.to_lowercase(),
            None => format!("unexpected {found}"),
        },
    };
    (message, byte)
}

fn is_end(code: ErrorCode) -> bool {
    use ErrorCode::*;
    matches!(
        code,
        EofParsingArray
            | EofParsingBool
            | EofParsingComment
            | EofParsingEscapeSequence
            | EofParsingIdentifier
            | EofParsingNull
            | EofParsingNumber
            | EofParsingObject
            | EofParsingString
            | EofParsingValue
    )
}

fn at_the_end(text: &str, code: Option<ErrorCode>, scanned: &Scan, lines: &LineIndex) -> String {
    let innermost = scanned.open.last().copied();
    let expected = match code {
        Some(ErrorCode::EofParsingComment) => "'*/'".to_owned(),
        Some(ErrorCode::EofParsingString | ErrorCode::EofParsingEscapeSequence) => "the closing quote".to_owned(),
        Some(ErrorCode::EofParsingArray | ErrorCode::EofParsingObject) => {
            expected(ErrorCode::ExpectedComma, innermost.map(|at| text.as_bytes()[at]))
        }
        Some(ErrorCode::EofParsingIdentifier) => "a property name".to_owned(),
        _ => "a value".to_owned(),
    };
    let opened = innermost.map_or(String::new(), |at| {
        let line = lines.position(text, at).line;
        format!(", the '{}' on line {line} is not closed", &text[at..=at])
    });
    format!("unexpected end of file, expected {expected}{opened}")
}

fn expected(code: ErrorCode, innermost: Option<u8>) -> String {
    let close = if innermost == Some(b'[') { "']'" } else { "'}'" };
    match code {
        ErrorCode::ExpectedComma => format!("',' or {close}"),
        ErrorCode::ExpectedClosingBrace | ErrorCode::ExpectedClosingBracket => close.to_owned(),
        ErrorCode::ExpectedColon => "':' after the property name".to_owned(),
        ErrorCode::ExpectedIdentifier | ErrorCode::ExpectedString | ErrorCode::ExpectedStringOrObject => {
            format!("a property name or {close}")
        }
        ErrorCode::ExpectedComment => "a comment ('//' or '/*')".to_owned(),
        ErrorCode::ExpectedBool => "'true' or 'false'".to_owned(),
        ErrorCode::ExpectedNull => "'null'".to_owned(),
        ErrorCode::ExpectedNumber => "a number".to_owned(),
        _ => "a value".to_owned(),
    }
}
