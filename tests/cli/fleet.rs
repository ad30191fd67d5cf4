//! Many configs at once: a line says what the config alone is told, whatever it came from; a bad config is a line; what
//! was stopped goes on; and the memory does not grow.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, Stdio};

use clawbeat::fleet::alone::{self, Terms};
use clawbeat::fleet::entry::Entry;
use clawbeat::fleet::{LineKey, LineNeeds, selected};
use jsonschema::Validator;
use serde_json::{Value, json};

use super::bare;
use super::common::{Answer, Desk, json_file, repository};

const CHEAP: &str =
    r#"{ agents: { defaults: { model: "anthropic/claude-haiku-4-5", heartbeat: { target: "none" } } } }"#;
const DEAR: &str = r#"{ agents: { defaults: { model: "anthropic/claude-opus-4-6",
    heartbeat: { every: "10m", target: "none" } } } }"#;
const CREDITS: &str = r#"{ agents: { defaults: { model: "nexos/Claude Opus 4.6", heartbeat: { target: "none" } } } }"#;
const SLIP: &str = "{ agents: ";

fn schema(name: &str) -> Validator {
    jsonschema::validator_for(&json_file(&format!("schemas/{name}.v1.schema.json"))).unwrap()
}

/// The lines of an answer, which keep their schema.
fn lines(answer: &Answer) -> Vec<Value> {
    let schema = schema("fleet-line");
    let line = |line: &str| -> Value {
        let value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let problems: Vec<String> =
            schema.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(problems.is_empty(), "{problems:#?} {line}");
        value
    };
    answer.stdout.lines().map(line).collect()
}

