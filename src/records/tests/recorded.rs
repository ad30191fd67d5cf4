//! Recorded stores against what the provider received.

use super::*;

struct Sent {
    id: String,
    /// In milliseconds, and of which agent, where the store has several.
    at: Option<i64>,
    agent: Option<String>,
    kind: String,
    model: String,
    /// input, cacheRead, cacheWrite, cacheWrite1h, output.
    counts: [u64; 5],
}

impl Sent {
    /// Whether a stored request is this one: by its id, else by its model and tokens within a minute.
    fn is(&self, request: &StoredRequest) -> bool {
        let Tokens { input, cache_read, output, .. } = request.tokens;
        let [sent_input, sent_read, _, _, sent_output] = self.counts;
        let near = |at: i64| (at - request.at).abs() < 60_000;
        match &request.id {
            Some(id) => **id == *self.id,
            None => {
                let is_model = request.model.split_once('/').is_some_and(|(_, model)| model == self.model);
                let counts = [input, cache_read, output] == [sent_input, sent_read, sent_output];
                self.at.is_some_and(near) && is_model && counts
            }
        }
    }
}

/// What the provider received and answered.
fn truth(store: &str) -> Vec<Sent> {
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
            let (at, agent) = (request["at"].as_i64(), request["agent"].as_str().map(str::to_owned));
            Sent { id: word("id"), at, agent, kind: word("kind"), model: word("model"), counts }
        })
        .collect()
}

/// The stored requests of a recorded store against the provider's own account of them.
#[test]
fn every_stored_request_is_what_the_provider_received() {
    // The numbers are those of the stores' own join (`checks` in truth.json) or counts of their rows: stored with usage, stored
    // as failed.
    for (store, stored, failed) in [
        ("current-2026.9.6/state", 26, 1),
        ("current-2026.9.6/with-wal", 26, 1),
        ("legacy-2026.7.35/state", 23, 4),
        ("shared-chat-compaction-2026.9.6/state", 74, 1),
        ("isolated-light-2026.9.6/state", 61, 0),
        ("failing-compaction-2026.9.6/state", 129, 8),
        ("early-2026.1.29/state", 31, 1),
        ("early-2026.2.6/state", 16, 1),
        ("agents-2026.2.17/state", 32, 2),
        ("agents-2026.3.28/state", 23, 1),
        ("agents-2026.4.15/state", 57, 2),
        ("channel-2026.4.15/state", 23, 1),
        ("agents-2026.6.35/state", 43, 3),
        ("agents-2026.7.35/state", 49, 6),
        ("agents-2026.8.1/state", 53, 3),
        ("agents-2026.9.6/state", 59, 3),
        ("days-2026.9.6/state", 319, 0),
        ("days-2026.4.15/state", 235, 0),
        ("days-2026.3.28/state", 60, 0),
    ] {
        let dir = recorded(store);
        let before = contents(dir.path());
        // The newer stores were written under a config that lies elsewhere.
        let config = fixtures().join(store.split('/').next().unwrap()).join("openclaw.json");
        let known = Habits::told(&fs::read_to_string(config).unwrap_or_default());
        let records = read_knowing(&[dir.path().to_owned()], &known).unwrap();
        let truth = truth(store);
        let (errors, answered): (Vec<_>, Vec<_>) = records.requests.iter().partition(|r| r.kind == TurnKind::Error);
        assert_eq!((answered.len(), errors.len()), (stored, failed), "{store}");
        for request in answered {
            let off = |sent: &&Sent| sent.at.map(|at| (at - request.at).abs());
            let sent = truth.iter().filter(|sent| sent.is(request)).min_by_key(off).unwrap();
            let (id, kind) = (&sent.id, serde_json::to_value(request.kind).unwrap());
            assert_eq!(kind, *sent.kind, "{store} {id}");
            assert_eq!(request.model.split_once('/').unwrap().1, sent.model, "{store} {id}");
            assert!(sent.agent.as_ref().is_none_or(|agent| **agent == *request.agent), "{store} {id}");
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

/// Of one file that was reset twice, each conversation is a session of its own, which begins empty.
#[test]
fn what_follows_a_reset_is_another_session() {
    let found = records(recorded("days-2026.4.15/state").path());
    let shared = found.requests.iter().filter(|request| &*request.agent == "main");
    let mut sessions: Vec<(u64, u64)> = shared.map(|request| (request.place.session, request.place.before)).collect();
    sessions.dedup_by_key(|(session, _)| *session);
    let begin_empty = sessions.iter().all(|(_, before)| *before == 0);
    assert!(sessions.len() == 3 && begin_empty, "{sessions:?}");
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

/// Early transcripts do not say which release wrote them, and are read as one that leaves the same marks, which is said; the
/// logs of runs and the databases name it.
#[test]
fn a_store_names_its_release_where_it_can() {
    for (store, expected, is_assumed) in [
        ("early-2026.1.29/state", "2026.2.6", true),
        ("agents-2026.2.17/state", "2026.2.17", true),
        ("agents-2026.3.28/state", "2026.3.28", true),
        ("days-2026.3.28/state", "2026.3.28", true),
        ("agents-2026.4.15/state", "2026.4.15", true),
        ("channel-2026.4.15/state", "2026.4.15", true),
        ("days-2026.4.15/state", "2026.4.15", true),
        ("agents-2026.6.35/state", "2026.6.35", false),
        ("agents-2026.7.35/state", "2026.7.35", false),
        ("agents-2026.9.6/state", "2026.9.6", false),
    ] {
        let dir = recorded(store);
        let found = records(dir.path());
        assert_eq!(found.release, expected.parse().ok(), "{store}");
        let way_out = "Name the right one with --openclaw-version";
        assert_eq!(said(&found).contains(way_out), is_assumed, "{store}: {}", said(&found));
        // Who names it is told nothing of that, and nothing else is assumed.
        let asked = Habits { release: expected.parse().ok(), ..Habits::default() };
        let known = read_knowing(&[dir.path().to_owned()], &asked).unwrap();
        assert!(!said(&known).contains(way_out), "{store}: {}", said(&known));
        assert_eq!(known.requests, found.requests, "{store}");
    }
}

/// The provider received 12 heartbeats, of which one is left: the release takes quiet ones out of the transcript again.
#[test]
fn what_a_release_erased_is_said_where_the_release_is_known() {
    let dir = recorded("agents-2026.3.28/state");
    let heartbeats = |records: &Records| records.requests.iter().filter(|r| r.kind == TurnKind::Heartbeat).count();
    let unknown = records(dir.path());
    assert_eq!(heartbeats(&unknown), 1);
    assert!(said(&unknown).contains("2026.3.28 is assumed: it erases heartbeats"), "{}", said(&unknown));
    // Without the sizes of prompts nothing tells.
    let index = dir.path().join("agents/main/sessions/sessions.json");
    fs::write(&index, fs::read_to_string(&index).unwrap().replace("systemPromptReport", "x")).unwrap();
    let unsaid = records(dir.path());
    assert_eq!((unsaid.release, said(&unsaid).contains("2026.3.28")), (None, false), "{}", said(&unsaid));
    let asked = Habits { release: "2026.3.28".parse().ok(), ..Habits::default() };
    let known = read_knowing(&[dir.path().to_owned()], &asked).unwrap();
    assert!(said(&known).contains("2026.3.28"), "{}", said(&known));
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
