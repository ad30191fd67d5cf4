//! In a checkout: which files are read without being named, whole folders, and what is asked of many files at once.

use std::fs;

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