/// Configs of all kinds: those of the fixtures, and of the bad ones some.
fn fixtures() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (folder, step) in [("fixtures/configs", 1), ("fixtures/findings", 3)] {
        let mut paths: Vec<_> = fs::read_dir(repository(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths.into_iter().step_by(step) {
            let path = if path.is_dir() { path.join("bad.json5") } else { path };
            if let Ok(text) = fs::read_to_string(&path) {
                let name = path.strip_prefix(repository("fixtures")).unwrap().display().to_string();
                found.insert(name.replace('/', "-"), text);
            }
        }
    }
    assert!(found.len() > 20, "{}", found.len());
    found
}

/// Whether a line is of a config with an include that cannot be read.
fn is_unread(line: &Value) -> bool {
    !line["rules"]["missing-include"].is_null()
}

/// What the config alone is told must stand in its line.
fn assert_same(line: &Value, desk: &Desk, config: &str, flags: &[&str], plan: &[&str]) {
    let report = desk.ask(&[&["report", config, "--format", "json"], flags, plan].concat());
    let lint = desk.ask(&[&["lint", config, "--format", "json", "--month", "2026-11"], flags].concat());
    if report.code == 2 {
        let told = report.stderr.lines().find(|line| line.starts_with("error: ")).unwrap();
        assert_eq!(format!("error: {}", line["error"].as_str().unwrap()), told, "{config}");
        assert!(line.get("current").is_none(), "{line}");
    } else {
        let report: Value = serde_json::from_str(&report.stdout).unwrap();
        assert_eq!(line["error"], Value::Null, "{config}");
        // What an include that is not there would cost is unknown.
        let known = |value: &Value| if is_unread(line) { Value::Null } else { value.clone() };
        assert_eq!(line["current"], known(&report["totals"]["current"]["cost"]), "{config}");
        assert_eq!(line["recommended"], known(&report["totals"]["recommended"]["cost"]), "{config}");
        assert_eq!(line["verdict"], report["config"]["verdict"], "{config}");
        assert_eq!(line["release"], report["config"]["release"], "{config}");
        assert_eq!(line["saving"], known(&report["totals"]["saving"]), "{config}");
        assert_eq!(line["usage"], report["totals"]["usage"], "{config}");
        assert_eq!(line["unit"], report["unit"], "{config}");
        let enrolled = report["agents"].as_array().unwrap().iter().filter(|agent| agent["enrolled"] == true);
        assert_eq!(line["agents"], enrolled.count(), "{config}");
    }
    if lint.code == 2 {
        assert_eq!(line.get("findings"), None, "{config}");
        return;
    }
    let lint: Value = serde_json::from_str(&lint.stdout).unwrap();
    let mut severities = json!({ "error": 0, "warning": 0, "info": 0 });
    let mut rules: BTreeMap<&str, u64> = BTreeMap::new();
    for finding in lint["findings"].as_array().unwrap() {
        let severity = finding["severity"].as_str().unwrap();
        severities[severity] = (severities[severity].as_u64().unwrap() + 1).into();
        *rules.entry(finding["rule"].as_str().unwrap()).or_default() += 1;
    }
    assert_eq!(line["findings"], severities, "{config}");
    assert_eq!(line["rules"], json!(rules), "{config}");
    assert_eq!(line["verdict"], lint["files"][0]["verdict"], "{config}");
}

#[test]
fn a_line_says_what_the_config_alone_is_told() {
    let desk = Desk::new();
    let configs = fixtures();
    configs.iter().for_each(|(name, text)| desk.write(name, text));
    let older = (&["--no-env", "--openclaw-version", "2026.4.15"][..], &["--risk", "aggressive"][..]);
    for (first, (flags, plan)) in [(&["--no-env"][..], &[][..]), older].into_iter().enumerate() {
        let answer = desk.ask(&[&["fleet", "{configs,findings}-*"], flags, plan].concat());
        assert_eq!(answer.code, 0, "{answer}");
        let lines = lines(&answer);
        let names: Vec<&str> = lines.iter().map(|line| line["path"].as_str().unwrap()).collect();
        assert_eq!(names, configs.keys().map(String::as_str).collect::<Vec<_>>(), "in order");
        // Every fourth, and others the second time: each takes two processes.
        let some = lines.iter().zip(&names).skip(first).step_by(4);
        some.for_each(|(line, name)| assert_same(line, &desk, name, flags, plan));
    }
}

/// What the library asks configs of these tests under.
fn terms() -> Terms {
    Terms {
        version: None,
        month: jiff::civil::date(2026, 11, 1),
        catalogue: clawbeat::Catalogue::builtin(),
        workload: clawbeat::Workload::default(),
        months: Default::default(),
        lines: Default::default(),
    }
}

/// The library answers a text as the command does a line.
#[test]
fn the_library_says_the_same_of_a_text() {
    let terms = terms();
    let mut entries: Vec<Value> =
        fixtures().into_iter().map(|(name, text)| json!({ "id": name, "text": text })).collect();
    entries.push(json!({ "id": "released", "text": DEAR, "release": "2026.4.15", "workload": "heavy" }));
    entries.push(json!({ "id": "included", "config": { "agents": { "$include": "x.json" } } }));
    entries.push(json!({ "id": "helm.yaml", "text": "agents: {{ .Values }}" }));
    entries.push(json!({ "id": "list", "config": [] }));
    entries.push(json!({ "text": SLIP }));
    entries.push(json!({ "id": "none" }));
    let input: String = entries.iter().map(|entry| format!("{entry}\n")).collect();
    for (flags, fields) in [(&[][..], &[][..]), (&["--lint"], &selected(true, &[]))] {
        let desk = Desk::new();
        let answer = streamed(&desk, &[&["fleet", "-", "--no-env", "--no-config"], flags].concat(), input.clone());
        assert_eq!(answer.stdout.lines().count(), entries.len(), "{answer}");
        for ((entry, told), number) in input.lines().zip(answer.stdout.split_inclusive('\n')).zip(1..) {
            let line = alone::line(Entry::read(entry, number), &terms, LineNeeds::of(fields));
            assert_eq!(line.to_text(fields), told, "{entry}");
        }
    }
}

/// Tokens, dates and people by which the gateways of a host differ.
fn as_of(config: &Value, seed: u64) -> Value {
    let token = |at: u64| format!("sk-{:020}", (seed + at).wrapping_mul(2_654_435_761_000_003));
    let mut config = config.clone();
    let mut put = |place: &[&str], value: Value| {
        let mut here = &mut config;
        for (at, key) in place.iter().enumerate() {
            let Some(object) = here.as_object_mut() else { return };
            // What a fixture has is left to it.
            let made = if at + 1 == place.len() { value.clone() } else { json!({}) };
            here = object.entry(*key).or_insert(made);
        }
    };
    put(&["gateway", "auth", "token"], json!(token(1)));
    put(&["hooks", "token"], json!(token(2)));
    put(&["channels", "telegram", "botToken"], json!(token(3)));
    put(&["env", "vars", "ANTHROPIC_API_KEY"], json!(token(4)));
    put(&["models", "providers", "nexos", "apiKey"], json!(token(5)));
    put(&["gateway", "port"], json!(18_000 + seed));
    put(&["channels", "telegram", "allowFrom"], json!([123_456_780 + seed]));
    put(&["commands", "ownerAllowFrom"], json!([format!("{}", 123_456_780 + seed)]));
    put(&["agents", "defaults", "heartbeat", "to"], json!(format!("+49123456{seed}")));
    put(&["meta", "lastTouchedAt"], json!(format!("2026-11-0{}T10:00:00.000Z", 1 + seed % 9)));
    config
}

/// A line that is taken from a config like it is that of the config alone.
#[test]
fn gateways_that_differ_in_tokens_and_people_are_told_the_same() {
    let line = |config: &Value, terms: &Terms| {
        let entry = json!({ "id": "one", "config": config }).to_string();
        alone::line(Entry::read(&entry, 1), terms, LineNeeds::of(&[]))
    };
    let mut asked = 0;
    for (name, text) in fixtures() {
        let Ok(document) = clawbeat::Document::parse(text, clawbeat::Format::Json5) else { continue };
        let (one, other) = (as_of(document.value(), 1), as_of(document.value(), 2));
        let [here, there] = [&one, &other].map(|config| {
            LineKey::of(&clawbeat::Document::parse(config.to_string(), clawbeat::Format::Json).unwrap(), &[])
        });
        assert_eq!(here, there, "{name}");
        let known = terms();
        line(&one, &known);
        assert_eq!(line(&other, &known), line(&other, &terms()), "{name}");
        asked += 1;
    }
    assert!(asked > 20, "{asked} configs");
}

/// Files that say the same are told the same, but for what lies beside them: a workspace of their own, a file that is included.
#[test]
fn files_that_say_the_same_are_told_what_each_is_alone() {
    let desk = Desk::new();
    let heartbeat = r#"heartbeat: { every: "30m", target: "none" }"#;
    let plain = format!(r#"{{ agents: {{ defaults: {{ model: "anthropic/claude-opus-4-6", {heartbeat} }} }} }}"#);
    let beside = plain.replace("heartbeat:", r#"workspace: "work", heartbeat:"#);
    let included = plain.replace(heartbeat, r#"$include: "own.json5""#);
    for (at, every) in [("a", "5m"), ("b", "1h")] {
        fs::create_dir_all(desk.path(&format!("{at}/work"))).unwrap();
        desk.write(&format!("{at}/plain.json5"), plain.replace('{', "{ "));
        desk.write(&format!("{at}/beside.json5"), &beside);
        desk.write(&format!("{at}/included.json5"), &included);
        desk.write(&format!("{at}/own.json5"), format!("{{ {} }}", heartbeat.replace("30m", every)));
    }
    desk.write("b/work/AGENTS.md", "Count the crates at the berth. ".repeat(600));
    let names: Vec<String> = ["a", "b"]
        .iter()
        .flat_map(|at| ["plain", "beside", "included"].map(|name| format!("{at}/{name}.json5")))
        .collect();
    let flags = ["--month", "2026-11", "--format", "ndjson"];
    let ask = |names: &[&str]| desk.ask(&[&["fleet"], names, &flags].concat()).stdout;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let together = ask(&names);
    let alone: String = names.iter().map(|name| ask(&[name])).collect();
    assert_eq!(together, alone);
    let cost = |line: &str| {
        serde_json::from_str::<Value>(line).unwrap()["current"]["typical"].as_str().unwrap().parse::<f64>().unwrap()
    };
    let costs: Vec<f64> = together.lines().map(cost).collect();
    assert!(costs[0] == costs[3] && costs[1] != costs[4] && costs[2] > costs[5], "{costs:?}");
}

/// Asks with a text on standard input.
fn streamed(desk: &Desk, arguments: &[&str], input: impl Into<Vec<u8>>) -> Answer {
    let mut command = desk.command(arguments);
    command.write_stdin(input);
    desk.ask_with(command)
}

fn tar(members: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, text) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, text.as_bytes()).unwrap();
    }
    archive.into_inner().unwrap()
}

#[test]
fn a_stream_is_told_the_same_as_files() {
    let desk = Desk::new();
    let all = [("a.json5", CHEAP), ("b.json5", DEAR), ("c.json5", CREDITS), ("d.json5", SLIP)];
    all.iter().for_each(|(name, text)| desk.write(name, text));
    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    let flags = ["--month", "2026-11", "--no-env"];
    let files = desk.ask(&[&["fleet"], &names[..], &flags].concat());
    let ndjson: String = all.iter().map(|(name, text)| format!("{}\n", json!({ "id": name, "text": text }))).collect();
    let by_lines = streamed(&desk, &[&["fleet", "-"], &flags[..]].concat(), ndjson);
    let by_tar = streamed(&desk, &[&["fleet", "-"], &flags[..]].concat(), tar(&all));
    let list = streamed(&desk, &[&["fleet", "-0"], &flags[..]].concat(), names.join("\0"));
    assert_eq!(files.stdout, list.stdout);
    assert_eq!(files.stdout, by_tar.stdout);
    for (file, line) in lines(&files).iter().zip(lines(&by_lines)) {
        let mut expected = file.clone();
        expected["path"] = Value::Null;
        assert_eq!(line, expected);
    }
    // As an object, under a release of its own.
    let config = json!({ "id": 7, "config": { "agents": { "defaults": { "model": "anthropic/claude-opus-4-6" } } }, "release": "2026.4.15" });
    let answer = streamed(&desk, &["fleet", "-", "--no-env", "--month", "2026-11"], config.to_string());
    desk.write("e.json", config["config"].to_string());
    let line = lines(&answer).remove(0);
    assert_eq!(line["id"], "7");
    assert_same(&line, &desk, "e.json", &["--no-env", "--openclaw-version", "2026.4.15"], &[]);
}

#[test]
fn a_bad_config_is_a_line_and_fails_only_a_gate() {
    let desk = Desk::with(CHEAP);
    desk.write("slip.json5", SLIP);
    let fleet = ["fleet", "openclaw.json", "slip.json5", "gone.json", "--month", "2026-11"];
    let answer = desk.ask(&fleet);
    assert_eq!(answer.code, 0, "{answer}");
    let errors: Vec<Value> = lines(&answer).iter().map(|line| line["error"].clone()).collect();
    assert_eq!(errors[0], Value::Null);
    assert!(errors[1].as_str().unwrap().starts_with("slip.json5:1:"), "{errors:?}");
    assert!(errors[2].as_str().unwrap().starts_with("cannot read gone.json: "), "{errors:?}");
    assert!(answer.stderr.contains("2 configs could not be read"), "{answer}");
    for gate in [["--max-monthly", "1000000"], ["--fail-on", "error"], ["--max-total", "1000000"]] {
        assert_eq!(desk.ask(&[&fleet[..], &gate].concat()).code, 1, "{gate:?}");
    }
    let good = ["fleet", "openclaw.json", "--month", "2026-11"];
    for (gate, code) in [
        (["--max-monthly", "1000"], 0),
        (["--max-monthly", "1"], 1),
        (["--max-monthly", "1 credits"], 0),
        (["--max-total", "1"], 1),
        (["--max-total", "1000"], 0),
        (["--max-requests-per-day", "1"], 1),
        (["--max-tokens-per-day", "500M"], 0),
        (["--fail-on", "error"], 0),
    ] {
        let answer = desk.ask(&[&good[..], &gate].concat());
        assert_eq!(answer.code, code, "{gate:?}: {answer}");
        lines(&answer);
    }
    for (bad, told) in [
        (&["fleet"][..], "required"),
        (&["fleet", "no/*.json"], "no config in no/*.json"),
        (&["fleet", "openclaw.json", "--fields", "cost"], "no field 'cost'"),
        (&["fleet", "openclaw.json", "--if", "every=soon"], "is not a duration"),
        (&["fleet", "openclaw.json", "--if", "every="], "'every=' has nothing after ="),
        (&["fleet", "openclaw.json", "--resume"], "--output"),
        (&["fleet", "openclaw.json", "--output", "openclaw.json"], "is one of the configs"),
        (&["fleet", "openclaw.json", "--min-interval", "4h"], "is longer than the longest"),
    ] {
        let answer = desk.ask(bad);
        assert!(answer.code == 2 && answer.stderr.contains(told), "{bad:?}: {answer}");
    }
    assert_eq!(desk.read("openclaw.json"), CHEAP);
}

#[test]
fn a_stream_includes_nothing_and_what_is_none_is_refused() {
    let desk = Desk::with(CHEAP);
    let include = r#"{ "$include": "./openclaw.json" }"#;
    desk.write("main.json", include);
    let flags = ["--month", "2026-11"];
    let by_file = lines(&desk.ask(&[&["fleet", "main.json"], &flags[..]].concat()));
    assert_eq!(by_file[0]["error"], Value::Null);
    for input in
        [json!({ "id": "main.json", "text": include }).to_string().into_bytes(), tar(&[("main.json", include)])]
    {
        let answer = streamed(&desk, &[&["fleet", "-"], &flags[..]].concat(), input);
        let line = lines(&answer).remove(0);
        let error = line["error"].as_str().unwrap();
        assert!(error.starts_with("$include cannot be followed from standard input"), "{error}");
    }
    for (input, told) in
        [(&b"openclaw.json\n"[..], "neither NDJSON"), (b"\x1f\x8b\x08\x00\x00", "compressed; pass it through gzip -dc")]
    {
        let answer = streamed(&desk, &["fleet", "-"], input);
        assert!(answer.code == 2 && answer.stderr.contains(told), "{answer}");
    }
    let none = streamed(&desk, &["fleet", "-"], "");
    assert_eq!((none.code, none.stdout.as_str(), none.stderr.as_str()), (0, "", "0 configs\n"), "{none}");
    for (input, gate) in [("-", ["--max-total", "20"]), ("-0", ["--fail-on", "error"])] {
        let none = streamed(&desk, &[&["fleet", input], &gate[..]].concat(), "");
        assert!(none.code == 2 && none.stderr.contains("standard input holds no config"), "{none}");
    }
}

/// What can be told of none is a line, and those after it are answered.
#[test]
fn what_holds_no_config_is_a_line_and_no_stop() {
    let desk = Desk::with(CHEAP);
    fs::create_dir(desk.path("empty")).unwrap();
    let names = b"gone.json\0empty\0b\xff.json\0openclaw.json";
    let answer = streamed(&desk, &["fleet", "-0", "--month", "2026-11"], &names[..]);
    let told = lines(&answer);
    assert_eq!((answer.code, told.len()), (0, 4), "{answer}");
    for (line, (id, error)) in told.iter().zip([
        ("gone.json", "cannot read gone.json: "),
        ("empty", "no config in empty: expected a file named openclaw.json, "),
        ("b\u{fffd}.json", "cannot read b\u{fffd}.json: "),
    ]) {
        assert!(line["id"] == id && line["path"] == id, "{line}");
        assert!(line["error"].as_str().unwrap().starts_with(error), "{line}");
    }
    assert_eq!((&told[3]["id"], &told[3]["error"]), (&json!("openclaw.json"), &Value::Null));
    let good = json!({ "id": "good", "text": CHEAP }).to_string();
    let long = format!("{{\"id\":\"long\",\"text\":\"{}\"}}", " ".repeat(40 << 20));
    let input = [&good, "no JSON", "null", &long, "{\"id\":\"none\"}", &good, &good[..60]].join("\n");
    let answer = streamed(&desk, &["fleet", "-", "--month", "2026-11"], input);
    assert_eq!(answer.code, 0, "{answer}");
    let told: Vec<(String, String)> = lines(&answer)
        .iter()
        .map(|line| (line["id"].as_str().unwrap().to_owned(), line["error"].as_str().unwrap_or_default().to_owned()))
        .collect();
    for ((id, error), (known, why)) in told.iter().zip([
        ("good", ""),
        ("2", "line 2: expected ident at line 1 column 2"),
        ("3", "line 3: invalid type: null, expected an object"),
        ("long", "line 4: the config is larger than the limit of 16 MiB"),
        ("none", "line 5: no config; "),
        ("good", ""),
        ("7", "line 7: EOF while parsing a string"),
    ]) {
        assert!(id == known && error.starts_with(why) && error.is_empty() == why.is_empty(), "{known}: {id}: {error}");
    }
    assert_eq!(told.len(), 7);
}

/// Whatever its name is.
#[cfg(target_os = "linux")]
#[test]
fn a_list_names_files_as_the_system_does() {
    use std::os::unix::ffi::OsStrExt;
    let desk = Desk::new();
    let name = b"b\xff.json";
    fs::write(std::path::Path::new(&desk.path(".")).join(std::ffi::OsStr::from_bytes(name)), CHEAP).unwrap();
    let answer = streamed(&desk, &["fleet", "-0", "--month", "2026-11"], &name[..]);
    let line = lines(&answer).remove(0);
    assert_eq!((&line["id"], &line["error"]), (&json!("b\u{fffd}.json"), &Value::Null));
}

#[test]
fn a_damaged_tar_ends_it_after_the_lines_before() {
    let desk = Desk::new();
    let whole = tar(&[("a.json5", CHEAP), ("b.json5", DEAR), ("c.yaml", "agents:\n  defaults: {}\n")]);
    // A header of 512 bytes and a block of 512 each; the last is cut within its text.
    let mut bent = whole.clone();
    bent[1024..1124].fill(7);
    for (input, good) in [(&bent[..], 1), (&whole[..1024 + 512 + 20], 1), (&whole[..2048 + 512 + 10], 2)] {
        let answer = streamed(&desk, &["fleet", "-", "--month", "2026-11", "--jobs", "1"], input);
        assert_eq!((answer.code, lines(&answer).len()), (2, good), "{answer}");
        let after = ["a.json5", "b.json5"][good - 1];
        let told = format!("error: the tar on standard input is damaged or cut short after {after}");
        assert!(answer.stderr.starts_with(&told), "{answer}");
    }
}

#[test]
fn fields_are_what_is_printed_and_findings_alone_cost_nothing() {
    let desk = Desk::with(DEAR);
    let ask = |flags: &[&str]| {
        let answer = desk.ask(&[&["fleet", "openclaw.json", "--month", "2026-11"], flags].concat());
        lines(&answer).remove(0)
    };
    let keys = |line: &Value| line.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&ask(&["--fields", "saving,id"])), ["saving", "id"]);
    assert_eq!(keys(&ask(&["--lint"])), ["id", "path", "release", "verdict", "error", "findings", "rules"]);
    let whole = ask(&["--fields", "id,totals,assumptions"]);
    let report = desk.report(&["openclaw.json"]);
    assert_eq!((&whole["totals"], &whole["assumptions"]), (&report["totals"], &report["assumptions"]));
    assert_eq!(ask(&["--fields", "verdict"]), json!({ "verdict": "valid" }));
}

