//! Check-ins for the tasks of HEARTBEAT.md against gateways that were left alone with some (`fixtures/oracle/tasks.json`):
//! which ticks call the model, and what those are sent (R19b).

use clawbeat::simulate::SkipReason;
use clawbeat::workload::workspace::Workspace;
use serde_json::{Value, json};

use super::case::{Answer, Case};

fn facts() -> Value {
    serde_json::from_str(include_str!("../../fixtures/oracle/tasks.json")).unwrap()
}

fn ask(release: &str, every: &str, text: &str, ticks: usize) -> Answer {
    let heartbeat = json!({ "every": every, "target": "none", "isolatedSession": true, "lightContext": true });
    let config = json!({ "agents": { "defaults": { "model": "anthropic/claude-opus-4-6", "heartbeat": heartbeat } } });
    let mut case = Case::idle(release, config);
    let mut workspace = Workspace::default();
    workspace.add("HEARTBEAT.md", text);
    case.workspace = Some(workspace);
    case.ask(ticks)
}

/// The characters of the runs, with the skips between them.
fn runs(answer: &Answer) -> Vec<Option<u64>> {
    let chars = |request: &clawbeat::simulate::Request| {
        let split = request.split;
        split.input + split.read + split.written
    };
    answer
        .ticks
        .iter()
        .map(|tick| match tick.skip {
            None => Some(chars(&tick.requests[0])),
            Some(reason) => {
                assert_eq!(reason, SkipReason::NoTasksDue);
                None
            }
        })
        .collect()
}

/// 2m and 4m on ticks of a minute: a run at the start, after 2, 4 and 6 minutes; the task whose interval is no duration
/// goes with the first and never again. On 2026.4.15 what is due makes the message of each, on 2026.7.35 all are alike.
#[test]
fn tasks_run_as_a_gateway_was_seen_to_run_them() {
    let facts = facts();
    let text = facts["heartbeatFile"].as_str().unwrap();
    for release in ["2026.4.15", "2026.7.35"] {
        let seen: Vec<u64> = facts["releases"][release]["iso"]
            .as_array()
            .unwrap()
            .iter()
            .map(|run| run["total"].as_u64().unwrap())
            .collect();
        let ours = runs(&ask(release, "1m", text, 7));
        let ran: Vec<bool> = ours.iter().map(Option::is_some).collect();
        assert_eq!(ran, [true, false, true, false, true, false, true], "{release}");
        for (ours, seen) in ours.iter().flatten().zip(&seen) {
            assert!(ours.abs_diff(*seen) * 100 <= *seen, "{release}: {ours} for {seen}");
        }
        if release == "2026.4.15" {
            // To the character, between one run and the next.
            let steps = |sums: &[u64]| sums.windows(2).map(|two| two[1].cast_signed() - two[0].cast_signed()).collect();
            let (ours, seen): (Vec<i64>, Vec<i64>) =
                (steps(&ours.iter().flatten().copied().collect::<Vec<_>>()), steps(&seen));
            assert_eq!(ours, seen[..3]);
        }
    }
}

/// A block in which no task is complete is text: each tick runs.
#[test]
fn tasks_without_an_interval_are_text() {
    let text = "tasks:\n- name: a\n  prompt: b\n";
    for release in ["2026.4.15", "2026.7.35"] {
        assert!(runs(&ask(release, "3m", text, 5)).iter().all(Option::is_some), "{release}");
        assert!(facts()["releases"][release]["nointerval"].as_array().unwrap().len() >= 3);
    }
}

/// Before 2026.4.5 a block is text, and from 2026.8.1 on the file is not read.
#[test]
fn other_releases_run_each_tick() {
    let facts = facts();
    let text = facts["heartbeatFile"].as_str().unwrap();
    for (release, all) in
        [("2026.4.2", true), ("2026.4.5", false), ("2026.7.1", false), ("2026.8.1", true), ("2026.9.6", true)]
    {
        let ran = runs(&ask(release, "1m", text, 4)).iter().filter(|run| run.is_some()).count();
        assert_eq!(ran, if all { 4 } else { 2 }, "{release}");
    }
}

/// In quiet hours a task waits for the first tick after them: 6h from 00:00 falls on 06:00, which is closed, so it runs at
/// 08:00, and 14:00, 20:00 follow.
#[test]
fn a_task_that_falls_due_in_quiet_hours_waits() {
    let config = json!({ "agents": { "defaults": { "model": "anthropic/claude-opus-4-6", "heartbeat": {
        "every": "1h", "activeHours": { "start": "08:00", "end": "22:00" } } } } });
    let mut case = Case::idle("2026.4.15", config);
    let mut workspace = Workspace::default();
    workspace.add("HEARTBEAT.md", "tasks:\n- name: a\n  interval: 6h\n  prompt: look\n");
    case.workspace = Some(workspace);
    let ticks = case.ask(48).ticks;
    let hours: Vec<usize> =
        ticks.iter().enumerate().filter(|(_, tick)| tick.skip.is_none()).map(|(at, _)| at).collect();
    assert_eq!(hours, [8, 14, 20, 32, 38, 44]);
}
