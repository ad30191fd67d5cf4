//! The ways to hand a change over: as a patch for `git apply` and `patch`, on a terminal and off it.

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use super::bare;
use super::common::{Desk, fixture};

const PERSONAL: &str = "personal.json5";

/// Runs a program in a folder that belongs to no git repository; `None` where it is not installed.
fn run(folder: &Path, program: &str, arguments: &[&str]) -> Option<Output> {
    let mut command = bare::program(program);
    command.args(arguments).current_dir(folder).env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap());
    command.output().ok()
}

/// A comment beside the key that changes, with everything a terminal would act on.
const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}";

fn hostile() -> String {
    fixture(PERSONAL).replace("// mail and calendar", &format!("// mail\t{HOSTILE}"))
}

#[test]
fn off_a_terminal_a_diff_is_exact() {
    let desk = Desk::with(hostile());
    assert!(desk.ask(&["diff", "openclaw.json"]).stdout.contains(HOSTILE));
    // What `apply` shows is for people, and never acts.
    assert!(!desk.ask(&["apply", "openclaw.json", "--dry-run"]).stdout.contains(HOSTILE));
    desk.write("change.patch", desk.ask(&["diff", "openclaw.json"]).stdout);
    if let Some(output) = run(&desk.path(""), "git", &["apply", "change.patch"]) {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(desk.read("openclaw.json").contains(&format!("\"55m\", // mail\t{HOSTILE}")));
    }
}

/// `script` gives the command a terminal.
#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_a_config_has_no_say() {
    let desk = Desk::with(hostile());
    for arguments in ["diff openclaw.json", "apply openclaw.json --dry-run", "lint openclaw.json --diff"] {
        let line = format!("{} {arguments}", bare::CLAWBEAT);
        let Some(output) = run(&desk.path(""), "script", &["-qec", &line, "/dev/null"]) else { return };
        let shown = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{shown}");
        assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}']), "{shown:?}");
        if !arguments.starts_with("lint") {
            assert!(shown.contains("\"55m\", // mail\t\\u{1b}[2J\\u{1b}]0;owned\\u{7}"), "{shown:?}");
        }
    }
}

/// From a repository's root, as people run it.
#[test]
fn a_nested_file_is_patched_from_where_the_command_ran() {
    for given in ["gateway/live configs/openclaw.json", "./gateway/../gateway/live configs/openclaw.json"] {
        let desk = Desk::new();
        fs::create_dir_all(desk.path("gateway/live configs")).unwrap();
        let file = "gateway/live configs/openclaw.json";
        desk.write(file, fixture(PERSONAL));
        let patch = desk.ask(&["diff", given]).stdout;
        assert!(patch.starts_with("--- a/gateway/live configs/openclaw.json\t\n+++ b/gateway/"), "{patch}");
        desk.write("change.patch", &patch);
        assert_eq!(desk.ask(&["apply", given, "--yes"]).code, 0);
        let applied = desk.read(file);
        for tool in [&["git", "apply", "change.patch"][..], &["patch", "-p1", "-s", "-i", "change.patch"]] {
            desk.write(file, fixture(PERSONAL));
            let Some(output) = run(&desk.path(""), tool[0], &tool[1..]) else { continue };
            assert!(output.status.success(), "{tool:?}: {}", String::from_utf8_lossy(&output.stderr));
            assert_eq!(desk.read(file), applied, "{tool:?}");
        }
    }
}

/// A file elsewhere goes by its name; a linked one by where it really is, since patch programs follow no links.
#[cfg(unix)]
#[test]
fn files_elsewhere_and_links_are_named_so_that_a_patch_finds_them() {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("here/dotfiles")).unwrap();
    desk.write("openclaw.json", fixture(PERSONAL));
    desk.write("here/dotfiles/real.json5", fixture(PERSONAL));
    std::os::unix::fs::symlink("dotfiles/real.json5", desk.path("here/link.json5")).unwrap();
    let ask = |name: &str| {
        let mut command = desk.command(&["diff", name]);
        command.current_dir(desk.path("here"));
        desk.ask_with(command).stdout
    };
    assert!(ask("../openclaw.json").starts_with("--- a/openclaw.json\n"));
    assert!(ask(&desk.path("openclaw.json").display().to_string()).starts_with("--- a/openclaw.json\n"));
    assert!(ask("link.json5").starts_with("--- a/dotfiles/real.json5\n"));
    let mut piped = desk.command(&["diff", "-"]);
    piped.write_stdin(fixture(PERSONAL));
    assert!(desk.ask_with(piped).stdout.starts_with("--- a/openclaw.json\n"));
}

