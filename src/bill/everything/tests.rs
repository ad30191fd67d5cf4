//! Jobs of the main session.

use serde_json::json;

use super::*;
use crate::analysis::Analysis;

/// The prompt of an event's run and of a heartbeat's, in tokens.
fn prompts(release: &str, isolated: bool) -> [u64; 2] {
    let heartbeat = json!({ "every": "30m", "target": "none", "isolatedSession": isolated });
    let model = "anthropic/claude-opus-4-6";
    let config = json!({ "agents": { "defaults": { "model": model, "heartbeat": heartbeat } } });
    let analysis = Analysis::of(&config, Some(release));
    let job = json!({ "id": "tea", "name": "tea", "enabled": true, "sessionTarget": "main", "wakeMode": "now",
        "schedule": { "kind": "cron", "expr": "20 */3 * * *", "tz": "UTC" },
        "payload": { "kind": "systemEvent", "text": "Say what is due today." } });
    let job = Job::read(&job, None, JobSource::File("jobs.json".to_owned()), "a job").unwrap().unwrap();
    let jobs = Jobs { jobs: vec![job], ..Jobs::default() };
    let costing = analysis.costing();
    let all = Bill::new(&costing, Unit::Usd).everything(&jobs, None, false).automations;
    let prompt = |id: &str| {
        let month = &all.iter().find(|one| one.id == id).unwrap().month;
        month.tokens.prompt() / month.requests
    };
    [prompt("tea"), prompt("main")]
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
