//! What the commands make of the public configs in `fixtures/openclaw/real-configs.json`, in figures that may not change
//! unseen: `CLAWBEAT_BLESS=1 cargo test --test cli corpus` writes them anew, and a change shows which way they went.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::thread;

use serde_json::Value;

use super::arithmetic::pico;
use super::common::{Answer, Desk, json_file, repository};

const SUMMARY: &str = "fixtures/openclaw/real-configs.summary.txt";

/// How often each thing was counted, by name.
#[derive(Default)]
struct Counts(BTreeMap<String, usize>);

impl Counts {
    fn count(&mut self, name: impl ToString) {
        *self.0.entry(name.to_string()).or_default() += 1;
    }

    fn write(&self, out: &mut String, title: &str) {
        writeln!(out, "{title}:").unwrap();
        self.0.iter().for_each(|(name, count)| writeln!(out, "  {count:>4}  {name}").unwrap());
    }
}

/// The answers to a command about each config, in the order of the names.
fn ask_each(desk: &Desk, names: &[String], arguments: &[&str]) -> Vec<Answer> {
    let half = names.len().div_ceil(2);
    let ask = |name: &String| desk.ask(&[&arguments[..1], &[name.as_str()], &arguments[1..]].concat());
    thread::scope(|scope| {
        let parts: Vec<_> =
            names.chunks(half).map(|part| scope.spawn(move || part.iter().map(ask).collect())).collect();
        parts.into_iter().flat_map(|part| -> Vec<Answer> { part.join().unwrap() }).collect()
    })
}

fn exits(out: &mut String, arguments: &[&str], answers: &[Answer]) {
    let mut counts = Counts::default();
    answers.iter().for_each(|answer| counts.count(format!("exit {}", answer.code)));
    counts.write(out, &arguments.join(" "));
}

/// Money of many reports; those in which a price is unknown are counted apart.
fn sum(out: &mut String, title: &str, reports: &[Value], key: &str) {
    let mut sums: BTreeMap<String, (usize, i128)> = BTreeMap::new();
    for report in reports {
        let cost = &report["totals"][key]["cost"]["typical"];
        let (unit, amount) = match cost.is_null() {
            true => ("unknown".to_owned(), 0),
            false => (report["unit"].as_str().unwrap().to_owned(), pico(cost)),
        };
        let entry = sums.entry(unit).or_default();
        *entry = (entry.0 + 1, entry.1 + amount);
    }
    for (unit, (count, amount)) in sums {
        let cents = amount / 10_i128.pow(10);
        writeln!(out, "  {count:>4}  {title}, {unit}: {}.{:02} in all", cents / 100, cents % 100).unwrap();
    }
}

#[test]
fn the_real_configs_are_answered_as_before() {
    let facts = json_file("fixtures/openclaw/real-configs.json");
    let desk = Desk::new();
    let config = |fact: &Value| {
        let name = format!("{}.json", fact["id"].as_str().unwrap());
        desk.write(&name, serde_json::to_string_pretty(&fact["config"]).unwrap() + "\n");
        name
    };
    let names: Vec<String> = facts["configs"].as_array().unwrap().iter().map(config).collect();
    let texts: Vec<String> = names.iter().map(|name| desk.read(name)).collect();
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut out = format!("{} configs in 2026-11\n\n", names.len());

    let lint: Value =
        serde_json::from_str(&desk.ask(&[&["lint", "--format", "json"], &all[..]].concat()).stdout).unwrap();
    let (mut verdicts, mut rules) = (Counts::default(), Counts::default());
    lint["files"].as_array().unwrap().iter().for_each(|file| verdicts.count(file["verdict"].as_str().unwrap()));
    lint["findings"].as_array().unwrap().iter().for_each(|finding| {
        rules.count(format!("{} ({})", finding["rule"].as_str().unwrap(), finding["severity"].as_str().unwrap()));
    });
    verdicts.write(&mut out, "lint, verdicts");
    rules.write(&mut out, "lint, findings");

    let report = ["report", "--format", "json"];
    let answers = ask_each(&desk, &names, &report);
    exits(&mut out, &report, &answers);
    let reports: Vec<Value> = answers.iter().filter_map(|answer| serde_json::from_str(&answer.stdout).ok()).collect();
    sum(&mut out, "now", &reports, "current");
    sum(&mut out, "after the plan", &reports, "recommended");
    for arguments in [&["diff", "--format", "merge-patch"][..], &["simulate"]] {
        exits(&mut out, arguments, &ask_each(&desk, &names, arguments));
    }

    let apply = ["apply", "--yes"];
    let applied = ask_each(&desk, &names, &apply);
    exits(&mut out, &apply, &applied);
    let changed: Vec<String> = names
        .iter()
        .zip(&texts)
        .filter(|(name, text)| desk.read(name) != **text)
        .map(|(name, _)| name.clone())
        .collect();
    writeln!(out, "  {:>4}  changed", changed.len()).unwrap();
    for (name, answer) in names.iter().zip(&applied) {
        assert!(answer.code == 0 || !changed.contains(name), "{name} is changed and refused: {answer}");
    }
    let again = ask_each(&desk, &changed, &["diff", "--exit-code"]);
    let further = changed.iter().zip(&again).filter(|(_, answer)| answer.code != 0);
    let further: Vec<&str> = further.map(|(name, _)| name.as_str()).collect();
    writeln!(out, "  {:>4}  of them with a further plan: {}", further.len(), further.join(" ")).unwrap();
    let undone = ask_each(&desk, &changed, &["undo"]);
    assert!(undone.iter().all(|answer| answer.code == 0), "{undone:?}");

    let fix = |flags: &[&str]| desk.ask(&[&["lint", "--fix", "--format", "json"], flags, &all[..]].concat());
    names.iter().zip(&texts).for_each(|(name, text)| assert_eq!(desk.read(name), *text, "undone"));
    for flags in [&[][..], &["--unsafe-fixes"]] {
        fix(flags);
        let fixed: Vec<String> = names.iter().map(|name| desk.read(name)).collect();
        let changed = fixed.iter().zip(&texts).filter(|(fixed, text)| fixed != text).count();
        writeln!(out, "lint --fix {}:\n  {changed:>4}  changed", flags.join(" ")).unwrap();
        let again = fix(flags);
        let further: Vec<&str> = names
            .iter()
            .zip(&fixed)
            .filter(|(name, fixed)| desk.read(name) != **fixed)
            .map(|(name, _)| name.as_str())
            .collect();
        writeln!(out, "  {:>4}  of them changed again by the same command: {}", further.len(), further.join(" "))
            .unwrap();
        assert!(again.code < 2, "{again}");
    }

    let out: String = out.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    let path = repository(SUMMARY);
    if std::env::var_os("CLAWBEAT_BLESS").is_some() {
        fs::write(&path, &out).unwrap();
    }
    let before = fs::read_to_string(&path).unwrap_or_default();
    assert!(before == out, "{}", similar::TextDiff::from_lines(&before, &out).unified_diff().header(SUMMARY, "now"));
}
