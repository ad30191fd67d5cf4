//! One file that is linted: read, judged under its own settings, narrowed to what is wanted, its findings placed in the files
//! that hold them.

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use clawbeat::document::template::unrendered;
use clawbeat::document::{Change, Document, PartError};
use clawbeat::files::read::{Loaded, read};
use clawbeat::gateway::holder::Holder;
use clawbeat::plan::Plan;
use clawbeat::report::findings::{FileLint, IncludedFile};
use clawbeat::report::gates::Limits;
use clawbeat::report::{Gate, GivenFlags, Question};
use clawbeat::rules::{Baseline, HeldBy, Lint, Safety, Selection, Severity, syntax_error};
use clawbeat::schema::GivenSchema;

use super::super::amount::GivenAmount;
use super::super::edited_file::shown;
use super::super::laid_out::WhenAsked;
use super::super::load;
use super::super::options::QuestionOptions;
use super::super::output::complain;
use super::super::report::judgeable;
use super::super::subject::LoadedConfig;
use super::super::{Cli, Command};
use super::Args;
#[cfg(feature = "lsp")]
use super::RuleOptions;

/// A file that was linted, with what its findings point into.
pub(in crate::cli) struct Linted<'a> {
    look: &'a Look<'a>,
    pub(super) path: String,
    text: String,
    /// The config; none where the text cannot be read.
    pub(in crate::cli) subject: Option<LoadedConfig>,
    included: Vec<IncludedFile>,
    lint: Lint,
}

/// How a file is linted.
pub(in crate::cli) struct Look<'a> {
    path: PathBuf,
    pub(in crate::cli) question: QuestionOptions,
    schema: Option<&'a GivenSchema>,
    narrowing: Narrowing,
    limit: Option<GivenAmount>,
}

impl<'a> Look<'a> {
    pub(super) fn new(path: &Path, args: &Args, schema: Option<&'a GivenSchema>) -> anyhow::Result<Self> {
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
    pub(in crate::cli) fn in_editor(
        path: PathBuf,
        question: QuestionOptions,
        rules: &RuleOptions,
    ) -> anyhow::Result<Self> {
        let narrowing = Narrowing { selection: rules.selection()?, baseline: Baseline::default() };
        Ok(Look { path, question, schema: None, narrowing, limit: None })
    }

    /// Of several files each is looked at under its own settings.
    pub(super) fn under_settings(path: &Path, schema: Option<&'a GivenSchema>) -> anyhow::Result<Self> {
        match Cli::under(Some(path))?.command {
            Some(Command::Lint(WhenAsked(args))) => Look::new(path, &args, schema),
            _ => bail!("{}: the settings turn this into another command", path.display()),
        }
    }

    pub(super) fn lint(&self) -> anyhow::Result<Linted<'_>> {
        // Standard input is let go before the prices and the load are read, which may come from there, too.
        let loaded = read(&self.path, &mut std::io::stdin().lock())?;
        self.lint_text(loaded)
    }

    /// Lints what the file holds, or is to hold.
    pub(in crate::cli) fn lint_text(&self, loaded: Loaded) -> anyhow::Result<Linted<'_>> {
        let mut linted = lint(self, loaded)?;
        linted.lint = self.narrowing.of(linted.lint, &linted.path);
        Ok(linted)
    }
}

impl Linted<'_> {
    /// Says that the plan which was named pays for nothing here.
    pub(in crate::cli) fn say_stray_plan(&self) {
        self.subject.iter().for_each(|subject| subject.say_stray_plan(&self.look.question));
    }

    /// The findings with all that prints them.
    pub(in crate::cli) fn file(&self) -> FileLint<'_> {
        let analysis = self.subject.as_ref().map(|subject| &subject.analysis);
        FileLint {
            path: &self.path,
            text: &self.text,
            document: analysis.map(|analysis| &analysis.document),
            release: analysis.map(|analysis| analysis.release.version),
            release_note: analysis.and_then(|analysis| analysis.release.warning.as_deref()),
            included: &self.included,
            agents: analysis.map_or(0, |analysis| analysis.gateway().agents.len()),
            lint: &self.lint,
        }
    }

    /// Whether it has findings of this severity or above.
    pub(super) fn reaches(&self, level: Severity) -> bool {
        self.lint.findings.iter().any(|finding| finding.severity >= level)
    }

    /// Says which limit on the month is not kept, and how many. A file that cannot be read has findings that say so.
    pub(super) fn over_the_limit(&self) -> anyhow::Result<usize> {
        let (Some(subject), Some(limit)) = (&self.subject, self.look.limit) else { return Ok(0) };
        judgeable(subject)?;
        let question = &self.look.question;
        let unit = subject.unit(question);
        let limits = Limits { monthly: Some(limit.in_unit("--max-monthly", unit)?), ..Limits::default() };
        let nothing = Plan::nothing(subject.analysis.gateway().agents.len());
        let report =
            subject.answer(&nothing, question, GivenFlags::default(), Question { limits, ..Question::default() });
        let exceeded = report.gates.iter().filter(|gate| !gate.kept);
        let told = |gate: &Gate| complain(&format!("{}: {}: {}", self.path, gate.gate.flag(), gate.sentence(unit)));
        Ok(exceeded.map(told).count())
    }

    /// What the wanted fixes change, with those that come up by them.
    pub(in crate::cli) fn fixes(&self, safety: Safety) -> Vec<Change> {
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
            Baseline::read(&value).ok_or_else(|| anyhow!("{} is not a baseline; {hint}", path.display()))
        });
        let baseline = baseline.transpose()?.unwrap_or_default();
        Ok(Narrowing { selection: args.rules.selection()?, baseline })
    }

    fn of(&self, lint: Lint, path: &str) -> Lint {
        lint.narrowed(path, &self.selection, &self.baseline)
    }
}

#[cfg(feature = "schema")]
pub(super) fn given_schema(path: &Path) -> anyhow::Result<GivenSchema> {
    let schema = GivenSchema::new(load::data_file(path)?);
    schema.map_err(|error| anyhow!("{} is not a usable JSON Schema: {error}", path.display()))
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
fn place_in_included(subject: &LoadedConfig, lint: &mut Lint) -> Vec<IncludedFile> {
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
