//! The credit prices of the host's page on nexos.ai credits in a one-click OpenClaw: six models, four columns, kept as
//! printed. The irregular figures (6.75 is not 1.25 times 5.5) are the page's own; "Not applicable" is `None`.

use super::names::{canonical, nearest};
use super::price::{Price, PriceSource, Tier};
use super::rates::{RateSheet, Rates};
use crate::gateway::providers::Provider;
use crate::money::{Rate, Unit};

/// One row of the page.
#[derive(Debug)]
pub struct NexosPrice {
    /// The name on the page.
    pub name: &'static str,
    /// The model at its vendor, as `provider/id`: for context window and cache rules, not for prices.
    pub vendor: &'static str,
    /// The page's guidance.
    pub tier: Tier,
    /// What the page says it suits, in our words.
    pub suits: &'static str,
    /// Credits.
    pub rates: Rates,
    forms: &'static [&'static str],
}

/// A printed price in millionths of a credit per million tokens, so that 3.3 is `3_300_000`.
const fn credits(millionths: u64) -> Rate {
    Rate::from_pico_per_token(millionths)
}

const fn rates(input: u64, output: u64, write: Option<u64>, read: u64) -> Rates {
    Rates {
        input: credits(input),
        output: credits(output),
        cache_read: Some(credits(read)),
        cache_write_5m: match write {
            Some(price) => Some(credits(price)),
            None => None,
        },
        cache_write_1h: None,
    }
}

/// The page, in its order.
pub static PAGE: [NexosPrice; 6] = [
    NexosPrice {
        name: "Claude Sonnet 4.5",
        vendor: "anthropic/claude-sonnet-4-5",
        tier: Tier::Balanced,
        suits: "reasoning, clear writing, code, structured output; the everyday default",
        rates: rates(3_300_000, 16_500_000, Some(4_125_000), 330_000),
        forms: &["sonnet 4 5"],
    },
    NexosPrice {
        name: "Claude Opus 4.6",
        vendor: "anthropic/claude-opus-4-6",
        tier: Tier::Premium,
        suits: "deep research, multi-step logic, long context; when accuracy is critical",
        rates: rates(5_500_000, 27_500_000, Some(6_750_000), 550_000),
        forms: &["opus 4 6"],
    },
    NexosPrice {
        name: "Claude Opus 4",
        vendor: "anthropic/claude-opus-4-20250514",
        tier: Tier::Premium,
        suits: "enterprise-grade, layered problems; maximum capability",
        rates: rates(15_000_000, 75_000_000, Some(18_750_000), 1_500_000),
        forms: &["opus 4", "opus 4 0"],
    },
    NexosPrice {
        name: "Gemini 3 Flash",
        vendor: "google/gemini-3-flash-preview",
        tier: Tier::Light,
        suits: "summaries, simple questions, high volume; speed first; cost-efficient for simple work",
        rates: rates(500_000, 3_000_000, None, 50_000),
        forms: &["gemini 3 flash"],
    },
    NexosPrice {
        name: "GPT-4.1",
        vendor: "openai/gpt-4.1",
        tier: Tier::Balanced,
        suits: "structured workflows, code, tool use; stable and predictable output",
        rates: rates(2_200_000, 8_800_000, None, 550_000),
        forms: &["gpt 4 1"],
    },
    NexosPrice {
        name: "Grok 4",
        vendor: "xai/grok-4-0709",
        tier: Tier::Balanced,
        suits: "conversation, ideas, creative work",
        rates: rates(3_000_000, 15_000_000, None, 750_000),
        forms: &["grok 4", "grok 4 0709"],
    },
];

impl NexosPrice {
    /// The row as a price; the page gives no long-context step and no date of change ahead.
    pub fn price(&self) -> Price {
        Price::constant(Unit::Credits, PriceSource::Nexos, RateSheet::flat(self.rates))
    }
}

/// The provider bills in nexos.ai credits: by the host of its base URL or by its id.
pub fn is_nexos(provider: &str, declared: Option<&Provider>) -> bool {
    let host = declared.and_then(Provider::host);
    provider.eq_ignore_ascii_case("nexos") || host.is_some_and(|host| host == "nexos.ai" || host.ends_with(".nexos.ai"))
}

/// The row that a model id or display name means, by spelling alone.
pub fn row(name: &str) -> Option<&'static NexosPrice> {
    let form = canonical(name);
    PAGE.iter().find(|row| row.forms.contains(&form.as_str()))
}

/// The names on the page nearest to one that is not there.
pub fn near(name: &str) -> Vec<String> {
    nearest(name, PAGE.iter().map(|row| row.name))
}
