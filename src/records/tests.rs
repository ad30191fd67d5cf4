//! Recorded stores against what the provider received, and stores of other releases, built row by row.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/records")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &target) } else { fs::copy(&path, &target).map(|_| ()).unwrap() }
    }
}

/// A copy of a recorded store, with the permissions of one's own files.
fn recorded(name: &str) -> TempDir {
    let dir = TempDir::new().unwrap();
    copy(&fixtures().join(name), dir.path());
    dir
}

fn records(dir: &Path) -> Records {
    read(&[dir.to_owned()]).unwrap()
}

/// Every file below a folder with its bytes.
fn contents(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(contents(&path));
        } else {
            all.push((path.clone(), fs::read(&path).unwrap()));
        }
    }
    all.sort();
    all
}

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
        let (errors, answered): (Vec<_>, Vec<_>) = records.requests.iter().partition(|r| r.kind == Kind::Error);
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

const FULL_PROMPT: &str = "Read HEARTBEAT.md if it exists (workspace context). Follow it strictly. Do not infer or repeat \
                           old tasks from prior chats. If nothing needs attention, reply HEARTBEAT_OK.";
const POLL: &str = "[OpenClaw heartbeat poll]";
const START: i64 = 1_770_000_000_000;

fn iso(minute: i64) -> String {
    Timestamp::from_millisecond(START + minute * 60_000).unwrap().to_string()
}

fn header(session: &str, minute: i64) -> Value {
    json!({ "type": "session", "version": 3, "id": session, "timestamp": iso(minute), "cwd": "/w" })
}

fn user(minute: i64, text: &str) -> Value {
    let message =
        json!({ "role": "user", "content": [{ "type": "text", "text": text }], "timestamp": START + minute * 60_000 });
    json!({ "type": "message", "id": format!("u{minute}"), "timestamp": iso(minute), "message": message })
}

fn reply(minute: i64, id: &str) -> Value {
    let usage = json!({ "input": 10, "output": 2, "cacheRead": 300, "cacheWrite": 40, "totalTokens": 352 });
    let message = json!({ "role": "assistant", "content": [{ "type": "text", "text": "fine" }], "provider": "anthropic",
        "model": "claude-opus-4-6", "usage": usage, "stopReason": "stop", "timestamp": START + minute * 60_000 + 5,
        "responseId": id });
    json!({ "type": "message", "id": format!("a-{id}"), "timestamp": iso(minute), "message": message })
}

fn jsonl(rows: &[Value]) -> String {
    rows.iter().map(|row| format!("{row}\n")).collect()
}

/// A state directory with these files.
fn state(files: &[(&str, &[u8])]) -> TempDir {
    let dir = TempDir::new().unwrap();
    for (name, bytes) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    dir
}

/// `id kind` of each request, in order of time.
fn kinds(records: &Records) -> Vec<String> {
    let kind = |request: &Request| serde_json::to_value(request.kind).unwrap().as_str().unwrap().to_owned();
    records
        .requests
        .iter()
        .map(|request| format!("{} {}", request.id.as_deref().unwrap_or("-"), kind(request)))
        .collect()
}

fn said(records: &Records) -> String {
    records.notes.iter().map(|note| format!("{note}\n")).collect()
}

const MAIN: &str = "agents/main/sessions/s1.jsonl";

#[test]
fn releases_without_marks_tell_by_the_prompt() {
    let stamp = "[Sun 2026-02-01 08:00 UTC]";
    let rows = jsonl(&[
        header("s1", 0),
        user(1, &format!("{stamp} what is '{FULL_PROMPT}'?")),
        reply(2, "chat"),
        user(30, FULL_PROMPT),
        reply(31, "tick"),
        json!({ "type": "message", "id": "t", "timestamp": iso(31), "message": { "role": "toolResult", "content": [] } }),
        reply(32, "tick-round"),
        user(
            40,
            &format!(
                "[Queued user message that arrived while the previous turn was still active]\n{FULL_PROMPT}\n\nhello"
            ),
        ),
        reply(41, "chat-after-tick"),
        user(60, "Look around.\nCurrent time: noon"),
        reply(61, "own-prompt"),
        user(70, "[cron:5f Brief] write"),
        reply(71, "cron"),
    ]);
    let config = b"{ agents: { defaults: { heartbeat: { every: '30m', prompt: 'Look around.' } } } }";
    let dir = state(&[(MAIN, rows.as_bytes()), ("openclaw.json", config)]);
    let expected = [
        "chat chat",
        "tick heartbeat",
        "tick-round heartbeat",
        "chat-after-tick chat",
        "own-prompt heartbeat",
        "cron cron",
    ];
    assert_eq!(kinds(&records(dir.path())), expected);
}

