//! A file that OpenClaw refuses is not done: the plan fixes first what the linter can fix, and `apply` says 0 only of a
//! file that OpenClaw takes.

use serde_json::{Value, json};

use super::common::{Desk, repository};

const FILE: &str = "openclaw.json";

fn verdict(desk: &Desk, flags: &[&str]) -> String {
    let answer = desk.ask(&[&["lint", FILE, "--format", "json"], flags].concat());
    let lint: Value = serde_json::from_str(&answer.stdout).unwrap_or_else(|error| panic!("{error}: {answer}"));
    lint["files"][0]["verdict"].as_str().unwrap_or_default().to_owned()
}

/// From a public report: a model with fallbacks, as agents have it and heartbeats have not.
const MODEL_OBJECT: &str = r#"{
  "meta": { "lastTouchedVersion": "2026.4.14" },
  "agents": {
    "defaults": {
      "model": { "primary": "openai-codex/gpt-5.4", "fallbacks": ["claude-cli/claude-sonnet-4-6"] },
      "heartbeat": {
        "every": "30m",
        "model": { "primary": "openrouter/minimax/minimax-m2.7", "fallbacks": ["openai-codex/gpt-5.4"] }
      }
    }
  }
}"#;

#[test]
fn what_the_linter_can_fix_is_fixed_first() {
    let desk = Desk::with(MODEL_OBJECT);
    let report = desk.report(&[FILE]);
    let mend = json!({
        "path": "agents.defaults.heartbeat.model",
        "from": { "primary": "openrouter/minimax/minimax-m2.7", "fallbacks": ["openai-codex/gpt-5.4"] },
        "to": "openrouter/minimax/minimax-m2.7",
        "rule": "wrong-type",
        "reason": report["mends"][0]["reason"],
    });
    assert_eq!(report["mends"], json!([mend]));
    assert_eq!((&report["config"]["verdict"], &report["config"]["verdictAfter"]), (&json!("refused"), &json!("valid")));
    let told = desk.ask(&["report", "--full", FILE]).flat();
    assert!(told.contains("(named in the file) OpenClaw 2026.4.14 refuses this file and does not start"), "{told}");
    assert!(told.contains("The changes below fix that first"), "{told}");
    let planned = desk.ask(&["diff", FILE, "--format", "plan"]);
    assert!(planned.stderr.contains("fixed first: agents.defaults.heartbeat.model: "), "{planned}");
    let plan: Value = serde_json::from_str(&planned.stdout).unwrap();
    assert_eq!(plan["mends"], report["mends"]);
    assert_eq!(plan["changes"][0]["path"], "agents.defaults.heartbeat.model");
    assert_eq!(plan["changes"][1]["path"], "agents.defaults.heartbeat.every");

    let applied = desk.ask(&["apply", FILE, "--yes"]);
    assert_eq!(applied.code, 0, "{applied}");
    assert!(applied.stderr.contains("OpenClaw accepts the file now: start the gateway"), "{applied}");
    assert!(desk.read(FILE).contains(r#""model": "openrouter/minimax/minimax-m2.7","#), "{}", desk.read(FILE));
    assert_eq!(verdict(&desk, &[]), "valid");
    assert_eq!(desk.ask(&["diff", FILE]).stdout, "");
}

/// Neither a fix nor the plan writes the policy, and nobody can say what was meant by it.
#[test]
fn what_it_cannot_fix_is_refused_unless_it_is_asked_for() {
    let text = MODEL_OBJECT.replace("\"every\": \"30m\"", "\"every\": \"30m\", \"directPolicy\": \"now and then\"");
    let desk = Desk::with(&text);
    for dry in [&[][..], &["--dry-run"]] {
        let refused = desk.ask(&[&["apply", FILE, "--yes"], dry].concat());
        assert_eq!((refused.code, desk.read(FILE)), (1, text.clone()), "{refused}");
        assert!(refused.stderr.contains("error: OpenClaw 2026.4.14 would still refuse openclaw.json:"), "{refused}");
        assert!(refused.stderr.contains("directPolicy"), "{refused}");
        assert!(refused.stderr.contains("--allow-refused"), "{refused}");
    }
    let report = desk.report(&[FILE]);
    assert_eq!(report["config"]["verdictAfter"], "refused");
    assert!(report["config"]["problemsAfter"][0].as_str().unwrap().contains("directPolicy"));
    // What is left is named, not what the changes fix; and what follows is not the command that would write nothing.
    for full in [&[][..], &["--full"]] {
        let shown = desk.ask(&[&["report", FILE], full].concat());
        let first = shown.flat();
        assert!(first.contains("'now and then' is not allowed for agents.defaults.heartbeat.directPolicy."), "{shown}");
        assert!(first.contains("clawbeat cannot fix that; the changes below fix the rest"), "{shown}");
        assert!(first.contains("clawbeat lint openclaw.json") && !first.contains("clawbeat apply"), "{shown}");
    }
    let two = desk.read(FILE).replace("\"now and then\"", "\"now and then\", \"target\": 7");
    let of_two = Desk::with(two).ask(&["report", FILE]);
    assert!(of_two.flat().contains("(and 1 more)"), "{of_two}");
    let written = desk.ask(&["apply", FILE, "--yes", "--allow-refused"]);
    assert_eq!(written.code, 1, "{written}");
    assert!(written.stderr.contains("error: OpenClaw 2026.4.14 still refuses openclaw.json:"), "{written}");
    assert_ne!(desk.read(FILE), text);
    // There is nothing more to change, and it is not done.
    let again = desk.ask(&["apply", FILE, "--yes"]);
    assert_eq!(again.code, 1, "{again}");
    assert!(again.stderr.contains("error: OpenClaw 2026.4.14 refuses openclaw.json:"), "{again}");
    assert_eq!(desk.ask(&["undo", FILE]).code, 0);
    assert_eq!(desk.read(FILE), text);
}

/// The timer that cannot count its interval is no change of a plan: who else's settings are changed is told of it.
#[test]
fn an_interval_that_no_timer_counts_is_told_with_each_change() {
    let text = r#"{ "meta": { "lastTouchedVersion": "2026.4.15" }, "agents": {
        "defaults": { "model": "anthropic/claude-sonnet-4-6", "heartbeat": { "every": "720h" } },
        "list": [{ "id": "main" }, { "id": "ops", "heartbeat": null }] } }"#;
    for command in [&["diff", FILE][..], &["apply", FILE, "--dry-run"], &["apply", FILE, "--yes"]] {
        let told = Desk::with(text).ask(command);
        assert_eq!(told.code, 0, "{told}");
        assert!(told.stderr.contains("agent 'main': its timer cannot count 30d and fires each millisecond"), "{told}");
    }
}

