//! A config that is part of a larger file: a subtree of a Helm values or Ansible vars file, or a text inside of one, as
//! in a Kubernetes ConfigMap. It reads like a document of its own, with paths from its own root, but its text, spans
//! and edits are those of the file.

mod line_map;

use std::ops::Range;
use std::sync::Arc;

use serde_json::Value;

use super::change::{Change, EditError};
use super::edit::{self, Edit};
use super::path::{KeyPath, Segment};
use super::position::LineIndex;
use super::syntax::SyntaxError;
use super::tree::{Node, NodeShape};
use super::{Document, Format, yaml};
use line_map::LineMap;

/// How a document lies in its file.
#[derive(Clone, Debug)]
pub(super) enum DocumentPlace {
    /// It is the file.
    Whole,
    /// A subtree, at a path of the outer document.
    Subtree(Box<Document>, KeyPath),
    /// A string of the outer document, read as a text of its own.
    Text { outer: Box<Document>, at: KeyPath, inner: Box<Document> },
    /// One of several YAML documents in a file: which, from 0, and the byte it starts at.
    OneOf { inner: Box<Document>, number: usize, start: usize },
}

/// Why there is no config at a place of a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartError {
    /// The file, or the text inside it that holds the config, cannot be read.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// The path leads nowhere.
    #[error("there is no '{path}' in the file: {has}")]
    Missing {
        /// The whole path.
        path: KeyPath,
        /// The part of it that is there.
        at: KeyPath,
        /// What is there, as far as the path leads.
        has: String,
    },
    /// Several YAML documents of the file have the path.
    #[error("'{path}' is in {} of the file's YAML documents ({}), expected one", documents.len(), listed(documents))]
    Ambiguous {
        /// The path.
        path: KeyPath,
        /// Which documents, counted from 1.
        documents: Vec<usize>,
    },
}

fn listed(numbers: &[usize]) -> String {
    numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")
}

/// The values on the way: of the root first, then of each step as far as there is one.
fn along<'v>(root: &'v Value, segments: &[Segment]) -> Vec<&'v Value> {
    let mut values = vec![root];
    for segment in segments {
        let here = values.last().and_then(|value| match segment {
            Segment::Key(key) => value.as_object()?.get(key),
            Segment::Index(index) => value.as_array()?.get(*index),
        });
        let Some(here) = here else { break };
        values.push(here);
    }
    values
}

impl Document {
    /// Reads the part of a file that stands at a path; a string there is read as a text of its own. Of several YAML
    /// documents in a file the one that has the path counts.
    pub fn parse_at(text: impl Into<String>, format: Format, at: &KeyPath) -> Result<Document, PartError> {
        let text = text.into();
        let ranges = if format == Format::Yaml && !at.is_root() { yaml::documents(&text) } else { Vec::new() };
        let part = match ranges.as_slice() {
            [] | [_] => Document::parse(text, format)?.part(at)?,
            several => one_of(&text, several, at)?,
        };
        Ok(Document { file: (format, at.clone()), ..part })
    }

    /// Reads another text as this one was read: the same format, and the part at the same path.
    pub fn reread(&self, text: impl Into<String>) -> Result<Document, PartError> {
        let (format, at) = &self.file;
        Document::parse_at(text, *format, at)
    }

    /// Where in its file the config stands; the root for a file that is one.
    pub fn at(&self) -> &KeyPath {
        &self.file.1
    }

    /// The document and those around it, up to the whole file. All have the same text.
    pub fn layers(&self) -> impl Iterator<Item = &Document> {
        std::iter::successors(Some(self), |document| match &document.place {
            DocumentPlace::Subtree(outer, _) | DocumentPlace::Text { outer, .. } => Some(outer),
            DocumentPlace::Whole | DocumentPlace::OneOf { .. } => None,
        })
    }

    /// The one place inside the file where an object has such a key, be it in a text; none where the file itself has it.
    pub fn place_of(&self, key: &str) -> Option<KeyPath> {
        let mut found = Vec::new();
        holders(&self.value, key, &KeyPath::root(), &mut found);
        let place = found.pop()?;
        (found.is_empty() && !place.is_root()).then_some(place)
    }

