//! The models a plan may move to: those of the config's own providers and aliases, what OpenClaw's catalogue offers on
//! a built-in provider in use, and those the caller names, minus what an allowlist excludes (DESIGN "Plan").

use super::bounds::{Bounds, RiskProfile};
use crate::gateway::Gateway;
use crate::gateway::model_ref::ModelRef;
use crate::simulate::costing::Costing;

/// The models within reach of a config, in the order in which they are tried.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// What the profile allows.
    pub models: Vec<ModelRef>,
    /// What the caller named, which no profile excludes.
    pub named: Vec<ModelRef>,
    /// Why a named model is not considered.
    pub notes: Vec<String>,
}

impl Reach {
    /// The models within reach under some bounds.
    pub fn new(costing: &Costing<'_>, bounds: &Bounds) -> Self {
        let gateway = costing.gateway;
        let (mut named, mut notes) = (Vec::new(), Vec::new());
        for name in &bounds.models {
            let model = gateway.resolve_model(name);
            match problem(costing, &model) {
                Some(problem) => notes.push(format!("--model {name}: {problem}, so it is not considered")),
                None => named.push(model),
            }
        }
        let mut models = match bounds.profile {
            RiskProfile::Conservative => Vec::new(),
            RiskProfile::Balanced => within_reach(costing, true),
            RiskProfile::Aggressive => within_reach(costing, false),
        };
        for list in [&mut named, &mut models] {
            let mut seen = std::collections::HashSet::new();
            list.retain(|model| seen.insert(model.clone()));
        }
        models.retain(|model| !named.contains(model));
        Reach { models, named, notes }
    }
}

/// Why a plan cannot move to a model.
fn problem(costing: &Costing<'_>, model: &ModelRef) -> Option<&'static str> {
    let found = costing.catalogue.find(&model.provider, &model.id, costing.gateway.provider(&model.provider));
    match found {
        _ if !is_allowed(costing.gateway, model) => Some("modelPolicy.allow excludes it"),
        found if found.price.is_none() => Some("its price is not known"),
        found if found.context_window.is_none() => Some("its context window is not known"),
        _ => None,
    }
}

/// All that the config can reach. With `in_use_only`, on providers that the roster uses already.
fn within_reach(costing: &Costing<'_>, in_use_only: bool) -> Vec<ModelRef> {
    let gateway = costing.gateway;
    let declared = gateway.providers.iter().flat_map(|provider| {
        let named = |id: &String| ModelRef { provider: provider.id.clone(), id: id.clone() };
        provider.models.iter().map(move |model| named(&model.id))
    });
    let used = gateway.agents.iter().flat_map(|agent| [&agent.settings.model.value, &agent.settings.primary_model]);
    let in_use: Vec<&str> = used.clone().map(|model| model.provider.as_str()).collect();
    let mut listed: Vec<ModelRef> = declared.chain(gateway.aliases.models().cloned()).chain(used.cloned()).collect();
    listed.retain(|model| !in_use_only || in_use.contains(&model.provider.as_str()));
    // Every provider named so far counts, so that moving to one of these models brings no further ones into reach.
    let mut providers: Vec<&str> = listed.iter().map(|model| model.provider.as_str()).collect();
    providers.sort_unstable();
    providers.dedup();
    let offered = providers.into_iter().filter(|id| gateway.provider(id).is_none()).flat_map(|provider| {
        let named = |id: &str| ModelRef { provider: provider.to_owned(), id: id.to_owned() };
        costing.catalogue.current_models(provider).into_iter().map(move |row| named(&row.id))
    });
    let offered: Vec<ModelRef> = offered.collect();
    listed.into_iter().chain(offered).filter(|model| is_allowed(gateway, model)).collect()
}

/// Whether `modelPolicy.allow` permits a model (R11).
fn is_allowed(gateway: &Gateway, model: &ModelRef) -> bool {
    let Some(allowed) = &gateway.allowed_models else { return true };
    allowed.iter().any(|name| match name.strip_suffix("/*") {
        Some(provider) => provider.eq_ignore_ascii_case(&model.provider),
        None => gateway.resolve_model(name) == *model,
    })
}
