//! What was done to many files, one after the other, as lines of JSON (`schemas/fleet-journal.v1.schema.json`). A line is on
//! the disk before the change that it announces is begun, so that the journal tells the truth wherever the process ends;
//! a line that an end cut in two counts for nothing.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::backup::TOOL;
use super::private;
use super::read::open_plain;
use super::step::step;

/// Why a journal cannot be used. It is as it was.
#[derive(Debug, Error)]
pub enum JournalError {
    /// It would be begun, and is there.
    #[error("{} exists already; --resume continues it, --journal names another file", path.display())]
    Exists {
        /// The journal.
        path: PathBuf,
    },
    /// It tells of another plan.
    #[error("{} is the journal of another plan; --journal names another file", path.display())]
    OtherPlan {
        /// The journal.
        path: PathBuf,
    },
    /// A line that none of ours wrote.
    #[error("{}:{line}: not a line of a journal that clawbeat fleet apply wrote", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
    },
    /// Somebody else goes on with it.
    #[error("another clawbeat is writing {}; try again when it is done", path.display())]
    Busy {
        /// The journal.
        path: PathBuf,
    },
    /// The operating system said no.
    #[error("cannot use the journal {}: {source}", path.display())]
    Io {
        /// The journal.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Header {
    schema_version: u32,
    tool: String,
    /// SHA-256 of the file of plans.
    plan: String,
}

impl Header {
    fn of(plan: &str) -> Self {
        Header { schema_version: 1, tool: TOOL.to_owned(), plan: plan.to_owned() }
    }
}

