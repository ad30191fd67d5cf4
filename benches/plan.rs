//! How long a plan takes: one agent, and fifty that share their defaults. `cargo bench --bench plan` prints the median
//! and the fastest of several runs in microseconds, the reading of the config included.

use std::sync::Arc;
use std::time::Instant;

use clawbeat::catalogue::Catalogue;
use clawbeat::gateway::{Gateway, Surroundings};
use clawbeat::plan::placement::Reread;
use clawbeat::plan::{Bounds, Explanation, RiskProfile, plan};
use clawbeat::releases::NEWEST;
use clawbeat::simulate::costing::Costing;
use clawbeat::simulate::schedule::Period;
use clawbeat::workload::Workload;
use jiff::civil::date;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

const RUNS: usize = 21;

/// Agents with shared defaults; every fifth has settings of its own.
fn roster(agents: usize, model: &str) -> Value {
    let entry = |at: usize| match at % 5 {
        4 => json!({ "heartbeat": { "every": "1h", "isolatedSession": true } }),
        _ => json!({ "heartbeat": {} }),
    };
    let entries: Map<String, Value> = (0..agents).map(|at| (format!("agent-{at}"), entry(at))).collect();
    let defaults = json!({ "model": model, "heartbeat": { "target": "none" } });
    json!({ "agents": { "ownership": "explicit", "defaults": defaults, "entries": entries } })
}

fn planned(config: &Value, profile: RiskProfile) -> usize {
    let read = |tree: &Arc<Value>| Gateway::read(tree, NEWEST, &Surroundings::default());
    let runs = |tree: &Arc<Value>| read(tree).enrolled().map(|agent| agent.id.clone()).collect();
    let config = &Arc::new(config.clone());
    let gateway = read(config);
    let catalogue = Catalogue::builtin();
    let (Some(workload), Some(period)) =
        (Workload::preset("typical"), Period::thirty_days(date(2026, 11, 1), TimeZone::UTC))
    else {
        return 0;
    };
    let costing = Costing::new(&gateway, &catalogue, &workload, &period, None);
    let bounds = Bounds { profile, ..Bounds::default() };
    plan(&costing, &bounds, &[], config, &Reread { here: &read, other: &runs }, Explanation::Whole).changes().len()
}

#[allow(clippy::print_stdout)]
fn main() {
    for (name, agents, model, profile) in [
        ("1 agent, anthropic", 1, "anthropic/claude-opus-4-6", RiskProfile::Balanced),
        ("50 agents, anthropic", 50, "anthropic/claude-opus-4-6", RiskProfile::Balanced),
        ("50 agents, openai", 50, "openai/gpt-5.5", RiskProfile::Balanced),
        ("50 agents, anthropic, aggressive", 50, "anthropic/claude-opus-4-6", RiskProfile::Aggressive),
    ] {
        let config = roster(agents, model);
        let run = || {
            let start = Instant::now();
            let changes = planned(&config, profile);
            (start.elapsed().as_micros(), changes)
        };
        let changes = run().1;
        let mut times: Vec<u128> = (0..RUNS).map(|_| run().0).collect();
        times.sort_unstable();
        println!("{name}: median {} µs, fastest {} µs, {changes} changes", times[RUNS / 2], times[0]);
    }
}
