//! The second era: one SQLite database an agent, which a running gateway may be writing to. It also holds keys and the
//! texts of everything, so an authorizer inside SQLite refuses every column but those that are named here.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, Row};
use serde_json::Value;

use super::jsonl;
use super::notes::{Notes, What};
use super::private_copy::{PrivateCopy, beside};
use super::prompt;
use super::session::{KnownSessions, OpenSession, Sink};
use crate::releases::{Behaviour, Version};

/// The newest schema of an agent's database that was read in a real gateway's store (2026.9.6).
pub(super) const NEWEST_SCHEMA: i64 = 23;

/// The newest schema of the database of a gateway itself that was read (2026.9.6).
pub(super) const NEWEST_STATE_SCHEMA: i64 = 18;

/// Everything that is ever selected.
const READABLE: [(&str, &[&str]); 9] = [
    ("schema_meta", &["app_version"]),
    ("transcript_events", &["session_id", "seq", "event_json", "event_zstd", "created_at", "navigation_json"]),
    ("trajectory_runtime_events", &["session_id", "seq", "event_json"]),
    ("session_windows", &["session_id", "session_key"]),
    // Of betas, before there were windows.
    ("sessions", &["session_id", "session_key"]),
    ("session_nodes", &["current_session_id", "session_key", "entry_json"]),
    ("cron_jobs", &CRON_COLUMNS),
    ("session_transcript_archives", &["session_id", "archive_blob"]),
    ("session_transcript_cold_archives", &["session_id", "archive_blob"]),
];

/// What is read of a job.
const CRON_COLUMNS: [&str; 5] = ["job_id", "job_json", "state_json", "sort_order", "enabled"];

/// How long another program may keep the database to itself.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// An agent's database.
pub(super) struct Database {
    path: PathBuf,
    connection: Connection,
    columns: HashSet<(&'static str, &'static str)>,
    /// Where it is read from, if not in place.
    _copy: Option<PrivateCopy>,
}

impl Database {
    /// Opens a database for reading.
    pub(super) fn open(path: &Path, notes: &mut Notes) -> Option<Self> {
        let opened = if leaves_no_trace(path) { in_place(path) } else { Err(NotOpened::NotInPlace) };
        let opened = match opened {
            Err(NotOpened::NotInPlace) => copied(path),
            opened => opened,
        };
        let (connection, copy) = match opened {
            Ok(opened) => opened,
            Err(refused) => {
                notes.add(path, What::Unreadable(refused.to_string()));
                return None;
            }
        };
        let mut database = Database { path: path.to_owned(), connection, columns: HashSet::new(), _copy: copy };
        match database.columns() {
            Ok(columns) => database.columns = columns,
            Err(error) => {
                notes.add(path, What::Unreadable(plainly(&error)));
                return None;
            }
        }
        Some(database)
    }

