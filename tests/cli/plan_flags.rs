//! Every flag that says how far a plan may go: what it does to the plan of one config, that the plan it makes leaves
//! nothing to change, and what a value that cannot be used is told.

use serde_json::{Value, json};

use super::common::Desk;

/// One agent on Opus, half-hourly, in the conversation with its owner.
const PERSONAL: &str = "personal.json5";

/// The report of a plan that takes whatever is cheapest.
fn report(arguments: &[&str]) -> Value {
    let cheapest: &[&str] = if arguments.contains(&"--worth") { &[] } else { &["--worth", "0"] };
    Desk::with_fixture(PERSONAL).report(&[&[PERSONAL], cheapest, arguments].concat())
}

/// Lever and new value of each change of the only agent.
fn changes(report: &Value) -> Vec<(String, Value)> {
    let changes = report["agents"][0]["changes"].as_array().unwrap();
    changes.iter().map(|change| (change["lever"].as_str().unwrap().to_owned(), change["to"].clone())).collect()
}

fn levers(report: &Value) -> Vec<String> {
    changes(report).into_iter().map(|(lever, _)| lever).collect()
}

fn to(report: &Value, lever: &str) -> Option<Value> {
    changes(report).into_iter().find(|(name, _)| name == lever).map(|(_, to)| to)
}

/// A typical cost in dollars, which is enough to compare.
fn dollars(figure: &Value) -> f64 {
    figure.as_str().unwrap().parse().unwrap()
}

fn after(report: &Value) -> f64 {
    dollars(&report["totals"]["recommended"]["cost"]["typical"])
}

#[test]
fn risk_bounds_what_the_agents_lose() {
    let [conservative, balanced, aggressive] =
        ["conservative", "balanced", "aggressive"].map(|risk| report(&["--risk", risk]));
    assert_eq!(changes(&conservative), [("every".to_owned(), json!("2h"))]);
    assert_eq!(
        levers(&balanced),
        ["cacheRetention", "every", "lightContext", "isolatedSession", "model"],
        "hours only where they are asked for"
    );
    assert_eq!(to(&aggressive, "every"), Some(json!("4h")));
    assert_eq!(to(&aggressive, "activeHours"), Some(json!({ "start": "09:00", "end": "21:00" })));
    assert!(after(&aggressive) < after(&balanced) && after(&balanced) < after(&conservative));
    assert_eq!(changes(&report(&[])), changes(&balanced), "balanced is the default");
}

/// What saves cents is left as it is: light context saves $0.48 here, which is less than a dollar (`--worth 0` takes it).
#[test]
fn a_change_must_be_worth_what_it_takes_away() {
    let usual = report(&["--worth", "1"]);
    assert_eq!(levers(&usual), ["cacheRetention", "every", "isolatedSession", "model"]);
    assert_eq!(changes(&usual), changes(&Desk::with_fixture(PERSONAL).report(&[PERSONAL])), "the default");
    let beside = &usual["agents"][0]["alsoPossible"][0];
    assert_eq!(beside["lever"], "lightContext");
    assert!(dollars(&beside["saving"]) < 1.0);
    assert_eq!(levers(&report(&["--worth", "1000"])), [""; 0], "no change of this config saves that much");
}

/// 300 dollars need no more than another schedule, of which the cheapest is taken.
#[test]
fn a_budget_is_kept_with_as_little_as_it_takes() {
    let kept = report(&["--budget", "300"]);
    assert_eq!(changes(&kept), [("every".to_owned(), json!("2h"))]);
    assert!(after(&kept) <= 300.0);
    assert_eq!(kept["totals"]["budget"]["reached"], true);
    assert_eq!(levers(&report(&["--budget", "$600.00"])), [""; 0], "that much is kept as it is");
}

