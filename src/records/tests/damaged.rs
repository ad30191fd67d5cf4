//! Stores that are torn, damaged, locked or being written: what can be read of them is read, and they stay as they were.

use super::*;

#[test]
fn what_cannot_be_read_is_left_out_and_said() {
    let mut rows = jsonl(&[header("s1", 0), user(1, POLL), reply(2, "tick")]).into_bytes();
    rows.extend(b"{\"type\":\"message\",\"message\":{\"role\":\"user\",\"content\":\"\xff\xfe half \\ud83d\"}}\n");
    rows.extend(jsonl(&[reply(3, "chat")]).bytes());
    rows.extend(b"\"user\" this is no row\n");
    rows.extend(b"{\"type\":\"message\",\"id\":\"a3\",\"mess\n");
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
         2 rows are damaged, left out: agents/main/sessions/s1.jsonl (2)\n\
         1 row is not UTF-8, read as far as possible: agents/main/sessions/s1.jsonl\n\
         1 reply without usage, left out: agents/main/sessions/s1.jsonl\n"
    );
}

#[test]
fn no_store_and_no_readable_store_are_told_apart() {
    let nothing = TempDir::new().unwrap();
    let error = read(&[nothing.path().to_owned()]).unwrap_err().to_string();
    assert!(error.starts_with("no records of a gateway in ") && error.contains("openclaw-agent.sqlite"), "{error}");
    let broken = state(&[("agents/main/agent/openclaw-agent.sqlite", b"no database at all, of some length")]);
    let error = read(&[broken.path().to_owned()]).unwrap_err().to_string();
    assert!(error.ends_with("agents/main/agent/openclaw-agent.sqlite: it is not an SQLite database"), "{error}");
    let newer = TempDir::new().unwrap();
    drop(database(newer.path(), 99, "CREATE TABLE transcript_events (session_id TEXT, seq INTEGER, body TEXT)"));
    let error = read(&[newer.path().to_owned()]).unwrap_err().to_string();
    assert!(error.contains("columns of another release; written by a newer release (schema 99"), "{error}");
    assert!(!error.contains("read as far as"), "{error}");
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

/// The page that describes some other table is damaged: what is described elsewhere is read all the same.
#[test]
fn of_a_database_that_misdescribes_itself_the_rest_is_read() {
    let dir = TempDir::new().unwrap();
    let others: String = (0..99).map(|at| format!("CREATE TABLE other_{at} (a TEXT, b TEXT);")).collect();
    let connection = database(dir.path(), 19, &format!("{EARLY}; {others}"));
    insert(&connection, "s1", &[header("s1", 0), user(1, POLL), reply(2, "tick")]);
    drop(connection);
    let path = dir.path().join("agents/main/agent/openclaw-agent.sqlite");
    let whole = fs::read(&path).unwrap();
    let damaged = |table: &str| {
        let mut bytes = whole.clone();
        let at = memchr::memmem::rfind(&bytes, format!("CREATE TABLE {table}").as_bytes()).unwrap() / 4096 * 4096;
        bytes[at..at + 4096].fill(0xa5);
        fs::write(&path, bytes).unwrap();
        read(&[dir.path().to_owned()])
    };
    let rest = damaged("other_98").unwrap();
    assert_eq!(kinds(&rest), ["tick heartbeat"]);
    assert_eq!(said(&rest), "read in part: agents/main/agent/openclaw-agent.sqlite: the database is damaged\n");
    let nothing = damaged("transcript_events").unwrap_err().to_string();
    assert!(nothing.ends_with(": agents/main/agent/openclaw-agent.sqlite: the database is damaged"), "{nothing}");
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
            let _ = stored::unpacked_row(&frame);
        }
    }
}
