//! Key paths: how the rest of the program names a place in a config, such as `agents.list[1].heartbeat.every`.
//! They are independent of the file's syntax and read back from their own text.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::named::field;

/// One step of a [`KeyPath`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// A property of an object.
    Key(String),
    /// An element of an array.
    Index(usize),
}

/// A step on a way that may never have to be told, which borrows its name until then.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SegmentRef<'v> {
    Key(&'v str),
    Index(usize),
}

/// The way from the root of a document to one of its values.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyPath(Vec<Segment>);

impl KeyPath {
    /// The whole document.
    pub fn root() -> Self {
        KeyPath::default()
    }

    /// This path and then a property.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        self.join(Segment::Key(key.into()))
    }

    /// This path and then an array element.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.join(Segment::Index(index))
    }

    /// This path and then one more step.
    #[must_use]
    pub fn join(&self, segment: Segment) -> Self {
        KeyPath(self.0.iter().cloned().chain([segment]).collect())
    }

    /// This path and then another one inside it.
    #[must_use]
    pub fn join_all(&self, inside: &KeyPath) -> Self {
        KeyPath(self.0.iter().chain(&inside.0).cloned().collect())
    }

    /// Whether this is the whole document.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The steps from the root.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The path without its last step; `None` at the root.
    pub fn parent(&self) -> Option<KeyPath> {
        self.0.split_last().map(|(_, rest)| KeyPath(rest.to_vec()))
    }

    /// The last step; `None` at the root.
    pub fn last(&self) -> Option<&Segment> {
        self.0.last()
    }

    /// Whether the path is `ancestor` or lies inside it.
    pub fn starts_with(&self, ancestor: &KeyPath) -> bool {
        self.0.starts_with(&ancestor.0)
    }

    /// The value at this path inside `root`.
    pub fn resolve<'v>(&self, root: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(root, |value, segment| match segment {
            Segment::Key(key) => field(value.as_object()?, key),
            Segment::Index(index) => value.as_array()?.get(*index),
        })
    }

    /// Reads a JSON pointer; `root` tells elements of arrays from properties named like numbers.
    pub fn from_pointer(pointer: &str, root: &Value) -> Self {
        let mut path = KeyPath::root();
        let mut here = Some(root);
        for token in pointer.split('/').skip(1) {
            let token = token.replace("~1", "/").replace("~0", "~");
            let index = here.and_then(Value::as_array).and_then(|_| token.parse().ok());
            let segment = index.map_or(Segment::Key(token), Segment::Index);
            path.0.push(segment.clone());
            here = here.and_then(|value| KeyPath(vec![segment]).resolve(value));
        }
        path
    }
}

impl<'v> FromIterator<&'v SegmentRef<'v>> for KeyPath {
    fn from_iter<I: IntoIterator<Item = &'v SegmentRef<'v>>>(steps: I) -> Self {
        let segment = |step: &SegmentRef<'_>| match *step {
            SegmentRef::Key(key) => Segment::Key(key.to_owned()),
            SegmentRef::Index(index) => Segment::Index(index),
        };
        steps.into_iter().map(segment).collect()
    }
}

impl FromIterator<Segment> for KeyPath {
    fn from_iter<I: IntoIterator<Item = Segment>>(segments: I) -> Self {
        KeyPath(segments.into_iter().collect())
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) if !is_plain(key) => write!(f, "[{}]", Value::from(key.as_str()))?,
                Segment::Key(key) if position == 0 => f.write_str(key)?,
                Segment::Key(key) => write!(f, ".{key}")?,
            }
        }
        Ok(())
    }
}

impl Serialize for KeyPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn is_plain(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '$') && key.chars().all(is_plain_char)
}

fn is_plain_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '-')
}

/// Why a text is no key path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not a key path at character {at}, expected one like 'agents.list[0].heartbeat'")]
pub struct PathError {
    text: String,
    at: usize,
}

/// Paths that are taken, to ask in one step whether another one stands at, above or inside one of them.
#[derive(Debug, Default)]
pub struct Taken<'p> {
    paths: HashSet<&'p [Segment]>,
    above: HashSet<&'p [Segment]>,
}

impl<'p> Taken<'p> {
    /// Takes a path.
    pub fn insert(&mut self, path: &'p KeyPath) {
        self.above.extend((0..path.0.len()).map(|depth| &path.0[..depth]));
        self.paths.insert(&path.0);
    }

