//! Edits of YAML in block style, where lines and indents say what brackets and commas say elsewhere. A comment stays
//! on its line, or where its line goes, on one of its own.

use std::ops::Range;

use serde_json::{Map, Value};

use super::gap;
use super::literal;
use super::page::ParsedText;
use super::style::Style;
use crate::document::change::EditError;
use crate::document::edit::Edit;
use crate::document::path::KeyPath;
use crate::document::tree::{Node, NodeShape};

/// The edits that add an item to the last container of `chain`, which is not empty.
pub(super) fn append(
    page: &ParsedText<'_>,
    style: &Style,
    chain: &[&Node],
    key: Option<&str>,
    value: &Value,
) -> Result<Vec<Edit>, EditError> {
    let container = chain.last().ok_or(EditError::NotLocated)?;
    let last = container.children().last().copied().ok_or(EditError::NotLocated)?;
    item_start(page, container, 0)?;
    let style = style.near(page.text, chain, &page.observed);
    let at = gap::line_end(page.text, content_end(page.text, last));
    let indent = " ".repeat(gap::column(page.text, container.range.start));
    Ok(vec![Edit::insert(at, format!("{}{indent}{}", style.newline, style.block_item(key, value, &indent)))])
}

/// The edits that replace the last value of `chain`, whose parent is written in block style.
pub(super) fn replace(
    page: &ParsedText<'_>,
    style: &Style,
    chain: &[&Node],
    path: &KeyPath,
    value: &Value,
) -> Result<Vec<Edit>, EditError> {
    let text = page.text;
    let Some((node, parents)) = chain.split_last() else { return Ok(Vec::new()) };
    let mut style = style.near(text, parents, &page.observed);
    style.keep_quote(&text[node.range.clone()]);
    let Some(parent) = parents.last() else {
        let new = if is_inline(value) { style.inline(value) } else { style.block(value, "") };
        let kept =
            page.comments_in(&node.range).into_iter().map(|comment| format!("{}{}", &text[comment], style.newline));
        return Ok(vec![Edit::new(node.range.clone(), kept.collect::<String>() + &new)]);
    };
    let stands_inline = !node.range.is_empty() && !is_block(text, node) && page.comments_in(&node.range).is_empty();
    if stands_inline && is_inline(value) {
        return Ok(vec![Edit::new(node.range.clone(), style.inline(value))]);
    }
    if let Value::String(new) = value
        && new.contains('\n')
        && matches!(node.shape, NodeShape::Scalar)
    {
        let written = node.range.start..content_end(text, node);
        match text[written.clone()].chars().next() {
            Some('|') if literal::fits(text, &written, new) => {
                return literal::replace(text, written, new, style.newline);
            }
            Some('>') => return Err(EditError::Folded(path.clone())),
            _ => {}
        }
    }
    let slot = Slot::of(page, parent, node, path)?;
    let indent = " ".repeat(gap::column(text, slot.item));
    let in_list = matches!(parent.shape, NodeShape::Array(_));
    let inner = match value {
        _ if in_list => format!("{indent}  "),
        Value::Array(_) => " ".repeat(indent.len() + style.list_indent),
        _ => format!("{indent}{}", style.unit),
    };
    // One comment stays on the line of the key, the others go above it.
    let stays = slot.head.as_ref().or(slot.tail.as_ref().filter(|_| !is_inline(value)));
    let comment = stays.map_or(String::new(), |comment| format!(" {}", &text[comment.clone()]));
    let new = if is_inline(value) {
        format!(" {}{comment}", style.inline(value))
    } else if in_list && comment.is_empty() && !slot.has_anchor {
        format!(" {}", style.block(value, &inner))
    } else {
        format!("{comment}{}{inner}{}", style.newline, style.block(value, &inner))
    };
    let end = match &stays {
        None => slot.end,
        // Blanks behind a comment would become part of it.
        Some(_) => gap::skip_blanks(text, slot.tail.as_ref().map_or(slot.end, |tail| tail.end)),
    };
    let line = gap::line_start(text, slot.item);
    let lead = gap::indent(text, slot.item);
    let moved = page.comments_in(&(slot.start..end)).into_iter().filter(|comment| Some(comment) != stays);
    let moved: String = moved.map(|comment| format!("{lead}{}{}", &text[comment], style.newline)).collect();
    Ok(vec![Edit::insert(line, moved), Edit::new(slot.start..end, new)])
}

