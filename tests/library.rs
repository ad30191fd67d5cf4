//! What the library promises: edits that lose nothing, rules that say what OpenClaw says, figures that agree with real
//! gateways. One binary, for each one more takes as long to build as its tests to run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, dead_code, missing_docs)]

mod accuracy;
mod bare;
mod differential;
mod edits;
mod rules;
