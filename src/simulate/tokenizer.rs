//! Tokens for four characters of text. OpenClaw itself counts one; the Claude models from Opus 4.7 on use another
//! tokenizer that makes more of the same text, about 1.35 (an assumption, `tokenizers.md`).

use super::conversation::CHARS_PER_TOKEN;

/// Tokens that a model makes of a thousand times four characters.
pub fn tokens_per_mille(model_id: &str) -> u64 {
    let id = model_id.to_ascii_lowercase();
    let name = id.rsplit('/').next().unwrap_or(&id);
    let Some((_, after)) = name.split_once("claude") else { return 1_000 };
    let mut numbers = after.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    // A part of more than two digits is a date, not a version.
    let mut version = || numbers.next().filter(|part| part.len() <= 2).and_then(|part| part.parse::<u32>().ok());
    let version = (version().unwrap_or(0), version().unwrap_or(0));
    if version >= (4, 7) { 1_350 } else { 1_000 }
}

/// The tokens of so many characters, rounded half up (DESIGN "Rounding").
pub fn tokens(chars: u64, tokens_per_mille: u64) -> u64 {
    (chars * tokens_per_mille + 500 * CHARS_PER_TOKEN) / (1000 * CHARS_PER_TOKEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newer_claude_models_differ() {
        for id in
            ["claude-opus-4-7", "claude-sonnet-5", "claude-fable-5-1", "anthropic/claude-opus-4.8", "claude-haiku-5.5"]
        {
            assert_eq!(tokens_per_mille(id), 1_350, "{id}");
        }
        let older =
            ["claude-opus-4-6", "claude-opus-4-20250514", "claude-haiku-4-5", "claude-3-5-haiku-latest", "gpt-5.4"];
        for id in older {
            assert_eq!(tokens_per_mille(id), 1_000, "{id}");
        }
    }
}
