//! Positions in a text that is a string of the file around it.

use std::ops::Range;

/// Where the bytes of a string stand in the file that holds it.
pub(super) struct LineMap {
    /// Where a piece starts in the string and in the file; its bytes are the same.
    pieces: Vec<(usize, usize)>,
}

impl LineMap {
    /// The map of a string written at `span`, if its lines stand there as they are: in a block text or, in one line,
    /// plain or between quotes.
    pub(super) fn new(text: &str, span: &Range<usize>, content: &str) -> Option<Self> {
        let written = &text[span.clone()];
        if !content.contains('\n') && !content.is_empty() && !written.starts_with('|') {
            let start = written.find(content).filter(|&start| start <= 1 && written.len() - content.len() <= 2)?;
            return Some(LineMap { pieces: vec![(0, span.start + start)] });
        }
        if !written.starts_with('|') {
            return None;
        }
        let mut pieces = Vec::new();
        let mut inner = 0;
        let mut outer = span.start + written.find('\n')? + 1;
        for line in content.split_inclusive('\n') {
            let line_end = text[outer..].find('\n').map_or(text.len(), |at| outer + at);
            let raw = text[outer..line_end].trim_end_matches('\r');
            let indent = raw.strip_suffix(line.trim_end_matches('\n')).filter(|indent| indent.trim().is_empty())?;
            pieces.push((inner, outer + indent.len()));
            inner += line.len();
            outer = (line_end + 1).min(text.len());
        }
        // The end of the string is the end of its last line in the file.
        pieces.push((content.len(), span.end));
        Some(LineMap { pieces })
    }

    /// The byte of the file for one of the string.
    pub(super) fn outer(&self, inner: usize) -> usize {
        let after = self.pieces.partition_point(|(start, _)| *start <= inner);
        self.pieces.get(after.saturating_sub(1)).map_or(0, |(start, outer)| outer + (inner - start))
    }
}
