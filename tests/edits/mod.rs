//! 20,000 documents as people and programs write them, each with changes that nobody planned for, held to the laws in
//! `laws.rs`; and every finding of the fuzzers under `fuzz/`.

mod found;
mod json5;
mod laws;
mod strict;
mod values;
mod yaml;
