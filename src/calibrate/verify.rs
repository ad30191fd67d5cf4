//! What a change saved: the old settings simulated on the days after it, with what the user did on those days, minus what was
//! measured on them; over whole days, so that each hour counts alike. Less than a day says nothing.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::days::{DaysLoad, drawn};
use super::fit::epoch;
use super::measured::MeasuredAgent;
use super::replay::Replay;
use super::turn::{Turn, turns, whole};
use super::{DRAWS, digest, robust, seed};
use crate::gateway::Agent;
use crate::money::{Money, Unit};
use crate::records::{Records, StoredRequest, TurnKind};
use crate::releases::agent_id::normal_id;
use crate::simulate::costing::Costing;
use crate::simulate::schedule::Period;

const DAY: i64 = 86_400_000;
/// The share by which a simulated day may be off, whatever the draws say: a tenth, the bound that `docs/accuracy.md` holds.
const ERROR: i128 = 10;
/// A guard rail by name.
const FAILED_A_DAY: &str = "failed requests a day";
/// Another.
const INTERVAL: &str = "minutes between heartbeats";
/// Heartbeats that the old settings must have on record.
const FEWEST: usize = 5;

/// What the records say of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Judgement {
    /// The new days cost less than the old settings would have, beyond the error.
    Saved,
    /// Too few days, or a difference within the error.
    NotYetKnown,
    /// They cost more beyond the error, or a guard rail is broken.
    Worse,
}

/// What must not get worse while money is saved.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rail {
    /// What it watches, as `failed requests a day`.
    pub name: &'static str,
    /// Before the change; null where nothing is on record.
    pub before: Option<f64>,
    /// After it.
    pub after: Option<f64>,
    /// Whether it holds.
    pub kept: bool,
}

/// How often a model said that there is nothing to say in the words that OpenClaw drops.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Acknowledged {
    /// The model.
    pub model: String,
    /// Answers in those words.
    pub right: u64,
    /// Answers with those words in others, which are delivered.
    pub muddled: u64,
}

/// One agent before and after.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OfAgent {
    /// Its id.
    pub agent: String,
    /// Whole days of records before the change that were taken, and after it.
    pub days: [u64; 2],
    /// Heartbeats measured on them.
    pub heartbeats: [u64; 2],
    /// What those cost.
    pub measured: [Option<Money>; 2],
    /// The days after the change under the old settings: low, middle, high. Low and high are the 10th and 90th percentile of
    /// 200 draws, at least a tenth of the middle away from it.
    pub old_settings: Option<[Money; 3]>,
    /// That minus what was measured after the change: low, middle, high.
    pub saved: Option<[Money; 3]>,
    /// What was watched.
    pub rails: Vec<Rail>,
    /// Of each model that answered.
    pub acknowledged: Vec<Acknowledged>,
    /// What it comes to.
    pub verdict: Judgement,
    /// Why, in a clause.
    pub because: String,
}

/// The answer.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// Always 1.
    pub schema_version: u32,
    /// When the change was made.
    pub applied: String,
    /// What amounts are in: input-equivalent tokens, in millions, unless all models that answered have a price.
    pub unit: Unit,
    /// Of all agents together.
    pub verdict: Judgement,
    /// Saved a day: low, middle, high; null where it is not known of an agent.
    pub saved_a_day: Option<[Money; 3]>,
    /// Each agent that ran before or after.
    pub agents: Vec<OfAgent>,
}

