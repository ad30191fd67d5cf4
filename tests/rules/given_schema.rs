//! `--schema`: what a schema of the whole file adds, and what it must not do.

use clawbeat::rules::Verdict;
use clawbeat::schema::GivenSchema;
use serde_json::{Value, json};

use super::linted::Linted;
use crate::bare;

const FIXTURE: &str = include_str!("../../fixtures/findings/schema-mismatch/schema.json");

/// A release whose own shape was not recorded, so that only the given schema speaks.
fn linted(text: &str) -> Linted {
    Linted::example("schema-mismatch", &text.replacen('{', "{ meta: { lastTouchedVersion: '2026.8.1' },", 1))
}

fn messages(text: &str) -> Vec<String> {
    let linted = linted(text);
    let ours = linted.lint.findings.iter().filter(|finding| finding.rule == "schema-mismatch");
    ours.map(|finding| finding.message.clone()).collect()
}

#[test]
fn values_are_never_quoted() {
    let text = "{ gateway: { port: 0, mode: 'hunter2-hunter2', auth: 'correct horse', token: 'battery' } }";
    assert_eq!(
        messages(text),
        [
            "the value of gateway.port does not meet the schema's minimum 1",
            "the value of gateway.mode is not one that the schema allows",
            "the value of gateway.auth does not meet the schema's pattern \"^secret:\"",
            "the schema has no key 'token' in gateway",
        ]
    );
    let shown = linted("{ gateway: { tokn: 1, token: 'battery' } }").render();
    assert!(shown.contains("'tokn'") && !shown.contains("battery"), "{shown}");
}

/// Of several forms the nearest is explained, and what is filled in or known to be missing from the export is not.
#[test]
fn only_what_helps_is_said() {
    assert_eq!(messages("{ gateway: { auth: { tokn: 'x' } } }"), ["the schema has no key 'tokn' in gateway.auth"]);
    assert_eq!(messages("{ gateway: { mode: 5 } }").len(), 1);
    let agents = json!({ "type": "object", "properties": { "agents": { "additionalProperties": false } } });
    let schema = GivenSchema::new(agents).unwrap();
    assert_eq!(schema.check(&json!({ "agents": { "list": [] } })).len(), 1);
    assert_eq!(messages("{ agents: { list: [{ id: 'a' }] } }"), Vec::<String>::new());
}

/// The verdict is OpenClaw's, and what another rule says is said once.
#[test]
fn the_verdict_stays() {
    let text = "{ gateway: { prot: 1 }, agents: 5 }";
    let agents = linted(text);
    assert_eq!((agents.lint.verdict, messages(text).len()), (Verdict::Refused, 1));
    assert_eq!(linted("{ gateway: { prot: 1 } }").lint.verdict, Verdict::Valid);
}

/// What released OpenClaws print is not quite JSON Schema.
#[test]
fn exports_of_openclaw_are_read() {
    let odd =
        json!({ "properties": { "a": { "$ref": "#/$defs/none" }, "b": { "pattern": "^/(?!/)[^\\0]*[^/\\0]$" } } });
    let schema = GivenSchema::new(odd).unwrap();
    assert_eq!(schema.check(&json!({ "a": 5, "b": "/x/y" })), []);
    assert_eq!(schema.check(&json!({ "b": "//x" })).len(), 1);
}

#[test]
fn a_file_that_is_no_schema_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("openclaw.json", "{}");
    write("truncated.json", "{ \"type\": ");
    write("odd.json", "{ \"type\": 5 }");
    write("remote.json", "{ \"$ref\": \"https://example.org/other.json\" }");
    write("file.json", "{ \"$ref\": \"file:///etc/hostname\" }");
    for name in ["truncated.json", "odd.json", "remote.json", "file.json", "absent.json"] {
        let mut command = bare::clawbeat();
        let output = command.current_dir(&folder).args(["lint", "openclaw.json", "--schema", name]).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}: {said}");
        assert!(said.contains(name), "{said}");
    }
    let fixture: Value = serde_json::from_str(FIXTURE).unwrap();
    assert!(GivenSchema::new(fixture).is_ok());
}
