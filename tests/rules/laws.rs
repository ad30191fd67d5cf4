//! What holds for every fix and every edit that a help names, over the rules' fixtures, configs from the field and random
//! ones, on releases of both generations.

use std::path::{Path, PathBuf};

use clawbeat::analysis::{Analysis, Setup};
use clawbeat::bill::Bill;
use clawbeat::document::{Change, Document, Format};
use clawbeat::money::{Money, Unit};
use clawbeat::releases::Version;
use clawbeat::rules::{Finding, Lint, Safety, Severity, Verdict};
use clawbeat::simulate::costing::Choice;
use clawbeat::simulate::estimate::Estimate;
use clawbeat::simulate::schedule::Period;
use jiff::civil::date;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use crate::differential::generator;

const RELEASES: [&str; 5] = ["2026.3.2", "2026.4.15", "2026.4.29", "2026.7.35", "2026.9.6"];

pub(super) fn analysis(text: &str, version: Option<&str>) -> Option<Analysis> {
    let document = Document::parse(text.to_owned(), Format::Json5).ok().filter(|read| read.value().is_object())?;
    let setup = Setup { version: version.map(|version| version.parse::<Version>().unwrap()), ..Setup::default() };
    // A week says what a month would, in a quarter of the time.
    let midnight = |day| date(2026, 11, day).to_zoned(TimeZone::UTC).unwrap().timestamp();
    let week = Period { start: midnight(1), end: midnight(8), zone: TimeZone::UTC };
    Some(Analysis::new(document, setup, |_| week))
}

fn everything(analysis: &Analysis) -> Lint {
    analysis.lint()
}

/// The text of a config with changes made, read for the same release.
pub(super) fn changed(before: &Analysis, changes: &[Change]) -> Result<Analysis, String> {
    let text = before.document.apply(changes).map_err(|error| error.to_string())?;
    let version = before.release.version.to_string();
    analysis(&text, Some(&version)).ok_or_else(|| "it cannot be read".to_owned())
}

/// The month of each agent that runs, by id.
pub(super) fn months(analysis: &Analysis) -> Vec<(String, Unit, Estimate)> {
    let costing = analysis.costing();
    let month = |agent| {
        let subject = costing.subject(agent);
        costing.estimate(&subject, &Choice::present(agent), costing.always_skipped(agent))
    };
    let enrolled = analysis.gateway().enrolled();
    enrolled.map(|agent| (agent.id.clone(), costing.unit_of(agent), month(agent))).collect()
}

fn total(analysis: &Analysis, unit: Unit) -> Option<Money> {
    if unit == Unit::Tokens {
        return Some(Bill::new(&analysis.costing(), Unit::Usd).tokens(None).unwrap_or_default());
    }
    let months = months(analysis);
    let costs = months.iter().filter(|(_, of, month)| *of == unit && month.runs > 0);
    costs.map(|(_, _, month)| month.cost.map(|cost| cost.typical)).try_fold(Money::ZERO, |sum, cost| Some(sum + cost?))
}

pub(super) fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Valid => 0,
        Verdict::Repaired => 1,
        Verdict::Refused => 2,
    }
}

/// The texts of files below a folder of the repository.
fn texts(folder: &str) -> Vec<(String, String)> {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut found: Vec<PathBuf> = Vec::new();
    while let Some(path) = open.pop() {
        match std::fs::read_dir(&path) {
            Ok(entries) => open.extend(entries.map(|entry| entry.unwrap().path())),
            Err(_) => found.push(path),
        }
    }
    found.retain(|path| path.extension().is_some_and(|end| end == "json5" || end == "json"));
    found.sort();
    found.into_iter().map(|path| (path.display().to_string(), std::fs::read_to_string(path).unwrap())).collect()
}

/// Spellings that no release has, put somewhere into a config.
fn misspelt(config: &mut Value, at: usize) {
    let values = [json!(null), json!(false), json!("off"), json!(0), json!("9999h"), json!(7200), json!("30 min")];
    let value = values[at % values.len()].clone();
    let agents = config.as_object_mut().unwrap().entry("agents").or_insert_with(|| json!({}));
    if !agents.is_object() {
        return;
    }
    let own = agents.pointer_mut("/entries").and_then(|entries| entries.as_object_mut()?.values_mut().next());
    let own = if at.is_multiple_of(3) { own } else { None };
    match (at % 8, own) {
        (0 | 1, Some(agent)) if agent.is_object() => agent["heartbeat"] = value,
        (2, Some(agent)) if agent.is_object() => agent["heartbeatInterval"] = value,
        (3, _) => config["heartbeatInterval"] = value,
        (4, _) => config["gateway"] = json!({ "heartbeat": { "every": value } }),
        (5, _) => {
            config["heartbeatEnabled"] = json!(at.is_multiple_of(2));
            config["heartbeat_model"] = json!("anthropic/claude-haiku-4-5");
        }
        (place, _) => {
            let defaults = agents.as_object_mut().unwrap().entry("defaults").or_insert_with(|| json!({}));
            if !defaults.is_object() {
                return;
            }
            let block = defaults.as_object_mut().unwrap().entry("heartbeat").or_insert_with(|| json!({}));
            match (place, block.as_object_mut()) {
                (6, Some(block)) => _ = block.insert("every".to_owned(), value),
                (7, Some(block)) => {
                    block.insert("enabled".to_owned(), json!(at.is_multiple_of(2)));
                    block.insert("intervalMinutes".to_owned(), value);
                }
                _ => *block = value,
            }
        }
    }
}

