//! One agent before and after a change.

use jiff::Timestamp;
use serde_json::Value;

use super::super::days::{DaysLoad, drawn};
use super::super::fit::epoch;
use super::super::measured::MeasuredAgent;
use super::super::replay::Replay;
use super::super::turn::{Turn, whole};
use super::super::{DRAWS, holdout};
use super::answer::{Acknowledged, OfAgent};
use super::judged::{Evidence, FEWEST, Touched};
use super::rails::{INTERVAL, rails};
use super::spans::Spans;
use crate::gateway::Agent;
use crate::money::{Money, Unit};
use crate::records::{Records, StoredRequest, TurnKind};
use crate::releases::agent_id::normal_id;
use crate::simulate::costing::Costing;
use crate::simulate::schedule::Period;

/// The share by which a simulated day may be off, whatever the draws say: a tenth, the bound that `docs/accuracy.md` holds.
const ERROR: i128 = 10;

/// Two configs on the records of one machine, and what is asked of them.
pub(super) struct BeforeAndAfter<'q, 'a> {
    pub(super) records: &'q Records,
    /// Under the config before the change, and after it.
    pub(super) costings: [&'q Costing<'a>; 2],
    pub(super) unit: Unit,
    /// When the change was made, in milliseconds.
    pub(super) applied: i64,
    /// That of the draws.
    pub(super) seed: u64,
}

impl BeforeAndAfter<'_, '_> {
    /// The answer for an agent, by its turns.
    pub(super) fn of_agent(&self, agent: &Agent, turns: &[Turn]) -> OfAgent {
        let spans = Spans::of(turns, self.applied);
        let [before, after] = spans.heartbeats(turns);
        let [was, is] =
            self.costings.map(|costing| Replay::of(costing, agent, &self.records.requests).counted_in(self.unit));
        let measured = [was.priced(&before), is.priced(&after)];
        let days = spans.days(turns);
        let off = is.off_now(spans.after);
        let hours_off = off.iter().map(|(from, to)| whole((to - from).unsigned_abs())).sum::<f64>() / 3_600_000.0;
        let old_settings = self.under_old(turns, &was, &spans, &off).filter(|_| days[1] > 0);
        let saved =
            old_settings.zip(measured[1]).map(|([low, middle, high], now)| [low - now, middle - now, high - now]);
        // Files do not say which release wrote them, and only files have ticks erased: the config or the user says.
        let behaviours = self.costings.map(|costing| &costing.gateway.behaviour);
        let eraser = behaviours.into_iter().find(|is| is.erases_quiet_ticks).map(|eraser| eraser.version);
        let ran = after.len() as u64;
        let asked_for = is.asked_for(spans.after);
        let heartbeats = match eraser {
            Some(_) => [was.asked_for(spans.before), asked_for],
            None => [before.len() as u64, ran],
        };
        let failed = [spans.before, spans.after].map(|span| self.failed(&agent.id, span));
        let mut rails = rails([&before, &after], heartbeats, days, failed);
        // Between those that are left of erased ones lies no interval.
        rails.retain(|rail| eraser.is_none() || rail.name != INTERVAL);
        let change = self.change(&agent.id);
        let evidence = Evidence { days, old_settings, saved, rails: &rails, ran, asked_for, eraser, hours_off, change };
        let (verdict, because) = evidence.judged();
        let [old_settings, saved] = [old_settings, saved].map(|costs| costs.filter(|_| evidence.tells_costs()));
        OfAgent {
            agent: agent.id.clone(),
            days,
            heartbeats: [before.len() as u64, ran],
            measured,
            old_settings,
            saved,
            rails,
            acknowledged: if eraser.is_some() { Vec::new() } else { acknowledged(self.records, &agent.id) },
            verdict,
            because,
        }
    }

    /// How many of its requests failed in a stretch.
    fn failed(&self, agent: &str, (from, to): (i64, i64)) -> f64 {
        let failed = |request: &&StoredRequest| {
            request.kind == TurnKind::Error && *request.agent == *agent && (from..to).contains(&request.at)
        };
        whole(self.records.requests.iter().filter(failed).count() as u64)
    }

    /// What the change is to an agent.
    pub(super) fn change(&self, agent: &str) -> Touched {
        let [was, is] = self.costings.map(|costing| costing.gateway.config());
        if was == is {
            Touched::Same
        } else if own(was, agent) == own(is, agent) {
            Touched::Elsewhere
        } else {
            Touched::Own
        }
    }

    /// The days after the change under the settings before it, with what the user did on them.
    fn under_old(
        &self,
        turns: &[Turn],
        replay: &Replay<'_, '_>,
        spans: &Spans,
        off: &[(i64, i64)],
    ) -> Option<[Money; 3]> {
        let before: Vec<Turn> = turns.iter().filter(|turn| turn.at < spans.after.0).cloned().collect();
        let heartbeats = epoch(&before);
        let last = *heartbeats.last().filter(|_| heartbeats.len() >= FEWEST)?;
        let measured = MeasuredAgent::of(replay, &before, [&[], &self.records.prompts])?;
        let MeasuredAgent { fit, days, load, .. } = &measured;
        // The grid goes on where it was.
        let every = replay.every(fit, &before)?;
        let start = last.at + ((spans.after.0 - last.at).max(0) / every + 1) * every;
        let moment = |at: i64| Timestamp::from_millisecond(at).ok();
        let span = Period {
            start: moment(start)?,
            end: moment(spans.after.1)?,
            zone: replay.costing().gateway.user_zone.clone(),
        };
        if span.start >= span.end {
            return None;
        }
        let events = holdout::events(&before, turns, fit);
        let cost = |load: &DaysLoad| {
            replay.span_of(fit, &before, &measured.told(load, &events, off), &span, &mut |_| {}).0[0].cost
        };
        let middle = cost(load)?;
        let mut draws: Vec<Money> = drawn(days, fit, self.seed, DRAWS).iter().map(cost).collect::<Option<_>>()?;
        draws.sort();
        let at = |share: usize| draws.get(draws.len().saturating_sub(1) * share / 100).copied().unwrap_or(middle);
        let off = Money::from_pico(middle.pico() / ERROR);
        Some([at(10).min(middle - off), middle, at(90).max(middle + off)])
    }
}

/// All of a config that an agent is subject to.
fn own(config: &Value, agent: &str) -> Value {
    let mut config = Value::clone(config);
    if let Some(all) = config.as_object_mut() {
        all.remove("meta");
    }
    if let Some(list) = config.pointer_mut("/agents/list").and_then(Value::as_array_mut) {
        list.retain(|entry| entry["id"].as_str().is_some_and(|id| normal_id(id) == agent));
    }
    if let Some(entries) = config.pointer_mut("/agents/entries").and_then(Value::as_object_mut) {
        entries.retain(|id, _| normal_id(id) == agent);
    }
    config
}

fn acknowledged(records: &Records, agent: &str) -> Vec<Acknowledged> {
    let mut all: Vec<Acknowledged> = Vec::new();
    let of_agent = |request: &&StoredRequest| request.kind == TurnKind::Heartbeat && *request.agent == *agent;
    for request in records.requests.iter().filter(of_agent).filter(|request| !request.place.calls) {
        let at = all.iter().position(|known| *known.model == *request.model).unwrap_or_else(|| {
            all.push(Acknowledged { model: request.model.to_string(), right: 0, muddled: 0 });
            all.len() - 1
        });
        if let Some(known) = all.get_mut(at) {
            known.right += u64::from(request.place.quiet);
            known.muddled += u64::from(request.place.muddled);
        }
    }
    all
}
