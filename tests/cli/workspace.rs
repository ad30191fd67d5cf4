//! `--workspace` on real folders. Sizes come from recordings of running gateways (`fixtures/oracle`) and from the caps as
//! OpenClaw states them (R23); what is read and what is not was asked of its own loaders.

use std::fs;

use serde_json::{Value, json};

use super::common::{Desk, json_file};

/// A folder `ws` with files, beside a config for a release.
fn desk(release: &str, files: &[(&str, &str)]) -> Desk {
    let config = json!({ "meta": { "lastTouchedVersion": release }, "agents": { "defaults": {
        "model": "anthropic/claude-opus-4-6",
        "heartbeat": { "every": "1h", "target": "none", "isolatedSession": true } } } });
    let desk = Desk::with(config.to_string());
    fs::create_dir(desk.path("ws")).unwrap();
    for (name, text) in files {
        desk.write(&format!("ws/{name}"), text);
    }
    desk
}

fn report(desk: &Desk) -> Value {
    desk.report(&["openclaw.json", "--workload", "idle", "--workspace", "ws"])
}

fn runs(report: &Value) -> u64 {
    report["totals"]["current"]["runs"].as_u64().unwrap()
}

fn files_sent(report: &Value) -> u64 {
    report["agents"][0]["request"]["workspaceFiles"].as_u64().unwrap()
}

fn warns(report: &Value, text: &str) -> bool {
    report["warnings"].as_array().unwrap().iter().any(|warning| warning.as_str().unwrap().contains(text))
}

/// 30 days of hours, for every release: a missing HEARTBEAT.md has the model called, and no file is sent. The recorded
/// isolated request of 66,222 characters on 2026.7.35 then goes without its 12,195 characters of files.
#[test]
fn an_empty_folder_runs_and_sends_no_file() {
    for release in ["2026.4.15", "2026.7.35", "2026.9.6"] {
        let report = report(&desk(release, &[]));
        assert_eq!((runs(&report), files_sent(&report)), (720, 0), "{release}");
    }
    let request = report(&desk("2026.7.35", &[]))["agents"][0]["request"].clone();
    let parts = ["tools", "stableSystem", "skills", "volatileSystem", "message", "carrier"];
    let sum: u64 = parts.iter().map(|part| request[part].as_u64().unwrap()).sum();
    assert!(sum.abs_diff(66_222 - 12_195) <= 1, "{sum}");
}

/// L5: the templates of 2026.4.15 and 2026.7.35 and an empty checklist were each left alone there. Before code fences and
/// comments counted as nothing (2026.4.10, 2026.6.5) the same files were work; current releases do not read the file.
#[test]
fn a_heartbeat_file_without_work_skips_every_tick_where_the_release_reads_it_so() {
    let facts = json_file("fixtures/oracle/requests-legacy.json");
    let template =
        |release: &str| facts["releases"][release]["heartbeatFile"]["stockTemplate"].as_str().unwrap().to_owned();
    let (fenced, commented) = (template("2026.4.15"), template("2026.7.35"));
    for (release, text, expected) in [
        ("2026.4.15", fenced.as_str(), 0),
        ("2026.4.8", &fenced, 720),
        ("2026.7.35", &fenced, 0),
        ("2026.7.35", &commented, 0),
        ("2026.6.1", &commented, 720),
        ("2026.4.15", "# Tasks\n\n- [ ]\n", 0),
        ("2026.7.35", "", 0),
        ("2026.7.35", "# Tasks\n\n- [ ] look at the mail\n", 720),
        ("2026.9.6", "", 720),
        ("2026.9.6", &fenced, 720),
    ] {
        let report = report(&desk(release, &[("HEARTBEAT.md", text)]));
        assert_eq!(runs(&report), expected, "{release}: {text}");
        let skips = &report["totals"]["current"]["skips"];
        assert_eq!(skips["empty-heartbeat-file"].as_u64().unwrap_or(0), 720 - expected, "{release}: {text}");
    }
}

