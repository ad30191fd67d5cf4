//! What a config may take from the environment. A config can name any variable of the machine it is read on, and what is
//! read is printed sooner or later. So a value comes in only where all it can be is a word that everybody knows, such as
//! an interval, a model of the catalogue or a name that stands in the file itself. Any other text stays as it is written,
//! `${NAME}` and all, or is read as something that means the same and says nothing.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};

use crate::catalogue::Catalogue;
use crate::gateway::{active_hours, variables};
use crate::money::Unit;
use crate::releases::duration;
use crate::secrets::tree::secret_paths;

/// How each text of a config is read whose variables are set to something that may be private.
pub(crate) fn stand_ins(
    tree: &Value,
    environment: &BTreeMap<String, String>,
    catalogue: &Catalogue,
) -> BTreeMap<String, String> {
    let mut places = Vec::new();
    texts(tree, "", &mut places);
    if places.is_empty() {
        return BTreeMap::new();
    }
    let values = |own: Option<&Value>, environment| {
        let texts: Vec<&str> = places.iter().map(|(_, text)| *text).collect();
        variables::substitute(Arc::new(json!({ "env": own, "texts": texts })), environment, &BTreeMap::new()).0
    };
    let read = values(tree.get("env"), environment);
    let unset = values(None, &BTreeMap::new());
    // Most configs name variables that nothing here sets, and need none of them.
    let known = OnceCell::new();
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for (at, (key, text)) in places.iter().enumerate() {
        let value = |values: &Value| values["texts"][at].as_str().unwrap_or_default().to_owned();
        let value_here = value(&read);
        if value_here == value(&unset) {
            continue;
        }
        let words = known.get_or_init(|| Words::of(tree, catalogue));
        if words.are_public(&value_here) {
            continue;
        }
        let stand_in = words.stand_in(key, &value_here).unwrap_or_else(|| (*text).to_owned());
        found
            .entry((*text).to_owned())
            .and_modify(|other| {
                if *other != stand_in {
                    (*text).clone_into(other);
                }
            })
            .or_insert(stand_in);
    }
    found
}

/// The texts that name variables, each with the key under which it or its list stands.
fn texts<'v>(value: &'v Value, key: &'v str, found: &mut Vec<(&'v str, &'v str)>) {
    match value {
        Value::String(text) if text.contains("${") => found.push((key, text)),
        Value::Array(items) => items.iter().for_each(|item| texts(item, key, found)),
        Value::Object(fields) => fields.iter().for_each(|(key, field)| texts(field, key, found)),
        _ => {}
    }
}

/// Words that decide what a heartbeat costs, beside those of the catalogue.
#[rustfmt::skip]
const KNOWN: &[&str] = &[
    "", "*", "true", "false", "on", "off", "always", "never", "default", "main", "global", "per-sender", "isolated",
    "none", "last", "owner", "user", "local", "allow", "block", "daily", "idle", "weekly", "merge", "replace",
    "short", "long", "standard", "extended", "minimal", "low", "medium", "high", "xhigh", "adaptive", "max",
    "coding", "messaging", "full", "api-key", "oauth", "api_key", "anthropic-messages", "openai-completions",
    "openai-responses", "openai-codex-responses", "google-generative-ai", "bedrock-converse-stream", "ollama",
    "discord", "feishu", "googlechat", "imessage", "irc", "line", "matrix", "mattermost", "msteams", "nextcloud-talk",
    "nostr", "signal", "slack", "synology-chat", "telegram", "tg", "dm", "tlon", "twitch", "whatsapp", "zalo",
    "per-peer", "per-channel-peer", "per-account-channel-peer", "opus", "sonnet", "gpt", "gpt-mini", "gpt-nano",
    "gemini", "gemini-flash", "gemini-flash-lite",
];

/// The words that are no secret: of the file and of prices of the user's own, beside those that are always known.
struct Words(BTreeSet<String>);

/// The words that are always known, and those of the embedded catalogue.
static ALWAYS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let mut words: BTreeSet<String> = KNOWN.iter().map(|word| (*word).to_owned()).collect();
    add_listed(&Catalogue::builtin(), &mut words);
    words
});

fn add_listed(catalogue: &Catalogue, words: &mut BTreeSet<String>) {
    let listed = [Unit::Usd, Unit::Credits].into_iter();
    for model in listed.flat_map(|unit| [catalogue.list(unit, None), catalogue.list(unit, Some(""))]).flatten() {
        let id = form(&model.id);
        words.extend(id.match_indices('/').map(|(at, _)| id[at + 1..].to_owned()));
        words.extend(id.split_once('/').map(|(provider, _)| provider.to_owned()));
        words.extend([id, form(&model.name)]);
    }
}

impl Words {
    /// Those of the user's own prices, and those of the file where nothing private stands.
    fn of(tree: &Value, catalogue: &Catalogue) -> Self {
        let mut words = BTreeSet::new();
        if catalogue.has_own_prices() {
            add_listed(catalogue, &mut words);
        }
        let secrets: BTreeSet<Vec<String>> = secret_paths(tree).into_iter().collect();
        let fields = tree.as_object().into_iter().flatten().filter(|(key, _)| *key != "env");
        fields.for_each(|(key, field)| own(field, key, &mut vec![key.clone()], &secrets, &mut words));
        Words(words)
    }

    fn has(&self, text: &str) -> bool {
        let text = form(text);
        self.0.contains(&text) || ALWAYS.contains(&text)
    }

