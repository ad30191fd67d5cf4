//! The answer about one config on a line of NDJSON (`schemas/fleet-line.v1.schema.json`): which fields there are, and what
//! each is taken from.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;
use std::path::Path;
use std::str::FromStr;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::what_if::OtherDefaults;
use crate::analysis::Analysis;
use crate::certain;
use crate::document::template::unrendered;
use crate::document::{Document, Format, KeyPath, PartError};
use crate::report::{Figures, Report};
use crate::rules::{Lint, Severity, Verdict, syntax_error};
use crate::words::json_escaped;

/// A field of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// One of those that a line has of itself.
    Own(&'static str),
    /// One of the report on the config alone, under the name it has there.
    OfReport(&'static str),
}

/// What a line has of itself, in its order. The first five are known of any config.
const OWN: [&str; 15] = [
    "id",
    "path",
    "release",
    "verdict",
    "error",
    "unit",
    "agents",
    "current",
    "recommended",
    "saving",
    "usage",
    "findings",
    "rules",
    "gates",
    "whatIf",
];

/// What of them comes from the report.
const COSTED: [&str; 8] = ["unit", "agents", "current", "recommended", "saving", "usage", "gates", "whatIf"];

/// What of them comes from the linter.
const LINTED: [&str; 2] = ["findings", "rules"];

/// What further may be taken from a report.
const OF_REPORT: [&str; 12] = [
    "config",
    "period",
    "asked",
    "totals",
    "modelNames",
    "assumptions",
    "foremost",
    "idle",
    "warnings",
    "mends",
    "measured",
    "schemaVersion",
];

/// No field of that name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no field '{0}'; expected one of {known}", known = Field::names().collect::<Vec<_>>().join(", "))]
pub struct NoSuchField(String);

impl FromStr for Field {
    type Err = NoSuchField;

    fn from_str(text: &str) -> Result<Self, NoSuchField> {
        let among = |names: &[&'static str]| names.iter().copied().find(|name| *name == text);
        let own = among(&OWN).map(Field::Own);
        own.or_else(|| among(&OF_REPORT).map(Field::OfReport)).ok_or_else(|| NoSuchField(text.to_owned()))
    }
}

impl Field {
    /// What fields are called.
    pub fn names() -> impl Iterator<Item = &'static str> {
        OWN.iter().chain(&OF_REPORT).copied()
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Field::Own(name) | Field::OfReport(name)) = self;
        f.write_str(name)
    }
}

/// Which answers the lines need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineNeeds {
    /// The month and the plan.
    pub report: bool,
    /// What the linter finds.
    pub lint: bool,
}

impl LineNeeds {
    /// What `fields` are taken from; without any, all that a line has.
    pub fn of(fields: &[Field]) -> Self {
        let needs = |names: &[&str]| {
            let any = |field: &Field| matches!(field, Field::Own(name) if names.contains(name));
            fields.is_empty() || fields.iter().any(any)
        };
        let whole = |field: &Field| matches!(field, Field::OfReport(_));
        LineNeeds { report: needs(&COSTED) || fields.iter().any(whole), lint: needs(&LINTED) }
    }
}

/// The fields of lines: those that are named, else for lines of findings those that tell no month; none stand for all.
pub fn selected(lint_only: bool, fields: &[Field]) -> Vec<Field> {
    match lint_only && fields.is_empty() {
        true => OWN.into_iter().filter(|name| !COSTED.contains(name)).map(Field::Own).collect(),
        false => fields.to_vec(),
    }
}

/// How many findings there are of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FindingCounts {
    /// What OpenClaw refuses a config for.
    pub error: u64,
    /// What does something else than a reader would think.
    pub warning: u64,
    /// What is worth knowing.
    pub info: u64,
}

impl FindingCounts {
    /// How many are of a severity or above.
    pub fn at_least(self, severity: Severity) -> u64 {
        match severity {
            Severity::Error => self.error,
            Severity::Warning => self.error + self.warning,
            Severity::Info => self.error + self.warning + self.info,
        }
    }
}

impl AddAssign for FindingCounts {
    fn add_assign(&mut self, other: FindingCounts) {
        self.error += other.error;
        self.warning += other.warning;
        self.info += other.info;
    }
}

/// The answer about one config. What is not known is null, and what was not asked is not there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FleetLine(Map<String, Value>);

impl FleetLine {
    /// The line of a config of which nothing is known yet.
    pub fn of(id: &str, path: Option<&str>) -> Self {
        let mut line = FleetLine::default();
        line.put("id", json!(id));
        line.put("path", json!(path));
        ["release", "verdict", "error"].iter().for_each(|name| line.put(name, Value::Null));
        line
    }

