//! Recorded stores against what the provider received.

use std::collections::HashMap;

use super::*;

struct Sent {
    kind: String,
    model: String,
    /// input, cacheRead, cacheWrite, cacheWrite1h, output.
    counts: [u64; 5],
}

/// What the provider received and answered, by its ids.
fn truth(store: &str) -> HashMap<String, Sent> {
    let folder = store.split('/').next().unwrap();
    let text = fs::read_to_string(fixtures().join(folder).join("truth.json")).unwrap();
    let truth: Value = serde_json::from_str(&text).unwrap();
    let steps = truth["steps"].as_array().unwrap();
    let requests = steps.iter().flat_map(|step| step["requests"].as_array().unwrap());
    let answered = requests.filter(|request| request["usage"].is_object());
    answered
        .map(|request| {
            let count = |name: &str| request["usage"][name].as_u64().unwrap();
            let word = |name: &str| request[name].as_str().unwrap().to_owned();
            let counts = ["input", "cacheRead", "cacheWrite", "cacheWrite1h", "output"].map(count);
            (word("id"), Sent { kind: word("kind"), model: word("model"), counts })
        })
        .collect()
}

/// The stored requests of a recorded store against the provider's own account of them.
#[test]
fn every_stored_request_is_what_the_provider_received() {
    // The numbers are those of the stores' own join (`checks` in truth.json): stored with usage, stored as failed.
    for (store, stored, failed) in [
        ("current-2026.9.6/state", 26, 1),
        ("current-2026.9.6/with-wal", 26, 1),
        ("legacy-2026.7.35/state", 23, 4),
        ("shared-chat-compaction-2026.9.6/state", 74, 1),
        ("isolated-light-2026.9.6/state", 61, 0),
        ("failing-compaction-2026.9.6/state", 129, 8),
    ] {
        let dir = recorded(store);
        let before = contents(dir.path());
        let records = records(dir.path());
        let truth = truth(store);
        let (errors, answered): (Vec<_>, Vec<_>) = records.requests.iter().partition(|r| r.kind == TurnKind::Error);
        assert_eq!((answered.len(), errors.len()), (stored, failed), "{store}");
        for request in answered {
            let id = request.id.as_deref().unwrap();
            let sent = &truth[id];
            let kind = serde_json::to_value(request.kind).unwrap();
            assert_eq!(kind, *sent.kind, "{store} {id}");
            assert_eq!(*request.model, format!("anthropic/{}", sent.model), "{store} {id}");
            let Tokens { input, cache_read, cache_write_5m, cache_write_1h, output } = request.tokens;
            let [sent_input, sent_read, sent_write, mut sent_1h, sent_output] = sent.counts;
            // 2026.7.35 does not store how long a write lives.
            if store.starts_with("legacy") {
                sent_1h = 0;
            }
            assert_eq!(
                [input, cache_read, cache_write_5m, cache_write_1h, output],
                [sent_input, sent_read, sent_write - sent_1h, sent_1h, sent_output],
                "{store} {id}"
            );
        }
        assert!(records.notes.iter().all(|note| !note.is_trouble()), "{store} {:?}", records.notes);
        let after = contents(dir.path());
        let shared_memory = |path: &Path| path.to_string_lossy().ends_with("-shm");
        assert_eq!(before.len(), after.len(), "{store}: files came or went");
        for (old, new) in before.iter().zip(&after) {
            // SQLite's lock table is the one file that readers write to.
            assert!(old == new || (old.0 == new.0 && shared_memory(&old.0)), "{store}: {} changed", old.0.display());
        }
    }
}

/// The store whose compactions fail holds none of them: the provider received 36, of 316,000 tokens (`checks` in truth.json).
#[test]
fn compactions_that_fail_are_told_by_the_runs_that_end_a_conversation() {
    let dir = recorded("failing-compaction-2026.9.6/state");
    let found = records(dir.path());
    assert_eq!(found.failing.len(), 6);
    let truth = fs::read_to_string(fixtures().join("failing-compaction-2026.9.6/truth.json")).unwrap();
    let truth: Value = serde_json::from_str(&truth).unwrap();
    let requests = truth["steps"].as_array().unwrap().iter().flat_map(|step| step["requests"].as_array().unwrap());
    let compactions = requests.filter(|request| request["kind"] == "compaction");
    let count = |request: &Value, name: &str| request["usage"][name].as_u64().unwrap_or(0);
    let sent = |request| ["input", "cacheRead", "cacheWrite"].map(|name| count(request, name)).iter().sum::<u64>();
    let read: u64 = compactions.map(sent).sum();
    let told = Compaction::read_by(&found.failing);
    let error = told.abs_diff(read) as f64 / read as f64;
    assert!(error < 0.1, "{told} for {read}");
    assert!(said(&found).contains("the last 6 runs of a conversation failed"), "{}", said(&found));
    // What came through again says nothing of that kind, and neither do the tries of a single run.
    for store in ["legacy-2026.7.35/state", "shared-chat-compaction-2026.9.6/state", "current-2026.9.6/state"] {
        assert_eq!(records(recorded(store).path()).failing, [], "{store}");
    }
}

/// What the runtime logged of its runs is not kept for ever: without it the rows still tell.
#[test]
fn the_rows_tell_without_the_log_of_runs() {
    for store in ["shared-chat-compaction-2026.9.6/state", "isolated-light-2026.9.6/state"] {
        let dir = recorded(store);
        let whole = kinds(&records(dir.path()));
        let path = dir.path().join("agents/main/agent/openclaw-agent.sqlite");
        rusqlite::Connection::open(path).unwrap().execute("DELETE FROM trajectory_runtime_events", []).unwrap();
        assert_eq!(kinds(&records(dir.path())), whole, "{store}");
    }
}
