//! The editor for JSON5 and JSON: each step becomes the smallest edit of the text, in the style its surroundings
//! are written in. It knows layout, not meaning; the caller proves the result.

mod gap;
mod insert;
mod remove;
mod replace;
mod style;
mod write;

use std::ops::Range;

use super::change::{EditError, Step};
use super::edit::Draft;
use super::json;
use super::path::{KeyPath, Segment};
use super::tree::Node;

/// Makes one step on the draft.
pub(super) fn perform(draft: &mut Draft<'_>, step: &Step) -> Result<(), EditError> {
    match step {
        Step::Replace(path, value) => {
            let tree = read(draft)?;
            let chain = chain(&tree, path)?;
            draft.apply(replace::replace(&draft.text, &tree, &chain, path, value));
        }
        Step::Append(path, segment, value) => {
            let tree = read(draft)?;
            let chain = chain(&tree, path)?;
            let key = match segment {
                Segment::Key(key) => Some(key.as_str()),
                Segment::Index(_) => None,
            };
            draft.apply(insert::append(&draft.text, &tree, &chain, key, value));
        }
        Step::Remove(path) => remove_all(draft, path)?,
    }
    Ok(())
}

/// A property may be written several times; one left over would come back to life.
fn remove_all(draft: &mut Draft<'_>, path: &KeyPath) -> Result<(), EditError> {
    let (Some(parent), Some(segment)) = (path.parent(), path.last()) else { return Err(EditError::Root) };
    loop {
        let tree = read(draft)?;
        let chain = chain(&tree, &parent)?;
        let Some((container, index)) = chain.last().and_then(|node| Some((*node, node.child_index(segment)?))) else {
            return Ok(());
        };
        draft.apply(remove::remove(&draft.text, container, index));
        if matches!(segment, Segment::Index(_)) {
            return Ok(());
        }
    }
}

fn read(draft: &Draft<'_>) -> Result<Node, EditError> {
    json::tree(&draft.text).ok_or(EditError::NotLocated)
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