#[test]
fn the_totals_are_the_sums_of_the_lines() {
    let desk = Desk::new();
    for at in 0..30 {
        let text = [CHEAP, DEAR, CREDITS][at % 3];
        fs::create_dir_all(desk.path(&format!("t/{at:02}"))).unwrap();
        desk.write(&format!("t/{at:02}/openclaw.json"), text);
    }
    let flags = ["--month", "2026-11", "--if", "every=2h", "--if", "isolatedSession=true,lightContext=true"];
    let lines = lines(&desk.ask(&[&["fleet", "t"], &flags[..]].concat()));
    let totals = desk.ask(&[&["fleet", "t", "--format", "json"], &flags[..]].concat());
    let totals: Value = serde_json::from_str(&totals.stdout).unwrap();
    let problems: Vec<String> = schema("fleet").iter_errors(&totals).map(|error| error.to_string()).collect();
    assert!(problems.is_empty(), "{problems:#?}");
    let pico = super::arithmetic::pico;
    for unit in totals["units"].as_array().unwrap() {
        let of_unit = || lines.iter().filter(|line| line["unit"] == unit["unit"]);
        assert_eq!(unit["configs"], of_unit().count());
        for key in ["current", "recommended"] {
            let sum: i128 = of_unit().map(|line| pico(&line[key]["typical"])).sum();
            assert_eq!(pico(&unit[key]), sum, "{key}");
        }
        assert_eq!(
            pico(&unit["saving"]["amount"]),
            of_unit().map(|line| pico(&line["saving"]["amount"])).sum::<i128>()
        );
    }
    assert_eq!(totals["units"][0]["mostExpensive"][0]["id"], "t/01/openclaw.json");
    for (at, effect) in totals["whatIf"].as_array().unwrap().iter().enumerate() {
        let of_unit: Vec<i128> = lines
            .iter()
            .filter(|line| line["unit"] == effect["unit"])
            .map(|line| pico(&line["whatIf"][at / 2]["saving"]))
            .collect();
        assert_eq!(pico(&effect["saving"]), of_unit.iter().sum::<i128>());
        assert_eq!(effect["less"], of_unit.iter().filter(|saving| **saving > 0).count());
        assert_eq!(effect["more"], of_unit.iter().filter(|saving| **saving < 0).count());
        let groups = effect["distribution"].as_array().unwrap().iter();
        assert_eq!(groups.map(|group| group["configs"].as_u64().unwrap()).sum::<u64>(), of_unit.len() as u64);
    }
    for format in ["text", "html"] {
        let answer = desk.ask(&[&["fleet", "t", "--format", format], &flags[..]].concat());
        assert!(answer.code == 0 && answer.stdout.contains("every=2h"), "{answer}");
        assert!(format != "text" || answer.stdout.lines().all(|line| line.chars().count() <= 80), "{answer}");
    }
}

