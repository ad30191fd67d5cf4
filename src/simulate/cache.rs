//! Prompt caching as one agent's heartbeats meet it: what a route marks, how long that lives, and whether a run finds
//! what an earlier one left (R38 to R41, M4, L2, L8). Nothing is shared with the operator's chat (M3).

use std::fmt;

use crate::gateway::model_ref::ModelRef;
use crate::gateway::providers::Provider;
use crate::gateway::retention::Retention;
use crate::releases::Behaviour;

use crate::releases::measured::Wire;

/// How a route caches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Every token is plain input.
    Nothing,
    /// Anthropic's markers: what stands before the conversation can be read again, the rest is written each time.
    Markers {
        /// One hour instead of five minutes; writes then cost twice the input.
        one_hour: bool,
    },
    /// The vendor keeps prefixes on its own for a while nobody promises.
    Automatic {
        /// How long that is, in milliseconds.
        lives: i64,
        /// What is not read is billed as written, where the vendor has a price for that.
        writes: bool,
    },
}

const MINUTE: i64 = 60_000;
/// Ticks drift and requests leave late, so the last minute of a lifetime does not count (DESIGN "Cache hit").
const SAFETY: i64 = MINUTE;
/// Automatic caches live 5 to 10 minutes idle and never over an hour (R41, provider's word): what is counted on …
const AUTOMATIC_SURE: i64 = 5 * MINUTE;
/// … and what may happen.
const AUTOMATIC_AT_BEST: i64 = 60 * MINUTE;

impl Scheme {
    /// Milliseconds for which a prefix lives after its last touch; `None` where nothing is cached.
    pub fn lives(self) -> Option<i64> {
        match self {
            Scheme::Nothing => None,
            Scheme::Markers { one_hour: true } => Some(60 * MINUTE),
            Scheme::Markers { one_hour: false } => Some(5 * MINUTE),
            Scheme::Automatic { lives, .. } => Some(lives),
        }
    }

    /// Whether what is written is kept for an hour, at the price of that.
    pub fn is_one_hour(self) -> bool {
        self == Scheme::Markers { one_hour: true }
    }

    /// Whether a prefix touched `gap` milliseconds ago can still be read.
    pub fn is_warm(self, gap: i64) -> bool {
        self.lives().is_some_and(|lives| gap <= lives - SAFETY)
    }

    /// What a run finds: `gap` milliseconds after the last touch, with `prompt` tokens of which `prefix` stand before
    /// the first breakpoint ahead of the conversation; the model caches nothing below `minimum` (R38).
    pub fn state(self, gap: Option<i64>, [prefix, prompt, minimum]: [u64; 3]) -> CacheState {
        let Some(lives) = self.lives() else { return CacheState::Off };
        if prompt < minimum {
            return CacheState::BelowMinimum { tokens: prompt, minimum };
        }
        match gap {
            None => CacheState::First,
            Some(gap) if !self.is_warm(gap) => CacheState::Expired { gap, lives },
            Some(_) if prefix < minimum => CacheState::PrefixBelowMinimum { tokens: prefix, minimum },
            Some(_) => CacheState::Warm,
        }
    }
}

/// What a run finds of the prompt of an earlier one, and why it finds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheState {
    /// What stands before the conversation is read.
    Warm,
    /// Nothing is cached on this route.
    Off,
    /// No run came before in this period.
    First,
    /// The last touch is too long ago, in milliseconds.
    Expired {
        /// Since the last touch.
        gap: i64,
        /// How long a prefix lives.
        lives: i64,
    },
    /// The whole prompt is shorter than what the model caches: it is neither read nor written.
    BelowMinimum {
        /// Its tokens.
        tokens: u64,
        /// What the model asks for.
        minimum: u64,
    },
    /// What stands before the conversation is shorter than what the model caches: it is written with the rest.
    PrefixBelowMinimum {
        /// Its tokens.
        tokens: u64,
        /// What the model asks for.
        minimum: u64,
    },
}

impl fmt::Display for CacheState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            CacheState::Warm => f.write_str("warm"),
            CacheState::Off => f.write_str("off: nothing is cached here"),
            CacheState::First => f.write_str("cold: the first run of the period"),
            CacheState::Expired { gap, lives } => {
                write!(f, "cold: {} since the last touch, lives {}", InMinutes(gap), InMinutes(lives))?;
                if gap <= lives { f.write_str(" (the last minute is not counted on)") } else { Ok(()) }
            }
            CacheState::BelowMinimum { tokens, minimum } => {
                write!(f, "off: {tokens} tokens, the model caches from {minimum} on")
            }
            CacheState::PrefixBelowMinimum { tokens, minimum } => {
                write!(f, "cold: {tokens} tokens before the conversation, the model caches from {minimum} on")
            }
        }
    }
}

/// Milliseconds as `30m` or `90s`.
struct InMinutes(i64);

impl fmt::Display for InMinutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ms if ms % MINUTE == 0 => write!(f, "{}m", ms / MINUTE),
            ms if ms % 1000 == 0 => write!(f, "{}s", ms / 1000),
            ms => write!(f, "{ms}ms"),
        }
    }
}

/// The scheme that is counted on, and those that may happen at best and at worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Caching {
    /// How requests are written.
    pub wire: Wire,
    /// What is counted on.
    pub expected: Scheme,
    /// What may happen at best; differs only where the vendor caches on its own.
    pub at_best: Scheme,
    /// What may happen at worst: the same without luck, and every write billed.
    pub at_worst: Scheme,
}

