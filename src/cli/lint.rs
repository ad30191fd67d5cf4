//! `clawbeat lint`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{anyhow, bail};
use clap::ValueEnum;
use clawbeat::document::{Change, Document, PartError};
use clawbeat::files::read::{Loaded, read};
use clawbeat::files::write::Outcome;
use clawbeat::gateway::holder::Holder;
use clawbeat::patch::unified::DiffError;
use clawbeat::plan::Plan;
use clawbeat::releases::shape::Shape;
use clawbeat::releases::{Version, stable};
use clawbeat::repair::at_start::{AtStart, NoMigration};
use clawbeat::report::findings::{
    FileLint, IncludedFile, render_github, render_json, render_sarif, render_statistics, render_text,
};
use clawbeat::report::gates::Limits;
use clawbeat::report::releases::{self, FileReleases, ReleaseVerdict};
use clawbeat::report::{Gate, Question};
use clawbeat::rules::{Baseline, HeldBy, Lint, Safety, Selection, Severity, Verdict, syntax_error};
use clawbeat::schema::GivenSchema;

use super::amount::Amount;
use super::edited_file::{EditedFile, shown};
use super::load::{self, config_path};
use super::options::{QuestionOptions, Releases};
use super::output::{complain, print, print_patch, screen};
use super::recommended::unified_diff;
use super::report::judgeable;
use super::template::unrendered;
use super::write::{BackupOptions, REFUSED, write};
use super::{Cli, Command};

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("making").multiple(true))]
pub(super) struct Args {
    /// Gateway configs (JSON5, JSON or YAML), folders that hold some, or - for standard input [default: openclaw.json,
    /// .json5 or .yaml here, else where OpenClaw looks]
    configs: Vec<PathBuf>,
    #[command(flatten)]
    question: QuestionOptions,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Exit with 1 for findings of this severity or above
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    fail_on: Level,
    #[command(flatten)]
    rules: RuleOptions,
    /// Exit with 1 too if a typical month of a config costs more, such as 20 or '250 credits', or an unknown amount
    #[arg(long, value_name = "AMOUNT")]
    max_monthly: Option<Amount>,
    /// Leave out what this earlier output of --format json has already
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Compare the whole file with this JSON Schema, as `openclaw config schema` prints it: information only, for
    /// OpenClaw's own validator is the judge
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
    /// Show the fixes as a patch and write nothing, also with --fix
    #[arg(long, group = "making")]
    diff: bool,
    /// Make the changes that the start of a current OpenClaw makes in a file that it repairs; with --diff show them
    #[arg(long, group = "making", conflicts_with_all = ["fix", "unsafe_fixes"])]
    migrate: bool,
    #[command(flatten)]
    backups: BackupOptions,
}

/// Which rules count, and for how much.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct RuleOptions {
    /// Look for these rules only; the first words of a name stand for all that begin with them
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Leave these rules out
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// What the findings of a rule amount to here, such as premium-model=error; off leaves them out
    #[arg(long, value_name = "RULE=LEVEL", value_delimiter = ',', value_parser = level)]
    level: Vec<(String, Option<Severity>)>,
}

impl RuleOptions {
    fn selection(&self) -> anyhow::Result<Selection> {
        Ok(Selection::new(&self.select, &self.ignore)?.with_levels(&self.level)?)
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
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
pub(super) enum Level {
    Error,
    Warning,
    Info,
}

impl Level {
    pub(super) fn severity(self) -> Severity {
        match self {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Info => Severity::Info,
        }
    }
}

/// A file that was linted, with what its findings point into.
pub(super) struct Linted<'a> {
    look: &'a Look<'a>,
    path: String,
    text: String,
    /// The config; none where the text cannot be read.
    pub(super) subject: Option<load::Subject>,
    included: Vec<IncludedFile>,
    lint: Lint,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let paths = match args.configs.as_slice() {
        [] => vec![config_path(None, args.question.no_env)?],
        named => load::configs(named)?,
    };
    if args.question.openclaw_version == Some(Releases::All) {
        return all_releases(&paths, args);
    }
    #[cfg(feature = "schema")]
    let schema = args.schema.as_deref().map(given_schema).transpose()?;
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
        return migrate(&linted, args);
    }
    if args.diff {
        return show_fixes(&linted, safety);
    }
    if args.fix {
        // Where files are included, a fix may bring up others.
        for _ in 0..MOST_WRITES {
            let edited_files = fixes(&linted, safety)?;
            if edited_files.is_empty() {
                break;
            }
            let told = |edited: &EditedFile, _: &Outcome| {
                complain(&format!(
                    "{}: fixed {} of its keys; clawbeat undo puts them back",
                    edited.path,
                    edited.keys.len()
                ));
            };
            if !write(&edited_files, "lint --fix", &args.backups, told) {
                return Ok(ExitCode::from(REFUSED));
            }
            linted = lint()?;
        }
    }
    let files: Vec<FileLint<'_>> = linted.iter().map(Linted::file).collect();
    print(&match args.format {
        _ if args.statistics => render_statistics(&files),
        Format::Text => render_text(&files, screen(args.question.color)),
        Format::Json => render_json(&files),
        Format::Sarif => render_sarif(&files),
        Format::Github => render_github(&files),
    })?;
    let level = args.fail_on.severity();
    let fails = linted.iter().flat_map(|file| &file.lint.findings).any(|finding| finding.severity >= level);
    let mut exceeded = 0;
    for file in &linted {
        exceeded += file.over_the_limit()?;
    }
    Ok(ExitCode::from(u8::from(fails || exceeded > 0)))
}

