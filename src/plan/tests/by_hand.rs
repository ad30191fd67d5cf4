//! What a person would not find, with figures worked out by hand.
//!
//! Claude Opus 4.6 costs $5 a million tokens of input, $6.25 written for five minutes, $10 written for an hour, $0.50
//! read, $25 output. 2026.9.6 sends (M1, default workspace, `target: "none"`, isolated) 42,433 characters up to the
//! breakpoint before the conversation, 4,682 + 364 after it and 220 that are never cached: 10,608, 1,262 and 55 tokens,
//! all but the last together 11,870. The workload `idle` writes 6 tokens. A run in millionths of a dollar then costs
//!
//! - cold, short: 11,870 · 6.25 + 55 · 5 + 6 · 25 = 74,612.5
//! - uncached: 11,925 · 5 + 6 · 25 = 59,775
//! - cold, long: 11,870 · 10 + 55 · 5 + 6 · 25 = 119,125
//! - warm, long: 10,608 · 0.5 + 1,262 · 10 + 55 · 5 + 6 · 25 = 18,349

use jiff::Span;
use serde_json::{Value, json};

use super::{Question, cheapest};
use crate::gateway::retention::Retention;
use crate::money::Money;
use crate::plan::memory::Memory;
use crate::plan::search::Search;
use crate::plan::{Bounds, Lever, RiskProfile};
use crate::releases::duration::Interval;
use crate::simulate::costing::Choice;
use crate::workload::Workload;
use crate::workload::workspace::Workspace;

/// A config whose heartbeats have a model of their own, so that the chat does not share its cache.
fn config(isolated: bool) -> Value {
    json!({ "agents": { "defaults": { "model": "openai/gpt-5.5", "heartbeat": {
        "every": "30m", "target": "none", "model": "anthropic/claude-opus-4-6", "isolatedSession": isolated } } } })
}

fn idle_month() -> Question {
    Question::month("2026.9.6", Workload::preset("idle").unwrap())
}

/// What the only agent costs with an interval in minutes and a retention, in millionths of a dollar.
fn cost(question: &Question, config: &Value, minutes: u64, retention: Retention) -> f64 {
    question.with_costing(config, |costing| {
        let agent = &costing.gateway.agents[0];
        let every = Interval::Every(minutes * 60_000);
        let choice = Choice { every, retention, asks_retention: true, ..Choice::present(agent) };
        let subject = costing.subject(agent);
        let cost = Search::new(costing, &subject, &mut Memory::default()).cost(&choice).unwrap();
        cost.pico() as f64 / 1e6
    })
}

/// Everything but interval and retention stays.
fn schedule_and_cache(longest_ms: u64) -> Bounds {
    let keep = vec![Lever::ActiveHours, Lever::LightContext, Lever::IsolatedSession, Lever::Model];
    Bounds { longest_ms: Some(longest_ms), keep, ..cheapest() }
}

/// 786 runs at 55 minutes: 119,125 + 785 · 18,349 = 14,523,090. An hour, where every run is cold, costs more whatever the
/// retention: at best 720 · 59,775 = 43,038,000.
#[test]
fn an_isolated_run_is_cheapest_just_under_the_hour_with_a_cache_of_an_hour() {
    let plan = idle_month().plan(&config(true), &schedule_and_cache(3_600_000));
    let agent = plan.agents[0].as_ref().unwrap();
    assert_eq!((agent.chosen.every.to_string().as_str(), agent.chosen.retention), ("55m", Retention::Long));
    assert_eq!(agent.then, Money::parse("14.52309").unwrap());
}

