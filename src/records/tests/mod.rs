//! Stores to read: copies of recorded ones, and such as other releases left, built row by row.

mod damaged;
mod eras;
mod recorded;

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
    let kind = |request: &StoredRequest| serde_json::to_value(request.kind).unwrap().as_str().unwrap().to_owned();
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
