//! Taking an item out of an object or array, with its comma and its line, but never with a comment.

use std::ops::Range;

use super::gap::{self, Gap};
use super::inside;
use super::page::ParsedText;
use crate::document::edit::Edit;
use crate::document::tree::Node;

/// The edits that remove the item at `index`.
pub(super) fn remove(page: &ParsedText<'_>, container: &Node, index: usize, newline: &str) -> Vec<Edit> {
    let text = page.text;
    let items = container.items();
    let inside = inside(container);
    let (before, after) = gap::around(text, &inside, &items, index);
    let item = items[index].clone();
    let kept = page.comments_in(&item);
    if items.len() == 1 && before.comments.is_empty() && after.comments.is_empty() && kept.is_empty() {
        return vec![Edit::delete(inside)];
    }
    let next = items.get(index + 1).map(|next| next.start);
    let (cut, lone_comma) = with_comma(text, item, next, &before, &after);
    let mut edits: Vec<Edit> = lone_comma.map(|at| Edit::delete(at..at + 1)).into_iter().collect();
    edits.push(if kept.is_empty() { without(text, cut, &before) } else { leaving(text, cut, &kept, newline) });
    edits
}

/// The item with the comma that goes with it, or that comma apart if a comment stands between.
fn with_comma(
    text: &str,
    item: Range<usize>,
    next: Option<usize>,
    before: &Gap,
    after: &Gap,
) -> (Range<usize>, Option<usize>) {
    let leads =
        |comma: usize| before.breaks && gap::starts_line(text, comma) && gap::line_start(text, item.start) <= comma;
    let taken_before = before.comma.filter(|&comma| leads(comma) || after.comma.is_none());
    if let Some(comma) = taken_before {
        let joined = !before.has_comment_in(comma..item.start) && !text[comma..item.start].contains('\n');
        return if joined { (comma..item.end, None) } else { (item, Some(comma)) };
    }
    match (after.comma, next) {
        (None, _) => (item, None),
        // The comma leads the next line, where the next item now stands without it.
        (Some(comma), Some(next)) if after.comments.is_empty() && text[item.end..comma].contains('\n') => {
            (item.start..next, None)
        }
        (Some(comma), _) if after.has_comment_in(item.end..comma) => (item, Some(comma)),
        (Some(comma), _) => (item.start..comma + 1, None),
    }
}

/// The cut with the blanks or the line that would be left over.
fn without(text: &str, cut: Range<usize>, before: &Gap) -> Edit {
    let right = gap::skip_blanks(text, cut.end);
    let line_ends = text[right..].starts_with(['\n', '\r']);
    let line_starts = gap::starts_line(text, cut.start);
    if line_starts && line_ends {
        let end = text[right..].find('\n').map_or(text.len(), |at| right + at + 1);
        return Edit::delete(gap::line_start(text, cut.start)..end);
    }
    if line_ends {
        let left = text[..cut.start].trim_end_matches([' ', '\t']).len();
        return Edit::delete(left..cut.end);
    }
    if line_starts && text[right..].starts_with(['}', ']']) {
        let line = gap::line_start(text, cut.start);
        // A line comment would swallow the bracket.
        let ends_in_comment = before.comments.last().is_some_and(|comment| gap::is_line_comment(text, comment));
        let start = if ends_in_comment { line } else { text[..line].trim_end_matches(['\r', '\n']).len() };
        return Edit::delete(start..cut.end);
    }
    // Of the blanks on both sides one stays.
    let takes_blanks = text[..cut.start].ends_with([' ', '\t', '\n', '{', '[']);
    Edit::delete(cut.start..if takes_blanks { right } else { cut.end })
}

/// The comments that stood inside the item, where it began.
fn leaving(text: &str, cut: Range<usize>, kept: &[Range<usize>], newline: &str) -> Edit {
    let right = gap::skip_blanks(text, cut.end);
    let line_ends = text[right..].starts_with(['\n', '\r']);
    let own_line = gap::starts_line(text, cut.start);
    let lead = if text[cut.start..].starts_with(',') && !own_line { " " } else { "" };
    let mut comments = moved(text, cut.start, kept, newline);
    if line_ends {
        comments.truncate(comments.trim_end().len());
    }
    Edit::new(cut.start..right, format!("{lead}{comments}"))
}

/// The text of comments that move to `at`, each followed by what keeps the next thing out of it.
pub(super) fn moved(text: &str, at: usize, comments: &[Range<usize>], newline: &str) -> String {
    let own_line = gap::starts_line(text, at);
    let indent = gap::indent(text, at);
    let with_end = |comment: &Range<usize>| {
        let breaks = own_line || gap::is_line_comment(text, comment);
        let end = if breaks { format!("{newline}{indent}") } else { " ".to_owned() };
        format!("{}{end}", &text[comment.clone()])
    };
    comments.iter().map(with_end).collect()
}