/// The recorded texts end up as 60,646 characters with their heads on 2026.9.6. On 2026.4.15 a file over its 12,000 keeps
/// 0.9 · 12,000 + 110 = 10,910; five of them leave 5,450 of 60,000 for HEARTBEAT.md, which then keeps
/// 0.9 · 5,450 + 110 = 5,015, and the last 435 go to BOOTSTRAP.md. On 2026.7.35 the same folder fills the 60,000 too.
#[test]
fn files_over_their_caps_are_cut_as_each_release_cuts_them() {
    let names = ["AGENTS", "SOUL", "TOOLS", "IDENTITY", "USER", "HEARTBEAT", "BOOTSTRAP", "MEMORY"];
    let names: Vec<String> = names.iter().map(|name| format!("{name}.md")).collect();
    let texts: Vec<String> = names.iter().map(|name| format!("# {name}\n{}", "clerk ".repeat(4_165))).collect();
    let files: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    let sent = |release: &str| files_sent(&report(&desk(release, &files)));
    let recorded =
        json_file("fixtures/oracle/workspaces.json")["cases"][1]["chars"]["bootstrapFiles"].as_u64().unwrap();
    assert_eq!(recorded, 60_646);
    assert!(sent("2026.9.6").abs_diff(recorded) < 200, "{}", sent("2026.9.6"));
    let heads = |files: u64| 85 + files * 38;
    assert_eq!(sent("2026.4.15"), 5 * 10_910 + 5_015 + 435 + heads(7));
    assert_eq!(sent("2026.7.35"), 60_000 + heads(4));
}

#[test]
fn a_folder_that_is_none_is_refused() {
    let desk = desk("2026.9.6", &[]);
    for folder in ["nowhere", "openclaw.json"] {
        let answer = desk.ask(&["report", "openclaw.json", "--workspace", folder]);
        assert_eq!(answer.code, 2, "{answer}");
        assert!(answer.stderr.contains(&format!("workspace {folder}")) && answer.stdout.is_empty(), "{answer}");
    }
}

/// The loaders of 2026.4.15 and 2026.7.35 follow a link inside the folder, that of 2026.9.6 none, and nobody reads a link
/// out of it, a hard link, a pipe, a folder or more than 2 MiB. Nothing waits for a writer.
#[cfg(unix)]
#[test]
fn what_openclaw_would_not_read_is_left_out_and_named() {
    for (release, follows) in [("2026.4.15", true), ("2026.7.35", true), ("2026.9.6", false)] {
        let desk = desk(release, &[("notes.md", "inside, seventeen"), ("IDENTITY.md", "twelve chars")]);
        desk.write("outside.md", "outside");
        desk.write("hard.md", "hard");
        let link =
            |to: &str, name: &str| std::os::unix::fs::symlink(desk.path(to), desk.path(&format!("ws/{name}"))).unwrap();
        link("ws/notes.md", "AGENTS.md");
        link("outside.md", "SOUL.md");
        fs::hard_link(desk.path("hard.md"), desk.path("ws/TOOLS.md")).unwrap();
        let pipe = std::process::Command::new("mkfifo").arg(desk.path("ws/USER.md")).status().unwrap();
        assert!(pipe.success());
        fs::create_dir(desk.path("ws/MEMORY.md")).unwrap();
        desk.write("ws/BOOTSTRAP.md", "x".repeat((2 << 20) + 1));
        let report = report(&desk);
        let (texts, section) = if follows { (12 + 17, 85) } else { (12, 233) };
        let heads = if follows { 2 * 38 } else { 38 };
        assert_eq!(files_sent(&report), texts + heads + section, "{release}");
        for (name, why) in [
            ("SOUL.md", "a link out of the folder"),
            ("TOOLS.md", "a hard link"),
            ("USER.md", "not a regular file"),
            ("MEMORY.md", "not a regular file"),
            ("BOOTSTRAP.md", "larger than 2 MiB"),
        ] {
            let said = report["warnings"].as_array().unwrap().iter().any(|warning| {
                let warning = warning.as_str().unwrap();
                warning.contains(&format!("does not read {name}: ")) && warning.contains(why)
            });
            assert!(said, "{release} {name}: {}", report["warnings"]);
        }
        assert_eq!(warns(&report, "does not read AGENTS.md"), !follows, "{release}");
    }
}
