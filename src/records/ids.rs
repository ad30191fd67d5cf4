//! Ids as far as they tell one thing from another: what they say themselves is not kept.

use std::hash::{DefaultHasher, Hash, Hasher};

/// A row's own id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct RowId(u64);

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
