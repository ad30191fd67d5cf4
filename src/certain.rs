//! What cannot fail in a program that was built rightly: reading what is built into it, which a test does for each table,
//! and writing our own values as JSON. Where it fails nevertheless the program stops: an answer without prices, rules or
//! bounds would be worse than none.

use std::fmt::Display;

use serde::{Deserialize, Serialize};

/// Reads an embedded JSON text.
///
/// # Panics
///
/// The program was built wrongly.
pub(crate) fn read<T: Deserialize<'static>>(name: &str, text: &'static str) -> T {
    made(name, serde_json::from_str(text))
}

/// Writes one of our own values as indented JSON with a line end.
///
/// # Panics
///
/// The program was built wrongly.
pub(crate) fn pretty<T: Serialize>(value: &T) -> String {
    made("JSON", serde_json::to_string_pretty(value)) + "\n"
}

/// Writes one of our own values as JSON on a line, without its end.
///
/// # Panics
///
/// The program was built wrongly.
pub(crate) fn line<T: Serialize>(value: &T) -> String {
    made("JSON", serde_json::to_string(value))
}

/// What was made of something built in; no input decides whether it can be made.
///
/// # Panics
///
/// The program was built wrongly.
pub(crate) fn made<T, E: Display>(name: &str, made: Result<T, E>) -> T {
    made.unwrap_or_else(|error| panic!("this clawbeat was built wrongly: {name}: {error}"))
}

#[cfg(test)]
mod tests {
    #[test]
    #[should_panic(expected = "this clawbeat was built wrongly: prices.json: EOF while parsing")]
    fn a_broken_table_is_loud() {
        super::read::<Vec<u8>>("prices.json", "[1,");
    }
}
