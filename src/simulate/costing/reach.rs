//! The models within reach of a config: those of its own providers and aliases, and what OpenClaw's catalogue offers on a
//! built-in provider in use and the release knows, minus what an allowlist excludes and what its vendor has retired; and
//! how much nearer the one is than the other.

use std::collections::HashSet;

use super::Costing;
use crate::catalogue::{self, Match};
use crate::gateway::Gateway;
use crate::gateway::model_ref::ModelRef;
use crate::money::Money;

/// Where the vendors with retired models answer themselves.
const VENDOR_HOSTS: [&str; 2] = ["anthropic.com", "googleapis.com"];

/// What a model must save a month, in units of its price, before one that the file names: moving to it asks for more than
/// a change of the heartbeat, and nobody has chosen it.
const UNNAMED: Money = Money::from_pico(1_000_000_000_000);
/// The same before a model of the vendor that answers now.
const OTHER_VENDOR: Money = Money::from_pico(500_000_000_000);

/// All that the config can reach. With `in_use_only`, on providers that the roster uses already. A model of `alone` brings
/// no others with it: the caller tries just that one, and once a plan has moved there the next must see no more.
pub fn within_reach(costing: &Costing<'_>, in_use_only: bool, alone: &[ModelRef]) -> Vec<ModelRef> {
    let gateway = costing.gateway;
    let in_use_by: HashSet<&str> = in_use(gateway, alone).map(|model| model.provider.as_str()).collect();
    let named = named_in(gateway).chain(tuned_in(gateway, alone)).chain(in_use(gateway, alone).cloned());
    let wanted = |model: &ModelRef| !in_use_only || in_use_by.contains(model.provider.as_str());
    // Each once: every agent names its models, and many name the same.
    let mut seen = HashSet::new();
    let listed: Vec<ModelRef> = named.filter(|model| wanted(model) && seen.insert(model.clone())).collect();
    // Every model named so far counts, so that moving to one of these models brings no further ones into reach.
    let version = gateway.behaviour.version;
    let built_in = listed.iter().filter(|model| gateway.provider(&model.provider).is_none());
    // Models of one provider have the same beside them, but on Bedrock.
    let mut asked = HashSet::new();
    let built_in = built_in
        .filter(|model| asked.insert((&model.provider, catalogue::is_bedrock(&model.provider).then_some(&model.id))));
    let offered: Vec<ModelRef> = built_in.flat_map(|model| costing.catalogue.models_beside(model, version)).collect();
    let offered = offered.into_iter().filter(|model| seen.insert(model.clone()));
    let usable = |model: &ModelRef| gateway.allows(model) && !is_retired(gateway, model);
    listed.iter().cloned().chain(offered).filter(usable).collect()
}

/// The models that the file names for the agents to use: those its providers list, those of `agents.defaults.models`, and
/// the agents' own. One that only a heartbeat uses is not among them, or a plan for one agent would bring it nearer to the
/// others.
pub fn named_in(gateway: &Gateway) -> impl Iterator<Item = ModelRef> {
    let declared = gateway.providers.iter().flat_map(|provider| {
        let named = |id: &String| ModelRef { provider: provider.id.clone(), id: id.clone() };
        provider.models.iter().map(move |model| named(&model.id))
    });
    let listed = gateway.aliases.models().filter(|model| gateway.aliases.lists(model)).cloned();
    let primary = gateway.agents.iter().map(|agent| agent.settings.primary_model.clone());
    // `vllm/*` asks the server for its models.
    declared.chain(listed).chain(primary).filter(|model| !model.id.contains('*'))
}

/// The models that `agents.defaults.models` only tunes, which a plan may have written.
fn tuned_in<'a>(gateway: &'a Gateway, alone: &'a [ModelRef]) -> impl Iterator<Item = ModelRef> + 'a {
    let tuned = gateway.aliases.models().filter(|model| !gateway.aliases.lists(model) && !alone.contains(model));
    tuned.filter(|model| !model.id.contains('*')).cloned()
}

/// The models that agents and their heartbeats use. Only those of heartbeats are ever a plan's work.
pub fn in_use<'a>(gateway: &'a Gateway, alone: &'a [ModelRef]) -> impl Iterator<Item = &'a ModelRef> {
    let agents = gateway.agents.iter().map(|agent| &agent.settings);
    agents.flat_map(move |settings| {
        let heartbeat = Some(&settings.model.value).filter(|model| !alone.contains(model));
        heartbeat.into_iter().chain([&settings.primary_model])
    })
}

/// What another model must save a month to be taken instead of the present one, beside costing less: nothing where the
/// file names it and the same vendor makes it. It is a distance, so that planning again after a change changes nothing.
pub fn reluctance(is_named: bool, present: &Vendor, other: &Vendor) -> Money {
    let unnamed = if is_named { Money::ZERO } else { UNNAMED };
    let vendor = if present == other { Money::ZERO } else { OTHER_VENDOR };
    unnamed + vendor
}

/// Who makes a model: by its name, else the provider that serves it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Vendor(pub String);

impl Vendor {
    /// The maker of a model that was looked up.
    pub fn of(model: &ModelRef, found: &Match) -> Self {
        Vendor(found.maker.map_or_else(|| model.provider.clone(), str::to_owned))
    }
}

/// Whether a model that the file does not name stands beside the present one: on Bedrock only of the same region.
pub fn stands_beside(costing: &Costing<'_>, present: &ModelRef, other: &ModelRef) -> bool {
    let version = costing.gateway.behaviour.version;
    present.provider != other.provider || costing.catalogue.models_beside(present, version).contains(other)
}

/// Whether a model's vendor has shut it down. A provider that the config gives another host decides for itself.
pub fn is_retired(gateway: &Gateway, model: &ModelRef) -> bool {
    let host = gateway.provider(&model.provider).and_then(|provider| provider.host());
    let elsewhere = host.is_some_and(|host| !VENDOR_HOSTS.iter().any(|vendor| host.ends_with(vendor)));
    !elsewhere && catalogue::is_retired(&model.provider, &model.id)
}
