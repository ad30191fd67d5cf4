//! The real binary, asked the way people ask it, and the promises that scripts rely on.

// Clippy's leave to unwrap in tests ends at the functions that carry the attribute, and the builders here do not.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod absurd;
mod acceptance;
mod anything;
mod apply;
mod arithmetic;
#[path = "../bare/mod.rs"]
mod bare;
mod ci;
mod common;
mod contracts;
mod corpus;
mod first_screen;
mod first_ten_minutes;
mod flag_matrix;
mod formats;
mod includes;
mod inert;
mod library;
mod markdown;
#[cfg(feature = "records")]
mod measured;
mod one_screen;
mod plan_flags;
mod plans;
#[cfg(feature = "records")]
mod records;
mod refusals;
mod repairs;
mod repository;
mod saved_plan;
mod secrets;
mod sessions;
mod shell;
mod unknowns;
mod workspace;
mod writing;
mod yaml;
