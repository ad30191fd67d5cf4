//! The same answers without a process, for the tests that ask thousands of times.

use std::rc::Rc;

use clawbeat::analysis::{Analysis, Setup};
use clawbeat::catalogue::Catalogue;
use clawbeat::document::{Document, Format};
use clawbeat::gateway::Surroundings;
use clawbeat::plan::{Bounds, Plan};
use clawbeat::repair::Repair;
use clawbeat::report::build::Origin;
use clawbeat::report::{Report, build};
use clawbeat::simulate::schedule::Period;
use clawbeat::workload::Workload;
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
        let setup = Setup {
            version: version.map(|version| version.parse().unwrap()),
            surroundings: Surroundings::default(),
            catalogue: Catalogue::builtin(),
            workload: Workload::preset("typical").unwrap(),
            anchor: None,
            loader: Rc::new(|_, _| Err("nothing is included here".to_owned())),
        };
        let document = Document::parse(text, Format::Json5).unwrap();
        let mut analysis = Analysis::new(document, setup, |gateway| {
            Period::month(date(2026, 11, 1), gateway.user_zone.clone()).unwrap()
        });
        let repair = analysis.repair();
        let plan = analysis.plan(&Bounds::default());
        Read { analysis, plan, repair }
    }

    pub(crate) fn report(&self) -> Report {
        let origin = Origin {
            path: "openclaw.json".to_owned(),
            sha256: "0".repeat(64),
            repair: self.repair.clone(),
            asked: Default::default(),
            warnings: Vec::new(),
        };
        build(&self.analysis, &self.plan, origin, None, None)
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