/// Every config that the laws are held against, with a name.
fn configs(random: usize) -> Vec<(String, String, Vec<&'static str>)> {
    let mut all: Vec<(String, String, Vec<&'static str>)> = Vec::new();
    for (name, text) in texts("fixtures/findings").into_iter().chain(texts("fixtures/configs")) {
        let versions = match text.contains("lastTouchedVersion") {
            true => vec![""],
            false => vec!["2026.3.2", "2026.4.15", "2026.9.6"],
        };
        all.push((name, text, versions));
    }
    let number = |name: &str, usual: usize| std::env::var(name).map_or(usual, |text| text.parse().expect(name));
    let (seed, random) = (number("LAWS_SEED", 7), number("LAWS_CASES", random));
    for (at, (kind, mut config)) in generator::configs(seed as u64, random).into_iter().enumerate() {
        if at % 4 != 0 && config.is_object() {
            misspelt(&mut config, at / 2);
        }
        all.push((format!("{kind} {at}"), config.to_string(), vec![RELEASES[at % RELEASES.len()]]));
    }
    all
}

/// Holds a law against every config.
pub(super) fn hold(random: usize, law: impl Fn(&Analysis) -> Vec<String>) {
    let mut problems = Vec::new();
    for (name, text, versions) in configs(random) {
        for version in versions {
            let Some(before) = analysis(&text, Some(version).filter(|version| !version.is_empty())) else { continue };
            if !before.expanded.includes.is_empty() {
                continue;
            }
            let version = before.release.version;
            problems.extend(law(&before).into_iter().map(|problem| format!("{name} {version}: {problem}\n{text}\n")));
        }
    }
    let shown: Vec<&String> = problems.iter().take(8).collect();
    assert!(
        problems.is_empty(),
        "{} problems\n{}",
        problems.len(),
        shown.iter().map(|p| p.as_str()).collect::<String>()
    );
}

#[test]
fn a_safe_fix_never_starts_stops_or_costs_anything() {
    hold(120, |before| {
        let changes = before.fixes(Safety::Safe, &everything);
        if changes.is_empty() {
            return Vec::new();
        }
        let after = match changed(before, &changes) {
            Ok(after) => after,
            Err(error) => return vec![error],
        };
        let (was, is) = (months(before), months(&after));
        let ids = |months: &[(String, Unit, Estimate)]| months.iter().map(|(id, ..)| id.clone()).collect::<Vec<_>>();
        let mut problems = Vec::new();
        if ids(&was) != ids(&is) {
            problems.push(format!("ran {:?}, runs {:?}", ids(&was), ids(&is)));
        }
        for ((id, _, was), (_, _, is)) in was.iter().zip(&is) {
            let high = |month: &Estimate| month.cost.map(|cost| cost.high);
            let raised = is.runs > was.runs
                || is.tokens.prompt() > was.tokens.prompt()
                || is.tokens.output > was.tokens.output
                || high(is).zip(high(was)).is_some_and(|(is, was)| is > was);
            if raised {
                problems
                    .push(format!("'{id}': {} runs for {:?}, then {} for {:?}", was.runs, was.cost, is.runs, is.cost));
            }
        }
        problems
    });
}

#[test]
fn fixes_end_and_leave_no_worse_file() {
    hold(120, |before| {
        let mut problems = Vec::new();
        for safety in [Safety::Safe, Safety::Unsafe] {
            let changes = before.fixes(safety, &everything);
            if changes.is_empty() {
                continue;
            }
            match changed(before, &changes) {
                Ok(after) => {
                    let left = after.fixes(safety, &everything);
                    if !left.is_empty() {
                        problems.push(format!("{safety:?} fixes leave {left:?}\n{}", after.document.text()));
                    }
                    let [was, is] = [before, &after].map(|analysis| rank(analysis.lint().verdict));
                    if is > was {
                        problems.push(format!("{safety:?} fixes spoil the file: {}", after.document.text()));
                    }
                }
                Err(error) => problems.push(format!("{safety:?}: {error}")),
            }
        }
        problems
    });
}

/// The rules whose saving no config can show: how long an answer is comes from the workload, and what a file takes is not
/// what all of them take.
const NOT_IN_THE_CONFIG: [&str; 2] = ["thinking-heartbeat", "oversized-bootstrap"];

fn kept_its_word(before: &Analysis, lint: &Lint, finding: &Finding) -> Vec<String> {
    let mut problems = Vec::new();
    let edits = finding.fix.iter().map(|fix| &fix.changes).chain(&finding.advised);
    let of = |finding: &Finding| (finding.rule, finding.path.clone());
    let mut saved = Vec::new();
    for edit in edits {
        let what = format!("[{}] {} {edit:?}", finding.rule, finding.message);
        let after = match changed(before, edit) {
            Ok(after) => after,
            Err(error) => {
                problems.push(format!("{what}: {error}"));
                continue;
            }
        };
        let then = after.lint();
        if rank(then.verdict) > rank(lint.verdict) {
            problems.push(format!("{what}: refused then: {:?}", errors(&then)));
        }
        let new = errors(&then).into_iter().filter(|error| !errors(lint).contains(error)).collect::<Vec<_>>();
        if !new.is_empty() && finding.fix.is_none() {
            problems.push(format!("{what}: new errors {new:?}"));
        }
        if then.findings.iter().any(|other| of(other) == of(finding) && other.message == finding.message) {
            problems.push(format!("{what}: it is still found"));
        }
        let unit = finding.waste.map_or(Unit::Usd, |waste| waste.unit);
        if let Some((was, is)) = total(before, unit).zip(total(&after, unit)) {
            saved.push(was - is);
        }
    }
    if let Some(waste) = finding.waste.filter(|_| !saved.is_empty() && !NOT_IN_THE_CONFIG.contains(&finding.rule))
        && !saved.contains(&waste.saving)
    {
        problems.push(format!("[{}] {}: promised {:?}, saves {saved:?}", finding.rule, finding.message, waste.saving));
    }
    problems
}

/// The faults of a file. What a message adds about agents that run may change with them.
fn errors(lint: &Lint) -> Vec<String> {
    let errors = lint.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| format!("[{}] {}", finding.rule, finding.path)).collect()
}

