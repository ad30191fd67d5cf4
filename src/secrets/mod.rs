//! What must never be printed: what a key's name says of its value, what credentials look like, and where both stand in
//! a tree or in raw text. It knows neither documents nor files.

pub mod credentials;
pub mod json;
pub mod keys;
mod random;
pub mod text;
pub mod tree;
mod urls;
