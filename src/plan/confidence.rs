//! How sure a change is to go unnoticed, lowered by signs that the heartbeat needs what the change takes away, and what
//! to look at in its first days.

use serde::Serialize;

use super::need::need;
use crate::gateway::Gateway;
use crate::levers::{Lever, Risk};
use crate::simulate::costing::{Choice, Subject};

/// How sure a change is to go unnoticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Something speaks against it.
    Low,
    /// It takes something away, and nothing shows that it is needed.
    Medium,
    /// The agent knows the same and the same model answers.
    High,
}

/// The confidence in a change, and what lowered it with a way to test that.
pub fn confidence(gateway: &Gateway, subject: &Subject<'_>, lever: Lever, to: &Choice) -> (Confidence, Option<String>) {
    let usual = match lever.risk(to) {
        Risk::Low => Confidence::High,
        Risk::Medium => Confidence::Medium,
        Risk::High => Confidence::Low,
    };
    let Some(need) = need(gateway, subject, lever) else { return (usual, None) };
    let lowered = if usual == Confidence::High { Confidence::Medium } else { Confidence::Low };
    (lowered, Some(format!("{need}; to test it, {}", lever.test())))
}