/// The oracle of another default is the same config with the value written into it.
#[test]
fn another_default_is_what_the_config_costs_with_it_written_down() {
    let desk = Desk::new();
    let config = |heartbeat: Value| {
        json!({ "meta": { "lastTouchedVersion": "2026.9.6" }, "agents": { "ownership": "explicit",
        "defaults": { "model": "anthropic/claude-opus-4-6", "heartbeat": heartbeat },
        "entries": { "main": { "heartbeat": { "every": "15m" } }, "b": { "heartbeat": {} } } } })
    };
    desk.write("openclaw.json", config(json!({ "target": "none" })).to_string());
    for (key, value, text) in [
        ("every", json!("1h"), "1h"),
        ("every", json!("5m"), "5m"),
        ("isolatedSession", json!(true), "true"),
        ("lightContext", json!(true), "true"),
        ("model", json!("anthropic/claude-haiku-4-5"), "anthropic/claude-haiku-4-5"),
    ] {
        let given = format!("{key}={text}");
        let answer = desk.ask(&["fleet", "openclaw.json", "--month", "2026-11", "--if", &given]);
        let line = lines(&answer).remove(0);
        let mut block = json!({ "target": "none" });
        block[key] = value;
        desk.write("then.json", config(block).to_string());
        let then = desk.report(&["then.json"]);
        assert_eq!(line["whatIf"][0]["current"], then["totals"]["current"]["cost"], "{given}");
        assert_ne!(line["whatIf"][0]["saving"], "0", "{given}");
    }
}

