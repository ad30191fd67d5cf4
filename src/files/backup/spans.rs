//! What a change did to a text: the lines that went and those that came. With them and the backup, the text that the change
//! left can be made again, without keeping a second copy of all the secrets in a config.

use serde::{Deserialize, Serialize};
use similar::{Algorithm, DiffTag, capture_diff_slices};

/// Bytes of a text that became others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplacedSpan {
    /// The first byte that goes.
    start: usize,
    /// The byte after the last that goes.
    end: usize,
    /// What came instead.
    text: String,
}

/// The most bytes of new text that are kept; a change of more is not.
const MOST: usize = 32 << 10;

/// What leads from one text to another, whole lines at a time; `None` where that is much or a text is no UTF-8.
pub(super) fn between(old: &[u8], new: &[u8]) -> Option<Vec<ReplacedSpan>> {
    let lines = |text| std::str::from_utf8(text).map(|text| text.split_inclusive('\n').collect::<Vec<_>>()).ok();
    let (old, new) = (lines(old)?, lines(new)?);
    let start = old.first().map_or(std::ptr::null(), |first| first.as_ptr()) as usize;
    let end = old.iter().map(|line| line.len()).sum();
    let byte = |line: usize| old.get(line).map_or(end, |line| line.as_ptr() as usize - start);
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
    let changed = ops.into_iter().filter(|op| op.tag() != DiffTag::Equal);
    let spans: Vec<ReplacedSpan> = changed
        .map(|op| ReplacedSpan {
            start: byte(op.old_range().start),
            end: byte(op.old_range().end),
            text: new[op.new_range()].concat(),
        })
        .collect();
    (spans.iter().map(|span| span.text.len()).sum::<usize>() <= MOST).then_some(spans)
}

/// The text with spans replaced; `None` where they are none of it.
pub(super) fn replaced(old: &str, spans: &[ReplacedSpan]) -> Option<String> {
    let (mut text, mut at) = (String::new(), 0);
    for span in spans {
        text += old.get(at..span.start)?;
        text += &span.text;
        at = span.end;
    }
    Some(text + old.get(at..)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn spans_lead_from_one_text_to_the_other(old in "[ab\r\né]{0,24}", new in "[ab\r\né]{0,24}") {
            let spans = between(old.as_bytes(), new.as_bytes()).unwrap();
            prop_assert_eq!(replaced(&old, &spans), Some(new));
        }
    }

    #[test]
    fn lines_that_stay_are_not_kept_and_foreign_spans_are_refused() {
        let spans = between(b"token: x\nevery: 30m\n", b"token: x\nevery: 55m\n").unwrap();
        assert_eq!(spans, [ReplacedSpan { start: 9, end: 20, text: "every: 55m\n".to_owned() }]);
        assert_eq!(replaced("short", &spans), None);
        assert_eq!(between(b"", &vec![b'x'; MOST + 1]), None);
        assert_eq!(between(b"\xff", b""), None);
    }
}
