//! What lies in the folder of backups: files with a number and a record each. The folder may have come with a checkout,
//! so nothing in it is trusted: no link is followed, no pipe or device opened, and what is too large counts for nothing.

use std::ffi::{OsStr, OsString};
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::BackupError;
use super::spans::{self, ReplacedSpan};
use crate::files::private;
use crate::files::read::{Fingerprint, read_plain};
use crate::files::stage::Staged;

/// The largest number of a backup. A file of a larger number is not one of ours.
pub(super) const MAX_NUMBER: u32 = 999_999;

/// The largest record that is read, in bytes; one is about 300 long, and holds the lines that the change wrote.
const MAX_RECORD: u64 = 256 << 10;

/// What is kept beside a backup. Of the contents it holds only the lines that the change wrote.
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
    /// The command that made it, as `apply`; absent in older records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// What tells the backup from every copy of it (see [`Backup::is_ours`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The lines that the change replaced, and by what; absent in older records and where that is much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Vec<ReplacedSpan>>,
    /// Already put back by an `undo`.
    #[serde(default)]
    pub used: bool,
}

/// One backup that is whole: its file and its record.
#[derive(Clone, Debug)]
pub struct Backup {
    /// Its number, from 1; a larger one is newer.
    pub number: u32,
    /// The old config, byte for byte.
    pub path: PathBuf,
    /// What is known about it.
    pub record: Record,
}

impl Backup {
    /// The permission bits to restore on a file that has the bits `now`. A record cannot let others write who cannot now.
    pub fn mode(&self, now: u32) -> Option<u32> {
        let recorded = u32::from_str_radix(self.record.mode.as_deref()?, 8).ok()?;
        Some(recorded & 0o777 & !(0o022 & !now))
    }

    /// Whether it is the file that was kept here, and not one that came with a checkout or an archive: these bring the
    /// bytes and a record, but no file under the recorded number, last changed at the recorded nanosecond.
    pub fn is_ours(&self) -> bool {
        let now = fs::symlink_metadata(&self.path).ok().and_then(|metadata| identity(&metadata));
        now.is_some() && now == self.record.file
    }

    /// Takes it for ours, as on a disk that is modelled by a copy.
    #[cfg(test)]
    pub(in crate::files) fn claim(&mut self) {
        self.record.file = fs::symlink_metadata(&self.path).ok().and_then(|metadata| identity(&metadata));
        fs::write(record_path(&self.path), serde_json::to_vec_pretty(&self.record).unwrap()).unwrap();
    }

    /// When it was made and how many bytes it has.
    pub fn made(&self) -> io::Result<(SystemTime, u64)> {
        let metadata = fs::symlink_metadata(&self.path)?;
        Ok((metadata.modified()?, metadata.len()))
    }

    /// Notes that this backup has been put back, so that the next `undo` goes further back.
    pub fn mark_used(&mut self) -> Result<(), BackupError> {
        self.record.used = true;
        let path = record_path(&self.path);
        let write = || {
            let mut staged = Staged::beside(&path)?;
            staged.own_as(&fs::symlink_metadata(&path)?)?;
            staged.write(&serde_json::to_vec_pretty(&self.record)?)?;
            staged.rename()?;
            private::sync_dir(private::parent(&path))
        };
        write().map_err(|source| BackupError::Io { path: path.clone(), source })
    }

    /// The text that the change left, made again from the one before it; `None` where the record does not tell.
    pub fn after(&self, before: &str) -> Option<String> {
        let after = spans::replaced(before, self.record.changed.as_ref()?)?;
        (Fingerprint::of(after.as_bytes()).sha256 == self.record.sha256_after).then_some(after)
    }

    /// Removes it. The record last, so that what an interruption leaves behind is what clawbeat itself wrote.
    pub(super) fn remove(&self) -> io::Result<()> {
        fs::remove_file(&self.path)?;
        fs::remove_file(record_path(&self.path))
    }
}

/// What a file system says of a file that nobody can give to a copy: its number and the moment of its last change; where
/// there are none, the moment at which it was made.
pub(in crate::files) fn identity(metadata: &Metadata) -> Option<String> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        Some(format!("{} {}.{:09}", metadata.ino(), metadata.ctime(), metadata.ctime_nsec()))
    }
    #[cfg(not(unix))]
    {
        let since = metadata.created().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        Some(since.as_nanos().to_string())
    }
}

/// The file of a backup.
pub(super) fn path_of(dir: &Path, config: &OsStr, number: u32) -> PathBuf {
    dir.join(with_suffix(config, &format!(".{number:04}")))
}

/// The file of its record.
pub(super) fn record_path(backup: &Path) -> PathBuf {
    PathBuf::from(with_suffix(backup.as_os_str(), ".json"))
}

/// The backups of a config that are whole, newest first.
pub(super) fn newest_first(dir: &Path, config: &OsStr) -> Result<Vec<Backup>, BackupError> {
    let whole = |&number: &u32| {
        let path = path_of(dir, config, number);
        let record: Record = serde_json::from_slice(&read_plain(&record_path(&path), MAX_RECORD).ok()?).ok()?;
        let is_plain = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file());
        is_plain.then_some(Backup { number, path, record })
    };
    Ok(numbers(dir, config)?.iter().rev().filter_map(whole).collect())
}

/// The numbers that are taken, in order.
pub(super) fn numbers(dir: &Path, config: &OsStr) -> Result<Vec<u32>, BackupError> {
    let at = |source| BackupError::Io { path: dir.to_owned(), source };
    let mut numbers = Vec::new();
    for entry in fs::read_dir(dir).map_err(at)? {
        numbers.extend(number(config, &entry.map_err(at)?.file_name()));
    }
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers)
}

fn number(config: &OsStr, file_name: &OsStr) -> Option<u32> {
    let rest = file_name.as_encoded_bytes().strip_prefix(config.as_encoded_bytes())?;
    let rest = std::str::from_utf8(rest).ok()?.strip_prefix('.')?;
    let digits = rest.strip_suffix(".json").unwrap_or(rest);
    let number: u32 = digits.parse().ok()?;
    // As we write it, and not as '+1' or '00001'.
    (format!("{number:04}") == digits && (1..=MAX_NUMBER).contains(&number)).then_some(number)
}

pub(super) fn with_suffix(name: &OsStr, suffix: &str) -> OsString {
    let mut name = name.to_owned();
    name.push(suffix);
    name
}