    /// A line that was written earlier.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(FleetLine)
    }

    /// What another line says, under the name of this one.
    #[must_use]
    pub(super) fn like(mut self, other: FleetLine) -> Self {
        let named = ["id", "path"];
        self.0.extend(other.0.into_iter().filter(|(name, _)| !named.contains(&name.as_str())));
        self
    }

    /// Says why nothing can be said of the config.
    #[must_use]
    pub fn with_error(mut self, error: &str) -> Self {
        self.put("error", json!(error));
        self
    }

    /// Adds what the linter says of a text that cannot be read for a slip in it: it is refused.
    #[must_use]
    pub fn with_slip(self, name: &Path, text: &str, format: Format, at: &KeyPath) -> Self {
        match Document::parse_at(text, format, at) {
            Err(PartError::Syntax(slip)) if unrendered(name, text, false).is_none() => {
                self.with_lint(&Lint::unreadable(syntax_error(&slip, text)))
            }
            _ => self,
        }
    }

    /// Adds what the release makes of the file, and who names it.
    #[must_use]
    pub fn judged(mut self, analysis: &Analysis, verdict: Verdict) -> Self {
        self.put("release", to_json(&analysis.release.version));
        self.put("verdict", to_json(&verdict));
        self
    }

    /// Adds what was found: how many findings of each severity, and of each rule.
    #[must_use]
    pub fn with_lint(mut self, lint: &Lint) -> Self {
        let (mut counts, mut rules) = (FindingCounts::default(), BTreeMap::<&str, u64>::new());
        for finding in &lint.findings {
            *rules.entry(finding.rule).or_default() += 1;
            *match finding.severity {
                Severity::Error => &mut counts.error,
                Severity::Warning => &mut counts.warning,
                Severity::Info => &mut counts.info,
            } += 1;
        }
        self.put("verdict", to_json(&lint.verdict));
        self.put("findings", to_json(&counts));
        self.put("rules", to_json(&rules));
        self
    }

    /// Adds the month, before and after the plan.
    #[must_use]
    pub fn with_figures(mut self, figures: &Figures) -> Self {
        self.put("unit", to_json(&figures.unit));
        self.put("agents", json!(figures.agents));
        self.put("current", to_json(&figures.current.cost));
        self.put("recommended", to_json(&figures.recommended.cost));
        self.put("saving", to_json(&figures.saving));
        self.put("usage", to_json(&figures.usage));
        self
    }

    /// Adds the month, the limits, and of the report what else is wanted.
    #[must_use]
    pub fn with_report(self, report: &Report, wanted: &[Field]) -> Self {
        let mut line = self.with_figures(&Figures::of(report));
        if !report.gates.is_empty() {
            line.put("gates", to_json(&report.gates));
        }
        let whole = wanted.iter().filter_map(|field| match field {
            Field::OfReport(name) => Some(*name),
            Field::Own(_) => None,
        });
        let whole: Vec<&str> = whole.collect();
        if !whole.is_empty() {
            let all = to_json(report);
            for name in whole {
                line.put(name, all.get(name).cloned().unwrap_or_default());
            }
        }
        line
    }

    /// Adds the month under other defaults.
    #[must_use]
    pub fn with_what_if(
        mut self,
        analysis: &Analysis,
        figures: &Figures,
        only: Option<&str>,
        instead: &[OtherDefaults],
    ) -> Self {
        if !instead.is_empty() {
            let effects = instead.iter().map(|instead| instead.effect_on(analysis, figures, only));
            self.put("whatIf", effects.collect());
        }
        self
    }

    /// Adds what it was asked under, in short.
    #[must_use]
    pub fn with_terms(mut self, terms: &str) -> Self {
        self.put("terms", json!(terms));
        self
    }

    /// The findings that it counts; none where they were not asked.
    pub(super) fn findings(&self) -> FindingCounts {
        let count = |severity| self.get("findings")[severity].as_u64().unwrap_or(0);
        FindingCounts { error: count("error"), warning: count("warning"), info: count("info") }
    }

    /// A field, null where it is not there.
    pub fn get(&self, name: &str) -> &Value {
        self.0.get(name).unwrap_or(&Value::Null)
    }

    /// The line as text with its end: all of it, or some fields in their own order.
    pub fn to_text(&self, fields: &[Field]) -> String {
        let json = match fields {
            [] => certain::line(&self.0),
            fields => {
                let named = |field: &Field| (field.to_string(), self.get(&field.to_string()).clone());
                certain::line(&fields.iter().map(named).collect::<Map<String, Value>>())
            }
        };
        json_escaped(&json) + "\n"
    }

    fn put(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }
}

fn to_json<T: Serialize>(value: &T) -> Value {
    certain::made("JSON", serde_json::to_value(value))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_fields_need_is_asked() {
        let needs = |names: &[&str]| {
            let fields: Vec<Field> = names.iter().map(|name| name.parse().unwrap()).collect();
            let LineNeeds { report, lint } = LineNeeds::of(&fields);
            (report, lint)
        };
        assert_eq!(needs(&[]), (true, true));
        assert_eq!(needs(&["id", "verdict", "error"]), (false, false));
        assert_eq!(needs(&["id", "rules"]), (false, true));
        assert_eq!(needs(&["id", "current"]), (true, false));
        assert_eq!(needs(&["assumptions"]), (true, false));
        assert_eq!(LineNeeds::of(&selected(true, &[])), LineNeeds { report: false, lint: true });
        let wrong = "costs".parse::<Field>().unwrap_err().to_string();
        assert!(
            wrong.starts_with("no field 'costs'; expected one of id, path, release, verdict, error, unit, "),
            "{wrong}"
        );
    }

    #[test]
    fn a_line_is_one_line_whatever_the_config_is_called() {
        let line = FleetLine::of("a\n::error::b\u{1b}[2J", None).with_error("no \u{202e}file");
        let text = line.to_text(&[]);
        assert_eq!(text.matches('\n').count(), 1, "{text}");
        assert!(!text.contains(['\u{1b}', '\u{202e}']) && !text.starts_with("::"), "{text}");
        assert_eq!(FleetLine::read(&text).unwrap(), line);
        let some = [Field::Own("error"), Field::Own("current")];
        assert_eq!(line.to_text(&some), "{\"error\":\"no \\u202efile\",\"current\":null}\n");
    }
}
