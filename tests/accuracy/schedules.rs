//! When OpenClaw says that jobs are due (`fixtures/oracle/schedules.json`), against the moments that are priced: zones, clock
//! changes, either day field, and the letters that its library knows.

use clawbeat::automations::{DueMemory, HowOften, Job, JobSource, Schedule, Scheduler};
use clawbeat::gateway::{Gateway, Surroundings};
use clawbeat::simulate::schedule::Period;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

#[test]
fn jobs_are_due_when_openclaw_says() {
    let facts: Value = serde_json::from_str(include_str!("../../fixtures/oracle/schedules.json")).unwrap();
    let moment = |key: &str| -> Timestamp { facts[key].as_str().unwrap().parse().unwrap() };
    let period = Period { start: moment("from"), end: moment("to"), zone: TimeZone::UTC };
    let mut wrong = Vec::new();
    for case in facts["cases"].as_array().unwrap() {
        let (expression, zone) = (case["expr"].as_str().unwrap(), case["tz"].as_str().unwrap());
        let schedule = Schedule::cron(expression, Some(zone));
        if case["error"].is_string() {
            if schedule.is_ok() {
                wrong.push(format!("{expression} {zone}: taken, and OpenClaw says {}", case["error"]));
            }
            continue;
        }
        let at = match schedule {
            Ok(schedule) => schedule.moments(&period, &TimeZone::UTC).at,
            Err(error) => {
                wrong.push(format!("{expression} {zone}: {error}"));
                continue;
            }
        };
        let sum: i64 = at.iter().map(|at| at / 1000).sum();
        if (Some(at.len() as u64), Some(sum)) != (case["count"].as_u64(), case["sum"].as_i64()) {
            let shown: Vec<String> =
                at.iter().take(3).map(|at| Timestamp::from_millisecond(*at).unwrap().to_string()).collect();
            wrong.push(format!("{expression} {zone}: {} for {}, {shown:?}", at.len(), case["count"]));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The expressions that OpenClaw 2026.4.15 spreads a little differently: it takes `?` for no wildcard.
const AS_LATER: [(&str, &str); 1] = [("2026.4.15", "0 ? * * *")];

/// Jobs of the full hour are spread by their id, and intervals counted from the last run (`fixtures/oracle/staggers.json`).
#[test]
fn jobs_run_when_each_scheduler_says() {
    let facts: Value = serde_json::from_str(include_str!("../../fixtures/oracle/staggers.json")).unwrap();
    let moment = |value: &Value| -> Timestamp { value.as_str().unwrap().parse().unwrap() };
    let period = Period { start: moment(&facts["from"]), end: moment(&facts["to"]), zone: TimeZone::UTC };
    let cases = facts["cases"].as_array().unwrap();
    assert!(cases.len() > 150);
    for case in cases {
        let release = case["release"].as_str().unwrap();
        if AS_LATER.contains(&(release, case["schedule"]["expr"].as_str().unwrap_or_default())) {
            continue;
        }
        let gateway = Gateway::read(&json!({}), release.parse().unwrap(), &Surroundings::default());
        let job = json!({ "id": case["id"], "createdAtMs": case["createdAtMs"], "state": case["state"],
            "schedule": case["schedule"], "payload": { "kind": "agentTurn" } });
        let job = Job::read(&job, None, JobSource::Default, "the fixture").unwrap().unwrap();
        let (scheduler, memory) = (Scheduler::of(&gateway), DueMemory::default());
        let due = job.due(HowOften::Usual, &scheduler, &memory, (&period, &TimeZone::UTC));
        assert!(!due.at.is_empty(), "{case}");
        let first = Timestamp::from_millisecond(due.at[0]).unwrap();
        match case["next"].is_string() {
            true => assert_eq!(first, moment(&case["next"]), "{case}"),
            false => {
                let ours = (first, due.at.len() as u64, due.at.iter().sum::<i64>());
                let theirs = (moment(&case["first"]), case["count"].as_u64().unwrap(), case["sum"].as_i64().unwrap());
                assert_eq!(ours, theirs, "{case}");
            }
        }
    }
}
