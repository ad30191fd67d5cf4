//! `clawbeat simulate`.

use std::io::{BufWriter, Write};
use std::process::ExitCode;

use clawbeat::plan::Bounds;
use clawbeat::report::{amount, trace};

use super::load;
use super::options::ConfigOptions;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigOptions,
    /// One line of JSON for each tick: when, run or why skipped, the requests with their tokens, and what it costs
    #[arg(long)]
    trace: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let subject = load::subject(&args.config)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let only = args.config.question.agent.as_ref().map(|id| id.to_lowercase());
    let mut written = Ok(());
    if args.trace {
        trace::trace(&subject.analysis, only.as_deref(), &mut |line| {
            if written.is_ok() {
                written = writeln!(out, "{}", amount::json_escaped(line));
            }
            written.is_ok()
        });
        written?;
    } else {
        let report = subject.report(&subject.plan(&Bounds::default()), &args.config.question, Vec::new());
        out.write_all(trace::summary(&report).as_bytes())?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
