//! Everything that a gateway runs by itself: the jobs of its store beside the heartbeats, priced, summed and judged.

use rusqlite::Connection;
use serde_json::{Value, json};

use super::common::Desk;

/// A tuned heartbeat and five jobs beside it, as users report them.
const TUNED: &str = r#"{ "meta": { "lastTouchedVersion": "2026.6.10" }, "agents": { "defaults": {
    "model": { "primary": "anthropic/claude-sonnet-4-6" },
    "heartbeat": { "every": "1h", "target": "last", "isolatedSession": true, "lightContext": true } } } }"#;

fn jobs() -> Value {
    let job = |(name, expression): (&str, &str)| {
        json!({ "id": name, "name": name, "enabled": true, "schedule": { "kind": "cron", "expr": expression },
            "sessionTarget": "isolated", "payload": { "kind": "agentTurn", "message": "check" } })
    };
    let jobs = [
        ("updates", "0 */12 * * *"),
        ("mail", "*/15 * * * *"),
        ("backup", "0 * * * *"),
        ("report", "0 7 * * *"),
        ("sync", "*/30 * * * *"),
    ];
    json!({ "version": 1, "jobs": jobs.map(job) })
}

fn desk(jobs: &str) -> Desk {
    let desk = Desk::new();
    desk.write("openclaw.json", TUNED);
    std::fs::create_dir(desk.path("cron")).unwrap();
    desk.write("cron/jobs.json", jobs);
    desk
}

const ASKED: [&str; 3] = ["report", "--state-dir", "."];

fn ask(desk: &Desk, more: &[&str]) -> super::common::Answer {
    desk.ask(&[&ASKED[..], more].concat())
}