#[test]
fn a_session_tells_by_its_key_and_the_agent_with_it() {
    let one = |session: &str, minute| jsonl(&[header(session, minute), user(minute, "go"), reply(minute + 1, session)]);
    let index = json!({
        "agent:main:main:heartbeat": { "sessionId": "h", "skillsSnapshot": { "prompt": "x" } },
        "agent:main:cron:5f:run:6": { "sessionId": "c", "sessionFile": "/elsewhere/c.jsonl" },
        "agent:main:subagent:7": { "sessionId": "s" },
        "hook:gmail:8": { "sessionId": "w" },
        "agent:ops:whatsapp:direct:+4912345": { "sessionId": "o" },
        "broken": 7,
    });
    let files: Vec<(String, String)> = ["h", "c", "s", "w", "o"]
        .iter()
        .enumerate()
        .map(|(at, id)| (format!("agents/main/sessions/{id}.jsonl"), one(id, 10 * i64::try_from(at).unwrap())))
        .chain([("agents/main/sessions/sessions.json".to_owned(), index.to_string())])
        .collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let dir = state(&files);
    let records = records(dir.path());
    assert_eq!(kinds(&records), ["h heartbeat", "c cron", "s subagent", "w hook", "o chat"]);
    let agents: Vec<&str> = records.requests.iter().map(|request| &*request.agent).collect();
    assert_eq!(agents, ["main", "main", "main", "main", "ops"]);
    let printed: String = records.requests.iter().map(Request::line).collect();
    assert!(!printed.contains("4912345") && !printed.contains("go"), "{printed}");
}

#[test]
fn the_log_of_runs_comes_before_the_text() {
    let event = |kind: &str, minute: i64, trigger: Option<&str>| {
        json!({ "traceSchema": "openclaw-trajectory", "type": kind, "ts": iso(minute), "sessionId": "s1",
            "sessionKey": "agent:main:main", "runId": format!("r{minute}"), "data": { "trigger": trigger } })
    };
    let log = jsonl(&[
        event("session.started", 1, Some("heartbeat")),
        event("session.ended", 3, None),
        event("session.started", 10, Some("user")),
        event("session.ended", 12, None),
        event("session.started", 20, Some("memory")),
        event("session.ended", 22, None),
    ]);
    let rows = jsonl(&[
        header("s1", 0),
        user(1, "my own words for a tick"),
        reply(2, "tick"),
        user(10, POLL),
        reply(11, "chat"),
        user(20, "save your memories"),
        reply(21, "upkeep"),
        user(30, POLL),
        reply(31, "after-the-log"),
    ]);
    let dir = state(&[(MAIN, rows.as_bytes()), ("agents/main/sessions/s1.trajectory.jsonl", log.as_bytes())]);
    assert_eq!(
        kinds(&records(dir.path())),
        ["tick heartbeat", "chat chat", "upkeep compaction", "after-the-log heartbeat"]
    );
}

