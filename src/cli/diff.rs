//! `clawbeat diff`.

use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use clap::ValueEnum;
use clawbeat::patch::commands::{Setting, commands};
use clawbeat::patch::unified::{Side, UnifiedDiff, unified};
use clawbeat::plan::Plan;

use super::load::{self, Subject};
use super::options::ConfigOptions;
use super::output::{complain, print};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigOptions,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "unified")]
    format: Format,
    /// Exit with 1 when there are changes
    #[arg(long)]
    exit_code: bool,
    /// Print lines that hold a secret, too
    #[arg(long)]
    include_secrets: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For git apply and patch -p1
    Unified,
    /// As openclaw config set lines
    Commands,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let subject = load::subject(&args.config)?;
    let plan = subject.plan();
    subject.narrate(&plan)?;
    if plan.changes().is_empty() {
        complain("nothing to change");
        return Ok(ExitCode::SUCCESS);
    }
    print(&match args.format {
        Format::Unified => {
            let text = changed_text(&subject, &plan)?;
            unified_diff(&subject, &text, args.include_secrets)?.text
        }
        Format::Commands => {
            let setting = |change: &clawbeat::document::Change| Setting {
                path: change.path.to_string(),
                value: change.to.clone(),
            };
            let settings: Vec<Setting> = plan.changes().iter().map(setting).collect();
            commands(&settings)?
        }
    })?;
    Ok(if args.exit_code { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// The file's text with the plan's changes.
pub(super) fn changed_text(subject: &Subject, plan: &Plan) -> anyhow::Result<String> {
    let hint = || format!("{}: use --format commands, or make the change by hand", subject.path);
    subject.analysis.document.apply(plan.changes()).with_context(hint)
}

/// The difference as a patch of the file's own name.
pub(super) fn unified_diff(subject: &Subject, text: &str, include_secrets: bool) -> anyhow::Result<UnifiedDiff> {
    let name =
        std::path::Path::new(&subject.path).file_name().and_then(|name| name.to_str()).unwrap_or("openclaw.json");
    let name = if subject.path == "-" { "openclaw.json" } else { name };
    let old = subject.analysis.document.text();
    let diff = unified(name, Side { text: old, secrets: &[] }, Side { text, secrets: &[] }, include_secrets)
        .map_err(|error| anyhow!("{error}; use --format commands, or --include-secrets"))?;
    if diff.needs_unidiff_zero {
        complain("note: context lines that hold a secret are left out; git apply then needs --unidiff-zero");
    }
    Ok(diff)
}

impl Subject {
    /// Says why there is no plan where a reader would expect one.
    pub(super) fn narrate(&self, plan: &Plan) -> anyhow::Result<()> {
        if let Some(warning) = &self.analysis.release.warning {
            complain(&format!("warning: {warning}"));
        }
        match &plan.placement {
            Err(reason) if plan.has_steps() => bail!("the plan cannot be written: {reason}"),
            _ => Ok(()),
        }
    }
}
