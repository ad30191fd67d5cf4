//! A block text (`|`) that gets another content: the lines that stay keep their bytes, the others take their indent.

use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

use crate::document::change::EditError;
use crate::document::edit::Edit;

/// The edits that give the block text written at `range` a content of several lines. What ends it stays as it is; the
/// caller's proof refuses a content that needs another end.
pub(super) fn replace(text: &str, range: Range<usize>, content: &str, newline: &str) -> Result<Vec<Edit>, EditError> {
    let written = &text[range.clone()];
    let (header, body) = written.split_once('\n').ok_or(EditError::NotLocated)?;
    let marks = header.split('#').next().unwrap_or(header);
    if marks.contains(|c: char| c.is_ascii_digit()) {
        return Err(EditError::NotLocated);
    }
    let first = body.lines().find(|line| !line.trim().is_empty()).ok_or(EditError::NotLocated)?;
    let indent = &first[..first.len() - first.trim_start_matches(' ').len()];

    let mut starts = Vec::new();
    let mut old = Vec::new();
    let mut at = range.end - body.len();
    for line in body.split('\n') {
        starts.push(at);
        let line_text = line.trim_end_matches('\r');
        old.push(line_text.strip_prefix(indent).unwrap_or_default());
        at += line.len() + 1;
    }
    let new: Vec<&str> = content.trim_end_matches('\n').split('\n').collect();
    let lines = |range: Range<usize>| {
        let indented = new[range].iter().map(|line| match line.is_empty() {
            true => String::new(),
            false => format!("{indent}{line}"),
        });
        indented.collect::<Vec<_>>().join(newline)
    };
    let end_of = |index: usize| {
        let end = starts.get(index + 1).map_or(range.end, |next| next - 1);
        if text[..end].ends_with('\r') { end - 1 } else { end }
    };
    let mut edits = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let (gone, come) = (op.old_range(), op.new_range());
        edits.push(match op.tag() {
            DiffTag::Equal => continue,
            DiffTag::Replace => Edit::new(starts[gone.start]..end_of(gone.end - 1), lines(come)),
            DiffTag::Insert => match starts.get(gone.start) {
                Some(&at) => Edit::insert(at, format!("{}{newline}", lines(come))),
                None => Edit::insert(range.end, format!("{newline}{}", lines(come))),
            },
            DiffTag::Delete => match starts.get(gone.end) {
                Some(&next) => Edit::delete(starts[gone.start]..next),
                None if gone.start > 0 => Edit::delete(end_of(gone.start - 1)..range.end),
                None => return Err(EditError::NotLocated),
            },
        });
    }
    Ok(edits)
}
