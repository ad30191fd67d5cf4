//! Where no price is known: what heartbeats take, a plan that counts tokens, who answers when a model fails, and a server of
//! one's own.

use serde_json::Value;

use super::common::Desk;
use super::contracts::{check_report, report_schema};

/// Seven agents on a ChatGPT plan, each every ten minutes (openclaw issue 54814).
fn seven_on_a_plan() -> Desk {
    let agents = ["gateway", "lead", "research", "writer", "qa", "ops", "design"];
    let agents = agents.map(|id| format!(r#"{{ "id": "{id}", "heartbeat": {{ "every": "10m" }} }}"#)).join(", ");
    Desk::with(format!(
        r#"{{ "meta": {{ "lastTouchedVersion": "2026.3.13" }},
             "auth": {{ "profiles": {{ "openai-codex:default": {{ "provider": "openai-codex", "mode": "oauth" }} }} }},
             "agents": {{ "defaults": {{ "model": {{ "primary": "openai-codex/gpt-5.4" }} }}, "list": [{agents}] }} }}"#
    ))
}

/// A shared history on a Claude subscription.
const CLAUDE_PLAN: &str = r#"{
  // Looks every half hour.
  "agents": { "defaults": { "model": "claude-cli/claude-opus-4-7", "heartbeat": { "every": "30m", "target": "none" } } }
}
"#;

const OLLAMA: &str = r#"{ "agents": { "defaults": { "model": "ollama/qwen3:32b",
    "heartbeat": { "every": "30m", "target": "none" } } } }"#;

const FREE: &str = r#"{ "agents": { "defaults": { "model": "openrouter/deepseek/deepseek-r1:free",
    "heartbeat": { "every": "30m", "target": "none" } } } }"#;

const UNPRICED: &str = r#"{ "agents": { "defaults": { "model": "acme/frontier-1",
    "heartbeat": { "every": "30m", "target": "none" } } } }"#;

/// Seven agents of 144 runs a day are 1,008; an hour instead of ten minutes is a sixth.
#[test]
fn a_week_of_quota_gone_overnight_is_counted_and_cut() {
    let desk = seven_on_a_plan();
    let report = desk.report(&["openclaw.json"]);
    check_report(&report_schema(), &report, "seven on a plan");
    let usage = &report["totals"]["usage"];
    assert_eq!(usage["runsPerDay"], 7 * 144);
    // Thirty ticks in any five hours, of seven agents.
    assert_eq!(usage["busiest5h"]["requests"], 7 * 30);
    let per_run = usage["tokensPerDay"].as_u64().unwrap() / (7 * 144);
    assert!((55_000..65_000).contains(&per_run), "{per_run}: 61M tokens a day are 60k a run");
    assert_eq!(report["totals"]["current"]["cost"], Value::Null);
    assert_eq!(report["totals"]["saving"], Value::Null);
    for agent in report["agents"].as_array().unwrap() {
        assert_eq!(agent["usage"]["runsPerDay"], 144);
        let changes = agent["changes"].as_array().unwrap();
        assert!(!changes.is_empty(), "{agent}");
        for change in changes {
            assert_eq!((&change["saving"], &change["worth"]), (&Value::Null, &Value::Null));
            assert!(change["savingTokens"].as_i64().is_some() && change["worthTokens"].as_i64() > Some(0), "{change}");
            assert_ne!(change["lever"], "model", "tokens of two models are no measure of which is better");
        }
    }
    for format in [&["report"][..], &["report", "--full"], &["report", "--format", "markdown"]] {
        let answer = desk.ask(format);
        // What nobody bills is a word aside.
        let mut dollars = answer.stdout.lines().filter(|line| line.contains('$'));
        assert!(dollars.all(|line| line.trim_start().starts_with("At API prices this would cost")), "{answer}");
        assert!(format.len() > 1 || !answer.stdout.contains('$'), "{answer}");
        assert!(answer.flat().contains("1,008"), "{answer}");
    }
}