#[test]
fn what_was_stopped_goes_on_and_is_the_same_in_the_end() {
    let desk = Desk::new();
    let names: Vec<String> = (0..12).map(|at| format!("c{at:02}.json5")).collect();
    names.iter().enumerate().for_each(|(at, name)| desk.write(name, [CHEAP, DEAR, SLIP][at % 3]));
    let fleet = ["fleet", "c*.json5", "--month", "2026-11", "--output", "out.ndjson"];
    let whole = desk.ask(&fleet);
    assert_eq!(whole.code, 0, "{whole}");
    let lines = desk.read("out.ndjson");
    assert_eq!(lines.lines().count(), 12);
    // Stopped anywhere, also within a line and within a character.
    for cut in [0, 1, lines.len() / 3, lines.len() / 2, lines.len() - 1, lines.len()] {
        desk.write("out.ndjson", &lines.as_bytes()[..cut]);
        let resumed = desk.ask(&[&fleet[..], &["--resume"]].concat());
        assert_eq!((resumed.code, &resumed.stderr), (0, &whole.stderr), "{cut}: {resumed}");
        assert_eq!(desk.read("out.ndjson"), lines, "{cut}");
    }
    let other =
        desk.ask(&["fleet", "c01.json5", "c00.json5", "--month", "2026-11", "--output", "out.ndjson", "--resume"]);
    assert!(other.code == 2 && other.stderr.contains("answers another config than 'c01.json5'"), "{other}");
    assert_eq!(desk.read("out.ndjson"), lines);
    let fewer = desk.ask(&["fleet", "c00.json5", "--month", "2026-11", "--output", "out.ndjson", "--resume"]);
    assert!(fewer.code == 2 && fewer.stderr.contains("configs that are not named now"), "{fewer}");
    assert_eq!(desk.read("out.ndjson"), lines);
    desk.write("notes.txt", "dear diary\n");
    let strange = desk.ask(&["fleet", "c01.json5", "--output", "notes.txt", "--resume"]);
    assert!(strange.code == 2 && strange.stderr.contains("notes.txt exists and is not an earlier answer"), "{strange}");
    assert_eq!(desk.read("notes.txt"), "dear diary\n");
}