#[test]
fn a_budget_out_of_reach_is_answered_with_the_floor() {
    let free = report(&[]);
    let kept = report(&["--budget", "1"]);
    assert_eq!(kept["totals"]["budget"]["reached"], false);
    assert_eq!(kept["totals"]["budget"]["floor"], free["totals"]["recommended"]["cost"]["typical"]);
    assert_eq!(changes(&kept), changes(&free), "the cheapest is the best that can be done");
    let desk = Desk::with_fixture(PERSONAL);
    let told = desk.ask(&["report", "--full", PERSONAL, "--budget", "1"]).flat();
    assert!(
        told.contains("Nothing the plan may change brings it under $1.00 a month: the lowest possible is"),
        "{told}"
    );
}

#[test]
fn a_kept_lever_stays_as_it_is() {
    let all = ["cacheRetention", "every", "activeHours", "lightContext", "isolatedSession", "model"];
    let moved = levers(&report(&["--risk", "aggressive"]));
    assert_eq!(moved, all, "the test needs each of them moved");
    for lever in all {
        let kept = report(&["--risk", "aggressive", "--keep", lever]);
        assert!(!levers(&kept).contains(&lever.to_owned()), "{lever}");
        assert!(!levers(&kept).is_empty());
    }
    let repeated = report(&["--keep", "every", "--keep", "MODEL"]);
    assert_eq!(levers(&repeated), ["lightContext", "isolatedSession"]);
    assert_eq!(changes(&report(&["--keep", "every, model"])), changes(&repeated), "a list says the same");
    assert_eq!(levers(&report(&["--risk", "aggressive", "--keep", &all.join(",")])), [""; 0]);
}

#[test]
fn a_longest_interval_holds() {
    let every = |arguments: &[&str]| to(&report(arguments), "every");
    assert_eq!(every(&["--risk", "conservative", "--max-interval", "1h"]), Some(json!("1h")));
    assert_eq!(every(&["--risk", "conservative", "--max-interval", "4h"]), Some(json!("4h")));
    assert_eq!(every(&["--risk", "conservative", "--max-interval", "59m"]), Some(json!("55m")));
    assert_eq!(every(&["--risk", "aggressive", "--max-interval", "30m"]), None, "the present one is always allowed");
}

/// A lone agent whose heartbeats have a model of their own: read from an hour's cache they cost less every 55 minutes
/// ($14.52 a month) than uncached every two hours ($21.52; the arithmetic is in the planner's tests). What nobody asks
/// for is never shorter than it is.
#[test]
fn a_shorter_interval_is_only_tried_when_it_is_asked_for() {
    let desk = Desk::with(
        r#"{ agents: { defaults: { model: "openai/gpt-5.5", heartbeat: { every: "2h", target: "none",
             model: "anthropic/claude-opus-4-6", isolatedSession: true } } } }"#,
    );
    let planned = |arguments: &[&str]| {
        let fixed =
            ["openclaw.json", "--openclaw-version", "2026.9.6", "--workload", "idle", "--keep", "model,lightContext"];
        changes(&desk.report(&[&fixed, arguments].concat()))
    };
    let change = |lever: &str, to: &str| (lever.to_owned(), json!(to));
    assert_eq!(planned(&[]), [change("cacheRetention", "none")]);
    assert_eq!(planned(&["--min-interval", "30m"]), [change("cacheRetention", "long"), change("every", "55m")]);
    assert_eq!(planned(&["--min-interval", "1h"]), [change("cacheRetention", "none")]);
}

#[test]
fn switching_off_is_recommended_only_where_it_is_allowed() {
    let off = report(&["--allow-off"]);
    assert_eq!(changes(&off), [("every".to_owned(), json!("0m"))]);
    let change = &off["agents"][0]["changes"][0];
    assert_eq!((&change["risk"], &change["confidence"]), (&json!("high"), &json!("low")));
    assert!(change["givesUp"].as_str().unwrap().contains("all heartbeats"));
    assert_eq!(after(&off), 0.0);
    for risk in ["conservative", "balanced", "aggressive"] {
        assert_ne!(to(&report(&["--risk", risk]), "every"), Some(json!("0m")), "{risk}");
    }
    let floor = |lever: &&Value| lever["to"] == "0m";
    assert!(report(&[])["agents"][0]["levers"].as_array().unwrap().iter().any(|lever| floor(&lever)), "shown as floor");
}

