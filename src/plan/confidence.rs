//! How sure a change is to go unnoticed, lowered by signs that the check-in needs what the change takes away, and what
//! to look at in its first days.

use serde::Serialize;

use super::lever::{Lever, Risk};
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

/// From this share of runs that say something, in percent, a check-in is more than a formality.
const ALERTS_OFTEN: u64 = 20;
/// Words of a prompt that points at the conversation …
const CONVERSATION: [&str; 10] = [
    "conversation",
    "chat",
    "discussed",
    "we talked",
    "earlier",
    "last message",
    "history",
    "remember",
    "follow up",
    "open thread",
];
/// … and at what the workspace files hold.
const FILES: [&str; 12] = [
    "memory",
    "persona",
    "soul.md",
    "user.md",
    "identity.md",
    "agents.md",
    "tools.md",
    "notes",
    "workspace",
    "tone",
    "style",
    "personality",
];

/// The confidence in a change, and what lowered it.
pub fn confidence(subject: &Subject<'_>, lever: Lever, to: &Choice) -> (Confidence, Option<String>) {
    let usual = match lever.risk(to) {
        Risk::Low => Confidence::High,
        Risk::Medium => Confidence::Medium,
        Risk::High => Confidence::Low,
    };
    match sign(subject, lever) {
        Some(sign) if usual == Confidence::High => (Confidence::Medium, Some(sign)),
        Some(sign) => (Confidence::Low, Some(sign)),
        None => (usual, None),
    }
}

/// What shows that a check-in needs what a lever takes away.
fn sign(subject: &Subject<'_>, lever: Lever) -> Option<String> {
    let prompt = subject.agent.settings.prompt.as_deref().unwrap_or_default().to_lowercase();
    let mentions = |words: &[&'static str]| words.iter().copied().find(|word| prompt.contains(word));
    let named = match lever {
        Lever::IsolatedSession => mentions(&CONVERSATION),
        Lever::LightContext => mentions(&FILES),
        _ => None,
    };
    if let Some(word) = named {
        return Some(format!("heartbeat.prompt mentions '{word}'"));
    }
    let share = subject.spread.typical.alert_percent;
    (share >= ALERTS_OFTEN && lever != Lever::CacheRetention)
        .then(|| format!("{share} % of the runs say something, so what they say matters"))
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
