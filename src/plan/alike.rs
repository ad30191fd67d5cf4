//! Agents that no plan can tell apart: the same entry in the file, the same load, the same place in the roster. One of
//! them is searched and explained for all.

use serde_json::Value;

use crate::gateway::{Agent, Gateway};
use crate::simulate::costing::{Choice, Subject};

/// Keys of an entry that only name the agent. A key missing here costs time and nothing else.
const NAMES: [&str; 6] = ["id", "name", "description", "workspace", "agentDir", "identity"];

/// Whether two agents' plans differ at most in where they are written.
pub(super) fn alike(gateway: &Gateway, one: &Subject<'_>, other: &Subject<'_>) -> bool {
    let outside_the_entry = |agent: &Agent| {
        let settings = &agent.settings;
        (settings.route.clone(), settings.holds_chat, settings.primary_model.clone(), settings.limits)
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