/// Says which releases would take each file. What the newest refuses is a finding, as ever.
fn all_releases(paths: &[PathBuf], args: &Args) -> anyhow::Result<ExitCode> {
    let question = QuestionOptions { openclaw_version: None, ..args.question.clone() };
    let look = |path: &PathBuf| -> anyhow::Result<FileReleases> {
        let loaded = read(path, &mut std::io::stdin().lock())?;
        let name = if path.as_os_str() == "-" { "<stdin>".to_owned() } else { path.display().to_string() };
        let document = Document::parse_at(loaded.text.clone(), load::format(path, &loaded), &question.at);
        let document = document.map_err(|error| anyhow!("{name}: {error}"))?;
        let subject = load::analyse(path.clone(), loaded, document, &question)?;
        let verdict = |release: Version| {
            let (verdict, faults) = subject.analysis.under(release);
            ReleaseVerdict { release, verdict, is_whole: Shape::of(release).is_some(), faults }
        };
        let releases: Vec<ReleaseVerdict> = stable().map(verdict).collect();
        let is_repaired = releases.last().is_some_and(|newest| newest.verdict == Verdict::Repaired);
        let start = is_repaired.then(|| AtStart::of(subject.analysis.document.value()));
        let changes = start.filter(|start| start.open.is_empty()).map(|start| start.changes.len());
        Ok(FileReleases { path: name, releases, changes })
    };
    let files = paths.iter().map(look).collect::<anyhow::Result<Vec<_>>>()?;
    print(&match args.format {
        Format::Text => releases::render_text(&files),
        Format::Json => releases::render_json(&files),
        Format::Sarif | Format::Github => bail!("--openclaw-version all has the formats text and json"),
    })?;
    let newest = files.iter().filter_map(|file| file.releases.last());
    Ok(ExitCode::from(u8::from(newest.filter(|newest| newest.verdict != Verdict::Valid).count() > 0)))
}

/// A rule and what its findings amount to.
fn level(text: &str) -> Result<(String, Option<Severity>), String> {
    let (rule, level) = text.split_once('=').ok_or("expected a rule and a level, such as premium-model=error")?;
    let named = || Level::from_str(level, false).map(Level::severity);
    let level = match level {
        "off" => None,
        other => Some(named().map_err(|_| format!("'{other}' is no level; expected off, info, warning or error"))?),
    };
    Ok((rule.to_owned(), level))
}

/// A file is written so often at most; without included files once is enough.
const MOST_WRITES: usize = 6;

/// How a file is linted.
pub(super) struct Look<'a> {
    path: PathBuf,
    pub(super) question: QuestionOptions,
    schema: Option<&'a GivenSchema>,
    narrowing: Narrowing,
    limit: Option<Amount>,
}

impl<'a> Look<'a> {
    fn new(path: &Path, args: &Args, schema: Option<&'a GivenSchema>) -> anyhow::Result<Self> {
        Ok(Look {
            path: path.to_owned(),
            question: args.question.clone(),
            schema,
            narrowing: Narrowing::new(args)?,
            limit: args.max_monthly,
        })
    }

    /// A look at a text that an editor holds.
    #[cfg(feature = "lsp")]
    pub(super) fn in_editor(path: PathBuf, question: QuestionOptions, rules: &RuleOptions) -> anyhow::Result<Self> {
        let narrowing = Narrowing { selection: rules.selection()?, baseline: Baseline::default() };
        Ok(Look { path, question, schema: None, narrowing, limit: None })
    }

