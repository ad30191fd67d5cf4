//! What is not known or makes no sense is said and not counted as cheap, with the figures worked out by hand.
//!
//! Claude Opus 4.6 costs $5 a million tokens of input, $6.25 written for five minutes, $25 output. An isolated run of
//! 2026.9.6 on an idle install sends 11,870 tokens that are marked and 55 that are not (M1), and writes 6. At 30 minutes
//! every run is cold: 11,870 · 6.25 + 55 · 5 + 6 · 25 = 74,612.5 millionths of a dollar, 1,440 times a month: $107.442.

use serde_json::{Value, json};

use super::arithmetic::pico;
use super::common::{Desk, json_file};

const PINNED: &str = "2026.9.6";
const ISOLATED: i128 = 107_442_000_000_000;

fn desk(agents: &Value, providers: &Value) -> Desk {
    let config = json!({ "meta": { "lastTouchedVersion": PINNED }, "agents": agents,
        "models": { "providers": providers } });
    Desk::with(config.to_string())
}

fn idle(desk: &Desk) -> Value {
    desk.report(&["openclaw.json", "--workload", "idle"])
}

fn typical(estimate: &Value) -> i128 {
    pico(&estimate["cost"]["typical"])
}

fn warns(report: &Value, text: &str) -> bool {
    report["warnings"].as_array().unwrap().iter().any(|warning| warning.as_str().unwrap().contains(text))
}

fn with_utility(model: &str) -> Desk {
    let heartbeat = |isolated: bool| json!({ "heartbeat": { "isolatedSession": isolated } });
    desk(
        &json!({ "ownership": "explicit",
            "defaults": { "model": "anthropic/claude-opus-4-6", "utilityModel": model, "heartbeat": { "target": "none" } },
            "entries": { "shared": heartbeat(false), "isolated": heartbeat(true) } }),
        &json!({}),
    )
}

/// Only shared runs carry a recap, so that the isolated agent is what is known.
#[test]
fn a_recap_without_a_price_makes_the_cost_unknown() {
    let desk = with_utility("acme/tiny");
    let report = idle(&desk);
    assert_eq!(report["agents"][0]["current"]["cost"], Value::Null);
    assert_eq!(typical(&report["agents"][1]["current"]), ISOLATED);
    assert_eq!(report["totals"]["current"]["cost"], Value::Null);
    assert_eq!(typical(&report["totals"]["knownPart"]), ISOLATED);
    assert!(warns(&report, "agent 'shared': no price is known for 'acme/tiny'"), "{}", report["warnings"]);
    let trace = desk.ask(&["simulate", "--trace", "openclaw.json", "--workload", "idle", "--agent", "shared"]);
    let first: Value = serde_json::from_str(trace.stdout.lines().next().unwrap()).unwrap();
    assert_eq!((&first["cost"], &first["requests"][1]["cost"]), (&Value::Null, &Value::Null));
    assert!(first["requests"][0]["cost"].is_string());
    // Credits are no dollars either.
    let credits = idle(&with_utility("nexos/GPT 4.1"));
    assert_eq!(credits["agents"][0]["current"]["cost"], Value::Null);
    // Without a recap there is nothing to price.
    assert!(idle(&with_utility(""))["totals"]["current"]["cost"].is_object());
}

fn with_cost(provider: &str, cost: &Value) -> Value {
    let model = json!({ "id": "claude-opus-4-6", "name": "Opus", "contextWindow": 200_000, "cost": cost });
    let entry =
        json!({ "baseUrl": format!("https://api.{provider}.com"), "api": "anthropic-messages", "models": [model] });
    let heartbeat = json!({ "target": "none", "isolatedSession": true });
    let agents = json!({ "defaults": { "model": format!("{provider}/claude-opus-4-6"), "heartbeat": heartbeat } });
    idle(&desk(&agents, &json!({ provider: entry })))
}