/// What an earlier run answered fails a later one, or must be asked again.
#[test]
fn what_goes_on_fails_as_the_whole_does() {
    let desk = Desk::new();
    let refused = r#"{ agents: { defaults: { heartbeat: { every: 5 } } } }"#;
    [("a.json5", refused), ("b.json5", DEAR)].iter().for_each(|(name, text)| desk.write(name, text));
    let fleet = ["fleet", "a.json5", "b.json5", "--month", "2026-11", "--output", "out.ndjson"];
    for gate in [["--fail-on", "error"], ["--max-monthly", "1"], ["--max-total", "1"], ["--max-requests-per-day", "1"]]
    {
        let whole = desk.ask(&[&fleet[..], &gate].concat());
        assert_eq!(whole.code, 1, "{gate:?}: {whole}");
        let lines = desk.read("out.ndjson");
        let first = lines.split_inclusive('\n').next().unwrap();
        for left in [first, &lines] {
            desk.write("out.ndjson", left);
            let resumed = desk.ask(&[&fleet[..], &gate, &["--resume"]].concat());
            assert_eq!((resumed.code, &resumed.stderr), (1, &whole.stderr), "{gate:?}: {resumed}");
        }
    }
}

/// Lines that were asked anything else are not gone on with.
#[test]
fn what_goes_on_is_asked_the_same() {
    let desk = Desk::with(CHEAP);
    desk.write("slip.json5", SLIP);
    let prices = |models: Value| json!({ "unit": "USD", "models": models }).to_string();
    desk.write("prices.json", prices(json!({})));
    let fleet = ["fleet", "slip.json5", "openclaw.json", "--output", "out.ndjson", "--prices", "prices.json"];
    let ask = |flags: &[&str]| desk.ask_as_is(&[&fleet[..], flags].concat());
    let month = ["--month", "2026-11"];
    for flags in [&month[..], &["--lint"], &[]] {
        assert_eq!(ask(flags).code, 0);
        let lines = desk.read("out.ndjson");
        let again = ask(&[flags, &["--resume", "--jobs", "1"]].concat());
        assert_eq!((again.code, desk.read("out.ndjson")), (0, lines), "{again}");
    }
    assert_eq!(ask(&month).code, 0);
    let lines = desk.read("out.ndjson");
    desk.write("out.ndjson", lines.split_inclusive('\n').next().unwrap());
    let first = desk.read("out.ndjson");
    let refused = |flags: &[&str]| {
        let resumed = ask(&[flags, &["--resume"]].concat());
        assert!(
            resumed.code == 2 && resumed.stderr.contains("out.ndjson:1: the line was written for another"),
            "{resumed}"
        );
        assert_eq!(desk.read("out.ndjson"), first);
    };
    refused(&[]);
    refused(&["--month", "2026-12"]);
    for other in [
        &["--max-monthly", "9000"][..],
        &["--if", "every=2h"],
        &["--workload", "heavy"],
        &["--risk", "aggressive"],
        &["--openclaw-version", "2026.4.15"],
        &["--lint"],
        &["--no-env"],
    ] {
        refused(&[&month[..], other].concat());
    }
    desk.write("prices.json", prices(json!({ "anthropic/claude-haiku-4-5": { "input": "9", "output": "9" } })));
    refused(&month);
    desk.write("prices.json", prices(json!({})));
    desk.write("clawbeat.toml", "worth = \"3\"\n");
    refused(&month);
    fs::remove_file(desk.path("clawbeat.toml")).unwrap();
    let resumed = ask(&[&month[..], &["--resume"]].concat());
    assert_eq!((resumed.code, desk.read("out.ndjson")), (0, lines), "{resumed}");
}

