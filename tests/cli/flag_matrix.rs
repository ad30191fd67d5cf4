//! Every flag on every kind of config: what a program reads keeps its schema, a saved plan can be applied, and what was
//! applied leaves nothing to change under the same flags.

use jsonschema::Validator;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::Config;
use serde_json::Value;

use super::common::{Desk, fixture, json_file};

/// Flags that say how far a plan may go, one set a line.
const FLAGS: [&[&str]; 23] = [
    &[],
    &["--risk", "conservative"],
    &["--risk", "aggressive"],
    &["--max-interval", "1h"],
    &["--min-interval", "15m"],
    &["--keep", "model,isolatedSession"],
    &["--keep", "cacheRetention,every,activeHours,lightContext"],
    &["--model", "google/gemini-3-flash-preview"],
    &["--model", "anthropic/claude-sonnet-4-6", "--risk", "conservative"],
    &["--model", "openai/gpt-5.4-nano", "--risk", "aggressive"],
    &["--model", "no/such-model"],
    &["--min-tier", "balanced"],
    &["--min-tier", "premium"],
    &["--active-hours", "07:30-22:15"],
    &["--budget", "20"],
    &["--budget", "0"],
    &["--allow-off"],
    &["--fit", "20%"],
    &["--worth", "0"],
    &["--worth", "1"],
    &["--worth", "25"],
    &["--worth-tokens", "0"],
    &["--worth-tokens", "50M"],
];

const OWN_PLANS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/plans/own.json");

/// Questions that a config is costed under.
const QUESTIONS: [&[&str]; 10] = [
    &[],
    &["--openclaw-version", "2026.4.15"],
    &["--openclaw-version", "2026.7.35"],
    &["--openclaw-version", "2026.9.6"],
    &["--billing", "nexos"],
    &["--workload", "idle", "--anthropic-auth", "oauth"],
    &["--plan", "claude-pro", "--anthropic-auth", "oauth"],
    &["--plans", OWN_PLANS, "--plan", "acme-team"],
    &["--agent", "main", "--timezone", "Asia/Tokyo"],
    &["--no-records"],
];

/// Flags of a fleet.
const FLEET: [&[&str]; 2] = [&[], &["--if", "every=1h", "--max-monthly", "20", "--jobs", "1"]];

const ONE_AGENT: &str = r#"{ agents: { defaults: { model: "anthropic/claude-sonnet-4-6",
    heartbeat: { every: "1h", target: "none" } } } }"#;
/// No heartbeat block at all.
const BARE: &str = r#"{ "agents": { "defaults": { "model": "openai/gpt-5.5" } } }"#;
/// Three agents with models of their own that share one block, so that the plan cannot give all the same.
const ROUTER: &str = r#"{
  "agents": {
    "defaults": {
      "model": { "primary": "openrouter/anthropic/claude-sonnet-4.6" },
      "models": { "openrouter/google/gemini-3-flash-preview": { "alias": "flash" } },
      "heartbeat": { "every": "15m", "target": "last", "activeHours": { "start": "08:00", "end": "23:00" } }
    },
    "list": [
      { "id": "main", "default": true },
      { "id": "work", "model": "openrouter/deepseek/deepseek-v3.2" },
      { "id": "family", "model": "openrouter/google/gemini-3-flash-preview" }
    ]
  }
}"#;
/// One that is switched off, one without a price, one in credits.
const MIXED: &str = r#"{ "agents": { "ownership": "explicit", "entries": {
    "main": { "heartbeat": { "model": "nexos/Claude Opus 4.6", "target": "none" } },
    "off": { "heartbeat": { "every": "0m" } },
    "b": { "model": "foo/unknown", "heartbeat": { "target": "none" } } } } }"#;

