//! How a file is written: line ends, indent, quotes, spaces, commas. What stands nearest to an edit counts most, and
//! without any evidence the style is strict JSON with two spaces.

use super::gap::{self, Gap};
use super::inside;
use crate::document::tree::{Node, Shape};

/// The habits new text follows.
#[derive(Clone, Debug)]
pub(super) struct Style {
    pub(super) newline: &'static str,
    /// One level of indent.
    pub(super) unit: String,
    /// Whether keys that need no quotes have none.
    pub(super) bare_keys: bool,
    /// The quote of keys that have one.
    pub(super) key_quote: char,
    /// The quote of strings, if one was seen.
    text_quote: Option<char>,
    /// What follows a key: a colon, mostly with a space.
    pub(super) colon: &'static str,
    comma: Option<&'static str>,
    pad: Option<&'static str>,
    /// Whether the last line of a container ends in a comma.
    pub(super) trailing_comma: bool,
}

impl Style {
    /// The style of a whole text.
    pub(super) fn of(text: &str, tree: &Node) -> Self {
        let crlf = text.find('\n').is_some_and(|at| text[..at].ends_with('\r'));
        let mut style = Style {
            newline: if crlf { "\r\n" } else { "\n" },
            unit: "  ".to_owned(),
            bare_keys: false,
            key_quote: '"',
            text_quote: None,
            colon: ": ",
            comma: None,
            pad: None,
            trailing_comma: false,
        };
        style.observe_all(text, tree);
        style
    }

    /// The style at the end of `chain` (the nodes from the root to a place).
    pub(super) fn near(&self, text: &str, chain: &[&Node]) -> Self {
        let mut style = self.clone();
        for node in chain {
            style.observe(text, node);
        }
        style
    }

    /// The quote for a new string.
    pub(super) fn quote(&self) -> char {
        self.text_quote.unwrap_or(self.key_quote)
    }

    /// Keeps a string in the quotes it has.
    pub(super) fn keep_quote(&mut self, written: &str) {
        self.text_quote = written.chars().next().filter(|c| matches!(c, '"' | '\'')).or(self.text_quote);
    }

    /// What follows the commas of a container written in one line.
    pub(super) fn comma(&self) -> &'static str {
        self.comma.unwrap_or(if self.colon == ":" { "" } else { " " })
    }

    /// What stands inside the braces of an object written in one line.
    pub(super) fn pad(&self) -> &'static str {
        self.pad.unwrap_or(if self.colon == ":" { "" } else { " " })
    }

    fn observe_all(&mut self, text: &str, node: &Node) {
        self.observe(text, node);
        for child in node.children() {
            self.observe_all(text, child);
        }
    }

    fn observe(&mut self, text: &str, node: &Node) {
        self.observe_strings(text, node);
        self.observe_keys(text, node);
        self.observe_layout(text, node);
    }

    fn observe_strings(&mut self, text: &str, node: &Node) {
        for child in node.children() {
            if matches!(child.shape, Shape::Scalar) {
                self.keep_quote(&text[child.range.clone()]);
            }
        }
    }

    fn observe_keys(&mut self, text: &str, node: &Node) {
        let Shape::Object(properties) = &node.shape else { return };
        for property in properties {
            match text[property.key_range.clone()].chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    self.key_quote = quote;
                    // A key that cannot be bare says nothing about those that can.
                    self.bare_keys &= !can_be_bare(&property.key);
                }
                _ => self.bare_keys = true,
            }
            let spaced = text[property.key_range.end..property.value.range.start].contains(char::is_whitespace);
            self.colon = if spaced { ": " } else { ":" };
        }
    }

    fn observe_layout(&mut self, text: &str, node: &Node) {
        let items = node.items();
        let (Some(first), Some(last)) = (items.first(), items.last()) else { return };
        if is_broken(text, node) {
            self.trailing_comma = Gap::read(text, last.end..inside(node).end).comma.is_some();
            let outer = gap::indent(text, node.range.start);
            if gap::starts_line(text, first.start) {
                let inner = gap::indent(text, first.start);
                let unit = inner.strip_prefix(outer).filter(|unit| !unit.is_empty());
                self.unit = unit.unwrap_or(&self.unit).to_owned();
            }
            return;
        }
        if matches!(node.shape, Shape::Object(_)) {
            self.pad = Some(space(text[node.range.start + 1..].starts_with([' ', '\t'])));
        }
        if items.len() > 1 {
            let comma = gap::around(text, &inside(node), &items, items.len() - 1).0.comma;
            self.comma = comma.map(|at| space(text[at + 1..].starts_with(char::is_whitespace))).or(self.comma);
        }
    }
}

fn space(wanted: bool) -> &'static str {
    if wanted { " " } else { "" }
}

/// Whether new items of a container go on lines of their own. An empty one without a line break of its own (the last
/// of `chain`) does as its parent; an empty root starts on lines.
pub(super) fn wants_lines(text: &str, chain: &[&Node]) -> bool {
    match chain.split_last() {
        None => true,
        Some((node, parents)) if node.items().is_empty() => {
            Gap::read(text, inside_or_empty(node)).breaks || wants_lines(text, parents)
        }
        Some((node, _)) => is_broken(text, node),
    }
}

fn inside_or_empty(node: &Node) -> std::ops::Range<usize> {
    match node.shape {
        Shape::Scalar => node.range.end..node.range.end,
        _ => inside(node),
    }
}

/// Whether the last item of a container starts on another line than what stands before it.
fn is_broken(text: &str, node: &Node) -> bool {
    let items = node.items();
    let Some(last) = items.len().checked_sub(1) else { return false };
    gap::around(text, &inside(node), &items, last).0.breaks
}

/// Whether a key may stand without quotes, for every JSON5 reader.
pub(super) fn can_be_bare(key: &str) -> bool {
    let starts = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$');
    key.starts_with(starts)
        && key.chars().all(|c| starts(c) || c.is_ascii_digit())
        && !matches!(key, "true" | "false" | "null" | "Infinity" | "NaN")
}
