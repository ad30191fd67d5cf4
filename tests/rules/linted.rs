//! Lints a text the way the command does, without files, clock or environment.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use clawbeat::analysis::{Analysis, Setup};
use clawbeat::automations::{Jobs, jobs_of};
use clawbeat::document::{Document, Format};
use clawbeat::files::workspace;
use clawbeat::gateway::{Agent, Gateway, Surroundings};
use clawbeat::releases::Version;
use clawbeat::report::findings::{FileLint, render_json, render_text};
use clawbeat::report::text::Screen;
use clawbeat::rules::{Lint, Verdict, syntax_error};
use clawbeat::schema::GivenSchema;
use clawbeat::simulate::schedule::Period;
use clawbeat::workload::Workload;
use jiff::civil::date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

/// The environment that answers were recorded in.
pub(crate) const VARIABLES: [(&str, &str); 4] = [("HB_SET", "45m"), ("HB_NUM", "20"), ("HB", "40m"), ("EMPTY", "")];

/// A linted text.
pub(crate) struct Linted {
    pub(crate) text: String,
    pub(crate) document: Option<Document>,
    pub(crate) gateway: Option<Gateway>,
    pub(crate) lint: Lint,
}

impl Linted {
    /// Reads a JSON5 text for a release, or for the one it names itself.
    pub(crate) fn new(text: &str, version: Option<&str>) -> Self {
        Linted::of(text, Format::Json5, version.map(|version| version.parse().unwrap()))
    }

    /// Reads a fixture or example of a rule, with the workspace and schema beside its fixtures if there are any.
    pub(crate) fn example(rule: &str, text: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/findings").join(rule).join("workspace");
        let workload = Workload::preset("typical").unwrap();
        let workload = match folder.is_dir() {
            true => workload.with_workspace(workspace::read(&folder).unwrap()),
            false => workload,
        };
        let schema = std::fs::read_to_string(folder.with_file_name("schema.json")).ok();
        let schema = schema.map(|schema| GivenSchema::new(serde_json::from_str(&schema).unwrap()).unwrap());
        let jobs = std::fs::read_to_string(folder.with_file_name("jobs.json")).ok();
        let jobs = jobs.map(|jobs| jobs_of(&serde_json::from_str(&jobs).unwrap(), "cron/jobs.json").0);
        let store = jobs.as_ref().map(|_| "cron/jobs.json".to_owned());
        let jobs = Jobs { jobs: jobs.unwrap_or_default(), store, notes: Vec::new() };
        let state = folder.with_file_name("state");
        Linted::with_store(text, Format::Json5, None, &workload, schema.as_ref(), (jobs, Some(&state)))
    }

    pub(crate) fn of(text: &str, format: Format, version: Option<Version>) -> Self {
        Linted::under(text, format, version, &Workload::preset("typical").unwrap(), None)
    }

    /// Reads a text under a workload, and compares it with a schema.
    pub(crate) fn under(
        text: &str,
        format: Format,
        version: Option<Version>,
        workload: &Workload,
        schema: Option<&GivenSchema>,
    ) -> Self {
        Linted::with_store(text, format, version, workload, schema, (Jobs::default(), None))
    }

    fn with_store(
        text: &str,
        format: Format,
        version: Option<Version>,
        workload: &Workload,
        schema: Option<&GivenSchema>,
        (jobs, state): (Jobs, Option<&Path>),
    ) -> Self {
        let text = text.to_owned();
        let document = match Document::parse(text.clone(), format) {
            Ok(document) => document,
            Err(error) => {
                let lint = Lint::unreadable(syntax_error(&error, &text));
                return Linted { text, document: None, gateway: None, lint };
            }
        };
        let mut analysis = analysis(document, version, workload.clone());
        analysis.jobs = jobs;
        #[cfg(feature = "records")]
        if let Some(records) = state.and_then(|state| clawbeat::records::read(&[state.to_owned()]).ok()) {
            analysis.recorded =
                Some(clawbeat::calibrate::beside(&records, &analysis.costing(), clawbeat::money::Unit::Usd));
        }
        #[cfg(not(feature = "records"))]
        let _ = state;
        let lint = analysis.lint_for(None, None, schema);
        let gateway = Some(analysis.gateway().clone());
        Linted { text, document: Some(analysis.document), gateway, lint }
    }

