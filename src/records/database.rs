//! The second era: one SQLite database an agent, which a running gateway may be writing to. It also holds keys and the
//! texts of everything, so an authorizer inside SQLite refuses every column but those that are named here.

mod opening;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use serde_json::Value;

use super::in_order::in_order;
use super::jsonl;
use super::notes::{Notes, What};
use super::private_copy::PrivateCopy;
use super::prompt;
use super::session::{KnownSessions, OpenSession, Sink};
use super::stored::{Form, taken};
use crate::releases::{Behaviour, Version};
use opening::{DAMAGED, Opened, READABLE, plainly};

/// The newest schema of an agent's database that was read in a real gateway's store (2026.9.6).
pub(super) const NEWEST_SCHEMA: i64 = 23;

/// The newest schema of the database of a gateway itself that was read (2026.9.6).
pub(super) const NEWEST_STATE_SCHEMA: i64 = 18;

/// The beginnings and ends of runs, which take about 700 bytes. What else is logged holds whole prompts, which are most of a
/// database: pages that hold no more of a row than the rest of such a text are never read.
const RUNS: &str = "SELECT event_json FROM trajectory_runtime_events WHERE octet_length(event_json) <= 2048";

/// An agent's database.
pub(super) struct Database {
    path: PathBuf,
    connection: Connection,
    columns: HashSet<(&'static str, &'static str)>,
    damaged: bool,
    /// Where it is read from, if not in place.
    _copy: Option<PrivateCopy>,
}

impl Database {
    /// Opens a database for reading.
    pub(super) fn open(path: &Path, notes: &mut Notes) -> Option<Self> {
        let Opened { connection, copy, damaged } = match opening::open(path) {
            Ok(opened) => opened,
            Err(refused) => {
                notes.add(path, What::Unreadable(refused.to_string()));
                return None;
            }
        };
        let mut database =
            Database { path: path.to_owned(), connection, columns: HashSet::new(), damaged, _copy: copy };
        match database.columns() {
            Ok(columns) => database.columns = columns,
            Err(error) => {
                notes.add(path, What::Unreadable(plainly(&error)));
                return None;
            }
        }
        Some(database)
    }

