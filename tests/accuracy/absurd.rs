//! Questions nobody should ask: the answer is a correct figure within a bounded number of ticks, or a sentence.

use clawbeat::simulate::SkipReason;
use clawbeat::simulate::schedule::MAX_TICKS;
use clawbeat::workload::Workload;
use serde_json::{Value, json};

use super::case::Case;

fn case(heartbeat: &Value) -> Case {
    let mut heartbeat = heartbeat.clone();
    heartbeat["target"] = json!("none");
    let config = json!({ "agents": { "defaults": { "model": "anthropic/claude-opus-4-6", "heartbeat": heartbeat } } });
    Case::idle("2026.9.6", config)
}

fn runs(heartbeat: &Value) -> usize {
    case(heartbeat).ask(usize::MAX).ticks.iter().filter(|tick| tick.skip.is_none()).count()
}

/// At most five runs start within a minute, so that 30 days have room for 216,000.
#[test]
fn the_shortest_interval_is_held_back_by_the_flood_guard() {
    let answer = case(&json!({ "every": "1ms" })).ask(usize::MAX);
    assert!(answer.ticks.len() as u64 <= MAX_TICKS + 1);
    let ran = answer.ticks.iter().filter(|tick| tick.skip.is_none()).count();
    assert!((190_000..=216_000).contains(&ran), "{ran}");
    let skipped = answer.ticks.iter().filter_map(|tick| tick.skip);
    assert!(skipped.into_iter().all(|reason| reason == SkipReason::Flood));
}

#[test]
fn long_intervals_and_closed_windows_hardly_run() {
    assert_eq!(runs(&json!({ "every": "3650d" })), 1);
    let never = json!({ "every": "1s", "activeHours": { "start": "08:00", "end": "08:00" } });
    assert_eq!(runs(&never), 0);
    let minute = json!({ "every": "1h", "activeHours": { "start": "08:01", "end": "08:02" } });
    assert_eq!(runs(&minute), 0);
}

/// The largest figures a workload file may hold.
#[test]
fn the_heaviest_load_is_still_a_sum() {
    let mut case = case(&json!({ "every": "1h" }));
    case.workload = json!({ "schemaVersion": 1, "workspaceChars": 100_000_000, "skillsChars": 100_000_000,
        "instructionsChars": 262_144, "outputTokens": 1_000_000, "requestsPerRun": 100, "toolRoundChars": 100_000_000,
        "alertPercent": 100, "history": { "startTokens": 10_000_000, "chatTurnsPerDay": 1440,
        "tokensPerTurn": 1_000_000, "newSessionAtTokens": null, "restartTokens": 10_000_000 } });
    let answer = case.ask(usize::MAX);
    assert_eq!(answer.ticks.len(), 720);
    assert!(answer.ticks.iter().all(|tick| tick.requests.len() == 100));
}

#[test]
fn a_load_that_cannot_be_is_refused_by_its_field() {
    for (field, value) in [
        ("toolRoundChars", json!(-1)),
        ("requestsPerRun", json!(0)),
        ("alertPercent", json!(101)),
        ("outputTokens", json!(1.5)),
        ("toolRoundsChars", json!(1)),
    ] {
        let refused = Workload::read(&json!({ "schemaVersion": 1, field: value }), "load.json").unwrap_err();
        assert!(refused.to_string().contains(field), "{refused}");
    }
}
