//! `clawbeat undo`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clawbeat::files::backup::{self, Backup};
use clawbeat::files::undo::{UndoError, undo};
use clawbeat::files::write::WriteError;
use clawbeat::words::plain;
use jiff::Timestamp;

use super::load::{config_path, env};
use super::output::{complain, print};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The config that was changed [default: where OpenClaw looks]
    config: Option<PathBuf>,
    /// Show the backups there are, newest first, and put nothing back
    #[arg(long)]
    list: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let path = config_path(args.config.as_deref(), false)?;
    if args.list {
        print(&list(&path)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    match undo(&path, &env) {
        Ok(undone) => {
            complain(&format!("{} is as it was before the last apply", undone.path.display()));
            Ok(ExitCode::SUCCESS)
        }
        Err(UndoError::Write(WriteError::Read(error))) => Err(error.into()),
        Err(error) => {
            complain(&format!("error: {error}"));
            Ok(ExitCode::from(1))
        }
    }
}

/// The backups of a config: number, time, size, what made it, and whether it is put back already.
fn list(config: &Path) -> anyhow::Result<String> {
    let at = |error| anyhow::anyhow!("cannot read {}: {error}", config.display());
    let backups = backup::list(&std::fs::canonicalize(config).map_err(at)?)?;
    let name = plain(&config.display().to_string());
    let Some(first) = backups.first() else { return Ok(format!("{name}: no backups\n")) };
    let folder = first.path.parent().unwrap_or(Path::new(""));
    let lines: String = backups.iter().map(line).collect();
    Ok(format!("{name}: {} in {}\n{lines}", counted(backups.len()), plain(&folder.display().to_string())))
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

fn counted(backups: usize) -> String {
    if backups == 1 { "1 backup".to_owned() } else { format!("{backups} backups") }
}
