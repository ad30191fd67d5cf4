//! Numbered backups in a closed folder beside the config, apart from OpenClaw's own `.bak` ring. Each has a record
//! of what the file was before and after, which is all that `undo` needs to decide whether it may put it back.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use self::kept::MAX_NUMBER;
pub use self::kept::{Backup, Record};
use super::private::{self, Created};
use super::read::Fingerprint;
use super::stage::remove_leftovers;
use super::step::step;

mod kept;
mod spans;

pub(super) const TOOL: &str = concat!("clawbeat ", env!("CARGO_PKG_VERSION"));

/// Why a backup could not be made or read.
#[derive(Debug, Error)]
pub enum BackupError {
    /// Someone else is changing the same config.
    #[error("another clawbeat is changing this config (lock {}); try again when it is done", path.display())]
    Busy {
        /// The lock file.
        path: PathBuf,
    },
    /// No number is left.
    #[error("{} has the highest number a backup can have; move it away if it is not needed", path.display())]
    Full {
        /// The newest backup.
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
        let lock_path = dir.join(kept::with_suffix(&name, ".lock"));
        let file = private::open_lock(&lock_path, &owner).map_err(|e| at(&lock_path, e))?;
        let taken = step("take the lock", &lock_path, || match file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        });
        let lock = match taken {
            Ok(true) => {
                remove_leftovers(private::parent(config), &name);
                remove_leftovers(&dir, &name);
                Some(file)
            }
            Ok(false) => return Err(BackupError::Busy { path: lock_path }),
            // The lock is advice; a file system without locks still has the check of the hash.
            Err(error) if has_no_locks(&error) => None,
            Err(error) => return Err(at(&lock_path, error)),
        };
        Ok(Store { dir, name, owner, lock })
    }

    /// Keeps the bytes that a change is about to replace. It goes away again unless it is kept.
    pub(crate) fn save(&self, old: &[u8], new: &[u8], command: &str) -> Result<Saved, BackupError> {
        let record = Record {
            schema_version: 1,
            sha256_before: Fingerprint::of(old).sha256,
            sha256_after: Fingerprint::of(new).sha256,
            mode: private::mode(&self.owner).map(|mode| format!("{mode:04o}")),
            tool: TOOL.to_owned(),
            command: Some(command.to_owned()),
            file: None,
            changed: spans::between(old, new),
            used: false,
        };
        let last = kept::numbers(&self.dir, &self.name)?.last().copied().unwrap_or_default();
        for number in last + 1..=MAX_NUMBER {
            let path = kept::path_of(&self.dir, &self.name, number);
            match self.write(&path, old, &record) {
                Ok((record, files)) => return Ok(Saved { backup: Backup { number, path, record }, files }),
                // Someone else took the number since: where locks do not work, another run.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(source) => return Err(BackupError::Io { path, source }),
            }
        }
        Err(BackupError::Full { path: kept::path_of(&self.dir, &self.name, last) })
    }

    /// The backups that are whole, newest first.
    pub fn newest_first(&self) -> Result<Vec<Backup>, BackupError> {
        kept::newest_first(&self.dir, &self.name)
    }

    /// Removes all but `keep` backups, and says how many that were: first those that are put back already, then the
    /// oldest. The newest always stays, since it is what the next `undo` needs. Without a lock nothing is removed, for
    /// another run may need it.
    pub(crate) fn prune(&self, keep: usize) -> Result<usize, BackupError> {
        if self.lock.is_none() {
            return Ok(0);
        }
        let mut backups = self.newest_first()?;
        // Stable: among the used and the unused the newest stay first.
        backups.sort_by_key(|backup| backup.record.used);
        Ok(backups.iter().skip(keep.max(1)).filter(|backup| backup.remove().is_ok()).count())
    }

    // The record last: a backup without one is the trace of a crash and counts for nothing.
    fn write(&self, path: &Path, old: &[u8], record: &Record) -> io::Result<(Record, [Created; 2])> {
        let backup = Created::new(path, old, &self.owner)?;
        let record = Record { file: kept::identity(&fs::symlink_metadata(path)?), ..record.clone() };
        let written = Created::new(&kept::record_path(path), &serde_json::to_vec_pretty(&record)?, &self.owner)?;
        private::sync_dir(&self.dir)?;
        Ok((record, [backup, written]))
    }
}

/// A backup that this run has made. With this value it goes away, for its change did not happen.
#[derive(Debug)]
pub(crate) struct Saved {
    /// The backup.
    pub(crate) backup: Backup,
    files: [Created; 2],
}

impl Saved {
    /// Lets it stay.
    pub(crate) fn keep(self) -> Backup {
        self.files.into_iter().for_each(Created::keep);
        self.backup
    }
}

/// The backups of a config (a real path) that are whole, newest first. Makes nothing and asks for no lock.
pub fn list(config: &Path) -> Result<Vec<Backup>, BackupError> {
    let dir = Store::dir_of(config);
    for folder in [config.with_file_name(".clawbeat"), dir.clone()] {
        let at = |source| BackupError::Io { path: folder.clone(), source };
        match fs::symlink_metadata(&folder) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(at(private::not_a_folder())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(at(error)),
        }
    }
    kept::newest_first(&dir, config.file_name().unwrap_or_default())
}

impl Drop for Store {
    fn drop(&mut self) {
        // Closing the file would not free it while a process that was started meanwhile has a copy.
        let _ = self.lock.as_ref().map(File::unlock);
    }
}

/// Whether a file system has no locks at all, as some network and container mounts.
fn has_no_locks(error: &io::Error) -> bool {
    #[cfg(unix)]
    if error.raw_os_error() == Some(rustix::io::Errno::NOLCK.raw_os_error()) {
        return true;
    }
    error.kind() == io::ErrorKind::Unsupported
}

// People keep their config in git; its backups hold secrets and should not follow. Best effort: the folder is closed.
fn keep_out_of_git(dir: &Path, owner: &Metadata) {
    if let Ok(file) = Created::new(&dir.join(".gitignore"), b"*\n", owner) {
        file.keep();
    }
}

#[cfg(test)]
mod tests;
