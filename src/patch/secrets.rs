//! Which values of a config must never be printed. A key's name decides first, then the value's own look. In doubt
//! a value counts as secret: that only costs a diff some context.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Value;

use super::credentials::looks_like_secret;
use crate::document::{Document, KeyPath};

/// Parts that make any key secret, wherever they stand in it, letters and digits only.
const SECRET_PARTS: [&str; 8] =
    ["password", "passwd", "passphrase", "passcode", "secret", "credential", "apikey", "privatekey"];
/// Whole last words that make a key secret.
const SECRET_WORDS: [&str; 7] = ["pass", "pwd", "authorization", "cookie", "cookies", "jwt", "bearer"];
/// Words that make `…token…` a quantity: `maxToken`, `tokenBudget`.
const QUANTITIES: [&str; 12] =
    ["max", "min", "budget", "limit", "count", "ratio", "threshold", "usage", "cost", "price", "window", "cap"];
/// Words before `tokens` that make it a list of credentials; alone among plurals, as most `…Tokens` are counts.
const TOKEN_USES: [&str; 12] =
    ["auth", "access", "api", "app", "bearer", "bot", "device", "gateway", "hook", "refresh", "user", "webhook"];
/// Words before `key` that make it a name for something rather than a credential.
#[rustfmt::skip]
const NAMING: [&str; 20] = [
    "agent", "cache", "channel", "config", "dedupe", "foreign", "group", "hot", "idempotency", "index", "lane",
    "partition", "primary", "public", "routing", "schema", "session", "sort", "state", "thread",
];
/// Objects whose every value is private: environment variables and HTTP headers.
const PRIVATE_MAPS: [&str; 3] = ["env", "environment", "headers"];

/// Whether values under this key are secret, by its name: `botToken` and `OPENAI_API_KEY` are, `maxTokens` and
/// `sessionKey` are not.
pub fn is_secret_key(key: &str) -> bool {
    if !may_be_secret(key) {
        return false;
    }
    let words = words(key);
    let Some((last, before)) = words.split_last() else { return false };
    let flat = words.concat();
    let any = |list: &[&str], words: &[String]| words.iter().any(|word| list.contains(&word.as_str()));
    if SECRET_PARTS.iter().any(|part| flat.contains(part)) || SECRET_WORDS.contains(&last.as_str()) {
        return true;
    }
    if words.iter().any(|word| word.ends_with("token")) && !any(&QUANTITIES, &words) {
        return true;
    }
    match last.as_str() {
        "tokens" => before.is_empty() || (any(&TOKEN_USES, before) && !any(&QUANTITIES, before)),
        "key" | "keys" => !any(&NAMING, before),
        _ => false,
    }
}

/// What every secret key holds one of, its separators left out.
const STEMS: [&str; 10] =
    ["pass", "pwd", "secret", "credential", "key", "token", "authorization", "cookie", "jwt", "bearer"];

/// Whether a key has the letters of one of the [`STEMS`]: most have not, and need no closer look.
fn may_be_secret(key: &str) -> bool {
    const fn letters(text: &str) -> u32 {
        let (bytes, mut at, mut found) = (text.as_bytes(), 0, 0);
        while at < bytes.len() {
            if bytes[at].is_ascii_alphabetic() {
                found |= 1 << (bytes[at].to_ascii_lowercase() - b'a');
            }
            at += 1;
        }
        found
    }
    let there = letters(key);
    // Other alphabets have letters whose lower case is one of these.
    !key.is_ascii() || STEMS.iter().any(|stem| letters(stem) & !there == 0)
}

/// The key paths of all secret values, array indexes as decimal strings. A path to an object or array stands for all
/// of it, as for a `SecretRef` (`{ source, provider, id }`).
pub fn secret_paths(value: &Value) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    walk(value, &mut Vec::new(), Reason::Look, &mut found);
    found
}

/// The bytes of a document in which its secrets are written.
pub fn secret_ranges(document: &Document) -> Vec<Range<usize>> {
    let config = document.span_or_nearest(&KeyPath::root());
    // Around a config that is part of a file, others may stand; a text that holds all of it is no secret.
    let holds_config = |range: &Range<usize>| range.start <= config.start && config.end <= range.end;
    let mut found = own_secret_ranges(document);
    for outer in document.layers().skip(1) {
        found.extend(own_secret_ranges(outer).into_iter().filter(|range| !holds_config(range)));
    }
    found
}

fn own_secret_ranges(document: &Document) -> Vec<Range<usize>> {
    let range = |parts: Vec<String>| {
        let mut path = KeyPath::root();
        for part in parts {
            path = match document.get(&path) {
                Some(Value::Array(_)) => path.index(part.parse().ok()?),
                _ => path.key(part),
            };
        }
        Some(document.value_span(&path).unwrap_or_else(|| document.span_or_nearest(&path)))
    };
    secret_paths(document.value()).into_iter().filter_map(range).collect()
}

