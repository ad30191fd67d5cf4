//! Stores of other releases: how they tell what a request was for, what they hold twice, which counters they get wrong.

use super::*;

const FULL_PROMPT: &str = "Read HEARTBEAT.md if it exists (workspace context). Follow it strictly. Do not infer or repeat \
                           old tasks from prior chats. If nothing needs attention, reply HEARTBEAT_OK.";

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
    let printed: String = records.requests.iter().map(StoredRequest::line).collect();
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

/// From 2026.8 on a reset is a row, and a try that was given up is taken back by one.
#[test]
fn a_conversation_begins_anew_where_a_row_says_so() {
    let reset = json!({ "type": "reset", "id": "r", "parentId": "a-two", "timestamp": iso(5), "reason": "reset" });
    let back = json!({ "type": "leaf", "id": "l", "targetId": "a-one", "timestamp": iso(3) });
    let rows = [
        header("s1", 0),
        user(1, "hello"),
        reply(1, "one"),
        user(2, "given up"),
        back,
        user(3, "again"),
        reply(4, "two"),
        reset,
        user(6, "new"),
        reply(7, "three"),
    ];
    let index = json!({ "agent:main:main": { "sessionId": "s1", "systemPromptReport": {
        "generatedAt": START, "systemPrompt": { "chars": 9_000 }, "tools": { "schemaChars": 4_000 } } } });
    let (rows, index) = (jsonl(&rows), index.to_string());
    let dir = state(&[(MAIN, rows.as_bytes()), ("agents/main/sessions/sessions.json", index.as_bytes())]);
    let found = records(dir.path());
    let places: Vec<_> = found.requests.iter().map(|request| request.place).collect();
    assert_eq!(places.iter().map(|place| place.before).collect::<Vec<_>>(), [0, 9, 0]);
    assert_eq!(places[0].session, places[1].session);
    assert_ne!(places[1].session, places[2].session);
    // What was noted of the session's last prompt is of the conversation that it holds now.
    assert!(found.prompts.iter().all(|prompt| prompt.session == places[2].session), "{:?}", found.prompts);
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
fn a_compaction_is_told_once() {
    let compaction =
        json!({ "type": "compaction", "id": "k", "timestamp": iso(3), "tokensBefore": 48_000, "summary": "so" });
    let rows = jsonl(&[header("s1", 0), user(1, "hi"), reply(2, "r"), compaction]);
    let dir = state(&[(MAIN, rows.as_bytes()), ("agents/main/sessions/s1.jsonl.reset.2026-02-03", rows.as_bytes())]);
    let records = records(dir.path());
    assert_eq!(kinds(&records), ["r chat"]);
    let once = "1 compaction, whose request is not stored: it read about 48.0k tokens";
    assert!(said(&records).starts_with(once), "{}", said(&records));
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
