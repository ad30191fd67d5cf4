//! Model names: `provider/id`, an alias, or a bare id, and the model a heartbeat runs on (R10). Nothing is guessed: a
//! name that resolves to no known model stays as it is and has no price.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;

use serde_json::{Map, Value};

use super::providers::Provider;
use crate::document::Named;
use crate::secrets::credentials::{MASK, masked};

/// A model of a provider.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModelRef {
    /// The provider id.
    pub provider: String,
    /// The model id there.
    pub id: String,
}

impl ModelRef {
    /// Splits `provider/id` at the first slash. What looks like a credential is none of a model's name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::split(&masked(text))
    }

    /// The same of what holds no credential.
    fn split(text: &str) -> Option<Self> {
        let (provider, id) = text.split_once('/')?;
        let (provider, id) = (provider.trim(), id.trim());
        (!provider.is_empty() && !id.is_empty())
            .then(|| ModelRef { provider: provider.to_lowercase(), id: id.to_owned() })
    }

    /// Whether a text is the name of this model.
    pub(super) fn is_named_by(&self, text: &str) -> bool {
        // Most keys of a long list are told by their end; one that is masked ends otherwise.
        let may = text.trim_end().ends_with(&self.id) || self.id.contains(MASK);
        may && Self::parse(text).is_some_and(|named| named == *self)
    }
}

impl fmt::Display for ModelRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.provider, self.id)
    }
}

/// `agents.defaults.models`: the aliases and, on legacy releases, what a user may pick.
#[derive(Clone, Debug, Default)]
pub struct Aliases {
    entries: Vec<(ModelRef, Option<String>)>,
    /// The first entry of each model.
    at: HashMap<ModelRef, usize>,
    /// The first entry of each alias, in small letters.
    by_alias: HashMap<String, usize>,
    /// Entries that only hold parameters: they tune a model that is named elsewhere.
    tuned: HashSet<ModelRef>,
}

/// Aliases that OpenClaw brings, used only for a target that is a key of `agents.defaults.models` (`PRICES.md` §2). The
/// targets of `opus` and `sonnet` differ by generation; an alias stands for whichever of them is there.
const BUILT_IN_ALIASES: &[(&str, &str)] = &[
    ("opus", "anthropic/claude-opus-5"),
    ("opus", "anthropic/claude-opus-4-7"),
    ("sonnet", "anthropic/claude-sonnet-5"),
    ("sonnet", "anthropic/claude-sonnet-4-6"),
    ("gpt", "openai/gpt-5.4"),
    ("gpt-mini", "openai/gpt-5.4-mini"),
    ("gpt-nano", "openai/gpt-5.4-nano"),
    ("gemini", "google/gemini-3.1-pro-preview"),
    ("gemini-flash", "google/gemini-3-flash-preview"),
    ("gemini-flash-lite", "google/gemini-3.1-flash-lite"),
];

impl Aliases {
    fn object(config: &Value) -> Option<&Map<String, Value>> {
        config.at("agents.defaults.models")?.as_object()
    }

    /// Whether two configs have the same, in the same order.
    pub(super) fn are_same(one: &Value, other: &Value) -> bool {
        let (one, other) = (Self::object(one), Self::object(other));
        // Maps are equal in any order, and the first of two that name one model counts.
        one == other
            && one.into_iter().flatten().map(|(key, _)| key).eq(other.into_iter().flatten().map(|(key, _)| key))
    }

    /// Reads `agents.defaults.models`.
    pub fn read(config: &Value) -> Self {
        let mut aliases = Aliases::default();
        for (key, value) in Self::object(config).into_iter().flatten() {
            let Some(model) = ModelRef::parse(key) else { continue };
            let only_tunes =
                |fields: &Map<String, Value>| !fields.is_empty() && fields.keys().all(|key| key == "params");
            if value.as_object().is_some_and(only_tunes) {
                aliases.tuned.insert(model.clone());
            }
            let (index, alias) = (aliases.entries.len(), value["alias"].as_str().map(|alias| alias.trim().to_owned()));
            aliases.at.entry(model.clone()).or_insert(index);
            if let Some(alias) = &alias {
                aliases.by_alias.entry(alias.to_ascii_lowercase()).or_insert(index);
            }
            aliases.entries.push((model, alias));
        }
        aliases
    }

    /// Whether a model is listed for its own sake, and not only tuned.
    pub fn lists(&self, model: &ModelRef) -> bool {
        self.at.contains_key(model) && !self.tuned.contains(model)
    }

    /// The models listed there, in file order.
    pub fn models(&self) -> impl Iterator<Item = &ModelRef> {
        self.entries.iter().map(|(model, _)| model)
    }

