//! The line of a file that a finding points at, made fit to print: secrets masked, control characters escaped, long
//! lines cut around what matters.

use std::ops::Range;

use crate::document::Document;
use crate::document::secrets::secret_ranges;
use crate::secrets::credentials::MASK;
use crate::secrets::text::secret_ranges_in_text;
use crate::words::marked;

/// How much further than what is shown is looked at, so that masks and escapes leave enough.
const FAR: usize = 16;

/// The least that is shown of a cut line.
const LEAST: usize = 40;

/// The bytes of a file that hold secrets.
pub(super) fn secrets(text: &str, document: Option<&Document>) -> Vec<Range<usize>> {
    let mut found = secret_ranges_in_text(text);
    if let Some(document) = document {
        found.extend(secret_ranges(document));
    }
    found
}

/// A line ready to print.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Quote {
    /// The line.
    pub(super) line: String,
    /// The bytes of it to point at.
    pub(super) span: Range<usize>,
}

impl Quote {
    /// The first line of a range, at most `width` characters of it.
    pub(super) fn new(text: &str, range: &Range<usize>, secrets: &[Range<usize>], width: usize) -> Self {
        let at = text.floor_char_boundary(range.start);
        let start = text[..at].rfind('\n').map_or(0, |before| before + 1);
        let end = text[at..].find('\n').map_or(text.len(), |after| at + after);
        let end = start + text[start..end].trim_end_matches('\r').len();
        // Of a minified file the one line is the whole file; no more of it is looked at than may be shown.
        let near = width.max(LEAST) * FAR;
        let first = text.floor_char_boundary(start.max(at.saturating_sub(near)));
        let last = text.ceil_char_boundary(end.min(at.saturating_add(near)));
        let mut quote = Quote { line: String::new(), span: 0..0 };
        let mut point = None;
        let mut skip_to = first;
        for (offset, c, marked) in marked(&text[first..last]) {
            let here = first + offset;
            if here == at {
                point = Some(quote.line.len());
            }
            if here == range.end {
                quote.span.end = quote.line.len();
            }
            if here < skip_to {
                continue;
            }
            match secrets.iter().filter(|secret| secret.contains(&here)).map(|secret| secret.end).max() {
                Some(secret_end) => {
                    quote.line.push_str(MASK);
                    skip_to = secret_end;
                }
                None => match c {
                    '\t' => quote.line.push(' '),
                    '\u{feff}' if here == 0 => {}
                    c if marked => quote.line.extend(c.escape_unicode()),
                    c => quote.line.push(c),
                },
            }
        }
        quote.span.start = point.unwrap_or(quote.line.len());
        if range.end >= last {
            quote.span.end = quote.line.trim_end().len();
        }
        quote.span.end = quote.span.end.max(quote.span.start);
        quote.cut(width.max(LEAST), [first > start, last < end]);
        quote
    }

    /// Keeps `width` characters around the span; `more` says whether there is more of the line before and behind.
    fn cut(&mut self, width: usize, more: [bool; 2]) {
        let count = self.line.chars().count();
        let width = width.min(count);
        if count == width && more == [false; 2] {
            return;
        }
        let position = |byte: usize| self.line[..byte].chars().count();
        let (from, to) = (position(self.span.start), position(self.span.end));
        let margin = width.saturating_sub(to.saturating_sub(from)) / 2;
        let first = from.saturating_sub(margin.max(4)).min(count - width);
        let last = first + width;
        let kept: String = self.line.chars().skip(first).take(width).collect();
        let (lead, tail) =
            (if first > 0 || more[0] { "…" } else { "" }, if last < count || more[1] { "…" } else { "" });
        let byte = |position: usize| {
            let within = position.clamp(first, last) - first;
            lead.len() + kept.chars().take(within).map(char::len_utf8).sum::<usize>()
        };
        self.span = byte(from)..byte(to);
        self.line = format!("{lead}{kept}{tail}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quote(text: &str, needle: &str, width: usize) -> (String, String) {
        let at = text.find(needle).unwrap();
        let quote = Quote::new(text, &(at..at + needle.len()), &secrets(text, None), width);
        (quote.line.clone(), quote.line[quote.span].to_owned())
    }

    #[test]
    fn a_secret_on_the_line_is_masked() {
        let text = "{ token: \"hunter2hunter2\", every: \"30 m\" }";
        assert_eq!(quote(text, "\"30 m\"", 80), ("{ token: ***, every: \"30 m\" }".to_owned(), "\"30 m\"".to_owned()));
        assert_eq!(quote(text, "\"hunter2hunter2\"", 80).1, "***");
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("{{ a: '{}', every: 30, b: '{}' }}", "x".repeat(500), "y".repeat(500));
        let (line, pointed) = quote(&text, "every", 60);
        assert_eq!((line.chars().count(), pointed.as_str()), (62, "every"));
        assert!(line.starts_with('…') && line.ends_with('…'));
    }

    #[test]
    fn control_characters_are_shown_and_not_obeyed() {
        let text = "{ every: '\u{1b}[2J\u{202e}' }\r\n";
        assert_eq!(quote(text, "every", 80).0, "{ every: '\\u{1b}[2J\\u{202e}' }");
    }
}
