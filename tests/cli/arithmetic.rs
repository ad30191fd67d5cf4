//! Numbers that must come out, worked out here by hand from published prices and captured sizes, never copied from our
//! own output.

use serde_json::{Value, json};

use clawbeat::catalogue::Catalogue;
use clawbeat::gateway::providers::Provider;
use clawbeat::money::Money;
use clawbeat::simulate::costing::{Choice, Level};
use clawbeat::simulate::estimate::request_cost;
use clawbeat::simulate::{Tokens, simulate};

use super::common::{Desk, fixture, json_file};
use super::library::Read;

/// An amount in 1e-12 of its unit; contracts write it as a decimal string.
pub(crate) fn pico(value: &Value) -> i128 {
    let text = value.as_str().unwrap_or_else(|| panic!("{value} is no decimal string"));
    let money = Money::parse(text).unwrap_or_else(|| panic!("{text} is no decimal"));
    assert_eq!(money.to_string(), text, "not in its shortest form");
    money.pico()
}

fn trace(desk: &Desk, arguments: &[&str]) -> Vec<Value> {
    let answer = desk.ask(&[&["simulate", "--trace"], arguments].concat());
    assert_eq!(answer.code, 0, "{answer}");
    answer.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn with_heartbeat(model: &str, heartbeat: &str, more: &str) -> Desk {
    Desk::with(format!(
        "{{ meta: {{ lastTouchedVersion: '2026.9.6' }},
            agents: {{ defaults: {{ model: '{model}', heartbeat: {{ target: 'none', {heartbeat} }}, {more} }} }} }}"
    ))
}

#[test]
fn thirty_days_of_half_hours_are_1440_ticks() {
    let current = &Desk::with_fixture("personal.json5").report(&["personal.json5"])["totals"]["current"];
    assert_eq!((current["ticks"].as_u64(), current["runs"].as_u64()), (Some(30 * 48), Some(1440)));
}

/// A March in New York has 743 hours; of its 372 half hours between midnight and six, two do not exist.
#[test]
fn march_in_new_york_loses_an_hour() {
    let zone = "userTimezone: 'America/New_York'";
    let all = with_heartbeat("openai/gpt-5.5", "every: '30m'", zone);
    let month = |desk: &Desk| desk.report(&["openclaw.json", "--month", "2027-03"]);
    let report = month(&all);
    assert_eq!(report["totals"]["current"]["ticks"], 743 * 2);
    assert_eq!(report["period"]["start"], "2027-03-01T00:00:00-05:00");
    assert_eq!(report["period"]["end"], "2027-04-01T00:00:00-04:00");
    let night = with_heartbeat("openai/gpt-5.5", "every: '30m', activeHours: { start: '00:00', end: '06:00' }", zone);
    let current = month(&night)["totals"]["current"].clone();
    assert_eq!(current["runs"], 31 * 12 - 2);
    assert_eq!(current["skips"]["quiet-hours"], 743 * 2 - 370);
}

/// GH75487: slots at :21 past 03, 07, 11, 15, 19 and 23 UTC are 11:21, 15:21, 19:21, 23:21, 03:21 and 07:21 in Shanghai.
#[test]
fn three_of_six_slots_are_within_the_active_hours() {
    let hours = "every: '4h', activeHours: { start: '08:00', end: '23:00', timezone: 'Asia/Shanghai' }";
    let desk = with_heartbeat("openai/gpt-5.5", hours, "");
    let arguments = ["openclaw.json", "--anchor", "2026-04-30T03:21:00Z"];
    let current = desk.report(&arguments)["totals"]["current"].clone();
    assert_eq!((current["ticks"].as_u64(), current["runs"].as_u64()), (Some(6 * 30), Some(3 * 30)));
    let ran = trace(&desk, &arguments).into_iter().filter(|tick| tick["outcome"] == "run");
    for tick in ran {
        let at = tick["at"].as_str().unwrap();
        assert!(["T03:21", "T07:21", "T11:21"].iter().any(|slot| at.contains(slot)), "{at}");
    }
}

#[test]
fn a_nexos_request_costs_what_its_page_says() {
    let provider = Provider { id: "nexos".to_owned(), ..Provider::default() };
    let found = Catalogue::builtin().find("nexos", "claude-opus-4-6", Some(&provider));
    let tokens = Tokens { input: 10_000, output: 100, ..Tokens::default() };
    // 10,000 × 5.5 / 1,000,000 + 100 × 27.5 / 1,000,000.
    assert_eq!(request_cost(&found.price.unwrap(), 0, &tokens).to_string(), "0.05775");
}

