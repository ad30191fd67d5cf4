//! The settings that may be changed: what each is called, how much a change risks and what it gives up, a row of one
//! table for each. Plan, rules and report ask here and know no lever by its name, but for what is their own subject.

mod choice;
mod rows;

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::gateway::setting::Origin;
use crate::gateway::settings::Settings;
use crate::releases::{Behaviour, Version};

pub use choice::Choice;
pub use rows::Lever;

impl Lever {
    /// The key that is written.
    pub fn key(self) -> &'static str {
        self.row().key
    }

    /// Whether the key stands in the heartbeat block; else in the `params` of a model or an agent.
    pub fn in_block(self) -> bool {
        self.row().in_block
    }

    /// The next release that uses the key, where this one does not; `own` is one in an agent's own block.
    pub fn used_from(self, behaviour: &Behaviour, own: bool) -> Option<Version> {
        behaviour.from(|behaviour| (self.row().is_used)(behaviour, own))
    }

    /// Finds a lever by its key, in any case.
    pub fn find(name: &str) -> Option<Lever> {
        Lever::ALL.into_iter().find(|lever| lever.key().eq_ignore_ascii_case(name))
    }

    /// Who says what it is now.
    pub fn origin(self, settings: &Settings) -> &Origin {
        (self.row().origin)(settings)
    }

    /// The value of a choice, as a config writes it.
    pub fn value(self, choice: &Choice) -> Value {
        (self.row().value)(choice)
    }

    /// `base` with this lever's value taken from `other`.
    pub fn take(self, base: &Choice, other: &Choice) -> Choice {
        let mut choice = base.clone();
        (self.row().take)(&mut choice, other);
        choice
    }

    /// Whether two choices have the same value. A retention that comes with the model is no change of its own.
    pub fn is_same(self, one: &Choice, other: &Choice) -> bool {
        (self.row().is_same)(one, other)
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
        (self.row().risk)(to)
    }

    /// Whether no change of it takes anything away that the agent knows or who answers: all that a cautious plan moves.
    pub fn is_cautious(self) -> bool {
        self.row().is_cautious
    }

    /// What the agent loses with the change to a choice, in a clause.
    pub fn gives_up(self, to: &Choice) -> &'static str {
        (self.row().gives_up)(to)
    }

    /// The same of a change to a value, as a config writes it, in as few words as a table has room for.
    pub fn loses(self, to: &Value) -> &'static str {
        (self.row().loses)(to)
    }

    /// Why the change to a choice saves, in a clause.
    pub fn reason(self, to: &Choice) -> &'static str {
        (self.row().reason)(to)
    }

    /// How to find out whether a heartbeat can do without what a change takes away.
    pub fn test(self) -> &'static str {
        self.row().test
    }

    /// What to look at in the first days.
    pub fn watch(self) -> &'static str {
        self.row().watch
    }

    /// Words of instructions that point at what a change takes away.
    pub fn needed_if_named(self) -> &'static [&'static str] {
        self.row().needed_if_named
    }

    /// What `clawbeat explain` says of it: what it does, what it saves, what it gives up, and since when it works.
    pub fn page(self) -> &'static str {
        self.row().page
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
    fn a_lever_is_used_from_its_release_on() {
        let from = |lever: Lever, version: &str, own| {
            let from = lever.used_from(&Behaviour::of(version.parse().unwrap()), own);
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