/// Compares the records after a change with what the old settings would have cost then. Both costings are of the same
/// machine; the old one is of the config before the change.
pub fn verify(records: &Records, old: &Costing<'_>, new: &Costing<'_>, applied: Timestamp) -> Verification {
    let seed = seed(&digest(records));
    let both = old.gateway.agents.iter().map(|agent| (agent, turns(&records.requests, &agent.id)));
    let ran = both.filter(|(_, turns)| turns.iter().any(|turn| turn.kind == TurnKind::Heartbeat));
    let ran: Vec<(&Agent, Vec<Turn>)> = ran.collect();
    let is_priced = |(agent, turns): &(&Agent, Vec<Turn>)| {
        [old, new].iter().all(|costing| Replay::of(costing, agent).is_priced(turns))
    };
    let unit = if ran.iter().all(is_priced) { old.unit() } else { Unit::Tokens };
    let of = |(agent, turns): &(&Agent, Vec<Turn>)| {
        of_agent(records, turns, [old, new], (*agent, unit), applied.as_millisecond(), seed)
    };
    let agents: Vec<OfAgent> = ran.iter().map(of).collect();
    // An agent that the change did not touch says nothing of it, unless something broke there.
    let is_judged = |agent: &&OfAgent| agent.verdict == Judgement::Worse || !is_untouched(&agent.agent, old, new);
    let is_none_judged = !agents.iter().any(|agent| is_judged(&agent));
    let judged: Vec<&OfAgent> = agents.iter().filter(|agent| is_none_judged || is_judged(agent)).collect();
    let verdict = match judged.iter() {
        all if all.clone().any(|agent| agent.verdict == Judgement::Worse) => Judgement::Worse,
        all if all.clone().any(|agent| agent.verdict == Judgement::Saved)
            && all.clone().all(|agent| agent.verdict != Judgement::NotYetKnown) =>
        {
            Judgement::Saved
        }
        _ => Judgement::NotYetKnown,
    };
    let a_day = judged.iter().map(|agent| {
        let days = agent.days[1];
        let [low, middle, high] = agent.saved?.map(|saved| saved.per(days));
        Some([low?, middle?, high?])
    });
    let saved_a_day = a_day.collect::<Option<Vec<_>>>().filter(|all| !all.is_empty()).map(|all| {
        let sum = |at: usize| all.iter().map(|of| of[at]).sum();
        [sum(0), sum(1), sum(2)]
    });
    drop(judged);
    Verification { schema_version: 1, applied: applied.to_string(), unit, verdict, saved_a_day, agents }
}

/// The stretches that are compared, whole days before and after the change, in milliseconds.
struct Spans {
    before: (i64, i64),
    after: (i64, i64),
}

impl Spans {
    fn of(turns: &[Turn], applied: i64) -> Self {
        let heartbeats = |turn: &&Turn| turn.kind == TurnKind::Heartbeat && turn.at < applied;
        let since = turns.iter().find(heartbeats).map_or(applied, |turn| turn.at);
        let until = turns.last().map_or(applied, |turn| turn.at);
        let whole = |ms: i64| (ms.max(0) / DAY) * DAY;
        Spans {
            before: (applied - whole(applied - since), applied),
            after: (applied, applied + whole(until - applied)),
        }
    }
}

fn days_of((from, to): (i64, i64)) -> u64 {
    ((to - from) / DAY).unsigned_abs()
}

/// The days of a stretch on which anything is on record: a gateway that stood still says nothing of a usual day. A change may
/// leave no heartbeat, so the days after it all count.
fn days_on_record(turns: &[Turn], (from, to): (i64, i64)) -> u64 {
    let on_record = turns.iter().filter(|turn| (from..to).contains(&turn.at)).map(|turn| (turn.at - from) / DAY);
    on_record.collect::<BTreeSet<i64>>().len() as u64
}

