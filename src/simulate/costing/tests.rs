//! The presets against the prompts they were chosen for.

use jiff::civil::date;
use jiff::tz::TimeZone;
use serde_json::json;

use super::*;
use crate::gateway::Surroundings;
use crate::releases::NEWEST;
use crate::simulate::{RequestKind, simulate};

/// The mean prompt of a run's first request, in hundreds of tokens.
fn mean_prompt(preset: &str, isolated: bool, light: bool) -> u64 {
    let config = json!({ "agents": { "defaults": {
        "model": "anthropic/claude-opus-4-6", "heartbeat": { "target": "none" } } } });
    let gateway = Gateway::read(&config, NEWEST, &Surroundings::default());
    let workload = Workload::preset(preset).unwrap();
    let period = Period::thirty_days(date(2026, 11, 1), TimeZone::UTC).unwrap();
    let catalogue = Catalogue::builtin();
    let costing = Costing::new(&gateway, &catalogue, &workload, &period, None);
    let agent = &gateway.agents[0];
    let choice = Choice { isolated, light, ..Choice::present(agent) };
    let model = costing.answering(agent, &choice);
    let subject = costing.subject(agent);
    let scenario = costing.scenario(&subject, &choice, &model, Level::Typical, None);
    let (mut runs, mut prompt) = (0, 0);
    simulate(&scenario, &mut |tick| {
        runs += 1;
        let first = tick.requests.iter().find(|request| request.kind == RequestKind::Turn);
        prompt += first.map_or(0, |request| request.tokens.prompt());
    });
    assert_eq!(runs, 1440);
    (prompt / runs + 50) / 100
}

/// The table in `WORKLOADS.md`, in hundreds of tokens. It was made before the calls of an alert were seen to stay
/// (L10), so that `heavy`, where every run calls tools, starts anew more often than it says: 153.8k.
#[test]
fn presets_send_the_prompts_they_were_chosen_for() {
    for (preset, [shared, isolated, light]) in
        [("idle", [168, 119, 92]), ("light", [257, 119, 92]), ("typical", [619, 168, 108]), ("heavy", [1477, 280, 130])]
    {
        let ours =
            [mean_prompt(preset, false, false), mean_prompt(preset, true, false), mean_prompt(preset, true, true)];
        for (ours, published) in ours.into_iter().zip([shared, isolated, light]) {
            assert!(ours.abs_diff(published) <= 1 + published / 100, "{preset}: {ours} for {published}");
        }
    }
}
