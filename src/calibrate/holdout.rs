//! How wrong a measured load is: fitted on all but the end of the records, it has to say what the end came to. Of that end
//! it is told only what the user did: when somebody chatted and how much was written, and when the gateway was off.

use std::collections::HashSet;

use serde::Serialize;

use super::days::drawn;
use super::fit::{Fit, epoch};
use super::measured::MeasuredAgent;
use super::replay::Replay;
use super::robust::{median, quantile};
use super::turn::{Turn, count, whole};
use super::{DRAWS, digest, seed};
use crate::money::Money;
use crate::records::{Records, TurnKind};
use crate::simulate::costing::Costing;
use crate::simulate::observed::Simulated;
use crate::simulate::{RequestKind, Tokens};
use crate::workload::measured::Event;

/// What an agent's held-out hours came to, and what was said of them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Held {
    /// The agent.
    pub agent: String,
    /// Where the held-out hours begin, RFC 3339.
    pub from: String,
    /// Their number, in hours.
    pub hours: f64,
    /// Heartbeats that were fitted.
    pub fitted: u64,
    /// Prompts of heartbeats that had nothing to say and called no tools, in the held-out hours.
    pub quiet: u64,
    /// Their error in the middle, as a share.
    pub median_error: Option<f64>,
    /// The largest.
    pub worst_error: Option<f64>,
    /// Heartbeats that were held out.
    pub heartbeats: u64,
    /// Those among them that the release took out of its records again: they are counted as they were simulated.
    pub erased: u64,
    /// Their tokens.
    pub tokens: Tokens,
    /// What they cost.
    pub cost: Option<Money>,
    /// What was said of them.
    pub said: Simulated,
    /// The 10th and 90th percentile of the costs of 200 draws of days, each moved outward by a tenth of itself.
    pub range: Option<[Money; 2]>,
    /// Whether the cost lies there.
    pub inside: Option<bool>,
}

/// The share by which a single day may be off, whatever the draws of days say: a tenth.
const ERROR: i128 = 10;
/// Heartbeats that a fit must have.
const FEWEST: usize = 5;

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum TooShort {
    /// No agent has enough records.
    #[error(
        "the records are too short to hold out {}: no agent has {FEWEST} heartbeats under one model before that and one in it; try a shorter span",
        crate::words::duration(*ms)
    )]
    Records {
        /// The milliseconds that were asked for.
        ms: u64,
    },
}

/// Holds out the last `ms` milliseconds of each agent's records.
///
/// # Errors
///
/// No agent has enough heartbeats on both sides.
pub fn holdout(records: &Records, costing: &Costing<'_>, ms: i64) -> Result<Vec<Held>, TooShort> {
    let seed = seed(&digest(records));
    let agents = costing.gateway.enrolled();
    let held: Vec<Held> = agents.filter_map(|agent| of_agent(records, costing, agent, ms, seed)).collect();
    if held.is_empty() { Err(TooShort::Records { ms: ms.unsigned_abs() }) } else { Ok(held) }
}

fn of_agent(
    records: &Records,
    costing: &Costing<'_>,
    agent: &crate::gateway::Agent,
    ms: i64,
    seed: u64,
) -> Option<Held> {
    let replay = Replay::of(costing, agent, &records.requests);
    let turns = replay.turns();
    let all = epoch(&turns);
    let last = all.last()?.at;
    let split = (last + 1).saturating_sub(ms);
    let held: Vec<&Turn> = all.iter().filter(|turn| turn.at >= split).copied().collect();
    let before: Vec<Turn> = turns.iter().filter(|turn| turn.at < split).cloned().collect();
    // What a gateway noted of its prompts last it noted in the held-out hours.
    let fitted = epoch(&before);
    let first = *held.first().filter(|_| fitted.len() >= FEWEST)?;
    let measured = MeasuredAgent::of(&replay, &before, [&[]; 2])?;
    let MeasuredAgent { fit, days, load, .. } = &measured;
    let span = replay.spanning(fit, &before, [first.at, last])?;
    let events = events(&before, &turns, fit);
    let off = replay.off_within(fit, &before, &span);
    let mut prompts: Vec<(i64, f64)> = Vec::new();
    let ([on_record, quiet_ones], cost) =
        replay.span_of(fit, &turns, &measured.told(load, &events, &off), &span, &mut |tick| {
            let first = tick.requests.iter().find(|request| request.kind == RequestKind::Turn);
            prompts.extend(first.map(|request| (tick.at, whole(request.tokens.prompt()))));
        });
    // The grid drifts; what counts is that the same has happened before.
    let happened = |at: i64| events.partition_point(|(event, _)| *event <= at);
    let error = |turn: &&Turn| {
        let alike = prompts.iter().filter(|(at, _)| happened(*at) == happened(turn.at));
        let near = alike.min_by_key(|(at, _)| (at - turn.at).abs())?;
        Some((near.1 / turn.prompt() - 1.0).abs())
    };
    let quiet = held.iter().filter(|turn| !turn.alerts && turn.rounds == 0);
    let mut errors: Vec<f64> = quiet.copied().filter_map(|turn| error(&turn)).collect();
    let draws = drawn(days, fit, seed, DRAWS);
    let cost_of = |load| {
        let [on_record, erased] =
            replay.span_of(fit, &turns, &measured.told(load, &events, &off), &span, &mut |_| {}).0;
        on_record.cost.zip(erased.cost).map(|(one, other)| one + other)
    };
    let mut costs: Option<Vec<Money>> = draws.iter().map(cost_of).collect();
    let range = costs.as_mut().filter(|costs| !costs.is_empty()).map(|costs| {
        costs.sort();
        let off = |money: Money| Money::from_pico(money.pico() / ERROR);
        let [low, high] = [costs[(costs.len() - 1) / 10], costs[(costs.len() - 1) * 9 / 10]];
        [low - off(low), high + off(high)]
    });
    let mut tokens = Tokens::default();
    held.iter().for_each(|turn| tokens += turn.tokens);
    // Neither side has those that are not on record but by what was said of them, so that both get as much for each.
    let due = if replay.erases() { replay.asked_for((first.at, span.end.as_millisecond())) } else { 0 };
    let erased = due.saturating_sub(held.len() as u64);
    let back = of_them(&quiet_ones, erased);
    tokens += back.tokens;
    let cost = cost.zip(back.cost).map(|(cost, back)| cost + back);
    let said = together(&on_record, &quiet_ones);
    Some(Held {
        agent: agent.id.clone(),
        from: span.start.to_string(),
        hours: whole((last + 1 - first.at).unsigned_abs()) / 3_600_000.0,
        fitted: fitted.len() as u64,
        quiet: errors.len() as u64,
        worst_error: quantile(&mut errors, 1.0),
        median_error: median(&mut errors),
        heartbeats: held.len() as u64 + erased,
        erased,
        tokens,
        cost,
        said,
        inside: cost.zip(range).map(|(cost, [low, high])| low <= cost && cost <= high),
        range,
    })
}