    /// Says so if a newer release wrote it, or if its rows have another shape.
    pub(super) fn check(&self, known: &mut KnownSessions<'_>, notes: &mut Notes) {
        match self.connection.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0)) {
            Ok(version) if version > NEWEST_SCHEMA => notes.add(&self.path, What::NewerSchema(version)),
            Ok(_) => {}
            Err(error) => notes.add(&self.path, What::Partial(plainly(&error))),
        }
        if self.has("schema_meta", "app_version") {
            self.each("SELECT app_version FROM schema_meta", &[], notes, &mut |row, notes| {
                let Some(release) = text(row, 0).and_then(|release| release.parse::<Version>().ok()) else { return };
                known.release = known.release.max(Some(release));
                if !Behaviour::of(release).stores_recaps {
                    notes.add(&self.path, What::Recaps);
                }
            });
        }
        let held = ["session_id", "seq", "event_json"].map(|column| self.has("transcript_events", column));
        if held.contains(&true) && held.contains(&false) {
            notes.add(&self.path, What::Unreadable("its transcripts have columns of another release".to_owned()));
        }
    }

    /// Learns the keys of sessions and what started the runs.
    pub(super) fn learn(&self, known: &mut KnownSessions<'_>, notes: &mut Notes) {
        for (table, id) in
            [("session_windows", "session_id"), ("sessions", "session_id"), ("session_nodes", "current_session_id")]
        {
            if self.has(table, id) && self.has(table, "session_key") {
                self.each(&format!("SELECT {id}, session_key FROM {table}"), &[], notes, &mut |row, _| {
                    if let (Some(id), Some(key)) = (text(row, 0), text(row, 1)) {
                        known.keys.entry(id.into()).or_insert_with(|| key.into());
                    }
                });
            }
        }
        if self.has("session_nodes", "entry_json") {
            self.each("SELECT entry_json FROM session_nodes", &[], notes, &mut |row, _| {
                known.prompts_noted.extend(text(row, 0).and_then(prompt::noted));
            });
        }
        if self.has("trajectory_runtime_events", "event_json") {
            self.each("SELECT event_json FROM trajectory_runtime_events", &[], notes, &mut |row, _| {
                if let Some(event) = bytes(row, 0)
                    && let Some((session, key)) = known.runs.add(event)
                {
                    known.keys.entry(session).or_insert(key);
                }
            });
        }
    }

    /// Reads all transcripts, a short read a session, so that a gateway's own upkeep never waits for long.
    pub(super) fn read(&self, known: &KnownSessions<'_>, sink: &mut Sink<'_>) {
        if ["session_id", "seq", "event_json"].iter().all(|column| self.has("transcript_events", column)) {
            let mut ids: Vec<String> = Vec::new();
            let list = "SELECT DISTINCT session_id FROM transcript_events ORDER BY session_id";
            let all = self.each(list, &[], sink.notes, &mut |row, _| ids.extend(text(row, 0).map(str::to_owned)));
            if !all {
                // The list is damaged; the sessions themselves may not be.
                let mut others: Vec<&str> = known.keys.keys().map(|id| &**id).collect();
                others.sort_unstable();
                ids.extend(others.into_iter().map(str::to_owned));
                let mut seen = HashSet::new();
                ids.retain(|id| seen.insert(id.clone()));
            }
            for id in ids {
                self.session(&id, known, sink);
            }
        }
        for table in ["session_transcript_archives", "session_transcript_cold_archives"] {
            if self.has(table, "archive_blob") {
                let select = format!("SELECT session_id, archive_blob FROM {table} WHERE archive_blob IS NOT NULL");
                let ledger = &mut *sink.ledger;
                self.each(&select, &[], sink.notes, &mut |row, notes| {
                    if let (Some(id), Some(blob)) = (text(row, 0), bytes(row, 1)) {
                        jsonl::blob(blob, &self.path, id, known, &mut Sink { ledger, notes });
                    }
                });
            }
        }
    }

    /// Hands over the jobs of the scheduler, each with what is kept of its runs. False if there is no table of them.
    pub(super) fn jobs(&self, notes: &mut Notes, sink: &mut dyn FnMut(Value, Option<Value>)) -> bool {
        let has = |column| self.has("cron_jobs", column);
        if !has("job_id") {
            return false;
        }
        match self.connection.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0)) {
            Ok(version) if version > NEWEST_STATE_SCHEMA => notes.add(&self.path, What::NewerState(version)),
            _ => {}
        }
        if !has("job_json") {
            notes.add(&self.path, What::Unreadable("its jobs have columns of another release".to_owned()));
            return true;
        }
        let optional = |column| if has(column) { column } else { "NULL" };
        let select = format!(
            "SELECT job_json, {}, {} FROM cron_jobs ORDER BY {}, job_id",
            optional("state_json"),
            optional("enabled"),
            optional("sort_order")
        );
        self.each(&select, &[], notes, &mut |row, notes| {
            let json = |column| serde_json::from_str::<Value>(text(row, column)?).ok();
            let Some(mut job) = json(0).filter(Value::is_object) else { return notes.add(&self.path, What::NoJob) };
            // Commands switch the row.
            if let Ok(ValueRef::Integer(enabled)) = row.get_ref(2) {
                job["enabled"] = (enabled != 0).into();
            }
            sink(job, json(1));
        });
        true
    }

    fn session(&self, id: &str, known: &KnownSessions<'_>, sink: &mut Sink<'_>) {
        let optional = |column| if self.has("transcript_events", column) { column } else { "NULL" };
        let select = format!(
            "SELECT event_json, {}, {}, {} FROM transcript_events WHERE session_id = ?1 ORDER BY seq",
            optional("event_zstd"),
            optional("created_at"),
            optional("navigation_json")
        );
        let mut session = OpenSession::new(known, &self.path, id);
        let ledger = &mut *sink.ledger;
        self.each(&select, &[&id], sink.notes, &mut |row, notes| {
            let stored = match row.get_ref(2) {
                Ok(ValueRef::Integer(at)) if jiff::Timestamp::from_millisecond(at).is_ok() => Some(at),
                _ => None,
            };
            let mut take = |bytes: &[u8]| {
                if !session.row(bytes, stored, &mut Sink { ledger, notes }) {
                    notes.add(&self.path, What::NotJson);
                }
            };
            match (bytes(row, 0), bytes(row, 1)) {
                (Some(json), _) => take(json),
                // Tool results, which are most of what is stored compressed.
                (None, Some(_)) if bytes(row, 3).is_some_and(is_tool_result) => {}
                (None, Some(packed)) => match jsonl::row(packed) {
                    Ok(json) => take(&json),
                    Err(_) => notes.add(&self.path, What::NotJson),
                },
                (None, None) => {}
            }
        });
    }

    /// Hands over the rows of a statement. False if they end with an error, which is noted.
    fn each(
        &self,
        select: &str,
        values: &[&dyn rusqlite::ToSql],
        notes: &mut Notes,
        sink: &mut dyn FnMut(&Row<'_>, &mut Notes),
    ) -> bool {
        let mut read = || {
            let mut statement = self.connection.prepare(select)?;
            let mut rows = statement.query(values)?;
            while let Some(row) = rows.next()? {
                sink(row, notes);
            }
            Ok::<(), rusqlite::Error>(())
        };
        match read() {
            Ok(()) => true,
            Err(error) => {
                notes.add(&self.path, What::Partial(plainly(&error)));
                false
            }
        }
    }

    fn has(&self, table: &'static str, column: &'static str) -> bool {
        self.columns.contains(&(table, column))
    }

    fn columns(&self) -> rusqlite::Result<HashSet<(&'static str, &'static str)>> {
        let mut found = HashSet::new();
        for (table, columns) in READABLE {
            let mut statement = self.connection.prepare(&format!("PRAGMA table_info({table})"))?;
            let names = statement.query_map([], |row| row.get::<_, String>(1))?;
            for name in names {
                let name = name?;
                found.extend(columns.iter().filter(|column| **column == name).map(|column| (table, *column)));
            }
        }
        Ok(found)
    }
}

