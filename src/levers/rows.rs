//! The table of levers, a row each: the key, where its value stands, how likely a change is to be felt, and what people
//! are told of it. `CONTRIBUTING.md` says how to add one.

use serde_json::{Value, json};

use super::{Choice, Risk};
use crate::gateway::active_hours::{ActiveHours, clock};
use crate::gateway::retention::Retention;
use crate::gateway::setting::Origin;
use crate::gateway::settings::Settings;
use crate::releases::Behaviour;
use crate::releases::duration::Interval;

/// A setting, in the order of attribution: the least intrusive first (DESIGN "Lever order").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lever {
    /// How long the provider is asked to keep the prompt.
    CacheRetention,
    /// How often the agent wakes.
    Every,
    /// The hours in which it wakes.
    ActiveHours,
    /// Without the workspace files.
    LightContext,
    /// Without the conversation.
    IsolatedSession,
    /// Which model answers.
    Model,
}

impl Lever {
    /// All of them, in order.
    pub const ALL: [Lever; 6] = [
        Lever::CacheRetention,
        Lever::Every,
        Lever::ActiveHours,
        Lever::LightContext,
        Lever::IsolatedSession,
        Lever::Model,
    ];

    pub(super) fn row(self) -> &'static LeverRow {
        match self {
            Lever::CacheRetention => &CACHE_RETENTION,
            Lever::Every => &EVERY,
            Lever::ActiveHours => &ACTIVE_HOURS,
            Lever::LightContext => &LIGHT_CONTEXT,
            Lever::IsolatedSession => &ISOLATED_SESSION,
            Lever::Model => &MODEL,
        }
    }
}

/// What there is to know of a lever. Clauses about a change are made for the choice that it leads to.
pub(super) struct LeverRow {
    /// The key that is written.
    pub(super) key: &'static str,
    /// The key stands in the heartbeat block.
    pub(super) in_block: bool,
    /// Whether a release uses it, also in an agent's own block.
    pub(super) is_used: fn(&Behaviour, bool) -> bool,
    /// Who says what it is now.
    pub(super) origin: fn(&Settings) -> &Origin,
    /// The value of a choice, as a config writes it.
    pub(super) value: fn(&Choice) -> Value,
    /// Gives a choice the value of another one.
    pub(super) take: fn(&mut Choice, &Choice),
    /// Whether two choices have the same value.
    pub(super) is_same: fn(&Choice, &Choice) -> bool,
    /// How likely a change is to be felt.
    pub(super) risk: fn(&Choice) -> Risk,
    /// No change takes away anything that the agent knows, or who answers.
    pub(super) is_cautious: bool,
    /// What the agent loses, in a clause.
    pub(super) gives_up: fn(&Choice) -> &'static str,
    /// The same in as few words as a table has room for.
    pub(super) loses: fn(&Value) -> &'static str,
    /// Why it saves, in a clause.
    pub(super) reason: fn(&Choice) -> &'static str,
    /// How to find out whether a heartbeat can do without what a change takes away.
    pub(super) test: &'static str,
    /// What to look at in the first days.
    pub(super) watch: &'static str,
    /// Words of instructions that need what a change takes away.
    pub(super) needed_if_named: &'static [&'static str],
    /// What `clawbeat explain` says.
    pub(super) page: &'static str,
}

fn is_off(choice: &Choice) -> bool {
    choice.every == Interval::Off
}

static CACHE_RETENTION: LeverRow = LeverRow {
    key: "cacheRetention",
    in_block: false,
    is_used: |behaviour, _| behaviour.cache_retention_effective,
    origin: |settings| &settings.cache_retention.origin,
    value: |choice| json!(choice.retention.to_string()),
    take: |choice, other| {
        choice.retention = other.retention;
        choice.asks_retention = other.asks_retention;
    },
    // One that comes with the model is no change of its own.
    is_same: |one, other| {
        let asked = |choice: &Choice| choice.asks_retention.then_some(choice.retention);
        asked(one) == asked(other)
    },
    risk: |_| Risk::Low,
    is_cautious: true,
    gives_up: |_| "nothing the agent knows; it also applies to your chats on that model",
    loses: |_| "nothing",
    reason: |to| match to.retention {
        Retention::None => "no run pays for writing a cache that is gone before the next one",
        Retention::Short | Retention::Unset => "the cache is written at the price of five minutes",
        Retention::Long => "each run reads what stands before the conversation at a tenth of the price",
    },
    test: "compare the usage figures of two runs",
    watch: "the share of cache reads in the provider's usage figures of the first day",
    needed_if_named: &[],
    page: include_str!("pages/cache-retention.md"),
};

