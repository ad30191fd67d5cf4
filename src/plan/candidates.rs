//! What a plan may choose from for one agent: the values of each lever within the bounds, the present one first
//! (DESIGN "Plan").

use std::sync::Arc;

use super::bounds::{Bounds, RiskProfile};
use super::memory::Memory;
use super::reach::Reach;
use super::retention;
use super::worth::Worth;
use crate::catalogue::Tier;
use crate::gateway::active_hours::ActiveHours;
use crate::gateway::model_ref::ModelRef;
use crate::gateway::retention::Retention;
use crate::levers::Lever;
use crate::money::{Money, Unit};
use crate::releases::duration::Interval;
use crate::simulate::costing::reach::{self, Vendor, in_use, stands_beside};
use crate::simulate::costing::{Choice, Costing, PricedModel, Subject};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
/// The intervals tried beside the present one.
pub const INTERVALS: [u64; 6] = [15 * MINUTE, 30 * MINUTE, 55 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR];
/// Further ones, where heartbeats are to fit into what a plan allows.
const LONG: [u64; 4] = [6 * HOUR, 8 * HOUR, 12 * HOUR, 24 * HOUR];
/// When workloads have people chat: 09:00 to 21:00 (`WORKLOADS.md`), in minutes after midnight.
const CHAT_HOURS: (u16, u16) = (9 * 60, 21 * 60);

/// What another interval must save a month, in units of the price, where HEARTBEAT.md has tasks: their own intervals decide
/// what runs, so a longer one delays them and saves little else. A fixed amount, so that planning again changes nothing.
const TASKS_WAIT: Money = Money::from_pico(5_000_000_000_000);

/// The values of each lever, the present one first.
#[derive(Clone, Debug)]
pub struct Space {
    /// The settings as they are.
    pub present: Choice,
    /// Intervals: first those within the bounds, then longer ones, to show what they would cost.
    pub every: Vec<Interval>,
    /// How many of the intervals are within the bounds.
    pub every_allowed: usize,
    /// What another interval must save a month to be taken, beside costing less.
    pub every_reluctance: Money,
    /// `activeHours`.
    pub windows: Vec<ActiveHours>,
    /// `lightContext`.
    pub light: Vec<bool>,
    /// `isolatedSession`.
    pub isolated: Vec<bool>,
    /// Models with a known price in the present model's unit and a known window, each with the retentions it may have.
    pub models: Vec<CandidateModel>,
    /// What a step away from the settings as they are is worth.
    pub worth: Worth,
}

/// A candidate model under one retention.
#[derive(Clone, Debug)]
pub struct CandidateModel {
    /// Which.
    pub model: ModelRef,
    /// How long its prompt is kept.
    pub retention: Retention,
    /// That retention has to be written; otherwise it is what the file says.
    pub asks_retention: bool,
    /// Its price and caching.
    pub known: Arc<PricedModel>,
    /// Who makes it.
    pub vendor: Vendor,
    /// What it must save a month to be taken instead of the present model, beside costing less.
    pub reluctance: Money,
}

/// The space of one agent.
pub fn space(
    costing: &Costing<'_>,
    subject: &Subject<'_>,
    bounds: &Bounds,
    reach: &Reach,
    memory: &mut Memory,
) -> Space {
    let present = Choice::present(subject.agent);
    let (every, every_allowed) = intervals(&present, bounds);
    // A key that has no effect on the release is no choice.
    let behaviour = &costing.gateway.behaviour;
    let both = |now: bool, works: bool| if now || !works { vec![now] } else { vec![false, true] };
    Space {
        every,
        every_allowed,
        every_reluctance: if has_tasks(costing, subject) { TASKS_WAIT } else { Money::ZERO },
        windows: windows(costing, subject, &present, bounds),
        light: both(present.light, behaviour.light_context_effective && bounds.may_move(Lever::LightContext)),
        isolated: both(present.isolated, behaviour.isolation_effective && bounds.may_move(Lever::IsolatedSession)),
        models: models(costing, subject, &present, bounds, reach, memory),
        worth: bounds.worth(if memory.counts_tokens() { Unit::Tokens } else { Unit::Usd }),
        present,
    }
}

/// Whether the release runs what the tasks of HEARTBEAT.md have due.
fn has_tasks(costing: &Costing<'_>, subject: &Subject<'_>) -> bool {
    let workspace = subject.spread.typical.workspace.as_ref();
    workspace.is_some_and(|workspace| !workspace.tasks(&costing.gateway.behaviour).is_empty())
}

