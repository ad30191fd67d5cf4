//! The editor: each step becomes the smallest edit of the text, in the style its surroundings are written in. What
//! stands between brackets (all of JSON5, the flow style of YAML) is edited by commas, YAML's block style by lines. It
//! knows layout, not meaning; the caller proves the result.

mod block;
mod gap;
mod insert;
mod literal;
mod page;
mod plain;
mod remove;
mod replace;
mod sound;
mod style;
mod write;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Map, Value};

use super::Format;
use super::change::{EditError, EditStep};
use super::edit::{Draft, Edit};
use super::path::{KeyPath, Segment};
use super::tree::{Node, NodeShape};
pub(super) use page::ParsedText;
pub(super) use sound::is_sound;
use style::Style;

/// A text being edited, with the style it had before the first edit.
pub(super) struct Editor<'t> {
    draft: Draft<'t>,
    format: Format,
    style: Style,
}

impl<'t> Editor<'t> {
    pub(super) fn new(text: &'t str, tree: &Node, format: Format) -> Self {
        Editor { draft: Draft::new(text), format, style: Style::of(text, tree, format) }
    }

    /// The text as edited, and the edits of the original that lead there.
    pub(super) fn finish(self) -> (String, Vec<Edit>) {
        self.draft.finish()
    }

    /// Makes steps in their order. Those that do not touch each other are made on one reading of the text.
    pub(super) fn perform_all(&mut self, steps: &[EditStep]) -> Result<(), EditError> {
        let mut rest = steps;
        while let Some(first) = rest.first() {
            let page = ParsedText::read(&self.draft.text, self.format)?;
            let (count, edits) = self.apart(&page, rest);
            if count > 1 {
                self.draft.apply(edits)?;
            } else {
                self.perform(first)?;
            }
            rest = &rest[count.max(1)..];
        }
        Ok(())
    }

    /// How many of the first steps can be made on one page, each as if it were alone, and their edits.
    pub(super) fn apart(&self, page: &ParsedText<'_>, steps: &[EditStep]) -> (usize, Vec<Edit>) {
        let mut all = Vec::new();
        let mut hulls = Hulls::default();
        let mut shortened: Vec<KeyPath> = Vec::new();
        for (count, step) in steps.iter().enumerate() {
            let path = step.path();
            let shifts = shortened.iter().any(|list| path.starts_with(list));
            let Some(edits) = self.edits_of(page, step).ok().filter(|edits| !shifts && hulls.take(edits)) else {
                return (count, all);
            };
            all.extend(edits);
            if let (EditStep::Remove(path), Some(Segment::Index(_))) = (step, path.last()) {
                shortened.extend(path.parent());
            }
        }
        (steps.len(), all)
    }

    /// The edits of a step by itself.
    fn edits_of(&self, page: &ParsedText<'_>, step: &EditStep) -> Result<Vec<Edit>, EditError> {
        match step {
            EditStep::Replace(path, value) => self.replace(page, path, value),
            EditStep::Append(path, segment, value) => self.append(page, path, segment, value),
            EditStep::Remove(path) if page.is_written_once(path) => self.remove(page, path),
            EditStep::Remove(_) => Err(EditError::NotLocated),
        }
    }

    /// Makes one step.
    pub(super) fn perform(&mut self, step: &EditStep) -> Result<(), EditError> {
        let page = ParsedText::read(&self.draft.text, self.format)?;
        let edits = match step {
            EditStep::Replace(path, value) => self.replace(&page, path, value)?,
            EditStep::Append(path, segment, value) => self.append(&page, path, segment, value)?,
            EditStep::Remove(path) => {
                let mut edits = self.remove(&page, path)?;
                // A property may be written several times, and one left over would come back to life.
                while let Segment::Key(_) = path.last().ok_or(EditError::Root)? {
                    self.draft.apply(edits)?;
                    let page = ParsedText::read(&self.draft.text, self.format)?;
                    if page.find(path).is_none() {
                        return Ok(());
                    }
                    edits = self.remove(&page, path)?;
                }
                edits
            }
        };
        self.draft.apply(edits)
    }

