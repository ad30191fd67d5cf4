//! The models that `agents.defaults.modelPolicy.allow` permits (R11): by name, by alias, or all of a provider.

use std::collections::HashSet;

use serde_json::Value;

use super::model_ref::ModelRef;
use crate::document::Named;

/// What is permitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// All models of these, as `provider/*` says.
    providers: HashSet<String>,
    models: HashSet<ModelRef>,
}

impl Allowed {
    /// Reads the list; none, or an empty one, restricts nothing. `resolve` says which model a name or an alias means.
    pub(super) fn read(config: &Value, resolve: impl Fn(&str) -> ModelRef) -> Option<Self> {
        let names = config.at("agents.defaults.modelPolicy.allow")?.as_array()?.iter().filter_map(Value::as_str);
        let mut allowed = Allowed { providers: HashSet::new(), models: HashSet::new() };
        for name in names {
            match name.strip_suffix("/*") {
                Some(provider) => drop(allowed.providers.insert(provider.to_ascii_lowercase())),
                None => drop(allowed.models.insert(resolve(name))),
            }
        }
        (!allowed.providers.is_empty() || !allowed.models.is_empty()).then_some(allowed)
    }

    /// Whether a model is permitted.
    pub(super) fn permits(&self, model: &ModelRef) -> bool {
        self.providers.contains(&model.provider) || self.models.contains(model)
    }
}
