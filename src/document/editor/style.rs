//! How a file is written: line ends, indent, quotes, spaces, commas. What stands nearest to an edit counts most, and
//! without any evidence the style is strict JSON with two spaces, or YAML without quotes.

use std::cell::RefCell;
use std::collections::HashMap;

use super::gap::{self, Gap};
use super::inside;
use super::plain::is_plain;
use crate::document::Format;
use crate::document::tree::{Node, NodeShape};

/// A container with more children is observed once for all of them.
const LARGE: usize = 16;

/// The style at each large container of a text that was asked for, by where the container lies in memory.
#[derive(Default)]
pub(super) struct ObservedStyles(pub(super) RefCell<HashMap<*const Node, Style>>);

/// The habits new text follows.
#[derive(Clone, Debug)]
pub(super) struct Style {
    pub(super) yaml: bool,
    pub(super) newline: &'static str,
    /// One level of indent.
    pub(super) unit: String,
    /// How much deeper than its key a block list stands, in columns.
    pub(super) list_indent: usize,
    /// Whether keys that need no quotes have none.
    pub(super) bare_keys: bool,
    /// Whether strings that need no quotes have none, if one was seen.
    bare_text: Option<bool>,
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
    pub(super) fn of(text: &str, tree: &Node, format: Format) -> Self {
        let yaml = format == Format::Yaml;
        let crlf = text.find('\n').is_some_and(|at| text[..at].ends_with('\r'));
        let mut style = Style {
            yaml,
            newline: if crlf { "\r\n" } else { "\n" },
            unit: "  ".to_owned(),
            list_indent: 2,
            bare_keys: yaml,
            bare_text: None,
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
    pub(super) fn near(&self, text: &str, chain: &[&Node], observed: &ObservedStyles) -> Self {
        // What stands beside an item of a long list is the same for all of them.
        let is_large = |node: &&Node| node.len() > LARGE;
        let (shared, own) = chain.split_at(chain.iter().rposition(is_large).map_or(0, |at| at + 1));
        match shared.last() {
            None => self.after(text, own),
            Some(node) => {
                let mut styles = observed.0.borrow_mut();
                let style = styles.entry(std::ptr::from_ref(*node)).or_insert_with(|| self.after(text, shared));
                style.after(text, own)
            }
        }
    }

    /// This style and then that of some nodes, the last of which counts most.
    pub(super) fn after(&self, text: &str, nodes: &[&Node]) -> Self {
        let mut style = self.clone();
        nodes.iter().for_each(|node| style.observe(text, node));
        style
    }

    /// The quote for a new string.
    pub(super) fn quote(&self) -> char {
        self.text_quote.unwrap_or(self.key_quote)
    }

    /// Keeps a string in the quotes it has.
    pub(super) fn keep_quote(&mut self, written: &str) {
        match written.chars().next() {
            Some(quote @ ('"' | '\'')) => (self.text_quote, self.bare_text) = (Some(quote), Some(false)),
            _ if is_plain(written) => self.bare_text = Some(true),
            _ => {}
        }
    }

    /// Whether a string stands without quotes, as only YAML allows.
    pub(super) fn is_bare(&self, text: &str) -> bool {
        self.yaml && self.bare_text.unwrap_or(self.bare_keys) && is_plain(text)
    }

    /// Whether a key may stand without quotes, for every reader of the syntax.
    pub(super) fn can_be_bare(&self, key: &str) -> bool {
        if self.yaml { is_plain(key) } else { is_identifier(key) }
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
            if matches!(child.shape, NodeShape::Scalar) {
                let (written, bare) = (&text[child.range.clone()], self.bare_text);
                self.keep_quote(written);
                if self.yaml && written.starts_with(['"', '\'']) && !is_plain(written.trim_matches(['"', '\''])) {
                    // A string that cannot go without quotes says nothing about those that can.
                    self.bare_text = bare;
                }
            }
        }
    }

    fn observe_keys(&mut self, text: &str, node: &Node) {
        let NodeShape::Object(properties) = &node.shape else { return };
        for property in properties.iter() {
            match text[property.key_range.clone()].chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    self.key_quote = quote;
                    // A key that cannot be bare says nothing about those that can.
                    self.bare_keys &= !self.can_be_bare(&property.key);
                }
                _ => self.bare_keys = true,
            }
            let between = text.get(property.key_range.end..property.value.range.start).unwrap_or_default();
            let spaced = between.contains(char::is_whitespace) || property.value.range.is_empty();
            self.colon = if spaced { ": " } else { ":" };
        }
    }

    fn observe_layout(&mut self, text: &str, node: &Node) {
        if !node.is_bracketed(text) {
            return self.observe_block(text, node);
        }
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
        if matches!(node.shape, NodeShape::Object(_)) {
            self.pad = Some(space(text[node.range.start + 1..].starts_with([' ', '\t'])));
        }
        if items.len() > 1 {
            let comma = gap::around(text, &inside(node), &items, items.len() - 1).0.comma;
            self.comma = comma.map(|at| space(text[at + 1..].starts_with(char::is_whitespace))).or(self.comma);
        }
    }
}

impl Style {
    /// Learns the indents of the containers right inside one that is written in block style.
    fn observe_block(&mut self, text: &str, node: &Node) {
        let NodeShape::Object(properties) = &node.shape else { return };
        let outer = gap::column(text, node.range.start);
        for value in properties.iter().map(|property| &property.value).filter(|value| !value.is_bracketed(text)) {
            let deeper = gap::column(text, value.range.start).checked_sub(outer);
            match (&value.shape, deeper) {
                (NodeShape::Object(_), Some(deeper)) if deeper > 0 => self.unit = " ".repeat(deeper),
                (NodeShape::Array(_), Some(deeper)) => self.list_indent = deeper,
                _ => {}
            }
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
        Some((node, _)) if is_block(text, node) => false,
        Some((node, parents)) if node.items().is_empty() => {
            Gap::read(text, inside_or_empty(node)).breaks || wants_lines(text, parents)
        }
        Some((node, _)) => is_broken(text, node),
    }
}

/// A container by lines and indents, whose bracketed parts stand in one line.
fn is_block(text: &str, node: &Node) -> bool {
    !node.items().is_empty() && !node.is_bracketed(text)
}

fn inside_or_empty(node: &Node) -> std::ops::Range<usize> {
    match node.shape {
        NodeShape::Scalar | NodeShape::Alias => node.range.end..node.range.end,
        _ => inside(node),
    }
}

/// Whether the last item of a container starts on another line than what stands before it.
fn is_broken(text: &str, node: &Node) -> bool {
    let items = node.items();
    let Some(last) = items.len().checked_sub(1) else { return false };
    gap::around(text, &inside(node), &items, last).0.breaks
}

fn is_identifier(key: &str) -> bool {
    let starts = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$');
    key.starts_with(starts)
        && key.chars().all(|c| starts(c) || c.is_ascii_digit())
        && !matches!(key, "true" | "false" | "null" | "Infinity" | "NaN")
}
