//! The same answers without a process, for the tests that ask thousands of times.

use clawbeat::{Analysis, Bounds, Format, Plan, Repair, Report, ReportedFile, Setup};
use jiff::civil::date;
use serde_json::Value;

use super::common::json_file;

/// Two legacy releases that were measured, the newest current one. `None` is what the file names.
pub(crate) const RELEASES: [&str; 3] = ["2026.4.15", "2026.7.35", "2026.9.6"];

/// A config as a release reads it in November 2026, with its plan.
pub(crate) struct Read {
    pub(crate) analysis: Analysis,
    pub(crate) plan: Plan,
    pub(crate) repair: Repair,
}

impl Read {
    pub(crate) fn new(config: &Value, version: Option<&str>) -> Self {
        Read::text(&serde_json::to_string_pretty(config).unwrap(), version)
    }

    pub(crate) fn text(text: &str, version: Option<&str>) -> Self {
        let setup = Setup { version: version.map(|version| version.parse().unwrap()), ..Setup::default() };
        let mut analysis = Analysis::read(text, Format::Json5, date(2026, 11, 1), setup).unwrap();
        let repair = analysis.repair();
        let plan = analysis.plan(&Bounds::default());
        Read { analysis, plan, repair }
    }

    pub(crate) fn report(&self) -> Report {
        let origin = ReportedFile::new("openclaw.json", self.analysis.document.text(), self.repair.clone());
        Report::new(&self.analysis, &self.plan, origin)
    }

    /// The file's text with the plan's changes.
    pub(crate) fn planned_text(&self) -> String {
        let changes = self.repair.changes.iter().chain(self.plan.changes());
        self.analysis.document.apply(&changes.cloned().collect::<Vec<_>>()).unwrap()
    }
}

/// Configs that people really use, reduced to what decides a heartbeat and its price.
pub(crate) fn real_configs() -> Vec<(String, Value)> {
    const FILE: &str = "fixtures/openclaw/real-configs.json";
    let file = json_file(FILE);
    let configs = file["configs"].as_array().unwrap();
    assert_eq!(configs.len(), 190);
    configs.iter().map(|entry| (entry["id"].as_str().unwrap().to_owned(), entry["config"].clone())).collect()
}
