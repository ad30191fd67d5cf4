//! `cacheRetention`: how long the provider is asked to keep the prompt (R38). It may stand in four places; the most
//! specific one wins.

use std::fmt;

use serde_json::Value;

use super::behaviour::Behaviour;
use super::model_ref::ModelRef;
use super::setting::{Origin, Setting};
use crate::document::KeyPath;

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

/// The effective retention of an agent's requests to a model.
pub fn resolve(
    config: &Value,
    agent: Option<(&KeyPath, &Value)>,
    model: &ModelRef,
    behaviour: &Behaviour,
) -> Setting<Retention> {
    let defaults = KeyPath::root().key("agents").key("defaults");
    let defaults_value = config.pointer("/agents/defaults").unwrap_or(&Value::Null);
    let shared = (&defaults, defaults_value);
    let own = agent.into_iter().flat_map(|own| [Some((own.0, None, own.1)), listed(own, model)]);
    let places = own.chain([listed(shared, model), Some((shared.0, None, shared.1))]);
    for (holder, key, value) in places.flatten() {
        let Some((name, retention)) = asked(value) else { continue };
        let place = key.map_or_else(|| holder.clone(), |key| holder.key("models").key(key));
        return Setting::new(retention, Origin::Key(place.key("params").key(name)));
    }
    let by_default = match model.provider.as_str() {
        "anthropic" | "anthropic-vertex" => Retention::Short,
        _ => Retention::Unset,
    };
    Setting::new(by_default, Origin::Default(behaviour.version))
}

/// What the `params` of a value ask for, and under which key; `cacheControlTtl` is the older spelling (`PRICES.md` §2,
/// cache retention).
fn asked(value: &Value) -> Option<(&'static str, Retention)> {
    let params = value.get("params")?;
    let text = |key: &str| params.get(key).and_then(Value::as_str);
    let older = || match text("cacheControlTtl")? {
        "5m" => Some(("cacheControlTtl", Retention::Short)),
        "1h" => Some(("cacheControlTtl", Retention::Long)),
        _ => None,
    };
    let retention = text("cacheRetention").and_then(Retention::parse);
    retention.map(|retention| ("cacheRetention", retention)).or_else(older)
}

/// The entry of a model under `models` of a value, with the value's path and the entry's key.
fn listed<'a>(
    (path, value): (&'a KeyPath, &'a Value),
    model: &ModelRef,
) -> Option<(&'a KeyPath, Option<&'a str>, &'a Value)> {
    let mut models = value.get("models")?.as_object()?.iter();
    let (key, entry) = models.find(|(key, _)| ModelRef::parse(key).is_some_and(|listed| listed == *model))?;
    Some((path, Some(key), entry))
}

/// The path of a model's entry under `models` of the value at `path`: under the key it has there, or would get.
pub(super) fn model_entry(path: &KeyPath, value: &Value, model: &ModelRef) -> KeyPath {
    let key = listed((path, value), model).and_then(|(_, key, _)| key);
    path.key("models").key(key.map_or_else(|| model.to_string(), str::to_owned))
}
