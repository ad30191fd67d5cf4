//! A load measured from a gateway's records: what `calibrate` writes, what `report` makes of it, and whose records are read.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::common::{Answer, Desk, json_file, repository};

/// The recorded stores with a config.
const STORES: [&str; 3] =
    ["shared-chat-compaction-2026.9.6", "isolated-light-2026.9.6", "failing-compaction-2026.9.6"];

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &target) } else { fs::write(target, fs::read(&path).unwrap()).unwrap() }
    }
}

fn store(desk: &Desk, name: &str, to: &str) {
    copy(&repository("fixtures/records").join(name).join("state"), &desk.path(to));
}

fn json(answer: &Answer) -> Value {
    assert_eq!(answer.code, 0, "{answer}");
    serde_json::from_str(&answer.stdout).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).unwrap_or_else(|| panic!("no number: {value}"))
}

fn schema(name: &str) -> jsonschema::Validator {
    jsonschema::validator_for(&json_file(&format!("schemas/{name}.v1.schema.json"))).unwrap()
}

#[test]
fn a_measured_workload_keeps_the_schema_and_is_what_is_shown() {
    let desk = Desk::new();
    for name in STORES {
        store(&desk, name, name);
        let shown = desk.ask(&["calibrate", "--state-dir", name, "--show"]);
        let load = json(&shown);
        assert!(schema("workload").is_valid(&load), "{shown}");
        let main = &load["agents"]["main"];
        assert!(main["measured"]["heartbeats"].as_u64().unwrap() > 20, "{shown}");
        let written = desk.ask(&["calibrate", "--state-dir", name, "--output", "w.json"]);
        assert_eq!((written.code, written.stdout.as_str()), (0, ""), "{written}");
        assert_eq!(desk.read("w.json"), shown.stdout);
        // A file of it costs what the records themselves do.
        let config = format!("{name}/openclaw.json");
        let by_file = desk.report(&[&config, "--workload", "w.json"]);
        let by_records = desk.report(&[&config, "--state-dir", name]);
        assert_eq!(by_file["totals"]["current"], by_records["totals"]["current"], "{name}");
        // Nothing of a text, a key or a place is in it.
        for secret in ["agent:main", "vessel", "/tmp/", "mock_", "sk-mock"] {
            assert!(!shown.stdout.contains(secret), "{secret}: {shown}");
        }
        desk.ask(&["undo"]);
    }
}

/// The simulated hours on record come to what was recorded.
#[test]
fn a_report_shows_measured_beside_simulated() {
    let desk = Desk::new();
    let keeps = schema("report");
    for name in STORES {
        store(&desk, name, name);
        let report = desk.report(&["--state-dir", name]);
        let problems: Vec<String> = keeps.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(problems.is_empty(), "{name}: {problems:#?}");
        let measured = &report["measured"];
        let (cost, again) = (number(&measured["cost"]), number(&measured["against"]["cost"]));
        assert!((again / cost - 1.0).abs() < 0.1, "{name}: {measured:#}");
        for kind in ["cacheRead", "cacheWrite5m", "cacheWrite1h", "output"] {
            let [was, is] = [&measured["tokens"][kind], &measured["against"]["tokens"][kind]].map(number);
            assert!((is - was).abs() <= 0.12 * was.max(20_000.0), "{name} {kind}: {measured:#}");
        }
        let bases: Vec<&str> =
            report["assumptions"].as_array().unwrap().iter().map(|one| one["basis"].as_str().unwrap()).collect();
        assert!(bases.contains(&"measured") && bases.contains(&"assumed"), "{name}: {bases:?}");
        let range = &report["totals"]["current"]["cost"];
        let [low, typical, high] = ["low", "typical", "high"].map(|level| number(&range[level]));
        assert!(low <= typical && typical <= high && low > 0.0, "{name}: {range}");
        let text = desk.ask(&["report", "--state-dir", name]);
        assert!(text.flat().contains("On record: "), "{text}");
        assert!(text.stdout.lines().count() <= 23, "{text}");
        // The same records give the same bytes.
        assert_eq!(text, desk.ask(&["report", "--state-dir", name]));
    }
}

/// Plain `clawbeat` reads the records of the gateway whose config it finds, and of no other.
#[test]
fn records_belong_to_the_config_beside_them() {
    let desk = Desk::new();
    store(&desk, STORES[0], "home/.openclaw");
    let plain = desk.ask(&["report"]);
    assert!(plain.stderr.contains("the load is measured from the records in"), "{plain}");
    assert!(plain.flat().contains("On record: "), "{plain}");
    let left = desk.ask(&["report", "--no-records"]);
    assert!(!left.stderr.contains("records") && !left.flat().contains("On record"), "{left}");
    for arguments in [&["report", "--workload", "heavy"][..], &["report", "other.json"]] {
        desk.write("other.json", desk.read("home/.openclaw/openclaw.json"));
        let answer = desk.ask(arguments);
        assert!(!answer.flat().contains("On record"), "{answer}");
        fs::remove_file(desk.path("other.json")).unwrap();
    }
    let nowhere = desk.ask(&["report", "--state-dir", "nowhere", "home/.openclaw/openclaw.json"]);
    assert_eq!(nowhere.code, 2, "{nowhere}");
    // The plan of apply and diff is that of the report.
    let told = desk.report(&[]);
    let saved: Value = json(&desk.ask(&["diff", "--format", "plan"]));
    assert_eq!(saved["figures"]["recommended"], told["totals"]["recommended"]["cost"]);
}

#[test]
fn few_records_lean_on_the_preset_and_say_so() {
    let desk = Desk::new();
    store(&desk, STORES[0], "s");
    let few = desk.ask(&["calibrate", "--state-dir", "s", "--show", "--until", "2026-11-02T10:40:00Z"]);
    assert!(few.stderr.contains("few records of 'main': 7 heartbeats on 1 day"), "{few}");
    let load = json(&few);
    let figures = &load["agents"]["main"]["measured"]["figures"];
    assert_eq!(figures["output"]["basis"], "blended", "{figures:#}");
    let none = desk.ask(&["calibrate", "--state-dir", "s", "--show", "--until", "2026-11-01"]);
    assert_eq!(none.code, 2, "{none}");
    assert!(none.stderr.contains("no heartbeats"), "{none}");
}
