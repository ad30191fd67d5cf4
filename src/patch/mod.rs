//! Ways to hand a change over: as a unified diff and as shell commands. Neither gives a secret away.

pub mod commands;
pub mod credentials;
pub mod scan;
pub mod secrets;
pub mod unified;