/// Isolation and light context on a shared history win at any price; applying, planning again and undoing work as with money.
#[test]
fn a_plan_in_tokens_is_applied_holds_and_is_undone() {
    for (what, config) in [("a subscription", CLAUDE_PLAN), ("ollama", OLLAMA), ("free", FREE), ("unpriced", UNPRICED)]
    {
        let desk = Desk::with(config);
        let report = desk.report(&["openclaw.json"]);
        check_report(&report_schema(), &report, what);
        let levers: Vec<&str> = report["agents"][0]["changes"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|change| change["lever"].as_str())
            .collect();
        assert!(levers.contains(&"isolatedSession"), "{what}: {levers:?}");
        let now = report["totals"]["current"]["tokens"]["input"].as_u64().unwrap();
        assert!(now > 0 || what == "a subscription", "{what}: {now}");
        let diff = desk.ask(&["diff", "openclaw.json"]);
        assert!(diff.stdout.contains("+") && diff.stdout.contains("isolatedSession"), "{what}: {diff}");
        let saved = desk.ask(&["diff", "openclaw.json", "--format", "plan"]);
        desk.write("plan.json", &saved.stdout);
        let figures: Value = serde_json::from_str(&saved.stdout).unwrap();
        assert!(figures["figures"]["agents"][0]["changes"][0]["savingTokens"].is_i64(), "{what}: {saved}");
        let applied = desk.ask(&["apply", "openclaw.json", "--plan", "plan.json", "--yes"]);
        assert_eq!(applied.code, 0, "{what}: {applied}");
        assert!(applied.stderr.contains("tokens a month before, about "), "{what}: {applied}");
        assert!(!applied.mentions("$"), "{what}: {applied}");
        let again = desk.ask(&["diff", "openclaw.json", "--exit-code"]);
        assert_eq!((again.code, again.stdout.as_str()), (0, ""), "{what}: {again}");
        assert_eq!(desk.ask(&["undo", "openclaw.json"]).code, 0, "{what}");
        assert_eq!(desk.read("openclaw.json"), config, "{what}");
    }
}

/// A step is worth a million tokens a month unless it is said; at a price beyond all of them nothing is worth it.
#[test]
fn worth_tokens_says_what_a_step_must_save() {
    let desk = Desk::with(CLAUDE_PLAN);
    let changes =
        |worth: &str| desk.report(&["openclaw.json", "--worth-tokens", worth])["agents"][0]["changes"].clone();
    assert_eq!(changes("1M"), desk.report(&["openclaw.json"])["agents"][0]["changes"]);
    assert_eq!(changes("999999M"), Value::Array(Vec::new()));
}

/// The findings about waste count in tokens, too, and lint names no dollars.
#[test]
fn findings_speak_in_tokens() {
    for config in [CLAUDE_PLAN, OLLAMA, UNPRICED] {
        let desk = Desk::with(config);
        let answer = desk.ask(&["lint", "openclaw.json", "--month", "2026-11"]);
        assert!(answer.flat().contains("With isolatedSession it would cost about"), "{answer}");
        assert!(answer.flat().contains("M tokens") && !answer.mentions("$"), "{answer}");
    }
}

/// 48 requests a day are within a limit of 48 and beyond one of 47.
#[test]
fn limits_on_requests_and_tokens_a_day() {
    let desk = Desk::with(OLLAMA);
    let code = |flag: &str, limit: &str| desk.ask(&["report", "openclaw.json", flag, limit]).code;
    assert_eq!([code("--max-requests-per-day", "48"), code("--max-requests-per-day", "47")], [0, 1]);
    let report = desk.report(&["openclaw.json"]);
    let tokens = report["totals"]["usage"]["tokensPerDay"].as_u64().unwrap();
    assert_eq!(code("--max-tokens-per-day", &tokens.to_string()), 0);
    assert_eq!(code("--max-tokens-per-day", &(tokens - 1).to_string()), 1);
    assert_eq!([code("--max-tokens-per-day", "900M"), code("--max-tokens-per-day", "1k")], [0, 1]);
    assert_eq!(code("--max-tokens-per-day", "many"), 2);
    let answer = desk.ask(&["report", "openclaw.json", "--max-requests-per-day", "47"]);
    let told = "--max-requests-per-day: a day takes about 48 requests, 1 requests more than the limit of 47 requests\n";
    assert_eq!(answer.stderr, told);
}

