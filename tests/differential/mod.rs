//! Thousands of random configs, asked of a real OpenClaw and of the linter: the verdict on the heartbeat part, and who
//! then runs how often. It needs Node and an installed package, so it says that it was left out where none is named:
//!
//! ```text
//! CLAWBEAT_OPENCLAW=node_modules/openclaw cargo test --test library differential -- --nocapture
//! ```
//!
//! Several packages are separated by colons. `CLAWBEAT_SEED` and `CLAWBEAT_CASES` choose the configs, `CLAWBEAT_BLESS=1`
//! writes the tables of `docs/agreement.md`. Where the two disagree, the configs are written in the form of
//! `fixtures/openclaw/probes.json`, where they belong once they are mended.

mod faults;
pub(crate) mod generator;
mod whole;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::bare;
use crate::rules::linted::{self, Linted, by_name, judged, normal_beats};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/differential/ask.mjs");
const MIX: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/differential/mix.mjs");
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/agreement.md");

/// How the answers of one release compare.
#[derive(Default)]
struct Tally {
    /// Cases, and cases on which the two disagree, by kind.
    kinds: BTreeMap<&'static str, [usize; 2]>,
    /// Cases by OpenClaw's verdict.
    verdicts: BTreeMap<String, usize>,
    /// The disagreements, as probes.
    probes: Vec<Value>,
}

#[test]
fn linter_and_openclaw_agree() {
    let Some(packages) = std::env::var_os("CLAWBEAT_OPENCLAW") else {
        eprintln!("left out: CLAWBEAT_OPENCLAW names no installed openclaw package");
        return;
    };
    let number = |name: &str, usual: u64| std::env::var(name).map_or(usual, |text| text.parse().expect(name));
    let (seed, count) = (number("CLAWBEAT_SEED", 1), number("CLAWBEAT_CASES", 4_000));
    let count = usize::try_from(count).unwrap();
    let mut configs = generator::configs(seed, count);
    configs.extend(whole::configs(seed, count));
    configs.extend(mixed(seed, count));
    let mut tallies = BTreeMap::new();
    for package in std::env::split_paths(&packages) {
        let manifest = std::fs::read_to_string(package.join("package.json")).expect("an installed openclaw package");
        let manifest: Value = serde_json::from_str(&manifest).unwrap();
        let version = manifest["version"].as_str().unwrap().to_owned();
        let tally = compare(&configs, &version, &ask(&package, &configs));
        eprintln!(
            "openclaw {version}: {} of {} answers differ in {:?}; {:?}",
            tally.probes.len(),
            configs.len(),
            tally.kinds,
            tally.verdicts
        );
        tallies.insert(version, tally);
    }
    let differing: Vec<&Value> = tallies.values().flat_map(|tally| &tally.probes).collect();
    let written = Path::new(env!("CARGO_TARGET_TMPDIR")).join("disagreements.json");
    std::fs::write(&written, serde_json::to_string_pretty(&json!({ "probes": differing })).unwrap()).unwrap();
    if std::env::var_os("CLAWBEAT_BLESS").is_some() {
        let page = std::fs::read_to_string(PAGE).unwrap();
        std::fs::write(PAGE, blessed(&page, &tables(seed, &tallies))).unwrap();
    }
    assert!(differing.is_empty(), "{} disagreements, see {}", differing.len(), written.display());
}

/// Files that mix every part of a config, made by a script that needs the packages' examples and public configs.
fn mixed(seed: u64, count: usize) -> Vec<(&'static str, Value)> {
    let made =
        bare::program("node").args([MIX, &seed.to_string(), &count.to_string()]).output().expect("node on the PATH");
    let text = String::from_utf8(made.stdout).unwrap();
    let case = |line: &str| -> (&'static str, Value) {
        let case: Value = serde_json::from_str(line).unwrap();
        let kind = format!("mixed, {}", case["kind"].as_str().unwrap());
        (kind.leak(), serde_json::from_str(case["config"].as_str().unwrap()).unwrap())
    };
    text.lines().map(case).collect()
}

