//! clawbeat: what OpenClaw's heartbeats cost a month, why, and the patch that makes them cheaper.
//!
//! ```text
//! file text ─▶ document ─▶ gateway ─▶ simulate ─▶ plan ─▶ patch ─▶ file
//!              (syntax)   (meaning)   (cost)     (choice) (edits)
//!                 │           │          │          │
//!                 └───────────┴── rules ─┘          │
//!                             └──── report ◀────────┘
//!    catalogue (prices) ─▶ simulate     workload (load) ─▶ simulate
//! ```
//!
//! One direction, no cycles. Everything but [`files`] and the command line in `main.rs` and `cli/` is pure: text and
//! values in, values out, with the environment, the clock and the machine's zone as arguments. [`analysis`] holds one
//! config together with everything it is asked under; start reading there.

pub mod analysis;
pub mod catalogue;
pub mod document;
pub mod files;
pub mod gateway;
pub mod money;
pub mod patch;
pub mod plan;
mod provenance;
#[cfg(feature = "records")]
pub mod records;
pub mod repair;
pub mod report;
pub mod rules;
pub mod schema;
pub mod secrets;
pub mod simulate;
pub mod words;
pub mod workload;
