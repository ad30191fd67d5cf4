//! The explanation: why not the popular advice, what lowers the confidence, and what would save beyond the levers.

use serde_json::{Value, json};

use super::{Question, cheapest};
use crate::money::Money;
use crate::plan::confidence::Confidence;
use crate::plan::{AgentPlan, Bounds, Lever};
use crate::workload::Workload;
use crate::workload::workspace::Workspace;

fn planned(preset: &str, config: &Value, bounds: &Bounds) -> AgentPlan {
    let question = Question::days("2026.9.6", Workload::preset(preset).unwrap(), 3);
    question.plan(config, bounds).agents[0].clone().unwrap()
}

fn one(heartbeat: Value) -> Value {
    json!({ "agents": { "defaults": { "model": "anthropic/claude-opus-4-6", "heartbeat": heartbeat } } })
}

#[test]
fn the_warm_cache_is_no_advice_for_a_shared_conversation() {
    let advice = |isolated: bool| {
        let config = one(json!({ "target": "none", "isolatedSession": isolated }));
        planned("typical", &config, &cheapest()).not_here
    };
    let [warm] = &advice(false)[..] else { panic!() };
    assert!(
        warm.advice.contains("55m")
            && warm.more.amount == warm.cost.amount - warm.instead.amount
            && warm.more.amount > Money::ZERO
    );
    assert_eq!(warm.changes.iter().map(|moved| moved.lever).collect::<Vec<_>>(), [Lever::CacheRetention, Lever::Every]);
    assert!(advice(true).is_empty());
}

/// Runs every 55 minutes read a cache of an hour; an hour apart they write it anew each time.
#[test]
fn a_longer_interval_can_cost_more() {
    let mut config = one(json!({ "every": "55m", "target": "none", "isolatedSession": true }));
    config["agents"]["defaults"]["params"] = json!({ "cacheRetention": "long" });
    let keep = vec![Lever::CacheRetention];
    let planned = planned("idle", &config, &Bounds { keep, ..cheapest() });
    assert!(planned.not_here.iter().any(|not| not.advice == "a longer interval costs less"));
}

#[test]
fn signs_of_need_lower_the_confidence() {
    let confidence = |preset: &str, prompt: &str, lever: Lever| {
        let config = one(json!({ "target": "none", "prompt": prompt }));
        let planned = planned(preset, &config, &cheapest());
        planned.steps.iter().find(|step| step.lever == lever).map(|step| (step.confidence, step.doubt.clone())).unwrap()
    };
    assert_eq!(confidence("typical", "Check the mail.", Lever::IsolatedSession), (Confidence::Medium, None));
    let (low, why) = confidence("typical", "Think of our last conversation.", Lever::IsolatedSession);
    assert_eq!(low, Confidence::Low);
    assert!(why.unwrap().starts_with("heartbeat.prompt mentions 'conversation'; to test it, "));
    assert_eq!(confidence("typical", "Read MEMORY.md first.", Lever::LightContext).0, Confidence::Low);
    assert_eq!(confidence("heavy", "Check the mail.", Lever::Every).0, Confidence::Medium);
}

/// The file lowers the confidence of exactly the change that takes away what it speaks of.
#[test]
fn heartbeat_md_lowers_the_confidence_of_what_it_needs() {
    let doubts = |version: &str, text: &str| {
        let mut workspace = Workspace::default();
        workspace.add("HEARTBEAT.md", text);
        let load = Workload::preset("typical").unwrap().with_workspace(workspace);
        let question = Question::days(version, load, 3);
        let planned = question.plan(&one(json!({ "target": "none" })), &cheapest());
        let steps = planned.agents[0].as_ref().unwrap().steps.iter();
        let doubted = steps.filter_map(|step| Some((step.lever, step.confidence, step.doubt.clone()?)));
        doubted
            .map(|(lever, confidence, why)| (lever, confidence, why.split(';').next().unwrap().to_owned()))
            .collect::<Vec<_>>()
    };
    let low = |lever: Lever, why: &str| vec![(lever, Confidence::Low, why.to_owned())];
    assert_eq!(doubts("2026.7.35", "- check the mail\n"), []);
    assert_eq!(doubts("2026.7.35", "- check the mail\n<!-- about our last conversation -->\n"), []);
    assert_eq!(
        doubts("2026.7.35", "- follow up on open threads\n"),
        low(Lever::IsolatedSession, "HEARTBEAT.md mentions 'follow up'")
    );
    assert_eq!(
        doubts("2026.7.35", "- speak in the tone of SOUL.md\n"),
        low(Lever::LightContext, "HEARTBEAT.md mentions 'soul'")
    );
    assert_eq!(
        doubts("2026.9.6", "- update your memory\n"),
        low(
            Lever::LightContext,
            "HEARTBEAT.md mentions 'memory' (this release reads the monitor scratch, which may say the same)"
        )
    );
}