/// How requests to a model are cached. `declared` is the provider's entry in the config, `is_claude` says whether the
/// model is one of Anthropic's, by the catalogue's name.
pub fn caching(
    behaviour: &Behaviour,
    model: &ModelRef,
    declared: Option<&Provider>,
    is_claude: bool,
    retention: Retention,
) -> Caching {
    let api = declared.and_then(|provider| provider.api.as_deref());
    let entry = declared.and_then(|provider| provider.model(&model.id));
    let fixed = |wire, scheme| Caching { wire, expected: scheme, at_best: scheme, at_worst: scheme };
    let marked = |wire, long_works: bool| match retention {
        Retention::None => fixed(wire, Scheme::Nothing),
        Retention::Long => fixed(wire, Scheme::Markers { one_hour: long_works }),
        Retention::Short | Retention::Unset => fixed(wire, Scheme::Markers { one_hour: false }),
    };
    let anthropic = matches!(model.provider.as_str(), "anthropic" | "anthropic-vertex" | "claude-cli");
    if api.map_or(anthropic, |api| api == "anthropic-messages") {
        let wire = if anthropic { Wire::Messages } else { Wire::CustomMessages };
        return marked(wire, one_hour_works(behaviour, &model.provider));
    }
    if entry.is_some_and(|entry| entry.cache_control_format.as_deref() == Some("anthropic")) {
        let long_works = entry.is_some_and(|entry| entry.supports_long_cache_retention);
        return marked(Wire::MarkedCompletions, long_works);
    }
    let wire = Wire::Completions;
    match model.provider.as_str() {
        // Markers only when a retention is set (R38).
        "amazon-bedrock" if retention == Retention::Unset => fixed(wire, Scheme::Nothing),
        "amazon-bedrock" | "openrouter" if is_claude => marked(wire, true),
        _ if is_claude => fixed(wire, Scheme::Nothing),
        // OpenAI's long retention: 24 hours, or 30 minutes from GPT-5.6 on (R38); the shorter one is counted on.
        "openai" if retention == Retention::Long => automatic(wire, 30 * MINUTE, 24 * 60 * MINUTE),
        _ => automatic(wire, AUTOMATIC_SURE, AUTOMATIC_AT_BEST),
    }
}

/// A vendor's own caching. No write premium was reported on these routes (R41), but some vendors publish one.
fn automatic(wire: Wire, lives: i64, at_best: i64) -> Caching {
    let scheme = |lives, writes| Scheme::Automatic { lives, writes };
    Caching { wire, expected: scheme(lives, false), at_best: scheme(at_best, false), at_worst: scheme(lives, true) }
}

/// Whether `cacheRetention: "long"` brings the one-hour lifetime: on Anthropic's own hosts always, on other hosts since
/// the release that was measured to do so (L2, R38).
fn one_hour_works(behaviour: &Behaviour, provider: &str) -> bool {
    matches!(provider, "anthropic" | "anthropic-vertex") || behaviour.one_hour_anywhere
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::releases::NEWEST;

    #[test]
    fn a_run_says_why_it_finds_nothing() {
        let says = |scheme: Scheme, gap, sizes| scheme.state(gap, sizes).to_string();
        let short = Scheme::Markers { one_hour: false };
        let usual = [9_000, 12_000, 4_096];
        assert_eq!(says(short, Some(30 * MINUTE), usual), "cold: 30m since the last touch, lives 5m");
        assert!(says(short, Some(5 * MINUTE), usual).ends_with("lives 5m (the last minute is not counted on)"));
        assert_eq!(says(short, Some(90_000), usual), "warm");
        assert_eq!(says(short, None, usual), "cold: the first run of the period");
        assert!(says(short, None, [2_000, 3_000, 4_096]).starts_with("off: 3000 tokens"));
        assert!(says(short, Some(MINUTE), [2_000, 5_000, 4_096]).starts_with("cold: 2000 tokens before"));
        assert!(says(Scheme::Nothing, None, usual).starts_with("off"));
    }

    #[test]
    fn the_last_minute_of_a_lifetime_does_not_count() {
        let short = Scheme::Markers { one_hour: false };
        assert!(short.is_warm(4 * MINUTE) && !short.is_warm(5 * MINUTE));
        let long = Scheme::Markers { one_hour: true };
        assert!(long.is_warm(55 * MINUTE) && !long.is_warm(60 * MINUTE));
    }

    #[test]
    fn a_claude_model_on_a_completions_route_is_not_cached() {
        let behaviour = Behaviour::of(NEWEST);
        let model = ModelRef::parse("nexos/claude-opus-4-6").unwrap();
        let nexos = Provider { api: Some("openai-completions".to_owned()), ..Provider::default() };
        let claude = caching(&behaviour, &model, Some(&nexos), true, Retention::Unset);
        assert_eq!((claude.expected, claude.at_best), (Scheme::Nothing, Scheme::Nothing));
        let gpt = caching(&behaviour, &model, Some(&nexos), false, Retention::Unset);
        assert!(!gpt.expected.is_warm(30 * MINUTE) && gpt.at_best.is_warm(30 * MINUTE));
    }

    #[test]
    fn retention_none_sends_no_marker() {
        let behaviour = Behaviour::of(NEWEST);
        let model = ModelRef::parse("anthropic/claude-opus-4-6").unwrap();
        let scheme = |retention| caching(&behaviour, &model, None, true, retention).expected;
        assert_eq!(scheme(Retention::None), Scheme::Nothing);
        assert_eq!(scheme(Retention::Short), Scheme::Markers { one_hour: false });
        assert_eq!(scheme(Retention::Long), Scheme::Markers { one_hour: true });
    }
}
