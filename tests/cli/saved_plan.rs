//! `diff --format plan` and `apply --plan`: exactly that plan, on exactly that file, once.

use std::process::Stdio;

use serde_json::{Value, json};

use super::bare;
use super::common::{Desk, fixture, json_file};

const PERSONAL: &str = "personal.json5";
const EVERY: &str = "every: \"30m\", // mail and calendar";

/// A folder with the example and `plan.json`, the plan for it.
fn planned(more: &[&str]) -> Desk {
    let desk = Desk::with_fixture(PERSONAL);
    let answer = desk.ask(&[&["diff", PERSONAL, "--format", "plan"], more].concat());
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    desk.write("plan.json", answer.stdout);
    desk
}

fn plan_of(desk: &Desk) -> Value {
    serde_json::from_str(&desk.read("plan.json")).unwrap()
}

/// Applies the plan and expects it to be refused without a trace.
fn refused(desk: &Desk, message: &str) {
    let before = desk.read(PERSONAL);
    let answer = desk.ask(&["apply", "--plan", "plan.json", "--yes"]);
    assert_eq!(answer.code, 1, "{answer}");
    assert!(answer.stderr.contains(message), "{answer}");
    assert_eq!(desk.read(PERSONAL), before);
    assert_eq!(desk.names(), [PERSONAL, "plan.json"]);
}

#[test]
fn a_plan_keeps_its_schema_and_says_what_the_report_says() {
    let schema = jsonschema::validator_for(&json_file("schemas/plan.v1.schema.json")).unwrap();
    for name in [PERSONAL, "team.json5", "nexos.json5"] {
        let desk = Desk::with_fixture(name);
        let answer = desk.ask(&["diff", name, "--format", "plan"]);
        assert_eq!(desk.ask(&["diff", name, "--format", "plan"]), answer, "the same bytes each time");
        let plan: Value = serde_json::from_str(&answer.stdout).unwrap();
        let problems: Vec<String> = schema.iter_errors(&plan).map(|error| error.to_string()).collect();
        assert!(problems.is_empty(), "{name}: {problems:?}");
        let report = desk.report(&[name]);
        let figures = &plan["figures"];
        assert_eq!(figures["current"], report["totals"]["current"]["cost"]);
        assert_eq!(figures["recommended"], report["totals"]["recommended"]["cost"]);
        assert_eq!(figures["saving"], report["totals"]["saving"]);
        assert_eq!((&figures["unit"], &figures["period"]), (&report["unit"], &report["period"]));
        for key in ["release", "sha256", "path"] {
            assert_eq!(plan["config"][key], report["config"][key]);
        }
        assert_eq!(plan["tool"], format!("clawbeat {}", env!("CARGO_PKG_VERSION")));
        assert!(!plan["changes"].as_array().unwrap().is_empty());
        // `apply` writes what the plan promises.
        assert_eq!(desk.ask(&["apply", name, "--yes"]).code, 0);
        assert_eq!(plan["config"]["sha256After"], desk.report(&[name])["config"]["sha256"]);
        assert!(!answer.stdout.contains("botToken") && !answer.stdout.contains("apiKey"));
    }
}

#[test]
fn it_is_made_once_and_then_said_to_be_done() {
    let desk = planned(&[]);
    let dry = desk.ask(&["apply", "--plan", "plan.json", "--dry-run"]);
    assert!(dry.code == 0 && dry.stderr.ends_with("dry run: nothing was written\n"), "{dry}");
    assert_eq!(desk.read(PERSONAL), fixture(PERSONAL));
    let unasked = desk.ask(&["apply", "--plan", "plan.json"]);
    assert_eq!((unasked.code, &unasked.stdout), (1, &dry.stdout));
    let direct = Desk::with_fixture(PERSONAL);
    let answer = desk.ask(&["apply", "--plan", "plan.json", "--yes"]);
    assert_eq!(answer, direct.ask(&["apply", PERSONAL, "--yes"]), "as if it were recommended now");
    assert_eq!(desk.read(PERSONAL), direct.read(PERSONAL));
    let again = desk.ask(&["apply", "--plan", "plan.json", "--yes"]);
    assert_eq!((again.code, again.stderr.as_str()), (0, "personal.json5 holds this change already\n"));
    // The change stands, whatever else has happened to the file since.
    desk.write(PERSONAL, desk.read(PERSONAL) + "// mine\n");
    assert_eq!(desk.ask(&["apply", "--plan", "plan.json", "--yes"]), again);
    desk.write(PERSONAL, direct.read(PERSONAL));
    assert_eq!(desk.ask(&["undo", PERSONAL]).code, 0);
    assert_eq!(desk.read(PERSONAL), fixture(PERSONAL));
}

#[test]
fn a_file_that_is_no_longer_the_one_is_refused() {
    let because = |find: &str, put: &str, message: &str| {
        let desk = planned(&["--worth", "0"]);
        let changed = fixture(PERSONAL).replace(find, put);
        assert_ne!(changed, fixture(PERSONAL));
        desk.write(PERSONAL, changed);
        refused(&desk, message);
    };
    let key = "'agents.defaults.heartbeat.every'";
    because(EVERY, "every: \"1h\",", &format!("{key} changed since the plan was made, from \"30m\" to \"1h\""));
    because(EVERY, "", &format!("{key} is gone since the plan was made"));
    because("target: \"owner\"", "target: \"owner\", lightContext: false", "from nothing to false");
    because("123456789", "987654321", "the file changed since the plan was made, though not in the keys it writes");
}

