//! Who pays: a row an agent, before and after. A long roster shows its most expensive agents; the rest is folded away.

use super::escape::{code, prose};
use super::layout::{self, list};
use super::section::words;
use crate::report::page::ColumnKind;
use crate::report::page::roster::{Payer, Roster, columns, roster};
use crate::report::{AgentReport, Report};
use crate::words::counted;

/// Rows that stay open.
const OPEN: usize = 8;

/// The table of all agents that run, or of those that cost most.
pub(super) fn table(report: &Report) -> String {
    let Roster { shown, more, removed, all } = roster(report, OPEN);
    if shown.is_empty() {
        let why = |agent: &AgentReport| format!("{}: {}", code(&agent.id), prose(&agent.reason));
        return list(report.agents.iter().take(OPEN).map(why));
    }
    let mut rows: Vec<Vec<String>> =
        shown.iter().chain(&more).chain(&removed).map(|payer| cells(report, payer)).collect();
    let columns = columns(report);
    if rows.len() > 1 {
        // The name and the amounts.
        let stands_out = |(at, cell): &(usize, String)| {
            let column = &columns[*at];
            !cell.is_empty() && (*at == 0 || column.kind != ColumnKind::Words && !column.is_spare)
        };
        let bold = |cell: (usize, String)| if stands_out(&cell) { format!("**{}**", cell.1) } else { cell.1 };
        rows.push(cells(report, &all).into_iter().enumerate().map(bold).collect());
    }
    let table = layout::table(&columns, &rows);
    match report.totals.other_generation {
        Some(_) => format!("On OpenClaw {}:\n\n{table}", report.config.release),
        None => table,
    }
}

/// All of a long roster.
pub(super) fn folded(report: &Report) -> Option<(String, String)> {
    report.enrolled().nth(OPEN)?;
    let rows: Vec<_> = roster(report, usize::MAX).shown.iter().map(|payer| cells(report, payer)).collect();
    Some((format!("All {}", counted(rows.len(), "agent")), layout::table(&columns(report), &rows)))
}

fn cells(report: &Report, payer: &Payer) -> Vec<String> {
    payer.cells(report).iter().map(words).collect()
}