#[test]
fn copies_are_counted_once_and_as_what_the_original_was() {
    let rows = [header("s1", 0), user(1, POLL), reply(2, "tick"), user(3, "hi"), reply(4, "chat")];
    // A fork for a sub-agent, made later, that begins with copies of the rows.
    let fork: Vec<Value> =
        [header("f", 50)].into_iter().chain(rows[1..].to_vec()).chain([user(51, "go"), reply(52, "sub")]).collect();
    let index = json!({ "agent:main:subagent:7": { "sessionId": "f" }, "agent:main:main": { "sessionId": "s1" } });
    let gone = jsonl(&[header("g", 0), user(5, POLL), reply(6, "gone")]);
    let (rows, fork, index) = (jsonl(&rows), jsonl(&fork), index.to_string());
    let zst = packed(gone.as_bytes());
    let files: [(&str, &[u8]); 8] = [
        ("agents/main/sessions/a-fork.jsonl", fork.as_bytes()),
        (MAIN, rows.as_bytes()),
        ("agents/main/sessions/s1.checkpoint.5.jsonl", b"not even read"),
        ("agents/main/sessions/s1.jsonl.reset.2026-02-03T00-00-00.000Z", rows.as_bytes()),
        ("agents/main/session-sqlite-import-archive/agent-main-main.s1.jsonl.imported-1770000000000", rows.as_bytes()),
        ("agents/main/sessions/g.jsonl.deleted.2026-02-03T00-00-00.000Z.ab.zst", &zst),
        ("agents/main/sessions/g.jsonl.deleted.2026-02-04T00-00-00.000Z", gone.as_bytes()),
        ("agents/main/sessions/sessions.json", index.as_bytes()),
    ];
    let expected = ["tick heartbeat", "chat chat", "gone heartbeat", "sub subagent"];
    let dir = state(&files);
    assert_eq!(kinds(&records(dir.path())), expected);
    // An upgrade moved the folder and left another one with the same rows.
    let former = state(&files[1..2]);
    let both = read(&[dir.path().to_owned(), former.path().to_owned(), dir.path().to_owned()]).unwrap();
    assert_eq!(kinds(&both), expected);
}

/// A frame of stored blocks: what `zstd` writes for bytes that it cannot make smaller.
fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0xa0];
    frame.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
    let blocks: Vec<&[u8]> = bytes.chunks(100_000).collect();
    for (at, block) in blocks.iter().enumerate() {
        let last = u32::from(at + 1 == blocks.len());
        frame.extend(&((u32::try_from(block.len()).unwrap() << 3) | last).to_le_bytes()[..3]);
        frame.extend(*block);
    }
    frame
}

/// A database as a release made it: its tables and the number of its schema.
fn database(dir: &Path, schema: i64, tables: &str) -> rusqlite::Connection {
    let folder = dir.join("agents/main/agent");
    fs::create_dir_all(&folder).unwrap();
    let connection = rusqlite::Connection::open(folder.join("openclaw-agent.sqlite")).unwrap();
    connection.execute_batch(&format!("{tables}; PRAGMA user_version = {schema}")).unwrap();
    connection
}

fn insert(connection: &rusqlite::Connection, session: &str, rows: &[Value]) {
    for (seq, row) in rows.iter().enumerate() {
        let row = (session, i64::try_from(seq).unwrap(), row.to_string(), START);
        connection
            .execute(
                "INSERT INTO transcript_events (session_id, seq, event_json, created_at) VALUES (?1, ?2, ?3, ?4)",
                row,
            )
            .unwrap();
    }
}

const EARLY: &str =
    "CREATE TABLE transcript_events (session_id TEXT, seq INTEGER, event_json TEXT NOT NULL, created_at INTEGER,
    PRIMARY KEY (session_id, seq)); CREATE TABLE session_windows (session_id TEXT, session_key TEXT)";

#[test]
fn both_eras_are_read_together() {
    let rows = [header("s1", 0), user(1, POLL), reply(2, "tick"), user(3, "hi"), reply(4, "chat")];
    let old = jsonl(&rows[..3]);
    let dir = state(&[("agents/main/session-sqlite-import-archive/k.s1.jsonl.imported-1770000000000", old.as_bytes())]);
    // Any schema that has the columns is read; a newer one than is known is said to be one.
    for (schema, warned) in [(4, false), (19, false), (23, false), (99, true)] {
        let _ = fs::remove_dir_all(dir.path().join("agents/main/agent"));
        insert(&database(dir.path(), schema, EARLY), "s1", &rows);
        let records = records(dir.path());
        assert_eq!(kinds(&records), ["tick heartbeat", "chat chat"], "{schema}");
        assert_eq!(said(&records).contains("newer release"), warned, "{schema} {}", said(&records));
    }
}

#[test]
fn a_database_of_another_purpose_holds_no_transcripts() {
    let dir = state(&[(MAIN, jsonl(&[header("s1", 0), user(1, POLL), reply(2, "tick")]).as_bytes())]);
    drop(database(dir.path(), 1, "CREATE TABLE schema_meta (meta_key TEXT); CREATE TABLE auth_profile_store (k TEXT)"));
    let folder = dir.path().join("agents/main/agent");
    fs::write(folder.join("openclaw-agent.sqlite.generation-lock.sqlite"), b"no store").unwrap();
    fs::write(folder.join("incognito-openclaw-agent.sqlite"), b"no store").unwrap();
    let records = records(dir.path());
    assert_eq!(kinds(&records), ["tick heartbeat"]);
    assert_eq!(said(&records), "");
}

