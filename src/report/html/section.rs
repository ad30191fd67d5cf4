//! How a section stands on the page: under a title of its own, or as a part of another section that may be folded away.

use maud::{Markup, html};

use super::titled;
use crate::report::page::{Block, Column, ColumnKind, Line, List, Piece, Section, Table};
use crate::words::{counted, plain};

/// A line with its pieces marked.
pub(super) fn words(line: &Line) -> Markup {
    html! { @for piece in line.pieces() { @match piece {
        Piece::Prose(text) => (plain(text)),
        Piece::Code(text) => code { (plain(text)) },
        Piece::Kept(kept) => (if *kept { "✔ kept: " } else { "✘ not kept: " }),
    } } }
}

/// A section by itself.
pub(super) fn open(section: &Section) -> Markup {
    titled(section.id, section.title, &blocks(section))
}

/// A section as part of another.
pub(super) fn within(section: &Section) -> Markup {
    html! {
        @if section.is_folded { details id=(section.id) { summary { (section.title) } (blocks(section)) } }
        @else { div class=(section.id) id=(section.id) { h3 { (section.title) } (blocks(section)) } }
    }
}

fn blocks(section: &Section) -> Markup {
    html! { @for block in &section.blocks { @match block {
        Block::Agent(id) => h4 { code { (plain(id)) } },
        Block::Text(text) => p { (words(text)) },
        Block::List(items) => (list(items)),
        Block::Table(rows) => (table(rows)),
    } } }
}

fn list(list: &List) -> Markup {
    let (open, more) = list.items.split_at(list.items.len().min(list.open));
    html! {
        ul { @for item in open { li { (words(item)) } } }
        @if !more.is_empty() {
            details { summary { (counted(more.len(), "more line")) } ul { @for item in more { li { (words(item)) } } } }
        }
    }
}

/// Wider ones than the screen scroll by themselves, also by keyboard.
fn table(table: &Table) -> Markup {
    let is_figure = |column: &Column| column.kind != ColumnKind::Words;
    html! {
        div.wide tabindex="0" { table {
            thead { tr { @for column in &table.columns { th.number[is_figure(column)] scope="col" { (column.name) } } } }
            tbody { @for row in &table.rows { tr {
                @for (at, (column, cell)) in table.columns.iter().zip(row).enumerate() {
                    @if at == 0 { th scope="row" { (words(cell)) } }
                    @else { td.number[is_figure(column)] { (words(cell)) } }
                }
            } } }
        } }
    }
}
