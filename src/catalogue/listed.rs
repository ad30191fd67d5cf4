//! Which models a release offers by itself: current ones all of the newest catalogue, legacy ones what their own held.

use crate::gateway::model_ref::ModelRef;
use crate::releases::Version;

/// The releases whose lists were read.
const EARLY: Version = Version::new(2026, 4, 15);
const LATE: Version = Version::new(2026, 7, 35);

/// What legacy releases list of the models that the newest one offers, with the first release seen to list them
/// (`openclaw models list --all`). Earlier releases are taken to list what 2026.4.15 does; a model that a release does not
/// list ends its runs with an error.
const LISTED: [(Version, &str, &[&str]); 11] = [
    (EARLY, "anthropic", &["claude-haiku-4-5"]),
    (LATE, "anthropic", &["claude-fable-5", "claude-opus-5", "claude-sonnet-5", "claude-mythos-5"]),
    (EARLY, "anthropic-vertex", &["claude-opus-4-6", "claude-sonnet-4-6"]),
    (EARLY, "github-copilot", &["gpt-5.3-codex"]),
    (
        EARLY,
        "google",
        &[
            "gemini-2.5-pro",
            "gemini-2.5-flash",
            "gemini-2.5-flash-lite",
            "gemini-3.1-pro-preview",
            "gemini-3-flash-preview",
        ],
    ),
    (EARLY, "openai", &["gpt-5.4", "gpt-5.4-pro", "gpt-5.4-mini", "gpt-5.4-nano"]),
    (EARLY, "xai", &["grok-4.20-0309-reasoning", "grok-4.20-0309-non-reasoning"]),
    (EARLY, "mistral", &["codestral-latest", "mistral-large-latest", "mistral-small-latest"]),
    (EARLY, "minimax", &["MiniMax-M2.7", "MiniMax-M2.7-highspeed"]),
    (LATE, "moonshot", &["kimi-k2.7-code"]),
    (
        LATE,
        "together",
        &["moonshotai/Kimi-K2.6", "meta-llama/Llama-3.3-70B-Instruct-Turbo", "deepseek-ai/DeepSeek-V4-Pro"],
    ),
];

/// Whether a release that does not offer the newest models lists one of the newest catalogue.
pub(super) fn is_listed(version: Version, model: &ModelRef) -> bool {
    let later = |since: Version| since > EARLY && version < since;
    LISTED
        .iter()
        .any(|(since, provider, ids)| !later(*since) && *provider == model.provider && ids.contains(&model.id.as_str()))
}
