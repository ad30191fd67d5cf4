//! What the program says, as text and data. Renderings are pure: values in, a string out.

pub mod findings;
