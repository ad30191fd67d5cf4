//! The real binary, asked the way people ask it, and the promises that scripts rely on.

// Clippy's leave to unwrap in tests ends at the functions that carry the attribute, and the builders here do not.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod absurd;
mod acceptance;
mod anything;
mod apply;
mod arithmetic;
mod automations;
#[path = "../bare/mod.rs"]
mod bare;
mod ci;
mod comment;
mod common;
mod contracts;
mod corpus;
mod docs;
mod first_screen;
mod first_ten_minutes;
mod flag_matrix;
#[cfg(feature = "fleet")]
mod fleet;
#[cfg(feature = "fleet")]
mod fleet_apply;
#[cfg(feature = "fleet")]
mod fleet_output;
mod formats;
mod hooks;
mod hostile;
#[path = "../html/mod.rs"]
mod html;
mod includes;
mod inert;
mod library;
#[cfg(feature = "lsp")]
mod lsp;
mod markdown;
mod markdown_inert;
#[cfg(feature = "records")]
mod measured;
mod migrate;
mod one_screen;
mod plan_flags;
mod plan_windows;
mod plans;
mod prometheus;
mod readme;
mod recipes;
#[cfg(feature = "records")]
mod records;
mod refusals;
mod repairs;
mod repository;
mod saved_plan;
mod scale;
mod secrets;
mod sessions;
mod settings;
mod shell;
mod tokens;
mod unknowns;
mod unreadable;
mod variables;
mod workspace;
mod writing;
mod yaml;
