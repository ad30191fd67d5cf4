//! The span tree: for each value of a document the bytes it was written with, whatever the syntax.

use std::ops::{Deref, Range};

use super::path::{KeyPath, Segment, SegmentRef};

/// A value's place in the text.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) range: Range<usize>,
    pub(super) shape: NodeShape,
}

/// What a value holds.
#[derive(Clone, Debug)]
pub(super) enum NodeShape {
    Scalar,
    /// A YAML alias: what it stands for is written elsewhere.
    Alias,
    Object(Properties),
    Array(Vec<Node>),
}

/// The properties of an object in the order of the text, to be found by name without a walk.
#[derive(Clone, Debug)]
pub(super) struct Properties {
    written: Vec<Property>,
    /// Positions in the order of the names, those of one name as written.
    by_name: Vec<usize>,
}

impl Properties {
    /// The last one of a name, which wins.
    fn position(&self, key: &str) -> Option<usize> {
        let end = self.by_name.partition_point(|&at| self.written[at].key.as_str() <= key);
        let at = self.by_name[..end].last().copied()?;
        (self.written[at].key == key).then_some(at)
    }
}

impl FromIterator<Property> for Properties {
    fn from_iter<I: IntoIterator<Item = Property>>(properties: I) -> Self {
        let written: Vec<Property> = properties.into_iter().collect();
        let mut by_name: Vec<usize> = (0..written.len()).collect();
        by_name.sort_by(|&one, &other| written[one].key.cmp(&written[other].key));
        Properties { written, by_name }
    }
}

impl Deref for Properties {
    type Target = [Property];

    fn deref(&self) -> &[Property] {
        &self.written
    }
}

/// A property of an object as written, duplicates included.
#[derive(Clone, Debug)]
pub(super) struct Property {
    pub(super) key: String,
    pub(super) key_range: Range<usize>,
    pub(super) value: Node,
}

impl Property {
    pub(super) fn range(&self) -> Range<usize> {
        self.key_range.start..self.value.range.end.max(self.key_range.end)
    }
}

/// A place found by path: its value, and the name if it is a property.
pub(super) struct Spot<'t> {
    pub(super) key: Option<&'t Range<usize>>,
    pub(super) node: &'t Node,
}

impl Node {
    /// The position among the children of the one a segment means: of duplicate keys the last, which wins.
    pub(super) fn child_index(&self, segment: &Segment) -> Option<usize> {
        match (&self.shape, segment) {
            (NodeShape::Object(properties), Segment::Key(key)) => properties.position(key),
            (NodeShape::Array(elements), Segment::Index(index)) => (*index < elements.len()).then_some(*index),
            _ => None,
        }
    }

    /// Whether several properties have a name.
    pub(super) fn repeats(&self, segment: &Segment) -> bool {
        let (NodeShape::Object(properties), Segment::Key(key)) = (&self.shape, segment) else { return false };
        let at = properties.by_name.partition_point(|&at| properties[at].key < *key);
        properties.by_name.get(at + 1).is_some_and(|&next| properties[next].key == *key)
    }

    pub(super) fn child(&self, segment: &Segment) -> Option<Spot<'_>> {
        let index = self.child_index(segment)?;
        match &self.shape {
            NodeShape::Object(properties) => {
                properties.get(index).map(|p| Spot { key: Some(&p.key_range), node: &p.value })
            }
            NodeShape::Array(elements) => elements.get(index).map(|node| Spot { key: None, node }),
            NodeShape::Scalar | NodeShape::Alias => None,
        }
    }

    pub(super) fn find(&self, path: &KeyPath) -> Option<Spot<'_>> {
        let root = Spot { key: None, node: self };
        path.segments().iter().try_fold(root, |spot, segment| spot.node.child(segment))
    }

    /// Whether it is an object or array between brackets, as all are in JSON5.
    pub(super) fn is_bracketed(&self, text: &str) -> bool {
        !matches!(self.shape, NodeShape::Scalar | NodeShape::Alias) && text[self.range.clone()].starts_with(['{', '['])
    }

    /// Whether a YAML object takes over what is written elsewhere.
    pub(super) fn merges(&self) -> bool {
        matches!(&self.shape, NodeShape::Object(properties) if properties.iter().any(|property| property.key == "<<"))
    }

    /// The values directly inside.
    pub(super) fn children(&self) -> Vec<&Node> {
        match &self.shape {
            NodeShape::Scalar | NodeShape::Alias => Vec::new(),
            NodeShape::Object(properties) => properties.iter().map(|p| &p.value).collect(),
            NodeShape::Array(elements) => elements.iter().collect(),
        }
    }

    /// How many children it has.
    pub(super) fn len(&self) -> usize {
        match &self.shape {
            NodeShape::Scalar | NodeShape::Alias => 0,
            NodeShape::Object(properties) => properties.iter().len(),
            NodeShape::Array(elements) => elements.len(),
        }
    }

    /// Moves every range.
    pub(super) fn shift(&mut self, to: &impl Fn(&mut Range<usize>)) {
        to(&mut self.range);
        match &mut self.shape {
            NodeShape::Scalar | NodeShape::Alias => {}
            NodeShape::Array(elements) => elements.iter_mut().for_each(|element| element.shift(to)),
            NodeShape::Object(properties) => {
                for property in &mut properties.written {
                    to(&mut property.key_range);
                    property.value.shift(to);
                }
            }
        }
    }

    /// Whether it or a value inside is such.
    pub(super) fn any(&self, such: &impl Fn(&Node) -> bool) -> bool {
        such(self) || self.children().into_iter().any(|child| child.any(such))
    }

    /// The ranges of the things commas separate: whole properties or elements.
    pub(super) fn items(&self) -> Vec<Range<usize>> {
        match &self.shape {
            NodeShape::Scalar | NodeShape::Alias => Vec::new(),
            NodeShape::Object(properties) => properties.iter().map(Property::range).collect(),
            NodeShape::Array(elements) => elements.iter().map(|e| e.range.clone()).collect(),
        }
    }

    /// The names that a later one of the same object overrides.
    pub(super) fn duplicates<'n>(&'n self, path: &mut Vec<SegmentRef<'n>>, found: &mut Vec<(KeyPath, Range<usize>)>) {
        match &self.shape {
            NodeShape::Scalar | NodeShape::Alias => {}
            NodeShape::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    path.push(SegmentRef::Index(index));
                    element.duplicates(path, found);
                    path.pop();
                }
            }
            NodeShape::Object(properties) => {
                let named = |place: usize| properties.by_name.get(place).map(|&at| &properties[at]);
                for place in 0..properties.len() {
                    let (Some(property), next) = (named(place), named(place + 1)) else { continue };
                    path.push(SegmentRef::Key(&property.key));
                    match next.is_some_and(|next| next.key == property.key) {
                        true => found.push((path.iter().collect(), property.key_range.clone())),
                        false => property.value.duplicates(path, found),
                    }
                    path.pop();
                }
            }
        }
    }
}
