//! Writing changed files: what `apply` and `lint --fix` share, so that both refuse alike and tell alike.

use clawbeat::files::read::TextSource;
use clawbeat::files::write::{WriteError, WriteOutcome, WriteTerms, check, replace};

use super::edited_file::EditedFile;
use super::load::env;
use super::output::complain;

/// The exit code where nothing was written, because somebody or something said no.
pub(super) const REFUSED: u8 = 1;

/// How backups are kept.
#[derive(Debug, clap::Args)]
pub(super) struct BackupOptions {
    /// How many backups of a file to keep; a new one is always kept
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(super) keep_backups: usize,
}

/// Writes files, none if one of them is refused beforehand. Says what became of each; false if one was not written.
pub(super) fn write(
    edited_files: &[EditedFile],
    command: &str,
    backups: &BackupOptions,
    told: impl Fn(&EditedFile, &WriteOutcome),
) -> bool {
    let refuse = |error: WriteError| complain(&format!("error: {error}"));
    let refused = edited_files.iter().filter_map(|edited| check(&edited.loaded, &edited.text, &env).err());
    if refused.map(refuse).count() > 0 {
        if edited_files.len() > 1 {
            complain("nothing was written, in none of the files");
        }
        return false;
    }
    let terms = WriteTerms { env: &env, command, keep_backups: backups.keep_backups };
    for (done, edited) in edited_files.iter().enumerate() {
        match replace(&edited.loaded, &edited.text, terms) {
            Ok(outcome) => {
                told(edited, &outcome);
                tell_rest(edited, &outcome, backups);
            }
            Err(error) => {
                refuse(error);
                if edited_files.len() > 1 {
                    complain(&format!(
                        "written: {}; not written: {}",
                        names(&edited_files[..done]),
                        names(&edited_files[done..])
                    ));
                }
                return false;
            }
        }
    }
    true
}

fn names(edited_files: &[EditedFile]) -> String {
    match edited_files {
        [] => "none".to_owned(),
        edited_files => edited_files.iter().map(|edited| edited.path.as_str()).collect::<Vec<_>>().join(", "),
    }
}

/// What someone should know about a file that was written.
fn tell_rest(edited: &EditedFile, outcome: &WriteOutcome, backups: &BackupOptions) {
    let path = &edited.path;
    if let TextSource::File { real, symlink: true, .. } = &edited.loaded.source {
        let real = real.display();
        complain(&format!(
            "note: {path} is a symbolic link to {real}, which was changed; OpenClaw wants a regular file"
        ));
    }
    let WriteOutcome::Written { pruned, other_names, .. } = outcome else { return };
    if *other_names > 0 {
        let names = if *other_names == 1 { "1 other name" } else { &format!("{other_names} other names") };
        complain(&format!("note: {path} had {names} (hard links), which still lead to the old file"));
    }
    if *pruned > 0 {
        let them = if *pruned == 1 { "1 older backup was" } else { &format!("{pruned} older backups were") };
        let kept = backups.keep_backups.max(1);
        complain(&format!("note: {them} removed; the newest {kept} stay (--keep-backups)"));
    }
}
