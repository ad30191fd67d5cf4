//! Random configs: current and legacy ones as people write them, the same with a fault or two, and loose heaps of
//! everything a heartbeat depends on. Same seed, same configs.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

use super::faults::faulty;

pub(super) type Json = BoxedStrategy<Value>;

/// So many configs, each with the kind it was made as.
pub(crate) fn configs(seed: u64, count: usize) -> Vec<(&'static str, Value)> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let either = prop_oneof![proper(true), proper(false)].boxed();
    let kinds = [
        ("current", proper(true)),
        ("legacy", proper(false)),
        ("nearly valid", faulty(either)),
        ("anything", anything()),
    ];
    let mut next = |at: usize| {
        let (kind, strategy) = &kinds[at % kinds.len()];
        (*kind, strategy.new_tree(&mut runner).expect("a strategy without rejections").current())
    };
    (0..count).map(&mut next).collect()
}

macro_rules! any_of {
    ($($values:tt)+) => {
        any_of(json!([$($values)+]))
    };
}

/// One of the items of an array.
pub(super) fn any_of(values: Value) -> Json {
    proptest::sample::select(values.as_array().cloned().unwrap_or_default()).boxed()
}

/// An object whose keys are there with so many percent of probability.
fn object(fields: Vec<(&'static str, u32, Json)>) -> Json {
    let field = |(key, percent, value): (&'static str, u32, Json)| prop_oneof![100 - percent.min(99) => Just(None), percent => value.prop_map(move |value| Some((key, value)))];
    let fields: Vec<_> = fields.into_iter().map(field).collect();
    let gathered = fields.prop_map(|fields| {
        let fields = fields.into_iter().flatten().map(|(key, value)| (key.to_owned(), value));
        Value::Object(fields.collect())
    });
    gathered.boxed()
}

/// The first strategy, or with so many percent the second.
fn mostly(usual: Json, percent: u32, odd: Json) -> Json {
    prop_oneof![100 - percent => usual, percent => odd].boxed()
}

fn every() -> Json {
    any_of![
        "30m",
        "1h",
        "15m",
        "0m",
        "2h",
        "90",
        "0.5h",
        "1d12h",
        "1h30m",
        "",
        " 15m ",
        "10s",
        "24h",
        "${HB_SET}",
        "${HB_NUM}m"
    ]
}

fn odd_every() -> Json {
    any_of![
        "30 min",
        "1w",
        "-5m",
        "+5m",
        ".5h",
        "5.h",
        "1e3",
        "1h 30m",
        "  ",
        "5x",
        "0.1ms",
        "30m1h",
        30,
        0,
        null,
        false,
        [],
        {}
    ]
}

fn hours() -> Json {
    object(vec![
        ("start", 95, any_of!["08:00", "22:00", "00:00", "23:59"]),
        ("end", 95, any_of!["22:00", "06:00", "24:00", "08:00", "00:00"]),
        ("timezone", 40, any_of!["Europe/Berlin", "user", "local", "UTC", "Mars/X", "+05:30", ""]),
    ])
}

fn odd_hours() -> Json {
    let time = || any_of!["9:00", "25:00", "24:00", "08:60", "", "8am", 8, null];
    let loose = object(vec![
        ("start", 80, time()),
        ("end", 80, time()),
        ("from", 20, any_of!["08:00"]),
        ("timezone", 30, any_of![3, null, "UTC"]),
    ]);
    prop_oneof![3 => loose, 1 => any_of!["08:00-22:00", null, [], true]].boxed()
}

/// A heartbeat block that the generation at hand accepts.
fn block(current: bool, own: bool) -> Json {
    let mut fields = vec![
        ("every", 75, every()),
        ("activeHours", 25, hours()),
        ("model", 35, any_of!["anthropic/claude-haiku-4-5", "haiku", "openai/gpt-5.4-mini", "my model", ""]),
        ("target", 40, any_of!["none", "last", "telegram", "slack", "discord", " LAST ", "Telegram"]),
        ("to", 10, any_of!["123", "@me"]),
        ("accountId", 5, any_of!["main"]),
        ("session", 5, any_of!["main", "check-ins"]),
        ("prompt", 15, any_of!["Check the mail.", ""]),
        ("lightContext", 25, any_of![true, false]),
        ("isolatedSession", 25, any_of![true, false]),
        ("directPolicy", 5, any_of!["allow", "block"]),
        ("timeoutSeconds", 8, any_of![60, 600]),
    ];
    match (current, own) {
        (true, true) => fields.push(("target", 20, any_of!["owner", "Owner"])),
        (true, false) => fields.push(("agentId", 8, any_of!["main", "a", "Main"])),
        (false, _) => {
            fields.push(("ackMaxChars", 8, any_of![30, 300]));
            fields.push(("includeReasoning", 5, any_of![true, false]));
            fields.push(("suppressToolErrorWarnings", 5, any_of![true]));
            fields.push(("includeSystemPromptSection", 5, any_of![false]));
        }
    }
    object(fields)
}

/// A heartbeat block with anything in it.
fn loose_block() -> Json {
    let loose = object(vec![
        ("every", 75, mostly(every(), 30, odd_every())),
        ("activeHours", 25, mostly(hours(), 40, odd_hours())),
        (
            "model",
            30,
            any_of!["anthropic/claude-haiku-4-5", "", { "primary": "a/b" }, "google/gemini-2.0-flash", 7, null],
        ),
        (
            "target",
            30,
            any_of!["none", "last", "owner", "telegram", "telegram:1", "Owner", "", "tg", "webchat", "irc", "sms", 5],
        ),
        ("lightContext", 20, any_of![true, false, "true", 1, null]),
        ("isolatedSession", 20, any_of![true, false, "yes", null]),
        ("ackMaxChars", 4, any_of![30, "30", -1, null]),
        ("includeReasoning", 4, any_of![true, "x"]),
        ("skipWhenBusy", 3, any_of![true, 1]),
        ("timeoutSeconds", 6, any_of![60, 0, 1.5, "60", -3]),
        ("directPolicy", 6, any_of!["allow", "block", "deny"]),
        ("agentId", 8, any_of!["main", "a", "ghost", "", 3]),
        ("isolatedSesion", 3, any_of![true]),
        ("enabled", 3, any_of![true, false]),
        ("interval", 2, any_of!["30m", 30]),
        ("to", 4, any_of!["x", 5]),
        ("session", 3, any_of!["x", false]),
        ("prompt", 3, any_of!["x", 5]),
        ("_comment", 2, any_of!["x"]),
    ]);
    mostly(loose, 4, any_of![null, false, "30m", [], {}, 30])
}

fn model() -> Json {
    any_of!["anthropic/claude-opus-4-6", { "primary": "openai/gpt-5.4" }, { "primary": "a/b", "fallbacks": ["c/d"] }, "x/y", ""]
}

fn shared(current: bool, heartbeat: Json) -> Json {
    let mut fields = vec![
        ("heartbeat", 70, heartbeat),
        ("model", 40, model()),
        (
            "models",
            15,
            any_of![{ "anthropic/claude-haiku-4-5": { "alias": "haiku" } }, { "a/b": {} }, { "a/b": { "params": { "cacheRetention": "long" } } }],
        ),
        ("userTimezone", 10, any_of!["UTC", "Europe/Berlin"]),
        ("workspace", 10, any_of!["/srv/agents"]),
        ("thinkingDefault", 6, any_of!["off", "low"]),
        ("bootstrapMaxChars", 5, any_of![9000]),
    ];
    if current {
        fields.push(("systemAgent", 6, any_of![{ "agentId": "main" }, { "agentId": "a" }]));
    }
    object(fields)
}

fn agent(heartbeat: Json) -> Vec<(&'static str, u32, Json)> {
    vec![
        ("heartbeat", 35, heartbeat),
        ("model", 20, model()),
        ("name", 15, any_of!["Big Boss"]),
        ("workspace", 8, any_of!["/srv/x", "/srv/y"]),
        ("thinkingDefault", 4, any_of!["off"]),
        ("tools", 5, any_of![{ "profile": "minimal" }, {}]),
    ]
}

/// A roster under `entries`, with an owner or an ownership where it is of several.
fn entries(heartbeat: impl Fn() -> Json) -> Json {
    let ids = proptest::sample::subsequence(vec!["main", "a", "b", "Ops", "agent_1"], 0..=3);
    let agents = prop::collection::vec(object(agent(heartbeat())), 3);
    let roster = (ids, agents, 0..4u8).prop_map(|(ids, mut agents, owner)| {
        let several = ids.len() > 1;
        if several && owner == 0 {
            agents[0]["default"] = json!(true);
        }
        let roster: Map<String, Value> = ids.into_iter().map(str::to_owned).zip(agents).collect();
        let mut part = Map::new();
        if several && owner > 0 {
            part.insert("ownership".to_owned(), json!("explicit"));
        }
        if !roster.is_empty() {
            part.insert("entries".to_owned(), Value::Object(roster));
        }
        Value::Object(part)
    });
    roster.boxed()
}

/// A roster under `list`.
fn list(heartbeat: impl Fn() -> Json) -> Json {
    let ids = proptest::sample::subsequence(vec!["main", "a", "b", "ops", "agent_1", "Big Boss", "Ops"], 0..=3);
    let agents = prop::collection::vec(object(agent(heartbeat())), 3);
    let roster = (ids, agents, 0..6usize).prop_map(|(ids, agents, marked)| {
        let items: Vec<Value> = ids
            .into_iter()
            .zip(agents)
            .enumerate()
            .map(|(at, (id, mut agent))| {
                agent["id"] = json!(id);
                if at == marked {
                    agent["default"] = json!(true);
                }
                agent
            })
            .collect();
        if items.is_empty() { json!({}) } else { json!({ "list": items }) }
    });
    roster.boxed()
}

/// What stands beside `agents`.
fn around(agents: Json) -> Json {
    object(vec![
        ("agents", 98, agents),
        ("cron", 6, any_of![{ "enabled": false }, { "enabled": true }, {}]),
        (
            "auth",
            10,
            any_of![
                { "profiles": { "anthropic:x": { "provider": "anthropic", "mode": "api_key" } } },
                { "profiles": { "anthropic:x": { "provider": "anthropic", "mode": "oauth" } } },
                { "profiles": { "openai:x": { "provider": "openai", "mode": "api_key" } } },
            ],
        ),
        ("session", 5, any_of![{ "dmScope": "main" }, { "dmScope": "per-peer" }]),
        ("bindings", 3, any_of![[]]),
        (
            "models",
            6,
            any_of![{ "providers": { "mine": { "baseUrl": "https://llm.example.org/v1", "api": "openai-completions", "models": [{ "id": "m", "name": "M" }] } } }],
        ),
    ])
}

/// A config that its generation accepts in most cases.
fn proper(current: bool) -> Json {
    let shared = shared(current, block(current, false));
    let roster = if current { entries(|| block(true, true)) } else { list(|| block(false, true)) };
    let agents = (roster, prop_oneof![1 => Just(None), 4 => shared.prop_map(Some)]).prop_map(|(mut agents, shared)| {
        if let Some(shared) = shared {
            agents["defaults"] = shared;
        }
        agents
    });
    around(agents.boxed())
}

/// Keys of the defaults or of an agent that legacy releases have and current ones take away at their start.
fn retired() -> BoxedStrategy<(&'static str, Value, bool)> {
    let keys = vec![("memorySearch", json!({})), ("embeddedPi", json!({})), ("systemPromptOverride", json!("x"))];
    (prop::sample::select(keys), any::<bool>())
        .prop_map(|((key, value), in_defaults)| (key, value, in_defaults))
        .boxed()
}

/// Loose parts of both generations together.
fn anything() -> Json {
    let part = object(vec![
        ("defaults", 70, shared(true, loose_block())),
        ("ownership", 20, any_of!["explicit", "explicit", "shared"]),
    ]);
    let rosters = prop_oneof![2 => Just(json!({})), 4 => list(loose_block), 4 => entries(loose_block)];
    let both =
        (part, rosters, any_of![{}, {}, {}, {}, {}, {}, {}, { "list": [{ "id": "z" }] }, { "entries": { "z": {} } }]);
    let both = (both, prop_oneof![5 => Just(None), 1 => retired().prop_map(Some)]);
    let agents = both.prop_map(|((mut part, roster, other), retired)| {
        for source in [roster, other] {
            for (key, value) in source.as_object().into_iter().flatten() {
                part[key] = value.clone();
            }
        }
        if let Some((key, value, in_defaults)) = retired {
            let entry = part.get_mut("entries").and_then(Value::as_object_mut).and_then(|all| all.values_mut().next());
            if let Some(entry) = entry.filter(|entry| !in_defaults && entry.is_object()) {
                entry[key] = value;
            } else if part.get("defaults").is_none_or(Value::is_object) {
                part["defaults"][key] = value;
            }
        }
        part
    });
    let config = (around(agents.boxed()), prop_oneof![12 => Just(None), 1 => loose_block().prop_map(Some)]);
    let config = config.prop_map(|(mut config, root)| {
        if let Some(root) = root {
            config["heartbeat"] = root;
        }
        config
    });
    config.boxed()
}
