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
        let answer = desk.ask(&["report", "--full", "openclaw.json", "--workspace", folder]);
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
        let pipe = super::bare::program("mkfifo").arg(desk.path("ws/USER.md")).status().unwrap();
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

const TASKS: &str = "# Heartbeat\n\ntasks:\n\n- name: mail\n  interval: 6h\n  prompt: \"Look for mail.\"\n\n\
                     - name: backups\n  interval: 24h\n  prompt: \"See the backup.\"\n";

/// 30 days of a task every 6h are 120 runs, whatever the ticks between; the daily one goes along with every fourth. So
/// the bill is that of every 6h, and a longer interval up to there saves nothing.
#[test]
fn tasks_run_at_their_own_interval_and_no_longer_one_saves_nothing() {
    let desk = desk("2026.4.15", &[("HEARTBEAT.md", TASKS)]);
    let ask = |every: &str| {
        let config = desk.read("openclaw.json").replace("\"1h\"", &format!("\"{every}\""));
        desk.write("tasks.json", config);
        desk.report(&["tasks.json", "--workspace", "ws", "--month", "2026-11"])
    };
    let (quarter, six) = (ask("15m"), ask("6h"));
    assert_eq!(runs(&quarter), 120);
    let skips = &quarter["totals"]["current"]["skips"];
    assert_eq!(skips["no-tasks-due"], 2_880 - 120);
    let cost = |report: &Value| report["totals"]["current"]["cost"]["typical"].as_str().unwrap().to_owned();
    assert_eq!((cost(&quarter), runs(&six)), (cost(&six), 120));
    let changes = quarter["agents"][0]["changes"].as_array().cloned().unwrap_or_default();
    assert!(
        !changes.iter().any(|change| change["lever"] == "every" && change["saves"].as_str() > Some("1")),
        "{changes:?}"
    );
    ask("15m");
    let trace = desk.ask(&["simulate", "tasks.json", "--workspace", "ws", "--month", "2026-11", "--trace"]).stdout;
    assert!(trace.contains("\"reason\":\"no-tasks-due\""), "{trace:.400}");
}

/// A workspace that the config names is read where it is on this machine, and that is said; `--no-workspace` leaves it.
#[test]
fn the_workspace_that_the_config_names_is_read() {
    let heartbeat = json!({ "every": "30m", "target": "last" });
    let config = json!({ "meta": { "lastTouchedVersion": "2026.4.15" }, "agents": { "defaults": {
        "model": "anthropic/claude-opus-4-8", "heartbeat": heartbeat, "workspace": "~/ws" } } });
    let desk = Desk::with(config.to_string());
    fs::create_dir_all(desk.path("home/ws")).unwrap();
    desk.write("home/ws/HEARTBEAT.md", "# HEARTBEAT.md\n\n# Keep this file empty to skip heartbeat API calls\n");
    desk.write("home/ws/SOUL.md", "persona\n");
    let ask = |arguments: &[&str]| desk.report(&[&["openclaw.json", "--month", "2026-11"], arguments].concat());
    let read = ask(&[]);
    assert_eq!(runs(&read), 0);
    let said = |report: &Value| report["assumptions"].as_array().unwrap().iter().any(|one| one["name"] == "workspace");
    assert!(said(&read));
    let text = desk.ask(&["report", "--full", "openclaw.json", "--month", "2026-11"]).stdout;
    assert!(text.contains("Workspace: the files in ~/ws count for 'main'"), "{text}");
    assert!(!text.contains(desk.path("home").to_str().unwrap()), "{text}");
    let left = ask(&["--no-workspace"]);
    assert_eq!((runs(&left), said(&left)), (1_440, false));
    // Another folder comes before it, a part of a larger file and standard input are of some other machine.
    fs::create_dir(desk.path("other")).unwrap();
    desk.write("other/HEARTBEAT.md", "- look\n");
    assert_eq!(runs(&ask(&["--workspace", "other"])), 1_440);
    desk.write("values.json", json!({ "config": config }).to_string());
    assert_eq!(runs(&desk.report(&["values.json", "--at", "config", "--month", "2026-11"])), 1_440);
    // A folder that is not here, or has none of the files, changes nothing.
    fs::remove_dir_all(desk.path("home/ws")).unwrap();
    assert_eq!(runs(&ask(&[])), 1_440);
}

