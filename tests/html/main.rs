//! The HTML report: its figures are the report's own, what a config says stays text, and its outline holds.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../bare/mod.rs"]
mod bare;
// Each of its users needs a part of it.
#[allow(dead_code)]
#[path = "../cli/common.rs"]
mod common;
mod grid;
#[allow(dead_code)]
#[path = "../cli/library.rs"]
mod library;
mod outline;
mod revision;
mod untrusted;
mod written;
