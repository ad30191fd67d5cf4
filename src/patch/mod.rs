//! Ways to hand a change over: as a unified diff, as a merge patch and as shell commands. None gives a secret away.

pub mod commands;
pub mod merge_patch;
pub mod unified;
