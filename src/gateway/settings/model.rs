//! Which model answers a heartbeat, and which the agent's other turns (R10).

use serde_json::Value;

use super::SettingsReader;
use crate::document::{KeyPath, Named};
use crate::gateway::anthropic::AnthropicAuth;
use crate::gateway::model_ref::ModelRef;
use crate::gateway::roster::AgentEntry;
use crate::gateway::setting::{Origin, Setting};

impl<'a> SettingsReader<'a> {
    /// `heartbeat.model`, where the release uses it.
    pub(super) fn heartbeat_model_name(&self, entry: &AgentEntry<'a>) -> Option<Setting<String>> {
        let found = self.find(entry, "model")?;
        let own = entry.path.as_ref().is_some_and(|path| found.path == path.key("heartbeat").key("model"));
        let (path, name) = primary(found.value, found.path).filter(|_| self.behaviour.uses_model(own))?;
        Some(Setting::new(name, Origin::Key(path)))
    }

    /// The model of the agent's turns: its own, else the defaults' (R10).
    pub(super) fn primary_name(&self, entry: &AgentEntry<'a>) -> Option<Setting<String>> {
        let own = entry.path.as_ref().and_then(|path| primary(entry.value.at("model")?, path.key("model")));
        let shared = || {
            let path = KeyPath::root().key("agents").key("defaults").key("model");
            primary(self.config.at("agents.defaults.model")?, path)
        };
        own.or_else(shared).map(|(path, name)| Setting::new(name, Origin::Key(path)))
    }

    /// The model of an agent's turns. Without a name it is the first model of a provider of the user's own, else the
    /// release's built-in one.
    pub(super) fn primary_model(&self, name: &Option<Setting<String>>) -> Setting<ModelRef> {
        let default_provider = self.behaviour.default_provider();
        if let Some(name) = name {
            // With an API key, current releases give a bare primary a row of its own at Anthropic.
            let api_key = self.filled_in == Some(AnthropicAuth::ApiKey);
            return self.named_model(name, if api_key { "anthropic" } else { default_provider });
        }
        let own = self.providers.iter().find(|provider| !provider.models.is_empty());
        let own = own.filter(|_| !self.providers.iter().any(|provider| provider.id == default_provider));
        if let Some((provider, model)) = own.and_then(|provider| Some((provider, provider.models.first()?))) {
            let path = KeyPath::root().key("models").key("providers").key(&provider.id).key("models").index(0);
            let model = ModelRef { provider: provider.id.clone(), id: model.id.clone() };
            return Setting::new(model, Origin::Key(path));
        }
        self.by_default(self.aliases.resolve(self.behaviour.built_in_model, self.providers, default_provider))
    }

    pub(super) fn named_model(&self, name: &Setting<String>, default_provider: &str) -> Setting<ModelRef> {
        Setting {
            value: self.aliases.resolve(&name.value, self.providers, default_provider),
            origin: name.origin.clone(),
            unresolved: self.unset.find(&name.value).map(str::to_owned),
        }
    }
}

/// The model named by a `model` value: a string, or an object with `primary`.
fn primary(value: &Value, path: KeyPath) -> Option<(KeyPath, String)> {
    let (path, name) = match value {
        Value::String(name) => (path, name),
        Value::Object(fields) => (
            path.key("primary"),
            fields.at("primary").and_then(|name| match name {
                Value::String(name) => Some(name),
                _ => None,
            })?,
        ),
        _ => return None,
    };
    let name = name.trim();
    (!name.is_empty()).then(|| (path, name.to_owned()))
}
