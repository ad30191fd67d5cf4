//! How sure a change is to go unnoticed, lowered by signs that the check-in needs what the change takes away, and what
//! to look at in its first days.

use serde::Serialize;

use super::lever::{Lever, Risk};
use super::sign::sign;
use crate::gateway::Gateway;
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
    let Some(sign) = sign(gateway, subject, lever) else { return (usual, None) };
    let lowered = if usual == Confidence::High { Confidence::Medium } else { Confidence::Low };
    (lowered, Some(format!("{sign}; to test it, {}", test(lever))))
}

/// How to find out whether a check-in can do without what a change takes away.
fn test(lever: Lever) -> &'static str {
    match lever {
        Lever::CacheRetention => "compare the usage figures of two runs",
        Lever::Every => "look at which of this week's replies could not have waited that long",
        Lever::ActiveHours => "look at which of this week's replies came outside the hours and could not have waited",
        Lever::LightContext => "wake the agent once with it and once without, and compare what it says",
        Lever::IsolatedSession => "leave something open in the chat, wake the agent with it and see what it misses",
        Lever::Model => "wake the agent with both models on the same day and compare what they say",
    }
}

/// What to look at in the first days.
pub fn watch(lever: Lever) -> &'static str {
    match lever {
        Lever::CacheRetention => "the share of cache reads in the provider's usage figures of the first day",
        Lever::Every => "whether anything came up that could not wait for the next check-in",
        Lever::ActiveHours => "what the first check-in of a morning finds left over from the night",
        Lever::LightContext => "whether alerts keep tone and house rules; run one check-in by hand and compare",
        Lever::IsolatedSession => {
            "whether check-ins repeat what was said or ask what was settled; if so, note it in the instructions"
        }
        Lever::Model => "a few days of alerts, and what the stronger model would have said: one missed is one too many",
    }
}
