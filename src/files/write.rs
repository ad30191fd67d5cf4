//! Replaces a config whole or not at all: the new bytes are on the disk before they take the old file's name, the
//! old ones are kept first, and nothing is written to a file that is not the one that was read.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::attributes::Lost;
use super::backup::{BackupError, Store};
use super::read::{Fingerprint, Loaded, MAX_BYTES, ReadError, TextSource, open_plain, read_plain, read_regular};
use super::stage::Staged;
use super::{Env, private, set};

/// Why a config was not changed.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The operator has said that this config is made elsewhere.
    #[error("{variable} is set: this config is managed elsewhere; change it at its source")]
    Managed {
        /// The variable that says so.
        variable: &'static str,
    },
    /// The text came from standard input.
    #[error("standard input cannot be written back; name a file")]
    Stdin,
    /// The file is gone or no longer a regular file.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The file may not be written.
    #[error("{} is read-only; make it writable first if the change is meant", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// The directory may not be written, so that no new file can take the old one's place.
    #[error("the directory {} is read-only; a config is replaced whole and needs a writable one", path.display())]
    ReadOnlyDirectory {
        /// The directory.
        path: PathBuf,
    },
    /// The file is not the one that was read.
    #[error("{} changed since it was read; nothing was written, run the command again", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// The new file could not be given the old one's owner.
    #[error("cannot keep the owner of {} ({source}); run as its owner", path.display())]
    Owner {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The new file could not be given an extended attribute or access control list of the old one.
    #[error("cannot keep the attribute '{name}' of {} ({source}); nothing was written, run as its owner or root", path.display())]
    Attribute {
        /// The file.
        path: PathBuf,
        /// The attribute.
        name: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file is a mount point of its own, as in a container.
    #[error("{} is mounted as a single file and cannot be replaced; mount its directory instead", path.display())]
    Mounted {
        /// The file.
        path: PathBuf,
    },
    /// No backup, no change.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The new file is in place, but may not be after a loss of power.
    #[error("{} was changed, but its directory could not be flushed ({source}); clawbeat undo puts the old file back", path.display())]
    NotFlushed {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The operating system said no.
    #[error("cannot write {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteOutcome {
    /// The file holds the new text.
    Written {
        /// The old text.
        backup: PathBuf,
        /// How many older backups were removed.
        pruned: usize,
        /// How many further names (hard links) the old file has, which still lead to the old text.
        other_names: u64,
    },
    /// The file held the new text already; nothing was touched.
    Unchanged,
}

/// How a change is written.
#[derive(Clone, Copy)]
pub struct WriteTerms<'a> {
    /// The environment.
    pub env: Env<'a>,
    /// The command that changes the file, for the backup's record.
    pub command: &'a str,
    /// How many backups stay; the one that is made always does.
    pub keep_backups: usize,
}

/// Refuses what `replace` would refuse, as far as that can be told without writing. Says whether the file holds `text`
/// already.
pub fn check(loaded: &Loaded, text: &str, env: Env<'_>) -> Result<bool, WriteError> {
    let TextSource::File { given, real, .. } = &loaded.source else { return Err(WriteError::Stdin) };
    refuse_managed(env)?;
    // A link that has been pointed elsewhere since names another file.
    if fs::canonicalize(given).ok().as_ref() != Some(real) {
        return Err(WriteError::Changed { path: given.clone() });
    }
    let done = holds(&read_regular(real, MAX_BYTES)?, loaded, text, real)?;
    if !done {
        refuse_read_only(real)?;
    }
    Ok(done)
}

/// Puts `text` in the place of the file that `loaded` was read from, keeping a backup.
pub fn replace(loaded: &Loaded, text: &str, terms: WriteTerms<'_>) -> Result<WriteOutcome, WriteError> {
    // Asked before the lock so that a refusal leaves no folder behind, and again under it.
    if check(loaded, text, terms.env)? {
        return Ok(WriteOutcome::Unchanged);
    }
    let TextSource::File { real, .. } = &loaded.source else { return Err(WriteError::Stdin) };
    let store = Store::open(real)?;
    let old = read_regular(real, MAX_BYTES)?;
    if holds(&old, loaded, text, real)? {
        return Ok(WriteOutcome::Unchanged);
    }
    let other_names = other_names(real);
    let saved = store.save(&old, text.as_bytes(), terms.command)?;
    match swap(real, &loaded.fingerprint.sha256, text.as_bytes(), None) {
        Ok(()) => {
            let backup = saved.keep().path;
            // The change is made; a backup too many does no harm.
            let pruned = store.prune(terms.keep_backups).unwrap_or_default();
            Ok(WriteOutcome::Written { backup, pruned, other_names })
        }
        Err(error) => {
            // The rename may have happened and only its flush failed: then the way back is still needed.
            let unchanged = || read_regular(real, MAX_BYTES).is_ok_and(|now| now == old);
            if !matches!(error, WriteError::Changed { .. }) && !unchanged() {
                saved.keep();
            }
            Err(error)
        }
    }
}

/// Whether the bytes that were `found` are the new text already; refused where they are not the old one either.
fn holds(found: &[u8], loaded: &Loaded, text: &str, real: &Path) -> Result<bool, WriteError> {
    match Fingerprint::of(found) {
        _ if found == text.as_bytes() => Ok(true),
        found if found == loaded.fingerprint => Ok(false),
        _ => Err(WriteError::Changed { path: real.to_owned() }),
    }
}

/// How many names a file has beside this one.
fn other_names(real: &Path) -> u64 {
    #[cfg(unix)]
    return fs::metadata(real).map_or(0, |metadata| std::os::unix::fs::MetadataExt::nlink(&metadata).saturating_sub(1));
    #[cfg(not(unix))]
    return {
        let _ = real;
        0
    };
}

/// Refuses where the operator has said that OpenClaw itself must not write.
pub(crate) fn refuse_managed(env: Env<'_>) -> Result<(), WriteError> {
    for variable in ["OPENCLAW_CONFIG_READONLY", "OPENCLAW_NIX_MODE"] {
        let value = set(env, variable).unwrap_or_default();
        if matches!(value.to_ascii_lowercase().as_str(), "1" | "true" | "yes" | "on") {
            return Err(WriteError::Managed { variable });
        }
    }
    Ok(())
}

/// Refuses a file or directory that is marked read-only, even for root, whom the marks do not stop.
pub(crate) fn refuse_read_only(real: &Path) -> Result<(), WriteError> {
    let io_at = |source| WriteError::Io { path: real.to_owned(), source };
    let read_only = || WriteError::ReadOnly { path: real.to_owned() };
    // WebAssembly's system tells no marks: to it all would look read-only.
    if cfg!(not(target_os = "wasi")) && fs::metadata(real).map_err(io_at)?.permissions().readonly() {
        return Err(read_only());
    }
    // Found out by the rename, it would be too late: the new file would stay behind under its temporary name.
    if is_mount_point(real) {
        return Err(WriteError::Mounted { path: real.to_owned() });
    }
    let dir = private::parent(real);
    // On Windows the mark on a directory means something else.
    if cfg!(unix) && fs::metadata(dir).map_err(io_at)?.permissions().readonly() {
        return Err(WriteError::ReadOnlyDirectory { path: dir.to_owned() });
    }
    // A rename asks only the directory; whether the file itself may be written, opening it tells.
    match OpenOptions::new().write(true).open(real) {
        Ok(_) => Ok(()),
        Err(error) => Err(match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => read_only(),
            _ => io_at(error),
        }),
    }
}