#[test]
fn a_merge_patch_holds_what_changes() {
    let desk = Desk::with_fixture(PERSONAL);
    let patch = |name: &str| desk.ask(&["diff", name, "--format", "merge-patch", "--worth", "0"]);
    let answer = patch(PERSONAL);
    assert_eq!(answer.code, 0);
    assert_eq!(
        serde_json::from_str::<Value>(&answer.stdout).unwrap(),
        json!({ "agents": { "defaults": {
            "heartbeat": { "every": "55m", "lightContext": true, "isolatedSession": true,
                "model": "anthropic/claude-haiku-4-5" },
            "models": { "anthropic/claude-haiku-4-5": { "params": { "cacheRetention": "long" } } } } } })
    );
    assert_eq!(desk.ask(&["apply", PERSONAL, "--yes", "--worth", "0"]).code, 0);
    assert_eq!(patch(PERSONAL).stdout, "{}\n", "nothing to change is a patch that changes nothing");

    let list =
        "{ meta: { lastTouchedVersion: '2026.7.35' }, agents: { defaults: { model: 'anthropic/claude-opus-4-6' },
        list: [{ id: 'a', heartbeat: { every: '30m', target: 'none' } }] } }";
    desk.write("list.json5", list);
    let refused = patch("list.json5");
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert!(refused.stderr.contains("is inside a list, which a merge patch cannot address; use --format commands"));
    assert_eq!(desk.ask(&["diff", "list.json5", "--format", "commands"]).code, 0);
}

/// A minified file is one line, secrets included.
#[test]
fn a_secret_on_a_changed_line_is_not_printed() {
    let text = "{\"agents\":{\"defaults\":{\"heartbeat\":{\"every\":\"30m\",\"target\":\"none\"}}},\
                \"gateway\":{\"auth\":{\"token\":\"hunter2-hunter2\"}}}";
    let desk = Desk::with(text);
    let refused = desk.ask(&["diff", "openclaw.json"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert!(refused.stderr.contains("--format commands"), "{refused}");
    for format in ["commands", "merge-patch", "plan"] {
        let answer = desk.ask(&["diff", "openclaw.json", "--format", format]);
        assert!(answer.code == 0 && !answer.mentions("hunter2"), "{answer}");
    }
    assert!(desk.ask(&["diff", "openclaw.json", "--include-secrets"]).stdout.contains("hunter2"));
    let applied = desk.ask(&["apply", "openclaw.json", "--yes"]);
    assert!(applied.code == 0 && !applied.mentions("hunter2"), "{applied}");
    assert!(desk.read("openclaw.json").contains("hunter2"));
}

/// `script` gives the command a terminal and types what it is piped.
#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_apply_asks() {
    let every = "\"55m\"";
    for (typed, code, changed) in [
        ("n\n", 1, None),
        ("\n", 1, None),
        ("y\n", 0, Some(vec![every, "isolatedSession: true", "claude-haiku-4-5"])),
        ("choose\nn\nn\nn\nn\n", 1, None),
        ("choose\nn\ny\nn\nn\ny\n", 0, Some(vec![every])),
        ("choose\nn\ny\nn\nn\nn\n", 1, None),
    ] {
        let desk = Desk::with_fixture(PERSONAL);
        let mut command = assert_cmd::Command::from_std(bare::program("script"));
        let line = format!("{} apply {PERSONAL}", bare::CLAWBEAT);
        command.args(["-qec", &line, "/dev/null"]).current_dir(desk.path("")).write_stdin(typed);
        let Ok(output) = command.output() else { return };
        let shown = String::from_utf8(output.stdout).unwrap();
        assert!(shown.contains("a month (") && shown.contains("Write it? [y/N/choose]"), "{shown}");
        assert_eq!(output.status.code(), Some(code), "{shown}");
        let (written, all) = (desk.read(PERSONAL), [every, "isolatedSession: true", "claude-haiku-4-5"]);
        assert_eq!(written != fixture(PERSONAL), changed.is_some(), "{shown}");
        let made: Vec<&str> = all.into_iter().filter(|made| written.contains(made)).collect();
        assert_eq!(made, changed.unwrap_or_default(), "{shown}");
        // The figure is that of what was chosen, as the written file bears out.
        if code == 0 {
            let (saves, now) =
                (figure(&shown, "This saves about "), figure(&shown, "about $588.53 a month before, about "));
            assert!((saves + now - 588.53).abs() < 1.0, "{saves} {now}: {shown}");
        }
    }
}

/// The last dollars after some words.
#[cfg(target_os = "linux")]
fn figure(text: &str, words: &str) -> f64 {
    let (_, after) = text.rsplit_once(words).unwrap_or_else(|| panic!("{words}: {text}"));
    let digits = after.trim_start_matches('$');
    digits.split([' ', ',', ';', '\r', '\n']).next().unwrap().parse().unwrap()
}

/// Rules of documents that only the repository has, such as R41, M8 or L5.
fn is_code(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let number = word.strip_prefix(['R', 'M', 'L']).map(|rest| rest.trim_end_matches(|c: char| c.is_ascii_lowercase()));
    number.is_some_and(|number| (1..3).contains(&number.len()) && number.bytes().all(|digit| digit.is_ascii_digit()))
}

#[test]
fn codes_of_documents_are_for_programs() {
    assert!(is_code("[M8,") && is_code("(R19a)") && !is_code("MiniMax-M2.7"));
    for fixture in ["personal.json5", "nexos.json5", "team.json5"] {
        let desk = Desk::with_fixture(fixture);
        for format in ["text", "markdown", "html"] {
            let asked = ["report", fixture, "--full", "--format", format, "--compare-release", "2026.4.15"];
            let asked = if format == "text" { asked.to_vec() } else { [&asked[..2], &asked[3..]].concat() };
            let answer = desk.ask(&asked);
            let code = answer.stdout.split_whitespace().find(|word| is_code(word));
            assert_eq!((answer.code, code), (0, None), "{fixture} {format}");
        }
    }
}
