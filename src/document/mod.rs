//! placeholder
pub mod path;
pub use path::KeyPath;
