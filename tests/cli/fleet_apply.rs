//! A fleet's plans: saved, made file by file with a journal, stopped and gone on with, and taken back byte for byte.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use serde_json::Value;

use super::bare;
use super::common::{Answer, Desk, json_file, repository};

const DEAR: &str = r#"{ // dear
  agents: { defaults: { model: "anthropic/claude-opus-4-6", heartbeat: { every: "10m", target: "none" } } } }
"#;
const CHEAP: &str = r#"{ agents: { defaults: { model: "openai/gpt-5.4-nano", heartbeat: { every: "0m" } } } }"#;
const SLIP: &str = "{ agents: ";

/// A folder with so many dear configs, each its own, and the plans for them.
fn planned(number: usize) -> Desk {
    let desk = Desk::new();
    for at in 0..number {
        fs::create_dir_all(desk.path(&format!("t/{at:02}"))).unwrap();
        desk.write(&name(at), DEAR.replace("10m", &format!("{}m", 5 + at)));
    }
    let saved = desk.ask(&["fleet", "t", "--format", "plan", "--output", "plans"]);
    assert_eq!((saved.code, saved.stdout.as_str()), (0, ""), "{saved}");
    assert!(saved.stderr.ends_with(&format!("{number} plans saved, of {number} configs\n")), "{saved}");
    desk
}

fn name(at: usize) -> String {
    format!("t/{at:02}/openclaw.json")
}

fn held(desk: &Desk, number: usize) -> Vec<String> {
    (0..number).map(|at| desk.read(&name(at))).collect()
}

/// What became of each config, by the lines of an answer or a journal.
fn done(text: &str) -> BTreeMap<String, String> {
    let schema = jsonschema::validator_for(&json_file("schemas/fleet-journal.v1.schema.json")).unwrap();
    let mut done = BTreeMap::new();
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let problems: Vec<String> = schema.iter_errors(&line).map(|error| error.to_string()).collect();
        assert!(problems.is_empty(), "{problems:#?} {line}");
        if let Some(id) = line["id"].as_str() {
            done.insert(id.to_owned(), line["done"].as_str().unwrap().to_owned());
        }
    }
    done
}

fn count(answer: &Answer, kind: &str) -> usize {
    done(&answer.stdout).values().filter(|done| *done == kind).count()
}

/// What the plan of a fleet makes of a file is what `apply` makes of it.
#[test]
fn each_plan_is_the_one_that_apply_makes() {
    let desk = Desk::new();
    for folder in ["one", "many"] {
        fs::create_dir(desk.path(folder)).unwrap();
        for config in ["personal.json5", "team.json5", "nexos.json5", "worked.json5"] {
            let text = fs::read(repository("fixtures/configs").join(config)).unwrap();
            desk.write(&format!("{folder}/{config}"), text);
        }
    }
    let plans = desk.ask(&["fleet", "many/*", "--format", "plan", "--no-env", "--risk", "aggressive"]);
    let schema = jsonschema::validator_for(&json_file("schemas/plan.v1.schema.json")).unwrap();
    let lines: Vec<Value> = plans.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.len() == 4 && lines.iter().all(|line| schema.is_valid(line)), "{plans}");
    desk.write("plans", &plans.stdout);
    let applied = desk.ask_as_is(&["fleet", "apply", "plans", "--yes"]);
    assert_eq!((applied.code, count(&applied, "written")), (0, 4), "{applied}");
    for config in ["personal.json5", "team.json5", "nexos.json5", "worked.json5"] {
        let one = format!("one/{config}");
        let alone = desk.ask(&["apply", &one, "--yes", "--no-env", "--risk", "aggressive"]);
        assert_eq!(alone.code, 0, "{alone}");
        assert_eq!(desk.read(&format!("many/{config}")), desk.read(&one), "{config}");
    }
    let back = desk.ask_as_is(&["fleet", "undo", "plans.journal"]);
    assert_eq!((back.code, count(&back, "undone")), (0, 4), "{back}");
    for config in ["personal.json5", "team.json5", "nexos.json5", "worked.json5"] {
        let before = fs::read_to_string(repository("fixtures/configs").join(config)).unwrap();
        assert_eq!(desk.read(&format!("many/{config}")), before);
    }
}

