//! The agents as a table, the shares of the bill, and who does not run.

use super::layout::{Page, clipped, in_unit};
use super::table::{Column, Table};
use crate::money::Money;
use crate::report::amount::{count, figure, percent, plain};
use crate::report::values::{model_name, setting};
use crate::report::{AgentReport, Report};
use crate::simulate::estimate::Estimate;

/// Agents of a roster that are shown, the dearest; `--agent` shows any.
const SHOWN: usize = 12;
/// Names of agents that do not run.
const NAMED: usize = 8;
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
    let typical = |month: &Estimate| month.cost.map(|cost| cost.typical);
    if agents.len() > SHOWN {
        // What is unknown may be the dearest.
        agents.sort_by_key(|agent| std::cmp::Reverse(typical(&agent.current).unwrap_or(Money::from_pico(i128::MAX))));
    }
    let rest = agents.split_off(agents.len().min(SHOWN));
    spenders(report, &agents).print(page);
    if !rest.is_empty() {
        let sum = |months: Vec<&Estimate>| {
            typical(&Estimate::sum(months.into_iter())).map_or("unknown".to_owned(), |sum| figure(sum, report.unit))
        };
        let now = sum(rest.iter().map(|agent| &agent.current).collect());
        let then = sum(rest.iter().map(|agent| &agent.recommended).collect());
        page.wrapped(
            &format!("  and {} more: {now} now, {then} after; --agent ID or --format json shows them", rest.len()),
            2,
        );
    }
    silent(page, report);
}

fn spenders(report: &Report, agents: &[&AgentReport]) -> Table<7> {
    let unit = report.unit;
    let total = report.totals.current.cost.map(|cost| cost.typical);
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
        let share = total.zip(agent.current.cost).and_then(|(total, cost)| cost.typical.percent_of(total));
        table.row([
            clipped(&plain(&agent.id), WIDEST_NAME),
            setting(agent, "every"),
            clipped(&model_name(agent), WIDEST_NAME),
            count(agent.current.runs),
            agent.current.cost.map_or("unknown".to_owned(), |cost| figure(cost.typical, unit)),
            share.map_or("-".to_owned(), percent),
            agent.recommended.cost.map_or("unknown".to_owned(), |cost| figure(cost.typical, unit)),
        ]);
    }
    table
}

fn silent(page: &mut Page, report: &Report) {
    let silent: Vec<&AgentReport> = report.agents.iter().filter(|agent| !agent.enrolled).collect();
    let Some(first) = silent.first() else { return };
    let names: Vec<String> = silent.iter().take(NAMED).map(|agent| plain(&agent.id)).collect();
    let more = if silent.len() > NAMED { format!(" and {} more", silent.len() - NAMED) } else { String::new() };
    page.blank();
    page.paragraph(&format!("Not running: {}{more} ({}).", names.join(", "), plain(&first.reason)));
}
