//! The shortest prompt a model caches. A lean heartbeat can stay below it and then pays plain input price.

use super::names::canonical;
use super::openclaw::resolve_alias;

/// Minimum tokens by model, from published price data (PRICES.md); the first entry that is part of the name counts, in
/// whole words.
const MINIMA: [(&str, u64); 20] = [
    (" opus 5 ", 512),
    (" sonnet 5 5 ", 512),
    (" haiku 5 5 ", 512),
    (" fable 5 ", 512),
    (" mythos 5 ", 512),
    (" sonnet 4 5 ", 1024),
    (" sonnet 4 6 ", 1024),
    (" sonnet 5 ", 1024),
    (" opus 4 8 ", 1024),
    (" opus 4 7 ", 2048),
    (" gemini 2 5 pro ", 2048),
    (" opus 4 5 ", 4096),
    (" opus 4 6 ", 4096),
    (" haiku 4 5 ", 4096),
    (" gemini 3 1 pro ", 4096),
    (" gemini 3 5 flash ", 4096),
    (" gemini 3 6 flash ", 4096),
    (" gemini 3 7 flash ", 4096),
    (" gemini 3 8 flash ", 4096),
    (" gemini 4 argon ", 4096),
];

/// OpenAI's figure, and the smallest that Anthropic published before Opus 5.
const USUAL: u64 = 1024;

/// Tokens below which a prompt is not cached; 1,024 for a model nothing is known of.
pub fn cache_minimum(provider: &str, model_id: &str) -> u64 {
    let name = format!(" {} ", canonical(resolve_alias(provider, model_id)));
    MINIMA.iter().find(|(part, _)| name.contains(part)).map_or(USUAL, |(_, tokens)| *tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minima_follow_the_model_and_not_its_spelling() {
        for (provider, id, tokens) in [
            ("anthropic", "opus", 512),
            ("anthropic", "claude-opus-5-5", 512),
            ("anthropic", "claude-opus-4-6", 4096),
            ("amazon-bedrock", "us.anthropic.claude-opus-4-6-v1:0", 4096),
            ("openrouter", "anthropic/claude-sonnet-4.5", 1024),
            ("anthropic", "claude-opus-4-20250514", 1024),
            ("nexos", "Nexos Anthropic Claude Opus 4 6 @ Default", 4096),
            ("google", "gemini-3.6-flash", 4096),
            ("openai", "gpt-5.4", 1024),
            ("acme", "acme-1", 1024),
        ] {
            assert_eq!(cache_minimum(provider, id), tokens, "{provider}/{id}");
        }
    }
}
