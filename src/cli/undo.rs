//! `clawbeat undo`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clawbeat::document::{Document, Format, KeyPath, SyntaxError, reversal};
use clawbeat::files::backup::{self, Backup};
use clawbeat::files::undo::{Edited, UndoError, Versions, undo};
use clawbeat::files::write::WriteError;
use clawbeat::words::{counted, plain};
use jiff::Timestamp;

use super::load::{config_path, env};
use super::output::{complain, print};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The config that was changed [default: openclaw.json, .json5 or .yaml here, else where
    /// OpenClaw looks]
    config: Option<PathBuf>,
    /// List the backups, newest first, and put nothing back
    #[arg(long)]
    list: bool,
    /// Put back the whole file even if it was edited since; the edited one is kept as a backup
    #[arg(long, conflicts_with = "list")]
    force: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let path = config_path(args.config.as_deref(), false)?;
    if args.list {
        print(&list(&path)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let merge = |versions: Versions<'_>| taken_back(&path, versions);
    match undo(&path, &env, if args.force { Edited::Force } else { Edited::Merge(&merge) }) {
        Ok(undone) => {
            let path = undone.path.display();
            complain(&match undone.merged {
                true => format!("{path}: the last apply is taken back; what was edited since stays"),
                false => format!("{path} is as it was before the last apply"),
            });
            Ok(ExitCode::SUCCESS)
        }
        Err(UndoError::Write(WriteError::Read(error))) => Err(error.into()),
        Err(error) => {
            complain(&format!("error: {error}"));
            Ok(ExitCode::from(1))
        }
    }
}

/// The text as it is now, with what the last apply changed as it was before.
pub(super) fn taken_back(path: &Path, versions: Versions<'_>) -> Result<String, String> {
    let by_name = path.extension().and_then(|extension| extension.to_str()).and_then(Format::from_extension);
    let format = by_name.unwrap_or_else(|| Format::sniff(versions.now));
    let read = |text: &str| {
        let at = |error: SyntaxError| {
            let at = error.position;
            format!("it cannot be read: line {}, column {}: {}", at.line, at.column, error.message)
        };
        Document::parse(text, format).map_err(at)
    };
    let (before, after, now) = (read(versions.before)?, read(versions.after)?, read(versions.now)?);
    let changes = reversal(before.value(), after.value(), now.value()).map_err(|at| {
        let name = |path: &KeyPath| if path.is_root() { "the whole file".to_owned() } else { format!("'{path}'") };
        let names: Vec<String> = at.iter().map(name).collect();
        format!("so did what apply wrote: {}", names.join(", "))
    })?;
    now.apply(&changes).map_err(|error| error.to_string())
}

/// The backups of a config: number, time, size, what made it, and whether it is put back already.
fn list(config: &Path) -> anyhow::Result<String> {
    let at = |error| anyhow::anyhow!("cannot read {}: {error}", config.display());
    let backups = backup::list(&std::fs::canonicalize(config).map_err(at)?)?;
    let name = plain(&config.display().to_string());
    let Some(first) = backups.first() else { return Ok(format!("{name}: no backups\n")) };
    let folder = first.path.parent().unwrap_or(Path::new(""));
    let lines: String = backups.iter().map(line).collect();
    Ok(format!("{name}: {} in {}\n{lines}", counted(backups.len(), "backup"), plain(&folder.display().to_string())))
}

fn line(backup: &Backup) -> String {
    let (time, bytes) = match backup.made() {
        Ok((time, bytes)) => (minute(time), bytes.to_string()),
        Err(_) => ("?".to_owned(), "?".to_owned()),
    };
    let record = &backup.record;
    let maker = [&record.tool, record.command.as_deref().unwrap_or_default()].join(" ");
    // A record may have come with a checkout.
    let maker: String = plain(maker.trim_end()).chars().take(60).collect();
    let used = match (record.used, backup.is_ours()) {
        (true, _) => ", put back already",
        (false, true) => "",
        (false, false) => ", not made here",
    };
    format!("{:04}  {time}  {bytes:>8} bytes  {maker}{used}\n", backup.number)
}

fn minute(time: std::time::SystemTime) -> String {
    Timestamp::try_from(time).map_or("?".to_owned(), |time| time.strftime("%Y-%m-%d %H:%M UTC").to_string())
}
