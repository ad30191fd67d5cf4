//! The HTML report: its figures are the report's own, what a config says stays text, and its outline holds.

mod grid;
mod outline;
mod revision;
mod untrusted;
mod written;
