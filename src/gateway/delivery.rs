//! Whether a heartbeat has somewhere to go. Current releases skip every tick of an agent without a way of delivery before the
//! model is called (R19, R19a); legacy releases run all the same. The cases were asked of the real resolver, see
//! `fixtures/openclaw/owner-route.json`.

use std::fmt;

use serde_json::Value;

use crate::document::Named;

/// Where the reply of a heartbeat goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// There is one; who or what.
    Yes(String),
    /// There is none; why. A current release then skips every tick.
    No(String),
    /// It runs, and whoever wrote to the agent last is told, if that was on this channel; which.
    Last(String),
    /// The config cannot say; why.
    Unknown(String),
    /// It runs, and nothing is delivered; why.
    Nowhere(String),
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Delivery::Yes(text)
            | Delivery::No(text)
            | Delivery::Last(text)
            | Delivery::Unknown(text)
            | Delivery::Nowhere(text) => f.write_str(text),
        }
    }
}

/// The keys of a heartbeat that decide its delivery.
#[derive(Clone, Copy, Debug, Default)]
pub struct DeliveryKeys<'a> {
    /// `target`, as the release takes it: `owner`, `last`, `none` or a channel.
    pub target: &'a str,
    /// `to`.
    pub to: Option<&'a str>,
    /// `accountId`.
    pub account: Option<&'a str>,
    /// `directPolicy: "block"`.
    pub blocks_direct: bool,
}

impl Delivery {
    /// Where a heartbeat of these keys goes.
    pub fn find(config: &Value, wanted: DeliveryKeys<'_>) -> Self {
        match wanted.target {
            "none" => Delivery::Nowhere("target is 'none'".to_owned()),
            "last" => Delivery::Unknown(
                "target is 'last', and only the gateway knows whether anybody has written to this agent yet".to_owned(),
            ),
            "owner" => match owner(config, wanted.account) {
                Delivery::Yes(_) if wanted.blocks_direct => {
                    Delivery::Nowhere("directPolicy 'block' holds back messages to the owner".to_owned())
                }
                delivery => delivery,
            },
            // Validation takes these words in any case, the resolver does not.
            other if matches!(other.trim().to_ascii_lowercase().as_str(), "owner" | "last" | "none") => {
                Delivery::Nowhere(format!("target '{other}' is taken as 'none': only the exact lower-case word counts"))
            }
            channel if wanted.to.is_some_and(|to| !to.trim().is_empty()) => {
                Delivery::Yes(format!("channel '{channel}'"))
            }
            // `resolveSessionDeliveryTarget` in the packages of 2026.3.13, 2026.4.15, 2026.7.35, 2026.8.1 and 2026.9.6.
            channel => Delivery::Last(format!("channel '{channel}', if the last message to the agent came by it")),
        }
    }

    /// The channel whose visibility flags count, if the config names one.
    pub fn channel<'a>(config: &'a Value, wanted: DeliveryKeys<'a>) -> Option<&'a str> {
        match wanted.target {
            "none" | "last" => None,
            "owner" => channels(config, wanted.account).find(|channel| channel.reaches_owner(config)).map(|c| c.name),
            channel => Some(channel),
        }
    }
}

fn owner(config: &Value, account: Option<&str>) -> Delivery {
    let mut unsure = None;
    for channel in channels(config, account) {
        if !channel.reaches_owner(config) {
            continue;
        }
        match channel.has_token() {
            true => return Delivery::Yes(format!("the owner on channel '{}'", channel.name)),
            false => unsure = Some(channel.name),
        }
    }
    if let Some(name) = unsure {
        return Delivery::Unknown(format!("channel '{name}' names an owner, and its token is not in this file"));
    }
    let named = entries(config.at("commands.ownerAllowFrom")).any(|entry| concrete(&entry));
    match named && channels(config, account).next().is_none() {
        true => Delivery::Unknown(
            "commands.ownerAllowFrom names an owner, and no channel of this file reaches anybody".to_owned(),
        ),
        false => Delivery::No(
            "no channel of this file reaches an owner: commands.ownerAllowFrom or a channel's allowFrom \
                            must name one"
                .to_owned(),
        ),
    }
}

/// Whether any channel is switched on.
pub(super) fn has_channel(config: &Value) -> bool {
    channels(config, None).next().is_some()
}

/// A channel that is switched on, with the account that heartbeats use.
struct Channel<'a> {
    name: &'a str,
    settings: &'a Value,
    account: Option<&'a Value>,
}

