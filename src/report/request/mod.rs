//! One request taken apart: its parts in the order in which they are sent, how each is billed and why, and what each
//! bucket costs. The request is the run of the month whose prompt is nearest to the mean.

mod text;

use jiff::Timestamp;
use serde::Serialize;

use super::Report;
use crate::analysis::Analysis;
use crate::certain;
use crate::gateway::Agent;
use crate::money::{Money, Unit};
use crate::releases::Version;
use crate::simulate::cache::CacheState;
use crate::simulate::costing::{Choice, Level, PricedModel};
use crate::simulate::estimate::request_cost;
use crate::simulate::pieces::{Bucket, Part, PromptPiece, pieces};
use crate::simulate::split::Split;
use crate::simulate::{Scenario, SkipReason, Tokens, simulate};

/// A typical request of an agent.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TypicalRequest {
    /// Always 1.
    pub schema_version: u32,
    /// The agent.
    pub agent: String,
    /// The model.
    pub model: String,
    /// The release whose measured sizes it has.
    pub sizes_of: Version,
    /// Why the agent makes no such request now; it is then the one it would make.
    pub skipped: Option<SkipReason>,
    /// When, and the how-manyth run of how many.
    pub at: String,
    /// Its number among the runs.
    pub run: u64,
    /// The runs of the month.
    pub runs: u64,
    /// What it finds in the cache, in words.
    pub cache: String,
    /// Its parts.
    pub parts: Vec<SentPart>,
    /// Its tokens by price.
    pub buckets: Vec<BucketCost>,
    /// What amounts are in.
    pub unit: Unit,
    /// The price of this request; null when unknown.
    pub cost: Option<Money>,
    /// Further requests of the same run, for tools and the recap.
    pub further_requests: u64,
}

/// A part, or as much of one as is billed alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SentPart {
    /// Its name.
    pub name: &'static str,
    /// Its characters.
    pub characters: u64,
    /// Its tokens.
    pub tokens: u64,
    /// How it is billed.
    pub bucket: Bucket,
    /// Why.
    pub why: &'static str,
}

/// The tokens of one price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BucketCost {
    /// Which.
    pub bucket: Bucket,
    /// How many.
    pub tokens: u64,
    /// The price of a million of them; null when unknown.
    pub per_million: Option<Money>,
    /// What they cost.
    pub cost: Option<Money>,
}

/// The run that was picked.
struct Picked {
    at: i64,
    run: u64,
    cache: CacheState,
    split: Split,
    message: u64,
    tokens: Tokens,
    further: u64,
}

/// A typical request of each agent that runs heartbeats; `only` keeps one agent.
pub fn typical_requests(analysis: &Analysis, only: Option<&str>) -> Vec<TypicalRequest> {
    let agents = analysis.gateway.enrolled().filter(|agent| only.is_none_or(|id| agent.id == id));
    agents.filter_map(|agent| typical_request(analysis, agent)).collect()
}

fn typical_request(analysis: &Analysis, agent: &Agent) -> Option<TypicalRequest> {
    let costing = analysis.costing();
    let (subject, choice) = (costing.subject(agent), Choice::present(agent));
    let model = costing.answering(agent, &choice);
    let scenario = costing.scenario(&subject, &choice, &model, Level::Typical, None);
    let (runs, picked) = pick(&scenario)?;
    let at = Timestamp::from_millisecond(picked.at).ok()?;
    Some(TypicalRequest {
        schema_version: 1,
        agent: agent.id.clone(),
        model: choice.model.to_string(),
        sizes_of: scenario.sizes.version,
        skipped: costing.always_skipped(agent),
        at: at.to_string(),
        run: picked.run,
        runs,
        cache: picked.cache.to_string(),
        parts: parts(&scenario, &picked),
        buckets: buckets(&model, at, &picked.tokens),
        unit: model.found.price.as_ref().map_or(Unit::Usd, |price| price.unit),
        cost: model.found.price.as_ref().map(|price| request_cost(price, picked.at, &picked.tokens)),
        further_requests: picked.further,
    })
}

/// The number of runs and the one nearest to the mean prompt; the first of several.
fn pick(scenario: &Scenario<'_>) -> Option<(u64, Picked)> {
    let (mut runs, mut prompts) = (0_u64, 0_u64);
    simulate(scenario, &mut |tick| {
        if let Some(first) = tick.requests.first() {
            runs += 1;
            prompts += first.tokens.prompt();
        }
    });
    let mean = prompts.checked_div(runs)?;
    let (mut run, mut picked): (u64, Option<Picked>) = (0, None);
    simulate(scenario, &mut |tick| {
        let (Some(first), Some(cache)) = (tick.requests.first(), tick.cache) else { return };
        run += 1;
        let distance = |tokens: &Tokens| tokens.prompt().abs_diff(mean);
        if picked.as_ref().is_none_or(|best| distance(&first.tokens) < distance(&best.tokens)) {
            let further = tick.requests.len() as u64 - 1;
            picked = Some(Picked {
                at: tick.at,
                run,
                cache,
                split: first.split,
                message: first.message,
                tokens: first.tokens,
                further,
            });
        }
    });
    Some((runs, picked?))
}

fn parts(scenario: &Scenario<'_>, picked: &Picked) -> Vec<SentPart> {
    let sent = |PromptPiece { part, bucket, characters }| SentPart {
        name: name(part),
        characters,
        tokens: scenario.tokens(characters),
        bucket,
        why: why(bucket, picked.cache, part),
    };
    pieces(scenario, &picked.split, picked.message).into_iter().map(sent).collect()
}

