//! How a section stands on a terminal: a title, paragraphs, lists and tables below each other.

use super::layout::Page;
use super::table::TextTable;
use crate::report::page::{Block, Line, List, Piece, Section};
use crate::words::plain;

/// A line as plain text.
pub(super) fn words(line: &Line) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Prose(text) | Piece::Code(text) => plain(text),
        Piece::Kept(true) => "kept: ".to_owned(),
        Piece::Kept(false) => "not kept: ".to_owned(),
    };
    line.pieces().iter().map(piece).collect()
}

pub(super) fn print(page: &mut Page, section: &Section) {
    page.title(section.title);
    for block in &section.blocks {
        match block {
            Block::Agent(id) => page.line(&format!(" {}", plain(id))),
            Block::Text(text) => page.wrapped(&format!("  {}", words(text)), 2),
            Block::List(items) => list(page, items),
            Block::Table(rows) => {
                let mut table = TextTable::new(rows.columns.clone());
                rows.rows.iter().for_each(|row| table.row(row.iter().map(words).collect::<Vec<_>>()));
                table.print(page);
            }
        }
    }
}

fn list(page: &mut Page, list: &List) {
    let items = list.items.iter().take(list.open);
    items.for_each(|item| page.wrapped(&format!("- {}", words(item)), 2));
    if list.items.len() > list.open {
        page.line(&format!("- and {} more: --format json has all", list.items.len() - list.open));
    }
}
