//! Every cell of the panel is what a report says of a config with those values.

use clawbeat::money::Money;
use serde_json::Value;

use super::untrusted::{Page, open};
use super::written::{SUBJECTS, Subject, Values, written};
use crate::common::{Desk, fixture};
use crate::library::Read;

/// What the panel's script reads.
pub(crate) fn data(page: &Page) -> Value {
    serde_json::from_str(&page.text("#what-if-data")).unwrap()
}

/// The typical month of the agent in a config, in process.
fn reported(config: &Value, subject: Subject) -> String {
    let report = Read::new(config, None).report();
    let agent = report.agents.iter().find(|agent| agent.id == subject.agent).unwrap();
    assert!(agent.enrolled, "{subject:?}");
    agent.current.cost.unwrap().typical.to_string()
}

fn every_cell(subject: Subject) -> usize {
    cells_of(subject, &json5::from_str(&fixture(subject.file)).unwrap(), 1)
}

/// Compares every so many cells of the page, and says how many.
fn cells_of(subject: Subject, config: &Value, stride: usize) -> usize {
    let desk = Desk::with(config.to_string());
    let data = data(&open(&desk, "openclaw.json"));
    let agents = data["agents"].as_array().unwrap();
    let agent = agents.iter().find(|agent| agent["name"] == subject.agent).unwrap();
    let sheet = &data["sheets"][agent["sheet"].as_u64().unwrap() as usize];
    let texts = |list: &Value, key: &str| -> Vec<String> {
        list.as_array().unwrap().iter().map(|one| one[key].as_str().unwrap().to_owned()).collect()
    };
    let intervals = texts(&sheet["intervals"], "name");
    for every in ["15m", "30m", "55m", "1h", "2h", "4h"] {
        assert!(intervals.iter().any(|interval| interval == every), "{intervals:?}");
    }
    let mut cells = 0;
    for model in sheet["models"].as_array().unwrap() {
        for retention in model["retentions"].as_array().unwrap() {
            let block = sheet["blocks"][retention["block"].as_u64().unwrap() as usize].as_array().unwrap();
            assert_eq!(block.len(), intervals.len() * 4);
            for (at, cell) in block.iter().enumerate().filter(|(at, _)| at % stride == 0) {
                let values = Values {
                    every: &intervals[at / 4],
                    model: model["writes"].as_str().unwrap(),
                    isolated: at % 4 >= 2,
                    light: at % 2 == 1,
                    retention: retention["writes"].as_str(),
                };
                let month = &sheet["months"][cell.as_u64().unwrap() as usize];
                assert_eq!(month[0], reported(&written(config, subject, &values), subject), "{subject:?} {values:?}");
                cells += 1;
            }
        }
    }
    cells
}

/// Seven intervals where the present one is none of the six; four contexts, each model under four retentions.
#[test]
fn every_cell_of_a_personal_config_is_what_report_says() {
    let cells = every_cell(SUBJECTS[0]);
    assert!(cells >= 6 * 4 * 3 * 4, "{cells}");
}

#[test]
fn every_cell_of_a_config_in_credits_is_what_report_says() {
    let cells = every_cell(SUBJECTS[1]);
    // This release asks such a provider for no retention, so there is none to choose.
    assert!(cells >= 6 * 4 * 6, "{cells}");
}

#[test]
fn every_cell_of_an_agent_with_a_block_of_its_own_is_what_report_says() {
    let cells = every_cell(SUBJECTS[2]);
    assert!(cells >= 7 * 4 * 3 * 4, "{cells}");
}

/// Releases differ in what they use, so some cells of older ones too.
#[test]
fn cells_hold_on_older_releases() {
    for release in ["2026.1.5", "2026.4.5", "2026.4.15", "2026.7.35"] {
        for subject in [SUBJECTS[0], SUBJECTS[2]] {
            let mut config: Value = json5::from_str(&fixture(subject.file)).unwrap();
            config["meta"]["lastTouchedVersion"] = release.into();
            if let Some(entries) = config["agents"].as_object_mut().unwrap().remove("entries") {
                let list = entries.as_object().unwrap().iter().map(|(id, entry)| {
                    let mut entry = entry.clone();
                    entry["id"] = id.as_str().into();
                    entry
                });
                config["agents"]["list"] = list.collect::<Vec<Value>>().into();
            }
            let entry = if subject.agent == "ops" { "/agents/list/1" } else { subject.entry };
            let cells = cells_of(Subject { entry, ..subject }, &config, 5);
            assert!(cells > 4, "{release}: {cells}");
        }
    }
}

/// What all agents cost together when one is changed: the others' months and the cell.
#[test]
fn the_sum_over_all_agents_follows_the_one_that_is_tried() {
    let config = |every: &str| {
        format!(
            r#"{{ "meta": {{ "lastTouchedVersion": "2026.9.6" }}, "agents": {{ "defaults": {{ "model": "openai/gpt-5.5" }}, "entries": {{
                "one": {{ "heartbeat": {{ "every": "{every}", "target": "none" }} }},
                "two": {{ "heartbeat": {{ "every": "1h", "target": "none" }} }} }} }} }}"#
        )
    };
    let desk = Desk::with(config("30m"));
    let data = data(&open(&desk, "openclaw.json"));
    let agent = data["agents"].as_array().unwrap().iter().find(|agent| agent["name"] == "one").unwrap();
    let sheet = &data["sheets"][agent["sheet"].as_u64().unwrap() as usize];
    let at = sheet["intervals"].as_array().unwrap().iter().position(|interval| interval["name"] == "4h").unwrap();
    let block = sheet["models"][0]["retentions"][0]["block"].as_u64().unwrap() as usize;
    let month = &sheet["months"][sheet["blocks"][block][at * 4].as_u64().unwrap() as usize];
    desk.write("tried.json", config("4h"));
    let totals = &desk.report(&["tried.json"])["totals"];
    let cost = Money::parse(totals["current"]["cost"]["typical"].as_str().unwrap()).unwrap();
    assert_eq!(month[3], format!("All agents together: about ${} a month", cost.round_to(2)));
}