/// Whether the summary beside a compressed row, which holds ids and no texts, says that it is the result of a tool.
fn is_tool_result(navigation: &[u8]) -> bool {
    memchr::memmem::find(navigation, b"\"role\":\"toolResult\"").is_some()
}

fn text<'a>(row: &'a Row<'_>, column: usize) -> Option<&'a str> {
    std::str::from_utf8(bytes(row, column)?).ok()
}

fn bytes<'a>(row: &'a Row<'_>, column: usize) -> Option<&'a [u8]> {
    match row.get_ref(column).ok()? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(bytes),
        _ => None,
    }
}

type Opened = (Connection, Option<PrivateCopy>);

/// Why a database was not opened.
#[derive(Debug, thiserror::Error)]
enum NotOpened {
    #[error("it cannot be read where it is")]
    NotInPlace,
    #[error("{}", plainly(.0))]
    Sqlite(#[from] rusqlite::Error),
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Whether SQLite can read a database where it is without making files beside it: it has no log that it would have to make,
/// and none to roll back.
fn leaves_no_trace(path: &Path) -> bool {
    let mut head = [0; 20];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut head));
    // Let SQLite say what is wrong with such a file.
    if read.is_err() {
        return true;
    }
    let there = |suffix| beside(path, suffix).exists();
    let has_log = head[18] == 2 || head[19] == 2;
    if has_log { there("-wal") && there("-shm") } else { !there("-journal") }
}

