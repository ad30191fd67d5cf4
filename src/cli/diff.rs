//! `clawbeat diff`.

use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::ValueEnum;
use clawbeat::document::Change;
use clawbeat::gateway::Agent;
use clawbeat::patch::commands::{Setting, commands};
use clawbeat::patch::secrets::secret_ranges;
use clawbeat::patch::unified::{Side, UnifiedDiff, unified};
use clawbeat::plan::{self, Plan};

use super::load::{self, Subject};
use super::options::ConfigOptions;
use super::output::{complain, print};
use super::plan_options::PlanOptions;
use super::seat::Seat;

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
    let subject = load::subject(&args.config)?;
    let plan = subject.plan(&args.plan.bounds(&args.config.question)?);
    subject.narrate(&plan)?;
    if plan.changes().is_empty() {
        complain(&format!(
            "{}: nothing to change{}",
            subject.path,
            subject.why_no_plan(args.config.question.agent.as_deref())
        ));
        return Ok(ExitCode::SUCCESS);
    }
    print(&match args.format {
        Format::Unified => unified_diff(&changed(&subject, &plan)?, args.include_secrets)?.text,
        Format::Commands => command_lines(&plan)?,
    })?;
    Ok(if args.exit_code { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// The plan's changes as `openclaw config set` lines.
pub(super) fn command_lines(plan: &Plan) -> anyhow::Result<String> {
    let setting = |change: &Change| Setting { path: change.path.to_string(), value: change.to.clone() };
    Ok(commands(&plan.changes().iter().map(setting).collect::<Vec<_>>())?)
}

/// The file that holds the plan's keys, with its changes.
pub(super) fn changed(subject: &Subject, plan: &Plan) -> anyhow::Result<Seat> {
    let hint = || format!("{}: use --format commands, or make the change by hand", subject.path);
    subject.seat(plan.changes()).with_context(hint)
}

/// The difference as a patch of the file's own name.
pub(super) fn unified_diff(seat: &Seat, include_secrets: bool) -> anyhow::Result<UnifiedDiff> {
    let Seat { document, path, text, .. } = seat;
    let name = std::path::Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or("openclaw.json");
    let name = if path == "-" { "openclaw.json" } else { name };
    let changed = document.reread(text.as_str())?;
    let (old_secrets, new_secrets) = (secret_ranges(document), secret_ranges(&changed));
    let old = Side { text: document.text(), secrets: &old_secrets };
    let new = Side { text, secrets: &new_secrets };
    let diff = unified(name, old, new, include_secrets)?;
    if diff.needs_unidiff_zero {
        complain("note: context lines that hold a secret are left out; git apply then needs --unidiff-zero");
    }
    Ok(diff)
}

impl Subject {
    /// The reasons for which agents have no plan; `only` asks for one of them.
    pub(super) fn why_no_plan(&self, only: Option<&str>) -> String {
        let costing = self.analysis.costing();
        let asked = |agent: &&Agent| only.is_none_or(|id| agent.id.eq_ignore_ascii_case(id));
        let reasons = self.analysis.gateway.agents.iter().filter(asked).filter_map(|agent| {
            let reason = plan::why_not(&costing, agent)?;
            Some(format!("\n  agent '{}': {reason}", agent.id))
        });
        reasons.collect()
    }

    /// Says why there is no plan where a reader would expect one.
    pub(super) fn narrate(&self, plan: &Plan) -> anyhow::Result<()> {
        if let Some(warning) = &self.analysis.release.warning {
            complain(&format!("warning: {warning}"));
        }
        plan.notes.iter().for_each(|note| complain(&format!("warning: {note}")));
        if let Some(budget) = plan.budget.filter(|budget| budget.reached != Some(true)) {
            let why = match budget.reached {
                Some(_) => "nothing within these bounds comes under it",
                None => "a price is not known",
            };
            complain(&format!("warning: the budget of {} may not be kept: {why}", budget.amount));
        }
        match &plan.placement {
            Err(reason) if plan.has_steps() => bail!("the plan cannot be written: {reason}"),
            _ => Ok(()),
        }
    }
}
