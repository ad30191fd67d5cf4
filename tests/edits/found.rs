//! What the fuzzers and the generators found, each as the smallest text that shows it.

use clawbeat::document::{Change, Document, EditError, Format, KeyPath};
use serde_json::{Value, json};

use super::laws::{self, Outcome};

fn set(path: &str, to: Value) -> Change {
    Change::set(path.parse().unwrap(), to)
}

/// Makes a change and holds it to the laws.
fn keeps_the_laws(text: &str, format: Format, change: Change) {
    let outcome = laws::check(text, format, &[change]).unwrap();
    assert!(matches!(outcome, Outcome::Made), "{outcome:?}\n{text}");
}

#[test]
fn a_blank_before_a_comment_stays_when_the_item_before_it_goes() {
    let text = "{\"a\":1, /* one */ }";
    let added = Document::parse(text, Format::Json5).unwrap().apply(&[set("b", json!(null))]).unwrap();
    assert_eq!(added, "{\"a\":1,\"b\":null, /* one */ }");
    keeps_the_laws(text, Format::Json5, set("b", json!(null)));
}

#[test]
fn a_comment_that_touches_a_bare_key_is_read_but_not_edited() {
    let document = Document::parse("{ a/* one */: 1 }", Format::Json5).unwrap();
    assert_eq!(document.apply(&[set("a", json!(2))]), Err(EditError::NotLocated));
}

#[test]
fn items_that_are_not_parted_by_one_comma_are_read_but_not_edited() {
    let text = "{\"a\":2,\"b\":null,?# |ab{*a,,\"2:]\"b\"\n d# y\n}";
    let document = Document::parse(text, Format::Yaml).unwrap();
    let empty_name = KeyPath::root().key("").key("a");
    assert_eq!(document.apply(&[Change::set(empty_name, json!({}))]), Err(EditError::NotLocated));
}

#[test]
fn yaml() {
    for (text, change) in [
        // A tab may not follow a dash, but may stand before the comment that then does.
        ("l:\n-  false\t# tab\n", set("l[0]", json!([1]))),
        // An anchor before a first key would be the key's.
        ("l:\n- &x1  false\n", set("l[0]", json!({"a": 1}))),
        // A tag goes with the value it is about, wherever the value stands.
        ("a: # c\n- !t1\t# tab\n  -\n", set("a[0]", json!(null))),
        // Blanks at the end of a block text are part of it.
        ("a:\n  t: |-\n    x\n      \nb: 1\n", set("a.u", json!(1))),
        // Blanks at the end of the file would become part of a comment.
        ("x: # c\n- 1 # d\n- false  ", set("x", json!(null))),
        // The comments of the whole document.
        ("{ a: [ # c\n 1 ] }\n", Change::remove("a".parse().unwrap())),
    ] {
        keeps_the_laws(text, Format::Yaml, change);
    }
}

#[test]
fn a_comment_that_a_block_text_would_swallow_is_not_moved_behind_it() {
    let text = "l:\n- |\n a\n-\n # own\n- 1\n";
    let removed = Document::parse(text, Format::Yaml).unwrap().apply(&[Change::remove("l[1]".parse().unwrap())]);
    assert!(matches!(removed, Err(EditError::Unverified(_))), "{removed:?}");
}

/// Carriage returns alone end lines for the readers and not for the editors.
#[test]
fn lone_carriage_returns_make_nobody_fall_over() {
    let yaml = "\r\r\r\r\r\r\r\r\r\r\r- >\n\r\r#\r\r- >\n-";
    let json5 = "{\na \t :{{\t}\r\r\r\r\r\r\r\r\r//\0\x01\x11\0\0\r\r\r\r\r,\r\r\r\r}}";
    for (text, format) in [(yaml, Format::Yaml), (json5, Format::Json5), ("{\ra:{\r// x\rb:1\r}\r}", Format::Json5)] {
        let root = Document::parse(text, format).map(|document| document.value().clone()).unwrap_or_default();
        for first in 0..12 {
            for step in 0..4 {
                laws::check(text, format, &[laws::wish(&root, &[first, step, 0xe1])]).unwrap();
                laws::check(text, format, &[laws::wish(&root, &[first, step])]).unwrap();
            }
        }
    }
}

/// The parser that says where things stand takes `/*` for a part of the text, and the end of the line for the end.
#[test]
fn brackets_that_a_parser_does_not_close_are_not_edited() {
    let text = "{\"a\" :,/1*t' :one\t\t\t\r-  \t\t\t */ / }";
    let change = laws::wish(&json!({}), &[10]);
    laws::check(text, Format::Yaml, &[change, set("a", json!(1))]).unwrap();
    laws::check(text, Format::Yaml, &[set("a", json!(1))]).unwrap();
    laws::check(text, Format::Yaml, &[set("b", json!(1))]).unwrap();
}

#[test]
fn keys_behind_a_question_mark_are_refused() {
    for change in [set("b", json!(1)), Change::remove("a".parse().unwrap())] {
        let document = Document::parse("? a\n: 1\nc: 2\n", Format::Yaml).unwrap();
        assert_eq!(document.apply(&[change]), Err(EditError::NotLocated));
    }
}