/// 50,000 tokens of conversation and two runs 55 minutes apart. Shared runs have 6,092 characters after the breakpoint
/// and 25 more after each quiet run: 51,614 tokens, then 51,620; with the part before 62,222.
///
/// - none: (62,277 + 62,284) · 5 + 2 · 150 = 623,105
/// - short: 62,222 · 6.25 + 62,229 · 6.25 + 2 · 425 = 778,668.75
/// - long: 62,222 · 10 + 10,608 · 0.5 + 51,620 · 10 + 2 · 425 = 1,144,574
#[test]
fn the_same_is_dearest_for_a_shared_conversation() {
    let history = json!({ "startTokens": 50_000, "chatTurnsPerDay": 0 });
    let load = json!({ "schemaVersion": 1, "history": history, "outputTokens": 6, "alertPercent": 0,
        "workspaceChars": null, "skillsChars": null, "instructionsChars": 0 });
    let mut question = Question::month("2026.9.6", Workload::read(&load, "shared").unwrap());
    question.period.end = question.period.start.checked_add(Span::new().minutes(110)).unwrap();
    let cost = |retention| cost(&question, &config(false), 55, retention);
    assert_eq!([Retention::None, Retention::Short, Retention::Long].map(cost), [623_105.0, 778_668.75, 1_144_574.0]);
}

/// 360 runs at two hours: 360 · 59,775 = 21,519,000 without a cache, 26,860,500 with the five minutes that every run
/// finds expired.
#[test]
fn no_cache_is_cheaper_than_one_that_is_always_cold() {
    let mut config = config(true);
    config["agents"]["defaults"]["heartbeat"]["every"] = json!("2h");
    let plan = idle_month().plan(&config, &schedule_and_cache(7_200_000));
    let agent = plan.agents[0].as_ref().unwrap();
    assert_eq!([agent.now, agent.then].map(|cost| cost.pico() / 1_000_000), [26_860_500, 21_519_000]);
    assert_eq!(agent.chosen.retention, Retention::None);
    let change = &plan.changes()[0];
    let key = r#"agents.defaults.models["anthropic/claude-opus-4-6"].params.cacheRetention"#;
    assert_eq!((change.path.to_string().as_str(), &change.to), (key, &Some(json!("none"))));
}

/// From 107,442,000 an hour saves 53,721,000 and the longer cache 80,918,664; both together cost 720 · 119,125 =
/// 85,770,000 and save 21,672,000, less than either.
#[test]
fn two_levers_need_not_add_up() {
    let (question, config) = (idle_month(), config(true));
    let saves = |minutes, retention| 107_442_000.0 - cost(&question, &config, minutes, retention);
    assert_eq!(saves(60, Retention::Short), 53_721_000.0);
    assert_eq!(saves(30, Retention::Long), 80_918_664.0);
    assert_eq!(saves(60, Retention::Long), 21_672_000.0);
}

/// A chat on the same model would pay for the change, so it is not made.
#[test]
fn the_cache_of_a_chat_is_left_alone() {
    let config = json!({ "agents": { "defaults": { "model": "anthropic/claude-opus-4-6",
        "heartbeat": { "target": "none", "isolatedSession": true } } } });
    let steps = |workload: &str| {
        let question = Question::days("2026.9.6", Workload::preset(workload).unwrap(), 2);
        let plan = question.plan(&config, &schedule_and_cache(3_600_000));
        plan.agents[0].as_ref().unwrap().steps.iter().map(|step| step.lever).collect::<Vec<_>>()
    };
    assert_eq!(steps("typical"), [Lever::Every]);
    assert_eq!(steps("idle"), [Lever::CacheRetention, Lever::Every]);
}

/// What everybody asks for is written once; what one asks for, in that agent's own entry.
#[test]
fn a_retention_is_written_where_it_reaches_only_those_who_ask() {
    let paths = |ops: Value| {
        let config = json!({ "agents": { "ownership": "explicit", "entries": { "main": {}, "ops": ops },
            "defaults": { "model": "openai/gpt-5.5", "heartbeat": {
                "every": "2h", "target": "none", "model": "anthropic/claude-opus-4-6", "isolatedSession": true } } } });
        let question = Question::days("2026.9.6", Workload::preset("typical").unwrap(), 2);
        let plan = question.plan(&config, &schedule_and_cache(7_200_000));
        plan.changes().iter().map(|change| change.path.to_string()).collect::<Vec<_>>()
    };
    let key = r#"models["anthropic/claude-opus-4-6"].params.cacheRetention"#;
    assert_eq!(paths(json!({})), [format!("agents.defaults.{key}")]);
    assert_eq!(paths(json!({ "model": "anthropic/claude-opus-4-6" })), [format!("agents.entries.main.{key}")]);
}

