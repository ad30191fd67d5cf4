//! `clawbeat diff`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clap::ValueEnum;
use clawbeat::document::{Change, Format as Syntax, KeyPath};
use clawbeat::files::read::Fingerprint;
use clawbeat::files::save::save;
use clawbeat::patch::merge_patch::merge_patch;
#[cfg(feature = "fleet")]
use clawbeat::plan::fit::UNKNOWN;
use clawbeat::plan::saved::{PlannedFile, SavedHolder, SavedPlan};
use clawbeat::plan::{Explanation, Plan};
use clawbeat::repair::shown;
use clawbeat::report::Report;
use clawbeat::secrets::credentials::looks_like_secret;
use clawbeat::words::exact_json_escaped;
use serde_json::Value;

use super::options::ConfigOptions;
use super::output::{complain, print, print_patch};
use super::plan_options::PlanOptions;
use super::recommended::{changed, changed_alone, command_lines, recommended, tell_of_jobs, unified_diffs};
use super::subject::LoadedConfig;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigOptions,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "unified")]
    format: DiffFormat,
    /// Write it to this file instead, byte for byte, whole or not at all; - is standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Exit with 1 when there are changes
    #[arg(long)]
    exit_code: bool,
    /// Print lines that hold a secret, too
    #[arg(long)]
    include_secrets: bool,
    #[command(flatten)]
    plan: PlanOptions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    /// For git apply and patch -p1
    Unified,
    /// For openclaw config patch --stdin
    MergePatch,
    /// As openclaw config set lines
    Commands,
    /// For clawbeat apply --plan (schemas/plan.v1.schema.json)
    Plan,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    // A saved plan has what each step saves.
    let explanation = if args.format == DiffFormat::Plan { Explanation::Steps } else { Explanation::None };
    let (subject, plan) = recommended(&args.config, &args.plan, explanation)?;
    let changes = subject.changes(&plan);
    let none = changes.is_empty();
    if !matches!(args.format, DiffFormat::Unified) {
        let before = subject.written();
        printable(&changes, args.format == DiffFormat::Plan, before)?;
    }
    let answer = match args.format {
        _ if none && matches!(args.format, DiffFormat::Unified) => String::new(),
        DiffFormat::Unified => unified_diffs(&changed(&subject, &changes)?, args.include_secrets)?,
        DiffFormat::MergePatch => pretty(&merge_patch(subject.analysis.document.value(), &changes)?)?,
        DiffFormat::Commands => command_lines(&changes)?,
        DiffFormat::Plan => {
            let report = subject.report(&plan, &args.config.question, args.plan.arguments());
            pretty(&saved(&subject, &plan, &report)?)?
        }
    };
    let by_openclaw = matches!(args.format, DiffFormat::Commands | DiffFormat::MergePatch);
    let is_yaml = subject.analysis.document.format() == Syntax::Yaml;
    if by_openclaw && !is_yaml && !none && !subject.analysis.document.comments().is_empty() {
        complain("note: openclaw config rewrites the file without its comments; clawbeat apply keeps them");
    }
    match args.output.as_ref().filter(|path| path.as_os_str() != "-") {
        Some(path) => save(path, &answer, [Some(&subject.loaded)])?,
        None if args.format == DiffFormat::Unified => print_patch(&answer)?,
        None => print(&answer)?,
    }
    if matches!(args.format, DiffFormat::Unified | DiffFormat::Commands) {
        tell_of_jobs(&subject, &args.config.question);
    }
    Ok(ExitCode::from(u8::from(args.exit_code && !none)))
}

/// Refuses to print a credential, key or value, in a format that needs it exactly; a plan also says what stood there.
fn printable(changes: &[Change], is_plan: bool, before: &Value) -> anyhow::Result<()> {
    let is_hidden = |path: &KeyPath, value: &Value| shown(path, value) != *value;
    for Change { path, to } in changes {
        let from = path.resolve(before).filter(|_| is_plan);
        if to.iter().chain(from).any(|value| is_hidden(path, value)) {
            bail!("'{path}' holds a secret, which this format would print; clawbeat apply makes the change unseen");
        }
    }
    match changes.iter().find(|change| looks_like_secret(&change.path.to_string())) {
        Some(change) => bail!(
            "a key in '{}' looks like a credential, which this format would print; clawbeat apply makes the change unseen",
            change.path
        ),
        None => Ok(()),
    }
}

/// The plan of a config on a line, for `fleet apply`; empty where there is nothing to change.
#[cfg(feature = "fleet")]
pub(super) fn plan_line(subject: &LoadedConfig, plan: &Plan, report: &Report) -> anyhow::Result<String> {
    if let (Err(reason), true) = (&plan.placement, plan.moves()) {
        bail!("the plan cannot be written: {reason}");
    }
    if plan.fit.is_some_and(|fit| fit.reached.is_none()) {
        bail!("nothing can be fitted: {UNKNOWN}");
    }
    let changes = subject.changes(plan);
    if changes.is_empty() {
        return Ok(String::new());
    }
    printable(&changes, true, subject.written())?;
    Ok(exact_json_escaped(&(serde_json::to_string(&saved(subject, plan, report)?)? + "\n")))
}

fn saved(subject: &LoadedConfig, plan: &Plan, report: &Report) -> anyhow::Result<SavedPlan> {
    let all = subject.changes(plan);
    let (after, holder) = match all.as_slice() {
        [] => (subject.loaded.fingerprint.sha256.clone(), None),
        changes => {
            let edited = changed_alone(subject, changes)?;
            let after = Fingerprint::of(edited.text.as_bytes()).sha256;
            let holder = SavedHolder { sha256: edited.loaded.fingerprint.sha256, path: edited.path };
            (after, Some(holder).filter(|holder| holder.path != subject.path))
        }
    };
    let figures = report.figures();
    let config = PlannedFile {
        path: report.config.path.clone(),
        release: report.config.release.to_string(),
        sha256: report.config.sha256.clone(),
        holder,
        sha256_after: after,
    };
    let mends = report.mends.iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
    Ok(SavedPlan::new(config, subject.written(), &all, mends, report.asked.question.clone(), figures))
}

fn pretty(value: &impl serde::Serialize) -> anyhow::Result<String> {
    Ok(exact_json_escaped(&(serde_json::to_string_pretty(value)? + "\n")))
}