    fn replace(&self, page: &ParsedText<'_>, path: &KeyPath, value: &Value) -> Result<Vec<Edit>, EditError> {
        if let (Some(parent), Some(segment)) = (path.parent(), path.last())
            && page.find(&parent).is_some_and(|node| node.merges() && node.child(segment).is_none())
        {
            // What a merge brings is overridden by a key of its own.
            return self.append(page, &parent, segment, value);
        }
        let chain = page.chain(path)?;
        let in_block = chain.iter().rev().nth(1).is_none_or(|parent| !parent.is_bracketed(page.text));
        match self.format {
            Format::Yaml if in_block => block::replace(page, &self.style, &chain, path, value),
            _ => Ok(replace::replace(page, &self.style, &chain, path, value)),
        }
    }

    fn append(
        &self,
        page: &ParsedText<'_>,
        path: &KeyPath,
        segment: &Segment,
        value: &Value,
    ) -> Result<Vec<Edit>, EditError> {
        let key = match segment {
            Segment::Key(key) => Some(key.as_str()),
            Segment::Index(_) => None,
        };
        let chain = page.chain(path)?;
        let Some((container, parents)) = chain.split_last() else { return Err(EditError::NotLocated) };
        let in_block = parents.last().is_none_or(|parent| !parent.is_bracketed(page.text));
        match container.shape {
            NodeShape::Alias => Err(EditError::Borrowed(path.clone())),
            NodeShape::Scalar => Err(EditError::NotLocated),
            _ if !container.is_bracketed(page.text) => block::append(page, &self.style, &chain, key, value),
            _ if self.format == Format::Yaml && in_block && is_bare(page, container) => {
                block::replace(page, &self.style, &chain, path, &block::holding(key, value))
            }
            _ => Ok(insert::append(page, &self.style, &chain, key, value)),
        }
    }

    fn remove(&self, page: &ParsedText<'_>, path: &KeyPath) -> Result<Vec<Edit>, EditError> {
        let (Some(parent), Some(segment)) = (path.parent(), path.last()) else { return Err(EditError::Root) };
        let chain = page.chain(&parent)?;
        let found = chain.last().and_then(|node| Some((*node, node.child_index(segment)?)));
        let Some((container, index)) = found else { return page.chain(path).map(|_| Vec::new()) };
        if container.is_bracketed(page.text) {
            return Ok(remove::remove(page, container, index, self.style.newline));
        }
        if container.items().len() == 1 {
            let empty =
                if let Segment::Key(_) = segment { Value::Object(Map::new()) } else { Value::Array(Vec::new()) };
            return block::replace(page, &self.style, &chain, &parent, &empty);
        }
        block::remove(page, container, index, self.style.newline)
    }
}

/// The stretches of a text that edits take up.
#[derive(Default)]
pub(super) struct Hulls(BTreeMap<usize, usize>);

impl Hulls {
    /// Takes the stretch of some edits; `false` where it touches one that is taken, or there are none. An insertion
    /// may stand where something taken away ends: what follows a value is put behind whatever comes instead of it.
    pub(super) fn take(&mut self, edits: &[Edit]) -> bool {
        let start = edits.iter().map(|edit| edit.range.start).min();
        let Some((start, end)) = start.zip(edits.iter().map(|edit| edit.range.end).max()) else { return false };
        let before = if start < end { self.0.range(..end) } else { self.0.range(..=end) }.next_back();
        let is_free = before.is_none_or(|(from, to)| *to < start || (*to == start && from < to));
        if is_free {
            self.0.insert(start, end);
        }
        is_free
    }
}

/// Whether nothing but blanks stands between the brackets.
fn is_bare(page: &ParsedText<'_>, container: &Node) -> bool {
    page.text[inside(container)].trim().is_empty()
}

/// The inside of a container, between its brackets.
fn inside(container: &Node) -> Range<usize> {
    container.range.start + 1..container.range.end - 1
}
