//! Names of models that the start of a current gateway replaces by newer ones while it repairs a file. By which depends
//! on the provider, so here they are only known.

use serde_json::Value;

use crate::document::{KeyPath, Segment};

/// Providers of whose models some names are replaced, with these.
const REPLACED: [(&[&str], &[&str]); 3] = [
    (
        &["groq"],
        &[
            "deepseek-r1-distill-llama-70b",
            "llama3-70b-8192",
            "gemma2-9b-it",
            "llama3-8b-8192",
            "meta-llama/llama-4-maverick-17b-128e-instruct",
            "moonshotai/kimi-k2-instruct",
            "moonshotai/kimi-k2-instruct-0905",
            "mistral-saba-24b",
            "qwen-qwq-32b",
        ],
    ),
    (
        &["xai"],
        &[
            "grok-code-fast",
            "grok-code-fast-1",
            "grok-code-fast-1-0825",
            "grok-4-fast-reasoning",
            "grok-4-1-fast-reasoning",
            "grok-4-0709",
            "grok-imagine-image-pro",
        ],
    ),
    (
        &["openai", "openai-codex", "github-copilot"],
        &[
            "gpt-5.2-codex",
            "gpt-5.1-codex",
            "gpt-5-codex",
            "gpt-5-pro",
            "gpt-5.2-pro",
            "gpt-4.1-nano",
            "gpt-5-nano",
            "gpt-4.1-mini",
            "gpt-4o-mini",
            "gpt-5.1-codex-mini",
            "gpt-5-mini",
            "gpt-4",
            "gpt-4-turbo",
            "gpt-4.1",
            "gpt-4o",
            "gpt-4o-2024-05-13",
            "gpt-4o-2024-08-06",
            "gpt-4o-2024-11-20",
            "gpt-5",
            "gpt-5-chat-latest",
            "gpt-5.1",
            "gpt-5.1-chat-latest",
            "gpt-5.1-codex-max",
            "gpt-5.2",
            "gpt-5.2-chat-latest",
            "gpt-5.6",
        ],
    ),
];

/// Claude models, from their beginning on, whoever offers them.
const CLAUDE: [&str; 14] = [
    "claude-opus-4-5",
    "claude-opus-4.5",
    "claude-opus-4-1",
    "claude-opus-4.1",
    "claude-opus-4-0",
    "claude-opus-4.0",
    "claude-opus-4-20",
    "claude-sonnet-4-5",
    "claude-sonnet-4.5",
    "claude-sonnet-4-1",
    "claude-sonnet-4-0",
    "claude-sonnet-4.0",
    "claude-sonnet-4-20",
    "claude-3",
];

/// The places at which such a name stands.
pub(super) fn replaced(config: &Value) -> Vec<KeyPath> {
    let mut found = Vec::new();
    let mut open = vec![(KeyPath::root(), config)];
    while let Some((path, value)) = open.pop() {
        match value {
            Value::Object(fields) => {
                let provider = match path.last() {
                    Some(Segment::Key(key)) => key.as_str(),
                    _ => "",
                };
                for (key, inner) in fields {
                    let listed = key == "models" && inner.is_array();
                    let ids = inner.as_array().into_iter().flatten().filter_map(|model| model.get("id")?.as_str());
                    if listed && ids.map(|id| format!("{provider}/{id}")).any(|name| is_replaced(&name)) {
                        found.push(path.key(key));
                    }
                    if is_replaced(key) {
                        found.push(path.key(key));
                    }
                    open.push((path.key(key), inner));
                }
            }
            Value::Array(items) => open.extend(items.iter().enumerate().map(|(at, item)| (path.index(at), item))),
            Value::String(text) if is_replaced(text) => found.push(path),
            _ => {}
        }
    }
    found
}

fn is_replaced(name: &str) -> bool {
    let Some((provider, model)) = name.trim().split_once('/') else { return false };
    let (provider, model) = (provider.trim().to_lowercase(), model.trim().to_lowercase());
    let listed =
        |(owners, models): &(&[&str], &[&str])| owners.contains(&provider.as_str()) && models.contains(&model.as_str());
    let last = model.rsplit('/').next().unwrap_or_default();
    REPLACED.iter().any(listed)
        || CLAUDE.iter().any(|old| last.starts_with(old))
        || ["claude-opus-4", "claude-sonnet-4"].contains(&last)
        || last.starts_with("anthropic.claude-")
        || ["google", "google-gemini-cli", "google-vertex", "together"].contains(&provider.as_str())
}
