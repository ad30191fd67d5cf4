//! In a checkout: which files are read without being named, whole folders, and what is asked of many files at once.

use std::fs;

use serde_json::Value;

use super::common::Desk;

const WASTEFUL: &str = "{ meta: { lastTouchedVersion: '2026.9.6' }, agents: { defaults: {
    model: 'anthropic/claude-opus-4-6', heartbeat: { every: '30m', target: 'none', isolatedSesion: true } } } }";

#[test]
fn the_config_here_comes_before_the_homes_and_after_the_one_that_is_named() {
    let desk = Desk::with(WASTEFUL);
    fs::create_dir_all(desk.path("home/.openclaw")).unwrap();
    desk.write("home/.openclaw/openclaw.json", "{}");
    assert!(desk.ask(&["lint"]).mentions("openclaw.json:2:"), "{}", desk.ask(&["lint"]));
    let mut named = desk.command(&["lint"]);
    named.env("OPENCLAW_CONFIG_PATH", desk.path("home/.openclaw/openclaw.json"));
    assert!(!desk.ask_with(named).mentions("isolatedSesion"));
    fs::rename(desk.path("openclaw.json"), desk.path("openclaw.yml")).unwrap();
    assert!(desk.ask(&["lint"]).mentions("openclaw.yml:"));
    fs::remove_file(desk.path("openclaw.yml")).unwrap();
    assert!(desk.ask(&["lint"]).mentions("home/.openclaw/openclaw.json"));
}

#[test]
fn a_folder_stands_for_the_configs_that_git_would_see() {
    let desk = Desk::with(WASTEFUL);
    for (path, text) in [("a/openclaw.json5", WASTEFUL), ("gone/openclaw.json", WASTEFUL), ("b/other.json", "{")] {
        fs::create_dir_all(desk.path(path).parent().unwrap()).unwrap();
        desk.write(path, text);
    }
    desk.write(".gitignore", "gone\n");
    let answer = desk.ask(&["lint", ".", "--statistics", "--select", "unknown"]);
    assert_eq!((answer.code, answer.stdout.as_str()), (1, "2  unknown-heartbeat-key  (fixes: 2 unsafe)\n"), "{answer}");
    let none = desk.ask(&["lint", "b"]);
    assert!(none.code == 2 && none.stderr.starts_with("error: no config in b: expected a file named "), "{none}");
    assert_eq!(desk.ask(&["lint", "b", "--no-env", "--select", "unkno"]).code, 2, "half a word is no rule");
}

#[test]
fn fixes_can_be_seen_first_and_a_command_is_recognised_whatever_follows() {
    let desk = Desk::with(WASTEFUL);
    let fixes = ["lint", "openclaw.json", "--fix", "--unsafe-fixes", "--select", "unknown-heartbeat-key"];
    let shown = desk.ask(&[&fixes[..], &["--diff"]].concat());
    assert!(shown.code == 0 && shown.stdout.contains("isolatedSession: true"), "{shown}");
    assert_eq!(desk.read("openclaw.json"), WASTEFUL);
    let misspelt = desk.ask(&["lnt", "openclaw.json", "--fix"]);
    assert_eq!(misspelt.code, 2);
    assert_eq!(misspelt.stderr, "error: no command and no file 'lnt', did you mean 'clawbeat lint'?\n");
}

#[test]
fn several_configs_are_a_row_each_and_one_sum() {
    let desk = Desk::with(WASTEFUL);
    fs::create_dir_all(desk.path("teams/a")).unwrap();
    desk.write("teams/a/openclaw.json", WASTEFUL.replace("30m", "1h"));
    desk.write("teams/openclaw.json5", WASTEFUL.replace("anthropic/claude-opus-4-6", "nobody/knows-this"));
    let all = ["report", ".", "--no-env"];
    let answer = desk.ask(&all);
    assert_eq!(answer.code, 0, "{answer}");
    let lines = desk.ask(&[&all[..], &["--format", "json"]].concat()).stdout;
    let reports: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let paths = ["./openclaw.json", "./teams/a/openclaw.json", "./teams/openclaw.json5"];
    assert_eq!(reports.iter().map(|report| report["config"]["path"].as_str().unwrap()).collect::<Vec<_>>(), paths);
    for (path, report) in paths.iter().zip(&reports) {
        let alone = desk.ask(&["report", path, "--no-env", "--format", "json"]);
        assert_eq!(*report, serde_json::from_str::<Value>(&alone.stdout).unwrap(), "{path}");
        assert!(answer.stdout.contains(path), "{answer}");
    }
    let cents = |report: &Value| report["totals"]["current"]["cost"]["typical"].as_str().map(str::to_owned);
    assert!(cents(&reports[0]).is_some() && cents(&reports[1]).is_some() && cents(&reports[2]).is_none());
    // $158.21 and $79.11.
    assert!(answer.flat().contains("The heartbeats of 2 configs cost about $240 a month, "), "{answer}");
    assert!(answer.flat().contains("What those of 1 more cost is unknown."), "{answer}");

    let comment = desk.ask(&[&all[..], &["--format", "markdown"]].concat()).stdout;
    assert!(comment.starts_with("<!-- clawbeat report -->\n") && comment.matches("<!--").count() == 1, "{comment}");
    assert!(paths.iter().all(|path| comment.contains(&format!("| `{path}` |"))), "{comment}");

    let limited = desk.ask(&[&all[..], &["--max-monthly", "1"]].concat());
    assert_eq!(limited.code, 1, "{limited}");
    assert!(paths.iter().all(|path| limited.stderr.contains(&format!("{path}: --max-monthly: "))), "{limited}");
    for flag in [&["--format", "html"][..], &["--against", "openclaw.json"], &["--balance", "10"]] {
        let refused = desk.ask(&[&all[..], flag].concat());
        assert!(refused.code == 2 && refused.stderr.contains("is about one config; these are 3"), "{refused}");
    }
}

#[test]
fn each_of_several_configs_is_asked_under_its_own_settings() {
    let desk = Desk::with(WASTEFUL);
    desk.write("other.json", WASTEFUL);
    desk.write("clawbeat.toml", "[[files]]\nmatch = 'other.json'\nmax-monthly = '$1'\n");
    let answer = desk.ask(&["report", "openclaw.json", "other.json", "--no-env"]);
    assert_eq!(answer.code, 1, "{answer}");
    assert!(answer.stderr.starts_with("other.json: --max-monthly: ") && answer.stderr.lines().count() == 1, "{answer}");
}
