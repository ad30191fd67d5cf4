//! When OpenClaw says that jobs are due (`fixtures/oracle/schedules.json`), against the moments that are priced: zones, clock
//! changes, either day field, and the letters that its library knows.

use clawbeat::automations::Schedule;
use clawbeat::simulate::schedule::Period;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

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
