//! Putting another value in the place of one, down to its last byte and no further.

use serde_json::Value;

use super::gap;
use super::page::ParsedText;
use super::remove::moved;
use super::style::{Style, wants_lines};
use super::write::WritePlace;
use crate::document::edit::Edit;
use crate::document::path::{KeyPath, Segment};
use crate::document::tree::Node;

/// The edits that replace the last value of `chain`.
pub(super) fn replace(
    page: &ParsedText<'_>,
    style: &Style,
    chain: &[&Node],
    path: &KeyPath,
    value: &Value,
) -> Vec<Edit> {
    let text = page.text;
    let Some((node, parents)) = chain.split_last() else { return Vec::new() };
    let mut style = style.near(text, parents, &page.observed);
    style.keep_quote(&text[node.range.clone()]);
    let start = item_start(node, parents.last().copied(), path);
    let place = WritePlace { indent: gap::indent(text, start), lines: wants_lines(text, parents) };
    let mut edits = vec![Edit::new(node.range.clone(), style.value(value, place))];
    let kept = page.comments_in(&node.range);
    if !kept.is_empty() {
        let comments = moved(text, start, &kept, style.newline);
        match start == node.range.start {
            true => edits[0].text.insert_str(0, &comments),
            false => edits.push(Edit::insert(start, comments)),
        }
    }
    edits
}

/// Where the property or element begins.
pub(super) fn item_start(node: &Node, parent: Option<&Node>, path: &KeyPath) -> usize {
    let name = |segment: &Segment| parent?.child(segment)?.key.map(|key| key.start);
    path.last().and_then(name).unwrap_or(node.range.start)
}