/// The edits that remove one of several items of a container in block style.
pub(super) fn remove(
    page: &ParsedText<'_>,
    container: &Node,
    index: usize,
    newline: &str,
) -> Result<Vec<Edit>, EditError> {
    let text = page.text;
    let start = item_start(page, container, index)?;
    let end = container.children().get(index).map_or(start, |node| content_end(text, node));
    let line_end = gap::line_end(text, end);
    if !gap::starts_line(text, start) {
        // Behind a dash, where the next item now stands.
        let next = item_start(page, container, index + 1)?;
        let indent = " ".repeat(gap::column(text, start));
        let kept = page.comments_in(&(start..next));
        let kept: String = kept.into_iter().map(|comment| format!("{}{newline}{indent}", &text[comment])).collect();
        return Ok(vec![Edit::new(start..next, kept)]);
    }
    let first = gap::line_start(text, start);
    let kept = page.comments_in(&(start..line_end));
    if !kept.is_empty() {
        let indent = &text[first..start];
        let lines: Vec<_> = kept.into_iter().map(|comment| format!("{indent}{}", &text[comment])).collect();
        return Ok(vec![Edit::new(first..line_end, lines.join(newline))]);
    }
    let past = text[line_end..].find('\n').map_or(text.len(), |at| line_end + at + 1);
    // The last line of a file without a final line end takes the one before with it.
    let from = if past == line_end { text[..first].trim_end_matches('\n').trim_end_matches('\r').len() } else { first };
    Ok(vec![Edit::delete(from.max(gap::line_start(text, 0))..past)])
}

/// The room for a value behind its key or dash.
struct Slot {
    /// Where the key or dash stands.
    item: usize,
    /// Behind the colon or dash, and behind an anchor.
    start: usize,
    has_anchor: bool,
    /// The comment on the line of the key, where the value begins on a later one.
    head: Option<Range<usize>>,
    end: usize,
    /// The comment on the line where the value ends.
    tail: Option<Range<usize>>,
}

impl Slot {
    fn of(page: &ParsedText<'_>, parent: &Node, node: &Node, path: &KeyPath) -> Result<Self, EditError> {
        let text = page.text;
        let segment = path.last().ok_or(EditError::Root)?;
        let index = parent.child_index(segment).ok_or(EditError::NotLocated)?;
        let item = item_start(page, parent, index)?;
        let behind = match &parent.shape {
            NodeShape::Object(properties) => {
                let key_end = properties[index].key_range.end;
                let colon = gap::skip_blanks(text, key_end);
                if !text[colon..].starts_with(':') {
                    return Err(EditError::NotLocated);
                }
                colon + 1
            }
            _ => item + 1,
        };
        let start = behind_anchor(text, behind);
        // Where nothing is written, the reader may place it behind a comment.
        let end = if node.range.is_empty() { start } else { content_end(text, node) };
        let on_line = |from: usize| page.comments_in(&(from..gap::line_end(text, from))).into_iter().next();
        let head = on_line(start).filter(|comment| comment.end <= node.range.start && start < end);
        Ok(Slot { item, start, has_anchor: start > behind, head, end, tail: on_line(end) })
    }
}

