//! What a config says of models by name: settings of one need its whole name, and lists of allowed ones name what exists.

use serde_json::Value;

use super::{Checks, holders, object, text};
use crate::document::{KeyPath, Named};
use crate::releases::shape::formats;

impl Checks<'_> {
    /// What is said of one model needs its whole name. 2026.7.35 looks for a folder of each provider's name.
    pub(super) fn models(&mut self) {
        let providers = KeyPath::root().key("models").key("providers");
        let named = providers.resolve(self.config).and_then(Value::as_object).into_iter().flatten();
        let is_folder = |name: &str| !matches!(name, "." | "..") && !name.contains(['/', '\\', ':']);
        for (name, _) in named.filter(|(name, _)| self.is_of_july() && !is_folder(name.trim())).collect::<Vec<_>>() {
            self.say(providers.key(name), "the name of a provider has no '/', '\\' or ':' in it in this release");
        }
        if !self.is_current() {
            return;
        }
        for (path, holder) in holders(self.config) {
            for (name, entry) in object(holder, "models").into_iter().flatten() {
                let exact = !name.contains('*') && formats::is_model(name);
                for key in ["pickerRuntimes", "codeMode"].into_iter().filter(|key| !exact && entry.get(key).is_some()) {
                    self.say(
                        path.key("models").key(name).key(key),
                        "only an entry named \"provider/model\" takes this",
                    );
                }
            }
        }
    }

    /// What `modelPolicy.allow` names: an alias, a provider with a model, or all of a provider's.
    pub(super) fn policies(&mut self) {
        if !self.is_current() {
            return;
        }
        let config = self.config;
        let shared = config.at("agents.defaults").map(aliases).unwrap_or_default();
        for (path, holder) in holders(config) {
            let own = aliases(holder);
            let allow = holder.at("modelPolicy.allow").and_then(Value::as_array).into_iter().flatten();
            for (at, name) in allow.enumerate().filter_map(|(at, name)| Some((at, name.as_str()?.trim()))) {
                if !is_allowed_name(name, &shared) && !is_allowed_name(name, &own) {
                    let path = path.key("modelPolicy").key("allow").index(at);
                    self.say(path, "expected an alias, \"provider/model\" or \"provider/*\"");
                }
            }
        }
    }
}

/// The aliases that an agent or the defaults give models.
pub(in crate::releases::shape) fn aliases(holder: &Value) -> Vec<String> {
    let models = object(holder, "models").into_iter().flatten();
    models.filter_map(|(_, model)| Some(text(model, "alias")?.trim().to_lowercase())).collect()
}

/// Whether a name can stand in a list of allowed models: an alias, a provider with a model, or all of a provider's.
pub(in crate::releases::shape) fn is_allowed_name(name: &str, aliases: &[String]) -> bool {
    let folded = name.trim().to_lowercase();
    let plain = |part: &str| !part.is_empty() && !part.contains(|c: char| c == '*' || c.is_whitespace());
    let is_ref = match name.trim().split_once('/') {
        Some((provider, "*")) => plain(provider),
        Some((provider, model)) => plain(provider) && model.strip_suffix("/*").unwrap_or(model).split('/').all(plain),
        None => matches!(folded.as_str(), "openrouter:auto" | "openrouter:free"),
    };
    aliases.contains(&folded) || is_ref
}
