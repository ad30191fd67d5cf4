//! What a plan may choose from: intervals within bounds, the two context levers, and the models within reach of the
//! config (DESIGN "Plan").

use crate::gateway::duration::Interval;
use crate::gateway::model_ref::ModelRef;
use crate::gateway::{Gateway, retention};
use crate::money::Unit;
use crate::simulate::costing::{Choice, Costing, PricedModel, Subject};

/// How far a plan may go; by default the profile `balanced`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The longest interval in milliseconds, unless the present one is longer.
    pub longest_ms: u64,
    /// Plan for this agent only.
    pub agent: Option<String>,
    /// Plan for agents billed in this unit only; without it, in that of the first enrolled agent, as a report counts.
    pub unit: Option<Unit>,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds { longest_ms: 2 * HOUR, agent: None, unit: None }
    }
}

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
/// The intervals tried beside the present one.
const INTERVALS: [u64; 6] = [15 * MINUTE, 30 * MINUTE, 55 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR];

/// The values of each lever, the present one first.
#[derive(Clone, Debug)]
pub struct Space {
    /// Intervals within the bounds.
    pub every: Vec<Interval>,
    /// All intervals, to show what a longer one would cost.
    pub every_shown: Vec<Interval>,
    /// `isolatedSession`.
    pub isolated: Vec<bool>,
    /// `lightContext`.
    pub light: Vec<bool>,
    /// Models with a known price in the present model's unit and a known window.
    pub models: Vec<Model>,
}

/// A candidate model.
#[derive(Clone, Debug)]
pub struct Model {
    /// Which.
    pub model: ModelRef,
    /// The retention its requests would have.
    pub retention: retention::Retention,
    /// Its price and caching.
    pub priced: PricedModel,
}

/// The space of one agent.
pub fn space(costing: &Costing<'_>, subject: &Subject<'_>, present: &Choice, bounds: &Bounds) -> Space {
    let now = present.every.ms().unwrap_or(0);
    let longest = bounds.longest_ms.max(now);
    let intervals = |most: u64| {
        let others = INTERVALS.into_iter().filter(|ms| *ms > now && *ms <= most);
        std::iter::once(present.every).chain(others.map(Interval::Every)).collect()
    };
    // A key that the release does not know, or that has no effect there, is no choice.
    let behaviour = &costing.gateway.behaviour;
    let both = |now: bool, works: bool| if now || !works { vec![now] } else { vec![false, true] };
    Space {
        every: intervals(longest),
        every_shown: intervals(u64::MAX),
        isolated: both(present.isolated, behaviour.isolation_effective),
        light: both(present.light, behaviour.light_context_effective),
        models: models(costing, subject, present),
    }
}

fn models(costing: &Costing<'_>, subject: &Subject<'_>, present: &Choice) -> Vec<Model> {
    let priced = |model: &ModelRef, retention| Model {
        model: model.clone(),
        retention,
        priced: costing.model(model, retention),
    };
    let now = priced(&present.model, present.retention);
    let Some(unit) = now.priced.found.price.as_ref().map(|price| price.unit) else { return vec![now] };
    let is_local = now.priced.found.local;
    let mut models = vec![now];
    for model in within_reach(costing) {
        if models.iter().any(|listed| listed.model == model) {
            continue;
        }
        let agent = subject.agent;
        let retention = costing.gateway.retention_of(agent, &model);
        let candidate = priced(&model, retention);
        let found = &candidate.priced.found;
        let same_unit = found.price.as_ref().is_some_and(|price| price.unit == unit);
        // A model on the user's own machine costs nothing and may not be up to it: only `aggressive` moves there.
        if same_unit && found.context_window.is_some() && (is_local || !found.local) {
            models.push(candidate);
        }
    }
    models
}

/// The models of the config's own providers and aliases, and what OpenClaw's catalogue offers on a built-in provider
/// that the roster already uses, minus what an allowlist excludes.
fn within_reach(costing: &Costing<'_>) -> Vec<ModelRef> {
    let gateway = costing.gateway;
    let declared = gateway.providers.iter().flat_map(|provider| {
        let named = |id: &String| ModelRef { provider: provider.id.clone(), id: id.clone() };
        provider.models.iter().map(move |model| named(&model.id))
    });
    let used = gateway.agents.iter().flat_map(|agent| [&agent.settings.model.value, &agent.settings.primary_model]);
    let mut providers: Vec<&str> = used.clone().map(|model| model.provider.as_str()).collect();
    providers.sort_unstable();
    providers.dedup();
    let offered = providers.into_iter().filter(|id| gateway.provider(id).is_none()).flat_map(|provider| {
        let named = |id: &str| ModelRef { provider: provider.to_owned(), id: id.to_owned() };
        costing.catalogue.current_models(provider).into_iter().map(move |row| named(&row.id))
    });
    let all = declared.chain(gateway.aliases.models().cloned()).chain(used.cloned()).chain(offered);
    all.filter(|model| is_allowed(gateway, model)).collect()
}

/// Whether `modelPolicy.allow` permits a model (R11).
fn is_allowed(gateway: &Gateway, model: &ModelRef) -> bool {
    let Some(allowed) = &gateway.allowed_models else { return true };
    allowed.iter().any(|name| match name.strip_suffix("/*") {
        Some(provider) => provider.eq_ignore_ascii_case(&model.provider),
        None => gateway.resolve_model(name) == *model,
    })
}
