//! What one config of a fleet is asked, and its answer: a line, and where plans are saved that of its plan. What cannot be
//! read or costed is a line that says why.

use std::io;
use std::path::{Path, PathBuf};

use clawbeat::document::Format as Syntax;
use clawbeat::files::read::{self, Fingerprint, Loaded, TextSource};
use clawbeat::fleet::entry::{BadEntry, Entry};
use clawbeat::fleet::{Asked, Field, FleetLine, KnownLines, LineKey};
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
use super::Ask;
use super::inputs::Item;

/// What each config is asked.
pub(super) struct Asking {
    pub(super) args: Ask,
    pub(super) common: Common,
    pub(super) fields: Vec<Field>,
    pub(super) asked: Asked,
    /// Whether plans are saved.
    pub(super) plans: bool,
    /// What all are asked under, in short, where the lines say it.
    pub(super) terms: Option<String>,
    /// The lines of configs before.
    pub(super) lines: KnownLines,
}

/// The line of a config, and that of its plan: empty where there is nothing to change, or why there is none.
pub(super) type LineAndPlan = (FleetLine, Result<String, String>);

/// A line that says why nothing can be said.
fn failed(line: FleetLine, error: &str) -> LineAndPlan {
    (line.with_error(error), Err(error.to_owned()))
}

/// A config that was read, or given.
struct AskedConfig {
    name: PathBuf,
    loaded: Loaded,
    syntax: Syntax,
    question: QuestionOptions,
    load: Option<Workload>,
}

impl Asking {
    /// The line of a config.
    pub(super) fn about(&self, item: Item) -> LineAndPlan {
        let question = &self.args.question;
        let streamed = |name: &str, text: String, syntax: Option<Syntax>| {
            let fingerprint = Fingerprint::of(text.as_bytes());
            let loaded = Loaded { text, fingerprint, source: TextSource::Stdin };
            let name = PathBuf::from(name);
            let syntax = syntax.unwrap_or_else(|| by_name(&name, &loaded));
            AskedConfig { name, loaded, syntax, question: question.clone(), load: None }
        };
        match item {
            Item::Path(path) => {
                let name = path.display().to_string();
                let line = FleetLine::of(&name, Some(&name));
                match read::read(&path, &mut io::empty()) {
                    Err(error) => failed(line, &error.to_string()),
                    Ok(loaded) => {
                        let syntax = load::format(&path, &loaded);
                        self.answer(
                            line,
                            AskedConfig { name: path, loaded, syntax, question: question.clone(), load: None },
                        )
                    }
                }
            }
            Item::Member(name, bytes) => {
                let line = FleetLine::of(&name, Some(&name));
                match String::from_utf8(bytes) {
                    Err(_) => failed(line, &format!("{name}: invalid UTF-8; save the file as UTF-8")),
                    Ok(text) => self.answer(line, streamed(&name, text, None)),
                }
            }
            Item::Bad(id, path, error) => failed(FleetLine::of(&id, path.as_deref()), &error),
            Item::Line(number, bytes) => match Entry::read(&String::from_utf8_lossy(&bytes), number) {
                Err(BadEntry { id, error }) => failed(FleetLine::of(&id, None), &error),
                Ok(entry) => {
                    let line = FleetLine::of(&entry.id, None);
                    let mut given = streamed(&entry.id, entry.text, Some(entry.format));
                    given.load = entry.workload;
                    given.question.openclaw_version =
                        entry.release.map(Releases::One).or(given.question.openclaw_version);
                    self.answer(line, given)
                }
            },
        }
    }

    fn answer(&self, line: FleetLine, given: AskedConfig) -> LineAndPlan {
        let AskedConfig { name, loaded, syntax, question, load } = given;
        let shown = name.display().to_string();
        let document = match load::parsed(&name, &shown, &loaded, syntax, &question.at) {
            Ok(document) => document,
            Err(error) => {
                let line = line.with_slip(&name, &loaded.text, syntax, &question.at);
                return failed(line, &told_once(&error));
            }
        };
        // What is read of a file's folder is in no key, nor is where its text stands, which a report tells.
        let is_alike = !self.plans && !self.needs_report() && load::is_read_alone(&loaded, &document, &question);
        let release = question.openclaw_version.as_ref().map(|release| format!("{release:?}")).unwrap_or_default();
        let own = [release.as_str(), load.as_ref().map_or("", |load| &load.name)];
        let key = is_alike.then(|| LineKey::of(&document, &own)).flatten();
        let mut plan = Ok(String::new());
        let line = self.lines.line(key, line, |line| {
            let subject = load::analyse_under(&self.common, load, name, loaded, document, &question);
            let told = subject.and_then(|subject| self.tell_of(line.clone(), subject, &question));
            let (line, of_line) = told.unwrap_or_else(|error| failed(line, &told_once(&error)));
            plan = of_line;
            line
        });
        (line, plan)
    }

    /// Whether a line has fields of a whole report.
    fn needs_report(&self) -> bool {
        self.fields.iter().any(|field| matches!(field, Field::OfReport(_)))
    }

    fn tell_of(
        &self,
        mut line: FleetLine,
        subject: LoadedConfig,
        question: &QuestionOptions,
    ) -> anyhow::Result<LineAndPlan> {
        let only = question.agent.as_ref().map(|id| id.to_lowercase());
        let mut is_valid = false;
        if self.asked.lint {
            let unit = question.billing.map(|billing| billing.unit());
            let lint = subject.analysis.lint_for(question.agent.as_deref(), unit, None);
            is_valid = lint.verdict == Verdict::Valid;
            line = line.judged(&subject.analysis, lint.verdict).with_lint(&lint);
        } else if !self.asked.report {
            line = line.judged(&subject.analysis, subject.analysis.verdict().0);
        }
        if !self.asked.report {
            return Ok((line, Ok(String::new())));
        }
        let is_whole = self.plans || self.args.limits_each() || self.needs_report();
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
        let limits = self.args.limits(unit);
        if limits != Limits::default() {
            judgeable(&subject)?;
        }
        let bounds = self.args.plan.bounds(&subject, question)?;
        let (mut figures, saved);
        if is_whole {
            let explanation = if self.needs_report() { Explanation::Whole } else { Explanation::Steps };
            let plan = subject.analysis.explained_plan(&bounds, explanation);
            let flags = report::GivenFlags { plan: self.args.plan.arguments(), ..Default::default() };
            let report = subject.answer(&plan, question, flags, Question { limits, ..Question::default() });
            line = line.with_report(&report, &self.fields);
            figures = Figures::of(&report);
            saved = if self.plans { plan_line(&subject, &plan, &report) } else { Ok(String::new()) };
        } else {
            figures = subject.figures(&subject.analysis.unexplained_plan(&bounds), question);
            saved = Ok(String::new());
        }
        if subject.analysis.expanded.unread().is_some() {
            figures = figures.unknown();
        }
        line =
            line.with_figures(&figures).with_what_if(&subject.analysis, &figures, only.as_deref(), &self.args.instead);
        Ok((line, saved.map_err(|error| told_once(&error))))
    }
}

/// The form of a file of a tar, by the end of its name.
fn by_name(name: &Path, loaded: &Loaded) -> Syntax {
    let end = name.extension().and_then(|end| end.to_str()).and_then(Syntax::from_extension);
    end.unwrap_or_else(|| Syntax::sniff(&loaded.text))
}
