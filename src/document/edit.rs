//! Edits: byte ranges of a text with what shall stand there instead, and how a list of them grows step by step.

use std::ops::Range;

use super::change::EditError;

/// A piece of the text to be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go; empty for a pure insertion.
    pub range: Range<usize>,
    /// What stands there instead; empty for a pure removal.
    pub text: String,
}

impl Edit {
    pub(super) fn new(range: Range<usize>, text: impl Into<String>) -> Self {
        Edit { range, text: text.into() }
    }

    pub(super) fn insert(at: usize, text: impl Into<String>) -> Self {
        Edit::new(at..at, text)
    }

    pub(super) fn delete(range: Range<usize>) -> Self {
        Edit::new(range, "")
    }
}

/// Edits of a part of a text as edits of the whole.
pub(super) fn shifted(mut edits: Vec<Edit>, by: usize) -> Vec<Edit> {
    for edit in &mut edits {
        edit.range = edit.range.start + by..edit.range.end + by;
    }
    edits
}

/// A text with sorted edits made that do not overlap.
pub(super) fn applied(text: &str, edits: &[Edit]) -> String {
    let mut made = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        made.push_str(&text[at..edit.range.start]);
        made.push_str(&edit.text);
        at = edit.range.end;
    }
    made.push_str(&text[at..]);
    made
}

/// Sorted edits of which those that touch are one.
pub(super) fn joined(edits: Vec<Edit>) -> Vec<Edit> {
    let mut joined: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits {
        match joined.last_mut() {
            Some(last) if last.range.end == edit.range.start => {
                last.range.end = edit.range.end;
                last.text.push_str(&edit.text);
            }
            _ => joined.push(edit),
        }
    }
    joined
}

/// Edits without those that change nothing.
pub(super) fn changing(text: &str, edits: Vec<Edit>) -> Vec<Edit> {
    edits.into_iter().filter(|edit| text[edit.range.clone()] != edit.text).collect()
}

/// A text under change: how it reads now, and the sorted, non-overlapping edits of the original that lead there.
pub(super) struct Draft<'t> {
    original: &'t str,
    pub(super) text: String,
    edits: Vec<Edit>,
}

impl<'t> Draft<'t> {
    pub(super) fn new(original: &'t str) -> Self {
        Draft { original, text: original.to_owned(), edits: Vec::new() }
    }

    /// Makes edits of the text as it reads now. None is made where they overlap or leave the text, as they may where a
    /// parser misjudged an odd layout.
    pub(super) fn apply(&mut self, mut edits: Vec<Edit>) -> Result<(), EditError> {
        edits.sort_by_key(|edit| edit.range.start);
        let is_apart = |pair: &[Edit]| pair[0].range.end <= pair[1].range.start;
        let is_inside = |edit: &Edit| self.text.get(edit.range.clone()).is_some();
        if !edits.windows(2).all(is_apart) || !edits.iter().all(is_inside) {
            return Err(EditError::NotLocated);
        }
        if self.edits.is_empty() {
            self.text = applied(self.original, &edits);
            self.edits = joined(edits);
        } else {
            edits.into_iter().rev().for_each(|edit| self.apply_one(edit));
        }
        Ok(())
    }

    /// Places the edit among those made before, merged with the ones it touches, in bytes of the original.
    fn apply_one(&mut self, edit: Edit) {
        let mut shift = 0_isize;
        let mut shift_at_start = None;
        let mut merged = edit.range.clone();
        let mut kept = Vec::with_capacity(self.edits.len() + 1);
        let mut later = Vec::new();
        for earlier in self.edits.drain(..) {
            let start = earlier.range.start.saturating_add_signed(shift);
            let end = start + earlier.text.len();
            if start > edit.range.end {
                later.push(earlier);
                continue;
            }
            let shift_before = shift;
            shift = end as isize - earlier.range.end as isize;
            if end < edit.range.start {
                kept.push(earlier);
            } else {
                shift_at_start.get_or_insert(shift_before);
                merged = merged.start.min(start)..merged.end.max(end);
            }
        }
        let text = [&self.text[merged.start..edit.range.start], &edit.text, &self.text[edit.range.end..merged.end]];
        let before = shift_at_start.unwrap_or(shift);
        let range = merged.start.saturating_add_signed(-before)..merged.end.saturating_add_signed(-shift);
        kept.push(Edit { range, text: text.concat() });
        kept.append(&mut later);
        self.edits = kept;
        self.text.replace_range(edit.range, &edit.text);
    }

    /// The edits of the original, without those that change nothing in the end.
    pub(super) fn finish(self) -> (String, Vec<Edit>) {
        let edits = changing(self.original, self.edits);
        (self.text, edits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn replay(original: &str, edits: &[Edit]) -> String {
        let mut text = original.to_owned();
        for edit in edits.iter().rev() {
            text.replace_range(edit.range.clone(), &edit.text);
        }
        text
    }

    proptest! {
        #[test]
        fn edits_made_at_once_are_those_made_in_turn(original in "[a-z]{0,30}", cuts in proptest::collection::vec((0..40_usize, "[A-Z]{0,3}"), 0..8)) {
            let mut places: Vec<usize> = cuts.iter().map(|(at, _)| (*at).min(original.len())).collect();
            places.sort_unstable();
            let edits: Vec<Edit> = places.chunks_exact(2).zip(&cuts).map(|(pair, (_, text))| Edit::new(pair[0]..pair[1], text)).collect();
            let mut at_once = Draft::new(&original);
            at_once.apply(edits.clone()).unwrap();
            let mut in_turn = Draft::new(&original);
            edits.into_iter().rev().for_each(|edit| in_turn.apply_one(edit));
            prop_assert_eq!(at_once.finish(), in_turn.finish());
        }

        #[test]
        fn edits_made_in_turn_add_up(original in "[a-z]{0,30}", moves in proptest::collection::vec((0..40_usize, 0..6_usize, "[A-Z]{0,5}"), 0..12)) {
            let mut draft = Draft::new(&original);
            for (start, length, text) in moves {
                let start = start.min(draft.text.len());
                let end = (start + length).min(draft.text.len());
                draft.apply(vec![Edit::new(start..end, text)]).unwrap();
            }
            let (text, edits) = draft.finish();
            prop_assert_eq!(replay(&original, &edits), text);
            prop_assert!(edits.windows(2).all(|pair| pair[0].range.end < pair[1].range.start));
        }
    }
}
