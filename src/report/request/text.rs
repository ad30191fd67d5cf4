//! A request's parts as tables.

use std::fmt::Write as _;

use super::TypicalRequest;
use crate::report::Report;
use crate::simulate::pieces::Bucket;
use crate::words::{amount_if_known, count, plain};

pub(super) fn render(requests: &[TypicalRequest], report: &Report) -> String {
    let mut out = String::new();
    for agent in &report.agents {
        match requests.iter().find(|request| request.agent == agent.id) {
            Some(request) => one(&mut out, request),
            None if agent.enrolled => {
                let _ = writeln!(out, "{}: no tick of this month runs", plain(&agent.id));
            }
            None => {
                let _ = writeln!(out, "{}: no heartbeats, {}", plain(&agent.id), plain(&agent.reason));
            }
        }
    }
    out
}

fn one(out: &mut String, request: &TypicalRequest) {
    let TypicalRequest { run, runs, at, cache, .. } = request;
    let (agent, model) = (plain(&request.agent), plain(&request.model));
    let _ = writeln!(out, "{agent}: a typical heartbeat, {} of {}, {at}", count(*run), count(*runs));
    let _ = writeln!(out, "  model  {model}");
    let _ = writeln!(out, "  cache  {cache}");
    let _ = writeln!(out, "  sizes  as OpenClaw {} sends them", request.sizes_of);
    if let Some(reason) = request.skipped {
        let _ = writeln!(out, "  now    every tick is skipped: {}", reason.name());
    }
    let _ = writeln!(out, "\n  {:<18}{:>11}{:>9}  {:<11}why", "part", "characters", "tokens", "billed as");
    for part in &request.parts {
        let (characters, tokens) = (count(part.characters), count(part.tokens));
        let (name, bucket) = (part.name, words(part.bucket));
        let _ = writeln!(out, "  {name:<18}{characters:>11}{tokens:>9}  {bucket:<11}{}", part.why);
    }
    let characters: u64 = request.parts.iter().map(|part| part.characters).sum();
    let tokens: u64 = request.buckets.iter().filter(|b| b.bucket != Bucket::Output).map(|b| b.tokens).sum();
    let _ = writeln!(out, "  {:<18}{:>11}{:>9}", "whole prompt", count(characters), count(tokens));
    let _ = writeln!(out, "\n  {:<18}{:>20}{:>17}{:>17}", "billed as", "tokens", "per million", "cost");
    let money = |money| amount_if_known(money, request.unit);
    for bucket in &request.buckets {
        let (per_million, cost) = (money(bucket.per_million), money(bucket.cost));
        let _ = writeln!(out, "  {:<18}{:>20}{per_million:>17}{cost:>17}", words(bucket.bucket), count(bucket.tokens));
    }
    let _ = writeln!(out, "  {:<18}{:>54}", "this request", money(request.cost));
    if request.further_requests > 0 {
        let _ = writeln!(out, "  and {} more in the same run: --trace shows them", request.further_requests);
    }
    out.push('\n');
}

fn words(bucket: Bucket) -> &'static str {
    match bucket {
        Bucket::Read => "read",
        Bucket::Write5m => "write 5m",
        Bucket::Write1h => "write 1h",
        Bucket::Plain => "plain",
        Bucket::Output => "output",
    }
}
