//! The answer: the headline's sentences and the figures a reader takes away.

use maud::{Markup, html};

use super::section::words;
use crate::report::Report;
use crate::report::page::headline::{beside, headline, sentence};
use crate::report::page::limits;
use crate::report::page::summary::{holds_for, tiles};
use crate::words::plain;

pub(super) fn section(report: &Report, name: &str) -> Markup {
    let limits = limits(report);
    html! {
        header id="summary" {
            p.file { (name) " · " (holds_for(report)) }
            h1 { "What the heartbeats cost" }
            @for text in headline(report) { p.lead { (text) } }
            @if !limits.is_empty() { ul.plain id="gates" { @for limit in &limits { li { (words(limit)) } } } }
            @for text in beside(report) { p.lead { (text) } }
            @for text in &report.foremost { p.warnings { (plain(&sentence(text))) } }
            dl.tiles { @for tile in tiles(report) {
                div.tile id=(tile.id) {
                    dt { (tile.name) }
                    dd {
                        strong { @match tile.exact { Some(exact) => data value=(exact) { (tile.figure) }, None => (tile.figure) } }
                        @for note in tile.notes { span { (note) } }
                    }
                }
            } }
        }
    }
}
