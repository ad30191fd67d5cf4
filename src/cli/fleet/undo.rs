//! `clawbeat fleet undo`.

use std::path::PathBuf;
use std::process::ExitCode;

use clawbeat::files::journal::Journal;
use clawbeat::files::rollout::{Course, take_back};

use super::super::load::env;
use super::super::output::complain;
use super::super::undo::taken_back;
use super::signals::Signals;
use super::tally::FileTally;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The journal that clawbeat fleet apply wrote
    journal: PathBuf,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let signals = Signals::listen()?;
    let mut tally = FileTally::default();
    let mut journal = Journal::open(&args.journal)?;
    let stop = || signals.is_stopped();
    let course = Course { most: None, stop: &stop, told: &mut |entry| tally.tell(entry) };
    if !take_back(&mut journal, &taken_back, &env, course)? {
        complain(&format!("clawbeat fleet undo {} continues", args.journal.display()));
    }
    complain(&tally.to_string());
    Ok(tally.code(&signals))
}