/// One relative to where the gateway was started, which no file says, is looked for beside the config.
#[test]
fn a_relative_workspace_is_looked_for_beside_the_config() {
    let config = json!({ "meta": { "lastTouchedVersion": "2026.4.15" }, "agents": { "defaults": {
        "model": "anthropic/claude-opus-4-8", "heartbeat": { "every": "30m", "target": "last" }, "workspace": "./ws" } } });
    let desk = Desk::with(config.to_string());
    let ask = || desk.ask(&["report", "--full", "openclaw.json", "--month", "2026-11"]).stdout;
    assert!(!ask().contains("Workspace: the files"));
    fs::create_dir(desk.path("ws")).unwrap();
    desk.write("ws/HEARTBEAT.md", "# Nothing\n");
    let text = ask();
    assert!(text.contains("Workspace: the files in ./ws count for 'main'"), "{text}");
    assert!(text.contains("taken from the config's folder"), "{text}");
    assert_eq!(runs(&desk.report(&["openclaw.json", "--month", "2026-11"])), 0);
}

/// Each agent has its own: the one it names, or its part of the shared one; those without a folder take the load's.
#[test]
fn every_agent_has_a_workspace_of_its_own() {
    let heartbeat = json!({ "every": "1h", "target": "none" });
    let config = json!({ "meta": { "lastTouchedVersion": "2026.7.35" }, "agents": {
        "defaults": { "model": "anthropic/claude-opus-4-6", "heartbeat": heartbeat, "workspace": "~/ws" },
        "list": [{ "id": "main" }, { "id": "ops" }, { "id": "own", "workspace": "~/own" }, { "id": "bare" }] } });
    let desk = Desk::with(config.to_string());
    for (folder, text) in [("ws", "# empty\n"), ("ws/ops", TASKS), ("own", "- look\n")] {
        fs::create_dir_all(desk.path(&format!("home/{folder}"))).unwrap();
        desk.write(&format!("home/{folder}/HEARTBEAT.md"), text);
    }
    let report = desk.report(&["openclaw.json", "--month", "2026-11"]);
    let runs = |at: usize| report["agents"][at]["current"]["runs"].as_u64().unwrap();
    assert_eq!([0, 1, 2, 3].map(runs), [0, 120, 720, 720]);
    let named = report["assumptions"].as_array().unwrap().iter().filter(|one| one["name"] == "workspace").count();
    assert_eq!(named, 3);
}

/// Without a name it lies in the state directory, and is read if the config is the one that lies there.
#[test]
fn the_default_workspace_belongs_to_the_config_in_the_state_directory() {
    let config = json!({ "meta": { "lastTouchedVersion": "2026.7.35" }, "agents": { "defaults": {
        "model": "anthropic/claude-opus-4-6", "heartbeat": { "every": "1h", "target": "none" } } } })
    .to_string();
    let desk = Desk::with(&config);
    fs::create_dir_all(desk.path("home/.openclaw/workspace")).unwrap();
    desk.write("home/.openclaw/openclaw.json", &config);
    desk.write("home/.openclaw/workspace/HEARTBEAT.md", "# empty\n");
    let count = |arguments: &[&str]| runs(&desk.report(&[arguments, &["--month", "2026-11"]].concat()));
    assert_eq!(count(&["openclaw.json"]), 720);
    assert_eq!(count(&["home/.openclaw/openclaw.json"]), 0);
    assert_eq!(count(&[]), 720, "the file in this folder comes before the home's");
    fs::remove_file(desk.path("openclaw.json")).unwrap();
    assert_eq!(count(&[]), 0);
}