/// Where an item of a container in block style begins: at its key or at its dash.
fn item_start(page: &ParsedText<'_>, container: &Node, index: usize) -> Result<usize, EditError> {
    let children = container.children();
    let text = page.text;
    if let NodeShape::Object(properties) = &container.shape {
        // Keys behind a question mark may be anything on several lines.
        let is_explicit = |at: usize| text[gap::line_start(text, at)..at].trim_end().ends_with('?');
        if properties.iter().any(|property| is_explicit(property.key_range.start)) {
            return Err(EditError::NotLocated);
        }
        return properties.get(index).map(|property| property.key_range.start).ok_or(EditError::NotLocated);
    }
    if index >= children.len() {
        return Err(EditError::NotLocated);
    }
    let mut at = match index.checked_sub(1) {
        None => container.range.start,
        Some(previous) => content_end(text, children[previous]),
    };
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        match text[at..].chars().next() {
            Some('#') => at = gap::line_end(text, at),
            Some('-') => return Ok(at),
            _ => return Err(EditError::NotLocated),
        }
    }
}

/// The end of a value's last line that matters: for a block text that keeps its blank lines, these too.
fn content_end(text: &str, node: &Node) -> usize {
    if let Some(last) = node.children().last() {
        return content_end(text, last).max(node.range.end);
    }
    let end = node.range.end;
    let header = text[node.range.clone()].lines().next().unwrap_or_default();
    let keeps = header.starts_with(['|', '>']) && header.split('#').next().is_some_and(|marks| marks.contains('+'));
    if !keeps {
        return end;
    }
    let blank = text[end..].len() - text[end..].trim_start().len();
    let blank_lines = text[end..end + blank].rfind('\n').map_or(end, |at| end + at);
    if text[..blank_lines].ends_with('\r') { blank_lines - 1 } else { blank_lines }
}

/// Past the anchor that may stand before a value: it stays, as others may refer to it.
fn behind_anchor(text: &str, at: usize) -> usize {
    let next = gap::skip_blanks(text, at);
    if !text[next..].starts_with('&') {
        return at;
    }
    text[next..].find(char::is_whitespace).map_or(text.len(), |length| next + length)
}

/// Whether a value is written by lines and indents.
fn is_block(text: &str, node: &Node) -> bool {
    let written = &text[node.range.clone()];
    match node.shape {
        NodeShape::Scalar | NodeShape::Alias => written.starts_with(['|', '>']),
        _ => !node.is_bracketed(text),
    }
}

/// Whether a value fits behind its key, being no container with something in it.
fn is_inline(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => true,
    }
}

impl Style {
    fn inline(&self, value: &Value) -> String {
        self.value(value, super::write::WritePlace { indent: "", lines: false })
    }

    /// The items of a container, the first without its indent.
    fn block(&self, value: &Value, indent: &str) -> String {
        let items: Vec<_> = match value {
            Value::Object(map) if !map.is_empty() => {
                map.iter().map(|(key, value)| self.block_item(Some(key), value, indent)).collect()
            }
            Value::Array(list) if !list.is_empty() => {
                list.iter().map(|value| self.block_item(None, value, indent)).collect()
            }
            _ => return self.inline(value),
        };
        items.join(&format!("{}{indent}", self.newline))
    }

    /// An item without its indent.
    fn block_item(&self, key: Option<&str>, value: &Value, indent: &str) -> String {
        let Some(key) = key else {
            return format!("- {}", self.block(value, &format!("{indent}  ")));
        };
        let key = self.key(key);
        let inner = match value {
            _ if is_inline(value) => return format!("{key}: {}", self.inline(value)),
            Value::Array(_) => " ".repeat(indent.len() + self.list_indent),
            _ => format!("{indent}{}", self.unit),
        };
        format!("{key}:{}{inner}{}", self.newline, self.block(value, &inner))
    }
}

/// A container with one item.
pub(super) fn holding(key: Option<&str>, value: &Value) -> Value {
    match key {
        Some(key) => Value::Object(Map::from_iter([(key.to_owned(), value.clone())])),
        None => Value::Array(vec![value.clone()]),
    }
}
