//! Places in a text as editors count them: lines and columns from zero, columns in UTF-16 code units.

use std::ops::Range;

use lsp_types::Position;

/// A text with the bytes at which its lines start. A line ends with LF, CRLF or CR, as the protocol says.
pub(super) struct LineStarts<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> LineStarts<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|&(at, &byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        LineStarts { text, starts: std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect() }
    }

    /// The place of a byte; one inside of a character means its start, one past the end the end.
    pub(super) fn position(&self, byte: usize) -> Position {
        let byte = self.text.floor_char_boundary(byte);
        let line = self.starts.partition_point(|&start| start <= byte).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let units = self.text.get(start..byte).map_or(0, |before| before.encode_utf16().count());
        let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
        Position::new(number(line), number(units))
    }

    /// The places of the ends of a range of bytes.
    pub(super) fn range(&self, bytes: &Range<usize>) -> lsp_types::Range {
        lsp_types::Range::new(self.position(bytes.start), self.position(bytes.end))
    }

    /// The byte at a place; past the end of a line or of the text it is that end.
    pub(super) fn byte(&self, place: Position) -> usize {
        let line = usize::try_from(place.line).unwrap_or(usize::MAX);
        let Some(&start) = self.starts.get(line) else { return self.text.len() };
        let rest = self.text.get(start..).unwrap_or_default();
        let line = rest.split(['\n', '\r']).next().unwrap_or_default();
        let mut left = usize::try_from(place.character).unwrap_or(usize::MAX);
        let inside = line.char_indices().find(|(_, c)| {
            let is_there = left < c.len_utf16();
            left = left.saturating_sub(c.len_utf16());
            is_there
        });
        start + inside.map_or(line.len(), |(at, _)| at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn columns_are_utf_16_units_and_every_line_end_counts() {
        let text = "{\r\n  'é😀': 1,\rb\n";
        let lines = LineStarts::new(text);
        let at = |what| lines.position(text.find(what).unwrap());
        assert_eq!(at("'é"), Position::new(1, 2));
        assert_eq!(at("😀"), Position::new(1, 4));
        assert_eq!(at("': 1"), Position::new(1, 6));
        assert_eq!(at("b"), Position::new(2, 0));
        assert_eq!(lines.position(text.len()), Position::new(3, 0));
        assert_eq!(lines.byte(Position::new(1, 99)), text.find("\rb").unwrap());
    }

    proptest! {
        #[test]
        fn a_place_leads_back_to_its_byte(text in "[aé😀\r\n]{0,40}") {
            let lines = LineStarts::new(&text);
            for (byte, c) in text.char_indices() {
                // Between CR and LF no editor can stand.
                if c != '\n' || !text[..byte].ends_with('\r') {
                    prop_assert_eq!(lines.byte(lines.position(byte)), byte);
                }
            }
        }
    }
}
