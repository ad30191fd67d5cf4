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

/// Characters for which a thousand times as many tokens are counted as a thousand of them make.
const PER_MILLE: u64 = 1000 * CHARS_PER_TOKEN;

/// The tokens of so many characters, rounded half up (DESIGN "Rounding").
pub fn tokens(chars: u64, tokens_per_mille: u64) -> u64 {
    (chars * tokens_per_mille + PER_MILLE / 2) / PER_MILLE
}

/// The tokens of `count` prompts, each of them rounded: the first of so many characters, and each `by` more than the one before.
pub fn tokens_of_series(first: u64, by: u64, count: u64, tokens_per_mille: u64) -> u64 {
    floor_sum(count, PER_MILLE, by * tokens_per_mille, first * tokens_per_mille + PER_MILLE / 2)
}

/// The sum of `(slope * i + start) / divisor`, each rounded down, for `i` from 0 to below `count`: the points of a grid under a
/// line, as Euclid's algorithm counts them.
fn floor_sum(mut count: u64, mut divisor: u64, mut slope: u64, mut start: u64) -> u64 {
    let mut sum = 0;
    while count > 0 {
        sum += (slope / divisor) * (count * (count - 1) / 2) + (start / divisor) * count;
        (slope, start) = (slope % divisor, start % divisor);
        let end = slope * count + start;
        (count, start) = (end / divisor, end % divisor);
        (slope, divisor) = (divisor, slope);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_is_the_sum_of_its_prompts() {
        for (first, by, count) in [(0, 0, 1), (51_207, 76, 26), (51_207, 0, 44), (3, 1, 1_000), (900_001, 12_345, 700)]
        {
            for per_mille in [1_000, 1_350, 997] {
                let each = (0..count).map(|at| tokens(first + at * by, per_mille));
                assert_eq!(tokens_of_series(first, by, count, per_mille), each.sum::<u64>(), "{first} {by} {count}");
            }
        }
        assert_eq!(tokens_of_series(5, 5, 0, 1_000), 0);
    }

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
