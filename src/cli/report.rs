//! `clawbeat report`.

use std::process::ExitCode;

use clap::ValueEnum;
use clawbeat::gateway::release::Version;
use clawbeat::report::{comparison, exhibits, html, text};

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
    /// Show the same file under another OpenClaw release too, agent by agent
    #[arg(long, value_name = "VERSION")]
    compare_release: Option<Version>,
}

/// How to print the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a terminal
    Text,
    /// For programs
    Json,
    /// For a browser: one page with charts and a panel to try settings in, nothing to load
    Html,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let subject = load::subject(&args.config)?;
    let question = &args.config.question;
    let bounds = args.plan.bounds(question)?;
    let plan = subject.plan(&bounds);
    let mut report = subject.report(&plan, question, args.plan.arguments());
    report.comparison = args.compare_release.map(|version| {
        let agent = question.agent.as_ref().map(|id| id.to_lowercase());
        comparison::compare(&subject.analysis, version, report.unit, agent.as_deref())
    });
    print(&match args.format {
        Format::Text => text::render(&report),
        Format::Json => report.to_json(),
        Format::Html => {
            report.exhibits = Some(exhibits::exhibits(&subject.analysis, &plan, &bounds, &report));
            html::render(&report)
        }
    })?;
    Ok(ExitCode::SUCCESS)
}
