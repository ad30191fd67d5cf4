//! The settings that may be changed: what each is called, how much a change risks and what it gives up. All but
//! `cacheRetention` are keys of the heartbeat block.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::gateway::active_hours::{Window, clock};
use crate::gateway::retention::Retention;
use crate::releases::Behaviour;
use crate::releases::Version;
use crate::releases::duration::Interval;
use crate::simulate::costing::Choice;

/// A setting, in the order of attribution: the least intrusive first (DESIGN "Lever order").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lever {
    /// How long the provider is asked to keep the prompt.
    CacheRetention,
    /// How often the agent wakes.
    Every,
    /// The hours in which it wakes.
    ActiveHours,
    /// Without the workspace files.
    LightContext,
    /// Without the conversation.
    IsolatedSession,
    /// Which model answers.
    Model,
}

impl Lever {
    /// All of them, in order.
    pub const ALL: [Lever; 6] = [
        Lever::CacheRetention,
        Lever::Every,
        Lever::ActiveHours,
        Lever::LightContext,
        Lever::IsolatedSession,
        Lever::Model,
    ];

    /// The key that is written.
    pub fn key(self) -> &'static str {
        match self {
            Lever::CacheRetention => "cacheRetention",
            Lever::Every => "every",
            Lever::ActiveHours => "activeHours",
            Lever::LightContext => "lightContext",
            Lever::IsolatedSession => "isolatedSession",
            Lever::Model => "model",
        }
    }

    /// The next release that heeds the key, where this one does not; `own` is one in an agent's own block.
    pub fn heeded_from(self, behaviour: &Behaviour, own: bool) -> Option<Version> {
        match self {
            Lever::CacheRetention => behaviour.from(|b| b.cache_retention_effective),
            Lever::LightContext => behaviour.from(|b| b.light_context_effective),
            Lever::IsolatedSession => behaviour.from(|b| b.isolation_effective),
            Lever::Model => behaviour.from(|b| b.heeds_model(own)),
            Lever::Every | Lever::ActiveHours => None,
        }
    }

    /// Finds a lever by its key, in any case.
    pub fn find(name: &str) -> Option<Lever> {
        Lever::ALL.into_iter().find(|lever| lever.key().eq_ignore_ascii_case(name))
    }

    /// The value of a choice, as a config writes it.
    pub fn value(self, choice: &Choice) -> Value {
        match self {
            Lever::CacheRetention => json!(choice.retention.to_string()),
            Lever::Every => match choice.every.ms() {
                Some(_) => json!(choice.every.to_string()),
                None => json!("0m"),
            },
            Lever::ActiveHours => window(&choice.window),
            Lever::LightContext => json!(choice.light),
            Lever::IsolatedSession => json!(choice.isolated),
            Lever::Model => json!(choice.model.to_string()),
        }
    }

    /// `base` with this lever's value taken from `other`.
    pub fn take(self, base: &Choice, other: &Choice) -> Choice {
        let mut choice = base.clone();
        match self {
            Lever::CacheRetention => {
                choice.retention = other.retention;
                choice.asks_retention = other.asks_retention;
            }
            Lever::Every => choice.every = other.every,
            Lever::ActiveHours => choice.window = other.window.clone(),
            Lever::LightContext => choice.light = other.light,
            Lever::IsolatedSession => choice.isolated = other.isolated,
            Lever::Model => {
                choice.model = other.model.clone();
                if !choice.asks_retention {
                    choice.retention = other.retention;
                }
            }
        }
        choice
    }

    /// Whether two choices have the same value. A retention that comes with the model is no change of its own.
    pub fn is_same(self, one: &Choice, other: &Choice) -> bool {
        let asked = |choice: &Choice| choice.asks_retention.then_some(choice.retention);
        match self {
            Lever::CacheRetention => asked(one) == asked(other),
            Lever::Every => one.every == other.every,
            Lever::ActiveHours => one.window == other.window,
            Lever::LightContext => one.light == other.light,
            Lever::IsolatedSession => one.isolated == other.isolated,
            Lever::Model => one.model == other.model,
        }
    }

    /// The levers whose values differ, in order.
    pub fn differing(one: &Choice, other: &Choice) -> impl Iterator<Item = Lever> {
        Lever::ALL.into_iter().filter(move |lever| !lever.is_same(one, other))
    }

    /// The weight of a change: twice that of the lever before it, so that a more intrusive one is never the lighter.
    pub fn weight(self) -> u32 {
        1 << (self as u32)
    }

    /// How likely the change to a choice is to be felt.
    pub fn risk(self, to: &Choice) -> Risk {
        match self {
            Lever::Every if to.every == Interval::Off => Risk::High,
            Lever::CacheRetention | Lever::Every | Lever::ActiveHours => Risk::Low,
            Lever::LightContext | Lever::IsolatedSession | Lever::Model => Risk::Medium,
        }
    }

    /// What the agent loses with the change to a choice, in a clause.
    pub fn gives_up(self, to: &Choice) -> &'static str {
        match self {
            Lever::Every if to.every == Interval::Off => "all check-ins: the agent acts only when it is spoken to",
            Lever::CacheRetention => "nothing the agent knows; the key holds for every turn of the agent on that model",
            Lever::Every => "reaction time: what happens between two check-ins waits longer",
            Lever::ActiveHours => "check-ins outside those hours: what happens at night waits for the morning",
            Lever::LightContext => "the workspace files (persona, notes, memory) during a check-in",
            Lever::IsolatedSession => "the conversation: a check-in no longer knows what was said before",
            Lever::Model => "the stronger model's judgement during a check-in",
        }
    }

    /// Why the change to a choice saves, in a clause.
    pub fn reason(self, to: &Choice) -> &'static str {
        match self {
            Lever::CacheRetention => match to.retention {
                Retention::None => "no run pays for writing a cache that is gone before the next one",
                Retention::Short | Retention::Unset => "the cache is written at the price of five minutes",
                Retention::Long => "each run reads what stands before the conversation at a tenth of the price",
            },
            Lever::Every if to.every == Interval::Off => "no runs at all",
            Lever::Every => "fewer runs, each of which is paid in full",
            Lever::ActiveHours => "no runs while nobody is there",
            Lever::LightContext => "the workspace files are not sent with each run",
            Lever::IsolatedSession => "the conversation is not sent again with each run",
            Lever::Model => "the same tokens at a lower price",
        }
    }
}

