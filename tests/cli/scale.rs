//! The spreadsheet of `docs/scale.md`: what a million gateways take, worked out of the measurements in `docs/scale.tsv` and of
//! the prices that stand there. With `CLAWBEAT_BLESS=1` the table is written anew.

use std::collections::BTreeMap;
use std::fs;

use super::common::repository;

const GATEWAYS: f64 = 1_000_000.0;
const PAGE: &str = "docs/scale.md";
const TABLE: [&str; 2] = ["<!-- made from scale.tsv -->\n", "<!-- end -->"];

/// What is assumed of machines and of a cloud; the page says so.
const PER_CORE_HOUR: f64 = 0.045;
const PER_GB_OUT: f64 = 0.09;
const PER_THOUSAND_READS: f64 = 0.0004;
const CORES: f64 = 16.0;
/// Configs of a part: an object each would cost a read each.
const PART: f64 = 10_000.0;

fn measured() -> BTreeMap<String, f64> {
    let text = fs::read_to_string(repository("docs/scale.tsv")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let line = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(cells.len(), 4, "{line}");
        (cells[0].to_owned(), cells[1].parse().unwrap())
    };
    lines.map(line).collect()
}

fn hours(ms: f64) -> f64 {
    ms * GATEWAYS / 3_600_000.0
}

/// A row for each kind of asking that was measured.
fn compute(of: &BTreeMap<String, f64>) -> String {
    let kinds = [
        ("report", "report with findings, `fleet`"),
        ("alike", "the same of gateways that differ in tokens only"),
        ("lint", "findings alone, `fleet --lint`"),
        ("alone", "report, a process a config"),
        ("apply", "apply, a process a config"),
    ];
    let row = |(name, what): &(&str, &str)| {
        let ms = of.get(*name)?;
        let hours = hours(*ms);
        let minutes = hours * 60.0 / CORES;
        Some(format!("| {what} | {ms:.2} ms | {hours:.2} | {minutes:.1} min | ${:.3} |\n", hours * PER_CORE_HOUR))
    };
    let rows: String = kinds.iter().filter_map(row).collect();
    match rows.is_empty() {
        true => "CPU is not measured yet: `scale.tsv` holds no number of an optimised program.\n".to_owned(),
        false => format!(
            "| a day, 1,000,000 gateways | CPU a config | core hours | on {CORES:.0} cores | compute |\n\
             | --- | --- | --- | --- | --- |\n{rows}"
        ),
    }
}

fn table(of: &BTreeMap<String, f64>) -> String {
    let gb = |name: &str| of.get(name).map(|bytes| bytes * GATEWAYS / 1e9);
    let parts = GATEWAYS / PART;
    let mut rows = vec![
        ("read", gb("in").map(|gb| format!("{gb:.1} GB"))),
        ("written", gb("out").map(|gb| format!("{gb:.1} GB"))),
        (
            "moved to another place, if both are",
            gb("in").zip(gb("out")).map(|(read, written)| format!("${:.2}", (read + written) * PER_GB_OUT)),
        ),
    ];
    let (in_parts, alone) = [parts, GATEWAYS].map(|reads| reads / 1_000.0 * PER_THOUSAND_READS).into();
    let (by_part, by_config) = (format!("reads, {parts:.0} parts of {PART:.0}"), "reads, an object a config");
    rows.extend([(by_part.as_str(), Some(format!("${in_parts:.5}"))), (by_config, Some(format!("${alone:.2}")))]);
    rows.push(("memory of a worker at 100,000 configs", of.get("memory_more").map(|mib| format!("{mib:.0} MiB"))));
    rows.push(("the program on 100 workers", of.get("program").map(|bytes| format!("{:.1} GB", bytes * 100.0 / 1e9))));
    let row = |(what, is): &(&str, Option<String>)| Some(format!("| {what} | {} |\n", is.as_ref()?));
    let rows: String = rows.iter().filter_map(row).collect();
    format!("{}\n| data and memory | |\n| --- | --- |\n{rows}", compute(of))
}

#[test]
fn the_page_holds_what_its_measurements_come_to() {
    let page = fs::read_to_string(repository(PAGE)).unwrap();
    let (before, rest) = page.split_once(TABLE[0]).unwrap();
    let (now, after) = rest.split_once(TABLE[1]).unwrap();
    let of = measured();
    let expected = format!("\n{}\n", table(&of));
    if std::env::var_os("CLAWBEAT_BLESS").is_some() {
        fs::write(repository(PAGE), [before, TABLE[0], &expected, TABLE[1], after].concat()).unwrap();
        return;
    }
    assert_eq!(now, expected, "{PAGE}: CLAWBEAT_BLESS=1 makes it anew");
}

/// What the page says of them in words.
#[test]
fn the_words_of_the_page_are_those_of_its_measurements() {
    let of = measured();
    let moved = (of["in"] + of["out"]) * GATEWAYS;
    assert!((1e9..10e9).contains(&moved), "a few gigabytes: {of:?}");
}