#[test]
fn what_archives_in_the_database_hold_is_read() {
    let dir = TempDir::new().unwrap();
    let tables = "CREATE TABLE session_transcript_archives (session_id TEXT, archive_blob BLOB);
        CREATE TABLE session_transcript_cold_archives (session_id TEXT, archive_blob BLOB)";
    let connection = database(dir.path(), 23, tables);
    let reset = packed(jsonl(&[header("r", 0), user(1, POLL), reply(2, "reset")]).as_bytes());
    connection.execute("INSERT INTO session_transcript_archives VALUES ('r', ?1)", [reset]).unwrap();
    let cold = |seq: i64, row: &Value| json!({ "kind": "event", "row": { "seq": seq, "event_json": row.to_string(), "created_at": START } });
    let cold = jsonl(&[
        json!({ "kind": "header", "version": 1, "sessionId": "c", "generation": "g" }),
        cold(0, &header("c", 10)),
        cold(1, &user(11, "hi")),
        cold(2, &reply(12, "cold")),
    ]);
    connection
        .execute("INSERT INTO session_transcript_cold_archives VALUES ('c', ?1)", [packed(cold.as_bytes())])
        .unwrap();
    assert_eq!(kinds(&records(dir.path())), ["reset heartbeat", "cold chat"]);
}

