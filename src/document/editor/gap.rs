//! What stands between two items of a container: blanks, comments and commas. And the lines they are on.

use std::ops::Range;

use crate::document::position::body;
use crate::document::scan::comment_end;

/// The parts of a gap that matter for a layout.
#[derive(Debug, Default)]
pub(super) struct Gap {
    /// The last of its commas.
    pub(super) comma: Option<usize>,
    pub(super) commas: usize,
    pub(super) comments: Vec<Range<usize>>,
    /// Whether a line ends in it, other than inside a block comment.
    pub(super) breaks: bool,
}

impl Gap {
    pub(super) fn read(text: &str, range: Range<usize>) -> Self {
        let mut gap = Gap::default();
        let bytes = text.as_bytes();
        let mut at = range.start;
        while at < range.end {
            match bytes[at] {
                b',' => {
                    gap.comma = Some(at);
                    gap.commas += 1;
                }
                b'\n' | b'\r' => gap.breaks = true,
                // Between items nothing else starts with these, in whichever syntax.
                b'/' | b'#' => {
                    let end = if bytes[at] == b'#' { Some(line_end(text, at)) } else { comment_end(text, at) };
                    if let Some(end) = end {
                        gap.comments.push(at..end);
                        at = end;
                        continue;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        gap
    }

    pub(super) fn has_comment_in(&self, range: Range<usize>) -> bool {
        self.comments.iter().any(|comment| range.start <= comment.start && comment.end <= range.end)
    }
}

/// The gaps before and after the item at `index`.
pub(super) fn around(text: &str, inside: &Range<usize>, items: &[Range<usize>], index: usize) -> (Gap, Gap) {
    let previous_end = index.checked_sub(1).map_or(inside.start, |previous| items[previous].end);
    let next_start = items.get(index + 1).map_or(inside.end, |next| next.start);
    (Gap::read(text, previous_end..items[index].start), Gap::read(text, items[index].end..next_start))
}

pub(super) fn is_line_comment(text: &str, comment: &Range<usize>) -> bool {
    text[comment.clone()].starts_with("//") || text[comment.clone()].starts_with('#')
}

pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(body(text).start, |newline| newline + 1)
}

/// The end of the line of `at`, before what ends it.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let line = text[at..].find('\n').map_or(text.len(), |length| at + length);
    if text[at..line].ends_with('\r') { line - 1 } else { line }
}

/// The blanks the line of `at` starts with.
pub(super) fn indent(text: &str, at: usize) -> &str {
    let line = &text[line_start(text, at)..at];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// How many characters stand before `at` on its line.
pub(super) fn column(text: &str, at: usize) -> usize {
    text[line_start(text, at)..at].chars().count()
}

/// Whether only blanks stand before `at` on its line.
pub(super) fn starts_line(text: &str, at: usize) -> bool {
    is_blank(&text[line_start(text, at)..at])
}

pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
}

/// The first byte at or after `at` that is no blank.
pub(super) fn skip_blanks(text: &str, at: usize) -> usize {
    at + (text.len() - at - text[at..].trim_start_matches([' ', '\t']).len())
}