/// The gateway was seen to send 36,243 characters for an isolated, light heartbeat over nexos (`COST-MODEL.md` L8).
#[test]
fn an_isolated_light_nexos_run_is_its_characters_over_four() {
    let captured = json_file("fixtures/oracle/requests-nexos.json");
    let cells = captured["summary"].as_array().unwrap();
    let cell = cells.iter().find(|cell| {
        let name = cell["name"].as_str().unwrap();
        name.starts_with("no compat") && name.contains("isolatedSession true") && name.contains("lightContext true")
    });
    assert_eq!(cell.unwrap()["totalChars"][0], 36_243);

    let block = "\"defaults\": {\n \"heartbeat\": { \"isolatedSession\": true, \"lightContext\": true, \"target\": \"none\" },\n";
    let desk = Desk::with(fixture("nexos.json5").replace("\"defaults\": {\n", block));
    let arguments = ["openclaw.json", "--openclaw-version", "2026.9.6", "--agent", "main", "--workload"];
    let idle = trace(&desk, &[&arguments[..], &["idle"]].concat());
    // 36,243 / 4 = 9,060.75, so 9,061 tokens at 5.5 credits a million, and 6 written ones at 27.5.
    let (input, output) = (9_061 * 5_500_000, 6 * 27_500_000);
    assert_eq!(idle[0]["requests"][0]["tokens"]["input"], 9_061);
    assert_eq!(idle[0]["requests"].as_array().unwrap().len(), 1);
    assert!(idle.iter().all(|tick| pico(&tick["cost"]) == input + output), "an isolated run never grows");
    assert_eq!(idle.len(), 1440);

    // The typical load has a skills list of 12,000 characters instead of 6,747, and a scratch of 1,000 with its 29 of
    // heading: 42,525 / 4 is 10,631. Every twentieth run says something: 75 tokens more.
    let typical = desk.report(&[&arguments[..], &["typical"]].concat());
    let month = 1440 * (10_631 * 5_500_000 + 200 * 27_500_000) + 72 * 75 * 27_500_000;
    assert_eq!(pico(&typical["agents"][0]["current"]["cost"]["typical"]), month);
}

/// Opus 4.6 with the default five-minute cache, always cold at half an hour: everything up to the last 220 characters is
/// written at 6.25 dollars a million.
#[test]
fn a_cold_shared_run_on_opus_writes_its_whole_prompt() {
    let desk = with_heartbeat("anthropic/claude-opus-4-6", "every: '30m'", "");
    let first = trace(&desk, &["openclaw.json"]).swap_remove(0);
    let tools = 9_491;
    let system = 15_312 + 6_092;
    let files_and_skills = 24_000 + 12_000;
    let message = 364 + 1_000 + 29;
    let history = 43_000 * 4;
    let written = (tools + system + files_and_skills + message + history) / 4;
    assert_eq!(written, 60_072);
    let turn = &first["requests"][0];
    let expected = Tokens { input: 220 / 4, cache_write_5m: written, output: 200, ..Tokens::default() };
    assert_eq!(turn["tokens"], serde_json::to_value(expected).unwrap());
    let turn_cost = 60_072 * 6_250_000 + 55 * 5_000_000 + 200 * 25_000_000;
    assert_eq!(pico(&turn["cost"]), turn_cost);
    // The hidden recap on Haiku 4.5 at 1 and 5 dollars a million (`COST-MODEL.md` M5); the load `typical` has it write 75 tokens.
    let recap = &first["requests"][1];
    assert_eq!((recap["kind"].as_str(), pico(&recap["cost"])), (Some("recap"), 475 * 1_000_000 + 75 * 5_000_000));
    assert_eq!(pico(&first["cost"]), turn_cost + 850_000_000);
    assert_eq!(turn_cost + 850_000_000, 381_575_000_000, "38.16 cents");
}