    fn part(self, at: &KeyPath) -> Result<Document, PartError> {
        if at.is_root() {
            return Ok(self);
        }
        let segments = at.segments();
        let prefix = |depth: usize| segments[..depth].iter().cloned().collect::<KeyPath>();
        let text_at =
            along(&self.value, segments).iter().position(|value| value.is_string()).filter(|&depth| depth > 0);
        if let Some(depth) = text_at {
            let rest: KeyPath = segments[depth..].iter().cloned().collect();
            return self.text_inside(&prefix(depth))?.part(&rest).map_err(|error| match error {
                PartError::Missing { at: inside, has, .. } => {
                    PartError::Missing { path: at.clone(), at: prefix(depth).join_all(&inside), has }
                }
                other => other,
            });
        }
        let Some(value) = self.get(at).cloned() else { return Err(self.missing(at)) };
        let tree = self.tree.as_ref().map(|tree| match tree.find(at) {
            Some(spot) => spot.node.clone(),
            None => Node { range: self.span_or_nearest(at), shape: NodeShape::Alias },
        });
        Ok(Document {
            text: self.text.clone(),
            format: self.format,
            value: Arc::new(value),
            tree,
            comments: self.comments.clone(),
            lines: self.lines.clone(),
            file: self.file.clone(),
            place: DocumentPlace::Subtree(Box::new(self), at.clone()),
        })
    }

    fn missing(&self, path: &KeyPath) -> PartError {
        let segments = path.segments();
        let prefix = |depth: usize| segments[..depth].iter().cloned().collect::<KeyPath>();
        let depth = (along(&self.value, segments).len() - 1).min(segments.len().saturating_sub(1));
        let place = prefix(depth);
        let name = if place.is_root() { "it".to_owned() } else { format!("'{place}'") };
        let has = match self.get(&place) {
            Some(Value::Object(map)) if !map.is_empty() => {
                let mut keys: Vec<String> = map.keys().take(12).map(|key| format!("'{}'", place_key(key))).collect();
                if map.len() > keys.len() {
                    keys.push(format!("{} more", map.len() - keys.len()));
                }
                format!("{name} has {}", keys.join(", "))
            }
            Some(Value::Array(list)) => format!("{name} is a list of {}", list.len()),
            Some(Value::Object(_)) | None => format!("{name} is empty"),
            Some(Value::Null) => format!("{name} is null"),
            Some(_) => format!("{name} holds a plain value"),
        };
        PartError::Missing { path: path.clone(), at: place, has }
    }

    /// The text that a string of this document is.
    fn text_inside(self, at: &KeyPath) -> Result<Document, PartError> {
        let content = self.get(at).and_then(Value::as_str).unwrap_or_default().to_owned();
        let span = self.value_span(at).unwrap_or_else(|| self.span_or_nearest(at));
        let format = text_format(at, &content);
        let map = LineMap::new(&self.text, &span, &content);
        let inner = Document::parse(content, format).map_err(|error| {
            let byte = map.as_ref().map_or(span.start, |map| map.outer(error.position.byte));
            SyntaxError { position: self.position(byte), ..error }
        })?;
        let mut tree = inner.tree.clone();
        let mut comments = inner.comments.clone();
        match &map {
            Some(map) => {
                let outer = |range: &mut Range<usize>| *range = map.outer(range.start)..map.outer(range.end);
                comments.iter_mut().for_each(outer);
                if let Some(tree) = &mut tree {
                    tree.shift(&outer);
                }
            }
            // Escapes and folds hide what stands where: everything is shown at the string.
            None => (tree, comments) = (Some(Node { range: span, shape: NodeShape::Scalar }), Vec::new()),
        }
        Ok(Document {
            text: self.text.clone(),
            format,
            value: inner.value.clone(),
            tree,
            comments,
            lines: self.lines.clone(),
            file: self.file.clone(),
            place: DocumentPlace::Text { outer: Box::new(self), at: at.clone(), inner: Box::new(inner) },
        })
    }

