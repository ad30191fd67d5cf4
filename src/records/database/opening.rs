//! How a gateway's database is opened: for reading, without a file left beside it, and so that SQLite itself refuses every
//! column but those that are named here. It also holds keys and the texts of everything.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::super::private_copy::{PrivateCopy, beside};

/// Everything that is ever selected.
pub(super) const READABLE: [(&str, &[&str]); 10] = [
    ("schema_meta", &["app_version"]),
    ("transcript_events", &["session_id", "seq", "event_json", "event_zstd", "created_at", "navigation_json"]),
    ("trajectory_runtime_events", &["session_id", "seq", "event_json"]),
    ("session_windows", &["session_id", "session_key"]),
    // Of betas, before there were windows.
    ("sessions", &["session_id", "session_key"]),
    ("session_nodes", &["current_session_id", "session_key", "entry_json"]),
    ("cron_jobs", &CRON_COLUMNS),
    ("config_machine_state", &["state_key", "value_json"]),
    ("session_transcript_archives", &["session_id", "archive_blob"]),
    ("session_transcript_cold_archives", &["session_id", "archive_blob"]),
];

/// What is read of a job.
const CRON_COLUMNS: [&str; 6] = ["store_key", "job_id", "job_json", "state_json", "sort_order", "enabled"];

/// How long another program may keep the database to itself.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// A database that is ready to be read.
pub(super) struct Opened {
    pub(super) connection: Connection,
    /// Where it is, if not in place.
    pub(super) copy: Option<PrivateCopy>,
    /// What it says of its own tables is damaged, so that some of them may not be known.
    pub(super) damaged: bool,
}

/// Why a database was not opened.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotOpened {
    #[error("it cannot be read where it is")]
    NotInPlace,
    #[error("{}", plainly(.0))]
    Sqlite(#[from] rusqlite::Error),
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Opens a database where it is, or a copy of it where that would leave files beside it.
pub(super) fn open(path: &Path) -> Result<Opened, NotOpened> {
    let open = |damaged| {
        let opened = if leaves_no_trace(path) { in_place(path, damaged) } else { Err(NotOpened::NotInPlace) };
        match opened {
            Err(NotOpened::NotInPlace) => copied(path, damaged),
            opened => opened,
        }
    };
    match open(false) {
        Err(NotOpened::Sqlite(error)) if error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt) => open(true),
        opened => opened,
    }
}

/// Has SQLite know the tables that it can read of, where a page that describes others is damaged. Nothing is written: that is
/// what the pragma would allow besides.
const SALVAGE: &str = "PRAGMA writable_schema = on;";

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

fn in_place(path: &Path, damaged: bool) -> Result<Opened, NotOpened> {
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX);
    let ready = connection.and_then(|connection| ready(connection, if damaged { SALVAGE } else { "" }));
    match ready {
        Ok(connection) => Ok(Opened { connection, copy: None, damaged }),
        // Its log or the lock file beside it cannot be written by this user.
        Err(error) if matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly)) => {
            Err(NotOpened::NotInPlace)
        }
        Err(error) => Err(error.into()),
    }
}

fn copied(path: &Path, damaged: bool) -> Result<Opened, NotOpened> {
    let copy = PrivateCopy::of(path)?;
    // The copy's log has to be taken in, which is a write; nobody else has it.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let first = format!("PRAGMA locking_mode = exclusive; {}", if damaged { SALVAGE } else { "" });
    let connection = ready(Connection::open_with_flags(copy.path(), flags)?, &first)?;
    if cfg!(unix) {
        copy.unlink();
    }
    Ok(Opened { connection, copy: Some(copy), damaged })
}

/// Makes a connection one that reads only what is listed, and has it open all its files.
fn ready(mut connection: Connection, first: &str) -> rusqlite::Result<Connection> {
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch(&format!("{first} PRAGMA query_only = on; PRAGMA trusted_schema = off;"))?;
    connection.authorizer(Some(|context: AuthContext<'_>| match context.action {
        AuthAction::Select | AuthAction::Function { function_name: "octet_length" } => Authorization::Allow,
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

/// What is said of a database with pages that are not what they should be.
pub(super) const DAMAGED: &str = "the database is damaged";

/// SQLite's trouble in words.
pub(super) fn plainly(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program keeps it locked; try again when that is done".to_owned()
        }
        Some(ErrorCode::NotADatabase) => "it is not an SQLite database".to_owned(),
        Some(ErrorCode::DatabaseCorrupt) => DAMAGED.to_owned(),
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
