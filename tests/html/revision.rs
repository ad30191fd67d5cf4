//! A page on a revision: what it changed and whether the limits are kept, with the figures of the JSON report.

use serde_json::Value;

use super::untrusted::open_with;
use crate::common::{Desk, fixture};

/// A typical month in whole cents, as the page rounds it.
fn shown(money: &Value) -> String {
    format!("${:.2}", money.as_str().unwrap().parse::<f64>().unwrap())
}

#[test]
fn a_revision_is_told_by_agent() {
    let desk = Desk::new();
    for (name, every) in [("openclaw.json", "every: '15m'"), ("old.json", "every: '1h'")] {
        desk.write(name, fixture("team.json5").replacen("every: '5m'", every, 1));
    }
    let asked = ["openclaw.json", "--against", "old.json"];
    let report = desk.report(&asked);
    let agent = &report["against"]["agents"][0];
    let page = open_with(&desk, &[asked.as_slice(), &["--max-monthly", "1000000"]].concat(), 0);
    assert_eq!(page.text("#against p"), "Against old.json · OpenClaw 2026.9.6");
    let id = agent["id"].as_str().unwrap();
    assert_eq!(page.text("#against li:first-child"), format!("{id}: every 1h → 15m"));
    let rows = page.find("#agents tbody tr").into_iter().map(|row| row.text().collect::<String>());
    let row = rows.into_iter().find(|row| row.starts_with(id)).unwrap();
    assert!(row.contains(&shown(&agent["there"])) && row.contains(&shown(&agent["here"])), "{row}");
    assert!(page.text("#gates").starts_with("✔ kept: --max-monthly"), "{}", page.text("#gates"));
    // A limit that is not kept is said on the page, and by the exit code.
    let over = open_with(&desk, &[asked.as_slice(), &["--max-increase", "0.01"]].concat(), 1);
    assert!(over.text("#gates").starts_with("✘ not kept: --max-increase"), "{}", over.text("#gates"));
}

/// A release that is not known is read as its neighbour, and the page says so as the other formats do.
#[test]
fn a_comparison_says_what_it_stands_on() {
    let desk = Desk::with_fixture("personal.json5");
    let page = open_with(&desk, &["personal.json5", "--compare-release", "2026.8.77"], 0);
    let notes = page.text("#compared");
    assert!(notes.contains("2026.8.77 was asked for, which is not a release known here"), "{notes}");
    assert!(notes.contains("($588.53 on "), "{notes}");
}
