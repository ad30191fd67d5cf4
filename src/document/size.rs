//! How large a config may be, wherever it comes from.

use std::fmt::Display;

/// The largest config that is read, in bytes.
pub const MAX_BYTES: u64 = 16 << 20;

/// What is said of a config or file that is larger than its limit in bytes.
pub fn too_large(name: impl Display, limit: u64) -> String {
    format!("{name} is larger than the limit of {} MiB", limit >> 20)
}
