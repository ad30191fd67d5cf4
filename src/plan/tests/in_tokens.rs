//! What is said of an agent without a price is said in tokens by the same code: the frontier, the grid, the worst day and
//! the advice of a plan are those that the bill in tokens comes to.

use serde_json::{Value, json};

use super::{Question, cheapest};
use crate::bill::Bill;
use crate::money::{Money, Unit};
use crate::plan::Memories;
use crate::plan::grid::{CONTEXTS, grid};
use crate::workload::Workload;

/// Configs that no price can be put on, each for a reason of its own.
fn unpriced() -> [(&'static str, Value); 4] {
    let of = |model: &str| json!({ "agents": { "defaults": { "model": model, "heartbeat": { "every": "30m", "target": "none" } } } });
    let mut claude = of("anthropic/claude-opus-4-8");
    claude["auth"] = json!({ "profiles": { "anthropic:me": { "provider": "anthropic", "mode": "oauth" } } });
    [
        ("a subscription", claude),
        ("a free tier", of("openrouter/deepseek/deepseek-v4-flash:free")),
        ("an own server", of("ollama/qwen3:32b")),
        ("a model that nobody priced", of("somewhere/something-7b")),
    ]
}

fn question() -> Question {
    Question::days("2026.9.6", Workload::preset("typical").unwrap(), 3)
}

/// A month in tokens of the config with other settings.
fn tokens(config: &Value, every: &str, isolated: bool, light: bool) -> Option<Money> {
    let mut config = config.clone();
    let heartbeat = &mut config["agents"]["defaults"]["heartbeat"];
    heartbeat["every"] = every.into();
    heartbeat["isolatedSession"] = isolated.into();
    heartbeat["lightContext"] = light.into();
    question().with_costing(&config, |costing| Bill::new(costing, Unit::Usd).tokens(None))
}

#[test]
fn each_point_of_a_frontier_is_a_month_of_those_settings() {
    for (why, config) in unpriced() {
        let plan = question().plan(&config, &cheapest());
        let planned = plan.agents[0].as_ref().unwrap();
        assert!(planned.frontier.len() > 1, "{why}: {:?}", planned.frontier);
        for point in planned.frontier.iter() {
            assert_eq!(point.cost.unit, Unit::Tokens, "{why}");
            // What the file does not say is kept where a plan asks for another retention.
            if point.cache_retention == planned.present.retention.to_string() {
                let month = tokens(&config, &point.every, point.isolated_session, point.light_context);
                assert_eq!(Some(point.cost.amount), month, "{why}: {point:?}");
            }
        }
        let falls = planned.frontier.windows(2).all(|pair| pair[1].cost < pair[0].cost);
        assert!(falls, "{why}: what reacts slower and takes no less is no choice");
    }
}

#[test]
fn each_cell_of_a_grid_is_a_month_of_those_settings() {
    for (why, config) in unpriced() {
        let grid = question()
            .with_costing(&config, |costing| {
                let agent = &costing.gateway.agents[0];
                grid(costing, agent, Unit::Usd, &cheapest(), None, &mut Memories::default())
            })
            .unwrap();
        assert_eq!(grid.unit, Unit::Tokens, "{why}");
        let months = &grid.models[0].retentions[0].months;
        for (beat, row) in grid.beats.iter().zip(months).step_by(2) {
            for ((isolated, light), month) in CONTEXTS.into_iter().zip(row) {
                let told = tokens(&config, &beat.every.to_string(), isolated, light);
                assert_eq!(*month, told, "{why}: {} {isolated} {light}", beat.every);
            }
        }
        assert_eq!(grid.now(), tokens(&config, "30m", false, false), "{why}");
    }
}

/// Sixty requests in place of one or two: the worst day takes many times a typical one, and less with less time.
#[test]
fn the_worst_day_and_the_advice_are_in_tokens() {
    for (why, config) in unpriced() {
        let plan = question().plan(&config, &cheapest());
        let planned = plan.agents[0].as_ref().unwrap();
        let loops = planned.loops.as_ref().unwrap();
        let day = planned.now.per(3).unwrap();
        assert_eq!(loops.now.cost_per_day.unit, Unit::Tokens, "{why}");
        assert!(loops.now.cost_per_day.amount > day + day, "{why}: {loops:?}");
        assert!(loops.then_per_day < loops.after.cost_per_day, "{why}: {loops:?}");
        assert!(!planned.advice.is_empty(), "{why}");
        for advice in &planned.advice {
            assert_eq!((advice.saving.unit, advice.cost.unit), (Unit::Tokens, Unit::Tokens), "{why}");
            assert_eq!(advice.saving.amount + advice.cost.amount, planned.then, "{why}: {advice:?}");
        }
        let json = serde_json::to_value(loops).unwrap();
        assert!(json["costPerDay"].is_null() && json["costPerDayTokens"].is_u64(), "{why}: {json}");
    }
}
