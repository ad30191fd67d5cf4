//! The plan is a fixed point: made once, it leaves nothing to change, promises the figure the changed file then has, and
//! touches nobody else. Proven on configs that people really use and on random rosters.

use clawbeat::gateway::Agent;
use clawbeat::simulate::costing::Choice;
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::{Map, Value, json};

use super::contracts::{check_report, report_schema};
use super::library::{RELEASES, Read, real_configs};

/// Everything of an agent that a plan must not touch.
fn beside_the_levers(agent: &Agent) -> impl PartialEq + std::fmt::Debug {
    let settings = &agent.settings;
    let values = (
        settings.active_hours.value.clone(),
        settings.target.value.clone(),
        settings.primary_model.clone(),
        settings.delivery.clone(),
        settings.prompt_chars,
    );
    (agent.id.clone(), agent.enrolment.is_enrolled(), values)
}

/// Applies the plan, reads the file again and compares.
fn check_plan(read: &Read, version: Option<&str>, what: &str) {
    let before = read.report();
    let promised: Vec<String> =
        before.agents.iter().flat_map(|agent| &agent.changes).map(|change| change.path.clone()).collect();
    // An empty block that keeps an agent running is told among the warnings.
    let warned = before.warnings.join("\n");
    for change in read.plan.changes() {
        if change.to == Some(serde_json::json!({})) {
            assert!(warned.contains(&change.path.to_string()), "{what}: {} is written and not told", change.path);
            continue;
        }
        assert!(promised.contains(&change.path.to_string()), "{what}: {} is written and not told", change.path);
    }
    if read.plan.changes().is_empty() {
        assert!(promised.is_empty(), "{what}: {promised:?} is told and not written");
        return;
    }
    let text = read.planned_text();
    let again = Read::text(&text, version);
    assert_eq!(again.plan.changes(), &[], "{what}: planning again changes\n{text}");
    let after = again.report();
    assert_eq!(after.totals.current.cost, before.totals.recommended.cost, "{what}: the promised figure");
    assert_eq!(after.agents.len(), before.agents.len());
    let agents = read.analysis.gateway().agents.iter().zip(&again.analysis.gateway().agents);
    for ((old, new), planned) in agents.zip(&read.plan.agents) {
        assert_eq!(beside_the_levers(new), beside_the_levers(old), "{what}");
        let expected = planned.as_ref().map_or_else(|| Choice::present(old), |plan| plan.chosen.clone());
        if old.enrolment.is_enrolled() {
            // Whether a key asks for the retention or it is the default makes no difference to what is sent.
            let effective = |choice: Choice| Choice { asks_retention: false, ..choice };
            assert_eq!(effective(Choice::present(new)), effective(expected), "{what}, agent {}", old.id);
        }
    }
}

/// A roster of 55 agents takes its time; it is read for its own release only.
fn check_real_configs(version: Option<&str>) {
    let schema = report_schema();
    for (id, config) in real_configs() {
        let agents = config.pointer("/agents/list").and_then(Value::as_array).map_or(0, Vec::len);
        if agents > 20 && version.is_some() {
            continue;
        }
        let what = format!("config {id} on {}", version.unwrap_or("its own release"));
        let read = Read::new(&config, version);
        check_report(&schema, &serde_json::from_str(&read.report().to_json()).unwrap(), &what);
        check_plan(&read, version, &what);
    }
}

#[test]
fn real_configs_on_their_own_release() {
    check_real_configs(None);
}

#[test]
fn real_configs_on_an_early_legacy_release() {
    check_real_configs(Some(RELEASES[0]));
}

#[test]
fn real_configs_on_the_last_legacy_release() {
    check_real_configs(Some(RELEASES[1]));
}

#[test]
fn real_configs_on_the_newest_release() {
    check_real_configs(Some(RELEASES[2]));
}

fn maybe(key: &'static str, values: &'static [&'static str]) -> impl Strategy<Value = Option<(String, Value)>> {
    let value = proptest::sample::select(values).prop_map(|text| serde_json::from_str::<Value>(text).unwrap());
    proptest::option::of(value).prop_map(move |value| Some((key.to_owned(), value?)))
}

fn object(fields: Vec<Option<(String, Value)>>) -> Value {
    Value::Object(fields.into_iter().flatten().collect::<Map<_, _>>())
}

const MODELS: &[&str] = &[
    r#""anthropic/claude-opus-4-6""#,
    r#""anthropic/claude-haiku-4-5""#,
    r#""openai/gpt-5.5""#,
    r#""nexos/opus""#,
    r#""deepseek/deepseek-chat""#,
    r#""foo/unknown""#,
    r#"{ "primary": "google/gemini-2.5-pro", "fallbacks": ["openai/gpt-5.5"] }"#,
];

fn heartbeat() -> impl Strategy<Value = Value> {
    let fields = (
        maybe("every", &[r#""30m""#, r#""45m""#, r#""1h""#, r#""3h""#, r#""1d""#, r#""0m""#]),
        maybe("model", &MODELS[..5]),
        maybe("isolatedSession", &["true", "false"]),
        maybe("lightContext", &["true", "false"]),
        maybe("target", &[r#""none""#, r#""none""#, r#""last""#, r#""owner""#]),
        maybe("activeHours", &[r#"{ "start": "08:00", "end": "22:00" }"#]),
    );
    fields.prop_map(|(a, b, c, d, e, f)| object(vec![a, b, c, d, e, f]))
}

fn agent() -> impl Strategy<Value = Value> {
    let block = proptest::option::of(heartbeat()).prop_map(|block| Some(("heartbeat".to_owned(), block?)));
    (maybe("model", MODELS), block).prop_map(|(model, block)| object(vec![model, block]))
}

/// A config with a roster of either kind or none.
pub(crate) fn config() -> impl Strategy<Value = Value> {
    let defaults = (maybe("model", MODELS), proptest::option::of(heartbeat()));
    (defaults, proptest::collection::vec(agent(), 0..4), 0..3_u8).prop_map(|((model, block), roster, kind)| {
        let block = block.map(|block| ("heartbeat".to_owned(), block));
        let mut agents = Map::from_iter([("defaults".to_owned(), object(vec![model, block]))]);
        let named = roster.into_iter().enumerate().map(|(at, agent)| (format!("a{at}"), agent));
        match kind {
            0 => {
                let list = named.map(|(id, mut agent)| {
                    agent["id"] = json!(id);
                    agent
                });
                agents.insert("list".to_owned(), list.collect());
            }
            1 => {
                agents.insert("entries".to_owned(), Value::Object(named.collect()));
            }
            _ => {}
        }
        let nexos = json!({ "baseUrl": "https://api.nexos.ai/v1", "api": "openai-completions", "models": [
            { "id": "opus", "name": "Claude Opus 4.6", "contextWindow": 200_000 },
            { "id": "flash", "name": "Gemini 3 Flash", "contextWindow": 200_000 } ] });
        json!({ "agents": agents, "models": { "providers": { "nexos": nexos } },
                "channels": { "telegram": { "botToken": "1:x", "allowFrom": ["123"] } } })
    })
}

#[test]
fn random_rosters_are_planned_once_and_for_all() {
    let schema = report_schema();
    let config = (config(), proptest::sample::select(&RELEASES[..]));
    let seeded = Config { cases: 64, failure_persistence: None, ..Config::default() };
    proptest!(seeded, |((config, version) in config)| {
        let read = Read::new(&config, Some(version));
        let what = format!("{version} {config}");
        check_report(&schema, &serde_json::from_str(&read.report().to_json()).unwrap(), &what);
        check_plan(&read, Some(version), &what);
    });
}
