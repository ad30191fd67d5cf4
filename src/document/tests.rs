//! What is read, where it stands, and what is said about a text that cannot be read.

use serde_json::{Value, json};

use super::*;

fn path(text: &str) -> KeyPath {
    text.parse().unwrap()
}

fn json5(text: &str) -> Document {
    Document::parse(text, Format::Json5).unwrap()
}

fn error(text: &str, format: Format) -> String {
    Document::parse(text, format).unwrap_err().to_string()
}

#[test]
fn the_dialect_is_that_of_json5() {
    let cases: &[(&str, Value)] = &[
        ("{a: 1}", json!({"a": 1})),
        ("{'a': 'x', \"b\": \"y\"}", json!({"a": "x", "b": "y"})),
        ("{a: 'it\\'s', b: '\\x41\\u00fc\\n'}", json!({"a": "it's", "b": "Aü\n"})),
        ("['line \\\n joined']", json!(["line  joined"])),
        ("[0x10, +1, -0x1, .5, 5., 1e3]", json!([16, 1, -1, 0.5, 5.0, 1000.0])),
        ("[Infinity, -Infinity, NaN, 1e999]", json!([null, null, null, null])),
        ("[18446744073709551615, -9223372036854775808]", json!([u64::MAX, i64::MIN])),
        ("[99999999999999999999999999999999999999999999999]", json!([1e47])),
        ("{a: [1, 2,], b: {},}", json!({"a": [1, 2], "b": {}})),
        ("// top\n{/* in */ a: 1} // end", json!({"a": 1})),
        ("{null: 1, true: 2, if: 3}", json!({"null": 1, "true": 2, "if": 3})),
        ("{\\u0061b: 1}", json!({"ab": 1})),
        ("{a\u{a0}:\u{c}1}", json!({"a": 1})),
        ("\u{feff}{a: 1}", json!({"a": 1})),
        ("{a: 1, a: 2}", json!({"a": 2})),
        ("'text'", json!("text")),
    ];
    for (text, value) in cases {
        assert_eq!(json5(text).value(), value, "{text}");
    }
}

#[test]
fn an_error_says_what_and_where() {
    for (text, message) in [
        ("", "unexpected end of file, expected a value at line 1, column 1"),
        ("\u{feff}", "unexpected end of file, expected a value at line 1, column 1"),
        ("// only\n", "unexpected end of file, expected a value at line 1, column 8"),
        (
            "{\n  a: 1,\n  b: [1",
            "unexpected end of file, expected ',' or ']', the '[' on line 3 is not closed at line 3, column 8",
        ),
        (
            "{ a: { b: 1 }\n",
            "unexpected end of file, expected ',' or '}', the '{' on line 1 is not closed at line 1, column 14",
        ),
        (
            "{ a: 'x",
            "unexpected end of file, expected the closing quote, the '{' on line 1 is not closed at line 1, column 8",
        ),
        ("{\r\n  'ü': 1\r\n  b: 2\r\n}", "unexpected 'b', expected ',' or '}' at line 3, column 3"),
        ("\u{feff}{ ü 1 }", "unexpected '1', expected ':' after the property name at line 1, column 5"),
        ("[1 2]", "unexpected '2', expected ',' or ']' at line 1, column 4"),
        ("{ a: }", "unexpected '}', expected a value at line 1, column 6"),
        ("{ a: 1 } x", "unexpected 'x' after the end of the config at line 1, column 10"),
        ("{ a: 'x\ny' }", "line break inside a string, expected its closing quote at line 1, column 8"),
        ("{ a: 01 }", "number with a leading zero at line 1, column 6"),
        ("{ a: '\\1' }", "invalid escape sequence in a string at line 1, column 7"),
        ("{ a: /* x", "unexpected end of file, expected '*/', the '{' on line 1 is not closed at line 1, column 10"),
        ("{ a-b: 1 }", "unexpected '-', expected ':' after the property name at line 1, column 4"),
    ] {
        assert_eq!(error(text, Format::Json5), message, "{text:?}");
    }
}

#[test]
fn hostile_texts_are_refused_without_harm() {
    let many = 200_000;
    for text in ["[".repeat(many), "{a:".repeat(many), format!("{}{}", "[".repeat(many), "]".repeat(many))] {
        assert!(error(&text, Format::Json5).starts_with("nested deeper than 128 levels at line 1"));
        assert!(Document::parse(text, Format::Yaml).is_err());
    }
    for start in ["- ", "a: ", "? ", "[", "- [", "{a: ", "[[[[[[]"] {
        assert!(Document::parse(start.repeat(many / 4), Format::Yaml).is_err(), "{start}");
    }
    json5(&format!("{}{}", "[".repeat(128), "]".repeat(128)));
    for text in ["\"\\", "'", "{a:'\\u", "/", "{/", "-", "+", "0x", ".", "{a:1,,}", "\\", "\u{0}"] {
        assert!(Document::parse(text, Format::Json5).is_err(), "{text:?}");
    }
}

