//! What heartbeats take, as a table.

use super::layout::{Page, clipped};
use super::table::{Column, Table};
use crate::report::Report;
use crate::report::takes::{HEADS, TITLE, asides, rows};
use crate::words::plain;

const WIDEST_NAME: usize = 20;

pub(super) fn render(page: &mut Page, report: &Report) {
    let rows = rows(report);
    if rows.is_empty() {
        return;
    }
    page.title(TITLE);
    let [agent, of, day, week, month, busiest] = HEADS;
    let mut table = Table::new([
        Column::left(agent),
        Column::left(of),
        Column::right(day),
        Column::right(week),
        Column::right(month),
        Column::right(busiest),
    ]);
    for row in rows {
        let [day, week, month, busiest] = row.figures;
        let whose = clipped(&plain(row.whose.unwrap_or_default()), WIDEST_NAME);
        table.row([whose, row.what.to_owned(), day, week, month, busiest]);
    }
    table.print(page);
    for text in asides(report) {
        page.blank();
        page.paragraph(&text);
    }
}
