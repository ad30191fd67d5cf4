//! Many configs at once: the answer about each as one line for a program, what they all come to, and what another default
//! would do to them. A line is made from the same report and lint as those of the config alone, so that they say the
//! same; sums are taken from lines, so that a run that was stopped goes on from those it left.

mod alike;
pub mod alone;
#[cfg(feature = "arrow")]
pub mod columns;
pub mod entry;
mod line;
mod page;
mod text;
mod totals;
mod what_if;

pub use alike::{KnownLines, LineKey};
pub use line::{Field, FindingCounts, FleetLine, LineNeeds, NoSuchField, selected};
pub use page::render as render_html;
pub use text::{render as render_text, summary};
pub use totals::{Broken, Dearest, FleetTotals, Sum, VerdictCounts, WhatIf};
pub use what_if::{BUCKETS, Effect, NoInstead, OtherDefaults};
