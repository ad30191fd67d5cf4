//! Questions that make no sense get a sentence, and extreme ones a figure: never a hang, never a panic.

use serde_json::json;

use super::common::Desk;

fn desk(heartbeat: &str) -> Desk {
    Desk::with(format!(
        "{{ meta: {{ lastTouchedVersion: '2026.9.6' }}, agents: {{ defaults: {{ model: 'anthropic/claude-opus-4-6',
            heartbeat: {{ target: 'none', {heartbeat} }} }} }} }}"
    ))
}

#[test]
fn a_workload_that_cannot_be_is_refused_with_its_field() {
    let desk = desk("every: '1h'");
    for (load, said) in [
        ("{ schemaVersion: 1, outputTokens: -5 }", "outputTokens: -5 is less than the minimum of 0"),
        ("{ schemaVersion: 1, requestsPerRun: 1e30 }", "is greater than the maximum of 100"),
        ("{ schemaVersion: 1, outputToken: 5 }", "did you mean 'outputTokens'?"),
        ("{ schemaVersion: 1, history: { startToken: 5 } }", "did you mean 'startTokens'?"),
        ("{ schemaVersion: 1, alertPercent: 'all' }", "expected an integer, found a string"),
        ("{ }", "'schemaVersion' is missing"),
        ("[1,", "load.json5:1:4"),
    ] {
        desk.write("load.json5", load);
        let answer = desk.ask(&["report", "openclaw.json", "--workload", "load.json5"]);
        assert_eq!((answer.code, answer.stdout.as_str()), (2, ""), "{load}: {answer}");
        assert!(answer.stderr.contains(said), "{load}: {answer}");
    }
}

/// 30 days of milliseconds are 2,592,000,000 ticks, of which at most five a minute run: 216,000. Ten years hold one tick
/// of the month, or none with another phase. The window from 08:00 to 08:00 is never open.
#[test]
fn extreme_schedules_are_counted() {
    let month =
        |heartbeat: &str| desk(heartbeat).report(&["openclaw.json", "--workload", "idle"])["totals"]["current"].clone();
    let flood = month("every: '1ms'");
    assert_eq!(flood["ticks"], json!(2_592_000_000_u64));
    assert!((190_000..=216_000).contains(&flood["runs"].as_u64().unwrap()), "{flood}");
    assert_eq!(flood["skips"]["flood"].as_u64().unwrap() + flood["runs"].as_u64().unwrap(), 2_592_000_000);
    let rare = month("every: '3650d'");
    assert_eq!((&rare["runs"], &rare["cost"]["low"]), (&json!(1), &json!("0")));
    let closed = month("every: '1h', activeHours: { start: '08:00', end: '08:00' }");
    assert_eq!((&closed["skips"]["quiet-hours"], &closed["cost"]["high"]), (&json!(720), &json!("0")));
}

/// A month needs the first moment of the next one.
#[test]
fn the_last_month_of_the_calendar_is_refused_and_the_one_before_counted() {
    let desk = desk("every: '1h'");
    let answer = desk.ask(&["report", "openclaw.json", "--month", "9999-12"]);
    assert_eq!(answer.code, 2, "{answer}");
    assert!(answer.stderr.contains("9999-12"), "{answer}");
    let november = desk.report(&["openclaw.json", "--month", "9999-11"]);
    assert_eq!(november["totals"]["current"]["ticks"], 720);
    for month in ["2026-13", "2026", "-1"] {
        let answer = desk.ask(&["report", "openclaw.json", "--month", month]);
        assert_eq!(answer.code, 2, "{answer}");
    }
}
