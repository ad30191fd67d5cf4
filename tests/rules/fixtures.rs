//! Each rule on its own folder under `fixtures/findings` and on the examples of its page.

use std::collections::BTreeSet;
use std::path::Path;

use clawbeat::rules::{RULES, Safety};

use super::linted::Linted;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/findings");

#[test]
fn each_rule_finds_its_bad_fixture_and_passes_the_good_one() {
    for rule in RULES {
        let read = |name: &str| std::fs::read_to_string(Path::new(FOLDER).join(rule.id).join(name)).expect(rule.id);
        let (bad, good) = (Linted::example(rule.id, &read("bad.json5")), Linted::example(rule.id, &read("good.json5")));
        assert!(bad.text.starts_with("//") && good.text.starts_with("//"), "{}: say what is expected", rule.id);
        assert!(bad.has(rule.id), "{} finds nothing in its bad fixture:\n{}", rule.id, bad.render());
        assert!(!good.has(rule.id), "{} in its good fixture:\n{}", rule.id, good.render());
    }
}

#[test]
fn each_fixture_folder_belongs_to_a_rule() {
    let ids: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), RULES.len(), "two rules with one id");
    for folder in std::fs::read_dir(FOLDER).unwrap() {
        let name = folder.unwrap().file_name();
        assert!(ids.contains(name.to_str().unwrap()), "{name:?}");
    }
}

#[test]
fn pages_have_their_sections_and_their_examples_hold() {
    for rule in RULES {
        let sections: Vec<&str> = rule.page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let expected = ["What it does", "Why it matters", "Example", "Use instead", "Fix safety", "Since"].as_slice();
        assert_eq!(sections, expected, "{}", rule.id);
        let blocks: Vec<&str> =
            rule.page.split("```json5\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
        let [example, instead] = blocks.as_slice() else { panic!("{}: two blocks of JSON5", rule.id) };
        let (example, instead) = (Linted::example(rule.id, example), Linted::example(rule.id, instead));
        assert!(example.has(rule.id), "{}: {}", rule.id, example.render());
        assert!(!instead.has(rule.id), "{}: {}", rule.id, instead.render());
    }
}

/// Fixes make their finding go away, and safe ones leave nothing safe behind.
#[test]
fn fixes_hold_and_end() {
    for rule in RULES {
        let text = std::fs::read_to_string(Path::new(FOLDER).join(rule.id).join("bad.json5")).unwrap();
        for safety in [Safety::Safe, Safety::Unsafe] {
            let mut linted = Linted::example(rule.id, &text);
            for _ in 0..8 {
                let changes = linted.lint.changes(safety);
                if changes.is_empty() {
                    break;
                }
                let fixed = linted.document.as_ref().unwrap().apply(&changes).unwrap();
                linted = Linted::example(rule.id, &fixed);
            }
            assert!(linted.lint.changes(safety).is_empty(), "{}: fixes never end\n{}", rule.id, linted.text);
        }
    }
}

#[test]
fn the_schemas_are_schemas() {
    for text in [
        include_str!("../../schemas/heartbeat.legacy.schema.json"),
        include_str!("../../schemas/heartbeat.current.schema.json"),
        include_str!("../../schemas/findings.v1.schema.json"),
    ] {
        let schema = serde_json::from_str(text).unwrap();
        assert!(!jsonschema::validator_for(&schema).unwrap().is_valid(&serde_json::json!([])));
    }
}
