//! Which values of a config must never be printed. A key's name decides first, then the value's own look. In doubt
//! a value counts as secret: that only costs a diff some context.

use std::borrow::Cow;

use serde_json::Value;

use super::credentials::looks_like_secret;
use super::keys::is_secret_key;

/// Objects whose every value is private: environment variables and HTTP headers.
const PRIVATE_MAPS: [&str; 3] = ["env", "environment", "headers"];

/// The key paths of all secret values, array indexes as decimal strings. A path to an object or array stands for all
/// of it, as for a `SecretRef` (`{ source, provider, id }`).
pub fn secret_paths(value: &Value) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    walk(value, &mut Vec::new(), Reason::Look, &mut found);
    found
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