/// Whether a text is the beginning of a first line, whatever its plan.
fn is_torn_head(text: &[u8]) -> bool {
    let line = serde_json::to_vec(&Header::of("")).unwrap_or_default();
    let (start, end) = line.split_at(line.len().saturating_sub(2));
    let plan = text.strip_prefix(start).map(|rest| rest.strip_suffix(end).or(rest.strip_suffix(b"\"")).unwrap_or(rest));
    start.starts_with(text) || plan.is_some_and(|plan| plan.iter().all(u8::is_ascii_alphanumeric))
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Done {
    /// The change, or the way back, comes next: the file is the old one or the new one.
    Begun,
    /// The file holds the change.
    Written,
    /// It held the change before.
    Unchanged,
    /// It was left as it was.
    Refused,
    /// It was changed, and is put back.
    Undone,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JournalEntry {
    /// The config, as the plan names it.
    pub id: String,
    /// What became of it.
    pub done: Done,
    /// The file that is written, without links: the config or what it includes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// SHA-256 of the file before the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256_before: Option<String>,
    /// SHA-256 of the file with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256_after: Option<String>,
    /// What the old file is kept as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<PathBuf>,
    /// Put back around what was edited since, which stays.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub merged: bool,
    /// Why it was left, or what is wrong though it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl JournalEntry {
    /// A line that tells no more than what became of a config.
    pub fn of(id: &str, done: Done, error: Option<String>) -> Self {
        let (file, backup) = (None, None);
        JournalEntry {
            id: id.to_owned(),
            done,
            file,
            sha256_before: None,
            sha256_after: None,
            backup,
            merged: false,
            error,
        }
    }
}

/// A journal that is written, held so that no one else writes it meanwhile.
#[derive(Debug)]
pub struct Journal {
    /// None for a rehearsal, which is written nowhere.
    file: Option<File>,
    path: PathBuf,
    entries: Vec<JournalEntry>,
    /// Where the last line of each config is.
    last: HashMap<String, usize>,
}

impl Journal {
    /// Begins the journal of a plan of this hash, or with `resume` goes on with what is there.
    ///
    /// # Errors
    ///
    /// It is there and not to be gone on with, or it is another one.
    pub fn begin(path: &Path, plan: &str, resume: bool) -> Result<Self, JournalError> {
        let at = |source| JournalError::Io { path: path.to_owned(), source };
        let file = match step("create the journal", path, || private::create_new(path)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && !resume => {
                return Err(JournalError::Exists { path: path.to_owned() });
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Self::resume(path, Some(plan)),
            made => made.map_err(at)?,
        };
        Self::held(&file, path)?;
        let mut journal = Self::empty(Some(file), path);
        journal.head(plan)?;
        Ok(journal)
    }

    /// Goes on with a journal, whatever the plan was.
    ///
    /// # Errors
    ///
    /// It is none, or cannot be written.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        Self::resume(path, None)
    }

    /// What [`Journal::begin`] would begin or go on with, for a rehearsal: it is only read, and what is done is noted nowhere else.
    ///
    /// # Errors
    ///
    /// Those of a run, as far as they can be told without writing.
    pub fn rehearse(path: &Path, plan: &str, resume: bool) -> Result<Self, JournalError> {
        let at = |source| JournalError::Io { path: path.to_owned(), source };
        if !resume && fs::symlink_metadata(path).is_ok() {
            return Err(JournalError::Exists { path: path.to_owned() });
        }
        match open_plain(path, OpenOptions::new().read(true)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::read_dir(private::parent(path)).map_err(at)?;
                Ok(Self::empty(None, path))
            }
            Err(source) => Err(at(source)),
            Ok(file) => {
                let mut journal = Self::read(file, path, Some(plan))?.0;
                journal.file = None;
                Ok(journal)
            }
        }
    }

    /// Whether nothing is to be written.
    pub(super) fn is_rehearsal(&self) -> bool {
        self.file.is_none()
    }

    fn empty(file: Option<File>, path: &Path) -> Self {
        Journal { file, path: path.to_owned(), entries: Vec::new(), last: HashMap::new() }
    }

    fn resume(path: &Path, plan: Option<&str>) -> Result<Self, JournalError> {
        let at = |source| JournalError::Io { path: path.to_owned(), source };
        let file = open_plain(path, OpenOptions::new().read(true).write(true)).map_err(at)?;
        Self::held(&file, path)?;
        let (mut journal, header, length) = Self::read(file, path, plan)?;
        if let Some(file) = &mut journal.file {
            step("cut the journal", path, || file.set_len(length)).map_err(at)?;
            file.seek(SeekFrom::Start(length)).map_err(at)?;
        }
        if let (None, Some(plan)) = (header, plan) {
            journal.head(plan)?;
        }
        Ok(journal)
    }

    /// What is there: its first line, the others, and how long its whole lines are together.
    fn read(mut file: File, path: &Path, plan: Option<&str>) -> Result<(Self, Option<Header>, u64), JournalError> {
        let at = |source| JournalError::Io { path: path.to_owned(), source };
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(at)?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let mut journal = Self::empty(Some(file), path);
        let mut header: Option<Header> = None;
        for (at, line) in text[..whole].split_inclusive(|byte| *byte == b'\n').enumerate() {
            let foreign = |_| JournalError::Foreign { path: path.to_owned(), line: at + 1 };
            match &header {
                None => header = Some(serde_json::from_slice(line).map_err(foreign)?),
                Some(_) => journal.note(serde_json::from_slice(line).map_err(foreign)?),
            }
        }
        // Only a first line that was cut short is written anew; nothing else is emptied.
        if header.is_none() && !is_torn_head(&text) || header.as_ref().is_some_and(|header| header.schema_version != 1)
        {
            return Err(JournalError::Foreign { path: path.to_owned(), line: 1 });
        }
        if header.as_ref().is_some_and(|header| plan.is_some_and(|plan| header.plan != plan)) {
            return Err(JournalError::OtherPlan { path: path.to_owned() });
        }
        Ok((journal, header, whole as u64))
    }

    // The lock is advice, and not every file system has it.
    fn held(file: &File, path: &Path) -> Result<(), JournalError> {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => Err(JournalError::Busy { path: path.to_owned() }),
            Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
        }
    }

    fn head(&mut self, plan: &str) -> Result<(), JournalError> {
        self.put(&Header::of(plan))?;
        let source = private::sync_dir(private::parent(&self.path));
        source.map_err(|source| JournalError::Io { path: self.path.clone(), source })
    }

    fn put(&mut self, line: &impl Serialize) -> Result<(), JournalError> {
        let Journal { file: Some(file), path, .. } = self else { return Ok(()) };
        let mut write = || {
            let mut text = serde_json::to_vec(line)?;
            text.push(b'\n');
            step("write the journal", path, || file.write_all(&text))?;
            step("flush the journal", path, || file.sync_all())
        };
        write().map_err(|source| JournalError::Io { path: path.clone(), source })
    }

    fn note(&mut self, entry: JournalEntry) {
        self.last.insert(entry.id.clone(), self.entries.len());
        self.entries.push(entry);
    }

    /// Writes a line, which is on the disk when it returns.
    pub(super) fn add(&mut self, entry: JournalEntry) -> Result<(), JournalError> {
        self.put(&entry)?;
        self.note(entry);
        Ok(())
    }

    /// The last line of a config.
    pub fn last(&self, id: &str) -> Option<&JournalEntry> {
        self.entries.get(*self.last.get(id)?)
    }

    /// The configs that are changed, or may be.
    pub fn taken(&self) -> HashSet<String> {
        let is_taken = |entry: &&JournalEntry| matches!(entry.done, Done::Begun | Done::Written | Done::Unchanged);
        self.state().filter(is_taken).map(|entry| entry.id.clone()).collect()
    }

    /// The last line of each config, in the order in which they were written.
    pub fn state(&self) -> impl DoubleEndedIterator<Item = &JournalEntry> {
        let is_last = |(at, entry): &(usize, &JournalEntry)| self.last.get(&entry.id) == Some(at);
        self.entries.iter().enumerate().filter(is_last).map(|(_, entry)| entry)
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        // Closing the file would not free it while a process that was started meanwhile has a copy.
        let _ = self.file.as_ref().map(File::unlock);
    }
}
