//! The rendered text, verbatim, and the JSON contract.

use clawbeat::document::Format;
use clawbeat::schema;

use crate::linted::Linted;

const SCHEMA: &str = include_str!("../../schemas/findings.v1.schema.json");

#[test]
fn a_refused_file() {
    let text = r#"{
  agents: {
    defaults: {
      model: "anthropic/claude-opus-4-6",
      heartbeat: {
        every: "30 min",
        isolatedSesion: true,
        includeReasoning: false,
      },
    },
  },
}
"#;
    insta::assert_snapshot!(Linted::new(text, None).render(), @"");
}

#[test]
fn a_wasteful_file() {
    let text = r#"{
  agents: {
    defaults: {
      model: "anthropic/claude-opus-4-6",
      heartbeat: { every: "30m", target: "none" },
    },
  },
}
"#;
    insta::assert_snapshot!(Linted::new(text, None).render(), @"");
}

#[test]
fn nothing_to_say() {
    let text = "{ agents: { defaults: { heartbeat: { every: '0m' } } } }";
    insta::assert_snapshot!(Linted::new(text, None).render(), @"");
}

#[test]
fn a_truncated_file() {
    insta::assert_snapshot!(Linted::new("{\n  agents: {\n    defaults: {", None).render(), @"");
}

#[test]
fn secrets_and_escapes_stay_inside() {
    let text = "{ gateway: { auth: { token: 'hunter2hunter2' } }, agents: { defaults: { heartbeat: { every: 'sk-ant-api03-abcdefghijklmnop1234', target: '\\u001b[2Jx\u{1b}' } } } }";
    let linted = Linted::new(text, None);
    let (shown, json) = (linted.render(), linted.json().to_string());
    for secret in ["hunter2", "sk-ant", "abcdefghijkl"] {
        assert!(!shown.contains(secret) && !json.contains(secret), "{secret}:\n{shown}\n{json}");
    }
    assert!(!shown.contains('\u{1b}'), "{shown}");
    insta::assert_snapshot!(shown, @"");
}

#[test]
fn json_keeps_its_contract() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/findings");
    for rule in clawbeat::rules::RULES {
        let text = std::fs::read_to_string(format!("{folder}/{}/bad.json5", rule.id)).unwrap();
        let linted = Linted::new(&text, None);
        let misfits = schema::check(SCHEMA, &linted.json());
        assert!(misfits.is_empty(), "{}: {}", rule.id, misfits[0]);
    }
    for broken in ["{", "", "{ a: 1 } }"] {
        assert_eq!(schema::check(SCHEMA, &Linted::new(broken, None).json()), [], "{broken}");
    }
    let yaml = "agents:\n  defaults:\n    heartbeat:\n      every: 30\n";
    let linted = Linted::of(yaml, Format::Yaml, None);
    assert_eq!(schema::check(SCHEMA, &linted.json()), []);
    assert!(linted.has("wrong-type"));
}