/// The first prompts on the default workspace are those that the real gateway sent, within two percent.
#[test]
fn first_prompts_agree_with_captured_ones() {
    let captured = json_file("fixtures/oracle/requests.json");
    for cell in captured["cells"].as_array().unwrap().iter().filter(|cell| cell["historyTokens"] == 0) {
        let heartbeat = format!("isolatedSession: {}, lightContext: {}", cell["isolatedSession"], cell["lightContext"]);
        let desk = with_heartbeat("anthropic/claude-opus-4-6", &heartbeat, "");
        let first = trace(&desk, &["openclaw.json", "--workload", "idle"]).swap_remove(0);
        let tokens: u64 = ["input", "cacheRead", "cacheWrite5m", "cacheWrite1h"]
            .iter()
            .map(|bucket| first["requests"][0]["tokens"][bucket].as_u64().unwrap())
            .sum();
        let seen = cell["totalCharsByTick"][0].as_u64().unwrap() / 4;
        assert!(tokens.abs_diff(seen) * 50 <= seen, "{heartbeat}: {tokens} for {seen}");
    }
}

/// DeepSeek's tokens cost more at some hours of the day: each tick is priced by its own.
#[test]
fn a_price_by_the_hour_is_applied_tick_by_tick() {
    let desk = with_heartbeat("deepseek/deepseek-chat", "every: '1h', isolatedSession: true", "");
    let ticks = trace(&desk, &["openclaw.json", "--workload", "idle"]);
    let mut costs: Vec<i128> = ticks.iter().map(|tick| pico(&tick["cost"])).collect();
    costs.sort_unstable();
    costs.dedup();
    let tokens: Vec<&Value> = ticks.iter().map(|tick| &tick["requests"][0]["tokens"]).collect();
    assert!(tokens.windows(2).all(|pair| pair[0] == pair[1]), "the same request each time");
    assert!(costs.len() > 1, "one price all day");
}

