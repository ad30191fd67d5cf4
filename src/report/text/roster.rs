//! The agents as a table, the shares of the bill, and who does not run.

use super::layout::{Page, clipped};
use super::table::{Column, Table};
use crate::report::headline::not_running;
use crate::report::values::{model_name, setting};
use crate::report::{AgentReport, Report};
use crate::simulate::estimate::Estimate;
use crate::words::{count, figure_if_known, in_unit, percent, plain};

/// Agents of a roster that are shown, the dearest; `--agent` shows any.
const SHOWN: usize = 12;
const WIDEST_NAME: usize = 28;

/// Who spends how much; with nobody enrolled, why.
pub(super) fn render(page: &mut Page, report: &Report) {
    let mut agents: Vec<&AgentReport> = report.enrolled().collect();
    if agents.is_empty() {
        for agent in report.agents.iter().take(SHOWN) {
            page.blank();
            page.paragraph(&format!("{}: {}", plain(&agent.id), agent.reason));
        }
        return;
    }
    page.blank();
    if report.totals.other_generation.is_some() {
        page.paragraph(&format!("On {}:", report.config.release));
    }
    if agents.len() > SHOWN {
        agents = report.dearest();
    }
    let rest = agents.split_off(agents.len().min(SHOWN));
    spenders(report, &agents).print(page);
    if !rest.is_empty() {
        let sum = |months: Vec<&Estimate>| figure_if_known(Estimate::sum(months.into_iter()).typical(), report.unit);
        let now = sum(rest.iter().map(|agent| &agent.current).collect());
        let then = sum(rest.iter().map(|agent| &agent.recommended).collect());
        page.wrapped(
            &format!("  and {} more: {now} now, {then} after; --agent ID or --format json shows them", rest.len()),
            2,
        );
    }
    if let Some(silent) = not_running(report, plain, plain) {
        page.blank();
        page.paragraph(&silent);
    }
}

fn spenders(report: &Report, agents: &[&AgentReport]) -> Table<7> {
    let unit = report.unit;
    let total = report.totals.current.typical();
    let mut table = Table::new([
        Column::left("agent"),
        Column::left("every"),
        Column::left("model"),
        Column::right("runs").spare(),
        Column::right(&in_unit("now", unit)),
        Column::right("share").spare(),
        Column::right("after"),
    ]);
    for agent in agents {
        let share = total.zip(agent.current.typical()).and_then(|(total, cost)| cost.percent_of(total));
        table.row([
            clipped(&plain(&agent.id), WIDEST_NAME),
            setting(agent, "every"),
            clipped(&model_name(agent), WIDEST_NAME),
            count(agent.current.runs),
            figure_if_known(agent.current.typical(), unit),
            share.map_or("-".to_owned(), percent),
            figure_if_known(agent.recommended.typical(), unit),
        ]);
    }
    table
}