#[test]
fn an_advised_edit_does_what_was_promised() {
    hold(80, |before| {
        let lint = before.lint();
        lint.findings.iter().flat_map(|finding| kept_its_word(before, &lint, finding)).collect()
    });
}

/// Every way to say "off", in every place where a block or its interval may stand: nothing starts by a safe fix, and the
/// unsafe ones leave a file that is accepted and off.
#[test]
fn off_means_off() {
    let blocks = [
        json!(null),
        json!(false),
        json!("off"),
        json!("never"),
        json!("disabled"),
        json!(0),
        json!({ "enabled": false }),
        json!({ "disabled": true }),
        json!({ "Enabled": "false", "every": "1h" }),
        json!({ "every": null }),
        json!({ "every": false }),
        json!({ "every": 0 }),
        json!({ "every": -1 }),
        json!({ "every": "off" }),
        json!({ "every": "never" }),
        json!({ "every": "disabled" }),
        json!({ "every": "" }),
        json!({ "interval": 0 }),
        json!({ "interval": "off" }),
        json!({ "enabled": false, "interval": "45m" }),
        json!({ "mode": "off" }),
    ];
    let here = |block: &Value, version: &str| -> Vec<Value> {
        let defaults = json!({ "model": "anthropic/claude-sonnet-4-6" });
        let mut shared = defaults.clone();
        shared["heartbeat"] = block.clone();
        let with = |agents: Value| json!({ "agents": agents });
        let roster = |own: &Value| match version.starts_with("2026.9") {
            true => json!({ "entries": { "main": { "heartbeat": own } }, "defaults": defaults }),
            false => json!({ "list": [{ "id": "main", "heartbeat": own }], "defaults": defaults }),
        };
        let mut root = with(json!({ "defaults": defaults }));
        root["heartbeat"] = block.clone();
        let mut gateway = with(json!({ "defaults": defaults }));
        gateway["gateway"] = json!({ "heartbeat": block });
        // Beside another block that nobody reads.
        let mut two = with(json!({ "defaults": defaults, "heartbeat": { "every": "3h" } }));
        two["heartbeat"] = block.clone();
        vec![with(json!({ "defaults": shared })), with(roster(block)), root, gateway, two]
    };
    let mut problems = Vec::new();
    for version in RELEASES {
        for block in &blocks {
            for (place, config) in here(block, version).into_iter().enumerate() {
                let before = analysis(&config.to_string(), Some(version)).unwrap();
                let runs = |analysis: &Analysis| months(analysis).iter().map(|(_, _, month)| month.runs).sum::<u64>();
                let safe = changed(&before, &before.fixes(Safety::Safe, &everything)).unwrap();
                if runs(&safe) > runs(&before) || (place < 2 && !is_keyword(block) && runs(&safe) > 0) {
                    problems.push(format!("{version} {config}: safely {}", safe.document.text()));
                }
                let all = changed(&before, &before.fixes(Safety::Unsafe, &everything)).unwrap();
                if runs(&all) > 0 || all.lint().verdict != Verdict::Valid {
                    problems.push(format!("{version} {config}: {} {:?}", all.document.text(), all.lint().verdict));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
}

/// Keys that are only a word for "off" once they are called what OpenClaw calls them.
fn is_keyword(block: &Value) -> bool {
    block
        .as_object()
        .is_some_and(|block: &Map<String, Value>| block.contains_key("interval") || block.contains_key("mode"))
}