    /// Whether one of them is the path or lies inside it.
    pub fn reaches_into(&self, path: &KeyPath) -> bool {
        self.paths.contains(path.0.as_slice()) || self.above.contains(path.0.as_slice())
    }

    /// Whether one of them is the path, lies inside it or holds it.
    pub fn collides(&self, path: &KeyPath) -> bool {
        self.reaches_into(path) || (0..path.0.len()).any(|depth| self.paths.contains(&path.0[..depth]))
    }
}

impl FromStr for KeyPath {
    type Err = PathError;

    /// Reads what [`KeyPath`] prints; the empty text is the root.
    fn from_str(text: &str) -> Result<Self, PathError> {
        let mut segments = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let Some((segment, after)) = take_segment(rest, segments.is_empty()) else {
                let at = text[..text.len() - rest.len()].chars().count() + 1;
                return Err(PathError { text: text.to_owned(), at });
            };
            segments.push(segment);
            rest = after;
        }
        Ok(KeyPath(segments))
    }
}

fn take_segment(text: &str, first: bool) -> Option<(Segment, &str)> {
    if let Some(inside) = text.strip_prefix('[') {
        if inside.starts_with('"') {
            let mut keys = serde_json::Deserializer::from_str(inside).into_iter::<String>();
            let key = keys.next()?.ok()?;
            let rest = inside[keys.byte_offset()..].strip_prefix(']')?;
            return Some((Segment::Key(key), rest));
        }
        let (index, rest) = inside.split_once(']')?;
        return Some((Segment::Index(index.parse().ok()?), rest));
    }
    let name = if first { text } else { text.strip_prefix('.')? };
    let end = name.find(['.', '[']).unwrap_or(name.len());
    let (key, rest) = name.split_at(end);
    (!key.is_empty()).then(|| (Segment::Key(key.to_owned()), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(text: &str) -> KeyPath {
        text.parse().unwrap()
    }

    #[test]
    fn paths_print_and_read_back() {
        for text in [
            "",
            "agents.defaults.heartbeat.every",
            "agents.list[1].id",
            "models.providers[\"weird key\"].x-y",
            "[\"a.b\"][0][\"]\"]",
            "a[\"\"][\"quote \\\" and ü\"]",
            "accounts[\"2024\"]",
        ] {
            assert_eq!(read(text).to_string(), text);
        }
        assert_eq!(read("a.2024"), KeyPath::root().key("a").key("2024"));
    }

    #[test]
    fn broken_paths_are_refused_with_the_place() {
        for (text, at) in [("a..b", 2), (".a", 1), ("a[", 2), ("ü[x]", 2), ("a[\"b\"", 2), ("a]b[0]c", 7), ("a[-1]", 2)]
        {
            assert_eq!(text.parse::<KeyPath>(), Err(PathError { text: text.to_owned(), at }));
        }
    }

    #[test]
    fn what_is_taken_collides_as_its_paths_do() {
        let texts = ["", "a", "a.b", "a.b.c", "a.c", "b", "a[0]", "a[0].b", "a[1]"];
        let paths: Vec<KeyPath> = texts.iter().map(|text| read(text)).collect();
        for pair in paths.iter().flat_map(|one| paths.iter().map(move |other| [one, other])) {
            let mut taken = Taken::default();
            pair.iter().for_each(|path| taken.insert(path));
            for new in &paths {
                let inside = pair.iter().any(|old| old.starts_with(new));
                assert_eq!(taken.reaches_into(new), inside, "{pair:?}, {new}");
                assert_eq!(
                    taken.collides(new),
                    inside || pair.iter().any(|old| new.starts_with(old)),
                    "{pair:?}, {new}"
                );
            }
        }
    }

    #[test]
    fn a_pointer_needs_the_value_to_know_elements_from_keys() {
        let root = json!({"list": [{"0": 1}], "a/b": {"~": 2}});
        for (pointer, path) in
            [("", ""), ("/list/0/0", "list[0][\"0\"]"), ("/a~1b/~0", "[\"a/b\"][\"~\"]"), ("/list/7/x", "list[7].x")]
        {
            assert_eq!(KeyPath::from_pointer(pointer, &root).to_string(), path);
        }
    }

    #[test]
    fn paths_know_their_relatives() {
        let path = read("agents.list[0]");
        assert_eq!(path.parent(), Some(read("agents.list")));
        assert_eq!(path.last(), Some(&Segment::Index(0)));
        assert!(path.starts_with(&read("agents")) && !read("agents").starts_with(&path));
        assert_eq!(KeyPath::root().parent(), None);
    }
}
