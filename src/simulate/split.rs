//! How the characters of a request fall into read, written and plain input, by the breakpoints that a route sets and by
//! what an earlier run left (R39, R41, M2, L3).

use super::cache::{CacheState, Scheme};

/// A request's characters by how they are billed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Plain input.
    pub input: u64,
    /// Read from the cache.
    pub read: u64,
    /// Written to the cache.
    pub written: u64,
}

impl Split {
    /// With so many times as much more.
    pub fn grown(self, by: Split, times: u64) -> Self {
        Split {
            input: self.input + times * by.input,
            read: self.read + times * by.read,
            written: self.written + times * by.written,
        }
    }

    /// What another of at least the same sizes has more.
    pub fn up_to(self, other: Split) -> Self {
        Split { input: other.input - self.input, read: other.read - self.read, written: other.written - self.written }
    }
}

/// A request's characters by what a cache can do with them, in the order in which they are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheSplit {
    /// Up to the breakpoint ahead of the conversation.
    pub prefix: u64,
    /// After it, up to the message that changes with every run.
    pub middle: u64,
    /// The part of `middle` that an earlier run's last breakpoint covers (R40): 0 wherever its message was replaced.
    pub readable: u64,
    /// That message.
    pub message: u64,
    /// Never cached.
    pub carrier: u64,
    /// What of the prefix others have left in the cache for a run whose own prompt is not there.
    pub found: u64,
}

impl CacheSplit {
    /// All but the carrier.
    pub fn cacheable(&self) -> u64 {
        self.prefix + self.middle + self.message
    }
}

/// The first request of a run.
pub fn first_request(scheme: Scheme, state: CacheState, shape: &CacheSplit) -> Split {
    let CacheSplit { prefix, middle, readable, message, carrier, found } = *shape;
    let found = found.min(prefix);
    let all = shape.cacheable();
    let warm = match state {
        CacheState::Off | CacheState::BelowMinimum { .. } => {
            return Split { input: all + carrier, read: 0, written: 0 };
        }
        CacheState::Warm => true,
        CacheState::First | CacheState::Expired { .. } | CacheState::PrefixBelowMinimum { .. } => false,
    };
    match (scheme, warm) {
        (Scheme::Nothing, _) => Split { input: all + carrier, read: 0, written: 0 },
        (Scheme::Automatic { writes: false, .. }, false) => {
            Split { input: all - found + carrier, read: found, written: 0 }
        }
        (Scheme::Markers { .. }, true) => {
            let read = prefix + readable.min(middle);
            Split { input: carrier, read, written: all - read }
        }
        (Scheme::Markers { .. } | Scheme::Automatic { writes: true, .. }, false) => {
            Split { input: carrier, read: found, written: all - found }
        }
        (Scheme::Automatic { writes: false, .. }, true) => {
            Split { input: message + carrier, read: prefix + middle, written: 0 }
        }
        (Scheme::Automatic { writes: true, .. }, true) => {
            Split { input: carrier, read: prefix + middle, written: message }
        }
    }
}

/// A further request of the same run, seconds later: everything before is read, the round of tools is new (R41, L10).
pub fn next_request(scheme: Scheme, state: CacheState, before: u64, added: u64, carrier: u64) -> Split {
    if matches!(state, CacheState::BelowMinimum { .. }) {
        return Split { input: before + added + carrier, read: 0, written: 0 };
    }
    match scheme {
        Scheme::Nothing => Split { input: before + added + carrier, read: 0, written: 0 },
        Scheme::Automatic { writes: false, .. } => Split { input: added + carrier, read: before, written: 0 },
        Scheme::Markers { .. } | Scheme::Automatic { writes: true, .. } => {
            Split { input: carrier, read: before, written: added }
        }
    }
}
