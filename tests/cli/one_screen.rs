//! The answer fits the screen it is read on, whatever the config. Nothing may exceed it.

use std::fs;

use serde_json::json;
use unicode_width::UnicodeWidthStr;

use super::common::{Answer, Desk, fixture, json_file, repository};

/// A terminal, with a line for the prompt.
const LINES: usize = 23;
const COLUMNS: usize = 80;

fn assert_fits(what: &str, answer: &Answer) {
    let lines: Vec<&str> = answer.stdout.lines().collect();
    assert!(answer.code < 2 && !lines.is_empty(), "{what}: {answer}");
    assert!(lines.len() <= LINES, "{what}: {} lines\n{answer}", lines.len());
    let wide: Vec<&&str> = lines.iter().filter(|line| line.width() > COLUMNS).collect();
    assert!(wide.is_empty(), "{what}: {wide:#?}\n{answer}");
}

/// All flags whose answers stand under the headline.
const ASKED: &[&str] = &[
    "--compare-release",
    "2026.4.15",
    "--balance",
    "100",
    "--against",
    "old.json",
    "--max-monthly",
    "20",
    "--max-increase",
    "1",
    "--budget",
    "50",
    "--max-requests-per-day",
    "10",
    "--max-tokens-per-day",
    "10k",
    "--outage",
    "5%",
    "--tokens-per-second",
    "800/40",
];

#[test]
fn every_fixture_is_answered_in_one_screen() {
    let desk = Desk::new();
    desk.write("old.json", fixture("personal.json5"));
    let mut names = Vec::new();
    let mut add = |name: String, text: String| {
        desk.write(&name, text);
        names.push(name);
    };
    for folder in ["fixtures/configs", "fixtures/findings"] {
        let mut folders = vec![repository(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                let ends = path.extension().is_some_and(|end| ["json", "json5", "yaml"].iter().any(|is| end == *is));
                if path.is_dir() {
                    folders.push(path);
                } else if ends {
                    let name = path.strip_prefix(repository("fixtures")).unwrap().display().to_string();
                    add(name.replace('/', "-"), fs::read_to_string(&path).unwrap());
                }
            }
        }
    }
    let facts = json_file("fixtures/openclaw/real-configs.json");
    for fact in facts["configs"].as_array().unwrap() {
        add(format!("{}.json", fact["id"].as_str().unwrap()), fact["config"].to_string());
    }
    let mut answered = 0;
    for name in &names {
        let answer = desk.ask(&["report", name]);
        // What cannot be read is refused, on standard error.
        if answer.code < 2 {
            assert_fits(name, &answer);
            answered += 1;
        }
    }
    assert!(answered > 150, "{answered} of {}", names.len());
}

#[test]
fn hostile_names_many_agents_and_all_flags_at_once_fit_too() {
    let long = "ops-".repeat(40);
    let agent = |at: usize| (format!("{long}{at}"), json!({ "heartbeat": { "every": "5m", "target": "none" } }));
    for agents in [1, 2, 30] {
        let entries: serde_json::Map<_, _> = (0..agents).map(agent).collect();
        let config = json!({ "agents": { "ownership": "explicit",
            "defaults": { "model": format!("anthropic/{}", "claude-".repeat(30)) }, "entries": entries } });
        let desk = Desk::with(config.to_string());
        desk.write("old.json", fixture("team.json5"));
        let name = format!("{}.json", "a name/".replace('/', "-").repeat(12));
        desk.write(&name, config.to_string());
        for file in ["openclaw.json", &name] {
            assert_fits(file, &desk.ask(&["report", file]));
            assert_fits(file, &desk.ask(&[&["report", file], ASKED].concat()));
        }
    }
}