/// Asks a package of all configs in one process, in a home of its own.
fn ask(package: &Path, configs: &[(&str, Value)]) -> Vec<Value> {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| -> PathBuf { home.path().join(name) };
    std::fs::create_dir(at("state")).unwrap();
    let case =
        |(id, (_, config)): (usize, &(&str, Value))| json!({ "id": id, "config": config.to_string() }).to_string();
    let cases: Vec<String> = configs.iter().enumerate().map(case).collect();
    std::fs::write(at("cases"), cases.join("\n")).unwrap();
    let mut node = bare::program("node");
    node.arg(SCRIPT).arg(std::fs::canonicalize(package).unwrap()).arg(at("cases")).arg(at("answers"));
    node.env("HOME", home.path())
        .env("OPENCLAW_STATE_DIR", at("state"))
        .env("OPENCLAW_CONFIG_PATH", at("openclaw.json"));
    node.envs(linted::VARIABLES).current_dir(home.path());
    assert!(node.status().expect("node on the PATH").success());
    let answers = std::fs::read_to_string(at("answers")).unwrap();
    answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn compare(configs: &[(&'static str, Value)], version: &str, answers: &[Value]) -> Tally {
    assert_eq!(answers.len(), configs.len(), "a case without an answer");
    let mut tally = Tally::default();
    for ((kind, config), answer) in configs.iter().zip(answers) {
        assert_eq!(answer["error"], Value::Null, "{config}");
        let (verdict, beats) = judged(&config.to_string(), version);
        let theirs =
            (answer["verdict"].as_str().unwrap(), answer.get("beats").map(|beats| by_name(normal_beats(beats))));
        let ours = (verdict.name(), theirs.1.as_ref().map(|_| by_name(beats)));
        let [cases, differing] = tally.kinds.entry(kind).or_default();
        *cases += 1;
        *tally.verdicts.entry(theirs.0.to_owned()).or_default() += 1;
        if ours != theirs {
            *differing += 1;
            let answered = json!({ "verdict": answer["verdict"], "beats": answer["beats"] });
            let id = format!("d{:05}", answer["id"].as_u64().unwrap());
            tally.probes.push(json!({ "id": id, "config": config.to_string(), version: answered,
                "linter": format!("{ours:?}"), "issues": answer["issues"] }));
        }
    }
    tally
}

/// Marks around what of the page is written by the test; the rest is written by hand and kept.
const MARKS: [&str; 2] = ["<!-- generated: CLAWBEAT_BLESS=1 writes from here -->\n", "<!-- to here -->\n"];

/// The page with its generated part made anew.
fn blessed(page: &str, generated: &str) -> String {
    let [begin, end] = MARKS.map(|mark| page.find(mark).unwrap_or_else(|| panic!("{PAGE} has no {mark}")));
    format!("{}{generated}{}", &page[..begin + MARKS[0].len()], &page[end..])
}

#[test]
fn a_blessing_keeps_what_is_written_by_hand() {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let anew = blessed(&page, "new\n");
    let [before, after] = [page.find(MARKS[0]).unwrap(), page.len() - page.find(MARKS[1]).unwrap()];
    assert!(anew.starts_with(&page[..before]) && anew.ends_with(&page[page.len() - after..]), "{anew}");
    assert_eq!(anew.len(), before + MARKS[0].len() + "new\n".len() + after);
    assert_eq!(blessed(&anew, "new\n"), anew);
}

/// All answers that the page counts, and those that differ: of each table that says both.
fn counted(page: &str) -> [usize; 2] {
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().replace(',', "")).collect::<Vec<_>>();
    let (mut columns, mut sums): (Vec<usize>, _) = (Vec::new(), [0, 0]);
    for line in page.lines() {
        let cells = cells(line);
        let at = |name: &str| cells.iter().position(|cell| cell == name);
        if !line.starts_with('|') {
            columns.clear();
        } else if let Some(asked) = at("asked") {
            let on_both =
                at("disagree on the verdict").zip(at("on who beats")).map(|(verdict, beats)| vec![verdict, beats]);
            let differing = on_both.or(at("disagree").map(|differ| vec![differ]));
            columns = differing.map_or(Vec::new(), |differing| [vec![asked], differing].concat());
        } else if let Some((asked, differing)) = columns.split_first().filter(|_| !line.starts_with("| ---")) {
            let number = |at: &usize| cells[*at].parse::<usize>().unwrap();
            sums[0] += number(asked);
            sums[1] += differing.iter().map(number).sum::<usize>();
        }
    }
    sums
}

#[test]
fn the_readme_says_what_the_page_counts() {
    let [asked, differing] = counted(&std::fs::read_to_string(PAGE).unwrap());
    let share = 100.0 * differing as f64 / asked as f64;
    let asked = format!("{},{:03}", asked / 1_000, asked % 1_000);
    let row = format!(
        "| {asked} answers of the real OpenClaw about random and mixed configs | {differing} answers differ ({share:.2}%) |"
    );
    assert!(include_str!("../../README.md").contains(&row), "README.md has no {row}");
}

fn tables(seed: u64, tallies: &BTreeMap<String, Tally>) -> String {
    let mut text = "| OpenClaw | kind of config | asked | disagree |\n| --- | --- | ---: | ---: |\n".to_owned();
    for (version, tally) in tallies {
        for (kind, [cases, differing]) in &tally.kinds {
            let _ = writeln!(text, "| {version} | {kind} | {cases} | {differing} |");
        }
    }
    text += "\n| OpenClaw | part | asked | agree |\n| --- | --- | ---: | ---: |\n";
    for (version, tally) in tallies {
        for (name, of_part) in [("heartbeat part", ""), ("whole file", "whole"), ("whole file, mixed", "mixed")] {
            let is_of = |kind: &str| kind.split(',').next().filter(|_| kind.contains(',')).unwrap_or("") == of_part;
            let of = tally.kinds.iter().filter(|(kind, _)| is_of(kind)).map(|(_, counts)| counts);
            let [cases, differing] = of.fold([0, 0], |[a, b], [cases, differing]| [a + cases, b + differing]);
            let _ = writeln!(
                text,
                "| {version} | {name} | {cases} | {:.2} % |",
                100.0 - 100.0 * differing as f64 / cases.max(1) as f64
            );
        }
    }
    text += "\n| OpenClaw | valid | repaired | refused |\n| --- | ---: | ---: | ---: |\n";
    for (version, tally) in tallies {
        let of = |verdict: &str| tally.verdicts.get(verdict).copied().unwrap_or(0);
        let _ = writeln!(text, "| {version} | {} | {} | {} |", of("valid"), of("repaired"), of("refused"));
    }
    let packages: Vec<String> = tallies.keys().map(|version| format!("openclaw-{version}")).collect();
    let cases: usize =
        tallies.values().next().map_or(0, |tally| tally.kinds.values().map(|[cases, _]| cases).sum::<usize>() / 3);
    let _ = write!(
        text,
        "\nTo repeat it with Node and installed packages:\n\n```sh\nCLAWBEAT_OPENCLAW={} CLAWBEAT_SEED={seed} CLAWBEAT_CASES={cases} \\\n  \
         cargo test --test library differential -- --nocapture\n```\n",
        packages.join(":")
    );
    text
}

/// The same seed gives the same configs, another one others, and each kind is what it is called.
#[test]
fn the_generator_is_steady_and_mixed() {
    let configs = generator::configs(1, 200);
    assert_eq!(configs, generator::configs(1, 200));
    assert_ne!(configs, generator::configs(2, 200));
    let valid = |kind: &str, version: &str| {
        let of_kind: Vec<_> = configs.iter().filter(|(of, _)| *of == kind).collect();
        let accepted = of_kind.iter().filter(|(_, config)| {
            Linted::new(&config.to_string(), Some(version)).lint.verdict == clawbeat::rules::Verdict::Valid
        });
        accepted.count() * 100 / of_kind.len()
    };
    assert!(valid("current", "2026.9.6") > 60, "{}", valid("current", "2026.9.6"));
    assert!(valid("legacy", "2026.4.15") > 60, "{}", valid("legacy", "2026.4.15"));
    assert!((10..90).contains(&valid("nearly valid", "2026.9.6")), "{}", valid("nearly valid", "2026.9.6"));
    assert!((10..90).contains(&valid("anything", "2026.9.6")), "{}", valid("anything", "2026.9.6"));
}