    /// Of several files each is looked at under its own settings.
    fn under_settings(path: &Path, schema: Option<&'a GivenSchema>) -> anyhow::Result<Self> {
        match Cli::under(Some(path))?.command {
            Some(Command::Lint(args)) => Look::new(path, &args, schema),
            _ => bail!("{}: the settings make another command of this", path.display()),
        }
    }

    fn lint(&self) -> anyhow::Result<Linted<'_>> {
        // Standard input is let go before the prices and the load are read, which may come from there, too.
        let loaded = read(&self.path, &mut std::io::stdin().lock())?;
        self.lint_text(loaded)
    }

    /// Lints what the file holds, or is to hold.
    pub(super) fn lint_text(&self, loaded: Loaded) -> anyhow::Result<Linted<'_>> {
        let mut linted = lint(self, loaded)?;
        linted.lint = self.narrowing.of(linted.lint, &linted.path);
        Ok(linted)
    }
}

impl Linted<'_> {
    /// Says which limit on the month is not kept, and how many. A file that cannot be read has findings that say so.
    fn over_the_limit(&self) -> anyhow::Result<usize> {
        let (Some(subject), Some(limit)) = (&self.subject, self.look.limit) else { return Ok(0) };
        judgeable(subject)?;
        let question = &self.look.question;
        let unit = subject.unit(question);
        let limits = Limits { monthly: Some(limit.in_unit("--max-monthly", unit)?), ..Limits::default() };
        let nothing = Plan::nothing(subject.analysis.gateway.agents.len());
        let report = subject.answer(&nothing, question, Vec::new(), Question { limits, ..Question::default() });
        let exceeded = report.gates.iter().filter(|gate| !gate.kept);
        let told = |gate: &Gate| complain(&format!("{}: {}: {}", self.path, gate.gate.flag(), gate.sentence(unit)));
        Ok(exceeded.map(told).count())
    }

    /// What the wanted fixes change, with those that come up by them.
    pub(super) fn fixes(&self, safety: Safety) -> Vec<Change> {
        let Some(subject) = &self.subject else { return Vec::new() };
        let Look { question, schema, narrowing, .. } = self.look;
        let unit = question.billing.map(|billing| billing.unit());
        subject.analysis.fixes(safety, &|analysis| {
            let lint = analysis.lint_for(question.agent.as_deref(), unit, *schema);
            narrowing.of(lint, &self.path)
        })
    }
}

/// Which findings are wanted.
struct Narrowing {
    selection: Selection,
    baseline: Baseline,
}

impl Narrowing {
    fn new(args: &Args) -> anyhow::Result<Self> {
        let baseline = args.baseline.as_deref().map(|path| {
            let value = load::data_file(path)?;
            let hint = "expected an output of clawbeat lint --format json";
            Baseline::read(&value).ok_or_else(|| anyhow!("{} is no baseline; {hint}", path.display()))
        });
        let baseline = baseline.transpose()?.unwrap_or_default();
        Ok(Narrowing { selection: args.rules.selection()?, baseline })
    }

    fn of(&self, lint: Lint, path: &str) -> Lint {
        lint.narrowed(path, &self.selection, &self.baseline)
    }
}

#[cfg(feature = "schema")]
fn given_schema(path: &Path) -> anyhow::Result<GivenSchema> {
    let schema = GivenSchema::new(load::data_file(path)?);
    schema.map_err(|error| anyhow!("{} is no JSON Schema that can be used: {error}", path.display()))
}

fn lint<'a>(look: &'a Look<'_>, loaded: Loaded) -> anyhow::Result<Linted<'a>> {
    let Look { path, question, schema, .. } = look;
    let text = loaded.text.clone();
    let name = if path.as_os_str() == "-" { "<stdin>".to_owned() } else { path.display().to_string() };
    let document = Document::parse_at(text.clone(), load::format(path, &loaded), &question.at);
    if let Some(why) = unrendered(path, &text, document.is_ok()) {
        bail!(why);
    }
    match document {
        Err(PartError::Syntax(error)) => {
            let lint = Lint::unreadable(syntax_error(&error, &text));
            Ok(Linted { look, path: name, text, subject: None, included: Vec::new(), lint })
        }
        Err(error) => Err(anyhow!("{name}: {error}")),
        Ok(document) => {
            load::hint_at_place(&name, &document);
            let subject = load::analyse(path.to_owned(), loaded, document, question)?;
            let unit = question.billing.map(|billing| billing.unit());
            let mut lint = subject.analysis.lint_for(question.agent.as_deref(), unit, *schema);
            let included = place_in_included(&subject, &mut lint);
            Ok(Linted { look, path: name, text, subject: Some(subject), included, lint })
        }
    }
}

