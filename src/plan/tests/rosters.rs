//! Random rosters, questions and bounds.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

use super::Question;
use crate::catalogue::Tier;
use crate::money::{Money, Unit};
use crate::plan::{Bounds, Lever, RiskProfile};
use crate::workload::Workload;

const MODELS: [&str; 9] = [
    "amazon-bedrock/us.anthropic.claude-opus-4-6-v1",
    "ollama/qwen3:32b",
    "openrouter/deepseek/deepseek-v3.2",
    "anthropic/claude-opus-4-6",
    "anthropic/claude-sonnet-4-6",
    "anthropic/claude-haiku-4-5",
    "openai/gpt-5.5",
    "openai/gpt-5.4-mini",
    "nexos/claude-opus-4-6",
];

fn object(fields: Vec<(&str, Option<Value>)>) -> Value {
    let set = fields.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Value::Object(set.collect::<Map<String, Value>>())
}

fn text(from: &'static [&'static str]) -> impl Strategy<Value = Option<Value>> {
    option::of(select(from).prop_map(|text| json!(text)))
}

fn flag() -> impl Strategy<Value = Option<Value>> {
    option::weighted(0.3, any::<bool>().prop_map(|flag| json!(flag)))
}

fn block() -> impl Strategy<Value = Value> {
    let every = text(&["10m", "30m", "45m", "55m", "1h", "90m", "6h", "0m"]);
    let hours = option::weighted(
        0.2,
        select(&[("08:00", "20:00"), ("22:00", "06:00")][..])
            .prop_map(|(start, end)| json!({ "start": start, "end": end })),
    );
    (every, flag(), flag(), text(&MODELS), hours).prop_map(|(every, isolated, light, model, hours)| {
        object(vec![
            ("every", every),
            ("isolatedSession", isolated),
            ("lightContext", light),
            ("model", model),
            ("activeHours", hours),
            ("target", Some(json!("none"))),
        ])
    })
}

fn params() -> impl Strategy<Value = Option<Value>> {
    let retention = select(&["none", "short", "long"][..]);
    option::weighted(0.25, retention.prop_map(|retention| json!({ "cacheRetention": retention })))
}

fn models() -> impl Strategy<Value = Option<Value>> {
    option::weighted(
        0.3,
        (select(&MODELS[..]), params()).prop_map(|(model, params)| json!({ model: object(vec![("params", params)]) })),
    )
}

fn agent() -> impl Strategy<Value = Value> {
    (option::of(block()), text(&MODELS), params())
        .prop_map(|(block, model, params)| object(vec![("heartbeat", block), ("model", model), ("params", params)]))
}

/// A config with up to five agents in the form of its generation, or with none listed.
pub(super) fn config(legacy: bool) -> impl Strategy<Value = Value> {
    let defaults = (option::weighted(0.8, block()), text(&MODELS), params(), models());
    // Real rosters repeat themselves: now and then the first agent has a twin.
    let roster = (proptest::collection::vec(agent(), 0..4), any::<bool>()).prop_map(|(mut agents, twin)| {
        agents.extend(agents.first().filter(|_| twin).cloned());
        agents
    });
    (defaults, roster).prop_map(move |((block, model, params, models), agents)| {
        let defaults = object(vec![("heartbeat", block), ("model", model), ("params", params), ("models", models)]);
        let named = agents.into_iter().enumerate().map(|(at, agent)| (format!("a{at}"), agent));
        let mut roster = json!({ "defaults": defaults });
        if legacy {
            let with_id = |(id, agent): (String, Value)| {
                let mut agent = agent;
                agent["id"] = json!(id);
                agent
            };
            roster["list"] = named.map(with_id).collect();
        } else {
            roster["entries"] = Value::Object(named.collect());
            roster["ownership"] = json!("explicit");
        }
        let nexos = json!({ "baseUrl": "https://api.nexos.ai/v1", "api": "openai-completions",
                "models": [{ "id": "claude-opus-4-6", "contextWindow": 200_000 },
                           { "id": "claude-haiku-4-5", "contextWindow": 200_000 }] });
        let ollama = json!({ "baseUrl": "http://127.0.0.1:11434", "api": "ollama",
                "models": [{ "id": "qwen3:32b", "contextWindow": 40_960 }] });
        json!({ "agents": roster, "models": { "providers": { "nexos": nexos, "ollama": ollama } } })
    })
}

fn workload() -> impl Strategy<Value = Workload> {
    let quiet = json!({ "schemaVersion": 1, "history": { "chatTurnsPerDay": 0, "startTokens": 3000 } });
    let quiet = Workload::read(&quiet, "quiet").unwrap();
    let preset = |name| Workload::preset(name).unwrap();
    select(vec![preset("idle"), preset("light"), preset("typical"), preset("heavy"), quiet])
}

/// A config and what to ask of it; a few days, since whole months only repeat them.
pub(super) fn case() -> impl Strategy<Value = (Value, Question)> {
    (select(&["2026.9.6", "2026.7.35", "2026.4.15"][..]), workload()).prop_flat_map(|(version, workload)| {
        let legacy = version != "2026.9.6";
        (config(legacy), Just((version, workload)))
            .prop_map(|(config, (version, workload))| (config, Question::days(version, workload, 2)))
    })
}

pub(super) fn bounds() -> impl Strategy<Value = Bounds> {
    let profile =
        select(vec![RiskProfile::Conservative, RiskProfile::Balanced, RiskProfile::Balanced, RiskProfile::Aggressive]);
    let longest = option::weighted(0.4, select(vec![1_800_000_u64, 3_540_000, 3_600_000, 14_400_000]));
    let shortest = option::weighted(0.2, select(vec![900_000_u64, 1_800_000]));
    let keep = subsequence(Lever::ALL.to_vec(), 0..3);
    let hours = option::weighted(0.2, Just((480, 1200)));
    // These months have two days, of which the usual worth would leave few changes.
    let worth = option::weighted(0.7, select(vec![0_i128, 1, 20, 1000, 25_000]));
    let worth = worth.prop_map(|worth| worth.map(|milli| Money::from_pico(milli * 1_000_000_000)));
    (profile, longest, shortest, keep, hours, worth).prop_map(
        |(profile, longest_ms, shortest_ms, keep, active_hours, worth)| Bounds {
            profile,
            longest_ms,
            shortest_ms,
            keep,
            active_hours,
            worth,
            ..Bounds::default()
        },
    )
}

/// Every flag: also those that name models, that set off a search of another kind, and that switch off.
pub(super) fn all_bounds() -> impl Strategy<Value = Bounds> {
    // One of a provider that no roster here uses, and one that some do.
    let named = ["google/gemini-3-flash-preview", "anthropic/claude-sonnet-4-6", "openai/gpt-5.4-nano"];
    let models = subsequence(named.map(str::to_owned).to_vec(), 0..3);
    let tier = option::weighted(0.3, select(vec![Tier::Light, Tier::Balanced, Tier::Premium]));
    let budget = option::weighted(0.3, select(vec![0_i128, 1, 20, 200]));
    let only = option::weighted(0.1, Just("a0".to_owned()));
    let unit = option::weighted(0.2, select(vec![Unit::Usd, Unit::Credits]));
    let off = proptest::bool::weighted(0.2);
    (bounds(), models, tier, budget, only, unit, off).prop_map(
        |(bounds, models, min_tier, budget, only, unit, allow_off)| {
            let budget = budget.map(|whole| Money::from_pico(whole * 1_000_000_000_000));
            Bounds { models, min_tier, budget, only, unit, allow_off, ..bounds }
        },
    )
}

impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} under workload {}", self.version, self.workload.name)
    }
}
