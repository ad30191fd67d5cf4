//! `clawbeat undo`.

use std::path::PathBuf;
use std::process::ExitCode;

use clawbeat::files::undo::{UndoError, undo};
use clawbeat::files::write::WriteError;

use super::load::{config_path, env};
use super::output::complain;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The config that was changed [default: where OpenClaw looks]
    config: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let path = config_path(args.config.as_deref())?;
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
