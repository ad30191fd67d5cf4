//! One day of the period, tick by tick: when agents run, when and why they do not, and what each run costs.

use std::collections::BTreeMap;

use jiff::{Span, Timestamp};

use super::AgentReport;
use crate::analysis::Analysis;
use crate::gateway::Agent;
use crate::money::{Money, Unit};
use crate::report::settings::zone_name;
use crate::simulate::costing::{Choice, Level};
use crate::simulate::estimate::priced;
use crate::simulate::schedule::Period;
use crate::simulate::{SkipReason, simulate};

/// Agents whose day is shown.
const MOST_AGENTS: usize = 6;
/// Marks of a day; shorter intervals share marks of five minutes.
const MOST_MARKS: u64 = 288;
/// A day of 24 hours in milliseconds.
pub const DAY_MS: i64 = 86_400_000;

/// A day of middling cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Day {
    /// Such as `Sunday, 2026-11-15`.
    pub date: String,
    /// The zone whose day it is.
    pub zone: String,
    /// The agents, dearest first.
    pub agents: Vec<AgentDay>,
    /// Further agents.
    pub left_out: usize,
}

/// One agent's day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AgentDay {
    /// Its id.
    pub agent: String,
    /// Scheduled moments.
    pub ticks: u64,
    /// Those that call no model, by reason.
    pub skips: BTreeMap<SkipReason, u64>,
    /// What the day costs; `None` where a price is unknown.
    pub cost: Option<Money>,
    /// The ticks, or what they add up to in five minutes where they are many.
    pub marks: Vec<DayMark>,
}

/// One tick or five minutes of them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DayMark {
    /// Milliseconds after midnight.
    pub at: i64,
    /// Ticks that ran.
    pub runs: u64,
    /// Why the others did not; the last such reason.
    pub skip: Option<SkipReason>,
    /// What the runs cost; nothing where a price is unknown.
    pub cost: Money,
    /// Tokens that they sent.
    pub prompt: u64,
}

pub(super) fn day(analysis: &Analysis, unit: Unit, shown: &[&AgentReport]) -> Option<Day> {
    let first: Vec<&&AgentReport> = shown.iter().take(MOST_AGENTS).collect();
    let agents: Vec<&Agent> =
        first.iter().filter_map(|shown| analysis.gateway.agents.iter().find(|agent| agent.id == shown.id)).collect();
    let starts = whole_days(&analysis.period);
    let start = typical(analysis, &agents, &starts)?;
    let agents: Vec<AgentDay> = agents.iter().map(|agent| course(analysis, agent, unit, start)).collect();
    let date = Timestamp::from_millisecond(start).ok()?.to_zoned(analysis.period.zone.clone());
    Some(Day {
        date: date.strftime("%A, %Y-%m-%d").to_string(),
        zone: zone_name(&analysis.period.zone),
        left_out: shown.len() - agents.len(),
        agents,
    })
}

/// The midnights that begin a day of 24 hours, whole within the period.
fn whole_days(period: &Period) -> Vec<i64> {
    let Ok(mut at) = period.start.to_zoned(period.zone.clone()).start_of_day() else { return Vec::new() };
    let mut starts = Vec::new();
    while at.timestamp() < period.end {
        let Ok(next) = at.checked_add(Span::new().days(1)) else { break };
        let (from, to) = (at.timestamp().as_millisecond(), next.timestamp().as_millisecond());
        if at.timestamp() >= period.start && next.timestamp() <= period.end && to - from == DAY_MS {
            starts.push(from);
        }
        at = next;
    }
    starts
}

/// The day in the middle by cost, then by tokens sent, then by date.
fn typical(analysis: &Analysis, agents: &[&Agent], starts: &[i64]) -> Option<i64> {
    let mut days: Vec<(Money, u64, i64)> = starts.iter().map(|start| (Money::ZERO, 0, *start)).collect();
    for agent in agents {
        ticks(analysis, agent, &mut |mark| {
            let after = days.partition_point(|day| day.2 <= mark.at);
            if let Some(day) =
                after.checked_sub(1).and_then(|at| days.get_mut(at)).filter(|day| mark.at < day.2 + DAY_MS)
            {
                day.0 += mark.cost;
                day.1 += mark.prompt;
            }
        });
    }
    days.sort_unstable();
    days.get(days.len() / 2).map(|day| day.2)
}

fn course(analysis: &Analysis, agent: &Agent, unit: Unit, start: i64) -> AgentDay {
    let choice = Choice::present(agent);
    let model = analysis.costing().answering(agent, &choice);
    let known = model.found.price.as_ref().is_some_and(|price| price.unit == unit);
    let mut course = AgentDay { agent: agent.id.clone(), cost: known.then_some(Money::ZERO), ..AgentDay::default() };
    let many = choice.every.ms().is_some_and(|every| every * MOST_MARKS < DAY_MS.unsigned_abs());
    let slot = if many { DAY_MS / MOST_MARKS.cast_signed() } else { 1 };
    ticks(analysis, agent, &mut |tick| {
        let at = (tick.at - start).div_euclid(slot) * slot;
        if !(0..DAY_MS).contains(&at) {
            return;
        }
        course.ticks += 1;
        if let Some(reason) = tick.skip {
            *course.skips.entry(reason).or_default() += 1;
        }
        course.cost = course.cost.map(|cost| cost + tick.cost);
        match course.marks.last_mut().filter(|mark| mark.at == at) {
            Some(mark) => {
                mark.runs += tick.runs;
                mark.skip = tick.skip.or(mark.skip);
                mark.cost += tick.cost;
                mark.prompt += tick.prompt;
            }
            None => course.marks.push(DayMark { at, ..tick }),
        }
    });
    course
}

/// The ticks of an agent's typical month, at milliseconds since the epoch.
fn ticks(analysis: &Analysis, agent: &Agent, sink: &mut dyn FnMut(DayMark)) {
    let costing = analysis.costing();
    let (subject, choice) = (costing.subject(agent), Choice::present(agent));
    let model = costing.answering(agent, &choice);
    let scenario = costing.scenario(&subject, &choice, &model, Level::Typical, costing.always_skipped(agent));
    let price = model.found.price.as_ref();
    simulate(&scenario, &mut |tick| {
        let mut mark =
            DayMark { at: tick.at, runs: u64::from(tick.skip.is_none()), skip: tick.skip, ..DayMark::default() };
        for request in tick.requests {
            mark.prompt += request.tokens.prompt();
            let cost = price.and_then(|price| priced(subject.prices(price), tick.at, request.kind, &request.tokens));
            mark.cost += cost.unwrap_or_default();
        }
        sink(mark);
    });
}
