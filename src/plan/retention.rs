//! Where `cacheRetention` can be written for one agent's heartbeats alone (R38). It is no key of the heartbeat block: it
//! belongs to a model or to all of an agent's turns, so a plan moves it only where the agent's chat does not pay for it.

use crate::document::KeyPath;
use crate::gateway::model_ref::ModelRef;
use crate::gateway::retention::Retention;
use crate::gateway::{Agent, Gateway};
use crate::workload::Spread;

/// The values that can be asked for.
pub const ASKED: [Retention; 3] = [Retention::None, Retention::Short, Retention::Long];

/// Whether somebody talks to the agent, so that a setting of all its turns is felt elsewhere.
pub fn has_chat(load: &Spread) -> bool {
    [&load.low, &load.typical, &load.high].into_iter().any(|profile| profile.history.chat_turns_per_day > 0)
}

/// The key that gives an agent's heartbeats on a model a retention and changes it for nobody else, neither for other
/// agents nor for the agent's own chat, if it `chats`; `None` where there is no such key.
pub fn place(gateway: &Gateway, agent: &Agent, model: &ModelRef, chats: bool) -> Option<KeyPath> {
    if !gateway.uses_retention(model) {
        return None;
    }
    if chats && agent.settings.primary_model == *model {
        return None;
    }
    let written = |at: KeyPath| at.key("params").key("cacheRetention");
    let may = gateway.behaviour.agent_models || gateway.behaviour.agent_params;
    let all_turns = agent.path.clone().filter(|_| !chats && may).map(written);
    let decided = gateway.retention_setting(agent, model).origin;
    let own_params = agent.path.as_ref().map(|path| path.key("params"));
    // The agent's own params come before every other place.
    if own_params.is_some_and(|params| decided.key().is_some_and(|key| key.parent() == Some(params))) {
        return all_turns;
    }
    let entry = |at: &KeyPath| written(gateway.model_entry(at, model));
    match &agent.path {
        Some(path) if gateway.behaviour.agent_models => Some(entry(path)),
        _ if gateway.agents.len() == 1 && gateway.may_list(model) => {
            Some(entry(&KeyPath::root().key("agents").key("defaults")))
        }
        _ => all_turns,
    }
}

/// Whether an agent's own entry decides which retention it has on a model, so that no shared key reaches it.
pub fn is_its_own(gateway: &Gateway, agent: &Agent, model: &ModelRef) -> bool {
    let decided = gateway.retention_setting(agent, model).origin;
    agent.path.as_ref().zip(decided.key()).is_some_and(|(own, key)| key.starts_with(own))
}

/// The key that gives a retention to everybody who uses a model and has no more specific one.
pub fn shared_place(gateway: &Gateway, model: &ModelRef) -> Option<KeyPath> {
    let defaults = KeyPath::root().key("agents").key("defaults");
    let written = || gateway.model_entry(&defaults, model).key("params").key("cacheRetention");
    (gateway.uses_retention(model) && gateway.may_list(model)).then(written)
}