/// What the heartbeats take stands on the first screen however much else does: the day, the week, the month and the busiest
/// five hours of heartbeats, requests and tokens.
#[test]
fn what_it_takes_is_whole_on_every_screen() {
    let models = [
        "openai-codex/gpt-5.5",
        "github-copilot/claude-opus-4.8",
        "openrouter/a/b:free",
        "kimi-coding/kimi-k2.5",
        "minimax-portal/MiniMax-M2.7",
        "anthropic/claude-opus-4-8",
        "nobody/knows",
        "ollama/kimi-k2.5:cloud",
    ];
    let roster = |agents: usize, every: &str| {
        let entry = |at: usize| {
            let fallbacks = ["openai/gpt-5.5-pro"];
            let model = json!({ "primary": models[at % models.len()], "fallbacks": fallbacks });
            (format!("agent-{at}"), json!({ "model": model, "heartbeat": { "every": every } }))
        };
        let entries: serde_json::Map<_, _> = (0..agents).map(entry).collect();
        json!({ "meta": { "lastTouchedVersion": "2026.8.2" }, "agents": { "ownership": "explicit",
            "defaults": { "heartbeat": { "target": "last", "directPolicy": "block" } }, "entries": entries } })
    };
    for (agents, every) in [(1, "3h"), (8, "30m"), (12, "7m")] {
        let desk = Desk::with(roster(agents, every).to_string());
        desk.write("old.json", fixture("team.json5"));
        for flags in [&[][..], ASKED] {
            let ask = [&["report", "openclaw.json", "--month", "2026-11"][..], flags].concat();
            let answer = desk.ask(&ask);
            assert_fits("crowded", &answer);
            let report = desk.ask(&[&ask[..], &["--format", "json"]].concat());
            let report: serde_json::Value = serde_json::from_str(&report.stdout).unwrap();
            let (usage, month) = (&report["totals"]["usage"], &report["totals"]["current"]);
            let number = |value: &serde_json::Value| value.as_f64().unwrap().round() as u64;
            let week = |key: &str| (usage[key].as_f64().unwrap() * 7.0).round() as u64;
            let tokens: u64 = month["tokens"].as_object().unwrap().values().map(number).sum();
            let day = |key: &str| number(&usage[key]);
            let most = &usage["busiest5h"];
            let figures = [
                day("runsPerDay"),
                week("runsPerDay"),
                number(&month["runs"]),
                day("requestsPerDay"),
                week("requestsPerDay"),
                number(&month["requests"]),
                number(&most["requests"]),
            ];
            let [count, rough] = [clawbeat::words::count, clawbeat::words::tokens];
            let said = answer.flat();
            for figure in figures {
                assert!([count(figure), rough(figure)].iter().any(|text| said.contains(text)), "no {figure}: {answer}");
            }
            for figure in [day("tokensPerDay"), week("tokensPerDay"), tokens, number(&most["tokens"])] {
                assert!(said.contains(&rough(figure)), "no {figure} tokens: {answer}");
            }
            for words in ["tokens a day", "a week", "a month", "5 hours"] {
                assert!(said.contains(words), "{words}: {answer}");
            }
        }
    }
}

/// What a flag asks is answered, in the one screen and in full, right below what a month costs.
#[test]
fn what_a_flag_asks_stands_under_the_headline() {
    let desk = Desk::with_fixture("team.json5");
    desk.write("old.json", fixture("personal.json5"));
    for more in [&[][..], &["--full"]] {
        let answer = desk.ask(&[&["report", "team.json5"], ASKED, more].concat());
        let text = answer.flat();
        let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("no '{words}': {answer}"));
        let places = [
            at("Heartbeats cost about"),
            at("This change adds about"),
            at("On OpenClaw 2026.4.15 the same file costs about"),
            at("under $50.00 a month"),
            at("$100.00 lasts about"),
            at("ot kept: --max-monthly, a month costs about"),
            at("What to change"),
        ];
        assert!(places.is_sorted(), "{places:?} {answer}");
    }
}

#[test]
fn help_fits_a_screen_and_help_of_a_command_has_the_rest() {
    let desk = Desk::new();
    for arguments in [["--help"], ["-h"]] {
        assert_fits(&arguments.join(" "), &desk.ask(&arguments));
    }
    let all = desk.ask(&["--help"]).stdout;
    let commands = all.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands: Vec<&str> = commands.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(commands.len() > 8 && commands.contains(&"report"), "{commands:?}");
    for command in commands.into_iter().filter(|command| *command != "help") {
        let mut help = desk.command(&[command, "-h"]);
        help.env("COLUMNS", "80");
        assert_fits(&format!("{command} -h"), &desk.ask_with(help));
    }
    let rest = desk.ask(&["help", "report"]);
    for flag in ["--anthropic-auth", "--min-tier", "--compare-release", "--no-env", "--max-monthly"] {
        assert!(rest.stdout.contains(flag), "{flag}");
    }
}
