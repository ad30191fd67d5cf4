//! Whether a check-in has somewhere to go. Current releases skip every tick of an agent without a route before the
//! model is called (R19a); legacy releases run all the same.

use std::fmt;

use serde_json::Value;

/// Where the reply of a check-in goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// There is one; who or what.
    Yes(String),
    /// There is none; why. A current release then skips every tick.
    No(String),
    /// The config cannot say; why.
    Unknown(String),
    /// None is wanted (`target: "none"`): it runs, and nothing is delivered.
    NotWanted,
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Route::Yes(text) | Route::No(text) | Route::Unknown(text) => f.write_str(text),
            Route::NotWanted => f.write_str("nothing is delivered"),
        }
    }
}

impl Route {
    /// The route for a target: `owner`, `last`, `none` or a channel.
    pub fn find(config: &Value, target: &str) -> Self {
        match target {
            "none" => Route::NotWanted,
            "last" => Route::Unknown("the last conversation is known to the gateway only".to_owned()),
            "owner" => owner(config),
            channel if configured(config, channel) => Route::Yes(format!("channel '{channel}'")),
            channel => Route::No(format!("channel '{channel}' is not configured")),
        }
    }

    /// The channel of the route, if the target or the owner names one.
    pub fn channel(config: &Value, target: &str) -> Option<String> {
        match target {
            "none" | "last" => None,
            "owner" => owner_channel(config),
            channel => Some(channel.to_owned()),
        }
    }
}

fn configured(config: &Value, channel: &str) -> bool {
    config
        .pointer("/channels")
        .and_then(|channels| channels.get(channel))
        .is_some_and(|settings| settings.is_object() && settings.get("enabled") != Some(&Value::Bool(false)))
}

fn owner(config: &Value) -> Route {
    if has_concrete_entry(config.pointer("/commands/ownerAllowFrom")) {
        return Route::Yes("the owner in commands.ownerAllowFrom".to_owned());
    }
    match owner_channel(config) {
        Some(channel) => Route::Yes(format!("the owner in channels.{channel}.allowFrom")),
        None => Route::No("no owner: neither commands.ownerAllowFrom nor a channel's allowFrom names one".to_owned()),
    }
}

fn owner_channel(config: &Value) -> Option<String> {
    let channels = config.get("channels")?.as_object()?;
    let named = |settings: &Value| {
        let own = [settings.get("allowFrom"), settings.pointer("/dm/allowFrom")];
        let accounts = settings.get("accounts").and_then(Value::as_object).into_iter().flatten();
        own.into_iter().chain(accounts.map(|(_, account)| account.get("allowFrom"))).any(has_concrete_entry)
    };
    let usable =
        |(name, settings): &(&String, &Value)| *name != "defaults" && configured(config, name) && named(settings);
    channels.iter().find(usable).map(|(name, _)| name.clone())
}

/// An entry that names somebody: not empty, not the wildcard.
fn has_concrete_entry(list: Option<&Value>) -> bool {
    let concrete = |entry: &Value| match entry {
        Value::String(text) => !matches!(text.trim(), "" | "*"),
        Value::Number(_) => true,
        _ => false,
    };
    list.and_then(Value::as_array).is_some_and(|list| list.iter().any(concrete))
}

/// Whether all three visibility flags of the channel are off, so that the run is skipped before the model (M8).
/// A channel's own flags come before those of `channels.defaults`; `key` is the release's name of the block.
pub fn is_invisible(config: &Value, channel: Option<&str>, key: &str) -> bool {
    let flags = |channel: &str| config.pointer("/channels")?.get(channel)?.get(key);
    let flag = |name: &str| {
        let own = channel.and_then(flags).and_then(|flags| flags.get(name));
        own.or_else(|| flags("defaults")?.get(name)).and_then(Value::as_bool)
    };
    ["showOk", "showAlerts", "useIndicator"].into_iter().all(|name| flag(name) == Some(false))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_owner_must_be_named() {
        let route = |config: Value| Route::find(&config, "owner");
        assert!(matches!(route(json!({})), Route::No(_)));
        assert!(matches!(route(json!({ "commands": { "ownerAllowFrom": ["*"] } })), Route::No(_)));
        assert!(matches!(route(json!({ "commands": { "ownerAllowFrom": ["telegram:1"] } })), Route::Yes(_)));
        assert!(matches!(route(json!({ "channels": { "telegram": { "allowFrom": [7] } } })), Route::Yes(_)));
        let off = json!({ "channels": { "telegram": { "enabled": false, "allowFrom": [7] } } });
        assert!(matches!(route(off), Route::No(_)));
    }

    #[test]
    fn only_three_flags_off_are_invisible() {
        let config = json!({ "channels": {
            "defaults": { "heartbeatVisibility": { "showOk": false, "showAlerts": false, "useIndicator": false } },
            "slack": { "heartbeatVisibility": { "showAlerts": true } },
        } });
        assert!(is_invisible(&config, Some("telegram"), "heartbeatVisibility"));
        assert!(!is_invisible(&config, Some("slack"), "heartbeatVisibility"));
        assert!(!is_invisible(&config, Some("telegram"), "heartbeat"));
    }
}
