//! What a month of heartbeats takes to simulate, by interval, and to cost with its range. Run with `cargo bench`; the
//! figures are in `docs/performance.md`.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::hint::black_box;
use std::time::Instant;

use clawbeat::catalogue::Catalogue;
use clawbeat::gateway::{Gateway, Surroundings};
use clawbeat::releases::NEWEST;
use clawbeat::simulate::costing::{Choice, Costing, Level};
use clawbeat::simulate::estimate;
use clawbeat::simulate::schedule::Period;
use clawbeat::workload::Workload;
use jiff::civil::date;
use jiff::tz::TimeZone;
use serde_json::json;

/// The fastest of some repetitions, in microseconds.
fn fastest(repetitions: u32, work: &dyn Fn()) -> f64 {
    let once = || {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64() * 1e6
    };
    (0..repetitions).map(|_| once()).fold(f64::INFINITY, f64::min)
}

fn main() {
    let catalogue = Catalogue::builtin();
    let workload = Workload::preset("typical").unwrap();
    let period = Period::thirty_days(date(2026, 11, 1), TimeZone::UTC).unwrap();
    println!("{:<28}{:>10}{:>14}{:>12}{:>18}", "agent", "ticks", "tokens, µs", "ns a tick", "with range, µs");
    for (every, hours) in [("30m", false), ("30m", true), ("1m", false), ("1m", true), ("1s", false), ("1s", true)] {
        let mut heartbeat = json!({ "every": every, "target": "none" });
        if hours {
            heartbeat["activeHours"] = json!({ "start": "08:00", "end": "22:00", "timezone": "America/New_York" });
        }
        let config =
            json!({ "agents": { "defaults": { "model": "anthropic/claude-opus-4-6", "heartbeat": heartbeat } } });
        let gateway = Gateway::read(&config, NEWEST, &Surroundings::default());
        let costing = Costing::new(&gateway, &catalogue, &workload, &period, None);
        let agent = &gateway.agents[0];
        let (subject, choice) = (costing.subject(agent), Choice::present(agent));
        let model = costing.answering(agent, &choice);
        let scenario = costing.scenario(&subject, &choice, &model, Level::Typical, None);
        let ticks = estimate::tally(&scenario).ticks;
        let repetitions = if every == "1s" { 3 } else { 50 };
        let tokens = fastest(repetitions, &|| drop(black_box(estimate::tally(black_box(&scenario)))));
        let range = fastest(repetitions, &|| drop(black_box(costing.estimate(&subject, black_box(&choice), None))));
        let name = format!("every {every}{}", if hours { ", 08:00 to 22:00" } else { "" });
        println!("{name:<28}{ticks:>10}{tokens:>14.0}{:>12.0}{range:>18.0}", tokens * 1000.0 / ticks as f64);
    }
}