/// Puts `bytes` in the place of a file that still has the hash `expected`, keeping owner and mode unless one is given.
pub(crate) fn swap(real: &Path, expected: &str, bytes: &[u8], mode: Option<u32>) -> Result<(), WriteError> {
    let path = || real.to_owned();
    let io_at = |source| WriteError::Io { path: path(), source };
    let old = fs::metadata(real).map_err(io_at)?;
    let mut staged = Staged::beside(real).map_err(io_at)?;
    staged.own_as(&old).map_err(|source| match source.kind() {
        io::ErrorKind::PermissionDenied => WriteError::Owner { path: path(), source },
        _ => io_at(source),
    })?;
    let old_file = open_plain(real, OpenOptions::new().read(true)).map_err(io_at)?;
    let kept = staged.attributes_of(&old_file).map_err(io_at)?;
    kept.map_err(|Lost { name, source }| WriteError::Attribute { path: path(), name, source })?;
    // After the access control list, whose mask is the bits of the group.
    if let Some(mode) = mode.or(private::mode(&old)) {
        staged.set_mode(mode).map_err(io_at)?;
    }
    // On the disk before the last look, so that between the look and the rename nothing slow happens.
    staged.write(bytes).map_err(io_at)?;
    let is_expected =
        |path: &Path| read_plain(path, MAX_BYTES).is_ok_and(|bytes| Fingerprint::of(&bytes).sha256 == expected);
    if !is_expected(real) {
        return Err(WriteError::Changed { path: path() });
    }
    match staged.take_over(&is_expected) {
        Ok(true) => {}
        Ok(false) => return Err(WriteError::Changed { path: path() }),
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Err(WriteError::Changed { path: path() }),
        Err(source) if source.kind() == io::ErrorKind::ResourceBusy => {
            return Err(WriteError::Mounted { path: path() });
        }
        Err(source) => return Err(io_at(source)),
    }
    private::sync_dir(private::parent(real)).map_err(|source| WriteError::NotFlushed { path: path(), source })
}

fn is_mount_point(real: &Path) -> bool {
    let Some(real) = real.to_str() else { return false };
    // How the kernel writes the characters that separate its fields.
    let escaped = real.replace('\\', r"\134").replace(' ', r"\040").replace('\t', r"\011").replace('\n', r"\012");
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    mounts.lines().any(|line| line.split(' ').nth(4) == Some(&escaped))
}

#[cfg(test)]
mod faults;
#[cfg(test)]
mod races;
#[cfg(test)]
pub(super) mod tests;
#[cfg(test)]
mod unsynced;