#[test]
fn a_plan_that_is_not_of_this_program_is_refused() {
    let with = |pointer: &str, value: Value, message: &str| {
        let desk = planned(&[]);
        let mut plan = plan_of(&desk);
        *plan.pointer_mut(pointer).unwrap() = value;
        desk.write("plan.json", plan.to_string());
        refused(&desk, message);
    };
    with("/tool", json!("clawbeat 99.0.0"), "the plan was made by clawbeat 99.0.0, this is clawbeat ");
    with("/changes/0/path", json!("channels.telegram.dmPolicy"), "which is not a heartbeat setting");
    with("/changes/0/to", json!("short"), "do not lead to the file that it promises");
}

#[test]
fn what_is_no_plan_is_told_apart() {
    for (text, message) in [
        ("{}", "plan.json: not a saved plan: "),
        ("{", "plan.json:1:2: "),
        ("{ \"schemaVersion\": 1, \"tool\": 7 }", "not a saved plan"),
    ] {
        let desk = Desk::with_fixture(PERSONAL);
        desk.write("plan.json", text);
        let answer = desk.ask(&["apply", PERSONAL, "--plan", "plan.json", "--yes"]);
        assert_eq!(answer.code, 2, "{answer}");
        assert!(answer.stderr.contains(message), "{answer}");
        assert_eq!(desk.read(PERSONAL), fixture(PERSONAL));
    }
    let desk = planned(&[]);
    assert_eq!(desk.ask(&["apply", "--plan", "none.json", "--yes"]).code, 2);
    let both = desk.ask(&["apply", "--plan", "plan.json", "--risk", "aggressive", "--yes"]);
    assert_eq!(both.code, 2, "{both}");
    let mut plan = plan_of(&desk);
    plan["asked"] = json!(["--no-such-flag"]);
    desk.write("plan.json", plan.to_string());
    assert_eq!(desk.ask(&["apply", "--plan", "plan.json", "--yes"]).code, 2);
}

/// The figures after it come from the question that was asked, unless another is asked now.
#[test]
fn the_question_is_kept() {
    let desk = planned(&["--workload", "heavy", "--anthropic-auth", "api-key"]);
    let plan = plan_of(&desk);
    assert_eq!(plan["asked"], json!(["--anthropic-auth", "api-key", "--workload", "heavy", "--month", "2026-11"]));
    let figure = |answer: &str| answer.lines().find(|line| line.starts_with("heartbeats:")).unwrap().to_owned();
    let heavy = figure(&desk.ask(&["apply", "--plan", "plan.json", "--yes"]).stderr);
    let direct = Desk::with_fixture(PERSONAL);
    let flags = ["--workload", "heavy", "--anthropic-auth", "api-key", "--yes"];
    assert_eq!(heavy, figure(&direct.ask(&[&["apply", PERSONAL][..], &flags].concat()).stderr));
    let desk = planned(&["--workload", "heavy"]);
    let light = figure(&desk.ask(&["apply", "--plan", "plan.json", "--workload", "light", "--yes"]).stderr);
    assert_ne!(light, heavy);
}

#[test]
fn a_pipe_will_do_and_nothing_to_do_is_a_plan_too() {
    let desk = planned(&[]);
    let mut piped = desk.command(&["apply", "--plan", "-", "--yes"]);
    piped.write_stdin(desk.read("plan.json"));
    assert_eq!(desk.ask_with(piped).code, 0);
    let none = desk.ask(&["diff", PERSONAL, "--format", "plan"]);
    assert_eq!((none.code, none.stderr.as_str()), (0, "personal.json5: nothing to change\n"));
    desk.write("none.json", none.stdout);
    let applied = desk.ask(&["apply", "--plan", "none.json", "--yes"]);
    assert_eq!((applied.code, applied.stderr.as_str()), (0, "personal.json5 holds this change already\n"));

    let mut made = desk.command(&["diff", "-", "--format", "plan"]);
    made.write_stdin(fixture(PERSONAL));
    desk.write("piped.json", desk.ask_with(made).stdout);
    desk.write(PERSONAL, fixture(PERSONAL));
    let unnamed = desk.ask(&["apply", "--plan", "piped.json", "--yes"]);
    assert_eq!(unnamed.code, 2, "{unnamed}");
    assert!(unnamed.stderr.contains("name the config"), "{unnamed}");
    assert_eq!(desk.ask(&["apply", PERSONAL, "--plan", "piped.json", "--yes"]).code, 0);
}

#[test]
fn of_fifty_at_once_one_writes() {
    let desk = planned(&[]);
    let expected = {
        let direct = Desk::with_fixture(PERSONAL);
        direct.ask(&["apply", PERSONAL, "--yes"]);
        direct.read(PERSONAL)
    };
    let start = |_| {
        let mut command = bare::clawbeat();
        command.args(["apply", "--plan", "plan.json", "--yes"]).current_dir(desk.path(""));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let running: Vec<_> = (0..50).map(start).collect();
    let mut wrote = 0;
    for child in running {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        match output.status.code() {
            Some(0) if said.contains("the old file is kept as") => wrote += 1,
            Some(0) => assert!(said.contains("holds this change already"), "{said}"),
            Some(1) => assert!(said.contains("another clawbeat is changing this config"), "{said}"),
            code => panic!("{code:?}: {said}"),
        }
        // Who comes second may be told so before the first has written.
        let now = desk.read(PERSONAL);
        assert!(now == expected || now == fixture(PERSONAL), "{now}");
    }
    assert_eq!((wrote, desk.read(PERSONAL)), (1, expected));
    assert_eq!(desk.names(), [".clawbeat", PERSONAL, "plan.json"]);
    assert_eq!(desk.ask(&["undo", PERSONAL]).code, 0);
    assert_eq!(desk.read(PERSONAL), fixture(PERSONAL));
}