/// Where the catalogue has the price it counts. Elsewhere a custom provider sends 11,660 marked tokens: as plain input
/// 11,715 · 5 + 6 · 25 = 58,725 millionths, and as stated 55 · 5 + 6 · 25 = 425.
#[test]
fn a_cache_price_of_zero_is_a_placeholder() {
    let cost = json!({ "input": 5, "output": 25, "cacheRead": 0, "cacheWrite": 0 });
    let listed = with_cost("anthropic", &cost);
    assert_eq!(typical(&listed["totals"]["current"]), ISOLATED);
    assert!(warns(&listed, "the catalogue's price counts"));
    let unlisted = with_cost("acme", &cost);
    let range = &unlisted["totals"]["current"]["cost"];
    assert_eq!(pico(&range["typical"]), 1440 * 58_725 * 1_000_000);
    assert_eq!(pico(&range["low"]), 1440 * 425 * 1_000_000);
    assert!(warns(&unlisted, "is doubted"));
    let stated = with_cost("acme", &json!({ "input": 5, "output": 25, "cacheRead": 0.5, "cacheWrite": 6.25 }));
    assert!(!warns(&stated, "cacheRead"));
}

/// Every release refuses `heartbeat: false` and neither start nor doctor repairs it (fixtures/openclaw): it is counted as
/// what it asks for.
#[test]
fn heartbeat_false_is_off() {
    for release in ["2026.9.6", "2026.7.35"] {
        let desk = Desk::with("{ agents: { defaults: { model: 'anthropic/claude-opus-4-6', heartbeat: false } } }");
        let report = desk.report(&["openclaw.json", "--openclaw-version", release]);
        assert_eq!(report["totals"]["current"]["ticks"], 0, "{release}");
        assert_eq!(report["agents"][0]["settings"]["every"]["origin"], "agents.defaults.heartbeat.every");
        assert_eq!(report["config"]["verdict"], "refused");
        assert_eq!(report["mends"][0]["to"], json!({ "every": "0m" }), "{}", report["mends"]);
    }
    let one = Desk::with(
        "{ agents: { ownership: 'explicit', entries: { a: { heartbeat: false }, b: { heartbeat: { target: 'none' } } } } }",
    );
    let report = one.report(&["openclaw.json"]);
    assert_eq!(
        (&report["agents"][0]["current"]["ticks"], &report["agents"][1]["current"]["ticks"]),
        (&json!(0), &json!(1440))
    );
}

#[test]
fn an_agent_that_is_off_waits_for_no_route() {
    for target in ["owner", "last"] {
        let heartbeat = json!({ "every": "0m", "target": target });
        let report = idle(&desk(&json!({ "defaults": { "heartbeat": heartbeat } }), &json!({})));
        assert!(!warns(&report, "route"), "{target}: {}", report["warnings"]);
        assert!(report["agents"][0].get("onceRouted").is_none_or(Value::is_null), "{target}");
    }
}

/// `windows.json`: the prompt goes out whole, with room for one token of an answer.
#[test]
fn a_prompt_over_the_window_says_what_becomes_of_it() {
    let agents = |model: &str| json!({ "defaults": { "model": model, "heartbeat": { "target": "none", "isolatedSession": true } } });
    let model = |window: u64| json!([{ "id": "small", "name": "Small", "contextWindow": window, "cost": { "input": 1, "output": 2 } }]);
    let local = json!({ "ollama": { "baseUrl": "http://127.0.0.1:11434", "models": model(8_192) } });
    let report = idle(&desk(&agents("ollama/small"), &local));
    assert!(warns(&report, "reads 8,192 tokens at most") && warns(&report, "its own server cuts it"), "{report}");
    let hosted = |window: u64| {
        let provider =
            json!({ "baseUrl": "https://api.acme.com", "api": "openai-completions", "models": model(window) });
        idle(&desk(&agents("acme/small"), &json!({ "acme": provider })))
    };
    let small = hosted(8_192);
    assert!(warns(&small, "a vendor refuses it"));
    assert_eq!(small["totals"]["current"]["cost"]["low"], "0");
    assert!(typical(&small["totals"]["current"]) > 0);
    // What a running gateway left for the answer. With 12,500 it left one token too, by a margin of its own.
    for case in json_file("fixtures/oracle/windows.json")["cases"].as_array().unwrap() {
        let (api, window) = case["name"].as_str().unwrap().split_once(" contextWindow ").unwrap();
        let window: u64 = window.parse().unwrap();
        if api == "mocko" && case["requests"] == 1 && window != 12_500 {
            let no_room = case["maxTokens"][0] == 1;
            assert_eq!(warns(&hosted(window), "no room for an answer"), no_room, "{window}");
        }
    }
}

