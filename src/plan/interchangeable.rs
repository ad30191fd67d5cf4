//! Agents that no plan can tell apart: the same entry in the file, the same load, the same place in the roster. One of
//! them is searched and explained for all.

use std::collections::HashMap;

use serde_json::Value;

use crate::gateway::{Agent, Gateway};
use crate::simulate::costing::{Choice, Subject};

/// Keys of an entry that only name the agent. A key missing here costs time and nothing else.
const NAMES: [&str; 6] = ["id", "name", "description", "workspace", "agentDir", "identity"];

/// The agents that differ, each standing for those that are interchangeable with it.
#[derive(Default)]
pub(super) struct Interchangeable<'a>(HashMap<String, Vec<(Subject<'a>, usize)>>);

impl<'a> Interchangeable<'a> {
    /// The number of the one that stands for an agent.
    pub(super) fn of(&self, gateway: &Gateway, subject: &Subject<'_>) -> Option<usize> {
        let near = self.0.get(&entry_text(gateway, subject))?;
        near.iter().find(|(first, _)| are_interchangeable(gateway, first, subject)).map(|(_, number)| *number)
    }

    /// Adds one that is interchangeable with no other.
    pub(super) fn add(&mut self, gateway: &Gateway, subject: Subject<'a>, number: usize) {
        self.0.entry(entry_text(gateway, &subject)).or_default().push((subject, number));
    }
}

/// What interchangeable agents have in common, as far as the file says it: their entries without their names.
fn entry_text(gateway: &Gateway, subject: &Subject<'_>) -> String {
    let fields = gateway.entry(subject.agent).and_then(Value::as_object);
    let deciding = fields.into_iter().flatten().filter(|(key, _)| !NAMES.contains(&key.as_str()));
    deciding.map(|(key, value)| format!("{key}:{value},")).collect()
}

/// Whether two agents' plans differ at most in where they are written.
fn are_interchangeable(gateway: &Gateway, one: &Subject<'_>, other: &Subject<'_>) -> bool {
    let outside_the_entry = |agent: &Agent| {
        let settings = &agent.settings;
        (settings.delivery.clone(), settings.holds_chat, settings.primary_model.clone(), settings.limits)
    };
    let same_entry = match (gateway.entry(one.agent), gateway.entry(other.agent)) {
        (Some(one), Some(other)) => same_but_for_names(one, other),
        _ => false,
    };
    same_entry
        && one.spread == other.spread
        && outside_the_entry(one.agent) == outside_the_entry(other.agent)
        && Choice::present(one.agent) == Choice::present(other.agent)
}

fn same_but_for_names(one: &Value, other: &Value) -> bool {
    let (Some(one), Some(other)) = (one.as_object(), other.as_object()) else { return false };
    let decides = |key: &&String| !NAMES.contains(&key.as_str());
    let keys = || one.keys().chain(other.keys()).filter(decides);
    keys().all(|key| one.get(key) == other.get(key))
}