    /// The alias of a model.
    pub fn alias_of(&self, model: &ModelRef) -> Option<&str> {
        self.entries.get(*self.at.get(model)?)?.1.as_deref()
    }

    /// Resolves a name: alias first (any case), then `provider/id`, then the only provider that lists a bare id, then
    /// `default_provider`. A trailing `@profile` is split off.
    pub fn resolve(&self, name: &str, providers: &[Provider], default_provider: &str) -> ModelRef {
        let name = name.trim();
        if let Some(model) = self.by_alias(name) {
            return model;
        }
        let is_listed = listed(providers, name);
        let name = &*if is_listed { Cow::Borrowed(name) } else { masked(name) };
        let plain = match name.rsplit_once('@') {
            Some((before, _)) if !before.trim().is_empty() && !listed(providers, name) => before.trim(),
            _ => name,
        };
        if plain != name
            && let Some(model) = self.by_alias(plain)
        {
            return model;
        }
        let named = if is_listed { ModelRef::parse(plain) } else { ModelRef::split(plain) };
        if let Some(model) = named {
            return model;
        }
        let mut having = providers.iter().filter(|provider| provider.model(plain).is_some());
        let provider = match (having.next(), having.next()) {
            (Some(only), None) => &only.id,
            _ => default_provider,
        };
        ModelRef { provider: provider.to_owned(), id: plain.to_owned() }
    }

    fn by_alias(&self, name: &str) -> Option<ModelRef> {
        let own = self.by_alias.get(&name.to_ascii_lowercase()).and_then(|at| self.entries.get(*at));
        if let Some((model, _)) = own {
            return Some(model.clone());
        }
        let targets = BUILT_IN_ALIASES.iter().filter(|(alias, _)| alias.eq_ignore_ascii_case(name));
        let mut targets = targets.filter_map(|(_, target)| ModelRef::parse(target));
        targets.find(|target| self.at.contains_key(target))
    }
}

/// Whether a provider lists exactly this id, as with ids that contain an `@`.
fn listed(providers: &[Provider], name: &str) -> bool {
    let id = name.split_once('/').map_or(name, |(_, id)| id);
    providers.iter().any(|provider| provider.model(id).is_some())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::gateway::providers::DeclaredModel;

    #[test]
    fn names_resolve_as_in_openclaw() {
        let config = json!({ "agents": { "defaults": { "models": {
            "nexos/3700526c": { "alias": "Nexos Gpt 4 1" },
            "nexos/030cd123": { "alias": "Nexos Anthropic Claude Opus 4 6 @ Default" },
            "anthropic/claude-opus-5": {},
        } } } });
        let model = DeclaredModel { id: "llama3".to_owned(), ..DeclaredModel::default() };
        let providers = [Provider { id: "ollama".to_owned(), models: vec![model], ..Provider::default() }];
        let resolve = |name: &str| Aliases::read(&config).resolve(name, &providers, "openai").to_string();
        assert_eq!(resolve("nexos gpt 4 1"), "nexos/3700526c");
        assert_eq!(resolve("Nexos Anthropic Claude Opus 4 6 @ Default"), "nexos/030cd123");
        assert_eq!(resolve("opus"), "anthropic/claude-opus-5");
        assert_eq!(resolve("sonnet"), "openai/sonnet");
        assert_eq!(resolve("llama3"), "ollama/llama3");
        assert_eq!(resolve("Anthropic/claude-haiku-4-5@work"), "anthropic/claude-haiku-4-5");
        assert_eq!(resolve("openrouter/anthropic/claude-haiku-4.5"), "openrouter/anthropic/claude-haiku-4.5");
    }

    #[test]
    fn names_are_the_same_only_in_the_same_order() {
        let of = |models: [(&str, &str); 2]| {
            let models: Map<String, Value> =
                models.map(|(key, alias)| (key.to_owned(), json!({ "alias": alias }))).into_iter().collect();
            json!({ "agents": { "defaults": { "models": models } } })
        };
        let (one, other) = (("a/x", "first"), ("A/x", "second"));
        let here = of([one, other]);
        assert!(Aliases::are_same(&here, &of([one, other])));
        assert!(
            !Aliases::are_same(&here, &of([other, one])) && !Aliases::are_same(&here, &of([one, ("A/x", "third")]))
        );
        assert!(!Aliases::are_same(&here, &json!({})) && Aliases::are_same(&json!({}), &json!({ "agents": 1 })));
        // Both name one model, and the first says how it is called.
        let model = ModelRef { provider: "a".to_owned(), id: "x".to_owned() };
        assert_eq!(Aliases::read(&here).alias_of(&model), Some("first"));
        assert_eq!(Aliases::read(&of([other, one])).alias_of(&model), Some("second"));
    }
}