/// The figure of the report is the sum of the ticks, to the last digit.
#[test]
fn the_trace_adds_up_to_the_report() {
    let personal = || Desk::with_fixture("personal.json5");
    let cases: Vec<(&str, Desk, Vec<&str>)> = vec![
        ("shared on Anthropic, with recap", personal(), vec!["personal.json5"]),
        ("the same on a legacy release", personal(), vec!["personal.json5", "--openclaw-version", "2026.7.35"]),
        ("a heavy load with tools", personal(), vec!["personal.json5", "--workload", "heavy"]),
        (
            "isolated, one-hour cache",
            with_heartbeat(
                "anthropic/claude-opus-4-6",
                "every: '55m', isolatedSession: true",
                "models: { 'anthropic/claude-opus-4-6': { params: { cacheRetention: 'long' } } }",
            ),
            vec!["openclaw.json"],
        ),
        ("nexos credits", Desk::with_fixture("nexos.json5"), vec!["nexos.json5"]),
        ("a price by the hour", with_heartbeat("deepseek/deepseek-chat", "every: '20m'", ""), vec!["openclaw.json"]),
        ("5m within active hours", Desk::with_fixture("team.json5"), vec!["team.json5"]),
        (
            "a price by the prompt's size",
            with_heartbeat("google/gemini-2.5-pro", "every: '30m'", ""),
            vec!["openclaw.json", "--workload", "heavy"],
        ),
        (
            "a price that changed within the month",
            with_heartbeat("anthropic/claude-opus-4-6", "every: '30m'", ""),
            vec!["openclaw.json", "--workload", "heavy", "--month", "2026-03"],
        ),
        (
            "a daylight-saving month",
            with_heartbeat("openai/gpt-5.5", "every: '7m'", "userTimezone: 'America/New_York'"),
            vec!["openclaw.json", "--month", "2027-03"],
        ),
    ];
    for (what, desk, arguments) in cases {
        let report = desk.report(&arguments);
        let ticks = trace(&desk, &arguments);
        let current = &report["totals"]["current"];
        let of_requests =
            |tick: &Value| tick["requests"].as_array().unwrap().iter().map(|r| pico(&r["cost"])).sum::<i128>();
        assert!(ticks.iter().all(|tick| pico(&tick["cost"]) == of_requests(tick)), "{what}");
        assert_eq!(
            ticks.iter().map(|tick| pico(&tick["cost"])).sum::<i128>(),
            pico(&current["cost"]["typical"]),
            "{what}"
        );
        assert!(pico(&current["cost"]["typical"]) > 0, "{what}");
        let times = |tick: &Value| tick["times"].as_u64().unwrap_or(1);
        assert_eq!(ticks.iter().map(times).sum::<u64>(), current["ticks"].as_u64().unwrap(), "{what}");
        let runs = ticks.iter().filter(|tick| tick["outcome"] == "run").count() as u64;
        assert_eq!(runs, current["runs"].as_u64().unwrap(), "{what}");
        let skipped = current["skips"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum::<u64>();
        assert_eq!(runs + skipped, current["ticks"].as_u64().unwrap(), "{what}");
        for bucket in ["input", "cacheRead", "cacheWrite5m", "cacheWrite1h", "output"] {
            let spent = |tick: &Value| -> u64 {
                tick["requests"].as_array().unwrap().iter().map(|r| r["tokens"][bucket].as_u64().unwrap()).sum()
            };
            assert_eq!(
                ticks.iter().map(spent).sum::<u64>(),
                current["tokens"][bucket].as_u64().unwrap(),
                "{what} {bucket}"
            );
        }
    }
}

#[test]
fn the_trace_of_an_unknown_model_has_tokens_and_no_cost() {
    let desk = with_heartbeat("foo/bar", "every: '12h'", "");
    let ticks = trace(&desk, &["openclaw.json"]);
    assert_eq!(ticks.len(), 60);
    assert!(ticks.iter().all(|tick| tick["cost"].is_null() && tick["requests"][0]["cost"].is_null()));
    assert!(ticks.iter().all(|tick| tick["requests"][0]["tokens"]["input"].as_u64().unwrap() > 10_000));
}

/// With chat in sessions of its own, nothing but heartbeats fills the main session: on an old release their alerts stay,
/// and a month of minutes outgrows the window. A heartbeat that overflows is compacted, never sent (`COST-MODEL.md` R35).
#[test]
fn no_request_is_longer_than_the_window() {
    let config = json!({ "session": { "dmScope": "per-channel-peer" }, "agents": { "defaults": {
        "model": "anthropic/claude-sonnet-4-5", "heartbeat": { "every": "1m" } } } });
    let read = Read::new(&config, Some("2026.4.15"));
    let costing = read.analysis.costing();
    let agent = &read.analysis.gateway().agents[0];
    let (subject, choice) = (costing.subject(agent), Choice::present(agent));
    let model = costing.answering(agent, &choice);
    let scenario = costing.scenario(&subject, &choice, &model, Level::Typical, None);
    let mut longest = 0;
    simulate(&scenario, &mut |tick| {
        longest =
            tick.requests.iter().map(|request| request.tokens.prompt() + request.tokens.output).fold(longest, u64::max);
    });
    assert!((190_000..=200_000).contains(&longest), "{longest}");
    assert!(read.plan.moves(), "the dearest config of all needs a plan most");
}

/// Many configs declare 0 for cache writes. A heavy load on such a model still costs more than a typical one.
#[test]
fn a_cache_write_declared_as_zero_does_not_flatten_the_range() {
    let desk = Desk::with(
        "{ meta: { lastTouchedVersion: '2026.9.6' },
           models: { providers: { own: { baseUrl: 'https://api.example.com/v1', api: 'openai-completions', models: [
             { id: 'big', contextWindow: 200000, cost: { input: 3, output: 15, cacheRead: 0, cacheWrite: 0 } }] } } },
           agents: { defaults: { model: 'own/big', heartbeat: { target: 'none' } } } }",
    );
    let cost =
        |workload: &str| desk.report(&["openclaw.json", "--workload", workload])["totals"]["current"]["cost"].clone();
    assert!(2 * pico(&cost("typical")["high"]) > 3 * pico(&cost("typical")["typical"]), "{}", cost("typical"));
    assert_eq!(cost("typical")["high"], cost("heavy")["typical"], "nothing costs more than plain input here");
}

/// 9,491 characters of tools, as recorded of 2026.9.6 without a route (`fixtures/oracle`), are 9,491 / 4 tokens, and 1.35
/// times as many of a model with the newer tokenizer.
#[test]
fn parts_of_a_request_are_in_the_models_own_tokens() {
    for (model, expected) in [("claude-opus-4-6", 2_373), ("claude-opus-4-7", 3_203)] {
        let desk = with_heartbeat(&format!("anthropic/{model}"), "", "");
        let report = desk.report(&["openclaw.json"]);
        let request = &report["agents"][0]["request"];
        assert_eq!((&request["tools"], &request["tokens"][0]["name"]), (&json!(9_491), &json!("tools")));
        assert_eq!(request["tokens"][0]["tokens"], expected, "{model}");
    }
}
