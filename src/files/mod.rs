//! Everything that touches the disk: finding a config, reading it, replacing it whole, and the way back.
//! The environment is always passed in as a lookup, so that a test or a server decides what it says.

mod attributes;
pub mod backup;
pub mod discover;
#[cfg(feature = "cli")]
pub mod folder;
pub mod include;
pub mod journal;
#[cfg_attr(not(unix), allow(unused_variables, unused_mut, reason = "modes and owners are those of Unix"))]
mod private;
pub mod read;
pub mod rollout;
pub mod save;
mod stage;
mod step;
pub mod undo;
pub mod workspace;
pub mod write;

/// Looks up an environment variable.
pub type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The value of a variable as OpenClaw sees it: blank, `undefined` and `null` count as unset.
pub(crate) fn set(env: Env<'_>, name: &str) -> Option<String> {
    let value = env(name)?.trim().to_owned();
    (!matches!(value.as_str(), "" | "undefined" | "null")).then_some(value)
}