/// The channels of a config. Without `accountId` the default account is used: the one named `default`, else the first.
fn channels<'a>(config: &'a Value, wanted: Option<&'a str>) -> impl Iterator<Item = Channel<'a>> {
    let channels = config.at("channels").and_then(Value::as_object).into_iter().flatten();
    let on = |value: &Value| value.is_object() && value.at("enabled") != Some(&Value::Bool(false));
    channels.filter(move |(name, settings)| *name != "defaults" && on(settings)).filter_map(move |(name, settings)| {
        let accounts = settings.at("accounts").and_then(Value::as_object).filter(|accounts| !accounts.is_empty());
        let account = match (accounts, wanted) {
            (None, None) => None,
            (None, Some(id)) => return (id == "default").then_some(Channel { name, settings, account: None }),
            (Some(accounts), Some(id)) => Some(accounts.get(id)?),
            (Some(accounts), None) => Some(accounts.at("default").or_else(|| accounts.values().next())?),
        };
        account.is_none_or(on).then_some(Channel { name, settings, account })
    })
}

impl Channel<'_> {
    /// Whether somebody to write to directly is named for this channel.
    fn reaches_owner(&self, config: &Value) -> bool {
        let owners = entries(config.at("commands.ownerAllowFrom"));
        let mut own = self.account.into_iter().chain([self.settings]);
        let allowed = own.find_map(|settings| settings.at("allowFrom"));
        let mut first = entries(allowed).filter(|entry| concrete(entry));
        owners.filter(|entry| concrete(entry)).any(|entry| self.is_direct(&entry))
            || first.next().is_some_and(|entry| self.is_direct(&entry))
    }

    /// Whether an entry is somebody this channel can write to: for Telegram a user's number, elsewhere any id.
    fn is_direct(&self, entry: &str) -> bool {
        let entry = entry.trim();
        let id = match entry.split_once(':') {
            Some((prefix, id)) if prefix == self.name || (self.name == "telegram" && prefix == "tg") => id,
            Some(("user" | "dm", id)) => id,
            Some(_) => return false,
            None => entry,
        };
        match self.name {
            "telegram" => !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()),
            _ => !id.is_empty(),
        }
    }

    /// Whether the file says what the channel signs in with; a variable is taken as set on the gateway's machine. Only
    /// Telegram's is known to be needed.
    fn has_token(&self) -> bool {
        let set = |settings: &Value| match settings.at("botToken").or_else(|| settings.at("tokenFile")) {
            Some(Value::String(token)) => !token.trim().is_empty(),
            Some(Value::Object(reference)) => !reference.is_empty(),
            _ => false,
        };
        self.name != "telegram" || self.account.is_some_and(set) || set(self.settings)
    }
}

fn entries(list: Option<&Value>) -> impl Iterator<Item = String> {
    let text = |entry: &Value| match entry {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    list.and_then(Value::as_array).into_iter().flatten().filter_map(text)
}

/// An entry that names somebody: not empty, no wildcard.
fn concrete(entry: &str) -> bool {
    let entry = entry.trim();
    !entry.is_empty() && entry != "*" && !entry.ends_with(":*")
}

/// Whether all three visibility flags of the channel are off, so that the run is skipped before the model (M8).
/// A channel's own flags come before those of `channels.defaults`; `key` is the release's name of the block.
pub fn is_invisible(config: &Value, channel: Option<&str>, key: &str) -> bool {
    let flags = |channel: &str| config.at("channels")?.get(channel)?.get(key);
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
    use crate::gateway::{Gateway, Surroundings};
    use crate::releases::NEWEST;

    /// What the real resolver of 2026.9.6 said. A token may also come from the environment, and a plugin may be missing,
    /// so a file alone may leave the answer open; it is never contradicted.
    #[test]
    fn routes_agree_with_openclaw() {
        let facts: Value = serde_json::from_str(include_str!("../../fixtures/openclaw/owner-route.json")).unwrap();
        let rows = facts["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 45);
        for row in rows {
            let gateway = Gateway::read(&row["config"], NEWEST, &Surroundings::default());
            let agent = &row["agents"][0];
            let delivery = &gateway.agents[0].settings.delivery;
            let tick = agent["tick"].as_str().unwrap();
            // Asked without the variable that the file names; a gateway has it.
            let names_variable = row["id"] == "r26-telegram-token-env-unset";
            let agrees = match delivery {
                Delivery::Yes(_) if names_variable => true,
                Delivery::Yes(_) => tick == "runs, delivered",
                Delivery::No(_) => tick == "skipped (no-route)",
                Delivery::Nowhere(_) => tick.starts_with("runs, nothing delivered"),
                // Asked of a gateway that nobody had written to yet.
                Delivery::Last(_) => tick == "runs, nothing delivered (no-target)",
                Delivery::Unknown(_) => tick == "runs, delivered" || tick == "skipped (no-route)",
            };
            assert!(agrees, "{}: {delivery:?} for {tick}", row["id"]);
        }
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
