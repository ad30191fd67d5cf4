//! What a page shows beside the report's own figures: a panel to try other settings in, and one day tick by tick. Worked
//! out only where it is asked for, by the same simulator.

mod day;
mod keys;
mod panel;

use super::{AgentReport, Report};
use crate::analysis::Analysis;
use crate::plan::{Bounds, Plan};
use crate::words::plain_lines;

pub use day::{AgentDay, DAY_MS, Day, DayMark};
pub use keys::Keys;
pub use panel::{Panel, PanelSheet, Tried};

/// The extras of a report.
#[derive(Clone, Debug, PartialEq)]
pub struct HtmlExtras {
    /// Other settings to try.
    pub panel: Panel,
    /// A day of middling cost; `None` where no agent has a tick.
    pub day: Option<Day>,
    /// The plan as a patch, where it is asked for, shows no secret and can be copied as it stands.
    pub patch: Option<String>,
}

/// What the extras are worked out from, beside the report.
#[derive(Clone, Debug)]
pub struct ExtrasWanted<'a> {
    /// How far a plan may go.
    pub bounds: &'a Bounds,
    /// The plan as a patch, from whoever has the files.
    pub patch: Option<String>,
}

/// Works out the extras of a report on an analysis.
pub(super) fn html_extras(analysis: &Analysis, plan: &Plan, wanted: &ExtrasWanted<'_>, report: &Report) -> HtmlExtras {
    let shown: Vec<&AgentReport> = report.dearest().into_iter().filter(|agent| agent.current.ticks > 0).collect();
    HtmlExtras {
        panel: panel::panel(analysis, plan, wanted.bounds, report, &shown),
        day: day::day(analysis, report.unit, &shown),
        patch: wanted.patch.clone().filter(|patch| !patch.is_empty() && plain_lines(patch) == *patch),
    }
}
