//! What automations with a trigger script sent on running gateways (`fixtures/oracle/triggers.json`), against the table of
//! releases and the page that advises them.

use clawbeat::releases::{Behaviour, TriggerScripts};
use clawbeat::words::count;
use serde_json::Value;

#[test]
fn a_script_that_says_no_calls_no_model() {
    let facts: Value = serde_json::from_str(include_str!("../../fixtures/oracle/triggers.json")).unwrap();
    let page = include_str!("../../src/rules/pages/paid-empty-instructions.md").replace('\n', " ");
    for case in facts["cases"].as_array().unwrap() {
        let release = case["release"].as_str().unwrap();
        let ours = Behaviour::of(release.parse().unwrap()).trigger_scripts;
        let expected = match (case["enabled"].as_bool().unwrap(), case["added"].as_bool().unwrap()) {
            (false, true) => TriggerScripts::Always,
            _ => TriggerScripts::OnRequest,
        };
        assert_eq!(ours, expected, "{release}");
        if !case["added"].as_bool().unwrap() {
            continue;
        }
        assert!(case["quiet"]["evaluations"].as_u64().unwrap() > 1, "{case}");
        assert_eq!(case["quiet"]["requests"], 0, "{case}");
        assert_eq!(case["fired"]["requests"], 1, "{case}");
        if ours == TriggerScripts::Always {
            let chars = count(case["fired"]["chars"].as_u64().unwrap());
            assert!(page.contains(&format!("one request of {chars} characters")), "{chars}");
            assert!(page.contains(&format!("in {} seconds", case["quiet"]["seconds"])));
        }
    }
}
