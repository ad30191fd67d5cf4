//! That a release is rows: the table is in order, no other room asks which release it is, and a release that is added to
//! the table is read, linted and costed as its row says.

use std::fs;
use std::path::Path;

use super::rows::{ROWS, ReleaseRow, known};
use super::{Behaviour, NEWEST, Version};
use crate::simulate::costing::Choice;
use crate::{Analysis, Format, Setup, Verdict};

#[test]
fn the_rows_are_those_of_known_releases_and_in_order() {
    assert!(ROWS.is_sorted_by(|before, after| before.0 < after.0));
    assert!(known().is_sorted_by(|before, after| before < after));
    for (since, change) in ROWS {
        assert!(known().any(|known| known == *since), "{since}");
        let before = ROWS.iter().filter(|(version, _)| version < since).copied().collect::<Vec<_>>();
        let before = Behaviour::by(&before, *since);
        let mut after = before;
        change(&mut after);
        assert_ne!(before, after, "{since} changes nothing");
    }
    assert_eq!(known().last(), Some(NEWEST));
}

#[test]
fn no_other_room_asks_for_a_generation() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.extend((!path.ends_with("src/releases")).then_some(path));
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                assert!(!text.contains("Generation::"), "{}", path.display());
                read += 1;
            }
        }
    }
    assert!(read > 200, "{read} files");
}

/// The rows with one more: a release as `CONTRIBUTING.md` says to add it.
fn with_made_up() -> (Version, Vec<ReleaseRow>) {
    let version = "2027.1.1".parse().unwrap();
    let made_up: ReleaseRow = (version, |b| {
        b.implicit_target = "none";
        b.needs_delivery = false;
        b.composite_durations = false;
    });
    (version, [ROWS, &[made_up]].concat())
}

#[test]
fn a_release_that_is_added_is_read_linted_and_costed_by_its_row() {
    let text = r#"{ agents: { defaults: { model: "anthropic/claude-sonnet-4-6", heartbeat: { every: "1h30m" } } } }"#;
    let month = jiff::civil::date(2026, 11, 1);
    let mut analysis = Analysis::read(text, Format::Json5, month, Setup::default()).unwrap();
    let cost = |analysis: &Analysis| {
        let costing = analysis.costing();
        let agent = &analysis.gateway.agents[0];
        let skipped = costing.always_skipped(agent);
        let month = costing.estimate(&costing.subject(agent), &Choice::present(agent), skipped);
        month.cost.unwrap().typical.to_string()
    };
    let is_refused =
        |analysis: &Analysis| analysis.lint().findings.iter().any(|finding| finding.rule == "invalid-duration");
    // Nobody is named as the owner, so the newest known release runs nothing.
    assert_eq!(analysis.gateway.agents[0].settings.target.value, "owner");
    assert!(!is_refused(&analysis));
    let before = cost(&analysis);

    let (version, rows) = with_made_up();
    let behaviour = Behaviour::by(&rows, version);
    let tree = analysis.expanded.value.clone();
    let gateway = crate::gateway::Gateway::read_as(tree.clone(), behaviour, &Setup::default().surroundings);
    analysis.take(tree, gateway);
    assert_eq!(analysis.gateway.agents[0].settings.target.value, "none");
    assert!(is_refused(&analysis));
    assert_eq!(analysis.lint().verdict, Verdict::Refused);
    assert_ne!(cost(&analysis), before);
    // Before its row it is the newest known release by another name.
    assert_eq!(Behaviour::of(version), Behaviour { version, ..Behaviour::of(NEWEST) });
}

/// `DEFAULT_PROVIDER` and `DEFAULT_MODEL` of the packages.
#[test]
fn what_answers_where_no_model_is_named_is_that_of_the_package() {
    let text =
        r#"{ agents: { list: [{ id: "main", heartbeat: { every: "15m" } }, { id: "ops", model: "some-model" }] } }"#;
    let month = jiff::civil::date(2026, 11, 1);
    for (version, model, bare) in [
        ("2026.1.29", "anthropic/claude-opus-4-5", "anthropic/some-model"),
        ("2026.2.3", "anthropic/claude-opus-4-5", "anthropic/some-model"),
        ("2026.2.9", "anthropic/claude-opus-4-6", "anthropic/some-model"),
        ("2026.4.2", "anthropic/claude-opus-4-6", "anthropic/some-model"),
        ("2026.4.5", "openai/gpt-5.4", "openai/some-model"),
    ] {
        let setup = Setup { version: Some(version.parse().unwrap()), ..Setup::default() };
        let analysis = Analysis::read(text, Format::Json5, month, setup).unwrap();
        let models: Vec<String> =
            analysis.gateway.agents.iter().map(|agent| agent.settings.primary_model.to_string()).collect();
        assert_eq!(models, [model, bare], "{version}");
    }
}
