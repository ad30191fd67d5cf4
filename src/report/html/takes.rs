//! What heartbeats take, as a table.

use maud::{Markup, html};

use super::titled;
use crate::report::Report;
use crate::report::takes::{HEADS, TITLE, asides, rows};
use crate::words::plain;

pub(super) fn section(report: &Report) -> Markup {
    let rows = rows(report);
    let [agent, of, figures @ ..] = HEADS;
    html! {
        @if !rows.is_empty() {
            (titled("takes", TITLE, &html! {
                table {
                    thead { tr { th scope="col" { (agent) } th scope="col" { (of) }
                        @for head in figures { th.number scope="col" { (head) } } } }
                    tbody { @for row in &rows { tr {
                        td { (plain(row.whose.unwrap_or_default())) } th scope="row" { (row.what) }
                        @for figure in &row.figures { td.number { (figure) } }
                    } } }
                }
                @for text in asides(report) { p { (text) } }
            }))
        }
    }
}
