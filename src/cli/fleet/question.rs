//! What one config of a fleet is asked, and its answer: a line, and where plans are saved that of its plan. What cannot be
//! read or costed is a line that says why.

use std::io;
use std::path::PathBuf;

use clawbeat::document::Format as Syntax;
use clawbeat::files::read::{self, Fingerprint, Loaded, TextSource};
use clawbeat::fleet::entry::{BadEntry, Entry};
use clawbeat::fleet::{Field, FleetLine, KnownLines, LineKey, LineNeeds};
use clawbeat::plan::Explanation;
use clawbeat::report::gates::Limits;
use clawbeat::report::{self, Figures, Question};
use clawbeat::rules::Verdict;
use clawbeat::workload::Workload;

use super::super::diff::plan_line;
use super::super::load::{self, Common};
use super::super::options::{QuestionOptions, Releases};
use super::super::report::judgeable;
use super::super::subject::LoadedConfig;
use super::super::told_once;
use super::inputs::Item;
use super::options::{FleetFormat, FleetOptions};

/// What each config is asked, and what of the answer is written.
pub(super) struct FleetQuestion {
    pub(super) options: FleetOptions,
    pub(super) format: FleetFormat,
    /// The fields of the lines; none stand for all.
    pub(super) fields: Vec<Field>,
    needs: LineNeeds,
    /// What all are asked under, in short, where the lines say it.
    pub(super) terms: Option<String>,
    common: Common,
    /// The lines of configs before.
    lines: KnownLines,
}

/// The answer of a config.
pub(super) struct FleetAnswer {
    pub(super) line: FleetLine,
    /// What is written: the line, or where plans are saved that of its plan.
    pub(super) text: PlanText,
}

/// The line of a plan: empty where there is nothing to change, or why there is none.
type PlanText = Result<String, String>;

/// A config that was read, or given, and what it is asked.
struct FleetConfig {
    name: PathBuf,
    loaded: Loaded,
    syntax: Syntax,
    question: QuestionOptions,
    workload: Option<Workload>,
}

/// The line of a bad config, which says why nothing can be said.
fn bad(line: FleetLine, error: &str) -> (FleetLine, PlanText) {
    (line.with_error(error), Err(error.to_owned()))
}

impl FleetQuestion {
    /// Reads what all configs are asked under.
    pub(super) fn new(
        options: FleetOptions,
        format: FleetFormat,
        fields: Vec<Field>,
        terms: Option<String>,
    ) -> anyhow::Result<Self> {
        let needs = match format {
            FleetFormat::Plan => LineNeeds { report: true, lint: options.fail_on.is_some() },
            _ => options.needs(&fields),
        };
        let common = Common::read(&options.question)?;
        Ok(FleetQuestion { options, format, fields, needs, terms, common, lines: KnownLines::default() })
    }

    /// Answers one config.
    pub(super) fn answer(&self, item: Item) -> FleetAnswer {
        let (line, config) = self.read(item);
        let (line, plan) = match config {
            Ok(config) => self.ask(line, config),
            Err(error) => bad(line, &error),
        };
        let line = self.terms.iter().fold(line, |line, terms| line.with_terms(terms));
        let text = if self.saves_plans() { plan } else { Ok(line.to_text(&self.fields)) };
        FleetAnswer { line, text }
    }

    /// A config, if there is one, and its line, of which no more than the name is known.
    fn read(&self, item: Item) -> (FleetLine, Result<FleetConfig, String>) {
        match item {
            Item::Path(path) => {
                let name = path.display().to_string();
                let config = read::read(&path, &mut io::empty()).map(|loaded| {
                    let (syntax, question) = (load::format(&path, &loaded), self.options.question.clone());
                    FleetConfig { name: path, loaded, syntax, question, workload: None }
                });
                (FleetLine::of(&name, Some(&name)), config.map_err(|error| error.to_string()))
            }
            Item::Member { name, bytes } => {
                let text = String::from_utf8(bytes);
                let text = text.map_err(|_| format!("{name}: invalid UTF-8; save the file as UTF-8"));
                (FleetLine::of(&name, Some(&name)), text.map(|text| self.given(&name, text, None)))
            }
            Item::Bad { id, path, error } => (FleetLine::of(&id, path.as_deref()), Err(error)),
            Item::Line { number, bytes } => match Entry::read(&String::from_utf8_lossy(&bytes), number) {
                Err(BadEntry { id, error }) => (FleetLine::of(&id, None), Err(error)),
                Ok(Entry { id, text, format, release, workload }) => {
                    let mut config = FleetConfig { workload, ..self.given(&id, text, Some(format)) };
                    config.question.openclaw_version = release.map(Releases::One).or(config.question.openclaw_version);
                    (FleetLine::of(&id, None), Ok(config))
                }
            },
        }
    }