fn intervals(present: &Choice, bounds: &Bounds) -> (Vec<Interval>, usize) {
    let now = present.every.ms().unwrap_or(0);
    let moves = bounds.may_move(Lever::Every);
    let shortest = bounds.shortest_ms.unwrap_or(now);
    let is_other = |ms: &u64| *ms != now;
    let allowed = |ms: &u64| moves && (shortest..=bounds.longest_ms()).contains(ms);
    let mut every = vec![present.every];
    every.extend(INTERVALS.into_iter().filter(is_other).filter(allowed).map(Interval::Every));
    if bounds.fit.is_some() {
        every.extend(LONG.into_iter().filter(is_other).filter(allowed).map(Interval::Every));
    }
    if moves && bounds.allow_off {
        every.push(Interval::Off);
    }
    let within = every.len();
    let shown = INTERVALS.into_iter().filter(|ms| *ms > now && !allowed(ms));
    every.extend(shown.map(Interval::Every));
    (every, within)
}

/// Hours are offered where the agent has none: in the profile `aggressive` those in which the workload has people chat.
/// What the caller names is offered to all.
fn windows(costing: &Costing<'_>, subject: &Subject<'_>, present: &Choice, bounds: &Bounds) -> Vec<ActiveHours> {
    let chat_hours = || {
        let wanted = bounds.profile == RiskProfile::Aggressive && present.window == ActiveHours::Always;
        (wanted && retention::has_chat(&subject.spread)).then_some(CHAT_HOURS)
    };
    let unresolved = subject.agent.settings.active_hours.unresolved.is_some();
    let hours = bounds.active_hours.or_else(chat_hours);
    let hours = hours.filter(|_| bounds.may_move(Lever::ActiveHours) && !unresolved);
    let other = hours.map(|(start, end)| ActiveHours::Daily { start, end, zone: costing.gateway.user_zone.clone() });
    std::iter::once(present.window.clone()).chain(other.filter(|other| *other != present.window)).collect()
}

fn models(
    costing: &Costing<'_>,
    subject: &Subject<'_>,
    present: &Choice,
    bounds: &Bounds,
    reach: &Reach,
    memory: &mut Memory,
) -> Vec<CandidateModel> {
    let now = memory.model(costing, subject.agent, &present.model, present.retention);
    let as_is = |model: &ModelRef, retention, known: Arc<PricedModel>| CandidateModel {
        model: model.clone(),
        retention,
        asks_retention: false,
        vendor: Vendor::of(model, &known.found),
        known,
        reluctance: Money::ZERO,
    };
    let mut models = vec![as_is(&present.model, present.retention, Arc::clone(&now))];
    let Some(unit) = now.found.price.as_ref().map(|price| price.unit) else { return models };
    let used: Vec<&ModelRef> = in_use(costing.gateway, &[]).collect();
    let min_tier = bounds.min_tier.unwrap_or(Tier::Light);
    let vendor = Vendor::of(&present.model, &now.found);
    let named = reach.named.iter().map(|model| (model, true));
    let others = named.chain(reach.models.iter().map(|model| (model, false)));
    let is_used = costing.gateway.behaviour.uses_model(subject.agent.path.is_some());
    // Tokens of two models are no measure of which is better.
    let moves = is_used && bounds.may_move(Lever::Model) && unit != Unit::Tokens;
    for (model, named) in others.filter(|(model, _)| moves && **model != present.model) {
        let is_named = named || reach.configured.contains(model);
        if !is_named && !stands_beside(costing, &present.model, model) {
            continue;
        }
        let retention = costing.gateway.retention_of(subject.agent, model);
        let known = memory.model(costing, subject.agent, model, retention);
        let found = &known.found;
        let same_unit = found.price.as_ref().is_some_and(|price| price.unit == unit);
        let suits = named || found.tier(costing.period.start).is_some_and(|tier| tier >= min_tier);
        // A model on the user's own machine may not be up to it: one that agents use already is.
        let trusted = named || !found.local || used.contains(&model) || bounds.profile == RiskProfile::Aggressive;
        if same_unit && found.context_window.is_some() && suits && trusted {
            let reluctance = reach::reluctance(is_named, &vendor, &Vendor::of(model, found));
            models.push(CandidateModel { reluctance, ..as_is(model, retention, known) });
        }
    }
    // Of what costs the same the nearest comes first.
    models.sort_by_key(|candidate| (candidate.model != present.model, candidate.reluctance));
    if bounds.may_move(Lever::CacheRetention) {
        let asking: Vec<CandidateModel> =
            models.iter().flat_map(|model| asking(costing, subject, model, memory)).collect();
        models.extend(asking);
    }
    models
}

/// The further retentions of a model that change how its requests are cached and can be written for it alone.
fn asking(
    costing: &Costing<'_>,
    subject: &Subject<'_>,
    as_is: &CandidateModel,
    memory: &mut Memory,
) -> Vec<CandidateModel> {
    let chats = retention::has_chat(&subject.spread);
    if retention::place(costing.gateway, subject.agent, &as_is.model, chats).is_none() {
        return Vec::new();
    }
    let mut seen = vec![as_is.known.caching];
    let mut models = Vec::new();
    for retention in retention::ASKED {
        let known = memory.model(costing, subject.agent, &as_is.model, retention);
        if !seen.contains(&known.caching) {
            seen.push(known.caching);
            models.push(CandidateModel { retention, asks_retention: true, known, ..as_is.clone() });
        }
    }
    models
}
