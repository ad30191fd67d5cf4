//! `clawbeat diff`.

use std::process::ExitCode;

use clap::ValueEnum;

use super::options::ConfigOptions;
use super::output::{complain, print_file};
use super::plan_options::PlanOptions;
use super::recommended::{changed_text, command_lines, recommended, unified_diff};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigOptions,
    /// How to print it [default: unified, commands for YAML]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Exit with 1 when there are changes
    #[arg(long)]
    exit_code: bool,
    /// Print lines that hold a secret, too
    #[arg(long)]
    include_secrets: bool,
    #[command(flatten)]
    plan: PlanOptions,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For git apply and patch -p1
    Unified,
    /// As openclaw config set lines
    Commands,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (subject, plan) = recommended(&args.config, &args.plan.bounds(&args.config.question)?)?;
    if plan.changes().is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    let is_yaml = subject.analysis.document.format() == clawbeat::document::Format::Yaml;
    let format = args.format.unwrap_or(if is_yaml { Format::Commands } else { Format::Unified });
    if is_yaml && args.format.is_none() {
        complain("note: YAML files are not edited yet, so the change is printed as commands");
    }
    print_file(&match format {
        Format::Unified => {
            let text = changed_text(&subject, &plan)?;
            unified_diff(&subject, &text, args.include_secrets)?.text
        }
        Format::Commands => command_lines(&plan)?,
    })?;
    Ok(if args.exit_code { ExitCode::from(1) } else { ExitCode::SUCCESS })
}
