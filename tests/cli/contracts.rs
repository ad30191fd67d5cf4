//! What scripts rely on: the JSON of the report keeps its schema and its sums for every config we know, on old releases
//! and new ones, and the catalogue is the page on nexos.ai credits, cell by cell.

use serde_json::{Value, json};

use super::arithmetic::pico;
use super::common::{Desk, json_file, repository};

/// The schema as a compiled check of one report.
pub(crate) fn report_schema() -> jsonschema::Validator {
    jsonschema::validator_for(&json_file("schemas/report.v1.schema.json")).unwrap()
}

/// Everything that holds for every report.
pub(crate) fn check_report(schema: &jsonschema::Validator, report: &Value, what: &str) {
    let problems: Vec<String> =
        schema.iter_errors(report).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(problems.is_empty(), "{what}: {problems:#?}");
    let mut saved = 0;
    let estimates = |agent: &Value| {
        let all = ["current", "recommended", "onceRouted"].map(|key| agent[key].clone());
        all.into_iter().filter(|estimate| !estimate.is_null()).collect::<Vec<_>>()
    };
    for agent in report["agents"].as_array().unwrap() {
        let what = format!("{what}, agent {}", agent["id"]);
        for estimate in estimates(agent) {
            check_estimate(&estimate, &what);
        }
        let month = if agent["onceRouted"].is_null() { "current" } else { "onceRouted" };
        check_spending(&agent["spending"], &agent[month], &what);
        let changes = agent["changes"].as_array().unwrap();
        let in_tokens = agent["levers"].as_array().unwrap().iter().any(|lever| lever["cost"].is_null());
        if in_tokens {
            check_in_tokens(agent, &what);
        }
        let savings: Vec<i128> = match in_tokens {
            true => Vec::new(),
            false => changes.iter().map(|change| pico(&change["saving"])).collect(),
        };
        let cost = |key: &str| agent[key]["cost"]["typical"].as_str().map(|_| pico(&agent[key]["cost"]["typical"]));
        match cost("current").zip(cost("recommended")) {
            Some((now, then)) => {
                assert_eq!(savings.iter().sum::<i128>(), now - then, "{what}: the savings add up");
                assert!(then <= now, "{what}: a plan never costs more");
                assert!(agent["enrolled"] == true || now == 0, "{what}: who does not run costs nothing");
                saved += now - then;
            }
            None => assert!(savings.is_empty(), "{what}: no plan in money without a price"),
        }
        for lever in agent["levers"].as_array().unwrap().iter().filter(|_| !in_tokens) {
            let now = cost("current").unwrap();
            assert_eq!(pico(&lever["saving"]), now - pico(&lever["cost"]), "{what}: {lever}");
        }
        let cost = |point: &Value| match in_tokens {
            true => point["costTokens"].as_i64().map(i128::from).unwrap(),
            false => pico(&point["cost"]),
        };
        let points = agent["frontier"].as_array().unwrap();
        for pair in points.windows(2) {
            assert!(cost(&pair[1]) < cost(&pair[0]), "{what}: a slower point is cheaper");
            assert!(pair[1]["meanDelayMs"].as_u64() > pair[0]["meanDelayMs"].as_u64(), "{what}: {pair:?}");
        }
    }
    let totals = &report["totals"];
    check_spending(&totals["spending"], &totals["current"], what);
    ["current", "recommended"].iter().for_each(|key| check_estimate(&totals[key], what));
    if !totals["saving"].is_null() {
        assert_eq!(pico(&totals["saving"]["amount"]), saved, "{what}: the total is the sum of the agents");
    }
    assert_eq!(totals["current"]["cost"].is_null(), totals["knownPart"].is_object(), "{what}: knownPart");
    assert!(no_floats(report), "{what}: amounts are strings");
}

/// A plan without a price: not a figure in money, and what each change on its own takes and saves is what there is now.
fn check_in_tokens(agent: &Value, what: &str) {
    let changes = agent["changes"].as_array().unwrap();
    for change in changes {
        assert!(change["saving"].is_null() && change["worth"].is_null(), "{what}: {change}");
        assert_ne!(change["lever"], "model", "{what}: {change}");
    }
    let tokens = |value: &Value| value.as_i64().unwrap_or_else(|| panic!("{what}: {value}"));
    let now = |lever: &Value| tokens(&lever["costTokens"]) + tokens(&lever["savingTokens"]);
    let all: Vec<i64> = agent["levers"].as_array().unwrap().iter().map(now).collect();
    assert!(all.iter().all(|now| now.abs_diff(all[0]) <= 1), "{what}: {all:?}");
    let saved: i64 = changes.iter().map(|change| tokens(&change["savingTokens"])).sum();
    assert!(saved >= 0 && saved <= all[0] + 1, "{what}: {saved} of {}", all[0]);
}

/// Counts a day may have decimals; amounts are strings.
fn no_floats(value: &Value) -> bool {
    match value {
        Value::Number(number) => !number.is_f64(),
        Value::Array(items) => items.iter().all(no_floats),
        Value::Object(fields) => fields.iter().all(|(key, value)| key.ends_with("PerDay") || no_floats(value)),
        _ => true,
    }
}

