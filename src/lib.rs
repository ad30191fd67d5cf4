//! clawbeat: what OpenClaw's heartbeats cost a month, why, and the patch that makes them cheaper.
//!
//! Text and values in, text and values out: the library opens no file, asks no clock and reads no environment. A config is
//! read into an [`Analysis`]; findings, plan and report are made from it, and the plan is applied to its text, of which the
//! rest stays as it is, comments included.
//!
//! ```
//! use clawbeat::{Analysis, Bounds, Format, ReportedFile, Report, Setup};
//!
//! let text = r#"{
//!   // Cheap where nothing happens.
//!   agents: { defaults: { model: "anthropic/claude-sonnet-4-6", heartbeat: { every: "10m", target: "none" } } },
//! }"#;
//! let mut analysis = Analysis::read(text, Format::Json5, jiff::civil::date(2026, 11, 1), Setup::default())?;
//! for finding in &analysis.lint().findings {
//!     println!("{}: {}", finding.path, finding.message);
//! }
//!
//! let repair = analysis.repair(); // what OpenClaw would refuse, put right
//! let plan = analysis.plan(&Bounds::default());
//! let changes: Vec<_> = repair.changes.iter().chain(plan.changes()).cloned().collect();
//! let report = Report::new(&analysis, &plan, ReportedFile::new("openclaw.json", text, repair));
//! println!("{}", report.to_markdown());
//!
//! let edited = analysis.document.apply(&changes)?;
//! assert!(edited.contains("// Cheap where nothing happens.") && !edited.contains("10m"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! `cli`, on by default, is the command. Without it (`default-features = false`) this is a library without arguments, terminal
//! and file system, also for `wasm32-unknown-unknown`. `files` reads and replaces files on disk; `schema` compares whole
//! files with the JSON Schema that a gateway prints.
//!
//! # The picture
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
//! The rooms from the ground up; each imports only those before it:
//!
//! ```text
//! certain, secrets, money, words, document, schema, releases, gateway, levers, catalogue, workload, files, simulate,
//! automations, records, calibrate, invoice, provenance, bill, rules, plan, analysis, fixes, repair, patch, report, fleet
//! ```
//!
//! What is not named on this page is open to the command and to the tests, and may change at any time.

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "unit tests ask other programs what they make of our output")
)]

#[doc(hidden)]
pub mod analysis;
#[doc(hidden)]
pub mod automations;
#[doc(hidden)]
pub mod bill;
#[cfg(feature = "records")]
#[doc(hidden)]
pub mod calibrate;
#[doc(hidden)]
pub mod catalogue;
mod certain;
#[cfg(test)]
mod counted;
#[doc(hidden)]
pub mod document;
#[cfg(feature = "files")]
#[doc(hidden)]
pub mod files;
mod fixes;
#[doc(hidden)]
pub mod fleet;
#[doc(hidden)]
pub mod gateway;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod imports;
#[cfg(feature = "records")]
#[doc(hidden)]
pub mod invoice;
#[doc(hidden)]
pub mod levers;
#[doc(hidden)]
pub mod money;
#[doc(hidden)]
pub mod patch;
#[doc(hidden)]
pub mod plan;
mod provenance;
#[cfg(feature = "records")]
#[doc(hidden)]
pub mod records;
#[doc(hidden)]
pub mod releases;
#[doc(hidden)]
pub mod repair;
#[doc(hidden)]
pub mod report;
#[doc(hidden)]
pub mod rules;
#[doc(hidden)]
pub mod schema;
#[doc(hidden)]
pub mod secrets;
#[doc(hidden)]
pub mod simulate;
#[doc(hidden)]
pub mod words;
#[doc(hidden)]
pub mod workload;

pub use analysis::{Analysis, Setup, Unread};
pub use catalogue::Catalogue;
pub use document::{Change, Document, EditError, Format, KeyPath, SyntaxError};
pub use gateway::Surroundings;
pub use levers::Lever;
pub use money::{Money, Unit};
pub use plan::{Bounds, Plan, RiskProfile};
pub use releases::Version;
pub use repair::Repair;
pub use report::Report;
pub use report::answer::ReportedFile;
pub use rules::{Finding, Lint, Safety, Severity, Verdict};
pub use simulate::schedule::Period;
pub use workload::Workload;