/// Paid by a plan, on a server of one's own, and cheap with a premium model behind it.
const UNPRICED: &str = r#"{ "agents": { "defaults": { "model": "anthropic/claude-opus-4-7" }, "entries": {
    "main": { "model": "openai-codex/gpt-5.4", "heartbeat": { "every": "10m", "target": "none" } },
    "home": { "model": "ollama/qwen3:32b", "heartbeat": { "target": "none" } },
    "b": { "heartbeat": { "target": "none", "model": "google/gemini-3.1-flash-lite-preview" } } } } }"#;

fn configs() -> Vec<(&'static str, String)> {
    let mut configs = vec![
        ("one-agent.json5", ONE_AGENT.to_owned()),
        ("bare.json5", BARE.to_owned()),
        ("router.json5", ROUTER.to_owned()),
        ("mixed.json5", MIXED.to_owned()),
        ("unpriced.json5", UNPRICED.to_owned()),
    ];
    configs.extend(["personal.json5", "team.json5", "nexos.json5", "worked.json5"].map(|name| (name, fixture(name))));
    configs
}

struct Schemas {
    report: Validator,
    plan: Validator,
}

fn schema(name: &str) -> Validator {
    jsonschema::validator_for(&json_file(&format!("schemas/{name}.v1.schema.json"))).unwrap()
}

impl Schemas {
    fn new() -> Self {
        Schemas { report: schema("report"), plan: schema("plan") }
    }
}

fn check(schema: &Validator, text: &str, what: &str) -> Value {
    let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{what}: {error}\n{text}"));
    let problems: Vec<String> =
        schema.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(problems.is_empty(), "{what}: {problems:#?}");
    value
}

/// The life of a plan: told, saved, applied from the file, and then there is nothing left to change.
fn round_trip(schemas: &Schemas, name: &str, text: &str, flags: &[&str], what: &str) {
    let desk = Desk::new();
    desk.write(name, text);
    let told = desk.ask(&[&["report", name, "--format", "json"], flags].concat());
    assert_eq!(told.code, 0, "{what}: {told}");
    let told = check(&schemas.report, &told.stdout, what);
    let saved = desk.ask(&[&["diff", name, "--format", "plan"], flags].concat());
    let of_fleet = desk.ask(&[&["fleet", name, "--format", "plan"], flags].concat());
    let cannot = ["the plan cannot be written", "nothing can be fitted"];
    if saved.code == 2 && cannot.iter().any(|why| saved.stderr.contains(why)) {
        assert!(of_fleet.stdout.is_empty() && of_fleet.stderr.contains("no plan is saved: "), "{what}: {of_fleet}");
        return;
    }
    assert_eq!(saved.code, 0, "{what}: {saved}");
    let plan = check(&schemas.plan, &saved.stdout, what);
    assert_eq!(plan["figures"]["recommended"], told["totals"]["recommended"]["cost"], "{what}");
    let is_empty = plan["changes"].as_array().is_some_and(Vec::is_empty);
    let in_fleet = (!is_empty).then(|| check(&schemas.plan, of_fleet.stdout.trim_end(), what));
    assert_eq!(in_fleet.as_ref(), (!is_empty).then_some(&plan), "{what}: {of_fleet}");
    desk.write("plan.json", &saved.stdout);
    let applied = desk.ask(&["apply", "--plan", "plan.json", "--yes"]);
    if told["config"]["verdictAfter"] == "refused" {
        // What OpenClaw would refuse all the same is written only if that is asked for.
        assert_eq!(applied.code, 1, "{what}: {applied}");
        assert_eq!(desk.read(name), text, "{what}");
        let allowed = desk.ask(&["apply", "--plan", "plan.json", "--yes", "--allow-refused"]);
        assert_eq!(allowed.code, 1, "{what}: {allowed}");
    } else {
        assert_eq!(applied.code, 0, "{what}: {applied}");
    }
    let again = desk.ask(&[&["diff", name, "--exit-code"], flags].concat());
    assert_eq!((again.code, again.stdout.as_str()), (0, ""), "{what}: {again}\n{}", desk.read(name));
}

