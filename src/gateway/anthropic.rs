//! Anthropic sign-in and the defaults that follow from it (R8, R9): a heartbeat interval of 30m or 1h, and with it an
//! `agents.defaults.heartbeat` block that enrols agents. The selected model plays no part.

use serde_json::Value;

use crate::document::Named;

/// How the gateway signs in to Anthropic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnthropicAuth {
    /// An API key, billed per token.
    ApiKey,
    /// OAuth, a setup token or the Claude CLI.
    OAuth,
}

impl AnthropicAuth {
    /// The name used in origins.
    pub fn name(self) -> &'static str {
        match self {
            AnthropicAuth::ApiKey => "API key",
            AnthropicAuth::OAuth => "OAuth",
        }
    }

    /// The interval that is filled in where `agents.defaults.heartbeat.every` is unset.
    pub fn default_every(self) -> &'static str {
        match self {
            AnthropicAuth::ApiKey => "30m",
            AnthropicAuth::OAuth => "1h",
        }
    }

    /// The mode from `auth.order` and `auth.profiles`; `environment` decides when the profiles do not.
    pub fn resolve(config: &Value, environment: Option<AnthropicAuth>) -> Option<Self> {
        let profiles = config.at("auth.profiles").and_then(Value::as_object);
        let order = config.at("auth.order").and_then(Value::as_object);
        let mode_of = |profile: &Value| match (profile["provider"].as_str(), profile["mode"].as_str()) {
            (Some("claude-cli"), _) => Some(AnthropicAuth::OAuth),
            (Some("anthropic"), Some("api_key")) => Some(AnthropicAuth::ApiKey),
            (Some("anthropic"), Some("oauth" | "token")) => Some(AnthropicAuth::OAuth),
            _ => None,
        };
        let ordered = ["anthropic", "claude-cli"].iter().filter_map(|key| order?.get(*key)?.as_array()).flatten();
        let first = ordered.filter_map(Value::as_str).find_map(|name| mode_of(profiles?.get(name)?));
        if first.is_some() {
            return first;
        }
        let mut modes: Vec<_> = profiles.into_iter().flatten().filter_map(|(_, profile)| mode_of(profile)).collect();
        modes.dedup();
        match modes.as_slice() {
            [mode] => Some(*mode),
            _ => environment.or_else(|| own_variables(config)),
        }
    }
}

/// The sign-in of the config's own `env.vars`; the OAuth token comes first (R9, step 4).
fn own_variables(config: &Value) -> Option<AnthropicAuth> {
    let set = |name: &str| {
        // The older place, directly under `env`, is moved at start.
        let places = [config.at("env.vars"), config.at("env")].into_iter().flatten();
        let value = places.filter_map(|vars| vars.get(name)?.as_str()).next();
        value.is_some_and(|value| !value.trim().is_empty())
    };
    if set("ANTHROPIC_OAUTH_TOKEN") {
        return Some(AnthropicAuth::OAuth);
    }
    set("ANTHROPIC_API_KEY").then_some(AnthropicAuth::ApiKey)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn profiles_decide_before_the_environment() {
        let profile = |mode: &str| json!({ "provider": "anthropic", "mode": mode });
        let resolve = |auth: Value, environment| AnthropicAuth::resolve(&json!({ "auth": auth }), environment);
        let key = Some(AnthropicAuth::ApiKey);
        let oauth = Some(AnthropicAuth::OAuth);
        assert_eq!(resolve(json!({}), None), None);
        assert_eq!(resolve(json!({}), key), key);
        assert_eq!(resolve(json!({ "profiles": { "a": profile("token") } }), key), oauth);
        let both = json!({ "a": profile("api_key"), "b": profile("oauth") });
        assert_eq!(resolve(json!({ "profiles": both }), None), None);
        assert_eq!(resolve(json!({ "profiles": both, "order": { "anthropic": ["b", "a"] } }), key), oauth);
        assert_eq!(resolve(json!({ "profiles": { "x": { "provider": "openai", "mode": "api_key" } } }), None), None);
    }
}
