//! The linter as a user meets it: each rule on its own fixtures, the rendered text, the JSON contract, and agreement
//! with what the real OpenClaw said of the same files.

mod agreement;
mod fixtures;
mod given_schema;
mod laws;
pub(crate) mod linted;
mod output;
mod pages;
mod plan_laws;
mod rosters;
mod sarif;
