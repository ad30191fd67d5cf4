//! Adding an item at the end of an object or array.

use std::ops::Range;

use serde_json::Value;

use super::gap::{self, Gap};
use super::inside;
use super::page::ParsedText;
use super::style::{Style, wants_lines};
use super::write::WritePlace;
use crate::document::edit::Edit;
use crate::document::tree::Node;

/// The edits that add an item to the last container of `chain`.
pub(super) fn append(
    page: &ParsedText<'_>,
    style: &Style,
    chain: &[&Node],
    key: Option<&str>,
    value: &Value,
) -> Vec<Edit> {
    let Some(container) = chain.last() else { return Vec::new() };
    let (text, style) = (page.text, style.near(page.text, chain, &page.observed));
    let site = Site { text, container, lines: wants_lines(text, chain), style, key, value };
    match container.items().last() {
        Some(last) => site.after(last),
        None => site.as_only_item(),
    }
}

struct Site<'s> {
    text: &'s str,
    container: &'s Node,
    lines: bool,
    style: Style,
    key: Option<&'s str>,
    value: &'s Value,
}

impl Site<'_> {
    fn item(&self, indent: &str) -> String {
        self.style.item(self.key, self.value, WritePlace { indent, lines: self.lines })
    }

    fn outer_indent(&self) -> &str {
        gap::indent(self.text, self.container.range.start)
    }

    fn inner_indent(&self) -> String {
        format!("{}{}", self.outer_indent(), self.style.unit)
    }

    fn after(&self, last: &Range<usize>) -> Vec<Edit> {
        let gap = Gap::read(self.text, last.end..inside(self.container).end);
        let line_comment = gap.comments.iter().any(|comment| gap::is_line_comment(self.text, comment));
        if self.lines || line_comment { self.on_next_line(last, &gap) } else { vec![self.on_same_line(last, &gap)] }
    }

    fn on_same_line(&self, last: &Range<usize>, gap: &Gap) -> Edit {
        let item = self.item(self.outer_indent());
        let space = self.style.comma();
        match gap.comma {
            Some(comma) => Edit::insert(comma + 1, format!("{space}{item},")),
            // A comment after the last item is about that item.
            None => {
                let at = gap.comments.last().map_or(last.end, |comment| comment.end);
                Edit::insert(at, format!(",{space}{item}"))
            }
        }
    }

    fn on_next_line(&self, last: &Range<usize>, gap: &Gap) -> Vec<Edit> {
        let before = &self.text[gap::line_start(self.text, last.start)..last.start];
        let leading_comma = gap.comma.is_none() && before.trim() == ",";
        let indent = if self.lines { gap::indent(self.text, last.start).to_owned() } else { self.inner_indent() };
        let lead = if leading_comma { before } else { &indent };
        let end_comma = if gap.comma.is_some() { "," } else { "" };
        let line = format!("{}{lead}{}{end_comma}", self.style.newline, self.item(&indent));

        let at = self.end_of_line(gap.comma.map_or(last.end, |comma| comma + 1), gap);
        match gap.comma {
            None if !leading_comma && at == last.end => vec![Edit::insert(at, format!(",{line}"))],
            None if !leading_comma => vec![Edit::insert(last.end, ","), Edit::insert(at, line)],
            _ => vec![Edit::insert(at, line)],
        }
    }

    /// Past the comments that share the line of `at`.
    fn end_of_line(&self, at: usize, gap: &Gap) -> usize {
        gap.comments
            .iter()
            .filter(|comment| comment.start >= at)
            .fold(at, |at, comment| if self.text[at..comment.start].contains('\n') { at } else { comment.end })
    }

    fn as_only_item(&self) -> Vec<Edit> {
        let inside = inside(self.container);
        let gap = Gap::read(self.text, inside.clone());
        let newline = self.style.newline;
        let end_comma = if self.style.trailing_comma { "," } else { "" };
        let Some(comment) = gap.comments.last() else {
            if !self.lines {
                let pad = if self.key.is_some() { self.style.pad() } else { "" };
                return vec![Edit::new(inside, format!("{pad}{}{pad}", self.item(self.outer_indent())))];
            }
            let indent = self.inner_indent();
            let outer = self.outer_indent();
            let item = self.item(&indent);
            return vec![Edit::new(inside, format!("{newline}{indent}{item}{end_comma}{newline}{outer}"))];
        };
        if !gap.breaks && !gap::is_line_comment(self.text, comment) {
            return vec![Edit::insert(comment.end, format!(" {}", self.item(self.outer_indent())))];
        }
        let own_line = gap::starts_line(self.text, comment.start);
        let indent = if own_line { gap::indent(self.text, comment.start).to_owned() } else { self.inner_indent() };
        vec![Edit::insert(comment.end, format!("{newline}{indent}{}{end_comma}", self.item(&indent)))]
    }
}