/// A model that is named is tried whatever the profile; one that cannot be used is said so.
#[test]
fn a_named_model_is_considered() {
    let model = |arguments: &[&str]| to(&report(&[&["--risk", "conservative"], arguments].concat()), "model");
    assert_eq!(model(&[]), None);
    assert_eq!(model(&["--model", "anthropic/claude-sonnet-4-6"]), Some(json!("anthropic/claude-sonnet-4-6")));
    let both = ["--model", "anthropic/claude-sonnet-4-6", "--model", "anthropic/claude-haiku-4-5"];
    assert_eq!(model(&both), Some(json!("anthropic/claude-haiku-4-5")));

    let warned = |config: &str, name: &str| {
        let report = Desk::with(config).report(&["openclaw.json", "--model", name]);
        let warnings = report["warnings"].as_array().unwrap().clone();
        (to(&report, "model"), warnings.iter().map(|warning| warning.as_str().unwrap().to_owned()).collect::<Vec<_>>())
    };
    let one = r#"{ meta: { lastTouchedVersion: "2026.9.6" }, agents: { defaults: { model: "anthropic/claude-opus-4-6",
        modelPolicy: { allow: ["anthropic/claude-opus-4-6"] }, heartbeat: { target: "none" } } } }"#;
    let (chosen, warnings) = warned(one, "anthropic/claude-haiku-4-5");
    assert_eq!(chosen, None);
    let excluded = "--model anthropic/claude-haiku-4-5: modelPolicy.allow excludes it, so it is not considered";
    assert!(warnings.contains(&excluded.to_owned()), "{warnings:?}");
    let (chosen, warnings) = warned(&one.replace("modelPolicy", "params"), "foo/unknown");
    assert_ne!(chosen, Some(json!("foo/unknown")));
    let unknown =
        "--model foo/unknown: its price is not known (--prices, or cost in its entry), so it is not considered";
    assert!(warnings.contains(&unknown.to_owned()), "{warnings:?}");
}

/// Of Anthropic's own models; a million tokens of output below $6 is light, below $20 balanced.
#[test]
fn the_least_tier_holds() {
    let desk = Desk::new();
    let output = |model: &str| {
        let answer = desk.ask(&["models", model, "--billing", "usd", "--format", "json"]);
        let listed: Value = serde_json::from_str(&answer.stdout).unwrap();
        let found = listed["models"].as_array().unwrap().iter().find(|listed| listed["id"] == model).unwrap();
        dollars(&found["output"])
    };
    let chosen = |tier: &str| to(&report(&["--min-tier", tier]), "model").unwrap().as_str().unwrap().to_owned();
    let [light, balanced, premium] = ["light", "balanced", "premium"].map(|tier| output(&chosen(tier)));
    assert!(light < 6.0 && (6.0..20.0).contains(&balanced) && premium >= 20.0, "{light} {balanced} {premium}");
}

/// Twelve of 24 hours every half hour: 720 of 1,440 ticks run.
#[test]
fn active_hours_are_offered_as_they_are_given() {
    let hours = report(&["--active-hours", "08:00-20:00", "--keep", "every,model,isolatedSession,lightContext"]);
    assert_eq!(changes(&hours), [("activeHours".to_owned(), json!({ "start": "08:00", "end": "20:00" }))]);
    assert_eq!(hours["agents"][0]["recommended"]["runs"], 720);
    let night = report(&["--risk", "conservative", "--active-hours", "22:00-06:00"]);
    assert_eq!(to(&night, "activeHours"), Some(json!({ "start": "22:00", "end": "06:00" })));
}

/// A budget is read as the other amounts are: with a unit or without, and never in one for the other.
#[test]
fn a_budget_has_a_unit() {
    let desk = Desk::with_fixture("nexos.json5");
    let reached = |amount: &str| {
        let report = desk.report(&["nexos.json5", "--budget", amount]);
        report["totals"]["budget"]["amount"].as_str().unwrap().to_owned()
    };
    assert_eq!([reached("40"), reached("40 credits")], ["40", "40"]);
    let refused = desk.ask(&["diff", "nexos.json5", "--budget", "$40"]);
    assert_eq!(refused.code, 2, "{refused}");
    assert!(refused.mentions("--budget is in USD and this report in credits"), "{refused}");
}

