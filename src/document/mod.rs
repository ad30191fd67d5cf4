//! The syntax of a gateway config: its text, the value it means, where each part stands, and edits that change the
//! bytes they must and no others. Nothing here knows what a heartbeat is, and nothing reads or writes files.

mod change;
mod each;
mod edit;
mod editor;
mod json;
mod merge;
mod named;
mod part;
mod path;
mod position;
mod scan;
pub mod secrets;
pub mod size;
mod syntax;
pub mod template;
mod tree;
mod yaml;

use std::ops::Range;
use std::sync::Arc;

use serde_json::Value;

pub use change::{Change, EditError, difference};
pub use edit::Edit;
pub use merge::reversal;
pub use named::Named;
pub use part::PartError;
pub(crate) use path::SegmentRef;
pub use path::{KeyPath, PathError, Segment, Taken};
pub use position::Position;
pub use syntax::{Format, SyntaxError};

use editor::Editor;
use part::DocumentPlace;
use position::LineIndex;
use tree::Node;

/// A text that was read: what it says and where.
#[derive(Clone, Debug)]
pub struct Document {
    text: String,
    format: Format,
    value: Arc<Value>,
    /// Absent when the text is valid but spelled in a way only the reader understands.
    tree: Option<Node>,
    comments: Vec<Range<usize>>,
    lines: LineIndex,
    /// The format of the file and the path of this part of it.
    file: (Format, KeyPath),
    place: DocumentPlace,
}

impl Document {
    /// Reads a text, with or without a byte order mark.
    pub fn parse(text: impl Into<String>, format: Format) -> Result<Document, SyntaxError> {
        #[cfg(test)]
        crate::counted::note("text read");
        let text = text.into();
        let lines = LineIndex::new(&text);
        let (value, tree, comments) = match format {
            Format::Json5 | Format::Json => {
                let scanned = scan::scan(&text);
                (json::value(&text, &scanned, &lines)?, json::tree(&text), scanned.comments)
            }
            Format::Yaml => yaml::read(&text, &lines)?,
        };
        let file = (format, KeyPath::root());
        Ok(Document { text, format, value: Arc::new(value), tree, comments, lines, file, place: DocumentPlace::Whole })
    }

    /// The text of the file as it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The syntax it was read as.
    pub fn format(&self) -> Format {
        self.format
    }

    /// What the text means. Numbers JSON cannot hold (`NaN`, `Infinity`) are null.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The same to keep.
    pub fn shared_value(&self) -> &Arc<Value> {
        &self.value
    }

    /// The value at a path.
    pub fn get(&self, path: &KeyPath) -> Option<&Value> {
        path.resolve(&self.value)
    }

    /// The bytes a value is written with.
    pub fn value_span(&self, path: &KeyPath) -> Option<Range<usize>> {
        self.tree.as_ref()?.find(path).map(|spot| spot.node.range.clone())
    }

    /// The bytes a property's name is written with, quotes included; `None` for elements and the root.
    pub fn key_span(&self, path: &KeyPath) -> Option<Range<usize>> {
        self.tree.as_ref()?.find(path)?.key.cloned()
    }

    /// The best place to point at for a path that may not be there: its name, else its value, else the same of the
    /// nearest parent, else the whole config.
    pub fn span_or_nearest(&self, path: &KeyPath) -> Range<usize> {
        let mut here = Some(path.clone());
        while let Some(path) = here {
            if let Some(span) = self.key_span(&path).or_else(|| self.value_span(&path)) {
                return span;
            }
            here = path.parent();
        }
        position::body(&self.text)
    }

    /// The property names that a later one of the same object overrides, in the order of the text.
    pub fn duplicate_keys(&self) -> Vec<(KeyPath, Range<usize>)> {
        let mut found = Vec::new();
        if let Some(tree) = &self.tree {
            tree.duplicates(&mut Vec::new(), &mut found);
        }
        found.sort_by_key(|(_, span)| span.start);
        found
    }

    /// The comments, in the order of the text, each without its line end.
    pub fn comments(&self) -> Vec<Range<usize>> {
        self.comments.clone()
    }

    /// The line and column of a byte.
    pub fn position(&self, byte: usize) -> Position {
        self.lines.position(&self.text, byte)
    }

    /// The edits that make the changes, in the order given; none for what is already so. They are sorted, do not
    /// overlap, and are proven as [`Document::apply`] says.
    pub fn edits(&self, changes: &[Change]) -> Result<Vec<Edit>, EditError> {
        self.rewrite_place(changes).map(|(_, edits)| edits)
    }

    /// The text with the changes made. It was read again and means the old value with the changes, and every comment
    /// is still there; otherwise the answer is [`EditError::Unverified`].
    pub fn apply(&self, changes: &[Change]) -> Result<String, EditError> {
        self.rewrite_place(changes).map(|(text, _)| text)
    }

    fn rewrite_whole(&self, changes: &[Change]) -> Result<(String, Vec<Edit>), EditError> {
        let mut wanted = self.value().clone();
        let mut steps = Vec::new();
        for change in changes {
            steps.extend(change::steps(&mut wanted, change)?);
        }
        if steps.is_empty() {
            return Ok((self.text.clone(), Vec::new()));
        }
        let made = |perform: &dyn Fn(&mut Editor<'_>) -> Result<(), EditError>| {
            let mut editor = self.editor()?;
            perform(&mut editor)?;
            let (text, edits) = editor.finish();
            self.verify(&text, &wanted)?;
            Ok((text, edits))
        };
        // What does not hold together may do so one by one.
        made(&|editor| editor.perform_all(&steps))
            .or_else(|_| made(&|editor| steps.iter().try_for_each(|step| editor.perform(step))))
    }

    fn editor(&self) -> Result<Editor<'_>, EditError> {
        let tree = self.tree.as_ref().filter(|tree| editor::is_sound(tree, &self.text));
        Ok(Editor::new(&self.text, tree.ok_or(EditError::NotLocated)?, self.format))
    }

    fn verify(&self, text: &str, wanted: &Value) -> Result<(), EditError> {
        let edited = Document::parse(text, self.format)
            .map_err(|error| EditError::Unverified(format!("it cannot be read: {error}")))?;
        if edited.value() != wanted {
            return Err(EditError::Unverified("it means something else".to_owned()));
        }
        if self.comment_texts() != edited.comment_texts() {
            return Err(EditError::Unverified("a comment would be lost".to_owned()));
        }
        Ok(())
    }

    /// Sorted, because the comments of something removed move up to where it began.
    fn comment_texts(&self) -> Vec<&str> {
        let mut texts: Vec<_> = self.comments.iter().map(|range| &self.text[range.clone()]).collect();
        texts.sort_unstable();
        texts
    }
}

#[cfg(test)]
mod tests;