/// What holds for many agents is said once, with some of their names.
#[test]
fn a_warning_of_many_agents_is_one_line() {
    let entries: Vec<String> =
        (0..20).map(|at| format!(r#""a{at}": {{ "heartbeat": {{ "every": "1h" }} }}"#)).collect();
    let desk = Desk::with(format!(
        r#"{{ "meta": {{ "lastTouchedVersion": "2026.9.6" }}, "agents": {{ "ownership": "explicit",
            "defaults": {{ "heartbeat": {{ "target": "last" }} }}, "entries": {{ {} }} }} }}"#,
        entries.join(",")
    ));
    let report = desk.report(&["openclaw.json"]);
    let of_routes = |text: &&str| text.contains("nowhere to go");
    let warnings: Vec<&str> = report["warnings"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let routes: Vec<&str> = warnings.into_iter().filter(of_routes).collect();
    assert_eq!(
        routes,
        [
            "agents 'a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7' and 12 more: heartbeats may have nowhere to go, and then cost nothing: target \
          is 'last', and only the gateway knows whether anybody has written to this agent yet"
        ]
    );
}

#[test]
fn a_workload_that_speaks_of_somebody_else_is_told_so() {
    let desk = Desk::with_fixture("personal.json5");
    desk.write(
        "load.json",
        r#"{ "schemaVersion": 1, "agents": { "main": { "alertPercent": 1 }, "sales": { "alertPercent": 5 } } }"#,
    );
    let report = desk.report(&["personal.json5", "--workload", "load.json"]);
    assert!(
        warns(&report, "the workload has figures for agent 'sales', which is not in this config"),
        "{}",
        report["warnings"]
    );
    assert!(!warns(&report, "agent 'main', which"), "{}", report["warnings"]);
}

/// What an Ansible or Helm template leaves to its rendering is not known, and is no fault of the file. Its text is not
/// told, and a prompt may mean its braces.
#[test]
fn a_template_is_said_to_be_one() {
    let desk = Desk::new();
    let vars = |every: &str, prompt: &str| {
        format!("config:\n  agents:\n    defaults:\n      heartbeat: {{ every: \"{every}\", prompt: \"{prompt}\" }}\n")
    };
    desk.write("vars.yaml", vars("{{ every | default('30m') }}", "x"));
    desk.write("prompt.yaml", vars("1h", "say {{name}} sk-ant-REDACTED"));
    let report = |file: &str| desk.report(&[file, "--at", "config"]);
    let told = report("vars.yaml");
    assert!(warns(&told, "agents.defaults.heartbeat.every is a template that is not rendered"), "{}", told["warnings"]);
    assert!(!warns(&told, "default('30m')"), "{}", told["warnings"]);
    assert!(!warns(&report("prompt.yaml"), "template"));
}

/// A name without its provider is looked for at its vendor, too.
#[test]
fn a_bare_name_has_names_like_it() {
    let desk =
        desk(&json!({ "defaults": { "model": "claude-opus-46", "heartbeat": { "target": "none" } } }), &json!({}));
    let report = desk.report(&["openclaw.json"]);
    assert!(warns(&report, "known names like it: anthropic/claude-opus-4-6"), "{}", report["warnings"]);
}
