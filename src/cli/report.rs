//! `clawbeat report`.

use std::process::ExitCode;

use clap::ValueEnum;
use clawbeat::report::text;

use super::load;
use super::options::ConfigOptions;
use super::output::print;
use super::plan_options::PlanOptions;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigOptions,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    #[command(flatten)]
    plan: PlanOptions,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For a terminal
    Text,
    /// For programs (schemas/report.v1.schema.json)
    Json,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let subject = load::subject(&args.config)?;
    let plan = subject.plan(&args.plan.bounds(&args.config.question)?);
    let report = subject.report(&plan, &args.config.question, args.plan.arguments());
    print(&match args.format {
        Format::Text => text::render(&report),
        Format::Json => report.to_json(),
    })?;
    Ok(ExitCode::SUCCESS)
}