fn of_agent(
    records: &Records,
    turns: &[Turn],
    [old, new]: [&Costing<'_>; 2],
    (agent, unit): (&Agent, Unit),
    applied: i64,
    seed: u64,
) -> OfAgent {
    let spans = Spans::of(turns, applied);
    let within =
        |(from, to): (i64, i64)| move |turn: &&Turn| turn.kind == TurnKind::Heartbeat && (from..to).contains(&turn.at);
    let before: Vec<&Turn> = turns.iter().filter(within(spans.before)).collect();
    let after: Vec<&Turn> = turns.iter().filter(within(spans.after)).collect();
    let [was, is] = [old, new].map(|costing| Replay::of(costing, agent).counted_in(unit));
    let measured = [was.priced(&before), is.priced(&after)];
    let days = [days_on_record(turns, spans.before), days_of(spans.after)];
    let off = off(records, spans.after, &is);
    let hours_off = off.iter().map(|(from, to)| whole((to - from).unsigned_abs())).sum::<f64>() / 3_600_000.0;
    let was = was.without(off);
    let old_settings = under_old(records, turns, &was, &spans, seed).filter(|_| days[1] > 0);
    let saved = old_settings.zip(measured[1]).map(|([low, middle, high], now)| [low - now, middle - now, high - now]);
    let failed = |(from, to): (i64, i64)| {
        let failed = |request: &&StoredRequest| {
            request.kind == TurnKind::Error && *request.agent == *agent.id && (from..to).contains(&request.at)
        };
        whole(records.requests.iter().filter(failed).count() as u64)
    };
    // Files do not say which release wrote them, and only files have ticks erased: the config or the user says.
    let eraser = [old, new].map(|costing| &costing.gateway.behaviour).into_iter().find(|is| is.erases_quiet_ticks);
    let is_erased = eraser.is_some();
    let ran = after.len() as u64;
    let asked_for = is.asked_for(spans.after);
    let heartbeats = if is_erased { [was.asked_for(spans.before), asked_for] } else { [before.len() as u64, ran] };
    let mut rails = rails([&before, &after], heartbeats, days, [failed(spans.before), failed(spans.after)]);
    // Between those that are left of erased ones lies no interval.
    rails.retain(|rail| !is_erased || rail.name != INTERVAL);
    let (mut verdict, mut because) = verdict(days, saved, &rails, old_settings.is_some());
    // A gateway that stands still costs nothing and says nothing, which is the change neither way; what costs more or fails is
    // worse all the same. Some releases erase heartbeats that say nothing.
    let is_worse = saved.is_some_and(|[.., high]| high < Money::ZERO)
        || rails.iter().any(|rail| rail.name == FAILED_A_DAY && !rail.kept);
    if days[1] > 0 && !is_worse && !is_erased && ran * 2 < asked_for {
        verdict = Judgement::NotYetKnown;
        because = format!(
            "only {ran} of the {asked_for} heartbeats that the new settings ask for are on record: the gateway may have stood still"
        );
    }
    let mut costs = (old_settings, saved);
    if let Some(release) = eraser.filter(|_| days[1] > 0).map(|eraser| eraser.version) {
        costs = (None, None);
        if !rails.iter().any(|rail| rail.name == FAILED_A_DAY && !rail.kept) {
            verdict = Judgement::NotYetKnown;
            because = format!(
                "OpenClaw {release} erases heartbeats that have nothing to say, so that what they cost is not on record"
            );
        }
    }
    if hours_off > 0.0 && matches!(verdict, Judgement::Saved | Judgement::Worse) && costs.1.is_some() {
        because = format!("{because}; {hours_off:.1} hours without a sign of the gateway count on neither side");
    }
    // What is no change cannot have saved: the days differ by more than the draws tell.
    let [was, is] = [old, new].map(|costing| costing.gateway.config());
    if was == is {
        if verdict != Judgement::NotYetKnown {
            verdict = Judgement::NotYetKnown;
            "the config is the same before and after: no change explains the difference".clone_into(&mut because);
        }
    } else if is_untouched(&agent.id, old, new) {
        costs = (None, None);
        if rails.iter().all(|rail| rail.kept) {
            verdict = Judgement::NotYetKnown;
            "nothing of its settings was changed".clone_into(&mut because);
        }
    }
    OfAgent {
        agent: agent.id.clone(),
        days,
        heartbeats: [before.len() as u64, after.len() as u64],
        measured,
        old_settings: costs.0,
        saved: costs.1,
        rails,
        acknowledged: if is_erased { Vec::new() } else { acknowledged(records, &agent.id) },
        verdict,
        because,
    }
}

/// When the gateway was off: some heartbeats in a row were due under the settings that it runs, and no agent made a request.
fn off(records: &Records, (from, to): (i64, i64), now: &Replay<'_, '_>) -> Vec<(i64, i64)> {
    const FEWEST: u64 = 3;
    let within = records.requests.iter().map(|request| request.at).filter(|at| (from..to).contains(at));
    let mut at = from;
    let mut silent = Vec::new();
    for next in within.chain([to]) {
        if next - at > 60_000 && now.asked_for((at + 60_000, next)) >= FEWEST {
            silent.push((at + 1, next));
        }
        at = next;
    }
    silent
}

/// Whether a change left all that an agent is subject to as it was, and touched only others.
fn is_untouched(agent: &str, old: &Costing<'_>, new: &Costing<'_>) -> bool {
    let own = |costing: &Costing<'_>| {
        let mut config = Value::clone(costing.gateway.config());
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
    };
    own(old) == own(new)
}

