//! The real binary, asked the way people ask it, and the promises that scripts rely on.

// Clippy's leave to unwrap in tests ends at the functions that carry the attribute, and the builders here do not.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod absurd;
mod apply;
mod arithmetic;
mod common;
mod contracts;
mod first_ten_minutes;
mod library;
mod plans;
mod unknowns;
mod workspace;
