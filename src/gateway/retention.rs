//! `cacheRetention`: how long the provider is asked to keep the prompt (R38). It may stand in four places; the most
//! specific one wins.

use std::fmt;

use serde_json::Value;

use super::model_ref::ModelRef;
use super::setting::{Origin, Setting};
use crate::document::{KeyPath, Named};
use crate::releases::Behaviour;

/// The asked retention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Retention {
    /// No marker is sent.
    None,
    /// Five minutes on Anthropic.
    Short,
    /// One hour on Anthropic.
    Long,
    /// Nothing is asked; the provider's own habit.
    Unset,
}

impl Retention {
    /// Reads the config value.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "none" => Some(Retention::None),
            "short" => Some(Retention::Short),
            "long" => Some(Retention::Long),
            _ => None,
        }
    }
}

impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Retention::None => "none",
            Retention::Short => "short",
            Retention::Long => "long",
            Retention::Unset => "unset",
        })
    }
}

/// Where an agent's retention is decided.
pub type RetentionEntry<'a> = (&'a KeyPath, &'a Value);

/// The effective retention of an agent's requests to a model: the merged `params`, key by key, the most specific place
/// first. A value that OpenClaw does not know hides those behind it and then counts as none.
pub fn resolve(
    config: &Value,
    agent: Option<RetentionEntry<'_>>,
    model: &ModelRef,
    api: Option<&str>,
    behaviour: &Behaviour,
) -> Setting<Retention> {
    let by_default = match model.provider.as_str() {
        "anthropic" | "anthropic-vertex" => Retention::Short,
        _ => Retention::Unset,
    };
    let by_default = || Setting::new(by_default, Origin::Default(behaviour.version));
    if !is_used(behaviour, model, api) {
        return by_default();
    }
    let set = |key: &str, read: fn(&str) -> Option<Retention>| {
        let (params, value) = all(config, agent, model).find_map(|params| Some((params, params.value.at(key)?)))?;
        Some(Setting::new(read(value.as_str()?)?, Origin::Key(params.path().key(key))))
    };
    let newer = || set(KEY, Retention::parse).filter(|_| behaviour.cache_retention_effective);
    newer().or_else(|| set(OLD_KEY, parse_ttl)).unwrap_or_else(by_default)
}

/// The key, and its older spelling (`PRICES.md` §2, cache retention).
pub const KEY: &str = "cacheRetention";
/// See [`KEY`].
pub const OLD_KEY: &str = "cacheControlTtl";

fn parse_ttl(text: &str) -> Option<Retention> {
    match text {
        "5m" => Some(Retention::Short),
        "1h" => Some(Retention::Long),
        _ => None,
    }
}

/// The `params` of an agent, of the defaults, or of a model that either lists.
#[derive(Clone, Copy, Debug)]
pub struct Params<'a> {
    agent: Option<&'a KeyPath>,
    model: Option<&'a str>,
    /// What they are.
    pub value: &'a Value,
}

impl Params<'_> {
    /// Where they stand.
    pub fn path(&self) -> KeyPath {
        let holder = self.agent.cloned().unwrap_or_else(|| KeyPath::root().key("agents").key("defaults"));
        self.model.map_or(holder.clone(), |model| holder.key("models").key(model)).key("params")
    }
}

/// All that an agent's requests to a model take, the most specific first.
pub fn all<'a>(
    config: &'a Value,
    agent: Option<RetentionEntry<'a>>,
    model: &ModelRef,
) -> impl Iterator<Item = Params<'a>> {
    let own = agent.map(|(path, value)| (Some(path), value));
    let defaults = config.at("agents.defaults").map(|value| (None, value));
    let of_model = |holder: Option<(Option<&'a KeyPath>, &'a Value)>| {
        let (agent, value) = holder?;
        let model = listed(value, model)?;
        Some(Params { agent, model: Some(model), value: value.at("models")?.get(model)?.at("params")? })
    };
    let by_itself = |holder: Option<(Option<&'a KeyPath>, &'a Value)>| {
        let (agent, value) = holder?;
        Some(Params { agent, model: None, value: value.at("params")? })
    };
    [by_itself(own), of_model(own), of_model(defaults), by_itself(defaults)].into_iter().flatten()
}

/// Whether a release asks a provider for what `cacheRetention` says: first of Anthropic and Bedrock only, then of whatever
/// speaks Anthropic's own format.
pub fn is_used(behaviour: &Behaviour, model: &ModelRef, api: Option<&str>) -> bool {
    let is_gemini = || model.id.starts_with("gemini-2.5") || model.id.starts_with("gemini-3");
    let is_asked = match model.provider.as_str() {
        "anthropic" | "amazon-bedrock" => true,
        "anthropic-vertex" => behaviour.retention_of_google,
        "google" if is_gemini() => behaviour.retention_of_google,
        _ if api == Some("anthropic-messages") => behaviour.retention_by_format,
        _ => behaviour.retention_of_all,
    };
    behaviour.cache_retention_effective && is_asked
}

/// The key of a model under `models` of a value.
fn listed<'a>(value: &'a Value, model: &ModelRef) -> Option<&'a str> {
    let mut keys = value.at("models")?.as_object()?.keys();
    keys.find(|key| model.is_named_by(key)).map(String::as_str)
}

/// The path of a model's entry under `models` of the value at `path`: under the key it has there, or would get.
pub(super) fn model_entry(path: &KeyPath, value: &Value, model: &ModelRef) -> KeyPath {
    path.key("models").key(listed(value, model).map_or_else(|| model.to_string(), str::to_owned))
}
