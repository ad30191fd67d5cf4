//! Who answers a heartbeat when its model fails: the chain of other models (R12). An agent with a model of its own has only
//! the fallbacks it names itself; one that takes its model from the defaults has those of the defaults, and then their
//! primary model.

use serde_json::Value;

use super::model_ref::ModelRef;
use super::{Agent, Gateway};
use crate::document::KeyPath;
use crate::document::Named;

/// One model of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Which answers.
    pub model: ModelRef,
    /// The key that names it.
    pub path: KeyPath,
}

impl Gateway {
    /// The models that answer in turn when that of an agent's heartbeats fails; none where nothing does.
    pub fn fallbacks(&self, agent: &Agent) -> Vec<Link> {
        let own = self.entry(agent).and_then(|entry| entry.at("model")).filter(|model| is_given(model));
        let own_path = agent.path.as_ref().map(|path| path.key("model"));
        let defaults = KeyPath::root().key("agents").key("defaults").key("model");
        let shared = defaults.resolve(self.config());
        let named = match (own, own_path) {
            (Some(own), Some(path)) if own["fallbacks"].is_array() => listed(own, &path),
            // A model without a list of its own stands alone; a list that is none is as if there were no model.
            (Some(own), Some(_)) if own.at("fallbacks").is_none() => Vec::new(),
            _ => {
                let mut names = shared.map_or_else(Vec::new, |model| listed(model, &defaults));
                let primary = match shared {
                    Some(Value::String(name)) => Some((name.as_str(), defaults.clone())),
                    Some(model) => model["primary"].as_str().map(|name| (name, defaults.key("primary"))),
                    None => None,
                };
                names.extend(primary);
                names
            }
        };
        let settings = &agent.settings;
        let mut chain: Vec<Link> = Vec::new();
        for (name, path) in named.into_iter().filter(|(name, _)| !name.trim().is_empty()) {
            let model = self.aliases.resolve(name, &self.providers, &settings.primary_model.provider);
            if model != settings.model.value && chain.iter().all(|link| link.model != model) {
                chain.push(Link { model, path });
            }
        }
        chain
    }
}

/// Whether an agent names a model, or what else to ask.
fn is_given(model: &Value) -> bool {
    match model {
        Value::String(name) => !name.trim().is_empty(),
        Value::Object(fields) => {
            let names = fields.at("primary").and_then(Value::as_str).is_some_and(|name| !name.trim().is_empty());
            names || fields.contains_key("fallbacks")
        }
        _ => false,
    }
}

fn listed<'v>(model: &'v Value, path: &KeyPath) -> Vec<(&'v str, KeyPath)> {
    let names = model.at("fallbacks").and_then(Value::as_array).into_iter().flatten().enumerate();
    names.filter_map(|(at, name)| Some((name.as_str()?, path.key("fallbacks").index(at)))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::analysis::Analysis;

    fn chain(defaults: &Value, agent: &Value) -> Vec<String> {
        let heartbeat = json!({ "model": "google/gemini-3.1-flash-lite-preview", "target": "none" });
        let mut entry = json!({ "heartbeat": heartbeat });
        if !agent.is_null() {
            entry["model"] = agent.clone();
        }
        let analysis = Analysis::of(
            &json!({ "agents": { "defaults": { "model": defaults }, "entries": { "main": entry } } }),
            None,
        );
        let links = analysis.gateway.fallbacks(&analysis.gateway.agents[0]);
        links.into_iter().map(|link| format!("{}: {}", link.path, link.model)).collect()
    }

    /// As OpenClaw 2026.9.6 and 2026.7.35 put the chain together (`resolveAgentModelFallbacksOverride`,
    /// `resolveFallbackCandidatesUncached`).
    #[test]
    fn the_chain_is_that_of_the_agent_or_of_the_defaults_and_then_their_primary() {
        let defaults = json!({ "primary": "anthropic/claude-opus-4-7", "fallbacks": ["openai/gpt-5.5"] });
        let inherited = [
            "agents.defaults.model.fallbacks[0]: openai/gpt-5.5",
            "agents.defaults.model.primary: anthropic/claude-opus-4-7",
        ];
        assert_eq!(chain(&defaults, &Value::Null), inherited);
        assert!(chain(&defaults, &json!("openai/gpt-5.5")).is_empty());
        assert!(chain(&defaults, &json!({ "primary": "openai/gpt-5.5" })).is_empty());
        assert!(chain(&defaults, &json!({ "fallbacks": [] })).is_empty());
        let own = json!({ "primary": "openai/gpt-5.5", "fallbacks": ["anthropic/claude-haiku-4-5"] });
        assert_eq!(chain(&defaults, &own), ["agents.entries.main.model.fallbacks[0]: anthropic/claude-haiku-4-5"]);
        // The heartbeat's own model is no fallback of itself, and each stands once.
        let twice = json!({ "primary": "openai/gpt-5.5", "fallbacks": ["google/gemini-3.1-flash-lite-preview", "openai/gpt-5.5"] });
        assert_eq!(chain(&twice, &Value::Null), ["agents.defaults.model.fallbacks[1]: openai/gpt-5.5"]);
        assert_eq!(chain(&json!("openai/gpt-5.5"), &Value::Null), ["agents.defaults.model: openai/gpt-5.5"]);
    }
}
