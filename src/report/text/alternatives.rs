//! What else could be chosen: each change on its own, and the cost against the reaction time.

use super::layout::Page;
use super::table::{Column, Table};
use crate::money::Unit;
use crate::report::values::{levers, value_of};
use crate::report::{AgentReport, Report};
use crate::words::{duration, figure, in_unit};

pub(super) fn alone(page: &mut Page, report: &Report, agent: &AgentReport, of: &str) {
    if agent.levers.is_empty() {
        return;
    }
    page.title(&format!("Each change on its own{of}"));
    let unit = report.unit;
    let mut table =
        Table::new([Column::left("change"), Column::right(&in_unit("month", unit)), Column::saving("saves")]);
    for lever in &agent.levers {
        let what = format!("{}: {}", levers(lever), value_of(report, lever, str::to_owned));
        table.row([what, lever.cost.figure(), lever.saving.figure()]);
    }
    table.print(page);
}

pub(super) fn reaction(page: &mut Page, agent: &AgentReport, unit: Unit, of: &str) {
    if agent.frontier.len() < 2 {
        return;
    }
    page.title(&format!("Cost against reaction time, with the best of what the plan may change{of}"));
    let mut table = Table::new([
        Column::left("every"),
        Column::right(&in_unit("month", unit)),
        Column::right("mean delay"),
        Column::right("worst"),
    ]);
    for point in &agent.frontier {
        let delays = [duration(point.mean_delay_ms), duration(point.worst_delay_ms)];
        let [mean, worst] = delays;
        table.row([point.every.clone(), figure(point.cost, unit), mean, worst]);
    }
    table.print(page);
}