#[test]
fn no_answer_is_written_over_a_config() {
    let desk = Desk::new();
    let config = json!({ "agents": { "defaults": {} } });
    let line = format!("{config}\n");
    // What asks, and the journal that an undo needs.
    let input = format!("{}\n", json!({ "id": "a", "config": config }));
    let journal = format!("{}\n", json!({ "schemaVersion": 1, "tool": "clawbeat 0.1.0", "plan": "67fb" }));
    for config in [CHEAP, SLIP, "agents:\n  defaults: {}\n", &line, &input, &journal] {
        desk.write("tenant.conf", config);
        for format in ["ndjson", "plan", "json", "text", "html"] {
            let flags = ["fleet", "-0", "--format", format, "--output", "tenant.conf"];
            for flags in [&flags[..], &["fleet", "-0", "--output", "tenant.conf", "--resume"]] {
                let answer = streamed(&desk, flags, "tenant.conf\0");
                assert!(answer.code == 2 && answer.stderr.contains("tenant.conf exists"), "{format}: {answer}");
                assert_eq!(desk.read("tenant.conf"), config);
            }
        }
    }
    desk.write("tenant.conf", CHEAP);
    for format in ["ndjson", "plan", "json", "text", "html"] {
        for _ in 0..2 {
            let answer = desk.ask(&["fleet", "tenant.conf", "--format", format, "--output", &format!("out.{format}")]);
            assert_eq!(answer.code, 0, "{format}: {answer}");
        }
    }
}

