//! Which models a release offers by itself: current ones all of the newest catalogue, legacy ones what their own held.

use crate::gateway::model_ref::ModelRef;
use crate::releases::{Behaviour, Version};

/// What legacy releases list of the models that the newest one offers, with the first release seen to list them
/// (`openclaw models list --all`). Earlier releases are taken to list what 2026.4.15 does; a model that a release does not
/// list ends its runs with an error.
const LISTED: [((u16, u16), &str, &[&str]); 11] = [
    ((4, 15), "anthropic", &["claude-haiku-4-5"]),
    ((7, 35), "anthropic", &["claude-fable-5", "claude-opus-5", "claude-sonnet-5", "claude-mythos-5"]),
    ((4, 15), "anthropic-vertex", &["claude-opus-4-6", "claude-sonnet-4-6"]),
    ((4, 15), "github-copilot", &["gpt-5.3-codex"]),
    (
        (4, 15),
        "google",
        &[
            "gemini-2.5-pro",
            "gemini-2.5-flash",
            "gemini-2.5-flash-lite",
            "gemini-3.1-pro-preview",
            "gemini-3-flash-preview",
        ],
    ),
    ((4, 15), "openai", &["gpt-5.4", "gpt-5.4-pro", "gpt-5.4-mini", "gpt-5.4-nano"]),
    ((4, 15), "xai", &["grok-4.20-0309-reasoning", "grok-4.20-0309-non-reasoning"]),
    ((4, 15), "mistral", &["codestral-latest", "mistral-large-latest", "mistral-small-latest"]),
    ((4, 15), "minimax", &["MiniMax-M2.7", "MiniMax-M2.7-highspeed"]),
    ((7, 35), "moonshot", &["kimi-k2.7-code"]),
    (
        (7, 35),
        "together",
        &["moonshotai/Kimi-K2.6", "meta-llama/Llama-3.3-70B-Instruct-Turbo", "deepseek-ai/DeepSeek-V4-Pro"],
    ),
];

/// Whether a release lists a model of the newest one's catalogue.
pub(super) fn is_listed(version: Version, model: &ModelRef) -> bool {
    let later = |(month, patch)| (month, patch) > (4, 15) && version < Version::new(2026, month, patch);
    Behaviour::of(version).offers_newest_models
        || LISTED.iter().any(|(since, provider, ids)| {
            !later(*since) && *provider == model.provider && ids.contains(&model.id.as_str())
        })
}