/// A cheap model with a premium one behind it (openclaw issues 32983, 95665): $5.97 a month, $193.97 if Opus 4.7 always answers.
#[test]
fn who_answers_when_the_model_fails_is_named_and_priced() {
    let desk = Desk::with(
        r#"{ "meta": { "lastTouchedVersion": "2026.6.10" }, "agents": { "defaults": {
             "model": { "primary": "anthropic/claude-opus-4-7", "fallbacks": ["openai/gpt-5.5"] },
             "heartbeat": { "every": "30m", "model": "google/gemini-3.1-flash-lite-preview",
               "isolatedSession": true, "lightContext": true, "target": "last" } } } }"#,
    );
    let report = desk.report(&["openclaw.json"]);
    check_report(&report_schema(), &report, "fallbacks");
    let chain = report["agents"][0]["fallbacks"].as_array().unwrap();
    let models: Vec<&str> = chain.iter().filter_map(|link| link["model"].as_str()).collect();
    assert_eq!(models, ["openai/gpt-5.5", "anthropic/claude-opus-4-7"]);
    let figure = |value: &Value| value.as_str().unwrap().parse::<f64>().unwrap();
    let opus = &chain[1];
    let always = figure(&opus["costIfAlways"]);
    assert!((always - 193.97).abs() < 0.01, "{always}");
    // 1,440 runs in thirty days.
    assert!((figure(&opus["costPerRun"]) - always / 1440.0).abs() < 1e-6);
    assert!((figure(&opus["costPerDay"]) - always / 30.0).abs() < 1e-6);
    assert!((figure(&report["totals"]["current"]["cost"]["typical"]) - 5.97).abs() < 0.01);
    let answer = desk.ask(&["report", "openclaw.json"]);
    assert!(answer.flat().contains("$194 a month"), "{answer}");
    // 5 % of the time: 95 % of the own high end and 5 % of the highest of the chain.
    let high = |report: &Value| figure(&report["totals"]["current"]["cost"]["high"]);
    let widened = desk.report(&["openclaw.json", "--outage", "5%"]);
    assert!(high(&widened) > high(&report) + 0.05 * (always - high(&report)), "{}", high(&widened));
    assert_eq!(widened["totals"]["current"]["cost"]["typical"], report["totals"]["current"]["cost"]["typical"]);
    let lint = desk.ask(&["lint", "openclaw.json", "--month", "2026-11", "--select", "costly-fallback"]);
    assert!(lint.stdout.contains("anthropic/claude-opus-4-7 answers the heartbeats"), "{lint}");
}

#[test]
fn a_server_of_ones_own_has_only_so_many_seconds() {
    let desk = Desk::with(OLLAMA);
    let report = desk.report(&["openclaw.json"]);
    let server = &report["agents"][0]["ownServer"];
    assert_eq!((&server["busy"], &report["totals"]["ownServer"]), (&Value::Null, server));
    let report = desk.report(&["openclaw.json", "--tokens-per-second", "1000/100"]);
    let server = &report["agents"][0]["ownServer"];
    let of = |key: &str| server[key].as_u64().unwrap();
    // A thousand read a second and a hundred written.
    let expected = of("readPerDay") / 1000 + of("writtenPerDay") / 100;
    assert!(server["busy"]["secondsPerDay"].as_u64().unwrap().abs_diff(expected) <= 1, "{server}");
    assert_eq!(server["busy"]["lateRuns"], 0);
    let slow = desk.report(&["openclaw.json", "--tokens-per-second", "5/1"]);
    assert_eq!(slow["agents"][0]["ownServer"]["busy"]["lateRuns"], 1439, "none is done in half an hour");
    for wrong in ["0/5", "5", "fast/slow"] {
        assert_eq!(desk.ask(&["report", "openclaw.json", "--tokens-per-second", wrong]).code, 2, "{wrong}");
    }
}
