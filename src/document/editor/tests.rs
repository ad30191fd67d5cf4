//! What edits look like, as tables of text before, changes, text after.

use super::{ParsedText, Style};
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

#[test]
fn a_long_list_is_observed_once_and_alike() {
    let quote = |at: usize| ["", "'", "\""][at % 3];
    let entry = |at: usize| format!("{0}k{at}{0}:{{ {1}x{1} : 'a{at}' }}", quote(at), quote(at / 3));
    let entries: Vec<String> = (0..40).map(entry).collect();
    for last in [24, 25, 26] {
        let text = format!("{{\n\ta: {{ {} }},\n}}\n", entries[..last].join(","));
        let page = ParsedText::read(&text, Format::Json5).unwrap();
        let style = Style::of(&text, &page.tree, Format::Json5);
        for at in 0..last {
            let chain = page.chain(&format!("a.k{at}.x").parse().unwrap()).unwrap();
            let alone = style.after(&text, &chain);
            assert_eq!(
                format!("{:?}", style.near(&text, &chain, &page.observed)),
                format!("{alone:?}"),
                "{at} of {text}"
            );
        }
        assert_eq!(page.observed.0.borrow().len(), 1);
    }
}