#[test]
fn a_file_that_changed_is_a_line_and_no_stop() {
    let desk = planned(6);
    let before = held(&desk, 6);
    desk.write(&name(1), DEAR.replace("10m", "55m"));
    desk.write(&name(2), SLIP);
    fs::remove_file(desk.path(&name(3))).unwrap();
    let tried = desk.ask_as_is(&["fleet", "apply", "plans", "--dry-run"]);
    assert_eq!((tried.code, count(&tried, "written"), count(&tried, "refused")), (1, 3, 3), "{tried}");
    assert_eq!(desk.names(), ["plans", "t"], "{tried}");
    let asked = desk.ask_as_is(&["fleet", "apply", "plans"]);
    assert!(asked.code == 1 && asked.stderr.contains("not a terminal: use --yes"), "{asked}");
    let applied = desk.ask_as_is(&["fleet", "apply", "plans", "--yes"]);
    assert_eq!((applied.code, count(&applied, "written"), count(&applied, "refused")), (1, 3, 3), "{applied}");
    for told in [
        "'agents.defaults.heartbeat.every' changed since the plan was made, from \\\"6m\\\" to \\\"55m\\\"",
        "t/02/openclaw.json:1:",
        "cannot read t/03/openclaw.json",
    ] {
        assert!(applied.stdout.contains(told), "{told}: {applied}");
    }
    assert!(applied.stderr.starts_with("3 changed, 3 refused\n"), "{applied}");
    assert_eq!(done(&desk.read("plans.journal")), done(&applied.stdout));
    let again = desk.ask_as_is(&["fleet", "apply", "plans", "--yes"]);
    assert!(again.code == 2 && again.stderr.contains("plans.journal exists already; --resume continues it"), "{again}");
    // Put right by hand, it goes on.
    desk.write(&name(1), &before[1]);
    let resumed = desk.ask_as_is(&["fleet", "apply", "plans", "--yes", "--resume"]);
    assert_eq!((resumed.code, count(&resumed, "written"), count(&resumed, "refused")), (1, 1, 2), "{resumed}");
    let back = desk.ask_as_is(&["fleet", "undo", "plans.journal"]);
    assert_eq!((back.code, count(&back, "undone")), (0, 4), "{back}");
    for at in [0, 1, 4, 5] {
        assert_eq!(desk.read(&name(at)), before[at]);
    }
    let twice = desk.ask_as_is(&["fleet", "undo", "plans.journal"]);
    assert_eq!((twice.code, twice.stderr.as_str()), (0, "nothing to do\n"), "{twice}");
}

