//! For tests of how work grows: how often something slow is done. Counts repeat where times do not.

use std::cell::RefCell;
use std::collections::BTreeMap;

thread_local! {
    static DONE: RefCell<BTreeMap<&'static str, usize>> = RefCell::default();
}

/// Notes that something slow is done.
pub(crate) fn note(what: &'static str) {
    DONE.with_borrow_mut(|done| *done.entry(what).or_default() += 1);
}

/// What was done during a run on this thread, and how often.
pub(crate) fn during<T>(run: impl FnOnce() -> T) -> (T, BTreeMap<&'static str, usize>) {
    DONE.take();
    (run(), DONE.take())
}

mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::analysis::Analysis;
    use crate::document::{Change, KeyPath};
    use crate::plan::Bounds;
    use crate::rules::{Safety, Severity};

    /// Agents of which each has settings and a fault of its own, in the one shape of a roster or the other.
    fn roster(agents: usize, list: bool) -> Analysis {
        let block = |at: usize| json!({ "heartbeat": { "every": (["15m", "45m"][at % 2]), "isolatedSesion": true, "target": "none" } });
        let defaults = json!({ "model": "anthropic/claude-opus-4-6" });
        let name = |at: usize| format!("agent-{at}");
        let config = if list {
            let entry = |at: usize| {
                let mut entry = block(at);
                entry["id"] = name(at).into();
                entry
            };
            json!({ "agents": { "defaults": defaults, "list": (0..agents).map(entry).collect::<Vec<_>>() } })
        } else {
            let entries: serde_json::Map<String, Value> = (0..agents).map(|at| (name(at), block(at))).collect();
            json!({ "agents": { "ownership": "explicit", "defaults": defaults, "entries": entries } })
        };
        Analysis::of(&config, None)
    }

    /// What is done once for a config is done as often for a large one; what is done for each agent grows with them.
    #[test]
    fn nothing_slow_grows_faster_than_the_roster() {
        for list in [false, true] {
            let work = |agents: usize| {
                let analysis = roster(agents, list);
                let (lint, mut all) = during(|| analysis.lint());
                let fixes: Vec<Vec<Change>> =
                    lint.findings.iter().filter_map(|found| Some(found.fix.as_ref()?.changes.clone())).collect();
                let errors = lint.findings.iter().filter(|finding| finding.severity == Severity::Error);
                assert!(errors.count() >= agents && fixes.len() >= agents);
                let fixes: Vec<&[Change]> = fixes.iter().map(Vec::as_slice).collect();
                let (answers, each) = during(|| analysis.document.edits_of_each(&fixes));
                assert!(answers.iter().all(Result::is_ok));
                let (edits, at_once) = during(|| analysis.document.edits(&lint.changes(Safety::Unsafe)));
                assert!(edits.unwrap().len() >= agents);
                let (plan, planned) = during(|| analysis.plan(&Bounds::default()));
                assert!(!plan.changes().is_empty());
                for (what, count) in each.into_iter().chain(at_once).chain(planned) {
                    *all.entry(what).or_default() += count;
                }
                all
            };
            let (few, many) = (work(4), work(16));
            for (what, count) in &many {
                let before = few.get(what).copied().unwrap_or_default();
                let most = if *what == "month simulated" { 5 * before } else { before + 2 };
                assert!(*count <= most, "{what}, list: {list}: {before} times for 4 agents, {count} for 16");
            }
        }
    }

    /// Neighbours in one object cannot be edited on one reading, but half of them can.
    #[test]
    fn many_faults_side_by_side_take_few_readings() {
        let keys: serde_json::Map<String, Value> = (0..200).map(|at| (format!("key-{at}"), json!(at))).collect();
        let analysis = Analysis::of(&json!({ "keys": keys }), None);
        let path = |at: usize| KeyPath::root().key("keys").key(format!("key-{at}"));
        let removals: Vec<Vec<Change>> = (0..200).map(|at| vec![Change::remove(path(at))]).collect();
        let removals: Vec<&[Change]> = removals.iter().map(Vec::as_slice).collect();
        let (answers, done) = during(|| analysis.document.edits_of_each(&removals));
        for (changes, answer) in removals.iter().zip(answers) {
            assert_eq!(answer, analysis.document.edits(changes));
        }
        assert!(done["text read"] < 20, "{done:?}");
    }
}
