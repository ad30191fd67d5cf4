//! The agents as a table, the shares of the bill, and who does not run.

use super::layout::{Page, clipped};
use super::table::{Column, Table};
use crate::report::Report;
use crate::report::headline::not_running;
use crate::report::page::{Roster, roster};
use crate::words::{count, counted, in_unit, percent, plain};

/// Agents of a roster that are shown, the dearest; `--agent` shows any.
const SHOWN: usize = 12;
const WIDEST_NAME: usize = 28;

/// Who spends how much; with nobody enrolled, why.
pub(super) fn render(page: &mut Page, report: &Report) {
    render_few(page, report, SHOWN);
    if let Some(silent) = not_running(report, plain, plain) {
        page.blank();
        page.paragraph(&silent);
    }
}

/// The agents that spend most.
pub(super) fn render_few(page: &mut Page, report: &Report, most: usize) {
    if most == 0 {
        return;
    }
    let Roster { shown, more, .. } = roster(report, most);
    if shown.is_empty() {
        for agent in report.agents.iter().take(most) {
            page.blank();
            page.paragraph(&format!("{}: {}", plain(&agent.id), agent.reason));
        }
        return;
    }
    page.blank();
    if report.totals.other_generation.is_some() {
        page.paragraph(&format!("On {}:", report.config.release));
    }
    let unit = report.unit;
    let mut table = Table::new([
        Column::left("agent"),
        Column::left("every"),
        Column::left("model"),
        Column::right("runs").spare(),
        Column::right(&in_unit("now", unit)),
        Column::right("share").spare(),
        Column::right("after"),
    ]);
    for payer in shown {
        let [now, after] = payer.figures(unit);
        table.row([
            clipped(&plain(payer.id.unwrap_or_default()), WIDEST_NAME),
            clipped(&payer.every, WIDEST_NAME),
            clipped(&payer.model, WIDEST_NAME),
            count(payer.runs),
            now,
            payer.percent.map_or("-".to_owned(), percent),
            after,
        ]);
    }
    table.print(page);
    if let Some(more) = more {
        let [now, after] = more.figures(unit);
        page.wrapped(&format!("  and {}: {now} now, {after} after", counted(more.agents, "more agent")), 2);
    }
}
