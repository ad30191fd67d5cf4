//! The settings that may be changed: what each is called, how much a change risks and what it gives up.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::simulate::costing::Choice;

/// A setting of the heartbeat block, in the order of attribution: the least intrusive first (DESIGN "Lever order").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lever {
    /// How often the agent wakes.
    Every,
    /// Without the workspace files.
    LightContext,
    /// Without the conversation.
    IsolatedSession,
    /// Which model answers.
    Model,
}

impl Lever {
    /// All of them, in order.
    pub const ALL: [Lever; 4] = [Lever::Every, Lever::LightContext, Lever::IsolatedSession, Lever::Model];

    /// The key in the heartbeat block.
    pub fn key(self) -> &'static str {
        match self {
            Lever::Every => "every",
            Lever::LightContext => "lightContext",
            Lever::IsolatedSession => "isolatedSession",
            Lever::Model => "model",
        }
    }

    /// Finds a lever by its key, in any case.
    pub fn find(name: &str) -> Option<Lever> {
        Lever::ALL.into_iter().find(|lever| lever.key().eq_ignore_ascii_case(name))
    }

    /// The value of a choice, as a config writes it.
    pub fn value(self, choice: &Choice) -> Value {
        match self {
            Lever::Every => match choice.every.ms() {
                Some(_) => json!(choice.every.to_string()),
                None => json!("0m"),
            },
            Lever::LightContext => json!(choice.light),
            Lever::IsolatedSession => json!(choice.isolated),
            Lever::Model => json!(choice.model.to_string()),
        }
    }

    /// `base` with this lever's value taken from `other`.
    pub fn take(self, base: &Choice, other: &Choice) -> Choice {
        let mut choice = base.clone();
        match self {
            Lever::Every => choice.every = other.every,
            Lever::LightContext => choice.light = other.light,
            Lever::IsolatedSession => choice.isolated = other.isolated,
            Lever::Model => {
                choice.model = other.model.clone();
                choice.retention = other.retention;
            }
        }
        choice
    }

    /// The levers whose values differ.
    pub fn differing(one: &Choice, other: &Choice) -> impl Iterator<Item = Lever> {
        let (one, other) = (one.clone(), other.clone());
        Lever::ALL.into_iter().filter(move |lever| lever.value(&one) != lever.value(&other))
    }

    /// How likely a change is to be felt.
    pub fn risk(self) -> Risk {
        match self {
            Lever::Every => Risk::Low,
            Lever::LightContext | Lever::IsolatedSession | Lever::Model => Risk::Medium,
        }
    }

    /// What the agent loses, in a clause.
    pub fn gives_up(self) -> &'static str {
        match self {
            Lever::Every => "reaction time: what happens between two check-ins waits longer",
            Lever::LightContext => "the workspace files (persona, notes, memory) during a check-in",
            Lever::IsolatedSession => "the conversation: a check-in no longer knows what was said before",
            Lever::Model => "the stronger model's judgement during a check-in",
        }
    }

    /// Why the change saves, in a clause.
    pub fn reason(self) -> &'static str {
        match self {
            Lever::Every => "fewer runs, each of which is paid in full",
            Lever::LightContext => "the workspace files are not sent with each run",
            Lever::IsolatedSession => "the conversation is not sent again with each run",
            Lever::Model => "the same tokens at a lower price",
        }
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
}

impl fmt::Display for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Risk::Low => "low",
            Risk::Medium => "medium",
        })
    }
}