#[test]
fn a_value_that_cannot_be_used_is_told_what_would_be_right() {
    let desk = Desk::with_fixture(PERSONAL);
    for (flags, right) in [
        (&["--risk", "bold"][..], "[possible values: conservative, balanced, aggressive]"),
        (&["--budget", "lots"], "'lots' for '--budget <AMOUNT>': expected an amount such as 20, 4.50, $20"),
        (&["--budget", "-5"], "'-5' for '--budget <AMOUNT>': expected an amount such as 20, 4.50, $20"),
        (
            &["--keep", "every,speed"],
            "'speed' for '--keep <SETTING>': expected one of cacheRetention, every, activeHours,",
        ),
        (&["--keep", ""], "for '--keep <SETTING>': expected one of cacheRetention, every"),
        (&["--max-interval", "soon"], "'soon' for '--max-interval <DURATION>': expected a duration"),
        (&["--max-interval", "0m"], "such as 55m, 2h or 1h30m"),
        (&["--min-interval", "2w"], "'2w' for '--min-interval <DURATION>': expected a duration"),
        (
            &["--min-interval", "2h", "--max-interval", "1h"],
            "--min-interval 2h is longer than the longest interval allowed, 1h",
        ),
        (
            &["--min-interval", "6h"],
            "--min-interval 6h is longer than the longest interval allowed, 2h; see --max-interval",
        ),
        (&["--allow-off=yes"], "unexpected value 'yes' for '--allow-off'"),
        (&["--model", " "], "expected a model as the config would name it, such as openai/gpt-5.5"),
        (&["--min-tier", "best"], "[possible values: light, balanced, premium]"),
        (&["--active-hours", "08:00"], "expected two times such as 08:00-22:00"),
        (&["--active-hours", "8-22"], "expected 'HH:MM' on a 24-hour clock"),
        (&["--active-hours", "09:00-09:00"], "the two times are equal, and then nothing ever runs"),
    ] {
        for command in ["report", "diff"] {
            let answer = desk.ask(&[&[command, PERSONAL], flags].concat());
            assert_eq!((answer.code, answer.stdout.as_str()), (2, ""), "{flags:?}: {answer}");
            assert!(answer.stderr.contains(right), "{flags:?}: {answer}");
        }
    }
}