fn check_estimate(estimate: &Value, what: &str) {
    let skipped: u64 = estimate["skips"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(estimate["ticks"].as_u64().unwrap(), estimate["runs"].as_u64().unwrap() + skipped, "{what}");
    assert!(estimate["requests"].as_u64() >= estimate["runs"].as_u64(), "{what}");
    let cost = &estimate["cost"];
    if !cost.is_null() {
        let [low, typical, high] = ["low", "typical", "high"].map(|level| pico(&cost[level]));
        assert!(0 <= low && low <= typical && typical <= high, "{what}: {cost}");
    }
}

/// Both views of where the money goes are the typical figure.
fn check_spending(spending: &Value, month: &Value, what: &str) {
    let known = !spending.is_null() && !month["cost"].is_null();
    for view in ["buckets", "parts"].iter().filter(|_| known) {
        let spent = spending[view].as_array().unwrap();
        let all: i128 = spent.iter().map(|spent| pico(&spent["cost"])).sum();
        assert_eq!(all, pico(&month["cost"]["typical"]), "{what}: {view}");
    }
}

#[test]
fn the_report_of_every_fixture_keeps_the_contract() {
    let schema = report_schema();
    let mut names: Vec<String> = std::fs::read_dir(repository("fixtures/configs"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    for name in names {
        let desk = Desk::with_fixture(&name);
        for version in [None, Some("2026.4.15"), Some("2026.7.35"), Some("2026.9.6")] {
            let mut arguments = vec![name.as_str()];
            arguments.extend(version.into_iter().flat_map(|version| ["--openclaw-version", version]));
            check_report(&schema, &desk.report(&arguments), &format!("{name} {version:?}"));
        }
        for more in [["--billing", "usd"], ["--billing", "nexos"], ["--workload", "heavy"], ["--workload", "idle"]] {
            check_report(&schema, &desk.report(&[&[name.as_str()], &more[..]].concat()), &format!("{name} {more:?}"));
        }
    }
}

/// The same input gives the same bytes, whatever the machine's zone, language and width.
#[test]
fn the_machine_does_not_show_in_the_answer() {
    let desk = Desk::with_fixture("personal.json5");
    for arguments in [
        vec!["report", "personal.json5"],
        vec!["report", "personal.json5", "--format", "json"],
        vec!["diff", "personal.json5"],
    ] {
        let plain = desk.ask(&arguments);
        let mut elsewhere = desk.command(&arguments);
        elsewhere.env("TZ", "Asia/Kathmandu").env("LANG", "de_DE.UTF-8").env("COLUMNS", "40");
        assert_eq!(desk.ask_with(elsewhere), plain);
    }
}

#[test]
fn the_credit_catalogue_is_the_page_cell_by_cell() {
    let answer = Desk::new().ask(&["models", "--billing", "nexos", "--format", "json"]);
    assert_eq!(answer.code, 0, "{answer}");
    let listed: Value = serde_json::from_str(&answer.stdout).unwrap();
    let page = json_file("fixtures/prices/nexos-prices.json");
    assert_eq!(listed["unit"], "credits");
    let (ours, theirs) = (listed["models"].as_array().unwrap(), page["models"].as_array().unwrap());
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert_eq!(ours["name"], theirs["name"]);
        for (column, of_page) in
            [("input", "input"), ("output", "output"), ("cacheWrite5m", "cacheWrite"), ("cacheRead", "cacheRead")]
        {
            assert_eq!(ours[column], theirs[of_page], "{} of {}", of_page, theirs["name"]);
        }
        let guidance = page["guidance"]["models"].as_array().unwrap().iter();
        let tier = guidance.filter(|row| row["name"] == theirs["name"]).map(|row| row["tier"].clone()).next();
        assert_eq!(Some(ours["tier"].clone()), tier, "{}", theirs["name"]);
        assert_eq!(ours["cacheWrite1h"], json!(null), "the page has no such column");
        assert_eq!(ours["tiers"], json!([]));
    }
}

#[test]
fn the_dollar_catalogue_lists_what_can_be_asked_for() {
    let answer = Desk::new().ask(&["models", "opus 4.6", "--billing", "usd", "--format", "json"]);
    let listed: Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(listed["unit"], "USD");
    let own = listed["models"].as_array().unwrap().iter().find(|model| model["id"] == "anthropic/claude-opus-4-6");
    let own = own.unwrap_or_else(|| panic!("{answer}"));
    assert_eq!(
        ["input", "output", "cacheWrite5m", "cacheWrite1h", "cacheRead"].map(|column| own[column].clone()),
        ["5", "25", "6.25", "10", "0.5"].map(Value::from)
    );
    let none = Desk::new().ask(&["models", "nonesuch"]);
    assert_eq!((none.code, none.stdout.as_str()), (0, "no model matches 'nonesuch'\n"));
}

/// Findings claim parts of one bill: what they come to together is what the plan saves, and never more than the bill.
#[test]
fn what_lint_adds_up_is_what_the_plan_saves() {
    for name in ["personal.json5", "team.json5", "nexos.json5"] {
        let desk = Desk::with_fixture(name);
        let totals = desk.report(&[name])["totals"].clone();
        let lint = desk.ask(&["lint", name, "--month", "2026-11", "--format", "json"]);
        let lint: Value = serde_json::from_str(&lint.stdout).unwrap();
        let together = lint["files"][0]["together"].as_array().unwrap();
        let unit = |bill: &&Value| bill["cost"] == totals["current"]["cost"];
        let bill = together.iter().find(unit).unwrap_or_else(|| panic!("{name}: {together:?} {totals}"));
        assert_eq!(bill["amount"], totals["saving"]["amount"], "{name}");
        let text = desk.ask(&["lint", name, "--month", "2026-11"]).stdout;
        assert_eq!(text.matches("Together: ").count(), together.len(), "{text}");
        let findings = lint["findings"].as_array().unwrap().len();
        assert_eq!(text.matches("= more: clawbeat explain ").count(), findings, "{text}");
    }
}
