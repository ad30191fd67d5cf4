//! Agreement with what real gateways were measured to send, and with what real users say they paid. The figures are
//! published in `docs/accuracy.md`, which one of these tests writes.

mod absurd;
mod automations;
mod bills;
mod case;
mod cells;
#[cfg(feature = "records")]
mod daily;
#[cfg(feature = "records")]
mod held;
mod page;
mod published;
mod requests;
mod resets;
mod schedules;
mod tasks;
mod triggers;
mod wakes;