#[test]
fn each_flag_makes_a_plan_that_can_be_saved_and_applied_once() {
    let schemas = Schemas::new();
    for (column, (name, text)) in configs().into_iter().enumerate() {
        for (row, flags) in FLAGS.into_iter().enumerate() {
            // Like a chessboard: each config and each flag on both generations.
            let version = ["2026.9.6", "2026.4.15"][(row + column) % 2];
            let flags = [flags, &["--openclaw-version", version]].concat();
            round_trip(&schemas, name, &text, &flags, &format!("{name} {flags:?}"));
        }
    }
}

/// Several flags at once.
fn some_flags() -> impl Strategy<Value = Vec<&'static str>> {
    let several = subsequence((1..FLAGS.len()).collect::<Vec<_>>(), 2..5);
    (several, select(&QUESTIONS[..4])).prop_map(|(several, question)| {
        let mut flags: Vec<&str> = question.to_vec();
        for at in several {
            // A flag that takes one value is given once.
            let repeatable = |flag: &str| matches!(flag, "--keep" | "--model");
            let excluded = |flags: &[&str]| flags.contains(&"--budget") && FLAGS[at].contains(&"--fit");
            if !excluded(&flags)
                && FLAGS[at].iter().all(|word| !word.starts_with("--") || repeatable(word) || !flags.contains(word))
            {
                flags.extend(FLAGS[at]);
            }
        }
        flags
    })
}

#[test]
fn flags_together_do_so_too() {
    let schemas = Schemas::new();
    let seeded = Config { cases: 48, failure_persistence: None, ..Config::default() };
    proptest!(seeded, |((name, text) in select(configs()), flags in some_flags())| {
        round_trip(&schemas, name, &text, &flags, &format!("{name} {flags:?}"));
    });
}

#[test]
fn whatever_is_asked_the_answer_keeps_its_schema() {
    let (report, findings) = (schema("report"), schema("findings"));
    let (trace, request) = (schema("trace"), schema("request"));
    let (fleet_line, fleet) = (schema("fleet-line"), schema("fleet"));
    for (name, text) in configs() {
        let desk = Desk::new();
        desk.write(name, &text);
        for question in QUESTIONS {
            let what = format!("{name} {question:?}");
            let ask = |arguments: &[&str]| desk.ask(&[&[arguments[0], name], &arguments[1..], question].concat());
            let told = ask(&["report", "--format", "json"]);
            if told.code == 2 && told.stderr.contains("no agent 'main'") {
                continue;
            }
            check(&report, &told.stdout, &what);
            check(&findings, &ask(&["lint", "--format", "json"]).stdout, &what);
            check(&request, &ask(&["simulate", "--explain-request", "--format", "json"]).stdout, &what);
            for line in ask(&["simulate", "--trace"]).stdout.lines() {
                check(&trace, line, &what);
            }
            for flags in FLEET {
                let asked = [&["fleet", "--fields", "id,current,recommended,unit,verdict,usage"], flags].concat();
                let line = check(&fleet_line, ask(&asked).stdout.trim_end(), &what);
                let told: Value = serde_json::from_str(&told.stdout).unwrap();
                assert_eq!(line["current"], told["totals"]["current"]["cost"], "{what} {flags:?}");
                check(&fleet_line, ask(&["fleet", "--lint"]).stdout.trim_end(), &what);
                check(&fleet, &ask(&[&["fleet", "--format", "json"], flags].concat()).stdout, &what);
            }
        }
    }
}

#[test]
fn the_catalogue_keeps_its_schema() {
    let models = schema("models");
    for arguments in [&["models"][..], &["models", "--billing", "usd"], &["models", "opus"], &["models", "nonesuch"]] {
        let answer = Desk::new().ask(&[arguments, &["--format", "json"]].concat());
        check(&models, &answer.stdout, &format!("{arguments:?}"));
    }
}
