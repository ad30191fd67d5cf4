//! Figures worked out by hand, for what a person would not find.
