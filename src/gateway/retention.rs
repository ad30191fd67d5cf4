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
        let (place, value) = places(config, agent, model).into_iter().find_map(|params| {
            let value = params.resolve(config)?.get(key)?;
            Some((params.key(key), value))
        })?;
        Some(Setting::new(read(value.as_str()?)?, Origin::Key(place)))
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

/// The `params` that an agent's requests to a model may take, the most specific first, there or not.
pub fn places(config: &Value, agent: Option<RetentionEntry<'_>>, model: &ModelRef) -> Vec<KeyPath> {
    let defaults = KeyPath::root().key("agents").key("defaults");
    let shared = config.at("agents.defaults").map(|value| (&defaults, value));
    let of_model = |holder: RetentionEntry<'_>| listed(holder, model).map(|key| holder.0.key("models").key(key));
    let own = agent.map(|agent| agent.0.clone());
    let places = [own, agent.and_then(of_model), shared.and_then(of_model), Some(defaults.clone())];
    places.into_iter().flatten().map(|place| place.key("params")).collect()
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
fn listed<'a>((_, value): RetentionEntry<'a>, model: &ModelRef) -> Option<&'a str> {
    let mut keys = value.get("models")?.as_object()?.keys();
    keys.find(|key| model.is_named_by(key)).map(String::as_str)
}

/// The path of a model's entry under `models` of the value at `path`: under the key it has there, or would get.
pub(super) fn model_entry(path: &KeyPath, value: &Value, model: &ModelRef) -> KeyPath {
    path.key("models").key(listed((path, value), model).map_or_else(|| model.to_string(), str::to_owned))
}
