//! What the plan that pays allows, as a table.

use maud::{Markup, html};

use super::titled;
use crate::report::Report;
use crate::report::windows::{HEADINGS, TITLE, aside, rows};

pub(super) fn section(report: &Report) -> Markup {
    let rows = rows(report);
    let [plan, counted, figures @ ..] = HEADINGS;
    html! {
        @if !rows.is_empty() {
            (titled("windows", TITLE, &html! {
                table {
                    thead { tr { th scope="col" { (plan) } th scope="col" { (counted) }
                        @for head in figures { th.number scope="col" { (head) } } } }
                    tbody { @for [plan, counted, figures @ ..] in &rows { tr {
                        td { (plan) } th scope="row" { (counted) }
                        @for figure in figures { td.number { (figure) } }
                    } } }
                }
                @if let Some(text) = aside(report) { p { (text) } }
            }))
        }
    }
}
