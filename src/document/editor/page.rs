//! A text as it reads now: where its values and comments stand, and who is written how.

use std::ops::Range;

use super::sound::is_sound;
use super::style::ObservedStyles;
use crate::document::change::EditError;
use crate::document::path::KeyPath;
use crate::document::scan::scan;
use crate::document::tree::{Node, NodeShape};
use crate::document::{Format, json, yaml};

/// A text with its span tree and comments.
pub(in crate::document) struct ParsedText<'t> {
    pub(super) text: &'t str,
    pub(super) tree: Node,
    comments: Vec<Range<usize>>,
    pub(super) observed: ObservedStyles,
}

impl<'t> ParsedText<'t> {
    pub(in crate::document) fn read(text: &'t str, format: Format) -> Result<Self, EditError> {
        #[cfg(test)]
        crate::counted::note("text read");
        let (tree, comments) = match format {
            Format::Json5 | Format::Json => (json::tree(text), scan(text).comments),
            Format::Yaml => yaml::tree(text),
        };
        let tree = tree.filter(|tree| is_sound(tree, text)).ok_or(EditError::NotLocated)?;
        Ok(ParsedText { text, tree, comments, observed: ObservedStyles::default() })
    }

    /// The comments inside a range.
    pub(super) fn comments_in(&self, range: &Range<usize>) -> Vec<Range<usize>> {
        let first = self.comments.partition_point(|comment| comment.start < range.start);
        self.comments[first..].iter().take_while(|comment| comment.end <= range.end).cloned().collect()
    }

    /// The value at a path, as far as it is written there.
    pub(super) fn find(&self, path: &KeyPath) -> Option<&Node> {
        self.tree.find(path).map(|spot| spot.node)
    }

    /// Whether no other property of its object has the name of the one at a path.
    pub(super) fn is_written_once(&self, path: &KeyPath) -> bool {
        let parent = path.parent().and_then(|parent| self.find(&parent));
        parent.zip(path.last()).is_some_and(|(parent, segment)| !parent.repeats(segment))
    }

    /// The nodes from the root to the one at a path.
    pub(super) fn chain(&self, path: &KeyPath) -> Result<Vec<&Node>, EditError> {
        let mut chain = vec![&self.tree];
        let mut here = &self.tree;
        for (depth, segment) in path.segments().iter().enumerate() {
            let place = || path.segments()[..depth].iter().cloned().collect();
            here = match here.child(segment) {
                Some(spot) => spot.node,
                None if here.merges() || matches!(here.shape, NodeShape::Alias) => {
                    return Err(EditError::Borrowed(place()));
                }
                None => return Err(EditError::NotLocated),
            };
            chain.push(here);
        }
        let shared = chain.iter().enumerate().find_map(|(depth, node)| Some((depth, self.used_anchor(node)?)));
        match shared {
            None => Ok(chain),
            Some((depth, anchor)) => {
                let at = path.segments()[..depth].iter().cloned().collect();
                Err(EditError::Shared { at, anchor: anchor.to_owned() })
            }
        }
    }

    /// The YAML anchor of a value, where an alias refers to it.
    fn used_anchor(&self, node: &Node) -> Option<&str> {
        let before = self.text[..node.range.start].trim_end();
        let anchor = before.rsplit(char::is_whitespace).next()?.strip_prefix('&')?;
        let refers = |alias: &Node| self.text[alias.range.clone()].strip_prefix('*') == Some(anchor);
        self.tree.any(&|node| matches!(node.shape, NodeShape::Alias) && refers(node)).then_some(anchor)
    }
}
