//! The agents as a table, and who does not run.

use super::layout::{Page, clipped};
use super::section::words;
use super::table::TextTable;
use crate::report::Report;
use crate::report::page::headline::not_running;
use crate::report::page::roster::{Roster, columns, roster};
use crate::report::page::{Column, ColumnKind};
use crate::words::{counted, plain};

/// Agents of a roster that are shown, those that cost most; `--agent` shows any.
const SHOWN: usize = 12;
const WIDEST_NAME: usize = 28;

/// Who spends how much; with nobody enrolled, why.
pub(super) fn render(page: &mut Page, report: &Report) {
    render_few(page, report, SHOWN);
    if let Some(silent) = not_running(report) {
        page.blank();
        page.paragraph(&words(&silent));
    }
}

/// The agents that spend most.
pub(super) fn render_few(page: &mut Page, report: &Report, most: usize) {
    if most == 0 {
        return;
    }
    let Roster { shown, more, removed, .. } = roster(report, most);
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
    let columns = columns(report);
    let mut table = TextTable::new(columns.clone());
    for payer in shown.iter().chain(&removed) {
        let cell = |(column, cell): (&Column, _)| match column.kind {
            ColumnKind::Words => clipped(&words(cell), WIDEST_NAME),
            _ => words(cell),
        };
        table.row(columns.iter().zip(&payer.cells(report)).map(cell).collect::<Vec<_>>());
    }
    table.print(page);
    if let Some(more) = more {
        let [now, after] = more.figures(report.unit);
        page.wrapped(&format!("  and {}: {now} now, {after} after", counted(more.agents, "more agent")), 2);
    }
}
