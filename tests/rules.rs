//! The linter as a user meets it: each rule on its own fixtures, the rendered text, the JSON contract, and agreement
//! with what the real OpenClaw said of the same files.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "rules/agreement.rs"]
mod agreement;
#[path = "bare/mod.rs"]
mod bare;
#[path = "rules/fixtures.rs"]
mod fixtures;
#[path = "differential/generator.rs"]
mod generator;
#[path = "rules/given_schema.rs"]
mod given_schema;
#[path = "rules/laws.rs"]
mod laws;
#[path = "rules/linted.rs"]
mod linted;
#[path = "rules/output.rs"]
mod output;