#[test]
fn values_and_names_have_spans() {
    let text = "\u{feff}{\n  agents: { 'list': [ {id: 'ü'}, { every: 5 } ] }, // x\n}";
    let document = json5(text);
    for (at, key, value) in [
        ("agents.list[0].id", Some("id"), "'ü'"),
        ("agents.list[1].every", Some("every"), "5"),
        ("agents.list", Some("'list'"), "[ {id: 'ü'}, { every: 5 } ]"),
        ("agents.list[0]", None, "{id: 'ü'}"),
    ] {
        let at = path(at);
        assert_eq!(document.key_span(&at).map(|span| &text[span]), key);
        assert_eq!(document.value_span(&at).map(|span| &text[span]), Some(value));
    }
    let nearest = |at: &str| &text[document.span_or_nearest(&path(at))];
    assert_eq!(nearest("agents.defaults.heartbeat"), "agents");
    assert_eq!(nearest("agents.list[1].model.primary"), "{ every: 5 }");
    assert_eq!(nearest("channels"), &text[3..]);
    assert_eq!(document.get(&path("agents.list[1].every")), Some(&json!(5)));
    let comments = document.comments();
    assert_eq!(&text[comments[0].clone()], "// x");
    assert_eq!(document.position(comments[0].start), Position { line: 2, column: 52, byte: 57 });
}

#[test]
fn of_duplicate_keys_the_last_one_counts() {
    let text = "{ a: 1, b: { c: 1, c: 2 }, a: { d: 1 }, 'a': { d: 2 } }";
    let document = json5(text);
    let found: Vec<_> = document.duplicate_keys().into_iter().map(|(at, span)| (at.to_string(), span)).collect();
    assert_eq!(found, [("a".to_owned(), 2..3), ("b.c".to_owned(), 13..14), ("a".to_owned(), 27..28)]);
    assert_eq!(document.value_span(&path("a.d")), Some(50..51));
}

#[test]
fn a_spelling_only_the_reader_knows_is_read_but_not_edited() {
    let document = json5("{ \\u0061: 1 }");
    assert_eq!(document.get(&path("a")), Some(&json!(1)));
    assert_eq!(document.edits(&[Change::set(path("a"), 1)]), Ok(vec![]));
    assert_eq!(document.edits(&[Change::set(path("a"), 2)]), Err(EditError::NotLocated));
    assert_eq!(document.span_or_nearest(&path("a")), 0..document.text().len());
}

#[test]
fn changes_that_cancel_out_are_no_edit() {
    let document = json5("{ a: 1, b: 2 }");
    assert_eq!(document.edits(&[Change::set(path("a"), 5), Change::set(path("a"), 1)]), Ok(vec![]));
}

mod yaml {
    use super::*;

    fn yaml(text: &str) -> Document {
        Document::parse(text, Format::Yaml).unwrap()
    }

    #[test]
    fn values_have_spans_in_block_and_flow() {
        let text = "\u{feff}# top\nagents:\n  defaults: {heartbeat: {every: 5m}}\n  \"list\":\n    - id: ä # first\n      x: 'y'\n    - id: b\nempty:\nlast: |\n  text\n";
        let document = yaml(text);
        assert_eq!(document.get(&path("agents.list[0].id")), Some(&json!("ä")));
        for (at, key, value) in [
            ("agents.defaults.heartbeat.every", Some("every"), "5m"),
            ("agents.defaults.heartbeat", Some("heartbeat"), "{every: 5m}"),
            ("agents.list[0].id", Some("id"), "ä"),
            ("agents.list[0].x", Some("x"), "'y'"),
            ("agents.list[1]", None, "id: b"),
            ("agents.list", Some("\"list\""), "- id: ä # first\n      x: 'y'\n    - id: b"),
            ("last", Some("last"), "|\n  text"),
        ] {
            let at = path(at);
            assert_eq!(document.key_span(&at).map(|span| &text[span]), key, "{at}");
            assert_eq!(document.value_span(&at).map(|span| &text[span]), Some(value), "{at}");
        }
        let comments: Vec<_> = document.comments().into_iter().map(|span| &text[span]).collect();
        assert_eq!(comments, ["# top", "# first"]);
        assert_eq!(document.position(document.key_span(&path("agents.list[0].x")).unwrap().start).line, 6);
    }

    #[test]
    fn meaning_follows_yaml_1_2() {
        for (text, value) in [
            ("a: no\nb: 010\nc: ~\nd: 1.5\ne: .inf", json!({"a": "no", "b": "010", "c": null, "d": 1.5, "e": null})),
            ("1: x\ntrue: y\n", json!({"1": "x", "true": "y"})),
            ("a: &x {b: 1}\nc: *x\n", json!({"a": {"b": 1}, "c": {"b": 1}})),
            ("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\n", json!({"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 3}})),
            ("a: !t 5m", json!({"a": "5m"})),
            ("", Value::Null),
            ("---\na: 1\n...\n", json!({"a": 1})),
        ] {
            assert_eq!(yaml(text).value(), &value, "{text}");
        }
    }

    #[test]
    fn errors_say_what_and_where() {
        for (text, message) in [
            ("a: 1\nb: [1, 2\nc: 3\n", "did not find expected ',' or ']' at line 3, column 2"),
            ("x: 1\nü: 1\nü: 2\n", "duplicate entry with key \"ü\" at line 1, column 1"),
            (
                "a: 1\n---\nb: 2\n",
                "more than one YAML document in the file, expected one, or --at PATH to pick the one that has it at line 1, column 1",
            ),
            ("? [a]\n: 1\n", "a list or mapping as a key, expected plain text at line 1, column 1"),
            ("a: *x\n", "unknown anchor at line 1, column 4"),
        ] {
            assert_eq!(error(text, Format::Yaml), message, "{text:?}");
        }
    }
}
