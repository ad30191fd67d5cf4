//! Jobs of the main session.

use serde_json::json;

use super::*;
use crate::analysis::Analysis;
use crate::workload::Workload;

/// The months of an event and of the heartbeat.
fn months(release: &str, isolated: bool, load: Option<Workload>) -> [Estimate; 2] {
    let heartbeat = json!({ "every": "30m", "target": "none", "isolatedSession": isolated });
    let model = "anthropic/claude-opus-4-6";
    let config = json!({ "agents": { "defaults": { "model": model, "heartbeat": heartbeat } } });
    let mut analysis = Analysis::of(&config, Some(release));
    if let Some(load) = load {
        analysis.ask_under(load);
    }
    let job = json!({ "id": "tea", "name": "tea", "enabled": true, "sessionTarget": "main", "wakeMode": "now",
        "schedule": { "kind": "cron", "expr": "20 */3 * * *", "tz": "UTC" },
        "payload": { "kind": "systemEvent", "text": "Say what is due today." } });
    let job = Job::read(&job, None, JobSource::File("jobs.json".to_owned()), "a job").unwrap().unwrap();
    let jobs = Jobs { jobs: vec![job], ..Jobs::default() };
    let costing = analysis.costing();
    let all = Bill::new(&costing, Unit::Usd).everything(&jobs, None, false).automations;
    ["tea", "main"].map(|id| all.iter().find(|one| one.id == id).unwrap().month.clone())
}

/// The prompt of an event's run and of a heartbeat's, in tokens.
fn prompts(release: &str, isolated: bool) -> [u64; 2] {
    months(release, isolated, None).map(|month| month.tokens.prompt() / month.requests)
}

/// From 2026.4.12 on (`isolatedSession` merged into the override of a job's wake, read in the packages of 2026.7.35 and
/// 2026.9.6); before it nothing is isolated.
#[test]
fn an_event_goes_without_the_conversation_where_heartbeats_do() {
    for release in ["2026.4.15", "2026.7.35", "2026.9.6"] {
        let ([event, heartbeat], [shared, _]) = (prompts(release, true), prompts(release, false));
        assert!(event.abs_diff(heartbeat) * 12 < heartbeat, "{release}: {event} {heartbeat}");
        assert!(shared > event * 3 / 2, "{release}: {shared} {event}");
    }
    assert_eq!(prompts("2026.3.28", true)[0], prompts("2026.3.28", false)[0]);
}

/// Half of the heartbeats on record called tools once.
#[test]
fn an_event_calls_tools_as_often_as_heartbeats_were_seen_to() {
    let load = json!({ "schemaVersion": 1, "history": { "startTokens": 1_000, "chatTurnsPerDay": 0 }, "outputTokens": 6,
        "alertPercent": 0, "workspaceChars": null, "skillsChars": null, "instructionsChars": 0, "rounds": [1, 1] });
    let [event, heartbeat] = months("2026.9.6", true, Workload::read(&load, "measured").ok());
    assert_eq!([event.runs, heartbeat.runs], [240, 1_440]);
    assert_eq!([event.requests, heartbeat.requests], [360, 2_160]);
    let [event, _] = months("2026.9.6", true, None);
    assert_eq!(event.requests, 240);
}