/// What is due once in six hours is due as often whatever the ticks, so a longer interval only delays it; what is due on
/// each tick costs as any heartbeat does.
#[test]
fn tasks_are_not_delayed_for_a_small_saving() {
    let interval = |of_task: &str| {
        let mut workspace = Workspace::default();
        workspace
            .add("HEARTBEAT.md", &format!("tasks:\n- name: mail\n  interval: {of_task}\n  prompt: Look for mail.\n"));
        let question = Question::month("2026.4.15", Workload::preset("idle").unwrap().with_workspace(workspace));
        let plan = question.plan(&config(true), &schedule_and_cache(2 * 3_600_000));
        plan.agents[0].as_ref().unwrap().chosen.every.to_string()
    };
    assert_eq!(interval("6h"), "30m");
    assert_eq!(interval("1m"), "2h");
}

/// Groq's free plan takes 6,000 tokens a minute for the one model and 8,000 for the other: less than the 11,925 of a prompt.
#[test]
fn a_model_whose_minute_is_too_small_is_no_candidate() {
    let ids = ["llama-3.1-8b-instant", "openai/gpt-oss-120b"];
    let mut config = config(true);
    config["agents"]["defaults"]["models"] = ids.iter().map(|id| (format!("groq/{id}"), json!({}))).collect();
    let bounds = Bounds { profile: RiskProfile::Aggressive, ..Bounds::default() };
    let question = idle_month();
    let plan = question.plan(&config, &bounds);
    question.with_costing(&config, |costing| {
        let agent = &costing.gateway.agents[0];
        let subject = costing.subject(agent);
        let is_refused = |choice: &Choice| costing.is_refused(&subject, choice, &costing.answering(agent, choice));
        for id in ids {
            let model = costing.gateway.resolve_model(&format!("groq/{id}"));
            assert!(is_refused(&Choice { model, ..Choice::present(agent) }), "{id}");
        }
        let agent = plan.agents[0].as_ref().unwrap();
        let shown = agent.levers.iter().map(|alone| &alone.choice).chain([&agent.chosen]);
        shown.for_each(|choice| assert!(!is_refused(choice), "{choice:?}"));
    });
}

/// A shared block beside agents' own is not read by those without one, and lets a reader think that it is.
#[test]
fn no_shared_block_is_begun_beside_own_ones() {
    let paths = |config: Value| {
        let plan = idle_month_of("2026.4.15").plan(&config, &Bounds::default());
        let mut paths: Vec<String> = plan.changes().iter().map(|change| change.path.to_string()).collect();
        paths.sort();
        paths
    };
    let agents = |more: Value| {
        let main = json!({ "id": "main", "heartbeat": { "every": "15m", "target": "last" } });
        let list: Vec<Value> = [main].into_iter().chain(more.as_array().unwrap().iter().cloned()).collect();
        json!({ "agents": { "defaults": { "model": "anthropic/claude-opus-4-6" }, "list": list } })
    };
    for more in [json!([]), json!([{ "id": "ops" }, { "id": "mail" }])] {
        let paths = paths(agents(more));
        assert!(paths.len() > 1 && paths.iter().all(|path| path.starts_with("agents.list[0].heartbeat.")), "{paths:?}");
    }
    // Where each agent has a block and wishes the same, one key serves all.
    let twins: Vec<Value> =
        (0..4).map(|at| json!({ "id": format!("a{at}"), "heartbeat": { "every": "15m", "target": "last" } })).collect();
    let paths = paths(agents(json!(twins)));
    assert!(paths.iter().any(|path| path.starts_with("agents.defaults.heartbeat.")), "{paths:?}");
}

fn idle_month_of(version: &str) -> Question {
    Question::month(version, Workload::preset("typical").unwrap())
}
