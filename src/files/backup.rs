//! Numbered backups in a closed folder beside the config, apart from OpenClaw's own `.bak` ring. Each has a record
//! of what the file was before and after, which is all that `undo` needs to decide whether it may put it back.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::private;
use super::read::Fingerprint;
use super::stage::{Staged, remove_leftovers};

const TOOL: &str = concat!("clawbeat ", env!("CARGO_PKG_VERSION"));

/// Why a backup could not be made or read.
#[derive(Debug, Error)]
pub enum BackupError {
    /// Someone else is changing the same config.
    #[error("another clawbeat is changing this config (lock {}); try again when it is done", path.display())]
    Busy {
        /// The lock file.
        path: PathBuf,
    },
    /// The operating system said no.
    #[error("cannot use the backup {}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

/// What is kept beside a backup. It says nothing about the contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Version of this format.
    pub schema_version: u32,
    /// SHA-256 of the config before the change: of the backup itself.
    pub sha256_before: String,
    /// SHA-256 of the config after the change.
    pub sha256_after: String,
    /// Permission bits before the change, in octal; absent where the system has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// Which version of which tool made it.
    pub tool: String,
    /// Already put back by an `undo`.
    #[serde(default)]
    pub used: bool,
}

/// One backup that is whole: its file and its record.
#[derive(Clone, Debug)]
pub struct Backup {
    /// The old config, byte for byte.
    pub path: PathBuf,
    /// What is known about it.
    pub record: Record,
}

impl Backup {
    /// The permission bits to restore.
    pub fn mode(&self) -> Option<u32> {
        self.record.mode.as_deref().and_then(|octal| u32::from_str_radix(octal, 8).ok())
    }

    /// Notes that this backup has been put back, so that the next `undo` goes further back.
    pub fn mark_used(&mut self) -> Result<(), BackupError> {
        self.record.used = true;
        let path = record_path(&self.path);
        let write = || {
            let mut staged = Staged::beside(&path)?;
            staged.own_as(&fs::metadata(&path)?)?;
            staged.write(&serde_json::to_vec_pretty(&self.record)?)?;
            staged.rename()?;
            private::sync_dir(private::parent(&path))
        };
        write().map_err(|source| BackupError::Io { path: path.clone(), source })
    }

    /// Removes a backup whose change did not happen; best effort, since an unused backup does no harm.
    pub(crate) fn discard(self) {
        let _ = fs::remove_file(record_path(&self.path));
        let _ = fs::remove_file(&self.path);
    }
}

/// The backups of one config, held so that no one else changes it meanwhile.
#[derive(Debug)]
pub struct Store {
    dir: PathBuf,
    name: OsString,
    owner: Metadata,
    lock: Option<File>,
}

impl Store {
    /// The folder that holds the backups of a config.
    pub fn dir_of(config: &Path) -> PathBuf {
        config.with_file_name(".clawbeat").join("backups")
    }

    /// Opens the store of a config (a real path), creating it where there is none, and locks it.
    pub fn open(config: &Path) -> Result<Self, BackupError> {
        let dir = Self::dir_of(config);
        let name = config.file_name().unwrap_or_default().to_owned();
        let at = |path: &Path, source| BackupError::Io { path: path.to_owned(), source };
        let owner = fs::metadata(config).map_err(|e| at(config, e))?;
        let outer = config.with_file_name(".clawbeat");
        private::make_dir(&outer, &owner).map_err(|e| at(&outer, e))?;
        private::make_dir(&dir, &owner).map_err(|e| at(&dir, e))?;
        keep_out_of_git(&outer, &owner);
        let lock_path = dir.join(with_suffix(&name, ".lock"));
        let file = private::open_lock(&lock_path, &owner).map_err(|e| at(&lock_path, e))?;
        let lock = match file.try_lock() {
            Ok(()) => {
                remove_leftovers(private::parent(config), &name);
                remove_leftovers(&dir, &name);
                Some(file)
            }
            Err(TryLockError::WouldBlock) => return Err(BackupError::Busy { path: lock_path }),
            // The lock is advice; a file system without locks still has the check of the hash.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => None,
            Err(TryLockError::Error(error)) => return Err(at(&lock_path, error)),
        };
        Ok(Store { dir, name, owner, lock })
    }

    /// Keeps the bytes that a change is about to replace.
    pub fn save(&self, old: &[u8], after: &Fingerprint) -> Result<Backup, BackupError> {
        let number = self.numbers()?.last().map_or(1, |last| last + 1);
        let path = self.dir.join(with_suffix(&self.name, &format!(".{number:04}")));
        let record = Record {
            schema_version: 1,
            sha256_before: Fingerprint::of(old).sha256,
            sha256_after: after.sha256.clone(),
            mode: private::mode(&self.owner).map(|mode| format!("{mode:04o}")),
            tool: TOOL.to_owned(),
            used: false,
        };
        let backup = Backup { path, record };
        match self.write(&backup, old) {
            Ok(()) => Ok(backup),
            Err(source) => {
                let path = backup.path.clone();
                backup.discard();
                Err(BackupError::Io { path, source })
            }
        }
    }