/// Why the values at hand would be secret.
#[derive(Clone, Copy, PartialEq)]
enum Reason {
    Look,
    Map,
    Key,
}

fn walk<'v>(value: &'v Value, path: &mut Vec<Cow<'v, str>>, reason: Reason, found: &mut Vec<Vec<String>>) {
    if is_secret(value, reason) {
        found.push(path.iter().map(|part| part.clone().into_owned()).collect());
        return;
    }
    let mut step = |key: Cow<'v, str>, value: &'v Value, reason| {
        path.push(key);
        walk(value, path, reason, found);
        path.pop();
    };
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let reason = match reason {
                    _ if is_secret_key(key) => Reason::Key,
                    _ if PRIVATE_MAPS.iter().any(|map| key.eq_ignore_ascii_case(map)) => Reason::Map,
                    // What is inside a private map stays private: `env.vars.NAME`.
                    outer => outer,
                };
                step(Cow::Borrowed(key), member, reason);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                step(Cow::Owned(index.to_string()), item, reason);
            }
        }
        _ => {}
    }
}

fn is_secret(value: &Value, reason: Reason) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        // A password may well be all digits, and YAML then reads a number.
        Value::Number(_) => reason != Reason::Look,
        Value::String(text) => !text.is_empty() && (reason != Reason::Look || looks_like_secret(text)),
        Value::Object(_) if is_secret_ref(value) => true,
        Value::Object(members) => reason == Reason::Key && members.values().any(|member| is_secret(member, reason)),
        Value::Array(items) => reason == Reason::Key && items.iter().any(|item| is_secret(item, reason)),
    }
}

fn is_secret_ref(value: &Value) -> bool {
    let source = value.get("source").and_then(Value::as_str);
    matches!(source, Some("env" | "file" | "exec")) && value.get("id").is_some_and(Value::is_string)
}

/// The words of a key in lower case: `botToken`, `bot_token` and `BOT-TOKEN` are `bot`, `token`.
fn words(key: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = key.chars().collect();
    for (index, &c) in chars.iter().enumerate() {
        let after_lower = index > 0 && (chars[index - 1].is_lowercase() || chars[index - 1].is_ascii_digit());
        let ends_acronym = index > 0
            && chars[index - 1].is_uppercase()
            && chars.get(index + 1).is_some_and(|next| next.is_lowercase());
        if !c.is_alphanumeric() || (c.is_uppercase() && (after_lower || ends_acronym)) {
            words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_judged_by_their_words() {
        for key in "token botToken bot_token BOT_TOKEN bottoken appToken accessTokens tokens authToken key apiKey \
            api_key apikey APIKey apiKeys authKey encryptionKey privateKey private_key_pem OPENAI_API_KEY \
            secret appSecret webhookSecret clientSecretValue password dbPasswd passphrase pass credential \
            credentials authorization Authorization cookie"
            .split_whitespace()
        {
            assert!(is_secret_key(key), "{key}");
        }
        for key in "maxTokens contextTokens keepRecentTokens reserveTokensFloor max_tokens tokenBudget maxTokenCount \
            tokenizer totalTokens sessionKey lane laneKey publicKey cacheKey promptCacheKey keyword \
            keys_to_keep_open monkey hotkey every model auth author session passthrough compass - accountId \
            perAgentKeys"
            .split_whitespace()
        {
            assert!(!is_secret_key(key), "{key}");
        }
    }

    #[test]
    fn paths_name_each_secret_once() {
        let config = json!({
            "gateway": { "auth": { "mode": "token", "token": "abc" }, "port": 18789 },
            "env": { "OPENROUTER": "x", "vars": { "A": "b", "EMPTY": "" }, "shellEnv": { "enabled": true } },
            "channels": { "telegram": { "botToken": { "source": "env", "provider": "default", "id": "T" } } },
            "models": { "providers": { "x": { "apiKey": "${KEY}", "headers": { "X-Trace": "1" }, "models": [
                { "id": "d2cd8d34-db82-4481-a1b0-248dae113ca8", "maxTokens": 8192 } ] } } },
            "list": ["plain", "sk-ant-REDACTED"],
            "smtp": { "password": 123456, "token": null, "secret": true, "credentials": { "user": "u" } },
            "agents": { "defaults": { "heartbeat": { "every": "30m", "session": "main" }, "contextTokens": 1 } },
        });
        let paths: Vec<String> = secret_paths(&config).iter().map(|path| path.join(".")).collect();
        assert_eq!(
            paths,
            [
                "gateway.auth.token",
                "env.OPENROUTER",
                "env.vars.A",
                "channels.telegram.botToken",
                "models.providers.x.apiKey",
                "models.providers.x.headers.X-Trace",
                "list.1",
                "smtp.password",
                "smtp.credentials",
            ]
        );
    }
}
