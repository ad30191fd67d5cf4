//! `heartbeat.session`: which conversation a heartbeat is sent (R30). A gateway of 2026.7.35 with a chat of 8,000
//! characters sent them to the heartbeats of the main session, and none to those of `session: "hb"`.

use serde_json::{Value, json};

use super::common::Desk;

fn report(release: &str, session: &Value, all: &Value) -> Value {
    let config = json!({ "meta": { "lastTouchedVersion": release }, "session": all, "agents": { "defaults": {
        "model": "anthropic/claude-sonnet-4-6",
        "heartbeat": { "every": "30m", "target": "none", "session": session } } } });
    Desk::with(config.to_string()).report(&["openclaw.json", "--month", "2026-11"])
}

fn typical(report: &Value) -> f64 {
    report["totals"]["current"]["cost"]["typical"].as_str().unwrap().parse().unwrap()
}

fn low(report: &Value) -> f64 {
    report["totals"]["current"]["cost"]["low"].as_str().unwrap().parse().unwrap()
}

/// A conversation of its own holds heartbeats only, as main does where each sender has one.
#[test]
fn a_session_of_its_own_costs_what_one_without_chat_costs() {
    for release in ["2026.4.15", "2026.7.35", "2026.9.6"] {
        let main = report(release, &Value::Null, &Value::Null);
        let own = report(release, &json!("hb"), &Value::Null);
        let scoped = report(release, &Value::Null, &json!({ "dmScope": "per-channel-peer" }));
        assert_eq!(typical(&own), typical(&scoped), "{release}");
        assert!(typical(&own) < typical(&main), "{release}");
        let said = own["assumptions"].as_array().unwrap().iter().find(|one| one["name"] == "conversation").unwrap();
        assert!(said["value"].as_str().unwrap().contains("session 'hb'"), "{said}");
        for alias in ["main", " Main", "global", "agent:main:main", "home", "agent:other:x", "agent:main:subagent:x"] {
            let session = json!({ "mainKey": "home" });
            assert_eq!(typical(&report(release, &json!(alias), &session)), typical(&main), "{release} {alias}");
        }
        let global = report(release, &json!("hb"), &json!({ "scope": "global" }));
        assert_eq!(typical(&global), typical(&main), "{release}");
    }
}

/// Of a channel's conversation nothing is known: it is counted as the load's, and as none at the low end.
#[test]
fn the_history_of_a_channel_is_a_range() {
    let main = report("2026.9.6", &Value::Null, &Value::Null);
    let channel = report("2026.9.6", &json!("telegram:group:-1001"), &Value::Null);
    assert_eq!(typical(&channel), typical(&main));
    assert!(low(&channel) <= low(&main));
    let said = channel["assumptions"].as_array().unwrap().iter().find(|one| one["name"] == "conversation").unwrap();
    assert!(said["value"].as_str().unwrap().contains("not known"), "{said}");
}
