//! Where in a text a byte is, as people and editors count it: lines and columns from one, columns in characters.

use std::ops::Range;

use serde::Serialize;

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in Unicode scalar values; a byte order mark does not count.
    pub column: usize,
    /// The offset in bytes, from 0; a byte order mark counts.
    pub byte: usize,
}

/// The mark some editors put at the start of a file.
pub(super) const BOM: char = '\u{feff}';

/// The starts of a text's lines, so that a position costs a search instead of a walk.
#[derive(Clone, Debug)]
pub(super) struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    pub(super) fn new(text: &str) -> Self {
        let after_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        LineIndex { starts: std::iter::once(0).chain(after_breaks).collect() }
    }

    /// The position of a byte of `text`; a byte inside a character or past the end means the character or the end.
    pub(super) fn position(&self, text: &str, byte: usize) -> Position {
        let byte = text.floor_char_boundary(byte);
        let line = self.starts.partition_point(|&start| start <= byte);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let before = text[start..byte].trim_start_matches(BOM);
        Position { line, column: before.chars().count() + 1, byte }
    }
}

/// The offset of the character at a line and column counted from zero, with `breaks` saying what ends a line.
pub(super) fn byte_at(text: &str, line: usize, column: usize, breaks: impl Fn(char) -> bool) -> usize {
    let mut chars = text.char_indices().peekable();
    for _ in 0..line {
        while let Some((_, c)) = chars.next() {
            if breaks(c) {
                if c == '\r' {
                    chars.next_if(|&(_, next)| next == '\n');
                }
                break;
            }
        }
    }
    chars.nth(column).map_or(text.len(), |(at, _)| at)
}

/// The whole of a text without its byte order mark.
pub(super) fn body(text: &str) -> Range<usize> {
    let start = if text.starts_with(BOM) { BOM.len_utf8() } else { 0 };
    start..text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_ignore_the_byte_order_mark() {
        let text = "\u{feff}{\r\n  'ü': 1\r\n}";
        let lines = LineIndex::new(text);
        let at = |byte| {
            let position = lines.position(text, byte);
            (position.line, position.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(3), (1, 1));
        assert_eq!(at(text.find(':').unwrap()), (2, 6));
        assert_eq!(at(text.len()), (3, 2));
        assert_eq!(at(text.len() + 9), (3, 2));
        assert_eq!(lines.position(text, 1).byte, 0);
    }
}
