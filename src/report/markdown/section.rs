//! How a section stands in a comment: what stands open, and what is folded away.

use super::escape::{code, prose};
use super::layout;
use crate::report::page::{Block, Line, Piece, Section};
use crate::words::counted;

/// A line with its pieces marked and escaped.
pub(super) fn words(line: &Line) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Prose(text) => prose(text),
        Piece::Code(text) => code(text),
        Piece::Kept(true) => "✅ ".to_owned(),
        Piece::Kept(false) => "❌ ".to_owned(),
    };
    line.pieces().iter().map(piece).collect()
}

/// A section under a heading; what is not open of its lists is folded away below it.
pub(super) fn open(section: &Section) -> String {
    format!("#### {}\n\n{}", section.title, body(section, false))
}

/// The title and the body of a section that is folded away as a whole.
pub(super) fn folded(section: &Section) -> (String, String) {
    let title = match section.blocks.as_slice() {
        [Block::List(list)] => format!("{} ({})", section.title, list.items.len()),
        _ => section.title.to_owned(),
    };
    (title, body(section, true))
}

fn body(section: &Section, is_all: bool) -> String {
    let block = |block: &Block| match block {
        Block::Agent(id) => code(id) + "\n",
        Block::Text(text) => words(text) + "\n",
        Block::List(list) => {
            let (open, more) = list.items.split_at(list.items.len().min(if is_all { usize::MAX } else { list.open }));
            let folded = || layout::folded(&counted(more.len(), "more line"), &layout::list(more.iter().map(words)));
            let open = layout::list(open.iter().map(words));
            if more.is_empty() { open } else { format!("{open}\n{}", folded()) }
        }
        Block::Table(table) => {
            let rows: Vec<Vec<String>> = table.rows.iter().map(|row| row.iter().map(words).collect()).collect();
            layout::table(&table.columns, &rows)
        }
    };
    section.blocks.iter().map(block).collect::<Vec<_>>().join("\n")
}
