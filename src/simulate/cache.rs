//! Prompt caching as one agent's heartbeats meet it: what a route marks, how long it lives, and how the characters of a
//! request fall into read, written and plain input (R38 to R41, M2, M4, L2, L8).

use crate::gateway::behaviour::Behaviour;
use crate::gateway::model_ref::ModelRef;
use crate::gateway::providers::Provider;
use crate::gateway::release::{Generation, Version};
use crate::gateway::retention::Retention;

use super::measured::Wire;

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
    /// Whether a prefix touched `gap` milliseconds ago can still be read.
    pub fn is_warm(self, gap: i64) -> bool {
        let lives = match self {
            Scheme::Nothing => return false,
            Scheme::Markers { one_hour: true } => 60 * MINUTE,
            Scheme::Markers { one_hour: false } => 5 * MINUTE,
            Scheme::Automatic { lives, .. } => lives,
        };
        gap <= lives - SAFETY
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
    let speaks_messages = match api {
        Some(api) => api == "anthropic-messages",
        None => matches!(model.provider.as_str(), "anthropic" | "anthropic-vertex" | "claude-cli"),
    };
    if speaks_messages {
        return marked(Wire::Messages, one_hour_works(behaviour, &model.provider));
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
    matches!(provider, "anthropic" | "anthropic-vertex")
        || behaviour.generation == Generation::Current
        || behaviour.version >= Version::new(2026, 7, 35)
}

/// A request's characters by how they are billed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Plain input.
    pub input: u64,
    /// Read from the cache.
    pub read: u64,
    /// Written to the cache.
    pub written: u64,
}

/// The first request of a run. `prefix` stands before the first breakpoint ahead of the conversation, `middle` after it
/// up to the changing message, `message` is that message, `carrier` is never cached.
pub fn first_request(scheme: Scheme, warm: bool, prefix: u64, middle: u64, message: u64, carrier: u64) -> Split {
    let all = prefix + middle + message;
    match (scheme, warm) {
        (Scheme::Nothing, _) | (Scheme::Automatic { writes: false, .. }, false) => {
            Split { input: all + carrier, read: 0, written: 0 }
        }
        (Scheme::Markers { .. }, true) => Split { input: carrier, read: prefix, written: middle + message },
        (Scheme::Markers { .. } | Scheme::Automatic { writes: true, .. }, false) => {
            Split { input: carrier, read: 0, written: all }
        }
        (Scheme::Automatic { writes: false, .. }, true) => {
            Split { input: message + carrier, read: prefix + middle, written: 0 }
        }
        (Scheme::Automatic { writes: true, .. }, true) => {
            Split { input: carrier, read: prefix + middle, written: message }
        }
    }
}

/// A further request of the same run, seconds later: everything before is read, the round of tools is new (R41, L10).
pub fn next_request(scheme: Scheme, before: u64, added: u64, carrier: u64) -> Split {
    match scheme {
        Scheme::Nothing => Split { input: before + added + carrier, read: 0, written: 0 },
        Scheme::Markers { .. } => Split { input: carrier, read: before, written: added },
        Scheme::Automatic { writes: false, .. } => Split { input: added + carrier, read: before, written: 0 },
        Scheme::Automatic { writes: true, .. } => Split { input: carrier, read: before, written: added },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::release::NEWEST;

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