#[test]
fn canaries_first_then_so_many_then_the_rest() {
    let desk = planned(10);
    let before = held(&desk, 10);
    let apply = |flags: &[&str]| desk.ask_as_is(&[&["fleet", "apply", "plans", "--yes"], flags].concat());
    let canaries = apply(&["--canary", "2"]);
    assert_eq!(canaries.code, 0, "{canaries}");
    assert_eq!(done(&canaries.stdout).into_keys().collect::<Vec<_>>(), [name(4), name(9)]);
    assert!(canaries.stderr.contains("clawbeat fleet apply plans --resume continues"), "{canaries}");
    let some = apply(&["--resume", "--limit", "3"]);
    assert_eq!(done(&some.stdout).into_keys().collect::<Vec<_>>(), [name(0), name(1), name(2)], "{some}");
    let rest = apply(&["--resume"]);
    assert_eq!((rest.code, count(&rest, "written")), (0, 5), "{rest}");
    assert!(!rest.stderr.contains("--resume"), "{rest}");
    assert_eq!((apply(&["--resume"]).code, held(&desk, 10) == before), (0, false));
    // Edited since: what the plan wrote goes, and the rest stays.
    let edited = desk.read(&name(3)).replace("// dear", "// mine");
    desk.write(&name(3), edited);
    let back = desk.ask_as_is(&["fleet", "undo", "plans.journal"]);
    assert_eq!((back.code, count(&back, "undone")), (0, 10), "{back}");
    assert!(back.stdout.contains(r#""merged":true"#), "{back}");
    let mut expected = before;
    expected[3] = expected[3].replace("// dear", "// mine");
    assert_eq!(held(&desk, 10), expected);
    // Forth again, but for the one that is no longer what its plan was made for.
    let forth = apply(&["--resume"]);
    assert_eq!((forth.code, count(&forth, "written"), count(&forth, "refused")), (1, 9, 1), "{forth}");
    let other = planned(2);
    fs::copy(desk.path("plans.journal"), other.path("plans.journal")).unwrap();
    let other = other.ask_as_is(&["fleet", "apply", "plans", "--yes", "--resume"]);
    assert!(other.code == 2 && other.stderr.contains("is the journal of another plan"), "{other}");
}

/// As many as are asked for in all, whoever changed them.
#[test]
fn canaries_before_count() {
    let desk = planned(10);
    let apply = |flags: &[&str]| desk.ask_as_is(&[&["fleet", "apply", "plans", "--yes"], flags].concat());
    let changed = || done(&desk.read("plans.journal")).values().filter(|done| *done == "written").count();
    let slipped = desk.read(&name(9));
    desk.write(&name(9), SLIP);
    assert_eq!(apply(&["--canary", "2"]).code, 1);
    assert_eq!(changed(), 1);
    desk.write(&name(9), slipped);
    for (flags, before, after) in [
        // For the one that was refused.
        (["--canary", "2"], 1, 2),
        (["--canary", "2"], 2, 2),
        (["--canary", "3"], 2, 3),
        (["--limit", "2"], 3, 5),
        (["--canary", "4"], 5, 5),
        (["--canary", "7"], 5, 7),
    ] {
        let flags = [&flags[..], &["--resume"]].concat();
        let journal = desk.read("plans.journal");
        let tried = apply(&[&flags[..], &["--dry-run"]].concat());
        assert_eq!((tried.code, count(&tried, "written")), (0, after - before), "{flags:?}: {tried}");
        assert_eq!(desk.read("plans.journal"), journal);
        let applied = apply(&flags);
        assert_eq!((applied.code, changed()), (0, after), "{flags:?}: {applied}");
        let told = |answer: &Answer| {
            let mut told = done(&answer.stdout);
            told.retain(|_, done| done == "written");
            told
        };
        assert_eq!(told(&tried), told(&applied), "{flags:?}");
        assert!(applied.stderr.contains("--resume continues"), "{applied}");
    }
    let rest = apply(&["--resume", "--canary", "20"]);
    assert_eq!((rest.code, changed(), rest.stderr.contains("--resume")), (0, 10, false), "{rest}");
}

/// The lines of an answer by config: what became of it, and why not.
fn told(answer: &Answer) -> Vec<(String, String, String)> {
    let text = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
    let lines = answer.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|line| (text(&line, "id"), text(&line, "done"), text(&line, "error"))).collect()
}

/// A rehearsal ends as the run does and says the same of each file, whatever stands in its way.
#[test]
fn a_dry_run_says_what_the_run_does() {
    // Neither a fix nor the plan writes the policy.
    let refused = DEAR.replace("\"10m\"", "\"9m\", directPolicy: \"now and then\"");
    let shared = r#"{ agents: { $include: "./agents.json5" } }"#;
    let desk = Desk::new();
    for at in 0..8 {
        fs::create_dir_all(desk.path(&format!("t/{at:02}"))).unwrap();
        desk.write(&name(at), DEAR.replace("10m", &format!("{}m", 5 + at)));
    }
    desk.write(&name(2), &refused);
    let part = r#"{ defaults: { model: "anthropic/claude-opus-4-6", heartbeat: { every: "5m", target: "none" } } }"#;
    desk.write("t/04/agents.json5", part);
    [&name(4), "t/04/other.json"].iter().for_each(|path| desk.write(path, shared));
    assert_eq!(desk.ask(&["fleet", "t/*/o*.json", "--format", "plan", "--output", "plans"]).code, 0);
    assert_eq!(desk.read("plans").lines().count(), 9);
    desk.write(&name(1), DEAR.replace("10m", "55m"));
    desk.write(&name(3), SLIP);
    let mut plans = desk.read("plans");
    plans.push_str("no plan\n");
    // One that stands there twice is made once.
    plans.push_str(desk.read("plans").lines().next().unwrap());
    desk.write("plans", plans + "\n");
    let mut codes = Vec::new();
    for (before, flags) in [
        (&[][..], &[][..]),
        (&[], &["--allow-refused"]),
        (&[], &["--limit", "2"]),
        (&[], &["--limit", "2", "--allow-refused"]),
        (&[], &["--canary", "3"]),
        (&["--canary", "3"], &["--resume"]),
        (&["--limit", "1"], &["--resume", "--limit", "1"]),
        (&["--limit", "1"], &["--resume", "--canary", "2"]),
        (&["--limit", "1"], &[]),
        (&[], &["--resume", "--limit", "1"]),
        (&[], &["--journal", "no/such/folder"]),
    ] {
        let apply = |flags: &[&str]| desk.ask_as_is(&[&["fleet", "apply", "plans", "--yes"], flags].concat());
        if !before.is_empty() {
            apply(before);
            // Of what is changed, nobody looks at what it holds now.
            let edited = desk.read(&name(0)).replace("// dear", "// mine");
            desk.write(&name(0), edited);
        }
        let journal = fs::read(desk.path("plans.journal")).ok();
        let held = || [held(&desk, 8), vec![desk.read("t/04/agents.json5")]];
        let files = held();
        let tried = apply(&[flags, &["--dry-run"]].concat());
        assert_eq!((held(), fs::read(desk.path("plans.journal")).ok()), (files, journal), "{flags:?}");
        let run = apply(flags);
        assert_eq!((tried.code, told(&tried)), (run.code, told(&run)), "{flags:?}: {tried}\n{run}");
        if run.code != 2 {
            let summary = run.stderr.lines().next().unwrap();
            let dry = format!("dry run: nothing was written; it would be: {summary}\n");
            assert_eq!(tried.stderr, dry, "{flags:?}");
        }
        codes.push(run.code);
        if desk.path("plans.journal").exists() {
            assert_eq!(desk.ask_as_is(&["fleet", "undo", "plans.journal"]).code, 0);
            fs::remove_file(desk.path("plans.journal")).unwrap();
            desk.write(&name(0), desk.read(&name(0)).replace("// mine", "// dear"));
        }
    }
    assert!([0, 1, 2].iter().all(|code| codes.contains(code)), "{codes:?}");
}

#[test]
fn what_is_no_plan_is_refused() {
    let desk = Desk::with(CHEAP);
    desk.write("bad.json", SLIP);
    let none = desk.ask(&["fleet", "openclaw.json", "bad.json", "--format", "plan", "--output", "plans"]);
    assert!(none.code == 0 && none.stderr.contains("bad.json: no plan is saved: bad.json:1:"), "{none}");
    assert!(none.stderr.ends_with("0 plans saved, of 2 configs\n"), "{none}");
    let empty = desk.ask_as_is(&["fleet", "apply", "plans", "--yes"]);
    assert!(empty.code == 2 && empty.stderr.contains("plans: the file holds no plans;"), "{empty}");
    let mut streamed = desk.command(&["fleet", "-", "--format", "plan"]);
    streamed.write_stdin("{}\n");
    let streamed = desk.ask_with(streamed);
    assert!(streamed.code == 2 && streamed.stderr.contains("--format plan needs files"), "{streamed}");
    let strange = desk.ask_as_is(&["fleet", "apply", "openclaw.json", "--yes"]);
    assert!(strange.code == 1 && strange.stdout.contains("line 1: "), "{strange}");
    let strange = desk.ask_as_is(&["fleet", "undo", "openclaw.json"]);
    assert!(strange.code == 2 && strange.stderr.contains("openclaw.json:1: not a line of a journal"), "{strange}");
    assert_eq!(desk.read("openclaw.json"), CHEAP);
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_stops_between_two_files() {
    for (signal, code) in [("-TERM", Some(143)), ("-INT", Some(130)), ("-KILL", None)] {
        let desk = planned(40);
        let before = held(&desk, 40);
        let mut command = bare::clawbeat();
        command.args(["fleet", "apply", "plans", "--yes"]).current_dir(desk.path("."));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        for _ in 0..3 {
            output.read_line(&mut String::new()).unwrap();
        }
        assert!(bare::program("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        let mut rest = String::new();
        output.read_to_string(&mut rest).unwrap();
        assert_eq!(child.wait().unwrap().code(), code);
        let so_far = done(&desk.read("plans.journal"));
        let changed = held(&desk, 40).iter().zip(&before).filter(|(now, before)| now != before).count();
        let begun = so_far.values().filter(|done| *done == "begun").count();
        let written = so_far.values().filter(|done| *done == "written").count();
        assert!((3..40).contains(&written), "{signal}: {written}");
        assert!(
            (written..=written + begun).contains(&changed) && begun <= 1,
            "{signal}: {changed}, {written}, {begun}"
        );
        assert!(code.is_none() || begun == 0, "{signal}");
        let resumed = desk.ask_as_is(&["fleet", "apply", "plans", "--yes", "--resume"]);
        assert_eq!(resumed.code, 0, "{resumed}");
        let all = done(&desk.read("plans.journal"));
        assert!(all.len() == 40 && all.values().all(|done| done == "written"), "{all:?}");
        assert_eq!(desk.ask_as_is(&["fleet", "undo", "plans.journal"]).code, 0);
        assert_eq!(held(&desk, 40), before, "{signal}");
    }
}