fn report(desk: &Desk, more: &[&str]) -> Value {
    let answer = ask(desk, &[&["--format", "json"], more].concat());
    serde_json::from_str(&answer.stdout).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

fn typical(month: &Value) -> f64 {
    month["cost"]["typical"].as_str().unwrap().parse().unwrap()
}

#[test]
fn the_total_is_that_of_all_and_heartbeats_are_the_small_part() {
    let desk = desk(&jobs().to_string());
    let whole = report(&desk, &[]);
    let lines = whole["automations"].as_array().unwrap();
    let runs: Vec<(&str, u64)> =
        lines.iter().map(|line| (line["name"].as_str().unwrap(), line["runs"].as_u64().unwrap())).collect();
    let expected =
        [("heartbeat", 720), ("updates", 60), ("mail", 2880), ("backup", 720), ("report", 30), ("sync", 1440)];
    assert_eq!(runs, expected);
    let sum: f64 = lines.iter().map(typical).sum();
    let (all, beats) = (typical(&whole["totals"]["everything"]), typical(&whole["totals"]["current"]));
    assert!((all - sum).abs() < 1e-6 && all > 10.0 * beats, "{all} {sum} {beats}");
    // Heartbeats alone are what they are without a store.
    let alone = report(&desk, &["--only", "heartbeat"]);
    assert_eq!(alone["totals"]["everything"], whole["totals"]["current"]);
    assert_eq!(alone["totals"]["current"], report(&desk, &["--no-records", "openclaw.json"])["totals"]["everything"]);
    for format in ["text", "markdown", "html"] {
        let text = ask(&desk, &["--format", format]).stdout;
        assert!(text.contains("All that runs by itself costs about $") && text.contains("mail"), "{text}");
    }
    let full = ask(&desk, &["--full"]).stdout;
    assert!(full.contains("*/15 * * * *") && full.contains("openclaw cron edit mail --light-context"), "{full}");
}

/// The words of a command, as a shell hands them over.
fn shell_words(command: &str) -> Vec<String> {
    let script = format!("printf '%s\\n' {command}");
    let output = super::bare::program("sh").args(["-c", &script]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// A job as it is after `openclaw cron edit`, by the arguments that are offered.
fn edited(job: &Value, arguments: &[String]) -> Value {
    let mut job = job.clone();
    let mut arguments = arguments.iter().map(String::as_str);
    while let Some(flag) = arguments.next() {
        match flag {
            "--light-context" => job["payload"]["lightContext"] = json!(true),
            "--model" => job["payload"]["model"] = json!(arguments.next().unwrap()),
            "--every" => {
                let minutes: u64 = arguments.next().unwrap().trim_end_matches('m').parse().unwrap();
                job["schedule"] = json!({ "kind": "every", "everyMs": minutes * 60_000 });
            }
            "--cron" => job["schedule"] = json!({ "kind": "cron", "expr": arguments.next().unwrap() }),
            "--tz" => job["schedule"]["tz"] = json!(arguments.next().unwrap()),
            "--session" => job["sessionTarget"] = json!(arguments.next().unwrap()),
            "--trigger-script" => job["trigger"] = json!({ "file": arguments.next().unwrap() }),
            _ => panic!("{flag}"),
        }
    }
    job
}

/// What the real command made of a job is what [`edited`] makes of it.
#[test]
fn a_job_is_edited_as_the_real_command_edits_it() {
    let recorded = super::common::json_file("fixtures/oracle/cron-edits.json");
    let arguments = recorded["arguments"].as_array().unwrap().iter().map(|given| given.as_str().unwrap());
    let words: Vec<String> = arguments.flat_map(shell_words).collect();
    let added = json!({ "schedule": { "kind": "every", "everyMs": 300_000 },
        "payload": { "kind": "agentTurn", "message": "check" } });
    let job = edited(&added, &words);
    for held in recorded["held"].as_array().unwrap() {
        assert_eq!(job["schedule"], held["schedule"], "{}", held["release"]);
        for key in ["kind", "message", "lightContext", "model"] {
            assert_eq!(job["payload"][key], held["payload"][key], "{}", held["release"]);
        }
    }
}

#[test]
fn a_job_gets_its_script_and_its_session_as_the_real_command_gives_them() {
    let recorded = super::common::json_file("fixtures/oracle/cron-edits.json");
    for recorded in [&recorded["further"], &recorded["legacy"]] {
        let arguments = recorded["arguments"].as_array().unwrap().iter().map(|given| given.as_str().unwrap());
        let words: Vec<String> = arguments.flat_map(shell_words).collect();
        let job = edited(&json!({ "sessionTarget": "session:ledger" }), &words);
        for held in recorded["held"].as_array().unwrap() {
            assert_eq!(job["sessionTarget"], held["sessionTarget"], "{held}");
            assert_eq!(job["trigger"].is_object(), held["trigger"].is_object(), "{held}");
        }
    }
}

/// What the real command refuses is not offered.
#[test]
fn no_edit_is_offered_that_is_refused() {
    let recorded = &super::common::json_file("fixtures/oracle/cron-edits.json")["refused"];
    let release = recorded["release"].as_str().unwrap();
    for refused in recorded["edits"].as_array().unwrap() {
        let mut job = refused["job"].clone();
        job["id"] = json!("mail");
        job["schedule"] = json!({ "kind": "every", "everyMs": 300_000 });
        let desk = desk(&json!({ "version": 1, "jobs": [job] }).to_string());
        let report = report(&desk, &["--openclaw-version", release]);
        let line = report["automations"].as_array().unwrap().iter().find(|line| line["id"] == "mail").unwrap();
        let flag = refused["arguments"].as_str().unwrap().split(' ').next().unwrap();
        let offers = |option: &Value| option["command"].as_str().unwrap().contains(flag);
        assert!(!line["options"].as_array().is_some_and(|options| options.iter().any(offers)), "{line}");
    }
}

/// What a command saves is what the same job costs less once it was run, for every command that is offered.
#[test]
fn a_command_saves_what_it_says() {
    let mut file = jobs();
    file["jobs"][3]["schedule"] = json!({ "kind": "every", "everyMs": 600_000 });
    file["jobs"][4]["sessionTarget"] = json!("session:ledger");
    let release = ["--openclaw-version", "2026.9.6"];
    let before = report(&desk(&file.to_string()), &release);
    let mut kinds = std::collections::BTreeSet::new();
    for (at, line) in before["automations"].as_array().unwrap().iter().enumerate().skip(1) {
        let options = line["options"].as_array().unwrap();
        for option in options {
            let words = shell_words(option["command"].as_str().unwrap());
            assert_eq!(words[..4], ["openclaw", "cron", "edit", line["id"].as_str().unwrap()]);
            let mut changed = file.clone();
            changed["jobs"][at - 1] = edited(&file["jobs"][at - 1], &words[4..]);
            let after = report(&desk(&changed.to_string()), &release);
            let saving: f64 = option["saving"].as_str().unwrap().parse().unwrap();
            let (was, is) = (typical(line), typical(&after["automations"][at]));
            assert!(saving > 0.0 && (was - saving - is).abs() < 1e-6, "{option}: {was} {is}");
            assert_eq!(option["onlyIf"].is_string(), words[4] == "--trigger-script", "{option}");
            kinds.insert(words[4].clone());
        }
    }
    assert_eq!(
        kinds.into_iter().collect::<Vec<_>>(),
        ["--cron", "--every", "--light-context", "--model", "--session", "--trigger-script"]
    );
}

/// The commands stand on the first screen, and beside the patch that can make none of these changes.
#[test]
fn the_plan_names_the_commands_for_jobs() {
    let desk = desk(&jobs().to_string());
    let screen = ask(&desk, &[]).stdout;
    assert!(screen.contains("openclaw cron edit mail --"), "{screen}");
    for command in [&["diff"][..], &["apply", "--dry-run"]] {
        let answer = desk.ask(&[command, &["--state-dir", "."]].concat());
        assert!(answer.stderr.contains("less a month: openclaw cron edit mail --"), "{answer}");
        assert!(!answer.stdout.contains("openclaw cron"), "{answer}");
    }
}

#[test]
fn a_limit_is_held_against_all_of_it() {
    let desk = desk(&jobs().to_string());
    assert_eq!(ask(&desk, &["--max-monthly", "100"]).code, 1);
    assert_eq!(ask(&desk, &["--max-monthly", "100", "--only", "heartbeat"]).code, 0);
    assert_eq!(ask(&desk, &["--max-monthly", "100000"]).code, 0);
}

/// Whatever is wrong with some jobs, the others are priced, and nothing is written.
#[test]
fn what_cannot_run_is_said_and_the_rest_is_priced() {
    let mut file = jobs();
    let list = file["jobs"].as_array_mut().unwrap();
    list[0]["schedule"]["expr"] = json!("61 * * * *");
    list[1]["schedule"]["tz"] = json!("Mars/Base");
    list[2]["enabled"] = json!(false);
    list[3]["schedule"] = json!({ "kind": "at", "at": "2026-01-01T00:00:00Z" });
    list.push(json!(7));
    let desk = desk(&file.to_string());
    let whole = report(&desk, &[]);
    let notes: Vec<&str> =
        whole["automations"].as_array().unwrap().iter().filter_map(|line| line["note"].as_str()).collect();
    assert_eq!(notes.len(), 4, "{notes:?}");
    for (note, expected) in notes.iter().zip(["'61 * * * *'", "'Mars/Base'", "switched off", "has passed"]) {
        assert!(note.contains(expected), "{note}");
    }
    assert!(typical(&whole["totals"]["everything"]) > typical(&whole["totals"]["current"]));
    assert!(ask(&desk, &[]).stderr.contains("cron/jobs.json: jobs[5] is not a job"));
    let text = jobs().to_string();
    let desk = self::desk(&text[..text.len() - 20]);
    let torn = ask(&desk, &[]);
    assert!(torn.stderr.contains("cron/jobs.json:1:") && !torn.stdout.is_empty(), "{torn}");
    assert_eq!(desk.read("cron/jobs.json"), text[..text.len() - 20]);
}

/// 2026.9.6 calls such an agent unavailable; 2026.7.35 runs the job with the defaults.
#[test]
fn a_job_of_an_agent_that_is_gone_runs_on_legacy_releases_only() {
    let mut file = jobs();
    file["jobs"][1]["agentId"] = json!("gone");
    let desk = desk(&file.to_string());
    for (version, runs) in [("2026.7.35", 2880), ("2026.9.6", 0)] {
        let report = report(&desk, &["--openclaw-version", version]);
        let mail = report["automations"].as_array().unwrap().iter().find(|line| line["name"] == "mail").unwrap();
        assert_eq!(mail["runs"], runs, "{version}");
    }
}

/// A change that also switches promotion on adds more than its heartbeats.
#[test]
fn a_revision_is_held_against_all_that_it_starts() {
    let config = |dreaming: bool| {
        json!({ "meta": { "lastTouchedVersion": "2026.6.11" }, "agents": { "defaults": {
            "model": "google/gemini-3.1-pro-preview", "heartbeat": { "every": "0m" } } },
            "plugins": { "entries": { "memory-core": { "config": { "dreaming": { "enabled": dreaming } } } } } })
    };
    let desk = Desk::new();
    desk.write("old.json", config(false).to_string());
    desk.write("new.json", config(true).to_string());
    let answer = desk.ask(&["report", "new.json", "--against", "old.json", "--format", "json", "--max-increase", "0"]);
    let report: Value = serde_json::from_str(&answer.stdout).unwrap();
    let against = &report["against"];
    assert_eq!(answer.code, 1, "{answer}");
    assert_eq!(against["difference"]["from"], "0");
    assert_eq!(against["difference"]["to"], report["totals"]["everything"]["cost"]["typical"]);
    assert_ne!(against["difference"]["to"], "0");
}

/// A job stays with its own provider where that has a cheaper model, whatever provider the agents use.
#[test]
fn a_job_moves_to_a_model_of_its_own_provider() {
    let desk = desk(&{
        let mut file = jobs();
        file["jobs"][1]["payload"]["model"] = json!("openai/gpt-5.4");
        file.to_string()
    });
    let mut config: Value = serde_json::from_str(TUNED).unwrap();
    config["agents"]["defaults"]["models"] =
        json!({ "anthropic/claude-sonnet-4-6": {}, "openai/gpt-5.4": {}, "openai/gpt-5.4-mini": {} });
    desk.write("openclaw.json", config.to_string());
    let whole = report(&desk, &[]);
    let options = whole["automations"][2]["options"].to_string();
    assert!(options.contains("openclaw cron edit mail --model openai/gpt-5.4-"), "{options}");
}

/// What comes without a schedule is counted where records are read, and named where they are not.
#[test]
fn what_no_schedule_decides_is_measured_or_named() {
    let store = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/records/isolated-light-2026.9.6/state");
    let config = store.join("openclaw.json");
    let asked = ["report", config.to_str().unwrap(), "--month", "2026-11", "--format", "json"];
    let ask = |more: &[&str]| -> Value {
        let answer = Desk::new().ask(&[&asked, more].concat());
        serde_json::from_str(&answer.stdout).unwrap_or_else(|error| panic!("{error}: {answer}"))
    };
    let of = |report: &Value, kind: &str| {
        let all = report["unscheduled"].as_array().unwrap();
        all.iter().find(|one| one["kind"] == kind).unwrap().clone()
    };
    // A copy, as reading a database may write beside it.
    let copy = tempfile::tempdir().unwrap();
    copied(&store, copy.path());
    let measured = ask(&["--state-dir", copy.path().to_str().unwrap()]);
    let chat = &of(&measured, "chat")["recorded"];
    // 14 requests of chat reached the provider (truth.json), in 60 hours.
    assert_eq!((&chat["requests"], &chat["hours"]), (&json!(14), &json!(60)), "{chat}");
    let amount = |value: &Value| value.as_str().unwrap().parse::<f64>().unwrap();
    let month = amount(&chat["month"]["cost"]) / amount(&chat["cost"]);
    assert!((11.8..=12.1).contains(&month), "{month}");
    assert_eq!(of(&measured, "wakes")["recorded"]["turns"], 0);
    let named = ask(&["--no-records"]);
    for kind in ["chat", "subagents", "hooks", "wakes"] {
        assert_eq!(of(&named, kind)["recorded"], Value::Null, "{kind}");
    }
    assert!(of(&named, "subagents")["requestTokens"].as_u64().unwrap() > 5_000);
    assert_eq!(of(&named, "wakes").get("atMost"), None);
}

fn copied(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copied(&path, &target) } else { std::fs::copy(&path, target).map(drop).unwrap() }
    }
}

/// Calls from outside may wake an agent as often as the guard lets them.
#[test]
fn calls_from_outside_have_a_bound_where_the_release_has_one() {
    let most = |release: &str| {
        let desk = desk(&jobs().to_string());
        desk.write("openclaw.json", TUNED.replacen('{', r#"{ "hooks": { "enabled": true, "token": "x" }, "#, 1));
        let whole = report(&desk, &["--openclaw-version", release, "--month", "2026-11", "--timezone", "UTC"]);
        whole["unscheduled"].as_array().unwrap().iter().find(|one| one["kind"] == "wakes").unwrap()["atMost"].clone()
    };
    let bound = most("2026.7.35");
    assert_eq!((&bound["perMinute"], &bound["runs"]), (&json!(5), &json!(5 * 60 * 24 * 30)), "{bound}");
    assert_eq!(most("2026.4.15"), Value::Null);
    // Heartbeats that are off are woken by commands, half a minute apart.
    let desk = desk(&jobs().to_string());
    desk.write(
        "openclaw.json",
        r#"{ "agents": { "defaults": { "heartbeat": { "every": "0m", "target": "none" } } } }"#,
    );
    for (release, expected) in [("2026.9.6", json!(2)), ("2026.7.35", Value::Null)] {
        let whole = report(&desk, &["--openclaw-version", release, "--month", "2026-11"]);
        let wakes = whole["unscheduled"].as_array().unwrap().iter().find(|one| one["kind"] == "wakes").unwrap();
        assert_eq!(wakes["atMost"]["perMinute"], expected, "{release}: {wakes}");
    }
}

/// A state directory that was copied: the jobs beside the config are its own, and a heartbeat that is off is not all.
#[test]
fn jobs_beside_the_config_are_counted_unless_records_are_left_out() {
    let desk = desk(&jobs().to_string());
    let told = desk.ask(&["report"]);
    assert!(told.stdout.contains("All that runs by itself costs about $"), "{told}");
    assert!(told.stderr.contains("cron/jobs.json; --no-records leaves them out"), "{told}");
    assert_eq!(desk.report(&["openclaw.json"])["totals"], report(&desk, &[])["totals"]);
    let told = desk.ask(&["report", "--no-records"]);
    assert!(!told.mentions("All that runs") && !told.mentions("jobs.json"), "{told}");
}

/// From 2026.6 on the jobs stand in the database of the state directory (STORES.md).
#[test]
fn jobs_of_a_database_beside_the_config_are_counted() {
    let filed = desk(&jobs().to_string());
    let desk = Desk::new();
    desk.write("openclaw.json", TUNED);
    std::fs::create_dir(desk.path("state")).unwrap();
    let path = desk.path("state/openclaw.sqlite");
    let database = Connection::open(&path).unwrap();
    database.execute_batch("CREATE TABLE cron_jobs (job_id TEXT, enabled INTEGER, job_json TEXT)").unwrap();
    // A gateway without jobs is not worth a word.
    let told = desk.ask(&["report"]);
    assert!(!told.mentions("the jobs are those of") && !told.mentions("All that runs"), "{told}");
    for job in jobs()["jobs"].as_array().unwrap() {
        let row = (job["id"].as_str().unwrap(), job.to_string());
        database.execute("INSERT INTO cron_jobs VALUES (?1, 1, ?2)", row).unwrap();
    }
    drop(database);
    let told = desk.ask(&["report"]);
    assert!(told.stderr.contains("state/openclaw.sqlite; --no-records leaves them out"), "{told}");
    assert_eq!(desk.report(&["openclaw.json"])["totals"], filed.report(&["openclaw.json"])["totals"]);
    assert!(!desk.ask(&["report", "--no-records"]).mentions("All that runs"));
}

/// On releases where the session's model comes before that of a heartbeat, it comes before that of a job
/// (openclaw/openclaw#57006, #57206, #57367, #65129).
#[test]
fn the_model_of_a_job_answers_where_the_release_heeds_it() {
    let job = json!({ "id": "mail", "name": "mail", "enabled": true, "schedule": { "kind": "cron", "expr": "*/15 * * * *" },
        "sessionTarget": "isolated",
        "payload": { "kind": "agentTurn", "message": "check", "model": "anthropic/claude-haiku-4-5" } });
    let desk = desk(&json!({ "version": 1, "jobs": [job] }).to_string());
    for (release, model) in [
        ("2026.3.24", "anthropic/claude-haiku-4-5"),
        ("2026.4.2", "anthropic/claude-sonnet-4-6"),
        ("2026.4.5", "anthropic/claude-haiku-4-5"),
    ] {
        let whole = report(&desk, &["--openclaw-version", release]);
        let line = whole["automations"].as_array().unwrap().iter().find(|line| line["name"] == "mail").unwrap();
        assert_eq!(line["model"], model, "{release}");
        let full = ask(&desk, &["--full", "--openclaw-version", release]);
        let is_heeded = model.ends_with("haiku-4-5");
        let says = full.flat().contains("its model 'anthropic/claude-haiku-4-5' does not answer before 2026.4.5");
        assert_eq!((says, full.stdout.contains("edit mail --model")), (!is_heeded, false), "{full}");
    }
}
