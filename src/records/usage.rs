//! The tokens of a row, as any release or plugin may have written them.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::simulate::Tokens;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct StoredUsage {
    input: TokenCount,
    output: TokenCount,
    cache_read: TokenCount,
    cache_write: TokenCount,
    #[serde(rename = "cacheWrite1h")]
    cache_write_1h: TokenCount,
    total_tokens: TokenCount,
    pub(super) cost: Option<Cost>,
}

#[derive(Deserialize)]
pub(super) struct Cost {
    pub(super) total: Option<f64>,
}

impl StoredUsage {
    /// Whether the input holds the cached tokens too, as providers of OpenAI's shape count it and releases before 2026.3
    /// stored it: then the total is smaller than the sum.
    pub(super) fn is_doubled(&self) -> bool {
        let (input, read, total) = (self.input.0, self.cache_read.0, self.total_tokens.0);
        read > 0 && input >= read && total >= self.output.0 + read && total < input + read + self.output.0
    }
}

impl From<StoredUsage> for Tokens {
    fn from(usage: StoredUsage) -> Self {
        let one_hour = usage.cache_write_1h.0.min(usage.cache_write.0);
        let prompt = usage.total_tokens.0.saturating_sub(usage.output.0);
        let uncached = prompt.saturating_sub(usage.cache_read.0 + usage.cache_write.0);
        Tokens {
            input: if usage.is_doubled() { uncached } else { usage.input.0 },
            cache_read: usage.cache_read.0,
            cache_write_5m: usage.cache_write.0 - one_hour,
            cache_write_1h: one_hour,
            output: usage.output.0,
        }
    }
}

/// A count of tokens as any release or plugin may have written it.
#[derive(Clone, Copy, Default)]
pub(super) struct TokenCount(pub(super) u64);

impl<'de> Deserialize<'de> for TokenCount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // No answer has that many tokens; what says so is broken, and sums must not overflow.
        const MOST: u64 = 1 << 40;
        let raw: &RawValue = Deserialize::deserialize(deserializer)?;
        let number = raw.get().parse::<f64>().unwrap_or(0.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Ok(TokenCount((number.round() as u64).min(MOST)))
    }
}
