//! One linear walk over JSON5 text that understands only strings, comments and brackets. It runs before the
//! recursive parsers, so that no input can exhaust the stack, and finds the comments an edit must keep.

use std::ops::Range;

/// The deepest nesting read; OpenClaw's own configs stay below twenty.
pub(super) const MAX_DEPTH: usize = 128;

/// What a walk over the text found.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Each comment, a line comment without its line end.
    pub(super) comments: Vec<Range<usize>>,
    /// The brackets still open at the end, outermost first.
    pub(super) open: Vec<usize>,
    /// The first bracket beyond [`MAX_DEPTH`].
    pub(super) too_deep: Option<usize>,
}

pub(super) fn scan(text: &str) -> Scan {
    let bytes = text.as_bytes();
    let mut found = Scan::default();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' => {
                at = string_end(bytes, at);
                continue;
            }
            b'/' => {
                if let Some(end) = comment_end(text, at) {
                    found.comments.push(at..end);
                    at = end;
                    continue;
                }
            }
            b'{' | b'[' => {
                if found.open.len() == MAX_DEPTH {
                    found.too_deep = Some(at);
                    return found;
                }
                found.open.push(at);
            }
            b'}' | b']' => {
                found.open.pop();
            }
            _ => {}
        }
        at += 1;
    }
    found
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            _ if byte == bytes[start] => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The end of the comment that starts at `at`, if one does.
pub(super) fn comment_end(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    if rest.starts_with("//") {
        return Some(rest.find(is_line_break).map_or(text.len(), |length| at + length));
    }
    let inside = rest.strip_prefix("/*")?;
    Some(inside.find("*/").map_or(text.len(), |length| at + 2 + length + 2))
}

/// What ends a line (and with it a line comment) in JSON5.
pub(super) fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_told_from_strings() {
        let text = "{ a: '// no', /* yes */ \"b\\\"/*\": 1 // end\r\n}";
        let comments: Vec<_> = scan(text).comments.into_iter().map(|range| &text[range]).collect();
        assert_eq!(comments, ["/* yes */", "// end"]);
    }

    #[test]
    fn depth_is_limited_and_unclosed_brackets_are_known() {
        assert_eq!(scan(&"[".repeat(1_000_000)).too_deep, Some(MAX_DEPTH));
        assert_eq!(scan("{ a: [1, '[', {} ").open, [0, 5]);
    }
}