/// Gives each finding whose place is in an included file its place there; the files, each once.
fn place_in_included(subject: &load::Subject, lint: &mut Lint) -> Vec<IncludedFile> {
    let mut files: Vec<((String, String), IncludedFile)> = Vec::new();
    if subject.analysis.expanded.includes.is_empty() {
        return Vec::new();
    }
    for finding in &mut lint.findings {
        let Holder { file: Some(name), path } = subject.analysis.seen_in(&finding.path) else { continue };
        if !files.iter().any(|(known, _)| *known == name) {
            let Ok((loaded, document)) = (subject.reader)(&name.0, &name.1) else { continue };
            files.push((name.clone(), IncludedFile { path: shown(&loaded, &subject.path), document }));
        }
        if let Some((_, file)) = files.iter().find(|(known, _)| *known == name) {
            let range = file.document.span_or_nearest(&path);
            finding.held_by = Some(HeldBy { file: file.path.clone(), range });
        }
    }
    files.into_iter().map(|(_, file)| file).collect()
}

/// Makes or shows what the start of the gateway makes of each file. Of files that it takes or refuses it makes nothing.
fn migrate(linted: &[Linted<'_>], args: &Args) -> anyhow::Result<ExitCode> {
    let (mut edited_files, mut is_refused) = (Vec::new(), false);
    for file in linted {
        let migration = file.subject.as_ref().map(|subject| (subject, subject.analysis.migration()));
        match migration {
            Some((subject, Ok(changes))) => edited_files.extend(subject.edited_files(&changes)?),
            Some((_, Err(why))) => {
                is_refused |= !matches!(why, NoMigration::Valid(_));
                complain(&format!("{}: {why}", file.path));
            }
            None => {
                is_refused = true;
                complain(&format!("{}: it cannot be read: clawbeat lint says why", file.path));
            }
        }
    }
    if args.diff {
        edited_files.iter().try_for_each(|edited| show(edited, "--migrate"))?;
    } else {
        let told = |edited: &EditedFile, _: &Outcome| {
            complain(&format!("{}: repaired as OpenClaw does; clawbeat undo puts it back", edited.path));
        };
        is_refused |= !write(&edited_files, "lint --migrate", &args.backups, told);
    }
    Ok(if is_refused { ExitCode::from(REFUSED) } else { ExitCode::SUCCESS })
}

/// Prints the fixes as one patch a file.
fn show_fixes(linted: &[Linted<'_>], safety: Safety) -> anyhow::Result<ExitCode> {
    for file in linted {
        let Some(subject) = &file.subject else { continue };
        let changes = file.fixes(safety);
        if !changes.is_empty() {
            subject.edited_files(&changes)?.iter().try_for_each(|edited| show(edited, "--fix"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the patch of a file; `instead` is the flag that makes it unseen.
fn show(edited: &EditedFile, instead: &str) -> anyhow::Result<()> {
    let diff = unified_diff(edited, false).map_err(|error| match error.downcast_ref() {
        Some(DiffError::ChangedLineHoldsSecret { line }) => anyhow!(
            "{}: line {line} changes and holds a secret, so a diff would print it; {instead} changes it unseen",
            edited.path
        ),
        _ => error,
    })?;
    Ok(print_patch(&diff.text)?)
}

/// The files that the fixes change, each once.
fn fixes(linted: &[Linted<'_>], safety: Safety) -> anyhow::Result<Vec<EditedFile>> {
    let mut edited_files: Vec<EditedFile> = Vec::new();
    for file in linted {
        let Some(subject) = &file.subject else { continue };
        let changes = file.fixes(safety);
        for edited in subject.edited_files(&changes)? {
            if edited.text == edited.document.text() {
                continue;
            }
            // Named twice, or included by two configs that want the same of it.
            let is_there = |other: &EditedFile| {
                other.loaded.source.real() == edited.loaded.source.real() && other.text == edited.text
            };
            if edited.loaded.source.real().is_none() || !edited_files.iter().any(is_there) {
                edited_files.push(edited);
            }
        }
    }
    Ok(edited_files)
}

impl Linted<'_> {
    /// The findings with all that prints them.
    pub(super) fn file(&self) -> FileLint<'_> {
        let analysis = self.subject.as_ref().map(|subject| &subject.analysis);
        FileLint {
            path: &self.path,
            text: &self.text,
            document: analysis.map(|analysis| &analysis.document),
            release: analysis.map(|analysis| analysis.release.version),
            release_note: analysis.and_then(|analysis| analysis.release.warning.as_deref()),
            included: &self.included,
            agents: analysis.map_or(0, |analysis| analysis.gateway.agents.len()),
            lint: &self.lint,
        }
    }
}
