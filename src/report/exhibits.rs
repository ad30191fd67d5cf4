//! What a page shows beside the report's own figures: a panel to try other settings in, and one day tick by tick. Worked
//! out only where it is asked for, by the same simulator.

mod day;
mod panel;

use super::{AgentReport, Report};
use crate::analysis::Analysis;
use crate::money::Money;
use crate::plan::{Bounds, Plan};

pub use day::{Course, DAY_MS, Day, Mark};
pub use panel::{Panel, Sheet};

/// The exhibits of a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Exhibits {
    /// Other settings to try.
    pub panel: Panel,
    /// A day of middling cost; `None` where no agent has a tick.
    pub day: Option<Day>,
}

/// Works out the exhibits of a report on an analysis.
pub fn exhibits(analysis: &Analysis, plan: &Plan, bounds: &Bounds, report: &Report) -> Exhibits {
    let shown = dearest_first(report);
    Exhibits {
        panel: panel::panel(analysis, plan, bounds, report, &shown),
        day: day::day(analysis, report.unit, &shown),
    }
}

/// The agents that have ticks, those that cost most first; an unknown cost may be any.
fn dearest_first(report: &Report) -> Vec<&AgentReport> {
    let mut agents: Vec<&AgentReport> = report.enrolled().filter(|agent| agent.current.ticks > 0).collect();
    let cost = |agent: &AgentReport| agent.current.cost.map_or(Money::from_pico(i128::MAX), |cost| cost.typical);
    agents.sort_by_key(|agent| std::cmp::Reverse(cost(agent)));
    agents
}