/// So many heartbeats that cost what those of a simulation did on average.
fn of_them(all: &Simulated, count: u64) -> Simulated {
    let of = |number: u64| (number * count).checked_div(all.heartbeats).unwrap_or(0);
    let Tokens { input, cache_read, cache_write_5m, cache_write_1h, output } = all.tokens;
    let tokens = Tokens {
        input: of(input),
        cache_read: of(cache_read),
        cache_write_5m: of(cache_write_5m),
        cache_write_1h: of(cache_write_1h),
        output: of(output),
    };
    let pico = |cost: Money| {
        let each = cost.pico().checked_div(i128::from(all.heartbeats)).unwrap_or(0);
        Money::from_pico(each * i128::from(count))
    };
    Simulated { heartbeats: count, tokens, cost: all.cost.map(pico) }
}

fn together(one: &Simulated, other: &Simulated) -> Simulated {
    let mut tokens = one.tokens;
    tokens += other.tokens;
    let cost = one.cost.zip(other.cost).map(|(one, other)| one + other);
    Simulated { heartbeats: one.heartbeats + other.heartbeats, tokens, cost }
}

/// What happened to the conversation: its size when the held-out hours begin, and what the user and jobs did to it in them.
pub(super) fn events(before: &[Turn], all: &[Turn], fit: &Fit) -> Vec<(i64, Event)> {
    let chars = |tokens: f64| count(tokens.max(0.0) / fit.per_char);
    let Some(last) = epoch(before).last().copied() else { return Vec::new() };
    let left = fit.traces.left(before, last);
    let mut events = vec![(last.at, Event::Becomes(chars(last.prompt() - fit.fixed + left)))];
    let (mut session, mut cuts) = (last.session, last.cuts);
    let shared: HashSet<u64> =
        all.iter().filter(|turn| turn.kind == TurnKind::Heartbeat).map(|turn| turn.session).collect();
    // A conversation that begins when nothing more is said in the one before it goes on from that one.
    let is_over = |session: u64, at: i64| !all.iter().any(|turn| turn.session == session && turn.at > at);
    let mut before = last.at;
    for turn in all.iter().filter(|turn| turn.at > last.at && !turn.isolated) {
        let since = std::mem::replace(&mut before, turn.at);
        let is_new = turn.session != session;
        match turn.kind {
            TurnKind::Chat if !is_new || shared.contains(&turn.session) || is_over(session, turn.at) => {
                if is_new || turn.cuts > cuts {
                    events.push((turn.at, Event::Becomes(turn.before)));
                }
            }
            // Somebody began the conversation anew, and has said nothing in it yet.
            TurnKind::Heartbeat if is_new && turn.before == 0 => {
                events.push((since.midpoint(turn.at), Event::Becomes(turn.before)))
            }
            TurnKind::Heartbeat => continue,
            // What a job is told and answers in the conversation stays there as well.
            _ if !is_new => {}
            _ => continue,
        }
        (session, cuts) = (turn.session, turn.cuts);
        if turn.kind != TurnKind::Heartbeat {
            events.push((turn.at, Event::Adds(turn.added + chars(turn.grown()))));
        }
    }
    events
}
