//! Agreement with what real gateways were measured to send, and with what real users say they paid. The figures are
//! published in `docs/accuracy.md`, which one of these tests writes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "accuracy/absurd.rs"]
mod absurd;
#[path = "accuracy/bills.rs"]
mod bills;
#[path = "accuracy/case.rs"]
mod case;
#[path = "accuracy/cells/mod.rs"]
mod cells;
#[cfg(feature = "records")]
#[path = "accuracy/held.rs"]
mod held;
#[path = "accuracy/page.rs"]
mod page;
#[path = "accuracy/published.rs"]
mod published;
#[path = "accuracy/requests.rs"]
mod requests;
#[path = "accuracy/resets.rs"]
mod resets;
#[path = "accuracy/tasks.rs"]
mod tasks;
