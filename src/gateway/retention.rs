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
    let mut places = vec![(defaults.clone(), defaults_value), model_entry(&defaults, defaults_value, model)];
    if let Some((path, value)) = agent {
        places.push(model_entry(path, value, model));
        places.push((path.clone(), value));
    }
    for (path, value) in places.into_iter().rev() {
        let params = path.key("params");
        if let Some(retention) =
            value.pointer("/params/cacheRetention").and_then(Value::as_str).and_then(Retention::parse)
        {
            return Setting::new(retention, Origin::Key(params.key("cacheRetention")));
        }
        // The older spelling (`PRICES.md` §2, cache retention).
        let old = value.pointer("/params/cacheControlTtl").and_then(Value::as_str);
        if let Some(retention) = old.and_then(|ttl| match ttl {
            "5m" => Some(Retention::Short),
            "1h" => Some(Retention::Long),
            _ => None,
        }) {
            return Setting::new(retention, Origin::Key(params.key("cacheControlTtl")));
        }
    }
    let by_default = match model.provider.as_str() {
        "anthropic" | "anthropic-vertex" => Retention::Short,
        _ => Retention::Unset,
    };
    Setting::new(by_default, Origin::Default(behaviour.version))
}

/// The entry of a model under `models` of the value at `path`, and its key there.
pub(super) fn model_entry<'a>(path: &KeyPath, value: &'a Value, model: &ModelRef) -> (KeyPath, &'a Value) {
    let models = value.get("models").and_then(Value::as_object);
    let named = |key: &str| ModelRef::parse(key).is_some_and(|listed| listed == *model);
    match models.into_iter().flatten().find(|(key, _)| named(key)) {
        Some((key, entry)) => (path.key("models").key(key), entry),
        None => (path.key("models").key(model.to_string()), &Value::Null),
    }
}