    /// A config of standard input, whose form is known or read off its name or text.
    fn given(&self, name: &str, text: String, syntax: Option<Syntax>) -> FleetConfig {
        let name = PathBuf::from(name);
        let by_name = || name.extension().and_then(|end| end.to_str()).and_then(Syntax::from_extension);
        let syntax = syntax.or_else(by_name).unwrap_or_else(|| Syntax::sniff(&text));
        let fingerprint = Fingerprint::of(text.as_bytes());
        let loaded = Loaded { text, fingerprint, source: TextSource::Stdin };
        FleetConfig { name, loaded, syntax, question: self.options.question.clone(), workload: None }
    }

    /// The line and plan of a config, from one like it where nothing else is read.
    fn ask(&self, line: FleetLine, config: FleetConfig) -> (FleetLine, PlanText) {
        let FleetConfig { name, loaded, syntax, question, workload } = config;
        let shown = name.display().to_string();
        let document = match load::parsed(&name, &shown, &loaded, syntax, &question.at) {
            Ok(document) => document,
            Err(error) => {
                let line = line.with_slip(&name, &loaded.text, syntax, &question.at);
                return bad(line, &told_once(&error));
            }
        };
        // What is read of a file's folder is in no key, nor is where its text stands, which a report tells.
        let is_alike =
            !self.saves_plans() && !self.needs_report() && load::is_read_alone(&loaded, &document, &question);
        let release = question.openclaw_version.as_ref().map(|release| format!("{release:?}")).unwrap_or_default();
        let own = [release.as_str(), workload.as_ref().map_or("", |load| &load.name)];
        let key = is_alike.then(|| LineKey::of(&document, &own)).flatten();
        let mut plan = Ok(String::new());
        let line = self.lines.line(key, line, |line| {
            let subject = load::analyse_under(&self.common, workload, name, loaded, document, &question);
            let told = subject.and_then(|subject| self.tell_of(line.clone(), subject, &question));
            let (line, of_line) = told.unwrap_or_else(|error| bad(line, &told_once(&error)));
            plan = of_line;
            line
        });
        (line, plan)
    }

    fn saves_plans(&self) -> bool {
        self.format == FleetFormat::Plan
    }

    /// Whether a line has fields of a whole report.
    fn needs_report(&self) -> bool {
        self.fields.iter().any(|field| matches!(field, Field::OfReport(_)))
    }

    /// Adds to a line what is needed of a config: what is found in it, and what a month costs.
    fn tell_of(
        &self,
        mut line: FleetLine,
        subject: LoadedConfig,
        question: &QuestionOptions,
    ) -> anyhow::Result<(FleetLine, PlanText)> {
        let only = question.agent.as_ref().map(|id| id.to_lowercase());
        let mut is_valid = false;
        if self.needs.lint {
            let unit = question.billing.map(|billing| billing.unit());
            let lint = subject.analysis.lint_for(question.agent.as_deref(), unit, None);
            is_valid = lint.verdict == Verdict::Valid;
            line = line.judged(&subject.analysis, lint.verdict).with_lint(&lint);
        } else if !self.needs.report {
            line = line.judged(&subject.analysis, subject.analysis.verdict().0);
        }
        if !self.needs.report {
            return Ok((line, Ok(String::new())));
        }
        let is_whole = self.saves_plans() || self.options.limits_each() || self.needs_report();
        let subject = match is_valid && !is_whole {
            // Nothing is put right in it.
            true => subject,
            false => {
                let subject = subject.repaired();
                line = line.judged(&subject.analysis, subject.verdict());
                subject
            }
        };
        let unit = subject.unit(question);
        let limits = self.options.limits(unit);
        if limits != Limits::default() {
            judgeable(&subject)?;
        }
        let bounds = self.options.plan.bounds(&subject, question)?;
        let (mut figures, saved) = if is_whole {
            let explanation = if self.needs_report() { Explanation::Whole } else { Explanation::Steps };
            let plan = subject.analysis.explained_plan(&bounds, explanation);
            let flags = report::GivenFlags { plan: self.options.plan.arguments(), ..Default::default() };
            let report = subject.answer(&plan, question, flags, Question { limits, ..Question::default() });
            line = line.with_report(&report, &self.fields);
            let saved = if self.saves_plans() { plan_line(&subject, &plan, &report) } else { Ok(String::new()) };
            (Figures::of(&report), saved)
        } else {
            (subject.figures(&subject.analysis.unexplained_plan(&bounds), question), Ok(String::new()))
        };
        if subject.analysis.expanded.unread().is_some() {
            figures = figures.unknown();
        }
        let line = line.with_figures(&figures);
        let line = line.with_what_if(&subject.analysis, &figures, only.as_deref(), &self.options.instead);
        Ok((line, saved.map_err(|error| told_once(&error))))
    }
}