/// The retention is written for the model that the plan moves to, so without that move it does nothing.
#[test]
fn a_retention_for_another_model_counts_with_the_move_to_it() {
    let planned = planned("typical", &one(json!({ "target": "none" })), &cheapest());
    let step = |lever: Lever| planned.steps.iter().find(|step| step.lever == lever).unwrap();
    let retention = step(Lever::CacheRetention);
    assert_eq!((retention.saving, retention.alone), (Money::ZERO, Some(Money::ZERO)));
    assert!(step(Lever::Model).saving > Money::ZERO);
    let saved: Money = planned.steps.iter().map(|step| step.saving).sum();
    assert_eq!(saved, planned.now - planned.then);
}

/// What saves cents for a loss is named beside the plan, and is in it where a loss is worth nothing.
#[test]
fn a_step_that_saves_cents_is_possible_and_not_planned() {
    let config = one(json!({ "every": "6h", "target": "none", "model": "anthropic/claude-haiku-4-5",
        "isolatedSession": true }));
    let keep = vec![Lever::Every, Lever::CacheRetention];
    let planned =
        |worth: Option<Money>| planned("typical", &config, &Bounds { keep: keep.clone(), worth, ..cheapest() });
    let (free, usual) = (planned(Some(Money::ZERO)), planned(None));
    assert_eq!(free.steps.iter().map(|step| step.lever).collect::<Vec<_>>(), [Lever::LightContext]);
    assert!(free.also_possible.is_empty() && usual.steps.is_empty());
    let [possible] = &*usual.also_possible else { panic!("{:?}", usual.also_possible) };
    assert_eq!((possible.lever, possible.saving), (Lever::LightContext, free.now - free.then));
    assert!(possible.saving < Money::from_pico(1_000_000_000_000));
}

/// What is written for the new model alone is worth nothing without it: both stand as one.
#[test]
fn changes_that_only_work_together_stand_as_one() {
    let planned = planned("typical", &one(json!({ "target": "none" })), &cheapest());
    let step = |lever: Lever| planned.steps.iter().find(|step| step.lever == lever).unwrap();
    let (retention, model) = (step(Lever::CacheRetention), step(Lever::Model));
    assert_eq!(
        (retention.together.as_slice(), model.together.as_slice()),
        (&[Lever::Model][..], &[Lever::CacheRetention][..])
    );
    assert_eq!(retention.worth, model.worth);
}

/// `main` has no block, so it does not run beside `ops`; what the shared block is given, it gets as soon as it does.
#[test]
fn a_shared_key_says_whom_it_will_reach() {
    let config = json!({ "agents": { "ownership": "explicit", "entries": { "main": {}, "ops": { "heartbeat": {} } },
        "defaults": { "model": "anthropic/claude-opus-4-6", "heartbeat": { "every": "30m", "target": "none" } } } });
    let question = Question::days("2026.9.6", Workload::preset("typical").unwrap(), 3);
    let plan = question.plan(&config, &cheapest());
    let chosen = &plan.agents[1].as_ref().unwrap().chosen;
    let key = plan.placement.as_ref().unwrap().key("ops", Lever::Every);
    assert_eq!(key.unwrap().to_string(), "agents.defaults.heartbeat.every");
    assert!(plan.gives_up(Lever::Every, chosen).ends_with("; holds for 'main' too, once it runs"));
    assert_eq!(plan.gives_up(Lever::CacheRetention, chosen), Lever::CacheRetention.gives_up(chosen));
}

