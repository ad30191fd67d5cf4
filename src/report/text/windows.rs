//! What the plan that pays allows, as a table.

use super::layout::Page;
use super::table::{Column, Table};
use crate::report::Report;
use crate::report::windows::{HEADINGS, TITLE, aside, rows};

pub(super) fn render(page: &mut Page, report: &Report) {
    let rows = rows(report);
    if rows.is_empty() {
        return;
    }
    page.title(TITLE);
    let [plan, counted, figures @ ..] = HEADINGS;
    let [used, limit, share, left] = figures.map(Column::right);
    let mut table = Table::new([Column::left(plan).spare(), Column::left(counted), used, limit, share, left]);
    rows.into_iter().for_each(|row| table.row(row));
    table.print(page);
    aside(report).into_iter().for_each(|text| page.wrapped(&format!("  {text}"), 2));
}
