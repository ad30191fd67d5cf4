//! The keys that allow models and choose one for all agents, after a repair: what was listed is allowed, and what every agent
//! had without being told is written down. Read from 2026.9.6, and asked of it.

use serde_json::{Value, json};

use super::super::cross;
use super::Repaired;
use crate::document::{KeyPath, Named};
use crate::releases::{Behaviour, NEWEST};

/// Whether the models that the defaults list are all that may be used and cannot be written down as such, over which
/// every repair stumbles.
pub fn keeps_its_models(config: &Value) -> bool {
    let is_marked = config.at("meta.migrations.modelPolicyAllowlist") == Some(&Value::Bool(true));
    let Some(defaults) = config.at("agents.defaults").filter(|_| !is_marked) else { return false };
    let names = defaults.get("models").and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name);
    let aliases = cross::aliases(defaults);
    let mut names = names.filter(|name| !name.trim().is_empty());
    !defaults.get("modelPolicy").is_some_and(Value::is_object)
        && !names.all(|name| cross::is_allowed_name(name, &aliases))
}

/// Whether the start would write down a model for all agents while a declared one is named by a variable, over which the
/// repair stumbles (asked of 2026.9.6).
pub fn names_a_model_by_variable(config: &Value, written: &Value, made: &Repaired) -> bool {
    let of = |config: &Value| -> Vec<String> {
        let providers = config.at("models.providers").and_then(Value::as_object).into_iter().flatten();
        let models = providers.filter_map(|(_, provider)| provider.get("models")?.as_array().cloned()).flatten();
        models.map(|model| model["id"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let is_filled_in = |(id, written): (&String, &String)| id != written && !id.is_empty() && !id.contains("${");
    let primary = KeyPath::root().key("agents").key("defaults").key("model").key("primary");
    let comes = primary.resolve(config).is_none() && primary.resolve(&made.tree).is_some();
    comes && of(config).iter().zip(&of(written)).any(is_filled_in)
}

impl Repaired {
    /// The models that the defaults list are the only ones that may be used, which is said elsewhere since.
    pub(super) fn policy(&mut self) {
        let is_marked = self.tree.at("meta.migrations.modelPolicyAllowlist") == Some(&Value::Bool(true));
        let defaults = self.tree.at("agents.defaults").cloned().unwrap_or_default();
        let policy = defaults.get("modelPolicy").and_then(Value::as_object);
        let (Some(models), false) = (defaults.get("models").and_then(Value::as_object), is_marked) else { return };
        if policy.is_some_and(|policy| policy.contains_key("allow")) {
            return;
        }
        let names: Vec<&String> = models.keys().filter(|name| !name.trim().is_empty()).collect();
        if policy.is_none() && !names.is_empty() {
            self.add(&["agents", "defaults", "modelPolicy"], json!({ "allow": names }));
        }
        self.add(&["meta", "migrations", "modelPolicyAllowlist"], json!(true));
    }

    /// A model that all agents have without being named is written down: the first that the config declares, or the one
    /// that is built in.
    pub(super) fn primary(&mut self, before: &Value) {
        let named = |config: &Value| {
            let model = config.at("agents.defaults.model");
            let name = model.and_then(|model| model.get("primary").unwrap_or(model).as_str());
            name.is_some_and(|name| !name.trim().is_empty())
        };
        let declared = |config: &Value| -> Vec<(String, String)> {
            let providers = config.at("models.providers").and_then(Value::as_object).into_iter().flatten();
            let first = |(name, provider): (&String, &Value)| {
                let id = provider.pointer("/models/0/id")?.as_str().filter(|id| !id.is_empty())?;
                Some((name.trim().to_lowercase(), id.to_owned()))
            };
            providers.filter_map(first).collect()
        };
        let helper = before.at("agents.defaults.utilityModel").and_then(Value::as_str);
        let helper = helper.is_some_and(|name| !name.trim().is_empty());
        let is_marked = before.at("meta.migrations.utilityModelSeparation") == Some(&Value::Bool(true));
        if is_marked || named(before) || named(&self.tree) || (declared(before).is_empty() && !helper) {
            return;
        }
        let path = KeyPath::root().key("agents").key("defaults").key("model");
        let built_in = Behaviour::of(NEWEST).built_in_model;
        let is_built_in = built_in.split_once('/').is_some_and(|(provider, model)| {
            let own = before.pointer(&format!("/models/providers/{provider}/models")).and_then(Value::as_array);
            own.is_some_and(|models| models.iter().any(|entry| entry["id"] == *model))
        });
        let first = declared(before).into_iter().next().filter(|_| !is_built_in);
        let primary = first.map_or_else(|| built_in.to_owned(), |(provider, model)| format!("{provider}/{model}"));
        // A route that the repair took away, and variables, are not followed here.
        if declared(before) != declared(&self.tree)
            || before.at("models").is_some_and(|all| all.to_string().contains("${"))
        {
            return self.open.push(path);
        }
        self.add(&["agents", "defaults", "model", "primary"], json!(primary));
        self.add(&["meta", "migrations", "utilityModelSeparation"], json!(true));
    }
}