fn in_place(path: &Path) -> Result<Opened, NotOpened> {
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX);
    let ready = connection.and_then(|connection| ready(connection, ""));
    match ready {
        Ok(connection) => Ok((connection, None)),
        // Its log or the lock file beside it cannot be written by this user.
        Err(error) if matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly)) => {
            Err(NotOpened::NotInPlace)
        }
        Err(error) => Err(error.into()),
    }
}

fn copied(path: &Path) -> Result<Opened, NotOpened> {
    let copy = PrivateCopy::of(path)?;
    // The copy's log has to be taken in, which is a write; nobody else has it.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = ready(Connection::open_with_flags(copy.path(), flags)?, "PRAGMA locking_mode = exclusive;")?;
    if cfg!(unix) {
        copy.unlink();
    }
    Ok((connection, Some(copy)))
}

/// Makes a connection one that reads only what is listed, and has it open all its files.
fn ready(mut connection: Connection, first: &str) -> rusqlite::Result<Connection> {
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch(&format!("{first} PRAGMA query_only = on; PRAGMA trusted_schema = off;"))?;
    connection.authorizer(Some(|context: AuthContext<'_>| match context.action {
        AuthAction::Select => Authorization::Allow,
        AuthAction::Read { table_name, column_name } => {
            let listed = READABLE
                .iter()
                .any(|(table, columns)| table.eq_ignore_ascii_case(table_name) && columns.contains(&column_name));
            if listed { Authorization::Allow } else { Authorization::Deny }
        }
        AuthAction::Pragma { pragma_name: "user_version", pragma_value: None }
        | AuthAction::Pragma { pragma_name: "table_info", .. } => Authorization::Allow,
        _ => Authorization::Deny,
    }))?;
    connection.query_row("PRAGMA user_version", [], |_| Ok(()))?;
    // A schema that cannot be read shows here.
    connection.prepare("PRAGMA table_info(transcript_events)")?;
    Ok(connection)
}

/// SQLite's trouble in words.
fn plainly(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program keeps it locked; try again when that is done".to_owned()
        }
        Some(ErrorCode::NotADatabase) => "it is not an SQLite database".to_owned(),
        Some(ErrorCode::DatabaseCorrupt) => "the database is damaged".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_cannot_be_selected() {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch(
                "CREATE TABLE auth_profile_store (store_key TEXT, profiles_json TEXT);
                 CREATE TABLE transcript_events (session_id TEXT, seq INTEGER, event_json TEXT, other TEXT);
                 CREATE VIEW session_windows AS SELECT store_key AS session_id, profiles_json AS session_key
                   FROM auth_profile_store;",
            )
            .unwrap();
        let connection = ready(connection, "").unwrap();
        assert!(connection.prepare("SELECT event_json FROM transcript_events").is_ok());
        for refused in [
            "SELECT profiles_json FROM auth_profile_store",
            "SELECT count(*) FROM auth_profile_store",
            "SELECT session_key FROM session_windows",
            "SELECT other FROM transcript_events",
            "SELECT * FROM transcript_events",
            "SELECT name FROM sqlite_master",
            "SELECT event_json || hex('a') FROM transcript_events",
            "DELETE FROM transcript_events",
            "PRAGMA user_version = 3",
            "PRAGMA query_only = off",
            "ATTACH 'x' AS y",
        ] {
            assert!(connection.prepare(refused).is_err(), "{refused}");
        }
    }
}
