//! What resets do to the conversation that a shared check-in is sent, with the sums written out (R34).

use serde_json::{Value, json};

use super::case::Case;

/// Ten thousand tokens to begin with, two turns of five hundred a day at 09:00 and 15:00, and a new session that starts
/// with a thousand.
fn case(release: &str, session: &Value, every: &str) -> Case {
    let config = json!({ "session": session, "agents": { "defaults": { "model": "anthropic/claude-opus-4-6",
        "heartbeat": { "every": every, "target": "none" } } } });
    let mut case = Case::idle(release, config);
    case.workload["history"] = json!({ "startTokens": 10_000, "chatTurnsPerDay": 2, "tokensPerTurn": 500,
        "newSessionAtTokens": null, "restartTokens": 1_000 });
    case
}

/// The tokens of conversation in the runs of the first three days at 08:00, 12:00 and 20:00.
fn conversation(case: &Case) -> Vec<u64> {
    let answer = case.ask(usize::MAX);
    let start = answer.ticks[0].at;
    let hour = |at: i64| (at - start) / 3_600_000;
    let shown = answer.ticks.iter().filter(|tick| hour(tick.at) < 72 && [8, 12, 20].contains(&(hour(tick.at) % 24)));
    shown.map(|tick| tick.requests[0].tokens.prompt() - answer.parts.total() / 4).collect()
}

/// Three days of check-ins leave at most 18 · 25 characters themselves (M6).
fn agrees(case: &Case, expected: &[u64]) {
    let ours = conversation(case);
    assert_eq!(ours.len(), expected.len());
    assert!(
        ours.iter().zip(expected).all(|(ours, expected)| (0..=18 * 25 / 4 + 2).contains(&(ours - expected))),
        "{ours:?}"
    );
}

const GROWN: [u64; 9] = [10_000, 10_500, 11_000, 11_000, 11_500, 12_000, 12_000, 12_500, 13_000];

#[test]
fn without_a_reset_the_conversation_grows_by_each_turn() {
    agrees(&case("2026.9.6", &json!({}), "4h"), &GROWN);
}

/// From 09:00 to 15:00 are 360 minutes, from 15:00 to 09:00 are 1,080. Only a turn starts anew, with 1,000 + 500 tokens;
/// the first of all follows none.
#[test]
fn an_idle_reset_falls_on_the_first_turn_after_the_pause() {
    let idle = |minutes: u64| json!({ "reset": { "mode": "idle", "idleMinutes": minutes } });
    let each_turn = [10_000, 10_500, 1_500, 1_500, 1_500, 1_500, 1_500, 1_500, 1_500];
    let each_morning = [10_000, 10_500, 11_000, 11_000, 1_500, 2_000, 2_000, 1_500, 2_000];
    for release in ["2026.9.6", "2026.7.35"] {
        agrees(&case(release, &idle(300), "4h"), &each_turn);
        agrees(&case(release, &idle(400), "4h"), &each_morning);
        agrees(&case(release, &idle(1_100), "4h"), &GROWN);
    }
}

/// Before 2026.4.25 a check-in counts as activity: with one at 08:00 and at 12:00 no pause is longer than 180 minutes, and
/// with those at 00:00 and 12:00 only the one before 09:00 is, with 540.
#[test]
fn on_older_releases_check_ins_keep_the_session_from_being_idle() {
    let idle = json!({ "reset": { "mode": "idle", "idleMinutes": 300 } });
    agrees(&case("2026.4.15", &idle, "4h"), &GROWN);
    agrees(&case("2026.4.15", &idle, "12h"), &[1_500, 1_500, 1_500]);
}

/// At 04:00 nothing happens, at 09:00 the session starts anew; with both kinds whichever is over first counts.
#[test]
fn a_daily_reset_waits_for_the_first_turn_of_the_day() {
    let daily = json!({ "reset": { "mode": "daily" } });
    agrees(&case("2026.9.6", &daily, "4h"), &[10_000, 1_500, 2_000, 2_000, 1_500, 2_000, 2_000, 1_500, 2_000]);
    let both = json!({ "reset": { "mode": "daily", "idleMinutes": 300 } });
    agrees(&case("2026.9.6", &both, "4h"), &[10_000, 1_500, 1_500, 1_500, 1_500, 1_500, 1_500, 1_500, 1_500]);
}
