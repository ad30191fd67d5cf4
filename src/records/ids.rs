//! Ids as far as they tell one thing from another: what they say themselves is not kept.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use memchr::memmem::Finder;

/// A row's own id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct RowId(u64);

/// A row's own id, and that of the row that it follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RowLink {
    pub(super) row: RowId,
    pub(super) follows: Option<RowId>,
}

impl RowLink {
    /// Of a line, by its beginning: both ids stand before all else.
    pub(super) fn of(line: &[u8]) -> Option<Self> {
        static NAMES: LazyLock<[Finder<'_>; 2]> = LazyLock::new(|| ["\"id\":\"", "\"parentId\":\""].map(Finder::new));
        let line = &line[..line.len().min(200)];
        let [row, follows] = NAMES.each_ref().map(|name| {
            let rest = &line[name.find(line)? + name.needle().len()..];
            let id = &rest[..memchr::memchr(b'"', rest)?];
            Some(RowId::of(std::str::from_utf8(id).ok()?))
        });
        Some(RowLink { row: row?, follows })
    }
}

/// A run's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct RunId(u64);

impl RowId {
    pub(super) fn of(id: &str) -> Self {
        RowId(digest(&id))
    }
}

impl RunId {
    pub(super) fn of(id: &str) -> Self {
        RunId(digest(&id))
    }
}

/// A number that differs where values do.
pub(super) fn digest(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