#[test]
fn what_cannot_be_read_is_left_out_and_said() {
    let mut rows = jsonl(&[header("s1", 0), user(1, POLL), reply(2, "tick")]).into_bytes();
    rows.extend(b"{\"type\":\"message\",\"message\":{\"role\":\"user\",\"content\":\"\xff\xfe half \\ud83d\"}}\n");
    rows.extend(jsonl(&[reply(3, "chat")]).bytes());
    rows.extend(b"\"user\" this is no row\n");
    rows.extend(
        jsonl(&[json!({ "type": "message", "message": { "role": "assistant", "provider": "openclaw",
        "model": "delivery-mirror", "usage": { "input": 0 }, "timestamp": START } })])
        .bytes(),
    );
    rows.extend(
        br#"{"type":"message","message":{"role":"assistant","provider":"anthropic","usage":null,"timestamp":1}}"#,
    );
    rows.push(b'\n');
    rows.extend(br#"{"type":"message","message":{"role":"assistant","usage":{"input":7,"out"#);
    let dir = state(&[(MAIN, &rows), ("agents/main/sessions/empty.jsonl", b"")]);
    let broken = dir.path().join("agents/main/agent");
    fs::create_dir_all(&broken).unwrap();
    fs::write(broken.join("openclaw-agent.sqlite"), b"this is no database, whatever its name says").unwrap();
    let records = records(dir.path());
    assert_eq!(kinds(&records), ["tick heartbeat", "chat chat"]);
    assert_eq!(
        said(&records),
        "not read: agents/main/agent/openclaw-agent.sqlite: it is not an SQLite database\n\
         the last line is cut off, and was left out: agents/main/sessions/s1.jsonl\n\
         1 line is no row of OpenClaw's, left out: agents/main/sessions/s1.jsonl\n\
         1 row is not UTF-8, read as far as possible: agents/main/sessions/s1.jsonl\n\
         1 reply without usage, left out: agents/main/sessions/s1.jsonl\n"
    );
}

#[test]
fn a_compaction_is_told_once() {
    let compaction =
        json!({ "type": "compaction", "id": "k", "timestamp": iso(3), "tokensBefore": 48_000, "summary": "so" });
    let rows = jsonl(&[header("s1", 0), user(1, "hi"), reply(2, "r"), compaction]);
    let dir = state(&[(MAIN, rows.as_bytes()), ("agents/main/sessions/s1.jsonl.reset.2026-02-03", rows.as_bytes())]);
    let records = records(dir.path());
    assert_eq!(kinds(&records), ["r chat"]);
    assert!(
        said(&records).starts_with("1 compaction, whose own requests OpenClaw does not store"),
        "{}",
        said(&records)
    );
    assert!(said(&records).contains("about 48000 tokens"), "{}", said(&records));
}

/// Counters that releases and routes are known to get wrong, and what is said of each.
#[test]
fn wrong_counters_are_named() {
    let with = |usage: Value, key: &str| {
        let mut row = reply(2, "r");
        row["message"]["usage"] = usage;
        row["message"]["idempotencyKey"] = key.into();
        jsonl(&[header("s1", 0), user(1, "hi"), row])
    };
    let right = json!({ "input": 10, "output": 2, "cacheRead": 300, "cacheWrite": 40, "totalTokens": 352 });
    // A tick, a prompt of 1,000 tokens of which 600 were cached.
    let doubled = json!({ "input": 1000, "output": 50, "cacheRead": 600, "cacheWrite": 0, "totalTokens": 1050 });
    let silent = json!({ "input": 400, "output": 50, "cacheRead": 600, "cacheWrite": 0, "totalTokens": 1050 });
    let current = "{ meta: { lastTouchedVersion: '2026.4.15' } }";
    let erasing = "{ meta: { lastTouchedVersion: '2026.3.13' } }";
    for (rows, config, input, expected) in [
        (with(right.clone(), "k"), current, 10, &[][..]),
        (with(doubled, "k"), current, 400, &["held the cached tokens too", "never writes to it"]),
        (with(silent, "k"), current, 400, &["anthropic/claude-opus-4-6 reads from the cache and never writes to it"]),
        (with(right.clone(), "codex-app-server:7"), current, 10, &["1 turn of the Codex harness"]),
        (with(right, "k"), erasing, 10, &["OpenClaw 2026.3.13 erases heartbeats that have nothing to say"]),
    ] {
        let dir = state(&[(MAIN, rows.as_bytes()), ("openclaw.json", config.as_bytes())]);
        let records = records(dir.path());
        assert_eq!(records.requests[0].tokens.input, input);
        assert_eq!(records.notes.len(), expected.len(), "{}", said(&records));
        assert!(expected.iter().all(|part| said(&records).contains(part)), "{}", said(&records));
    }
}

#[test]
fn no_store_and_no_readable_store_are_told_apart() {
    let nothing = TempDir::new().unwrap();
    let error = read(&[nothing.path().to_owned()]).unwrap_err().to_string();
    assert!(error.starts_with("no records of a gateway in ") && error.contains("openclaw-agent.sqlite"), "{error}");
    let broken = state(&[("agents/main/agent/openclaw-agent.sqlite", b"no database at all, of some length")]);
    let error = read(&[broken.path().to_owned()]).unwrap_err().to_string();
    assert!(error.ends_with("agents/main/agent/openclaw-agent.sqlite: it is not an SQLite database"), "{error}");
}

#[test]
fn a_locked_database_is_said_to_be_locked() {
    let dir = TempDir::new().unwrap();
    let connection = database(dir.path(), 19, EARLY);
    connection.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let error = read(&[dir.path().to_owned()]).unwrap_err().to_string();
    assert!(error.contains("another program keeps it locked"), "{error}");
}

/// A gateway that is running: its last rows are in the log beside the database, and it goes on writing.
#[test]
fn a_store_that_is_being_written_is_read_whole() {
    let dir = TempDir::new().unwrap();
    let connection = database(dir.path(), 19, &format!("PRAGMA journal_mode = wal; {EARLY}"));
    insert(&connection, "s1", &[header("s1", 0), user(1, POLL), reply(2, "tick")]);
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(kinds(&records(dir.path())), ["tick heartbeat"]);
    connection.execute_batch("COMMIT").unwrap();
    insert(&connection, "s2", &[header("s2", 5), user(6, "hi"), reply(7, "chat")]);
    assert_eq!(kinds(&records(dir.path())), ["tick heartbeat", "chat chat"]);
}

/// Without the lock table beside it, as in a backup, the log counts all the same.
#[test]
fn a_log_without_its_lock_table_is_read() {
    let dir = recorded("current-2026.9.6/with-wal");
    let whole = kinds(&records(dir.path()));
    fs::remove_file(dir.path().join("agents/main/agent/openclaw-agent.sqlite-shm")).unwrap();
    let before = contents(dir.path());
    assert_eq!(kinds(&records(dir.path())), whole);
    assert!(before == contents(dir.path()), "something was written");
}

#[test]
fn of_a_damaged_database_the_rest_is_read() {
    let dir = TempDir::new().unwrap();
    let connection = database(dir.path(), 19, EARLY);
    for session in 0..200_i64 {
        let id = format!("s{session:03}");
        insert(
            &connection,
            &id,
            &[header(&id, session), user(session, POLL), reply(session, &format!("r{session:03}"))],
        );
    }
    drop(connection);
    let path = dir.path().join("agents/main/agent/openclaw-agent.sqlite");
    let mut bytes = fs::read(&path).unwrap();
    let half = bytes.len() / 2 / 4096 * 4096;
    bytes[half..half + 4096].fill(0xa5);
    fs::write(&path, bytes).unwrap();
    let records = records(dir.path());
    assert!((50..200).contains(&records.requests.len()), "{}", records.requests.len());
    assert!(said(&records).contains("read in part: agents/main/agent/openclaw-agent.sqlite"), "{}", said(&records));
}

#[cfg(unix)]
#[test]
fn a_private_copy_is_closed_and_goes_away() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = TempDir::new().unwrap();
    let connection = database(dir.path(), 19, &format!("PRAGMA journal_mode = wal; {EARLY}"));
    insert(&connection, "s1", &[header("s1", 0), user(1, POLL), reply(2, "tick")]);
    let copy = private_copy::PrivateCopy::of(&dir.path().join("agents/main/agent/openclaw-agent.sqlite")).unwrap();
    let folder = copy.path().parent().unwrap().to_owned();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let files = contents(&folder);
    assert_eq!(files.len(), 2, "the database and its log");
    assert!(files.iter().all(|(path, _)| mode(path) == 0o600));
    drop(copy);
    assert!(!folder.exists());
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

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 96, failure_persistence: None, ..Default::default() })]

    /// Whatever happened to the bytes of a store, reading it ends, and it stays as it was.
    #[test]
    fn damaged_stores_are_read_without_a_panic(
        which in 0..3_usize,
        edits in proptest::collection::vec((0.0..1.0_f64, proptest::num::u8::ANY), 1..40),
        length in 0.0..1.5_f64,
    ) {
        let (store, file) = [
            ("current-2026.9.6/with-wal", "agents/main/agent/openclaw-agent.sqlite"),
            ("current-2026.9.6/with-wal", "agents/main/agent/openclaw-agent.sqlite-wal"),
            ("legacy-2026.7.35/state", "agents/main/sessions/1022a385-dbc9-4ed2-8873-926eee8aedf2.jsonl"),
        ][which];
        let dir = recorded(store);
        let path = dir.path().join(file);
        let mut bytes = fs::read(&path).unwrap();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let place = |part: f64, bytes: &[u8]| (part * bytes.len() as f64) as usize;
        for (part, byte) in edits {
            let at = place(part, &bytes);
            bytes[at] = byte;
        }
        bytes.truncate(place(length, &bytes));
        fs::write(&path, &bytes).unwrap();
        let _ = read(&[dir.path().to_owned()]);
        proptest::prop_assert_eq!(fs::read(&path).unwrap(), bytes);
    }

    /// The same for a row that was stored compressed.
    #[test]
    fn damaged_compressed_rows_are_read_without_a_panic(
        edits in proptest::collection::vec((0.0..1.0_f64, proptest::num::u8::ANY), 1..8),
        length in 0.1..1.2_f64,
    ) {
        let path = fixtures().join("isolated-light-2026.9.6/state/agents/main/agent/openclaw-agent.sqlite");
        let store = fs::read(path).unwrap();
        let frames: Vec<usize> = memchr::memmem::find_iter(&store, &[0x28, 0xb5, 0x2f, 0xfd]).collect();
        proptest::prop_assert!(frames.len() > 4);
        for start in frames {
            let mut frame = store[start..(start + 900).min(store.len())].to_vec();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
            let place = |part: f64, frame: &[u8]| (part * frame.len() as f64) as usize;
            for (part, byte) in &edits {
                let at = place(*part, &frame);
                frame[at] = *byte;
            }
            frame.truncate(place(length, &frame));
            let _ = jsonl::row(&frame);
        }
    }
}
