//! Whether a span tree fits the text it is to be edited by. A parser that only says where things stand may misjudge what
//! the reader accepts; an edit by such a tree would tear what it did not see.

use std::ops::Range;

use super::gap::Gap;
use crate::document::tree::{Node, NodeShape};

/// Whether the ranges are those of one text: in it, inside of each other, in order, and between brackets closed and
/// parted by one comma each.
pub(in crate::document) fn is_sound(node: &Node, text: &str) -> bool {
    if text.get(node.range.clone()).is_none() {
        return false;
    }
    let items = node.items();
    let is_inside = |item: &Range<usize>| node.range.start <= item.start && item.end <= node.range.end;
    items.iter().all(is_inside)
        && items.windows(2).all(|pair| pair[0].end <= pair[1].start)
        && (!node.is_bracketed(text) || is_listed(node, text, &items))
        && node.children().into_iter().all(|child| is_sound(child, text))
}

/// Whether an object or array in brackets ends with its bracket and its items stand between single commas.
fn is_listed(node: &Node, text: &str, items: &[Range<usize>]) -> bool {
    let closing = if matches!(node.shape, NodeShape::Object(_)) { '}' } else { ']' };
    let Range { start, end } = node.range;
    if end - start < 2 || !text[..end].ends_with(closing) {
        return false;
    }
    let Some((first, last)) = items.first().zip(items.last()) else { return true };
    let commas = |range: Range<usize>| Gap::read(text, range).commas;
    first.start > start
        && last.end < end
        && commas(start + 1..first.start) == 0
        && items.windows(2).all(|pair| commas(pair[0].end..pair[1].start) == 1)
        && commas(last.end..end - 1) <= 1
}
