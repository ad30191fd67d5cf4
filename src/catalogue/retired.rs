//! Models that their vendor has shut down: requests to them fail, so none is ever offered in place of another.

/// The providers that share Google's table.
const GOOGLE: [&str; 3] = ["google", "google-vertex", "google-gemini-cli"];

/// How the ids of Anthropic's retired models begin: all that its page "Model deprecations" and its release notes call
/// retired by November 2026. Partners such as Bedrock keep their own dates.
const ANTHROPIC: [&str; 9] = [
    "claude-1",
    "claude-2",
    "claude-instant-",
    "claude-3-",
    "claude-opus-4-0",
    "claude-opus-4-1",
    "claude-opus-4-2025",
    "claude-sonnet-4-0",
    "claude-sonnet-4-2025",
];

/// Whether a vendor no longer offers a model of its own.
pub fn is_retired(provider: &str, id: &str) -> bool {
    let id = id.to_lowercase();
    let starts = |start: &&str| id == start.trim_end_matches('-') || id.starts_with(*start);
    google_successor(provider, &id).is_some() || (provider == "anthropic" && ANTHROPIC.iter().any(starts))
}

/// What Google's plugin names in place of a model that is gone, by its id in lower case.
pub fn google_successor(provider: &str, id: &str) -> Option<&'static str> {
    let found = SHUT_DOWN.iter().filter(|_| GOOGLE.contains(&provider)).find(|(shut_down, _)| *shut_down == id);
    found.map(|(_, successor)| *successor)
}

/// Google's models that are gone, and what its plugin names in their place (OpenClaw 2026.9.6).
#[rustfmt::skip]
const SHUT_DOWN: &[(&str, &str)] = &[
    ("gemini-1.5-flash", "gemini-2.5-flash"),
    ("gemini-1.5-flash-8b", "gemini-2.5-flash-lite"),
    ("gemini-1.5-pro", "gemini-3.1-pro-preview"),
    ("gemini-2.0-flash", "gemini-2.5-flash"),
    ("gemini-2.0-flash-001", "gemini-2.5-flash"),
    ("gemini-2.0-flash-exp", "gemini-2.5-flash"),
    ("gemini-2.0-flash-exp-image-generation", "gemini-2.5-flash-image"),
    ("gemini-2.0-flash-lite", "gemini-2.5-flash-lite"),
    ("gemini-2.0-flash-lite-001", "gemini-2.5-flash-lite"),
    ("gemini-2.0-flash-lite-preview", "gemini-2.5-flash-lite"),
    ("gemini-2.0-flash-lite-preview-02-05", "gemini-2.5-flash-lite"),
    ("gemini-2.0-flash-live-001", "gemini-3.1-flash-live-preview"),
    ("gemini-2.0-flash-preview-image-generation", "gemini-2.5-flash-image"),
    ("gemini-2.0-flash-thinking-exp", "gemini-2.5-flash"),
    ("gemini-2.0-flash-thinking-exp-01-21", "gemini-2.5-flash"),
    ("gemini-2.0-flash-thinking-exp-1219", "gemini-2.5-flash"),
    ("gemini-2.0-pro-exp", "gemini-3.1-pro-preview"),
    ("gemini-2.0-pro-exp-02-05", "gemini-3.1-pro-preview"),
    ("gemini-2.5-flash-exp-native-audio-thinking-dialog", "gemini-3.1-flash-live-preview"),
    ("gemini-2.5-flash-image-preview", "gemini-2.5-flash-image"),
    ("gemini-2.5-flash-lite-preview-06-17", "gemini-2.5-flash-lite"),
    ("gemini-2.5-flash-lite-preview-09-2025", "gemini-3.1-flash-lite"),
    ("gemini-2.5-flash-lite-preview-09-25", "gemini-3.1-flash-lite"),
    ("gemini-2.5-flash-preview-04-17", "gemini-2.5-flash"),
    ("gemini-2.5-flash-preview-05-20", "gemini-2.5-flash"),
    ("gemini-2.5-flash-preview-09-2025", "gemini-3-flash-preview"),
    ("gemini-2.5-flash-preview-09-25", "gemini-3-flash-preview"),
    ("gemini-2.5-flash-preview-native-audio-dialog", "gemini-3.1-flash-live-preview"),
    ("gemini-2.5-pro-exp-03-25", "gemini-3.1-pro-preview"),
    ("gemini-2.5-pro-preview-03-25", "gemini-3.1-pro-preview"),
    ("gemini-2.5-pro-preview-05-06", "gemini-3.1-pro-preview"),
    ("gemini-2.5-pro-preview-06-05", "gemini-3.1-pro-preview"),
    ("gemini-3-pro-preview", "gemini-3.1-pro-preview"),
    ("gemini-3.1-pro-preview-customtools", "gemini-3.1-pro-preview"),
    ("gemini-live-2.5-flash", "gemini-3.1-flash-live-preview"),
    ("gemini-live-2.5-flash-preview", "gemini-3.1-flash-live-preview"),
    ("gemini-live-2.5-flash-preview-native-audio", "gemini-3.1-flash-live-preview"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_retired_is_told_by_its_vendors_own_id() {
        for id in ["claude-3-5-haiku-20241022", "claude-3-haiku-20240307", "claude-opus-4-20250514", "claude-2.1"] {
            assert!(is_retired("anthropic", id) && !is_retired("amazon-bedrock", id), "{id}");
        }
        assert!(is_retired("google", "Gemini-1.5-Flash") && !is_retired("openrouter", "gemini-1.5-flash"));
        for id in ["claude-haiku-4-5", "claude-sonnet-4-5-20250929", "claude-opus-4-6", "claude-sonnet-4-6"] {
            assert!(!is_retired("anthropic", id), "{id}");
        }
        assert!(!is_retired("google", "gemini-2.5-flash"));
    }

    /// Nothing that the newest release offers is on the list.
    #[test]
    fn what_openclaw_offers_is_not_retired() {
        for row in super::super::openclaw::all_current() {
            assert!(!is_retired(row.provider, row.id), "{}/{}", row.provider, row.id);
        }
    }
}