    /// The changes as edits of the file; see [`Document::edits`].
    pub(super) fn rewrite_place(&self, changes: &[Change]) -> Result<(String, Vec<Edit>), EditError> {
        match &self.place {
            DocumentPlace::Whole => self.rewrite_whole(changes),
            DocumentPlace::Subtree(outer, at) => {
                let inside = |change: &Change| Change { path: at.join_all(&change.path), to: change.to.clone() };
                outer.rewrite_place(&changes.iter().map(inside).collect::<Vec<_>>())
            }
            DocumentPlace::Text { outer, at, inner } => {
                let (text, _) = inner.rewrite_place(changes)?;
                outer.rewrite_place(&[Change::set(at.clone(), text)])
            }
            DocumentPlace::OneOf { inner, number, start } => {
                let (part, edits) = inner.rewrite_place(changes)?;
                let end = start + inner.text.len();
                let text = [&self.text[..*start], &part, &self.text[end..]].concat();
                let (before, after) = (yaml::documents(&self.text), yaml::documents(&text));
                if before.len() != after.len() || after.get(*number) != Some(&(*start..start + part.len())) {
                    return Err(EditError::Unverified("the file would have other YAML documents".to_owned()));
                }
                Ok((text, edit::shifted(edits, *start)))
            }
        }
    }
}

/// The document among several that has the path.
fn one_of(text: &str, ranges: &[Range<usize>], at: &KeyPath) -> Result<Document, PartError> {
    let lines = LineIndex::new(text);
    let mut found = Vec::new();
    let mut misses = Vec::new();
    for (number, range) in ranges.iter().enumerate() {
        let located = |error: SyntaxError| {
            let position = lines.position(text, error.position.byte + range.start);
            SyntaxError { position, ..error }
        };
        let inner = Document::parse(&text[range.clone()], Format::Yaml).map_err(located)?;
        match inner.clone().part(at) {
            Err(PartError::Missing { path, at, has }) => misses.push((path, at, has)),
            // That the text inside cannot be read is said when it is read in its place.
            _ => found.push((number, inner)),
        }
    }
    if found.len() > 1 {
        let documents = found.iter().map(|(number, _)| number + 1).collect();
        return Err(PartError::Ambiguous { path: at.clone(), documents });
    }
    let Some((number, inner)) = found.pop() else {
        // What to say is known best where the path leads farthest.
        let farthest = misses.into_iter().rev().max_by_key(|(_, at, _)| at.segments().len());
        let (path, at, has) = farthest.unwrap_or_else(|| (at.clone(), KeyPath::root(), String::new()));
        return Err(PartError::Missing { path, at, has });
    };
    let start = ranges[number].start;
    let shift = |range: &mut Range<usize>| *range = range.start + start..range.end + start;
    let mut document = Document { text: text.to_owned(), lines, ..inner.clone() };
    document.comments.iter_mut().for_each(shift);
    if let Some(tree) = &mut document.tree {
        tree.shift(&shift);
    }
    document.place = DocumentPlace::OneOf { inner: Box::new(inner), number, start };
    document.part(at)
}

fn holders(value: &Value, key: &str, path: &KeyPath, found: &mut Vec<KeyPath>) {
    match value {
        Value::Object(map) if map.get(key).is_some_and(Value::is_object) => found.push(path.clone()),
        Value::Object(map) => map.iter().for_each(|(name, value)| holders(value, key, &path.key(name), found)),
        Value::String(text) if text.contains(key) && text.trim_start().starts_with(['{', '/']) => {
            if let Ok(inner) = Document::parse(text.as_str(), Format::Json5) {
                holders(&inner.value, key, path, found);
            }
        }
        _ => {}
    }
}

fn place_key(key: &str) -> String {
    KeyPath::root().key(key).to_string()
}

/// The format of a text inside a file: what its key's ending says, as in `openclaw.json`, else what it looks like.
fn text_format(at: &KeyPath, content: &str) -> Format {
    let key = match at.last() {
        Some(Segment::Key(key)) => key.as_str(),
        _ => "",
    };
    let by_name = key.rsplit_once('.').and_then(|(_, extension)| Format::from_extension(extension));
    by_name.unwrap_or_else(|| Format::sniff(content))
}

#[cfg(test)]
mod tests;
