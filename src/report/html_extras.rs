//! What a page shows beside the report's own figures: a panel to try other settings in, and one day tick by tick. Worked
//! out only where it is asked for, by the same simulator.

mod day;
mod panel;

use super::{AgentReport, Report};
use crate::analysis::Analysis;
use crate::plan::{Bounds, Plan};

pub use day::{Course, DAY_MS, Day, Mark};
pub use panel::{Panel, Sheet};

/// The extras of a report.
#[derive(Clone, Debug, PartialEq)]
pub struct HtmlExtras {
    /// Other settings to try.
    pub panel: Panel,
    /// A day of middling cost; `None` where no agent has a tick.
    pub day: Option<Day>,
}

/// Works out the extras of a report on an analysis.
pub(super) fn html_extras(analysis: &Analysis, plan: &Plan, bounds: &Bounds, report: &Report) -> HtmlExtras {
    let shown: Vec<&AgentReport> = report.dearest().into_iter().filter(|agent| agent.current.ticks > 0).collect();
    HtmlExtras {
        panel: panel::panel(analysis, plan, bounds, report, &shown),
        day: day::day(analysis, report.unit, &shown),
    }
}
