//! Configs inside of larger files: how they are found, what they say where, and how they are edited.

use serde_json::{Value, json};

use crate::document::{Change, Document, Format, KeyPath, PartError};

fn path(text: &str) -> KeyPath {
    text.parse().unwrap()
}

fn at(text: &str, place: &str) -> Document {
    Document::parse_at(text, Format::Yaml, &path(place)).unwrap()
}

fn refused(text: &str, place: &str) -> String {
    Document::parse_at(text, Format::Yaml, &path(place)).unwrap_err().to_string()
}

/// The text that a path's value is written as, and its line.
fn shown<'t>(document: &'t Document, of: &str) -> (&'t str, usize) {
    let span = document.span_or_nearest(&path(of));
    (&document.text()[span.clone()], document.position(span.start).line)
}

const CONFIG_MAP: &str = "apiVersion: v1
kind: ConfigMap
data:
  # mounted at ~/.openclaw
  openclaw.json: |
    // ours
    {
      agents: {

        defaults: { heartbeat: { every: '5m' /* quick */ } },
      },
    }
  other: x # end
";

#[test]
fn a_subtree_is_a_document_of_its_own() {
    let text = "image: x\nagents:\n  values:\n    config:\n      meta: {}\n      agents: # all\n        every: 5m\n";
    let document = at(text, "agents.values.config");
    assert_eq!(document.value(), &json!({"meta": {}, "agents": {"every": "5m"}}));
    assert_eq!(shown(&document, "agents.every"), ("every", 7));
    assert_eq!(shown(&document, "channels").1, 5);
    let changes = [Change::set(path("agents.every"), "1h"), Change::remove(path("meta"))];
    assert_eq!(
        document.apply(&changes).unwrap(),
        "image: x\nagents:\n  values:\n    config:\n      agents: # all\n        every: 1h\n"
    );
    let json = Document::parse_at("{ a: [{ x: 1 }] }", Format::Json5, &path("a[0]")).unwrap();
    assert_eq!(json.apply(&[Change::set(path("y.z"), 2)]).unwrap(), "{ a: [{ x: 1, y: { z: 2 } }] }");
}

#[test]
fn a_text_inside_is_read_where_it_stands() {
    let document = at(CONFIG_MAP, "data[\"openclaw.json\"]");
    assert_eq!(document.format(), Format::Json);
    assert_eq!(document.value(), &json!({"agents": {"defaults": {"heartbeat": {"every": "5m"}}}}));
    assert_eq!(shown(&document, "agents.defaults.heartbeat.every"), ("every", 10));
    let comments: Vec<_> = document.comments().into_iter().map(|span| &CONFIG_MAP[span]).collect();
    assert_eq!(comments, ["// ours", "/* quick */"]);
    let nested = at(CONFIG_MAP, "data[\"openclaw.json\"].agents.defaults");
    assert_eq!(shown(&nested, "heartbeat.every"), ("every", 10));
}

#[test]
fn a_text_inside_is_edited_in_its_lines() {
    let document = at(CONFIG_MAP, "data[\"openclaw.json\"]");
    let change = [
        Change::set(path("agents.defaults.heartbeat.every"), "1h"),
        Change::set(path("agents.defaults.heartbeat.model"), "a/b"),
        Change::set(path("agents.list"), json!([{ "id": "x" }])),
    ];
    let expected = CONFIG_MAP
        .replace("'5m' /* quick */ } },\n", "'1h' /* quick */, model: 'a/b' } },\n        list: [\n          {\n            id: 'x',\n          },\n        ],\n");
    assert_eq!(document.apply(&change).unwrap(), expected);
    for text in [CONFIG_MAP.replace('\n', "\r\n"), CONFIG_MAP.replace("    other: x # end\n", "").trim_end().to_owned()]
    {
        let edited = at(&text, "data[\"openclaw.json\"]").apply(&change).unwrap();
        assert_eq!(edited.replace("\r\n", "\n").trim_end(), expected.trim_end());
        assert_eq!(edited.matches("\r\n").count(), if text.contains('\r') { edited.matches('\n').count() } else { 0 });
    }
    let edits = document.edits(&change).unwrap();
    assert_eq!(edits.len(), 1, "{edits:?}");
    let again = document.reread(document.apply(&change).unwrap()).unwrap();
    assert_eq!(again.edits(&change), Ok(vec![]));
}

