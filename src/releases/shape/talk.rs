//! What 2026.4.15 keeps of `talk` before it looks (read from it, and asked of it): of what it does not know nothing is left,
//! unless nothing else is there.

use serde_json::{Map, Value};

/// Keys of the one provider that there once was, which become a provider's.
const OF_ONE: [&str; 5] = ["voiceId", "voiceAliases", "modelId", "outputFormat", "apiKey"];

/// The config with what is kept of `talk`; none if all of it is looked at.
pub(super) fn kept(config: &Value) -> Option<Value> {
    let talk = config.get("talk")?.as_object()?;
    let mut kept: Map<String, Value> = Map::new();
    kept.extend(
        talk.iter().filter(|(key, value)| is_known(key, value)).map(|(key, value)| (key.clone(), value.clone())),
    );
    let providers = talk.get("providers").and_then(Value::as_object).into_iter().flatten();
    let providers: Map<String, Value> = providers
        .filter(|(name, _)| !name.trim().is_empty())
        .filter_map(|(name, provider)| Some((name.trim().to_owned(), provider_kept(provider)?)))
        .collect();
    if !providers.is_empty() {
        kept.insert("providers".to_owned(), Value::Object(providers));
    }
    let had_one = OF_ONE.iter().any(|key| talk.contains_key(*key));
    if kept.is_empty() && !had_one {
        return None;
    }
    let mut config = config.clone();
    config["talk"] = Value::Object(kept);
    Some(config)
}

fn is_known(key: &str, value: &Value) -> bool {
    match key {
        "interruptOnSpeech" => value.is_boolean(),
        "silenceTimeoutMs" => value.as_u64().is_some_and(|ms| ms > 0),
        "provider" => value.as_str().is_some_and(|name| !name.trim().is_empty()),
        _ => false,
    }
}

/// A provider without a key that is neither a text nor a reference; none if nothing is left.
fn provider_kept(provider: &Value) -> Option<Value> {
    let is_key = |value: &Value| match value {
        Value::String(text) => !text.trim().is_empty(),
        Value::Object(fields) => ["source", "id"].iter().all(|key| fields.get(*key).is_some_and(Value::is_string)),
        _ => false,
    };
    let fields = provider.as_object()?.iter().filter(|(key, value)| *key != "apiKey" || is_key(value));
    let fields: Map<String, Value> = fields.map(|(key, value)| (key.clone(), value.clone())).collect();
    (!fields.is_empty()).then_some(Value::Object(fields))
}
