//! What a change means for an agent that is added to the roster later: a block of an agent's own takes everybody without
//! one out of the heartbeats, and the first shared block brings everybody in (R6).

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::document::{Change, KeyPath, Named};
use crate::gateway::Gateway;

/// How a change decides anew on agents that are added later without a heartbeat block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Newcomer {
    /// They would have run, and will not.
    LeftOut,
    /// They would not have run, and will.
    TakenIn,
}

impl fmt::Display for Newcomer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Newcomer::LeftOut => {
                "with this change, an agent that you add later gets no heartbeats until it has a heartbeat block of \
                 its own (\"heartbeat\": {} is enough)"
            }
            Newcomer::TakenIn => {
                "with this change, an agent that you add later gets heartbeats, too, unless its own heartbeat block \
                 says every: \"0m\""
            }
        })
    }
}

/// Asks a config before and after some changes what would become of a further agent; `None` where nothing changes for
/// it, or there is no roster to add it to.
pub fn newcomer(config: &Value, changes: &[Change], read: &dyn Fn(&Arc<Value>) -> Gateway) -> Option<Newcomer> {
    let runs = |config: Value| {
        let (config, id) = with_another(config)?;
        let gateway = read(&Arc::new(config));
        Some(gateway.enrolled().any(|agent| agent.id == id))
    };
    let changed = || {
        let mut changed = config.clone();
        changes.iter().try_for_each(|change| change.make(&mut changed)).ok()?;
        Some(changed)
    };
    match (runs(config.clone())?, runs(changed()?)?) {
        (true, false) => Some(Newcomer::LeftOut),
        (false, true) => Some(Newcomer::TakenIn),
        _ => None,
    }
}

/// A config with one agent more, and the id of that.
fn with_another(mut config: Value) -> Option<(Value, String)> {
    let agents = KeyPath::root().key("agents");
    let (entries, list) = (agents.key("entries"), agents.key("list"));
    let taken = |id: &String| config.at("agents").is_some_and(|agents| agents.to_string().contains(id.as_str()));
    let id = (1..).map(|number| format!("another-{number}")).find(|id| !taken(id))?;
    let change = match (entries.resolve(&config), list.resolve(&config)) {
        (Some(Value::Object(fields)), _) if !fields.is_empty() => {
            Change::set(entries.key(&id), Value::Object(Map::new()))
        }
        (_, Some(Value::Array(items))) if !items.is_empty() => {
            Change::set(list.index(items.len()), json!({ "id": id }))
        }
        _ => return None,
    };
    change.make(&mut config).ok()?;
    Some((config, id))
}
