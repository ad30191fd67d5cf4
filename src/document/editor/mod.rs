//! The editor for JSON5 and JSON: each step becomes the smallest edit of the text, in the style its surroundings
//! are written in. It knows layout, not meaning; the caller proves the result.

mod gap;
mod insert;
mod remove;
mod replace;
mod style;
mod write;

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::change::{EditError, Step};
use super::edit::{Draft, Edit};
use super::json;
use super::path::{KeyPath, Segment};
use super::tree::Node;
use style::Style;

/// A text being edited, with the style it had before the first edit.
pub(super) struct Editor<'t> {
    draft: Draft<'t>,
    style: Style,
}

impl<'t> Editor<'t> {
    pub(super) fn new(text: &'t str, tree: &Node) -> Self {
        Editor { draft: Draft::new(text), style: Style::of(text, tree) }
    }

    /// The text as edited, and the edits of the original that lead there.
    pub(super) fn finish(self) -> (String, Vec<Edit>) {
        self.draft.finish()
    }

    /// Makes one step.
    pub(super) fn perform(&mut self, step: &Step) -> Result<(), EditError> {
        let text = &self.draft.text;
        match step {
            Step::Replace(path, value) => {
                let tree = read(text)?;
                let edits = replace::replace(text, &self.style, &chain(&tree, path)?, path, value);
                self.draft.apply(edits);
            }
            Step::Append(path, segment, value) => {
                let tree = read(text)?;
                let key = match segment {
                    Segment::Key(key) => Some(key.as_str()),
                    Segment::Index(_) => None,
                };
                let edits = insert::append(text, &self.style, &chain(&tree, path)?, key, value);
                self.draft.apply(edits);
            }
            Step::Remove(path) => while self.remove_one(path)? && matches!(path.last(), Some(Segment::Key(_))) {},
        }
        Ok(())
    }

    /// Removes the property or element and says whether it was there. A property may be written several times, and one
    /// left over would come back to life.
    fn remove_one(&mut self, path: &KeyPath) -> Result<bool, EditError> {
        let (Some(parent), Some(segment)) = (path.parent(), path.last()) else { return Err(EditError::Root) };
        let tree = read(&self.draft.text)?;
        let chain = chain(&tree, &parent)?;
        let found = chain.last().and_then(|node| Some((*node, node.child_index(segment)?)));
        if let Some((container, index)) = found {
            let edits = remove::remove(&self.draft.text, container, index, self.style.newline);
            self.draft.apply(edits);
        }
        Ok(found.is_some())
    }
}

fn read(text: &str) -> Result<Node, EditError> {
    json::tree(text).ok_or(EditError::NotLocated)
}

/// The nodes from the root to the one at a path.
fn chain<'t>(tree: &'t Node, path: &KeyPath) -> Result<Vec<&'t Node>, EditError> {
    let mut chain = vec![tree];
    let mut here = tree;
    for segment in path.segments() {
        here = here.child(segment).ok_or(EditError::NotLocated)?.node;
        chain.push(here);
    }
    Ok(chain)
}

/// The inside of a container, between its brackets.
fn inside(container: &Node) -> Range<usize> {
    container.range.start + 1..container.range.end - 1
}
