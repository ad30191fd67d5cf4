//! Ways to hand a change over: as a unified diff and as shell commands. Neither gives a secret away.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod commands;
pub mod credentials;
pub mod scan;
pub mod secrets;
pub mod unified;
