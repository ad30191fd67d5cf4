//! `clawbeat lint`.

mod edits;
mod look;
mod releases;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use clawbeat::report::findings::{FileLint, render_github, render_json, render_sarif, render_statistics, render_text};
use clawbeat::rules::{Safety, Selection, Severity};

use super::amount::GivenAmount;
use super::load::{self, config_path};
use super::options::{QuestionOptions, Releases};
use super::output::{print, screen};
use super::write::{BackupOptions, REFUSED};
pub(super) use look::{Linted, Look};

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("making").multiple(true))]
pub(super) struct Args {
    /// Gateway configs (JSON5, JSON or YAML), folders of them, or - for standard input [default: openclaw.json,
    /// .json5 or .yaml here, else where OpenClaw looks]
    configs: Vec<PathBuf>,
    #[command(flatten)]
    question: QuestionOptions,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: LintFormat,
    /// Exit with 1 for findings of this severity or above
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    fail_on: LintLevel,
    #[command(flatten)]
    rules: RuleOptions,
    /// Exit with 1 too if a typical month of a config costs more, such as 20 or '250 credits', or an unknown amount
    #[arg(long, value_name = "AMOUNT")]
    max_monthly: Option<GivenAmount>,
    /// Leave out what an earlier output of --format json already has
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Compare the whole file with this JSON Schema, as `openclaw config schema` prints it: information only, as
    /// OpenClaw's own validator decides
    #[cfg(feature = "schema")]
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    /// Print only how often each rule found something
    #[arg(long, conflicts_with_all = ["making", "format"])]
    statistics: bool,
    /// Write the safe fixes: those that change neither runs, nor what the agent knows, nor which model answers
    #[arg(long, group = "making")]
    fix: bool,
    /// With --fix or --diff: the other fixes, too
    #[arg(long, requires = "making")]
    unsafe_fixes: bool,
    /// Show the fixes as a patch and write nothing, even with --fix
    #[arg(long, group = "making")]
    diff: bool,
    /// Make the repairs that a current OpenClaw makes to the file when it starts; with --diff, show them
    #[arg(long, group = "making", conflicts_with_all = ["fix", "unsafe_fixes"])]
    migrate: bool,
    #[command(flatten)]
    backups: BackupOptions,
}

/// Which rules count, and for how much.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct RuleOptions {
    /// Look only for these rules; the first words of a name stand for all that begin with them
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Leave these rules out
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// How serious a rule's findings are here, such as premium-model=error; off leaves them out
    #[arg(long, value_name = "RULE=LEVEL", value_delimiter = ',', value_parser = level)]
    level: Vec<(String, Option<Severity>)>,
}

impl RuleOptions {
    fn selection(&self) -> anyhow::Result<Selection> {
        Ok(Selection::new(&self.select, &self.ignore)?.with_levels(&self.level)?)
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LintFormat {
    /// For a terminal
    Text,
    /// For programs (schemas/findings.v1.schema.json)
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations in a GitHub workflow
    Github,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum LintLevel {
    Error,
    Warning,
    Info,
}

impl LintLevel {
    pub(super) fn severity(self) -> Severity {
        match self {
            LintLevel::Error => Severity::Error,
            LintLevel::Warning => Severity::Warning,
            LintLevel::Info => Severity::Info,
        }
    }
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let paths = match args.configs.as_slice() {
        [] => vec![config_path(None, args.question.no_env)?],
        named => load::configs(named)?,
    };
    if args.question.openclaw_version == Some(Releases::All) {
        return releases::all(&paths, args);
    }
    #[cfg(feature = "schema")]
    let schema = args.schema.as_deref().map(look::given_schema).transpose()?;
    #[cfg(not(feature = "schema"))]
    let schema = None;
    let looks = match paths.as_slice() {
        [path] => vec![Look::new(path, args, schema.as_ref())?],
        several => {
            several.iter().map(|path| Look::under_settings(path, schema.as_ref())).collect::<anyhow::Result<_>>()?
        }
    };
    let lint = || looks.iter().map(Look::lint).collect::<anyhow::Result<Vec<_>>>();
    let mut linted = lint()?;
    let safety = if args.unsafe_fixes { Safety::Unsafe } else { Safety::Safe };
    if args.migrate {
        return edits::migrate(&linted, args);
    }
    if args.diff {
        return edits::show_fixes(&linted, safety);
    }
    if args.fix {
        match edits::fix(linted, &lint, safety, args)? {
            Some(fixed) => linted = fixed,
            None => return Ok(ExitCode::from(REFUSED)),
        }
    }
    if let [file] = linted.as_slice() {
        file.say_stray_plan();
    }
    let files: Vec<FileLint<'_>> = linted.iter().map(Linted::file).collect();
    print(&match args.format {
        _ if args.statistics => render_statistics(&files),
        LintFormat::Text => render_text(&files, screen(args.question.color)),
        LintFormat::Json => render_json(&files),
        LintFormat::Sarif => render_sarif(&files),
        LintFormat::Github => render_github(&files),
    })?;
    let level = args.fail_on.severity();
    let fails = linted.iter().any(|file| file.reaches(level));
    let mut exceeded = 0;
    for file in &linted {
        exceeded += file.over_the_limit()?;
    }
    Ok(ExitCode::from(u8::from(fails || exceeded > 0)))
}

/// A rule and what its findings amount to.
fn level(text: &str) -> Result<(String, Option<Severity>), String> {
    let (rule, level) = text.split_once('=').ok_or("expected a rule and a level, such as premium-model=error")?;
    let named = || LintLevel::from_str(level, false).map(LintLevel::severity);
    let level = match level {
        "off" => None,
        other => Some(named().map_err(|_| format!("'{other}' is not a level; expected off, info, warning or error"))?),
    };
    Ok((rule.to_owned(), level))
}