/// A window as a config writes it; a window that is no pair of hours by its name in reports.
fn window(window: &Window) -> Value {
    match window {
        Window::Always => json!("always"),
        Window::Never => json!("never"),
        Window::Daily { start, end, .. } => json!({ "start": clock(*start), "end": clock(*end) }),
    }
}

impl fmt::Display for Lever {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

impl Serialize for Lever {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.key())
    }
}

/// How likely a change is to be felt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    /// The agent knows the same and the same model answers.
    Low,
    /// What the agent knows or who answers changes.
    Medium,
    /// The agent no longer checks in.
    High,
}

impl fmt::Display for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Risk::Low => "low",
            Risk::Medium => "medium",
            Risk::High => "high",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The releases of `RELEASES.md` "Keys" and "Bugs that change cost".
    #[test]
    fn a_lever_is_heeded_from_its_release_on() {
        let from = |lever: Lever, version: &str, own| {
            let from = lever.heeded_from(&Behaviour::of(version.parse().unwrap()), own);
            from.map(|version| version.to_string())
        };
        for (lever, own, before, since) in [
            (Lever::LightContext, false, "2026.4.5", "2026.4.7"),
            (Lever::IsolatedSession, false, "2026.4.11", "2026.4.12"),
            (Lever::CacheRetention, false, "2026.1.30", "2026.2.1"),
            (Lever::Model, false, "2026.3.31", "2026.4.5"),
            (Lever::Model, true, "2026.2.9", "2026.2.12"),
        ] {
            assert_eq!(from(lever, before, own).as_deref(), Some(since), "{lever}");
            assert_eq!(from(lever, since, own), None, "{lever}");
        }
        assert_eq!(from(Lever::Model, "2026.2.9", false), None);
    }
}
