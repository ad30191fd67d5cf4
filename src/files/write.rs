//! Replaces a config whole or not at all: the new bytes are on the disk before they take the old file's name, the
//! old ones are kept first, and nothing is written to a file that is not the one that was read.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::backup::{BackupError, Store};
use super::read::{Fingerprint, Loaded, MAX_BYTES, ReadError, Source, read_regular};
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
pub enum Outcome {
    /// The file holds the new text.
    Written {
        /// The old text.
        backup: PathBuf,
    },
    /// The file held the new text already; nothing was touched.
    Unchanged,
}

/// Puts `text` in the place of the file that `loaded` was read from, keeping a backup.
pub fn replace(loaded: &Loaded, text: &str, env: Env<'_>) -> Result<Outcome, WriteError> {
    let Source::File { given, real, .. } = &loaded.source else { return Err(WriteError::Stdin) };
    let new = Fingerprint::of(text.as_bytes());
    refuse_managed(env)?;
    // A link that has been pointed elsewhere since names another file.
    if fs::canonicalize(given).ok().as_ref() != Some(real) {
        return Err(WriteError::Changed { path: given.clone() });
    }
    let decide = |found: &[u8]| match Fingerprint::of(found) {
        found if found == new => Ok(true),
        found if found == loaded.fingerprint => Ok(false),
        _ => Err(WriteError::Changed { path: real.clone() }),
    };
    // Asked before the lock so that a refusal leaves no folder behind, and again under it.
    if decide(&read_regular(real, MAX_BYTES)?)? {
        return Ok(Outcome::Unchanged);
    }
    refuse_read_only(real)?;
    let store = Store::open(real)?;
    let old = read_regular(real, MAX_BYTES)?;
    if decide(&old)? {
        return Ok(Outcome::Unchanged);
    }
    let backup = store.save(&old, &new)?;
    match swap(real, &loaded.fingerprint.sha256, text.as_bytes(), None) {
        Ok(()) => Ok(Outcome::Written { backup: backup.path }),
        Err(error) => {
            // The rename may have happened and only its flush failed: then the way back is still needed.
            if read_regular(real, MAX_BYTES).is_ok_and(|now| now == old) {
                backup.discard();
            }
            Err(error)
        }
    }
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
    if fs::metadata(real).map_err(io_at)?.permissions().readonly() {
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
    if let Some(mode) = mode.or(private::mode(&old)) {
        staged.set_mode(mode).map_err(io_at)?;
    }
    // On the disk before the last look, so that between the look and the rename nothing slow happens.
    staged.write(bytes).map_err(io_at)?;
    if Fingerprint::of(&read_regular(real, MAX_BYTES)?).sha256 != expected {
        return Err(WriteError::Changed { path: path() });
    }
    staged.rename().map_err(|source| match source.kind() {
        io::ErrorKind::ResourceBusy => WriteError::Mounted { path: path() },
        _ => io_at(source),
    })?;
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
mod tests;