    /// Says so if a newer release wrote it, or if its rows have another shape. False if they cannot be read for it.
    pub(super) fn check(&self, known: &mut KnownSessions<'_>, notes: &mut Notes) -> bool {
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
        let is_other = held.contains(&true) && held.contains(&false);
        if is_other {
            notes.add(&self.path, What::Unreadable("its transcripts have columns of another release".to_owned()));
        }
        !is_other
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
            let key = if self.has("session_nodes", "session_key") { "session_key" } else { "NULL" };
            self.each(&format!("SELECT entry_json, {key} FROM session_nodes"), &[], notes, &mut |row, _| {
                let entry = text(row, 0);
                known.prompts_noted.extend(entry.and_then(prompt::noted));
                // From 2026.8.1 on such a session has the key of a job.
                let by_call = entry.is_some_and(|entry| entry.contains("\"hookExternalContentSource\""));
                known.hooks.extend(text(row, 1).filter(|_| by_call).map(Box::from));
            });
        }
        if self.has("trajectory_runtime_events", "event_json") {
            self.each(RUNS, &[], notes, &mut |row, _| {
                if let Some(event) = bytes(row, 0)
                    && let Some((session, key)) = known.runs.add(event)
                {
                    known.keys.entry(session).or_insert(key);
                }
            });
        }
    }

    /// Reads all transcripts, a short read a session, so that a gateway's own upkeep never waits for long. False if it is
    /// damaged and nothing of it could be read.
    pub(super) fn read(&self, known: &KnownSessions<'_>, sink: &mut Sink<'_>) -> bool {
        let before = sink.ledger.len();
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
            self.sessions(&ids, known, sink);
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
        let gained = sink.ledger.len() > before;
        if self.damaged && gained {
            sink.notes.add(&self.path, What::Partial(DAMAGED.to_owned()));
        } else if self.damaged {
            sink.notes.unread(&self.path, DAMAGED);
        }
        gained || !self.damaged
    }

    /// Hands over the jobs of the scheduler, each with what is kept of its runs: those of a store, if there are several in
    /// the database and none is the gateway's own by its state. False if there is no table of them.
    pub(super) fn jobs(&self, store: &Path, notes: &mut Notes, sink: &mut dyn FnMut(Value, Option<Value>)) -> bool {
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
            "SELECT job_json, {}, {}, {} FROM cron_jobs ORDER BY {}, job_id",
            optional("state_json"),
            optional("enabled"),
            optional("store_key"),
            optional("sort_order")
        );
        let running = if has("store_key") { self.running_store(store, notes) } else { None };
        self.each(&select, &[], notes, &mut |row, notes| {
            if running.as_deref().is_some_and(|running| text(row, 3) != Some(running)) {
                return notes.add(&self.path, What::OtherStore);
            }
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

    /// The store that runs, where jobs of several are in the database: what the gateway has kept of its config comes after
    /// what the config says now. `None` where there is no choice, or none of them is it.
    fn running_store(&self, told: &Path, notes: &mut Notes) -> Option<String> {
        let mut stores = Vec::new();
        self.each("SELECT DISTINCT store_key FROM cron_jobs", &[], notes, &mut |row, _| {
            stores.extend(text(row, 0).map(str::to_owned));
        });
        let mut kept = None;
        if self.has("config_machine_state", "state_key") && self.has("config_machine_state", "value_json") {
            let select = "SELECT value_json FROM config_machine_state WHERE state_key = 'cron.store'";
            self.each(select, &[], notes, &mut |row, _| {
                kept = text(row, 0).and_then(|json| serde_json::from_str::<String>(json).ok());
            });
        }
        let named = [told.to_str().map(str::to_owned), kept];
        let is_there = |name: &String| stores.contains(name);
        let usual = |name: &String| Path::new(name).ends_with("cron/jobs.json");
        let [told, kept] = named.map(|name| name.filter(is_there));
        // A config that names none means the kept one, if there is one.
        let running = if told.as_ref().is_some_and(usual) { kept.or(told) } else { told.or(kept) };
        running.or_else(|| stores.iter().find(|name| usual(name)).cloned()).filter(|_| stores.len() > 1)
    }

    fn sessions(&self, ids: &[String], known: &KnownSessions<'_>, sink: &mut Sink<'_>) {
        let optional = |column| if self.has("transcript_events", column) { column } else { "NULL" };
        let select = format!(
            "SELECT event_json, {}, {}, {} FROM transcript_events WHERE session_id = ?1 ORDER BY seq",
            optional("event_zstd"),
            optional("created_at"),
            optional("navigation_json")
        );
        let mut session = OpenSession::new(known, &self.path, "");
        let take = &mut |row| _ = session.take(row, sink);
        let trouble: Vec<rusqlite::Error> = in_order(taken, take, |order| {
            let read = |id: &String| {
                order.push(id.as_bytes(), (Form::Session, None));
                self.rows(&select, &[id], &mut |row| {
                    let stored = match row.get_ref(2) {
                        Ok(ValueRef::Integer(at)) if jiff::Timestamp::from_millisecond(at).is_ok() => Some(at),
                        _ => None,
                    };
                    match (bytes(row, 0), bytes(row, 1)) {
                        (Some(json), _) => order.push(json, (Form::Plain, stored)),
                        // Tool results, which are most of what is stored compressed.
                        (None, Some(_)) if bytes(row, 3).is_some_and(is_tool_result) => {}
                        (None, Some(packed)) => order.push(packed, (Form::Packed, stored)),
                        (None, None) => {}
                    }
                })
            };
            ids.iter().map(read).filter_map(Result::err).collect()
        });
        trouble.iter().for_each(|error| sink.notes.add(&self.path, What::Partial(plainly(error))));
    }

    /// Hands over the rows of a statement. False if they end with an error, which is noted.
    fn each(
        &self,
        select: &str,
        values: &[&dyn rusqlite::ToSql],
        notes: &mut Notes,
        sink: &mut dyn FnMut(&Row<'_>, &mut Notes),
    ) -> bool {
        match self.rows(select, values, &mut |row| sink(row, notes)) {
            Ok(()) => true,
            Err(error) => {
                notes.add(&self.path, What::Partial(plainly(&error)));
                false
            }
        }
    }

    fn rows(
        &self,
        select: &str,
        values: &[&dyn rusqlite::ToSql],
        sink: &mut dyn FnMut(&Row<'_>),
    ) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare(select)?;
        let mut rows = statement.query(values)?;
        while let Some(row) = rows.next()? {
            sink(row);
        }
        Ok(())
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
