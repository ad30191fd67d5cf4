//! What woke running gateways between two ticks (`fixtures/oracle/wakes.json`), against the table of releases.

use clawbeat::releases::Behaviour;
use clawbeat::simulate::FLOOD_STARTS;
use serde_json::Value;

fn facts() -> Value {
    serde_json::from_str(include_str!("../../fixtures/oracle/wakes.json")).unwrap()
}

fn behaviour(case: &Value) -> Behaviour {
    Behaviour::of(case["release"].as_str().unwrap().parse().unwrap())
}

fn seconds(case: &Value, key: &str) -> Vec<f64> {
    case[key].as_array().unwrap().iter().map(|at| at.as_f64().unwrap()).collect()
}

#[test]
fn heartbeats_that_are_off_are_woken_on_some_releases_only() {
    for release in ["2026.4.15", "2026.7.35", "2026.9.6"] {
        let facts = facts();
        let off = facts["cases"].as_array().unwrap().iter().filter(|case| case["every"] == "0m");
        let own: Vec<&Value> = off.filter(|case| case["release"] == release).collect();
        let woken = own.iter().any(|case| !seconds(case, "wakes").is_empty());
        assert!(own.len() >= 3);
        assert_eq!(behaviour(own[0]).wakes_while_off, woken, "{release}");
    }
}

/// Five start in a minute at most, and commands wait for the next tick, but for the first after a start.
#[test]
fn a_guard_holds_back_what_it_is_said_to_hold_back() {
    let facts = facts();
    let all = facts["cases"].as_array().unwrap().iter().map(|case| (case, "wakes"));
    let all = all.chain(facts["ticks"].as_array().unwrap().iter().map(|case| (case, "starts")));
    for (case, key) in all.filter(|(case, _)| behaviour(case).skips_floods) {
        // What is seen is when requests arrive, a little after the starts that the guard counts.
        let at = seconds(case, key);
        let crowd = at.windows(FLOOD_STARTS + 1).map(|few| few[FLOOD_STARTS] - few[0]);
        assert!(crowd.into_iter().all(|span| span > 55.0), "{case}");
    }
    // Of an agent that is off, each of them does, half a minute apart.
    let off = |case: &&Value| case["every"] == "0m" && behaviour(case).wakes_while_off;
    for case in facts["cases"]
        .as_array()
        .unwrap()
        .iter()
        .filter(off)
        .filter(|case| case["step"] == "fourteen commands, four seconds apart")
    {
        let at = seconds(case, "wakes");
        assert!(at.len() >= 3 && at.windows(2).all(|pair| pair[1] - pair[0] > 28.0), "{case}");
    }
    let commands = |case: &&Value| case["every"] == "4h" && case["step"] == "fourteen commands, four seconds apart";
    for case in facts["cases"].as_array().unwrap().iter().filter(commands) {
        assert_eq!(behaviour(case).skips_floods, seconds(case, "wakes").is_empty(), "{case}");
    }
}
