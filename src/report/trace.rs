//! The ticks behind the figure, one JSON object a line. The sum of the lines is the report's typical figure to the last
//! digit, because both add up the same requests.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;

use super::Report;
use crate::analysis::Analysis;
use crate::certain;
use crate::gateway::Agent;
use crate::money::Money;
use crate::simulate::costing::{Choice, Level};
use crate::simulate::estimate::priced;
use crate::simulate::{RequestKind, SkipReason, Tick, Tokens, simulate};
use crate::words::{amount_if_known, count, plain, tokens};

#[derive(Serialize)]
struct TraceLine<'a> {
    agent: &'a str,
    at: String,
    outcome: &'static str,
    reason: Option<SkipReason>,
    /// What the run finds in the cache, and why not more; null when skipped.
    cache: Option<String>,
    requests: Vec<TraceRequest<'a>>,
    cost: Option<Money>,
    /// How many ticks the line stands for, where skipped ones are counted together.
    #[serde(skip_serializing_if = "is_one")]
    times: u64,
}

#[derive(Serialize)]
struct TraceRequest<'a> {
    kind: RequestKind,
    model: &'a str,
    tokens: Tokens,
    cost: Option<Money>,
}

// Serde hands the field over by reference.
#[expect(clippy::trivially_copy_pass_by_ref)]
fn is_one(times: &u64) -> bool {
    *times == 1
}

/// Hands one line for each tick of each enrolled agent to `sink`, until it returns false. `only` keeps one agent.
pub fn trace(analysis: &Analysis, only: Option<&str>, sink: &mut dyn FnMut(&str) -> bool) {
    for agent in analysis.gateway.enrolled().filter(|agent| only.is_none_or(|id| agent.id == id)) {
        trace_agent(analysis, agent, sink);
    }
}

fn trace_agent(analysis: &Analysis, agent: &Agent, sink: &mut dyn FnMut(&str) -> bool) {
    let costing = analysis.costing();
    let subject = costing.subject(agent);
    let choice = Choice::present(agent);
    let model = costing.answering(agent, &choice);
    let scenario = costing.scenario(&subject, &choice, &model, Level::Typical, costing.always_skipped(agent));
    let name = choice.model.to_string();
    let recap = subject.recap.as_ref().map(|recap| recap.model.to_string()).unwrap_or_default();
    let mut open = true;
    simulate(&scenario, &mut |tick: &Tick<'_>| {
        if !open {
            return;
        }
        let calls = tick.requests.iter().map(|request| TraceRequest {
            kind: request.kind,
            model: if request.kind == RequestKind::Recap { &recap } else { &name },
            tokens: request.tokens,
            cost: model
                .found
                .price
                .as_ref()
                .and_then(|price| priced(subject.prices(price), tick.at, request.kind, &request.tokens)),
        });
        let requests: Vec<TraceRequest<'_>> = calls.collect();
        let line = TraceLine {
            agent: &agent.id,
            at: Timestamp::from_millisecond(tick.at).map_or_else(|_| String::new(), |at| at.to_string()),
            outcome: if tick.skip.is_some() { "skip" } else { "run" },
            reason: tick.skip,
            cache: tick.cache.map(|cache| cache.to_string()),
            cost: requests.iter().map(|call| call.cost).try_fold(Money::ZERO, |sum, cost| Some(sum + cost?)),
            requests,
            times: tick.times,
        };
        open = sink(&certain::line(&line));
    });
}

/// The month in a few lines, for `simulate` without `--trace`.
pub fn summary(report: &Report) -> String {
    let mut out = String::new();
    for agent in report.enrolled() {
        let month = &agent.current;
        let cost = match (month.typical(), &agent.model.plan) {
            (None, Some(plan)) => format!("paid by {plan}"),
            (cost, _) => amount_if_known(cost, report.unit),
        };
        let _ = writeln!(
            out,
            "{}: {} ticks, {} runs, {} requests, {} prompt and {} output tokens, {cost}",
            plain(&agent.id),
            count(month.ticks),
            count(month.runs),
            count(month.requests),
            tokens(month.tokens.prompt()),
            tokens(month.tokens.output),
        );
        for (reason, skipped) in &month.skips {
            let _ = writeln!(out, "  {} skipped: {}", count(*skipped), reason.name());
        }
    }
    if out.is_empty() {
        out.push_str("no agent of this file runs heartbeats\n");
    }
    out
}
