//! An effective value together with the key, default or environment variable that decided it.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::document::KeyPath;
use crate::releases::Version;

/// What decided a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A key of the config.
    Key(KeyPath),
    /// The built-in default of a release.
    Default(Version),
    /// An Anthropic sign-in, which changes the defaults (R9).
    AnthropicAuth(&'static str),
}

impl Origin {
    /// The key, if one decided.
    pub fn key(&self) -> Option<&KeyPath> {
        match self {
            Origin::Key(path) => Some(path),
            _ => None,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Key(path) => path.fmt(f),
            Origin::Default(version) => write!(f, "default of {version}"),
            Origin::AnthropicAuth(mode) => write!(f, "default with Anthropic {mode}"),
        }
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A value and its origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting<T> {
    /// What OpenClaw uses.
    pub value: T,
    /// What decided it.
    pub origin: Origin,
    /// The text of a `${VAR}` that nothing resolves; `value` is then only a stand-in.
    pub unresolved: Option<String>,
}

impl<T> Setting<T> {
    /// A known value.
    pub fn new(value: T, origin: Origin) -> Self {
        Setting { value, origin, unresolved: None }
    }
}
