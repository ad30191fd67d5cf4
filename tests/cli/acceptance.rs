//! The real OpenClaw accepts a patched file wherever it accepts the original, and runs the heartbeats that the plan
//! chose. What it said is recorded in `fixtures/openclaw/patched.json`; a plan that writes a key, or a kind of value,
//! that it was never asked about fails here until it is (`scripts/record-patched.py`).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use clawbeat::document::{Change, Document, Format, KeyPath, Segment};
use clawbeat::gateway::Gateway;
use clawbeat::patch::commands::{SettingToWrite, commands};
use clawbeat::patch::merge_patch::merge_patch;
use clawbeat::releases::duration;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use super::common::{fixture, json_file};
use super::library::{Read, real_configs};
use super::plans;

const RECORDED: &str = "fixtures/openclaw/patched.json";
const ALL: &[&str] = &["2026.9.6", "2026.8.1", "2026.7.35", "2026.4.15"];

/// A config and the releases it is asked of.
struct Subject {
    id: String,
    text: String,
    releases: &'static [&'static str],
}

/// Configs that people use, and situations that the linter is written for.
fn known() -> Vec<Subject> {
    let situations = json_file("fixtures/openclaw/lint-situations.json");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let situation = |row: &Value| Subject { id: text(&row["id"]), text: text(&row["snippet"]), releases: ALL };
    let real = |(id, config): (String, Value)| Subject {
        id: format!("real-{id}"),
        text: serde_json::to_string_pretty(&config).unwrap(),
        releases: &["2026.9.6", "2026.4.15"],
    };
    let example = |name: &str| Subject { id: name.to_owned(), text: fixture(name), releases: ALL };
    let situations = situations["situations"].as_array().unwrap().iter().map(situation);
    let examples = ["personal.json5", "team.json5", "nexos.json5"].map(example);
    situations.chain(real_configs().into_iter().map(real)).chain(examples).collect()
}

fn generated(configs: &Map<String, Value>) -> Vec<Subject> {
    let subject = |(id, config): (&String, &Value)| Subject {
        id: id.clone(),
        text: serde_json::to_string_pretty(config).unwrap(),
        releases: ALL,
    };
    configs.iter().map(subject).collect()
}

/// The changes of the plan for a release and the text with them, where there are any.
fn patched(subject: &Subject, release: &str) -> Option<(Map<String, Value>, String)> {
    Document::parse(&*subject.text, Format::Json5).ok().filter(|document| document.value().is_object())?;
    let read = Read::text(&subject.text, Some(release));
    let changes = read.plan.changes();
    let text = read.analysis.document.apply(changes).ok().filter(|_| !changes.is_empty())?;
    let change = |change: &Change| (change.path.to_string(), json!(change.to));
    Some((changes.iter().map(change).collect(), text))
}

/// A key and the kind of its value, as far as a config's schema cares.
fn shape((path, to): (&String, &Value)) -> String {
    let path: KeyPath = path.parse().unwrap();
    let mut shape = String::new();
    let mut names_follow = false;
    for segment in path.segments() {
        match segment {
            Segment::Index(_) => shape.push_str("[]"),
            Segment::Key(_) if names_follow => shape.push_str(".*"),
            Segment::Key(key) => {
                shape.push('.');
                shape.push_str(key);
            }
        }
        names_follow = matches!(segment, Segment::Key(key) if !names_follow && (key == "entries" || key == "models"));
    }
    let kind = match to {
        Value::Null => "removed".to_owned(),
        Value::Bool(_) => "boolean".to_owned(),
        Value::Object(fields) => format!("{{{}}}", fields.keys().cloned().collect::<Vec<_>>().join(", ")),
        Value::String(text) if duration::parse(text, true).is_some() => "duration".to_owned(),
        Value::String(text) if text.contains('/') => "model".to_owned(),
        other => other.to_string(),
    };
    format!("{}: {kind}", shape.trim_start_matches('.'))
}

/// Who runs how often; legacy releases list an agent as written, and twice.
fn beats(recorded: &Value) -> BTreeMap<String, Value> {
    let beat = |beat: &Value| (beat["agent"].as_str().unwrap().to_lowercase(), beat["everyMs"].clone());
    recorded.as_array().unwrap().iter().map(beat).collect()
}

fn own_beats(gateway: &Gateway) -> BTreeMap<String, Value> {
    gateway.enrolled().map(|agent| (agent.id.clone(), json!(agent.settings.every.value.ms()))).collect()
}