/// Every bad fixture of every rule, as both generations read it.
#[test]
fn exit_0_means_that_openclaw_takes_the_file() {
    let mut refusals = 0;
    for folder in std::fs::read_dir(repository("fixtures/findings")).unwrap() {
        let folder = folder.unwrap();
        let text = std::fs::read_to_string(folder.path().join("bad.json5")).unwrap();
        for version in [&[][..], &["--openclaw-version", "2026.4.15"], &["--openclaw-version", "2026.9.6"]] {
            let what = format!("{:?} {version:?}", folder.file_name());
            let ask = |desk: &Desk, arguments: &[&str]| desk.ask(&[arguments, version].concat());
            let desk = Desk::with(&text);
            let before = verdict(&desk, version);
            let saved = ask(&desk, &["diff", FILE, "--format", "plan"]);
            let applied = ask(&desk, &["apply", FILE, "--yes"]);
            let after = verdict(&desk, version);
            match applied.code {
                0 => assert_ne!(after, "refused", "{what}: {applied}"),
                1 => {
                    assert_eq!((desk.read(FILE), after.as_str()), (text.clone(), "refused"), "{what}: {applied}");
                    assert!(applied.stderr.contains("error: OpenClaw "), "{what}: {applied}");
                }
                _ => assert!(saved.code == 2 && desk.read(FILE) == text, "{what}: {applied}"),
            }
            if applied.code == 0 {
                assert_eq!(ask(&desk, &["diff", FILE]).stdout, "", "{what}: {}", desk.read(FILE));
                let from_file = Desk::with(&text);
                from_file.write("plan.json", saved.stdout);
                let from_plan = from_file.ask(&["apply", FILE, "--plan", "plan.json", "--yes"]);
                assert_eq!((from_plan.code, from_file.read(FILE)), (0, desk.read(FILE)), "{what}: {from_plan}");
            }
            if before == "refused" {
                refusals += 1;
                let told = Desk::with(&text).ask(&[&["report", "--full", FILE], version].concat()).flat();
                let first = told.split(") ").nth(1).unwrap_or_default();
                assert!(first.contains("refuses this file and does not start with it"), "{what}: {told}");
            }
        }
    }
    assert!(refusals > 10, "{refusals}");
}