fn name(part: Part) -> &'static str {
    match part {
        Part::Tools => "tools",
        Part::System => "system",
        Part::WorkspaceFiles => "workspace files",
        Part::Skills => "skills",
        Part::ChangingSystem => "system, changing",
        Part::Conversation => "conversation",
        Part::Message => "message",
        Part::RunContext => "run context",
    }
}

fn why(bucket: Bucket, cache: CacheState, part: Part) -> &'static str {
    match (bucket, cache) {
        (Bucket::Read, _) => "left there by an earlier run",
        (Bucket::Plain, CacheState::Off) => "nothing is cached here",
        (Bucket::Plain, CacheState::BelowMinimum { .. }) => "too short to be cached",
        (Bucket::Plain, _) if part == Part::RunContext => "never cached",
        (Bucket::Plain, CacheState::Warm) => "changes with every run",
        (Bucket::Plain, _) => "not in the cache, which the vendor fills without a charge",
        (_, CacheState::Warm) => "behind the last text that stays the same, so written again",
        (_, CacheState::PrefixBelowMinimum { .. }) => "too little stands before the conversation to be cached alone",
        _ => "not in the cache",
    }
}

fn buckets(model: &PricedModel, at: Timestamp, tokens: &Tokens) -> Vec<BucketCost> {
    let rates = model.found.price.as_ref().map(|price| price.at(at).rates(tokens.prompt()).billed());
    let all = [
        (Bucket::Read, tokens.cache_read, rates.map(|rates| rates.cache_read)),
        (Bucket::Write5m, tokens.cache_write_5m, rates.map(|rates| rates.cache_write_5m)),
        (Bucket::Write1h, tokens.cache_write_1h, rates.map(|rates| rates.cache_write_1h)),
        (Bucket::Plain, tokens.input, rates.map(|rates| rates.input)),
        (Bucket::Output, tokens.output, rates.map(|rates| rates.output)),
    ];
    let used = all.into_iter().filter(|(_, tokens, _)| *tokens > 0);
    let cost = |(bucket, tokens, rate): (Bucket, u64, Option<crate::money::Rate>)| BucketCost {
        bucket,
        tokens,
        per_million: rate.map(crate::money::Rate::per_million),
        cost: rate.map(|rate| rate.times(tokens)),
    };
    used.map(cost).collect()
}

/// One object, or a list of them where several agents run.
pub fn render_json(requests: &[TypicalRequest]) -> String {
    let json = match requests {
        [one] => certain::pretty(one),
        many => certain::pretty(&many),
    };
    crate::words::json_escaped(&json)
}

/// Tables for a terminal. `report` says why an agent has none.
pub fn render_text(requests: &[TypicalRequest], report: &Report) -> String {
    text::render(requests, report)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn explain(heartbeat: &serde_json::Value, params: &serde_json::Value) -> TypicalRequest {
        let config = json!({ "agents": { "defaults": {
            "model": "anthropic/claude-opus-4-6", "heartbeat": heartbeat, "params": params } } });
        typical_requests(&Analysis::of(&config, None), None).remove(0)
    }

    /// The parts are the request, and the buckets are its price.
    #[test]
    fn parts_and_buckets_add_up() {
        for every in ["4m", "30m"] {
            for retention in ["none", "short", "long"] {
                let heartbeat = json!({ "every": every, "target": "none" });
                let request = explain(&heartbeat, &json!({ "cacheRetention": retention }));
                let prompt: u64 = request.buckets.iter().filter(|b| b.bucket != Bucket::Output).map(|b| b.tokens).sum();
                let parts: u64 = request.parts.iter().map(|part| part.tokens).sum();
                assert!(parts.abs_diff(prompt) <= request.parts.len() as u64, "{every} {retention}");
                let cost: Money = request.buckets.iter().filter_map(|bucket| bucket.cost).sum();
                assert_eq!(Some(cost), request.cost, "{every} {retention}");
            }
        }
    }

    #[test]
    fn each_part_says_how_it_is_billed() {
        let billed = |request: &TypicalRequest, name| {
            let parts = request.parts.iter().filter(|part| part.name == name);
            parts.map(|part| part.bucket).collect::<Vec<_>>()
        };
        let warm = explain(&json!({ "every": "4m", "target": "none" }), &json!({}));
        assert_eq!(warm.cache, "warm");
        assert_eq!(billed(&warm, "tools"), [Bucket::Read]);
        assert_eq!(billed(&warm, "conversation"), [Bucket::Write5m]);
        assert_eq!(billed(&warm, "run context"), [Bucket::Plain]);
        let cold = explain(&json!({ "target": "none" }), &json!({}));
        assert_eq!(cold.cache, "cold: 30m since the last touch, lives 5m");
        assert_eq!(billed(&cold, "tools"), [Bucket::Write5m]);
        let long = explain(&json!({ "target": "none" }), &json!({ "cacheRetention": "long" }));
        assert_eq!(billed(&long, "skills"), [Bucket::Read]);
        assert_eq!(billed(&long, "message"), [Bucket::Write1h]);
        let unrouted = explain(&json!({}), &json!({}));
        assert_eq!(unrouted.skipped, Some(SkipReason::NoDelivery));
    }
}
