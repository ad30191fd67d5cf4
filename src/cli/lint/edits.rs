//! What `--fix`, `--diff` and `--migrate` make of files that were linted.

use std::process::ExitCode;

use anyhow::anyhow;
use clawbeat::files::write::WriteOutcome;
use clawbeat::patch::unified::DiffError;
use clawbeat::repair::at_start::NoMigration;
use clawbeat::rules::Safety;

use super::super::edited_file::EditedFile;
use super::super::output::{complain, print_patch};
use super::super::recommended::unified_diff;
use super::super::write::{REFUSED, write};
use super::{Args, Linted};

/// A file is written so often at most; without included files once is enough.
const MOST_WRITES: usize = 6;

/// Writes the fixes, and lints again what they leave; `None` where a file was not written, which is said.
pub(super) fn fix<'a>(
    mut linted: Vec<Linted<'a>>,
    lint: &dyn Fn() -> anyhow::Result<Vec<Linted<'a>>>,
    safety: Safety,
    args: &Args,
) -> anyhow::Result<Option<Vec<Linted<'a>>>> {
    // Where files are included, a fix may bring up others.
    for _ in 0..MOST_WRITES {
        let edited_files = fixes(&linted, safety)?;
        if edited_files.is_empty() {
            break;
        }
        let told = |edited: &EditedFile, _: &WriteOutcome| {
            complain(&format!(
                "{}: fixed {} of its keys; clawbeat undo puts them back",
                edited.path,
                edited.keys.len()
            ));
        };
        if !write(&edited_files, "lint --fix", &args.backups, told) {
            return Ok(None);
        }
        linted = lint()?;
    }
    Ok(Some(linted))
}

/// Makes or shows what the start of the gateway makes of each file. Of files that it takes or refuses it makes nothing.
pub(super) fn migrate(linted: &[Linted<'_>], args: &Args) -> anyhow::Result<ExitCode> {
    let (mut edited_files, mut is_refused) = (Vec::new(), false);
    for file in linted {
        let migration = file.subject.as_ref().map(|subject| (subject, subject.analysis.migration()));
        match migration {
            Some((subject, Ok(changes))) => edited_files.extend(subject.edited_files(&changes)?),
            Some((_, Err(why))) => {
                is_refused |= !matches!(why, NoMigration::Valid(_));
                complain(&format!("{}: {why}", file.path));
            }
            None => {
                is_refused = true;
                complain(&format!("{}: it cannot be read: clawbeat lint says why", file.path));
            }
        }
    }
    if args.diff {
        edited_files.iter().try_for_each(|edited| show(edited, "--migrate"))?;
    } else {
        let told = |edited: &EditedFile, _: &WriteOutcome| {
            complain(&format!("{}: repaired as OpenClaw does; clawbeat undo puts it back", edited.path));
        };
        is_refused |= !write(&edited_files, "lint --migrate", &args.backups, told);
    }
    Ok(if is_refused { ExitCode::from(REFUSED) } else { ExitCode::SUCCESS })
}

/// Prints the fixes as one patch a file.
pub(super) fn show_fixes(linted: &[Linted<'_>], safety: Safety) -> anyhow::Result<ExitCode> {
    for file in linted {
        let Some(subject) = &file.subject else { continue };
        let changes = file.fixes(safety);
        if !changes.is_empty() {
            subject.edited_files(&changes)?.iter().try_for_each(|edited| show(edited, "--fix"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the patch of a file; `instead` is the flag that makes it unseen.
fn show(edited: &EditedFile, instead: &str) -> anyhow::Result<()> {
    let diff = unified_diff(edited, false).map_err(|error| match error.downcast_ref() {
        Some(DiffError::ChangedLineHoldsSecret { line }) => anyhow!(
            "{}: line {line} changes and holds a secret, so a diff would print it; {instead} changes it unseen",
            edited.path
        ),
        _ => error,
    })?;
    Ok(print_patch(&diff.text)?)
}

/// The files that the fixes change, each once.
fn fixes(linted: &[Linted<'_>], safety: Safety) -> anyhow::Result<Vec<EditedFile>> {
    let mut edited_files: Vec<EditedFile> = Vec::new();
    for file in linted {
        let Some(subject) = &file.subject else { continue };
        let changes = file.fixes(safety);
        for edited in subject.edited_files(&changes)? {
            if edited.text == edited.document.text() {
                continue;
            }
            // Named twice, or included by two configs that want the same of it.
            let is_there = |other: &EditedFile| {
                other.loaded.source.real() == edited.loaded.source.real() && other.text == edited.text
            };
            if edited.loaded.source.real().is_none() || !edited_files.iter().any(is_there) {
                edited_files.push(edited);
            }
        }
    }
    Ok(edited_files)
}
