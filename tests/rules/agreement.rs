//! What the real OpenClaw said of a file, and what the linter says: the verdict, and who runs how
//! often.

use clawbeat::document::{Document, Format};
use clawbeat::releases::shape::repairs::repaired;
use clawbeat::rules::Verdict;
use serde_json::Value;

use super::linted::{Linted, by_name, judged, normal_beats};

#[test]
fn situations() {
    let facts: Value = serde_json::from_str(include_str!("../../fixtures/openclaw/lint-situations.json")).unwrap();
    let mut problems = Vec::new();
    for situation in facts["situations"].as_array().unwrap() {
        let id = situation["id"].as_str().unwrap();
        for (version, key) in [("2026.9.6", "openclaw_2026_9_6"), ("2026.4.15", "openclaw_2026_4_15")] {
            let recorded = &situation[key];
            let linted = Linted::new(situation["snippet"].as_str().unwrap(), Some(version));
            let expected = match (recorded["validate"].as_str(), recorded["startup"].as_str()) {
                (Some("valid"), _) => Verdict::Valid,
                (_, Some("auto-repaired at startup")) => Verdict::Repaired,
                _ => Verdict::Refused,
            };
            if linted.lint.verdict != expected {
                problems.push(format!(
                    "{id} {version}: {:?}, recorded {expected:?}\n{}",
                    linted.lint.verdict,
                    linted.render()
                ));
            }
            let ours = linted.beats();
            let theirs = &recorded["effective_heartbeats"];
            if !theirs.is_null() && ours != *theirs {
                problems.push(format!("{id} {version}: beats {ours}, recorded {theirs}"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn real_configs() {
    let facts: Value = serde_json::from_str(include_str!("../../fixtures/openclaw/real-configs.json")).unwrap();
    let mut problems = Vec::new();
    for config in facts["configs"].as_array().unwrap() {
        let id = config["id"].as_str().unwrap();
        for version in ["2026.9.6", "2026.7.35", "2026.4.15"] {
            let recorded = &config[version];
            assert!(recorded["valid"].is_boolean(), "{id} was not asked of {version}");
            let linted = Linted::new(&config["config"].to_string(), Some(version));
            let valid = linted.lint.verdict == Verdict::Valid;
            if recorded["valid"] != valid {
                let shown = linted.render();
                problems
                    .push(format!("{id} {version}: recorded {} {}\n{shown}", recorded["valid"], recorded["issues"]));
            }
            let ours = linted.beats();
            if recorded["beats"].is_array() && ours != recorded["beats"] {
                problems.push(format!("{id} {version}: beats {ours}, recorded {}", recorded["beats"]));
            }
        }
    }
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
}

/// Asked of 2026.8.1, whose shape was not recorded: only the heartbeat part of a file is judged for it.
const ELSEWHERE: &[&str] = &[
    "me-extra",
    "me-lastTouchedAt",
    "un-comment",
    "un-ownerDisplay",
    "un-root",
    "un-session-idle",
    "mo-policy-bad",
    "mo-provider-no-baseUrl",
    "mo-provider-no-models",
    "sy-nan",
];
/// Refused because two agents share a workspace on disk.
const ON_DISK: &str = "ro19-same-workspace";

#[test]
fn probes() {
    agree(include_str!("../../fixtures/openclaw/probes.json"));
}

/// Whole files, all parts of a config in them.
#[test]
fn whole_files() {
    agree(include_str!("../../fixtures/openclaw/whole-files.json"));
}

/// Small files about one part each that a start moves or a release checks in code, and the file that it leaves.
#[test]
fn parts() {
    let facts = include_str!("../../fixtures/openclaw/parts.json");
    let [equal, _, different] = repaired_alike(facts);
    assert!(equal > 100 && different == 0, "{equal} equal, {different} different");
    agree(facts);
}

/// The same over a file of answers to any other configs: `CLAWBEAT_PROBES=answers.json cargo test --test library answers`.
#[test]
fn answers_of_the_day() {
    if let Ok(path) = std::env::var("CLAWBEAT_PROBES") {
        let facts = std::fs::read_to_string(path).unwrap();
        eprintln!("repaired files that are made equal, not known in part, different: {:?}", repaired_alike(&facts));
        agree(&facts);
    }
}

/// Of the files that OpenClaw's answers have a repaired tree of: how many are made equal, are said not to be known in
/// part, and differ.
fn repaired_alike(facts: &str) -> [usize; 3] {
    let facts: Value = serde_json::from_str(facts).unwrap();
    let mut counts = [0; 3];
    for probe in facts["probes"].as_array().unwrap().iter().filter(|probe| probe["2026.9.6"]["tree"].is_object()) {
        let text = probe["config"].as_str().unwrap();
        let made = repaired(Document::parse(text.to_owned(), Format::Json5).unwrap().value());
        let which = if made.tree == probe["2026.9.6"]["tree"] {
            0
        } else if made.open.is_empty() && made.wrong.is_empty() {
            2
        } else {
            1
        };
        counts[which] += 1;
        if which == 2 && std::env::var_os("CLAWBEAT_TREES").is_some() {
            eprintln!("{}\n    {text}\n    {}\n    {}", probe["id"], made.tree, probe["2026.9.6"]["tree"]);
        }
    }
    counts
}

/// Random files that mix every part of a config (`tests/differential/mix.mjs`): of 1,000 at most five may differ, which
/// the message names.
#[test]
fn mixed_files() {
    nearly_agree(include_str!("../../fixtures/openclaw/mixed-files.json"));
}

fn nearly_agree(facts: &str) {
    let (asked, problems) = compared(facts);
    assert!(asked > 1_000 && problems.len() * 200 <= asked, "{} of {asked}\n{}", problems.len(), problems.join("\n"));
}

/// The examples of OpenClaw's documentation, each asked of the three releases.
#[test]
fn documentation() {
    let facts = include_str!("../../fixtures/openclaw/doc-examples.json");
    let (asked, problems) = compared(facts);
    assert!(asked > 4_000 && problems.is_empty(), "{} of {asked}\n{}", problems.len(), problems.join("\n"));
}

/// Who runs in a file that the start repairs is who runs in the file that it leaves, wherever all of that is known.
#[test]
fn who_runs_is_what_the_repaired_file_says() {
    let (mut asked, mut problems) = (0, Vec::new());
    for facts in [
        include_str!("../../fixtures/openclaw/probes.json"),
        include_str!("../../fixtures/openclaw/whole-files.json"),
        include_str!("../../fixtures/openclaw/mixed-files.json"),
        include_str!("../../fixtures/openclaw/doc-examples.json"),
    ] {
        let facts: Value = serde_json::from_str(facts).unwrap();
        for text in facts["probes"].as_array().unwrap().iter().filter_map(|probe| probe["config"].as_str()) {
            let (verdict, before) = judged(text, "2026.9.6");
            let Ok(document) = Document::parse(text.to_owned(), Format::Json5) else { continue };
            let made = repaired(document.value());
            if verdict != Verdict::Repaired || !made.open.is_empty() {
                continue;
            }
            asked += 1;
            let after = judged(&made.tree.to_string(), "2026.9.6");
            if after != (Verdict::Valid, before.clone()) {
                problems.push(format!("{before}, then {after:?}\n    {text}\n    {}", made.tree));
            }
        }
    }
    assert!(asked > 300 && problems.is_empty(), "{} of {asked}\n{}", problems.len(), problems.join("\n"));
}

fn agree(facts: &str) {
    let (asked, problems) = compared(facts);
    assert!(problems.is_empty(), "{} problems in {asked}\n{}", problems.len(), problems.join("\n"));
}

/// How many answers there are, and where the linter differs.
fn compared(facts: &str) -> (usize, Vec<String>) {
    let facts: Value = serde_json::from_str(facts).unwrap();
    let mut problems = Vec::new();
    let mut asked = 0;
    for probe in facts["probes"].as_array().unwrap() {
        let id = probe["id"].as_str().unwrap();
        for version in ["2026.9.6", "2026.8.1", "2026.7.35", "2026.4.15"] {
            let recorded = &probe[version];
            let is_elsewhere = version == "2026.8.1" && ELSEWHERE.contains(&id);
            if recorded.is_null() || is_elsewhere || id == ON_DISK {
                continue;
            }
            asked += 1;
            let (verdict, beats) = judged(probe["config"].as_str().unwrap(), version);
            let ours = match (verdict, recorded["verdict"].as_str()) {
                (Verdict::Repaired | Verdict::Refused, Some("invalid")) => "invalid",
                (verdict, _) => verdict.name(),
            };
            if recorded["verdict"] != ours {
                problems
                    .push(format!("{id} {version}: {ours}, recorded {}\n    {}", recorded["verdict"], probe["config"]));
            }
            if recorded["beats"].is_array() && by_name(beats.clone()) != by_name(normal_beats(&recorded["beats"])) {
                problems.push(format!(
                    "{id} {version}: beats {beats}, recorded {}\n    {}",
                    recorded["beats"], probe["config"]
                ));
            }
        }
    }
    (asked, problems)
}
