//! Many files changed one after the other, and put back: each by itself as [`replace`] does it, and written down in a
//! [`Journal`], so that a run that ended anywhere goes on, and all of it can be taken back.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::Env;
use super::backup::{self, Backup, Store};
use super::journal::{Done, Journal, JournalEntry, JournalError};
use super::read::{Fingerprint, Loaded, MAX_BYTES, read_regular};
use super::undo::{Edited, UndoError, Versions, undo_one};
use super::write::{WriteOutcome, WriteTerms, check, replace};

/// What is to be done to a config, as it is found.
pub enum Ready {
    /// The file and its new text.
    Open(Box<Loaded>, String),
    /// It holds the change.
    Done,
    /// It is left as it is, and why.
    Refused(String),
}

/// How a run goes on.
pub struct Course<'a> {
    /// The most files that are changed.
    pub most: Option<u64>,
    /// Asked before each file; nothing is begun once it says so.
    pub stop: &'a dyn Fn() -> bool,
    /// Hears what became of each config.
    pub told: &'a mut dyn FnMut(&JournalEntry),
}

/// Changes each config of which the journal does not say that it is changed; `ready` looks at it then. Whether all were
/// looked at. In a rehearsal each is taken for changed that could be, and none is.
///
/// # Errors
///
/// Those of the journal. The file that it was about is the old one or the new one, and the journal says `begun`.
pub fn change<T>(
    journal: &mut Journal,
    configs: impl IntoIterator<Item = (String, T)>,
    ready: &mut dyn FnMut(T) -> Ready,
    terms: WriteTerms<'_>,
    course: Course<'_>,
) -> Result<bool, JournalError> {
    let (mut changed, mut tried) = (0, HashMap::new());
    for (id, config) in configs {
        let last = journal.last(&id).cloned();
        if matches!(&last, Some(JournalEntry { done: Done::Written | Done::Unchanged, .. })) {
            continue;
        }
        if course.most == Some(changed) || (course.stop)() {
            return Ok(false);
        }
        let begun = last.filter(|last| last.done == Done::Begun);
        let entry = match (ready(config), begun) {
            (Ready::Open(loaded, text), _) => change_one(journal, &id, &loaded, &text, (terms, &mut tried))?,
            (Ready::Done, Some(begun)) if backup_of(&begun).is_some() => {
                let backup = backup_of(&begun).map(|backup| backup.path);
                if !journal.is_rehearsal() {
                    tidy(&begun);
                }
                JournalEntry { done: Done::Written, backup, ..begun }
            }
            (Ready::Done, _) => JournalEntry::of(&id, Done::Unchanged, None),
            // Whether its change was made before somebody edited it, nobody knows: the journal still says 'begun'.
            (Ready::Refused(error), Some(_)) => {
                (course.told)(&JournalEntry::of(&id, Done::Refused, Some(error)));
                continue;
            }
            (Ready::Refused(error), None) => JournalEntry::of(&id, Done::Refused, Some(error)),
        };
        journal.add(entry.clone())?;
        changed += u64::from(entry.done == Done::Written);
        (course.told)(&entry);
    }
    Ok(true)
}