/// The days after the change under the settings before it, with what the user did on them.
fn under_old(
    records: &Records,
    turns: &[Turn],
    replay: &Replay<'_, '_>,
    spans: &Spans,
    seed: u64,
) -> Option<[Money; 3]> {
    let before: Vec<Turn> = turns.iter().filter(|turn| turn.at < spans.after.0).cloned().collect();
    let heartbeats = epoch(&before);
    let last = *heartbeats.last().filter(|_| heartbeats.len() >= FEWEST)?;
    let measured = MeasuredAgent::of(replay, &before, [&[], &records.prompts])?;
    let MeasuredAgent { fit, days, load, .. } = &measured;
    // The grid goes on where it was.
    let every = replay.every(fit, &before)?;
    let start = last.at + ((spans.after.0 - last.at).max(0) / every + 1) * every;
    let moment = |at: i64| Timestamp::from_millisecond(at).ok();
    let span =
        Period { start: moment(start)?, end: moment(spans.after.1)?, zone: replay.costing().gateway.user_zone.clone() };
    if span.start >= span.end {
        return None;
    }
    let events = super::holdout::events(&before, turns, fit);
    let cost = |load: &DaysLoad| replay.span_of(fit, &before, &measured.told(load, &events), &span, &mut |_| {}).0.cost;
    let middle = cost(load)?;
    let mut draws: Vec<Money> = drawn(days, fit, seed, DRAWS).iter().map(cost).collect::<Option<_>>()?;
    draws.sort();
    let at = |share: usize| draws.get(draws.len().saturating_sub(1) * share / 100).copied().unwrap_or(middle);
    let off = Money::from_pico(middle.pico() / ERROR);
    Some([at(10).min(middle - off), middle, at(90).max(middle + off)])
}

/// What was watched. A change that asks for fewer heartbeats asks for fewer alerts a day, and one that asks for more has more
/// to fail: neither is held against it.
pub(super) fn rails(
    [before, after]: [&[&Turn]; 2],
    heartbeats: [u64; 2],
    days: [u64; 2],
    failed: [f64; 2],
) -> Vec<Rail> {
    let [was, is] = heartbeats.map(whole);
    let a_day = |count: f64, days: u64| (days > 0).then(|| count / whole(days));
    let alerts = |turns: &[&Turn]| whole(turns.iter().filter(|turn| turn.alerts).count() as u64);
    let gap = |turns: &[&Turn]| {
        let mut gaps: Vec<f64> =
            turns.windows(2).map(|pair| whole((pair[1].at - pair[0].at).unsigned_abs()) / 60_000.0).collect();
        robust::median(&mut gaps)
    };
    let rail = |name, [before, after]: [Option<f64>; 2], kept: &dyn Fn(f64, f64) -> bool| Rail {
        name,
        before,
        after,
        kept: before.zip(after).is_none_or(|(before, after)| kept(before, after)),
    };
    let [said, says] = [alerts(before), alerts(after)];
    let in_hundred = |alerts: f64, heartbeats: f64| (heartbeats > 0.0).then(|| alerts * 100.0 / heartbeats);
    // How many of all alerts chance leaves to the heartbeats after the change, and by how much it may be off.
    let share = is / (was + is).max(1.0);
    let expected = (said + says) * share;
    let chance = 2.0 * (expected * (1.0 - share)).sqrt();
    let more = if days.contains(&0) { 1.0 } else { (is / whole(days[1])) / (was / whole(days[0])).max(1.0) };
    vec![
        // Less than half of what it used to say, and by more than chance.
        rail("alerts in 100 heartbeats", [in_hundred(said, was), in_hundred(says, is)], &|before, after| {
            after * 2.0 >= before || expected - says <= chance
        }),
        // Told, not judged: a longer interval is what was asked for.
        rail(INTERVAL, [gap(before), gap(after)], &|_, _| true),
        rail(FAILED_A_DAY, [a_day(failed[0], days[0]), a_day(failed[1], days[1])], &|before, after| {
            after < 3.0 || after <= before * 2.0 * more.max(1.0)
        }),
    ]
}

fn verdict(days: [u64; 2], saved: Option<[Money; 3]>, rails: &[Rail], has_old: bool) -> (Judgement, String) {
    if days[1] == 0 {
        return (Judgement::NotYetKnown, "less than 24 hours are on record since the change".to_owned());
    }
    if let Some(rail) = rails.iter().find(|rail| !rail.kept) {
        let [before, after] = [rail.before, rail.after].map(|value| format!("{:.1}", value.unwrap_or_default()));
        return (Judgement::Worse, format!("{}: {after} where it was {before}", rail.name));
    }
    match saved {
        None if !has_old => (
            Judgement::NotYetKnown,
            format!("fewer than {FEWEST} heartbeats are on record under the old settings, or their price is unknown"),
        ),
        None => (Judgement::NotYetKnown, "a price is unknown".to_owned()),
        Some([low, ..]) if low > Money::ZERO => {
            (Judgement::Saved, "the old settings would have cost more on the same days, beyond the error".to_owned())
        }
        Some([.., high]) if high < Money::ZERO => {
            (Judgement::Worse, "the old settings would have cost less on the same days, beyond the error".to_owned())
        }
        Some(_) => (Judgement::NotYetKnown, "the difference is within the error".to_owned()),
    }
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
