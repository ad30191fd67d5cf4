//! `clawbeat report`.

use std::process::ExitCode;

use clawbeat::gateway::release::Version;
use clawbeat::report::{comparison, text};

use super::load;
use super::options::{ConfigOptions, Format};
use super::output::{print, screen};
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
    /// Show the same file under another OpenClaw release too, agent by agent
    #[arg(long, value_name = "VERSION")]
    compare_release: Option<Version>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let subject = load::subject(&args.config)?;
    let question = &args.config.question;
    let plan = subject.plan(&args.plan.bounds(question)?);
    let mut report = subject.report(&plan, question, args.plan.arguments());
    report.comparison = args.compare_release.map(|version| {
        let agent = question.agent.as_ref().map(|id| id.to_lowercase());
        comparison::compare(&subject.analysis, version, report.unit, agent.as_deref())
    });
    print(&match args.format {
        Format::Text => text::render(&report, screen(question.color)),
        Format::Json => report.to_json(),
    })?;
    Ok(ExitCode::SUCCESS)
}