    fn are_public(&self, text: &str) -> bool {
        let text = text.trim();
        // A longer number may be anything.
        let is_short = |text: &str| text.split(|c: char| !c.is_ascii_digit()).all(|digits| digits.len() <= 4);
        let is_interval = || text.len() <= 12 && is_short(text) && duration::parse(text, true).is_some();
        let is_model = || text.split_once('/').is_some_and(|(provider, id)| self.has(provider) && self.has(id));
        self.has(text)
            || is_interval()
            || active_hours::minute(text, true).is_ok()
            || active_hours::known_zone(text).is_some()
            || is_model()
    }

    /// What means the same as a private value at a place and says nothing: somebody to write to, a server of one's own
    /// or of a known vendor.
    fn stand_in(&self, key: &str, value: &str) -> Option<String> {
        let id = |text: &str| if text.bytes().all(|b| b.is_ascii_digit()) { "0" } else { "x" };
        match key {
            "allowFrom" | "ownerAllowFrom" => Some(match value.trim().split_once(':') {
                Some((_, "*")) => ":*".to_owned(),
                Some((prefix, rest)) if self.has(prefix) => format!("{prefix}:{}", id(rest)),
                Some(_) => "x:x".to_owned(),
                None => id(value.trim()).to_owned(),
            }),
            "baseUrl" | "baseURL" => Catalogue::known_url(value),
            _ => None,
        }
    }
}

/// The texts and keys of a part of a config that hold nothing private.
fn own(
    value: &Value,
    key: &str,
    path: &mut Vec<String>,
    secrets: &BTreeSet<Vec<String>>,
    words: &mut BTreeSet<String>,
) {
    words.insert(form(key));
    if secrets.contains(path) {
        return;
    }
    let mut inside = |key: String, value: &Value| {
        path.push(key.clone());
        own(value, &key, path, secrets, words);
        path.pop();
    };
    match value {
        Value::String(text) if !text.contains("${") => {
            words.insert(form(text));
        }
        Value::Array(items) => items.iter().enumerate().for_each(|(at, item)| inside(at.to_string(), item)),
        Value::Object(fields) => fields.iter().for_each(|(key, field)| inside(key.clone(), field)),
        _ => {}
    }
}

/// One form for the spellings of a word: versions are written with dots and dashes, builds are dated.
fn form(text: &str) -> String {
    let text = text.trim().to_lowercase().replace('.', "-");
    let is_date = |date: &str| date.len() == 8 && date.starts_with("20") && date.bytes().all(|b| b.is_ascii_digit());
    match text.rsplit_once('-') {
        Some((before, "latest")) => before.to_owned(),
        Some((before, date)) if is_date(date) => before.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(tree: Value, set: &[(&str, &str)]) -> BTreeMap<String, String> {
        let environment = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        stand_ins(&tree, &environment, &Catalogue::builtin())
    }

    #[test]
    fn only_what_everybody_knows_comes_in() {
        let known = [
            "2h",
            "1h30m",
            "30",
            "09:00",
            "24:00",
            "Europe/Berlin",
            "none",
            "telegram",
            "anthropic/claude-haiku-4-5",
            "anthropic/claude-sonnet-4-5-20250929",
            "Anthropic/claude-haiku-4.5",
            "claude-opus-4-6",
            "long",
            "",
            "mine/my-model",
            "my-model",
            "ops",
        ];
        let private = [
            "x",
            "hunter2",
            "openai/hunter2",
            "openai/gpt-5.4-hunter2",
            "ollama/hunter2",
            "123456",
            "123456m",
            "hunter2/gpt-5.4",
            "anthropic/claude-haiku-4-5@hunter2",
            "anthropic/claude-haiku-4-5 hunter2",
            "s3same",
            "vaulted",
        ];
        let tree = json!({
            "env": { "vars": { "S": "vaulted" } },
            "gateway": { "auth": { "token": "s3same" } },
            "models": { "providers": { "mine": { "models": [{ "id": "my-model" }] } } },
            "agents": { "list": [{ "id": "ops" }], "defaults": { "model": "${V}" } },
        });
        for value in known {
            assert_eq!(read(tree.clone(), &[("V", value)]), BTreeMap::new(), "{value}");
        }
        for value in private {
            assert_eq!(read(tree.clone(), &[("V", value)])["${V}"], "${V}", "{value}");
        }
        assert_eq!(read(tree, &[]), BTreeMap::new(), "what is not set is no secret");
    }

    #[test]
    fn a_text_comes_in_whole_or_not_at_all() {
        let tree = json!({ "env": { "vars": { "KEY": "hunter2" } },
            "a": ["openai/${M}", "${N}h", "${KEY}", "$${KEY}", "${M}${UNSET}", "plain"] });
        let found = read(tree, &[("M", "gpt-5.4"), ("N", "2")]);
        let kept: Vec<&str> = found.keys().map(String::as_str).collect();
        assert_eq!(kept, ["${KEY}", "${M}${UNSET}"]);
    }

    #[test]
    fn what_means_the_same_stands_in() {
        let tree = |key: &str| json!({ "a": { (key): ["${V}"] } });
        for (key, value, stand_in) in [
            ("ownerAllowFrom", "telegram:123456789", "telegram:0"),
            ("ownerAllowFrom", "123456789", "0"),
            ("allowFrom", "@somebody", "x"),
            ("allowFrom", "elsewhere:1", "x:x"),
            ("baseUrl", "http://user:pw@10.1.2.3:11434/v1", "http://localhost:11434"),
            ("baseUrl", "https://hunter2.lan:4711/v1", "https://localhost"),
            ("baseUrl", "http://litellm.hunter2.lan:4000", "http://litellm:4000"),
            ("baseUrl", "https://hunter2.openai.com/v1?key=x", "https://openai.com"),
            ("baseUrl", "https://models.example.com/v1", "${V}"),
            ("model", "123456789", "${V}"),
        ] {
            assert_eq!(read(tree(key), &[("V", value)])["${V}"], stand_in, "{key}: {value}");
        }
    }
}
