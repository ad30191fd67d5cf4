//! Puts back the file before the last `apply`, byte for byte. Where something else has changed it since, the caller says
//! how the change is taken back out of what is there now, or that the whole file comes back all the same. A backup that has been put back is marked, so that a second `undo` goes one further back.

use std::fs;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::backup::{Backup, Saved, Store};
use super::read::{Fingerprint, MAX_BYTES, ReadError, read_plain, read_regular};
use super::write::{WriteError, refuse_managed, refuse_read_only, swap};
use super::{Env, private};

/// Why nothing was put back. The config holds what it held.
#[derive(Debug, Error)]
pub enum UndoError {
    /// No backup that is not used up.
    #[error("nothing to undo for {}. (Included files have their own undo: clawbeat undo FILE)", path.display())]
    Nothing {
        /// The config.
        path: PathBuf,
    },
    /// Someone has changed the file since, and what the change was cannot be told or taken back out.
    #[error(
        "{} changed after apply, and {why}. To restore the backup anyway: cp {} {} (or clawbeat undo --force)",
        path.display(),
        backup.display(),
        path.display()
    )]
    Changed {
        /// The config.
        path: PathBuf,
        /// The backup.
        backup: PathBuf,
        /// Why the change is not taken back out.
        why: String,
    },
    /// The backup is not what was kept.
    #[error("the backup {} is damaged: its hash is not the recorded one", backup.display())]
    Damaged {
        /// The backup.
        backup: PathBuf,
    },
    /// The backup is not the file that was kept.
    #[error(
        "the backup {} is a copy or came with a checkout: it is not the file that an apply kept here; look at it, and put it back by hand if it is right",
        backup.display()
    )]
    Foreign {
        /// The backup.
        backup: PathBuf,
    },
    /// The last change is another than the one that was asked about.
    #[error(
        "{}: its last change is not the one that was asked about, or the backup is gone; look at clawbeat undo --list",
        path.display()
    )]
    Another {
        /// The config.
        path: PathBuf,
    },
    /// The file could not be replaced.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// A change that was undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// The config that was put back.
    pub path: PathBuf,
    /// The backup it came from.
    pub backup: PathBuf,
    /// Later edits are still there: only what the change had touched was put back.
    pub merged: bool,
}

/// The texts of a file that was edited after a change.
#[derive(Clone, Copy, Debug)]
pub struct Versions<'a> {
    /// Before the change.
    pub before: &'a str,
    /// After it.
    pub after: &'a str,
    /// With the later edits.
    pub now: &'a str,
}

/// What to do where a file was edited after the change.
#[derive(Clone, Copy)]
pub enum Edited<'a> {
    /// Write what this makes of it; its error says why there is no such text.
    Merge(&'a dyn Fn(Versions<'_>) -> Result<String, String>),
    /// Put back the whole file. A backup of the edited one is kept, which a further `undo` puts back.
    Force,
}

/// Puts back the config at `path` as it was before the last change that is not yet undone.
pub fn undo(path: &Path, env: Env<'_>, edited: Edited<'_>) -> Result<Undone, UndoError> {
    undo_one(path, env, edited, &|_| true)
}

/// The same only if that change is one that is meant: another that was made since is left alone.
pub(super) fn undo_one(
    path: &Path,
    env: Env<'_>,
    edited: Edited<'_>,
    is_meant: &dyn Fn(&Backup) -> bool,
) -> Result<Undone, UndoError> {
    let at = |source| WriteError::Read(ReadError::Io { path: path.to_owned(), source });
    refuse_managed(env)?;
    let real = fs::canonicalize(path).map_err(at)?;
    let before = read_regular(&real, MAX_BYTES).map_err(WriteError::from)?;
    if fs::symlink_metadata(Store::dir_of(&real)).is_err() {
        return Err(UndoError::Nothing { path: path.to_owned() });
    }
    refuse_read_only(&real)?;
    let store = Store::open(&real).map_err(WriteError::from)?;
    let current = Fingerprint::of(&before).sha256;
    let backups = store.newest_first().map_err(WriteError::from)?;
    let mut backup = choose(backups, path, &current)?;
    if !is_meant(&backup) {
        return Err(UndoError::Another { path: path.to_owned() });
    }
    let old = read_plain(&backup.path, MAX_BYTES).map_err(WriteError::from)?;
    if Fingerprint::of(&old).sha256 != backup.record.sha256_before {
        return Err(UndoError::Damaged { backup: backup.path });
    }
    let is_edited = backup.record.sha256_after != current;
    let (text, saved) = match edited {
        _ if !is_edited => (old, None),
        Edited::Force => {
            let saved = store.save(&before, &old, "undo --force").map_err(WriteError::from)?;
            (old, Some(saved))
        }
        Edited::Merge(merge) => {
            let changed = |why| UndoError::Changed { path: path.to_owned(), backup: backup.path.clone(), why };
            let (old, now) = (String::from_utf8_lossy(&old), String::from_utf8_lossy(&before));
            let unknown = || changed("its backup does not say what apply wrote".to_owned());
            let after = backup.after(&old).ok_or_else(unknown)?;
            let merged = merge(Versions { before: &old, after: &after, now: &now }).map_err(changed)?;
            (merged.into_bytes(), None)
        }
    };
    let merged = is_edited && saved.is_none();
    let now = private::mode(&fs::metadata(&real).map_err(at)?);
    let mode = now.filter(|_| !merged).and_then(|now| backup.mode(now));
    swap(&real, &current, &text, mode)?;
    saved.map(Saved::keep);
    backup.mark_used().map_err(WriteError::from)?;
    Ok(Undone { path: path.to_owned(), backup: backup.path, merged })
}

// A backup that equals the file is of a change that never happened or is undone already: look further back.
// One that was not made here is nobody's: it may be an attempt to have the file replaced.
fn choose(backups: Vec<Backup>, path: &Path, current: &str) -> Result<Backup, UndoError> {
    let open = backups.into_iter().filter(|backup| !backup.record.used && backup.record.sha256_before != current);
    let (ours, foreign): (Vec<_>, Vec<_>) = open.partition(Backup::is_ours);
    match ours.into_iter().next() {
        None => Err(match foreign.into_iter().next() {
            Some(Backup { path: backup, .. }) => UndoError::Foreign { backup },
            None => UndoError::Nothing { path: path.to_owned() },
        }),
        Some(backup) => Ok(backup),
    }
}

#[cfg(test)]
mod tests;