fn change_one(
    journal: &mut Journal,
    id: &str,
    loaded: &Loaded,
    text: &str,
    (terms, tried): (WriteTerms<'_>, &mut HashMap<PathBuf, String>),
) -> Result<JournalEntry, JournalError> {
    let refused = |error: String| JournalEntry::of(id, Done::Refused, Some(error));
    let Some(real) = loaded.source.real() else { return Ok(refused("standard input cannot be changed".to_owned())) };
    if real.to_str().is_none() {
        return Ok(refused(format!("the path {} is not UTF-8, so the journal cannot hold it", real.display())));
    }
    let begun = JournalEntry {
        file: Some(real.to_owned()),
        sha256_before: Some(loaded.fingerprint.sha256.clone()),
        sha256_after: Some(Fingerprint::of(text.as_bytes()).sha256),
        ..JournalEntry::of(id, Done::Begun, None)
    };
    journal.add(begun.clone())?;
    if journal.is_rehearsal() {
        return Ok(match try_one(real, loaded, text, (terms.env, tried)) {
            Ok(done) => JournalEntry { done, ..begun },
            Err(error) => JournalEntry { done: Done::Refused, error: Some(error), ..begun },
        });
    }
    Ok(match replace(loaded, text, terms) {
        Ok(WriteOutcome::Written { backup, .. }) => JournalEntry { done: Done::Written, backup: Some(backup), ..begun },
        Ok(WriteOutcome::Unchanged) => JournalEntry { done: Done::Unchanged, ..begun },
        Err(error) => {
            // What failed may have failed after the new file took its name.
            let is_new = hash(real).is_some_and(|now| Some(now) == begun.sha256_after);
            let backup = backup_of(&begun).filter(|_| is_new).map(|backup| backup.path);
            let done = if backup.is_some() { Done::Written } else { Done::Refused };
            JournalEntry { done, backup, error: Some(error.to_string()), ..begun }
        }
    })
}

/// What would become of a file. One that several configs include is another file once the first has changed it.
fn try_one(
    real: &Path,
    loaded: &Loaded,
    text: &str,
    (env, tried): (Env<'_>, &mut HashMap<PathBuf, String>),
) -> Result<Done, String> {
    let after = Fingerprint::of(text.as_bytes()).sha256;
    match tried.get(real) {
        Some(before) if *before == after => return Ok(Done::Unchanged),
        Some(_) => return Err(format!("{} is changed by a plan before this one", real.display())),
        None => {}
    }
    match check(loaded, text, env) {
        Ok(true) => Ok(Done::Unchanged),
        Ok(false) => {
            tried.insert(real.to_owned(), after);
            Ok(Done::Written)
        }
        Err(error) => Err(error.to_string()),
    }
}

/// How an edited file gets its change taken back out: its path and its texts, to the text to write.
pub type Merge<'a> = &'a dyn Fn(&Path, Versions<'_>) -> Result<String, String>;

/// Puts back each file that the journal says was changed, the last one first. Whether all were looked at. One that is
/// refused is told, and is in the journal what it was.
///
/// # Errors
///
/// Those of the journal.
pub fn take_back(
    journal: &mut Journal,
    merge: Merge<'_>,
    env: Env<'_>,
    course: Course<'_>,
) -> Result<bool, JournalError> {
    let is_changed = |entry: &&JournalEntry| matches!(entry.done, Done::Begun | Done::Written);
    let changed: Vec<JournalEntry> = journal.state().rev().filter(is_changed).cloned().collect();
    for entry in changed {
        if (course.stop)() {
            return Ok(false);
        }
        journal.add(JournalEntry { done: Done::Begun, ..entry.clone() })?;
        match put_back(&entry, merge, env) {
            Ok(merged) => {
                let undone = JournalEntry { done: Done::Undone, merged, error: None, ..entry };
                journal.add(undone.clone())?;
                (course.told)(&undone);
            }
            Err(error) => {
                journal.add(entry.clone())?;
                (course.told)(&JournalEntry { done: Done::Refused, error: Some(error), ..entry });
            }
        }
    }
    Ok(true)
}

/// Puts a file back; whether around what was edited since.
fn put_back(entry: &JournalEntry, merge: Merge<'_>, env: Env<'_>) -> Result<bool, String> {
    let file = entry.file.as_deref().ok_or("the journal does not name its file")?;
    let now = read_regular(file, MAX_BYTES).map_err(|error| error.to_string())?;
    let now = Some(Fingerprint::of(&now).sha256);
    if now == entry.sha256_before {
        tidy(entry);
        return Ok(false);
    }
    let merge = |versions: Versions<'_>| merge(file, versions);
    match undo_one(file, env, Edited::Merge(&merge), &|backup| is_of(backup, entry)) {
        Ok(undone) => Ok(undone.merged),
        // An ended process took it back around later edits, and did not come to write so down.
        Err(UndoError::Another { .. } | UndoError::Nothing { .. }) if entry.done == Done::Begun && was_used(entry) => {
            Ok(true)
        }
        Err(error) => Err(error.to_string()),
    }
}

/// Whether the backup of a change was put back.
fn was_used(entry: &JournalEntry) -> bool {
    let backups = entry.file.as_deref().and_then(|file| backup::list(file).ok()).unwrap_or_default();
    backups.iter().any(|backup| backup.record.used && is_of(backup, entry))
}

/// Removes what an ended process may have left beside a file; whoever holds the lock does so.
fn tidy(entry: &JournalEntry) {
    let file = entry.file.as_deref().filter(|file| Store::dir_of(file).exists());
    drop(file.map(Store::open));
}

/// What was kept when a change was made.
fn backup_of(entry: &JournalEntry) -> Option<Backup> {
    let backups = backup::list(&fs::canonicalize(entry.file.as_ref()?).ok()?).ok()?;
    backups.into_iter().find(|backup| !backup.record.used && is_of(backup, entry))
}

fn is_of(backup: &Backup, entry: &JournalEntry) -> bool {
    let record = &backup.record;
    Some(&record.sha256_before) == entry.sha256_before.as_ref()
        && Some(&record.sha256_after) == entry.sha256_after.as_ref()
}

fn hash(path: &Path) -> Option<String> {
    Some(Fingerprint::of(&read_regular(path, MAX_BYTES).ok()?).sha256)
}

/// The journal of a plan where none is named: beside it.
pub fn journal_of(plan: &Path) -> PathBuf {
    let mut name = plan.as_os_str().to_owned();
    name.push(".journal");
    name.into()
}

#[cfg(test)]
mod tests;