    /// The backups that are whole, newest first.
    pub fn newest_first(&self) -> Result<Vec<Backup>, BackupError> {
        let whole = |number: &u64| {
            let path = self.dir.join(with_suffix(&self.name, &format!(".{number:04}")));
            let record = serde_json::from_slice(&fs::read(record_path(&path)).ok()?).ok()?;
            path.is_file().then_some(Backup { path, record })
        };
        Ok(self.numbers()?.iter().rev().filter_map(whole).collect())
    }

    // The record last: a backup without one is the trace of a crash and counts for nothing.
    fn write(&self, backup: &Backup, old: &[u8]) -> io::Result<()> {
        private::create_file(&backup.path, old, &self.owner)?;
        let record = serde_json::to_vec_pretty(&backup.record)?;
        private::create_file(&record_path(&backup.path), &record, &self.owner)?;
        private::sync_dir(&self.dir)
    }

    fn numbers(&self) -> Result<Vec<u64>, BackupError> {
        let at = |source| BackupError::Io { path: self.dir.clone(), source };
        let mut numbers = Vec::new();
        for entry in fs::read_dir(&self.dir).map_err(at)? {
            numbers.extend(self.number(&entry.map_err(at)?.file_name()));
        }
        numbers.sort_unstable();
        numbers.dedup();
        Ok(numbers)
    }

    fn number(&self, file_name: &OsStr) -> Option<u64> {
        let rest = file_name.as_encoded_bytes().strip_prefix(self.name.as_encoded_bytes())?;
        let rest = std::str::from_utf8(rest).ok()?.strip_prefix('.')?;
        let digits = rest.strip_suffix(".json").unwrap_or(rest);
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // Closing the file would not free it while a process that was started meanwhile has a copy.
        let _ = self.lock.as_ref().map(File::unlock);
    }
}

fn record_path(backup: &Path) -> PathBuf {
    PathBuf::from(with_suffix(backup.as_os_str(), ".json"))
}

fn with_suffix(name: &OsStr, suffix: &str) -> OsString {
    let mut name = name.to_owned();
    name.push(suffix);
    name
}

// People keep their config in git; its backups hold secrets and should not follow. Best effort: the folder is closed.
fn keep_out_of_git(dir: &Path, owner: &Metadata) {
    let _ = private::create_file(&dir.join(".gitignore"), b"*\n", owner);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backups_are_numbered_closed_and_recorded() {
        let dir = tempfile::tempdir().unwrap();
        let config = dir.path().join("openclaw.json");
        fs::write(&config, "{ token: 'hunter2' }").unwrap();
        let store = Store::open(&config).unwrap();
        let first = store.save(b"{ token: 'hunter2' }", &Fingerprint::of(b"{}")).unwrap();
        let second = store.save(b"{}", &Fingerprint::of(b"[]")).unwrap();
        assert!(first.path.ends_with(".clawbeat/backups/openclaw.json.0001"));
        assert!(second.path.ends_with(".clawbeat/backups/openclaw.json.0002"));
        assert_eq!(fs::read(&first.path).unwrap(), b"{ token: 'hunter2' }");
        let record = fs::read_to_string(record_path(&first.path)).unwrap();
        assert!(!record.contains("hunter2"), "{record}");
        let found = store.newest_first().unwrap();
        assert_eq!(found.iter().map(|b| &b.path).collect::<Vec<_>>(), [&second.path, &first.path]);
        #[cfg(unix)]
        for (path, expected) in [
            (dir.path().join(".clawbeat"), 0o700),
            (Store::dir_of(&config), 0o700),
            (first.path.clone(), 0o600),
            (record_path(&first.path), 0o600),
        ] {
            assert_eq!(private::mode(&fs::metadata(path).unwrap()), Some(expected));
        }
    }

    #[test]
    fn a_backup_without_a_record_counts_for_nothing_but_keeps_its_number() {
        let dir = tempfile::tempdir().unwrap();
        let config = dir.path().join("openclaw.json");
        fs::write(&config, "{}").unwrap();
        let store = Store::open(&config).unwrap();
        fs::write(Store::dir_of(&config).join("openclaw.json.0041"), "{").unwrap();
        fs::write(Store::dir_of(&config).join("openclaw.json.0041.0099"), "other config's").unwrap();
        assert!(store.newest_first().unwrap().is_empty());
        assert!(store.save(b"{}", &Fingerprint::of(b"")).unwrap().path.ends_with("openclaw.json.0042"));
    }

    #[test]
    fn two_stores_of_one_config_exclude_each_other() {
        let dir = tempfile::tempdir().unwrap();
        let config = dir.path().join("openclaw.json");
        fs::write(&config, "{}").unwrap();
        let first = Store::open(&config).unwrap();
        assert!(matches!(Store::open(&config), Err(BackupError::Busy { .. })));
        drop(first);
        Store::open(&config).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_leads_elsewhere_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let config = dir.path().join("openclaw.json");
        fs::write(&config, "{}").unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), dir.path().join(".clawbeat")).unwrap();
        assert!(matches!(Store::open(&config), Err(BackupError::Io { .. })));
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }
}