/// What the heartbeat's instructions refer to speaks against taking it away: only with `--workspace` are they read.
#[test]
fn a_workspace_lowers_the_confidence_in_what_its_instructions_need() {
    let desk = Desk::with_fixture(PERSONAL);
    std::fs::create_dir(desk.path("workspace")).unwrap();
    desk.write("workspace/HEARTBEAT.md", "# Checks\n\n- follow up on our conversation\n");
    let doubted = |arguments: &[&str]| {
        let report = desk.report(&[&[PERSONAL], arguments].concat());
        let changes = report["agents"][0]["changes"].as_array().unwrap().clone();
        let doubted = changes.into_iter().filter(|change| !change["doubt"].is_null());
        doubted.map(|change| (change["lever"].clone(), change["confidence"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(doubted(&[]), []);
    assert_eq!(doubted(&["--workspace", "workspace"]), [(json!("isolatedSession"), json!("low"))]);
    let told = desk.ask(&["report", "--full", PERSONAL, "--workspace", "workspace"]).flat();
    assert!(told.contains("less sure: HEARTBEAT.md mentions 'conversation' (this release reads"), "{told}");
    assert!(told.contains("to test it, leave something open in the chat"), "{told}");
}

/// In a file with agents of both units, each command speaks of the money that was asked for.
#[test]
fn agents_of_two_units_are_told_apart() {
    let desk = Desk::with(
        r#"{ "meta": { "lastTouchedVersion": "2026.9.6" }, "agents": { "ownership": "explicit", "entries": {
            "a": { "heartbeat": { "model": "anthropic/claude-opus-4-6", "target": "none" } },
            "b": { "heartbeat": { "model": "nexos/Claude Opus 4.6", "target": "none" } } } } }"#,
    );
    let units = |flags: &[&str]| {
        let answer =
            desk.ask(&[&["lint", "openclaw.json", "--format", "json", "--select", "shared-history"], flags].concat());
        let findings: Value = serde_json::from_str(&answer.stdout).unwrap();
        let findings = findings["findings"].as_array().unwrap();
        findings.iter().filter_map(|finding| finding["saving"]["unit"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(units(&[]), ["USD", "credits"]);
    assert_eq!(units(&["--billing", "usd"]), ["USD"]);
    assert_eq!(units(&["--billing", "nexos"]), ["credits"]);
    // The report counts one unit too, and says that it does.
    let told = desk.ask(&["report", "--full", "openclaw.json"]).flat();
    assert!(told.contains("The heartbeats that are billed in USD cost about $560 a month"), "{told}");
    assert!(told.contains("1 agent is billed in another unit, see --billing."), "{told}");
}

/// Fixes that change what an agent knows are written on request only, and never by a flag that only widens another.
#[test]
fn unsafe_fixes_alone_write_nothing() {
    let desk = Desk::with_fixture(PERSONAL);
    let before = desk.read(PERSONAL);
    let refused = desk.ask(&["lint", PERSONAL, "--unsafe-fixes"]);
    assert_eq!((refused.code, desk.read(PERSONAL)), (2, before), "{refused}");
    assert!(refused.mentions("<--fix|--diff|--migrate>"), "{refused}");
}

/// What the linter names in place of a premium model is what a plan would consider.
#[test]
fn lint_and_plan_reach_for_the_same_models() {
    for (version, model, listed, never) in [
        ("2026.4.15", "openai/gpt-5.5", "", "gpt-6-luna"),
        ("2026.9.6", "anthropic/claude-opus-4-6", "anthropic/claude-3-haiku-20240307", "claude-3-haiku"),
    ] {
        let models = if listed.is_empty() { "{}".to_owned() } else { format!(r#"{{ "{listed}": {{}} }}"#) };
        let desk = Desk::with(format!(
            r#"{{ "meta": {{ "lastTouchedVersion": "{version}" }}, "agents": {{ "defaults": {{ "model": "{model}", "models": {models},
                "heartbeat": {{ "every": "30m", "target": "none" }} }} }} }}"#
        ));
        let told = desk.ask(&["lint", "openclaw.json", "--select", "premium-model"]);
        assert!(told.mentions("premium-model") && !told.mentions(never), "{told}");
    }
}

/// One cache is asked for in one way: where an hour pays, nothing says that none would.
#[test]
fn lint_gives_one_advice_on_a_cache() {
    let desk = Desk::with(
        r#"{ "meta": { "lastTouchedVersion": "2026.9.6" }, "agents": { "defaults": { "model": "anthropic/claude-haiku-4-5",
            "heartbeat": { "every": "30m", "target": "none", "isolatedSession": true } } } }"#,
    );
    let told = desk.ask(&["lint", "openclaw.json"]);
    assert!(told.mentions("missed-warm-cache") && !told.mentions("cold-cache-writes"), "{told}");
}

/// 2026.2.9 reads a model of the defaults and not one of an agent, so what the plan says of it depends on the roster.
#[test]
fn a_lever_is_not_said_to_be_unused_where_the_plan_moves_it() {
    for (roster, moved) in [("", true), (r#", "list": [{ "id": "main" }]"#, false)] {
        let desk = Desk::with(format!(
            r#"{{ "meta": {{ "lastTouchedVersion": "2026.2.9" }}, "agents": {{ "defaults": {{
                "model": "anthropic/claude-opus-4-6", "heartbeat": {{}} }}{roster} }} }}"#
        ));
        let report = desk.report(&["openclaw.json"]);
        let said = report["warnings"].to_string().contains("does not use 'model' (2026.2.12 does)");
        assert_eq!((levers(&report).iter().any(|lever| lever == "model"), said), (moved, !moved), "{roster}");
    }
}
