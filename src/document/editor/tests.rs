//! What edits look like, as tables of text before, changes, text after.

use crate::document::{Change, Document, EditError, Format, KeyPath};

/// The changes that `path = value` lines mean; `path = -` removes.
fn parse(changes: &[&str]) -> Vec<Change> {
    let change = |change: &&str| {
        let (path, value) = change.split_once(" = ").unwrap();
        let path: KeyPath = path.parse().unwrap();
        Change { path, to: (value != "-").then(|| json5::from_str(value).unwrap()) }
    };
    changes.iter().map(change).collect()
}

fn try_edit(format: Format, text: &str, changes: &[&str]) -> Result<String, EditError> {
    Document::parse(text, format).unwrap().apply(&parse(changes))
}

/// Makes the changes, and checks that doing it again changes nothing.
fn edit(format: Format, text: &str, changes: &[&str]) -> String {
    let edited = try_edit(format, text, changes).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let again = Document::parse(edited.as_str(), format).unwrap();
    assert_eq!(again.edits(&parse(changes)).unwrap(), [], "a second time is no change\n{edited}");
    edited
}

/// A test a row, in the `FORMAT` of the module.
macro_rules! table {
    ($($name:ident: $before:expr, [$($change:expr),+] => $after:expr;)+) => {
        $(#[test] fn $name() {
            let edited = edit(FORMAT, $before, &[$($change),+]);
            assert!(edited == $after, "expected\n{}\ngot\n{edited}\n{edited:?}", $after);
        })+
    };
}

mod json5_tables;
mod yaml_tables;