#[test]
fn a_text_between_quotes_is_edited_too() {
    let text = "{\"data\": {\"openclaw.json\": \"{\\n  \\\"a\\\": 1\\n}\\n\", \"b\": 2}}";
    let document = Document::parse_at(text, Format::Json, &path("data[\"openclaw.json\"]")).unwrap();
    assert_eq!(document.value(), &json!({"a": 1}));
    assert_eq!(shown(&document, "a").1, 1);
    let edited = document.apply(&[Change::set(path("a"), 2)]).unwrap();
    assert_eq!(edited, text.replace("\\\"a\\\": 1", "\\\"a\\\": 2"));
    let line = at("config: '{ a: { b: 1 } }' # c\n", "config");
    assert_eq!(shown(&line, "a.b"), ("b", 1));
    assert_eq!(line.apply(&[Change::set(path("a.b"), 2)]).unwrap(), "config: '{ a: { b: 2 } }' # c\n");
}

#[test]
fn of_several_yaml_documents_the_one_with_the_path_counts() {
    let text = "# all\n---\nkind: Secret\n---\nkind: ConfigMap\ndata:\n  c: |\n    { a: 1 } # no\n---\nkind: X\n";
    let text = text.replace(" # no", "");
    let document = at(&text, "data.c");
    assert_eq!(shown(&document, "a"), ("a", 8));
    assert_eq!(document.apply(&[Change::set(path("a"), 2)]).unwrap(), text.replace("a: 1", "a: 2"));
    assert_eq!(refused(&text, "spec.c"), "there is no 'spec.c' in the file: it has 'kind'");
    let twice = format!("{text}---\ndata:\n  c: 1\n");
    assert_eq!(refused(&twice, "data.c"), "'data.c' is in 2 of the file's YAML documents (2, 4), expected one");
    assert!(refused("a: 1\n---\nb: [\n", "a").ends_with("line 4, column 1"), "{}", refused("a: 1\n---\nb: [\n", "a"));
}

#[test]
fn a_wrong_path_is_answered_with_what_is_there() {
    for (place, has) in [
        ("data.openclaw.json", "'data' has '[\"openclaw.json\"]', 'other'"),
        ("spec", "it has 'apiVersion', 'kind', 'data'"),
        ("data[\"openclaw.json\"].agents.list", "'agents' has 'defaults'"),
        ("data[0]", "'data' has '[\"openclaw.json\"]', 'other'"),
    ] {
        let full = Document::parse_at(CONFIG_MAP, Format::Yaml, &path(place));
        let Err(PartError::Missing { has: found, .. }) = full else { panic!("{full:?}") };
        assert_eq!(found, has);
    }
}

#[test]
fn a_broken_text_inside_is_located_in_the_file() {
    let broken = CONFIG_MAP.replace("{ every:", "{ every");
    let error = refused(&broken, "data[\"openclaw.json\"]");
    assert_eq!(error, "unexpected '\\'', expected ':' after the property name at line 10, column 40");
}

#[test]
fn what_cannot_be_edited_safely_is_refused_by_name() {
    let folded = at("c: >\n  { a: 1,\n  b: 2 }\n", "c");
    assert_eq!(folded.value(), &json!({"a": 1, "b": 2}));
    let error = |document: &Document, to: Value| document.apply(&[Change::set(path("a"), to)]).unwrap_err().to_string();
    let aliased = at("x: &x\n  a: 1\nc: *x\n", "c");
    assert_eq!(aliased.value(), &json!({"a": 1}));
    let borrowed = "'c' is an alias or a merge of what is written elsewhere, so an edit could reach other places";
    assert_eq!(error(&aliased, json!(2)), borrowed);
    let several = at("c: >\n  { a: 1,\n\n  b: 2 }\n", "c");
    assert_eq!(
        error(&several, json!(2)),
        "'c' is a folded text ('>'), in which an edit would move line breaks; write it with '|'"
    );
}

/// As long as a command line may be: each prefix copied, this would take half a minute.
#[test]
fn a_path_of_30_000_steps_is_refused_like_any_other() {
    let at: KeyPath = vec!["a"; 30_000].join(".").parse().unwrap();
    let error = Document::parse_at("{ a: { a: { b: 1 } } }", Format::Json5, &at).unwrap_err();
    let PartError::Missing { at, .. } = error else { panic!("{error}") };
    assert_eq!(at.to_string(), "a.a");
}
