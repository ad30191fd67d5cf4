//! `clawbeat report`.

use std::process::ExitCode;

use clawbeat::report::text;

use super::load;
use super::options::{ConfigOptions, Format};
use super::output::print;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigOptions,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let subject = load::subject(&args.config)?;
    let report = subject.report(&subject.plan(), &args.config.question);
    print(&match args.format {
        Format::Text => text::render(&report),
        Format::Json => report.to_json(),
    })?;
    Ok(ExitCode::SUCCESS)
}