/// A plan comes from a file: it writes what the linter would write here, and no other key in the name of a fix.
#[test]
fn a_saved_plan_makes_the_fixes_of_this_file_only() {
    let desk = Desk::with(MODEL_OBJECT);
    let mut plan: Value = serde_json::from_str(&desk.ask(&["diff", FILE, "--format", "plan"]).stdout).unwrap();
    plan["changes"][0] = json!({ "path": "agents.defaults.model", "to": "x/y" });
    desk.write("plan.json", plan.to_string());
    let refused = desk.ask(&["apply", "--plan", "plan.json", "--yes"]);
    assert_eq!((refused.code, desk.read(FILE).as_str()), (1, MODEL_OBJECT), "{refused}");
    assert!(refused.stderr.contains("which is not a heartbeat setting"), "{refused}");
}

/// What belongs in a heartbeat block and stands one level too high is moved, not lost: a guide's `isolatedSession` in an agent.
#[test]
fn keys_of_a_block_are_moved_into_it() {
    let defaults =
        r#"{ agents: { defaults: { model: "anthropic/claude-sonnet-4-6", every: "2h", lightContext: true } } }"#;
    let own = r#"{ agents: { list: [{ id: "main", activeHours: { start: "08:00", end: "22:00" } }, { id: "ops" }] } }"#;
    for (config, says, figures) in [
        (defaults, "agents.defaults.heartbeat: move it there", ("2h", 360)),
        (own, "agents.list[0].heartbeat: move it there", ("30m", 840)),
    ] {
        let desk = Desk::with(config);
        let told = desk.ask(&["lint", "--openclaw-version", "2026.4.15", "openclaw.json"]);
        assert!(told.flat().contains(says) && !told.flat().contains("remove it: OpenClaw refuses"), "{told}");
        let agent = &desk.report(&["--openclaw-version", "2026.4.15"])["agents"][0];
        assert_eq!(
            (&agent["settings"]["every"]["value"], &agent["current"]["runs"]),
            (&figures.0.into(), &figures.1.into())
        );
    }
    // Where the block says it already, the other goes.
    let twice = r#"{ agents: { defaults: { every: "2h", heartbeat: { every: "1h" } } } }"#;
    let told = Desk::with(twice).ask(&["lint", "--openclaw-version", "2026.4.15", "openclaw.json"]);
    assert!(told.flat().contains("agents.defaults.heartbeat.every is set already: remove this one"), "{told}");
}

/// What a file costs that OpenClaw refuses, and that runs otherwise once it is put right, nobody will ever pay: lint told $361 a
/// month where the report told $89.
#[test]
fn of_a_refused_file_lint_tells_no_cost_that_nobody_pays() {
    let release = ["--openclaw-version", "2026.2.9"];
    let lint = |desk: &Desk| desk.ask(&[&["lint", FILE], &release[..]].concat()).stdout;
    let model = r#""agents": { "defaults": { "model": "anthropic/claude-sonnet-4-5" } }"#;
    let hourly = lint(&Desk::with(format!("{{ \"heartbeatInterval\": 7200, {model} }}")));
    assert!(!hourly.contains('$') && !hourly.contains("Together"), "{hourly}");
    assert!(hourly.contains("OpenClaw refuses this file; clawbeat report tells what it costs"), "{hourly}");
    // What is wrong here does not touch the heartbeats, and what they cost is true.
    let other = lint(&Desk::with(format!("{{ \"gatewy\": {{}}, {model} }}")));
    assert!(other.contains('$'), "{other}");
}
