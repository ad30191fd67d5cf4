//! `clawbeat calibrate`.

use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clawbeat::records::{self, Request};
use clawbeat::words::json_escaped;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::load::env;
use super::output::{complain, unless_closed};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// One line of JSON for each model request that the gateway stored: when, by which agent, what for, its model and tokens
    #[arg(long, required = true)]
    requests: bool,
    /// The state directory of the gateway; several are read as one [default: where OpenClaw keeps it]
    #[arg(long, value_name = "DIR")]
    state_dir: Vec<PathBuf>,
    /// Leave out what is older, such as 2026-11-01 (UTC) or 2026-11-01T08:00:00+01:00
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<Timestamp>,
    /// Leave out what was made then or later
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Timestamp>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let dirs = if args.state_dir.is_empty() { records::state_dirs(&env) } else { args.state_dir.clone() };
    if dirs.is_empty() {
        bail!("no home directory is known; name the gateway's with --state-dir DIR");
    }
    let records = records::read(&dirs)?;
    let since = args.since.map_or(i64::MIN, Timestamp::as_millisecond);
    let until = args.until.map_or(i64::MAX, Timestamp::as_millisecond);
    let asked = |request: &&Request| (since..until).contains(&request.at);
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut printed = 0_u64;
    let written = records.requests.iter().filter(asked).try_for_each(|request| {
        printed += 1;
        writeln!(out, "{}", json_escaped(&request.line()))
    });
    unless_closed(written.and_then(|()| out.flush()))?;
    for note in &records.notes {
        complain(&format!("{}: {note}", if note.is_trouble() { "warning" } else { "note" }));
    }
    if printed == 0 {
        complain("note: no request is recorded there for this time");
    }
    Ok(ExitCode::SUCCESS)
}

fn moment(text: &str) -> Result<Timestamp, String> {
    let day = || Some(text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp());
    text.parse()
        .ok()
        .or_else(day)
        .ok_or_else(|| "expected a time such as 2026-11-01 or 2026-11-01T08:00:00Z".to_owned())
}
