//! The models within reach of a config: those of its own providers and aliases, and what OpenClaw's catalogue offers on a
//! built-in provider in use and the release knows, minus what an allowlist excludes and what its vendor has retired.

use std::collections::HashSet;

use super::Costing;
use crate::catalogue;
use crate::gateway::Gateway;
use crate::gateway::model_ref::ModelRef;

/// Where the vendors with retired models answer themselves.
const VENDOR_HOSTS: [&str; 2] = ["anthropic.com", "googleapis.com"];

/// All that the config can reach. With `in_use_only`, on providers that the roster uses already. A model of `alone` brings
/// no others with it: the caller tries just that one, and once a plan has moved there the next must see no more.
pub fn within_reach(costing: &Costing<'_>, in_use_only: bool, alone: &[ModelRef]) -> Vec<ModelRef> {
    let gateway = costing.gateway;
    let in_use: HashSet<&str> = in_use(gateway, alone).map(|model| model.provider.as_str()).collect();
    // Each once: every agent names its models, and many name the same.
    let mut seen = HashSet::new();
    let wanted = |model: &ModelRef| !in_use_only || in_use.contains(model.provider.as_str());
    let listed = named_in(gateway, alone).filter(|model| wanted(model) && seen.insert(model.clone()));
    let listed: Vec<ModelRef> = listed.collect();
    // Every provider named so far counts, so that moving to one of these models brings no further ones into reach.
    let mut providers: Vec<&str> = listed.iter().map(|model| model.provider.as_str()).collect();
    providers.sort_unstable();
    providers.dedup();
    let offered = providers.into_iter().filter(|id| gateway.provider(id).is_none()).flat_map(|provider| {
        let named = |id: &str| ModelRef { provider: provider.to_owned(), id: id.to_owned() };
        costing.catalogue.current_models(provider).into_iter().map(move |row| named(&row.id))
    });
    let version = gateway.behaviour.version;
    let offered: Vec<ModelRef> = offered.filter(|model| catalogue::is_listed(version, model)).collect();
    listed.into_iter().chain(offered).filter(|model| gateway.allows(model) && !is_retired(gateway, model)).collect()
}

/// The models that the config names: those its providers list, its aliases, and those in use.
fn named_in(gateway: &Gateway, alone: &[ModelRef]) -> impl Iterator<Item = ModelRef> {
    let declared = gateway.providers.iter().flat_map(|provider| {
        let named = |id: &String| ModelRef { provider: provider.id.clone(), id: id.clone() };
        provider.models.iter().map(move |model| named(&model.id))
    });
    let aliased = gateway.aliases.models().filter(move |model| !alone.contains(model));
    declared.chain(aliased.cloned()).chain(in_use(gateway, alone).cloned())
}

/// The models that agents and their heartbeats use. Only those of heartbeats are ever a plan's work.
fn in_use<'a>(gateway: &'a Gateway, alone: &[ModelRef]) -> impl Iterator<Item = &'a ModelRef> {
    let agents = gateway.agents.iter().map(|agent| &agent.settings);
    agents.flat_map(move |settings| {
        let heartbeat = Some(&settings.model.value).filter(|model| !alone.contains(model));
        heartbeat.into_iter().chain([&settings.primary_model])
    })
}

/// Whether a model's vendor has shut it down. A provider that the config gives another host decides for itself.
pub fn is_retired(gateway: &Gateway, model: &ModelRef) -> bool {
    let host = gateway.provider(&model.provider).and_then(|provider| provider.host.as_deref());
    let elsewhere = host.is_some_and(|host| !VENDOR_HOSTS.iter().any(|vendor| host.ends_with(vendor)));
    !elsewhere && catalogue::is_retired(&model.provider, &model.id)
}