#[test]
fn configs_are_found_in_hidden_folders_and_behind_links() {
    let desk = Desk::new();
    for folder in ["h/a/.openclaw", "h/.git", "h/b/..data"] {
        fs::create_dir_all(desk.path(folder)).unwrap();
        desk.write(&format!("{folder}/openclaw.json"), CHEAP);
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("..data/openclaw.json", desk.path("h/b/openclaw.json")).unwrap();
    let ids = |named: &str| {
        let answer = desk.ask(&["fleet", named, "--fields", "id"]);
        let told: Vec<Value> = answer.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        told.iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let expected: &[&str] = if cfg!(unix) {
        &["h/a/.openclaw/openclaw.json", "h/b/openclaw.json"]
    } else {
        &["h/a/.openclaw/openclaw.json"]
    };
    assert_eq!(ids("h"), expected);
    assert_eq!(ids("h/b/*.json"), &expected[1..]);
    assert_eq!(ids("h/**/.openclaw/*"), &expected[..1]);
}

/// One folder that cannot be read, here for its long path, hides none of the others.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_read_is_a_warning() {
    let desk = Desk::new();
    let long = vec!["d".repeat(200); 12].join("/");
    fs::create_dir_all(desk.path(&format!("h/{long}"))).unwrap();
    fs::create_dir_all(desk.path(&format!("e/{long}"))).unwrap();
    fs::rename(desk.path("e"), desk.path(&format!("h/{long}/e"))).unwrap();
    desk.write("h/openclaw.json", CHEAP);
    for (named, warned) in [("h", true), ("h/**/openclaw.json", true), ("h/openclaw.js*", false)] {
        let answer = desk.ask(&["fleet", named, "--month", "2026-11"]);
        assert_eq!((answer.code, lines(&answer).len()), (0, 1), "{answer}");
        assert_eq!(answer.stderr.contains("warning: passed over"), warned, "{answer}");
    }
}

#[test]
fn what_an_include_holds_is_unknown_where_it_is_not_there() {
    let desk = Desk::with(r#"{ "agents": { "$include": "./gone.json5" } }"#);
    let answer = desk.ask(&["fleet", "openclaw.json", "--month", "2026-11", "--max-total", "20", "--if", "every=2h"]);
    let line = lines(&answer).remove(0);
    assert_eq!((answer.code, &line["current"], &line["whatIf"][0]["current"]), (1, &Value::Null, &Value::Null));
    assert!(answer.stderr.contains("1 config without a price"), "{answer}");
    let answer = desk.ask(&["fleet", "openclaw.json", "gone.json", "--month", "2026-11", "--format", "text"]);
    for told in ["openclaw.json: OpenClaw refuses it: missing-include", "cannot read gone.json: ", "1 error, "] {
        assert!(answer.stdout.contains(told), "{told}: {answer}");
    }
}

#[test]
fn a_default_that_is_named_twice_is_tried_once() {
    let desk = Desk::with(CHEAP);
    let ask = |times: usize| {
        let flags = ["--if", "every=2h"].repeat(times);
        desk.ask(&[&["fleet", "openclaw.json", "--month", "2026-11", "--format", "json"], &flags[..]].concat()).stdout
    };
    assert_eq!(ask(2), ask(1));
}

/// A fleet that waits for its input.
struct Running {
    child: std::process::Child,
    input: ChildStdin,
    output: BufReader<std::process::ChildStdout>,
}

impl Running {
    fn new() -> Self {
        Self::with(&[])
    }

    fn with(flags: &[&str]) -> Self {
        let mut command = bare::clawbeat();
        command.args(["fleet", "-", "--no-env", "--month", "2026-11", "--jobs", "2"]).args(flags);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Running { child, input, output }
    }

    /// Asks about so many configs, each of its own, and reads their lines.
    fn ask(&mut self, from: usize, to: usize) {
        for part in (from..to).collect::<Vec<_>>().chunks(8) {
            for at in part {
                let model = format!("own/m-{at}");
                let config = json!({ "agents": { "defaults": { "model": model, "heartbeat": { "every": format!("{}m", 5 + at % 50), "target": "none" } } } });
                writeln!(self.input, "{}", json!({ "id": format!("c{at}"), "config": config })).unwrap();
            }
            self.input.flush().unwrap();
            for at in part {
                let mut line = String::new();
                self.output.read_line(&mut line).unwrap();
                assert!(line.starts_with(&format!("{{\"id\":\"c{at}\",")) && line.ends_with("}\n"), "{line}");
            }
        }
    }

    /// The most memory it ever held, in KiB.
    fn peak(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_leaves_whole_lines_though_the_input_stands_still() {
    for (signal, code) in [("-TERM", 143), ("-INT", 130)] {
        let mut running = Running::new();
        running.ask(0, 20);
        let kill = bare::program("kill").args([signal, &running.child.id().to_string()]).status().unwrap();
        assert!(kill.success());
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut running.output, &mut rest).unwrap();
        assert_eq!(rest, "");
        let mut told = String::new();
        std::io::Read::read_to_string(&mut running.child.stderr.take().unwrap(), &mut told).unwrap();
        assert_eq!(running.child.wait().unwrap().code(), Some(code), "{told}");
        assert!(told.ends_with("stopped by a signal after 20 configs\n"), "{told}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn only_lines_that_can_be_gone_on_with_are_said_to_be() {
    let desk = Desk::new();
    for (name, flags, can) in [("whole", &[][..], true), ("few", &["--fields", "id,current"], false)] {
        let output = desk.path(name);
        let mut running = Running::with(&[&["--output", output.to_str().unwrap()], flags].concat());
        writeln!(running.input, "{}", json!({ "id": "a", "text": CHEAP })).unwrap();
        while fs::read_to_string(&output).is_ok_and(|text| text.is_empty()) || !output.exists() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        assert!(bare::program("kill").arg(running.child.id().to_string()).status().unwrap().success());
        let mut told = String::new();
        std::io::Read::read_to_string(&mut running.child.stderr.take().unwrap(), &mut told).unwrap();
        assert_eq!(running.child.wait().unwrap().code(), Some(143), "{told}");
        assert_eq!(told.contains("stopped by a signal after 1 config; --resume continues"), can, "{told}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_fleet() {
    let mut running = Running::new();
    running.ask(0, 80);
    let few = running.peak();
    running.ask(80, 480);
    let many = running.peak();
    assert!(many < few + 3_000, "{few} KiB after 80 configs, {many} KiB after 480");
    drop(running.input);
    assert!(running.child.wait().unwrap().success());
}

/// A reader that has seen enough ends it.
#[cfg(target_os = "linux")]
#[test]
fn a_closed_pipe_ends_it_well() {
    let mut running = Running::new();
    running.ask(0, 4);
    drop(running.output);
    let config = json!({ "id": "x", "text": CHEAP });
    while writeln!(running.input, "{config}").is_ok() {}
    assert_eq!(running.child.wait().unwrap().code(), Some(0));
}