#[test]
fn every_patch_is_one_that_the_real_openclaw_accepted() {
    let recorded = json_file(RECORDED);
    let rows = recorded["rows"].as_array().unwrap();
    let mut accepted = BTreeSet::new();
    for row in rows {
        assert_eq!(row["after"], row["before"], "{row}");
        let release = row["release"].as_str().unwrap();
        accepted.extend(row["changes"].as_object().unwrap().iter().map(|change| (release, shape(change))));
    }
    let row = |id: &str, release: &str| rows.iter().find(|row| row["config"] == id && row["release"] == release);
    let mut problems = Vec::new();
    let mut agreed = 0;
    for subject in known().iter().chain(&generated(recorded["generated"].as_object().unwrap())) {
        for &release in subject.releases {
            // Without a row the release refuses the original.
            let Some(row) = row(&subject.id, release) else { continue };
            let Some((changes, text)) = patched(subject, release) else { continue };
            if row["changes"] != json!(changes) {
                // Other values than those recorded: the schema minds their kind.
                let unknown = changes.iter().map(shape).filter(|shape| !accepted.contains(&(release, shape.clone())));
                problems.extend(unknown.map(|shape| format!("{} {release}: {shape} was never asked", subject.id)));
                continue;
            }
            agreed += 1;
            let ours = own_beats(Read::text(&text, Some(release)).analysis.gateway());
            let theirs = beats(&row["beats"]);
            if ours != theirs {
                problems.push(format!("{} {release}: {ours:?}, recorded {theirs:?}", subject.id));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(agreed > 0, "no recorded patch is made any more; record them again");
}

/// What the real `config patch` and `config set` made of a change, told by what the file then holds.
#[test]
fn what_openclaw_is_handed_it_writes() {
    let recorded = json_file("fixtures/openclaw/handed-over.json");
    let mut problems = Vec::new();
    let mut agreed = 0;
    for row in recorded["rows"].as_array().unwrap() {
        let what = format!("{} {}", row["config"], row["release"]);
        assert_eq!((&row["ran"], &row["commandsGive"]), (&json!(0), &row["changes"]), "{what}");
        if !row["patch"].is_null() {
            let codes = [&row["dryRun"], &row["patched"]];
            assert_eq!((codes, &row["patchGives"]), ([&json!(0); 2], &row["changes"]), "{what}");
        }
        let read = Read::text(row["text"].as_str().unwrap(), row["release"].as_str());
        let changes = read.plan.changes();
        let patch = merge_patch(read.analysis.document.value(), changes).ok();
        let setting = |change: &Change| SettingToWrite { path: change.path.to_string(), value: change.to.clone() };
        let lines = commands(&changes.iter().map(setting).collect::<Vec<_>>()).unwrap();
        let written: Map<String, Value> =
            changes.iter().map(|change| (change.path.to_string(), json!(change.to))).collect();
        if row["changes"] == json!(written) {
            agreed += 1;
            if json!(patch) != row["patch"] || json!(lines) != row["commands"] {
                problems.push(format!("{what}: {patch:?}\n{lines}"));
            }
        }
    }
    assert!(problems.is_empty(), "said in another way than was asked: {}", problems.join("\n"));
    assert!(agreed > 0, "no recorded change is made any more; run scripts/record-handed-over.py");
}

/// Writes originals and patched files for the real OpenClaw to judge.
#[test]
#[ignore = "the first half of scripts/record-patched.py"]
fn write_the_patched_files() {
    let folder = PathBuf::from(std::env::var("PATCHED_DIR").unwrap());
    let mut runner = TestRunner::deterministic();
    let config = plans::config();
    let configs: Map<String, Value> = (1..=60)
        .map(|number| (format!("generated-{number:02}"), config.new_tree(&mut runner).unwrap().current()))
        .collect();
    let mut rows = Vec::new();
    for subject in known().iter().chain(&generated(&configs)) {
        for release in subject.releases {
            let Some((changes, text)) = patched(subject, release) else { continue };
            let folder = folder.join(release);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(format!("{}.before.json5", subject.id)), &subject.text).unwrap();
            fs::write(folder.join(format!("{}.after.json5", subject.id)), text).unwrap();
            rows.push(json!({ "config": subject.id, "release": release, "changes": changes }));
        }
    }
    let written = json!({ "generated": configs, "rows": rows });
    fs::write(folder.join("written.json"), serde_json::to_string_pretty(&written).unwrap()).unwrap();
}