#[test]
fn what_holds_for_more_than_heartbeats_is_advice_only() {
    let settings = |preset: &str, config: &Value, keep: &[Lever]| {
        let planned = planned(preset, config, &Bounds { keep: keep.to_vec(), ..cheapest() });
        for advice in &planned.advice {
            assert_eq!(advice.saving.amount, planned.then - advice.cost.amount);
            assert!(advice.saving.amount > Money::ZERO);
        }
        planned.advice.iter().map(|advice| advice.setting).collect::<Vec<_>>()
    };
    let config = one(json!({ "target": "none" }));
    assert_eq!(
        settings("typical", &config, &[Lever::Model, Lever::IsolatedSession]),
        ["monitor scratch", "cacheRetention", "utilityModel"]
    );
    let watcher = json!({ "agents": { "entries": { "ops": {} },
        "defaults": { "model": "anthropic/claude-opus-4-6", "heartbeat": { "target": "none" } } } });
    assert_eq!(settings("idle", &watcher, &[]), ["monitor scratch", "tools.profile"]);
    let nexos = json!({
        "agents": { "defaults": { "model": "nexos/claude-opus-4-6", "heartbeat": { "every": "4m", "target": "none" } } },
        "models": { "providers": { "nexos": { "baseUrl": "https://api.nexos.ai/v1", "api": "openai-completions",
            "models": [{ "id": "claude-opus-4-6", "contextWindow": 200_000 }] } } } });
    assert_eq!(
        settings("idle", &nexos, &[Lever::Every, Lever::Model]),
        ["monitor scratch", "compat.cacheControlFormat"]
    );
}

/// A MEMORY.md of 18,000 characters, 10,000 of them over the mark, in uncached runs every two hours: 36 of them in three
/// days send 2,500 tokens less at $5 a million each.
#[test]
fn an_oversized_file_is_advised_to_be_trimmed() {
    let sized = |chars: usize, heartbeat: Value| {
        let mut workspace = Workspace::default();
        workspace.add("MEMORY.md", &"x".repeat(chars));
        let question = Question::days("2026.9.6", Workload::preset("idle").unwrap().with_workspace(workspace), 3);
        let mut config = one(heartbeat);
        config["agents"]["defaults"]["params"] = json!({ "cacheRetention": "none" });
        let bounds = Bounds { keep: Lever::ALL.to_vec(), ..cheapest() };
        let planned = question.plan(&config, &bounds).agents[0].clone().unwrap();
        planned.advice.into_iter().find(|advice| advice.setting == "MEMORY.md")
    };
    let alone =
        |light: bool| json!({ "every": "2h", "target": "none", "isolatedSession": true, "lightContext": light });
    let advice = sized(18_000, alone(false)).unwrap();
    assert_eq!((advice.saving.amount, advice.to), (Money::parse("0.45").unwrap(), json!("8000 characters at most")));
    assert_eq!(sized(8_000, alone(false)), None);
    assert_eq!(sized(18_000, alone(true)), None, "a file that is not sent costs nothing");
}

/// From 2026.3.28 to 2026.4.4 the session's model came before the heartbeat's (R10): no plan may count on that key.
#[test]
fn a_key_that_a_release_does_not_heed_is_not_written() {
    for (version, since) in [("2026.4.1", Some("2026.4.5")), ("2026.4.6", None)] {
        let question = Question::days(version, Workload::preset("typical").unwrap(), 3);
        let plan = question.plan(&one(json!({ "target": "none" })), &cheapest());
        assert!(plan.placement.is_ok() && !plan.changes().is_empty(), "{version}: {:?}", plan.placement);
        let moved = plan.agents[0].as_ref().unwrap().steps.iter().any(|step| step.lever == Lever::Model);
        let told = plan.notes.iter().find(|note| note.contains("does not use 'model' "));
        assert_eq!((moved, told.is_some()), (since.is_none(), since.is_some()), "{version}");
        assert!(told.is_none_or(|note| note.contains(since.unwrap())), "{told:?}");
    }
}

#[test]
fn a_loop_ends_with_its_time() {
    let loops = planned("typical", &one(json!({ "target": "none" })), &cheapest()).loops.unwrap();
    assert_eq!((loops.after.requests_per_run, loops.to), (60, 120));
    assert_eq!(loops.path.as_deref(), Some("agents.defaults.heartbeat.timeoutSeconds"));
    assert!(loops.then_per_day < loops.after.cost_per_day);
}