    pub(crate) fn file(&self) -> FileLint<'_> {
        FileLint {
            path: "openclaw.json",
            text: &self.text,
            document: self.document.as_ref(),
            release: self.gateway.as_ref().map(|gateway| gateway.behaviour.version),
            release_note: None,
            included: &[],
            agents: self.gateway.as_ref().map_or(0, |gateway| gateway.agents.len()),
            lint: &self.lint,
        }
    }

    pub(crate) fn render(&self) -> String {
        render_text(&[self.file()], Screen { width: 120, colour: false })
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&render_json(&[self.file()])).unwrap()
    }

    /// Who runs how often, as OpenClaw's answers are recorded; null for a text that cannot be read.
    pub(crate) fn beats(&self) -> Value {
        self.gateway.as_ref().map(beats).unwrap_or_default()
    }

    pub(crate) fn has(&self, rule: &str) -> bool {
        self.lint.findings.iter().any(|finding| finding.rule == rule)
    }
}

fn analysis(document: Document, version: Option<Version>, workload: Workload) -> Analysis {
    let variables = BTreeMap::from(VARIABLES.map(|(k, v)| (k.to_owned(), v.to_owned())));
    let surroundings = Surroundings { variables, ..Surroundings::default() };
    let setup = Setup { version, surroundings, workload, ..Setup::default() };
    let november = |_: &Gateway| Period::thirty_days(date(2026, 11, 1), TimeZone::UTC).unwrap();
    Analysis::new(document, setup, november)
}

/// The verdict on a JSON5 text for a release, and who then runs how often: without findings, costs and plan.
pub(crate) fn judged(text: &str, version: &str) -> (Verdict, Value) {
    let Ok(document) = Document::parse(text.to_owned(), Format::Json5) else { return (Verdict::Refused, Value::Null) };
    let analysis = analysis(document, Some(version.parse().unwrap()), Workload::preset("typical").unwrap());
    (analysis.verdict().0, beats(analysis.gateway()))
}

fn beats(gateway: &Gateway) -> Value {
    let beat = |agent: &Agent| json!({ "agent": kept_id(&agent.id), "everyMs": agent.settings.every.value.ms() });
    gateway.enrolled().map(beat).collect()
}

/// An agent that a variable names is shown as it is written; OpenClaw keeps what of it can be an id.
fn kept_id(id: &str) -> String {
    let variable = id.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    variable.map_or_else(|| id.to_owned(), str::to_lowercase)
}

/// Recorded beats with ids as OpenClaw compares them: legacy releases list them as written, and twice.
pub(crate) fn normal_beats(recorded: &Value) -> Value {
    let mut seen = HashSet::new();
    let beat = |beat: &Value| {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
        let agent: String = beat["agent"].as_str()?.trim().to_lowercase().chars().map(plain).collect();
        let agent: String = agent.trim_start_matches('-').chars().take(64).collect();
        let agent = if agent.is_empty() { "main".to_owned() } else { agent };
        seen.insert(agent.clone()).then(|| json!({ "agent": agent, "everyMs": beat["everyMs"] }))
    };
    recorded.as_array().into_iter().flatten().filter_map(beat).collect()
}

/// The order of agents is that of a JavaScript object, numbers first, and no part of the answer.
pub(crate) fn by_name(mut beats: Value) -> Value {
    if let Some(beats) = beats.as_array_mut() {
        beats.sort_by_key(|beat| beat["agent"].as_str().map(str::to_owned));
    }
    beats
}
