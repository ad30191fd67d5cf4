//! The documents' commands run and print what stands there (`TRYCMD=overwrite` writes it), and their arithmetic is done
//! again.

use std::path::Path;

use clawbeat::money::{Money, Rate};
use serde_json::Value;

use super::bare;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Runs the test below in a process of its own, for its commands inherit an environment.
#[test]
fn commands_print_what_stands_there() {
    let mut alone = bare::program(std::env::current_exe().unwrap());
    alone.envs(std::env::var_os("TRYCMD").map(|mode| ("TRYCMD", mode)));
    let output = alone.args(["--ignored", "--exact", "docs::trycmd_cases"]).current_dir(ROOT).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
#[ignore = "run by commands_print_what_stands_there"]
fn trycmd_cases() {
    let cases = trycmd::TestCases::new();
    cases
        .case("docs/how-the-cost-comes-about.md")
        .case("docs/exit-codes.md")
        .case("docs/formats.md")
        .case("docs/fleet.md");
}

#[test]
fn the_prices_file_that_is_shown_is_the_one_that_is_used() {
    let read = |path: &str| std::fs::read_to_string(Path::new(ROOT).join(path)).unwrap();
    assert!(read("docs/formats.md").contains(&read("fixtures/prices/own.json")));
}

fn document() -> String {
    std::fs::read_to_string(Path::new(ROOT).join("docs/how-the-cost-comes-about.md")).unwrap()
}

fn clawbeat(arguments: &[&str]) -> Value {
    let case = ["fixtures/configs/worked.json5", "--workload", "idle", "--month", "2026-11", "--format", "json"];
    let output = bare::clawbeat().current_dir(ROOT).args(arguments).args(case).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn number(text: &str) -> u64 {
    text.trim().replace(',', "").parse().unwrap()
}

/// The lines `left = right` of the document's calculations.
fn equations(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let blocks = text.split("```text\n").skip(1).map(|rest| rest.split("\n```").next().unwrap());
    blocks.flat_map(str::lines).filter_map(|line| line.split_once(" = "))
}

#[test]
fn the_worked_example_adds_up_and_is_what_the_program_says() {
    let text = document();
    let request = clawbeat(&["simulate", "--explain-request"]);
    let mut parts = 0;
    for part in request["parts"].as_array().unwrap() {
        let row = format!("| {} | ", part["name"].as_str().unwrap());
        let cell = text.lines().find_map(|line| line.strip_prefix(&row)).unwrap();
        assert_eq!(number(cell.trim_end_matches('|')), part["characters"].as_u64().unwrap(), "{row}");
        parts += 1;
    }
    assert_eq!(parts, 7);

    let (mut run, mut month) = (Money::ZERO, Money::ZERO);
    for (left, right) in equations(&text) {
        if let Some((sum, "4")) = left.split_once(" / ") {
            let characters: u64 = sum.trim_matches(['(', ')']).split(" + ").map(number).sum();
            assert_eq!((characters + 2) / 4, number(right.split(' ').next().unwrap()), "{left}");
        } else if let Some((tokens, price)) = left.strip_suffix(" / 1,000,000").and_then(|left| left.split_once(" × "))
        {
            let cost = Rate::parse_per_million(price).unwrap().times(number(tokens));
            assert_eq!(cost.to_string(), right, "{left}");
            run += cost;
        } else {
            let (each, runs) = left.split_once(" × ").unwrap();
            assert_eq!(each, run.to_string(), "the sum of a run");
            month = (0..number(runs)).map(|_| run).sum();
            assert_eq!(month.to_string(), right, "{left}");
        }
    }
    assert_eq!(request["cost"], run.to_string());
    assert_eq!(clawbeat(&["report"])["totals"]["current"]["cost"]["typical"], month.to_string());
    assert_ne!(month, Money::ZERO);
}

/// `docs/plans.md` is made from the catalogue of plans; `CLAWBEAT_BLESS=1` writes it.
#[test]
fn the_page_of_plans_is_that_of_the_catalogue() {
    let path = Path::new(ROOT).join("docs/plans.md");
    let page = clawbeat::report::plans::render_markdown();
    if std::env::var_os("CLAWBEAT_BLESS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let present = std::fs::read_to_string(&path).unwrap();
    assert!(present == page, "docs/plans.md is out of date: run CLAWBEAT_BLESS=1 cargo test --test docs plans");
}

/// Limits change without notice. What was read long ago is named, and fails nothing: only its vendor can say whether it
/// still holds.
#[test]
fn plans_that_were_read_long_ago_are_named() {
    const DAYS: i64 = 90;
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let plans = clawbeat::catalogue::plans::embedded().iter().flat_map(|offer| offer.plans());
    let stale: Vec<String> = plans
        .flat_map(|plan| &plan.windows)
        .filter(|quota| quota.is_stale(DAYS, today))
        .map(|quota| format!("{} ({}, {})", quota.id, quota.source, quota.date.as_deref().unwrap_or("undated")))
        .collect();
    if !stale.is_empty() {
        eprintln!("warning: {} windows of src/catalogue/plans.json were read more than {DAYS} days ago:", stale.len());
        stale.iter().for_each(|quota| eprintln!("  {quota}"));
    }
}