static EVERY: LeverRow = LeverRow {
    key: "every",
    in_block: true,
    is_used: |_, _| true,
    origin: |settings| &settings.every.origin,
    value: |choice| match choice.every.ms() {
        Some(_) => json!(choice.every.to_string()),
        None => json!("0m"),
    },
    take: |choice, other| choice.every = other.every,
    is_same: |one, other| one.every == other.every,
    risk: |to| if is_off(to) { Risk::High } else { Risk::Low },
    is_cautious: true,
    gives_up: |to| match is_off(to) {
        true => "all heartbeats: the agent acts only when it is spoken to",
        false => "reaction time: what happens between two heartbeats waits longer",
    },
    loses: |to| if to == "0m" { "all heartbeats" } else { "reaction time" },
    reason: |to| if is_off(to) { "no heartbeats at all" } else { "fewer heartbeats" },
    test: "look at which of this week's replies could not have waited that long",
    watch: "whether anything came up that could not wait for the next heartbeat",
    needed_if_named: &[],
    page: include_str!("pages/every.md"),
};

static ACTIVE_HOURS: LeverRow = LeverRow {
    key: "activeHours",
    in_block: true,
    is_used: |_, _| true,
    origin: |settings| &settings.active_hours.origin,
    // A window that is no pair of hours goes by its name in reports.
    value: |choice| match &choice.window {
        ActiveHours::Always => json!("always"),
        ActiveHours::Never => json!("never"),
        ActiveHours::Daily { start, end, .. } => json!({ "start": clock(*start), "end": clock(*end) }),
    },
    take: |choice, other| choice.window = other.window.clone(),
    is_same: |one, other| one.window == other.window,
    risk: |_| Risk::Low,
    is_cautious: true,
    gives_up: |_| "heartbeats outside those hours: what happens at night waits for the morning",
    loses: |_| "heartbeats at night",
    reason: |_| "no heartbeats while nobody is there",
    test: "look at which of this week's replies came outside the hours and could not have waited",
    watch: "what the first heartbeat of a morning finds left over from the night",
    needed_if_named: &[],
    page: include_str!("pages/active-hours.md"),
};

static LIGHT_CONTEXT: LeverRow = LeverRow {
    key: "lightContext",
    in_block: true,
    is_used: |behaviour, _| behaviour.light_context_effective,
    origin: |settings| &settings.light_context.origin,
    value: |choice| json!(choice.light),
    take: |choice, other| choice.light = other.light,
    is_same: |one, other| one.light == other.light,
    risk: |_| Risk::Medium,
    is_cautious: false,
    gives_up: |_| "the workspace files (persona, notes, memory) during a heartbeat",
    loses: |_| "persona and notes",
    reason: |_| "the workspace files are not sent with each heartbeat",
    test: "wake the agent once with it and once without, and compare what it says",
    watch: "whether alerts keep tone and house rules; run one heartbeat by hand and compare",
    needed_if_named: &[
        "memory",
        "memories",
        "persona",
        "personality",
        "soul",
        "identity md",
        "user md",
        "agents md",
        "tools md",
        "house rule",
        "your notes",
        "my preferences",
        "tone",
        "style",
    ],
    page: include_str!("pages/light-context.md"),
};

static ISOLATED_SESSION: LeverRow = LeverRow {
    key: "isolatedSession",
    in_block: true,
    is_used: |behaviour, _| behaviour.isolation_effective,
    origin: |settings| &settings.isolated_session.origin,
    value: |choice| json!(choice.isolated),
    take: |choice, other| choice.isolated = other.isolated,
    is_same: |one, other| one.isolated == other.isolated,
    risk: |_| Risk::Medium,
    is_cautious: false,
    gives_up: |_| "the conversation: a heartbeat no longer knows what was said before",
    loses: |_| "the chat so far",
    reason: |_| "the conversation is not sent again with each heartbeat",
    test: "leave something open in the chat, wake the agent with it and see what it misses",
    watch: "whether heartbeats repeat themselves or ask settled questions; if so, put the answer in their instructions",
    needed_if_named: &[
        "conversation",
        "chat",
        "discussed",
        "discussion",
        "we talked",
        "i told you",
        "i asked you",
        "earlier today",
        "last message",
        "history",
        "remember",
        "follow up",
        "followup",
        "open thread",
    ],
    page: include_str!("pages/isolated-session.md"),
};

static MODEL: LeverRow = LeverRow {
    key: "model",
    in_block: true,
    is_used: |behaviour, own| behaviour.uses_model(own),
    origin: |settings| &settings.model.origin,
    value: |choice| json!(choice.model.to_string()),
    take: |choice, other| {
        choice.model = other.model.clone();
        if !choice.asks_retention {
            choice.retention = other.retention;
        }
    },
    is_same: |one, other| one.model == other.model,
    risk: |_| Risk::Medium,
    is_cautious: false,
    gives_up: |_| "the stronger model's judgement during a heartbeat",
    loses: |_| "model quality",
    reason: |_| "the same tokens at a lower price",
    test: "wake the agent with both models on the same day and compare what they say",
    watch: "for a few days, whether its alerts miss what the old model would have told you",
    needed_if_named: &[],
    page: include_str!("pages/model.md"),
};
