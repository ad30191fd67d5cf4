//! The models a plan may move to: those of the config's own providers and aliases, what OpenClaw's catalogue offers on
//! a built-in provider in use and the release knows, and those the caller names, minus what an allowlist excludes (DESIGN
//! "Plan") and what its vendor has retired.

use super::bounds::{Bounds, RiskProfile};
use crate::catalogue;
use crate::gateway::Gateway;
use crate::gateway::model_ref::ModelRef;
use crate::gateway::release::{Generation, Version};
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

/// What legacy releases list of the models that the newest one offers, with the first release seen to list them
/// (`openclaw models list --all`). Earlier releases are taken to list what 2026.4.15 does; a model that a release does not
/// list ends its runs with an error.
const LISTED: [((u16, u16), &str, &[&str]); 10] = [
    ((4, 15), "anthropic", &["claude-haiku-4-5"]),
    ((7, 35), "anthropic", &["claude-fable-5", "claude-opus-5", "claude-sonnet-5", "claude-mythos-5"]),
    ((4, 15), "github-copilot", &["gpt-5.3-codex"]),
    (
        (4, 15),
        "google",
        &[
            "gemini-2.5-pro",
            "gemini-2.5-flash",
            "gemini-2.5-flash-lite",
            "gemini-3.1-pro-preview",
            "gemini-3-flash-preview",
        ],
    ),
    ((4, 15), "openai", &["gpt-5.4", "gpt-5.4-pro", "gpt-5.4-mini", "gpt-5.4-nano"]),
    ((4, 15), "xai", &["grok-4.20-0309-reasoning", "grok-4.20-0309-non-reasoning"]),
    ((4, 15), "mistral", &["codestral-latest", "mistral-large-latest", "mistral-small-latest"]),
    ((4, 15), "minimax", &["MiniMax-M2.7", "MiniMax-M2.7-highspeed"]),
    ((7, 35), "moonshot", &["kimi-k2.7-code"]),
    (
        (7, 35),
        "together",
        &["moonshotai/Kimi-K2.6", "meta-llama/Llama-3.3-70B-Instruct-Turbo", "deepseek-ai/DeepSeek-V4-Pro"],
    ),
];
/// Where the vendors with retired models answer themselves.
const VENDOR_HOSTS: [&str; 2] = ["anthropic.com", "googleapis.com"];

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
        _ if is_retired(costing.gateway, model) => Some("its vendor has retired it"),
        found if found.price.is_none() => Some("its price is not known"),
        found if found.context_window.is_none() => Some("its context window is not known"),
        _ => None,
    }
}

/// All that the config can reach. With `in_use_only`, on providers that the roster uses already.
fn within_reach(costing: &Costing<'_>, in_use_only: bool) -> Vec<ModelRef> {
    let gateway = costing.gateway;
    let mut listed: Vec<ModelRef> = named_in(gateway).collect();
    let in_use: Vec<&str> = in_use(gateway).map(|model| model.provider.as_str()).collect();
    listed.retain(|model| !in_use_only || in_use.contains(&model.provider.as_str()));
    // Every provider named so far counts, so that moving to one of these models brings no further ones into reach.
    let mut providers: Vec<&str> = listed.iter().map(|model| model.provider.as_str()).collect();
    providers.sort_unstable();
    providers.dedup();
    let offered = providers.into_iter().filter(|id| gateway.provider(id).is_none()).flat_map(|provider| {
        let named = |id: &str| ModelRef { provider: provider.to_owned(), id: id.to_owned() };
        costing.catalogue.current_models(provider).into_iter().map(move |row| named(&row.id))
    });
    let version = gateway.behaviour.version;
    let offered: Vec<ModelRef> = offered.filter(|model| is_listed(version, model)).collect();
    listed
        .into_iter()
        .chain(offered)
        .filter(|model| is_allowed(gateway, model) && !is_retired(gateway, model))
        .collect()
}

/// The models that the config names: those its providers list, its aliases, and those in use.
fn named_in(gateway: &Gateway) -> impl Iterator<Item = ModelRef> {
    let declared = gateway.providers.iter().flat_map(|provider| {
        let named = |id: &String| ModelRef { provider: provider.id.clone(), id: id.clone() };
        provider.models.iter().map(move |model| named(&model.id))
    });
    declared.chain(gateway.aliases.models().cloned()).chain(in_use(gateway).cloned())
}

/// The models that agents and their heartbeats use.
fn in_use(gateway: &Gateway) -> impl Iterator<Item = &ModelRef> {
    gateway.agents.iter().flat_map(|agent| [&agent.settings.model.value, &agent.settings.primary_model])
}

/// Whether a release lists a model of the newest one's catalogue.
fn is_listed(version: Version, model: &ModelRef) -> bool {
    let later = |(month, patch)| (month, patch) > (4, 15) && version < Version::new(2026, month, patch);
    version.generation() == Generation::Current
        || LISTED.iter().any(|(since, provider, ids)| {
            !later(*since) && *provider == model.provider && ids.contains(&model.id.as_str())
        })
}

/// Whether a model's vendor has shut it down. A provider that the config gives another host decides for itself.
fn is_retired(gateway: &Gateway, model: &ModelRef) -> bool {
    let host = gateway.provider(&model.provider).and_then(|provider| provider.host.as_deref());
    let elsewhere = host.is_some_and(|host| !VENDOR_HOSTS.iter().any(|vendor| host.ends_with(vendor)));
    !elsewhere && catalogue::is_retired(&model.provider, &model.id)
}

/// Whether `modelPolicy.allow` permits a model (R11).
fn is_allowed(gateway: &Gateway, model: &ModelRef) -> bool {
    let Some(allowed) = &gateway.allowed_models else { return true };
    allowed.iter().any(|name| match name.strip_suffix("/*") {
        Some(provider) => provider.eq_ignore_ascii_case(&model.provider),
        None => gateway.resolve_model(name) == *model,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::plan::tests::Question;
    use crate::workload::Workload;

    fn reached(version: &str, config: &serde_json::Value) -> Vec<String> {
        let question = Question::month(version, Workload::preset("idle").unwrap());
        let bounds = Bounds { profile: RiskProfile::Aggressive, ..Bounds::default() };
        question.with_costing(config, |costing| {
            Reach::new(costing, &bounds).models.iter().map(ToString::to_string).collect()
        })
    }

    /// The lists of `openclaw models list --all` on each release.
    #[test]
    fn a_release_is_offered_only_what_it_lists() {
        let config = json!({ "agents": { "defaults": { "model": "openai/gpt-5.5" } } });
        let has = |version: &str, model: &str| reached(version, &config).contains(&model.to_owned());
        for (version, new) in [("2026.4.15", false), ("2026.7.35", false), ("2026.9.6", true)] {
            assert!(has(version, "openai/gpt-5.4-nano") && has(version, "openai/gpt-6-luna") == new, "{version}");
        }
        let config = json!({ "agents": { "defaults": { "model": "anthropic/claude-opus-4-6" } } });
        let sonnet = |version: &str| reached(version, &config).contains(&"anthropic/claude-sonnet-5".to_owned());
        assert_eq!(["2026.4.15", "2026.7.35", "2026.9.6"].map(sonnet), [false, true, true]);
    }

    #[test]
    fn what_its_vendor_retired_is_offered_by_nobody() {
        let models = json!({ "anthropic/claude-3-5-haiku-20241022": {}, "google/gemini-1.5-flash": {},
            "anthropic/claude-sonnet-4-6": {}, "proxy/claude-3-5-haiku-20241022": {} });
        let proxy = json!({ "baseUrl": "https://llm.example.com", "api": "anthropic-messages",
            "models": [{ "id": "claude-3-5-haiku-20241022" }] });
        let config = json!({ "agents": { "defaults": { "model": "anthropic/claude-opus-4-6", "models": models } },
            "models": { "providers": { "proxy": proxy } } });
        for version in ["2026.4.15", "2026.9.6"] {
            let reached = reached(version, &config);
            let has = |model: &str| reached.contains(&model.to_owned());
            assert!(!has("anthropic/claude-3-5-haiku-20241022") && !has("google/gemini-1.5-flash"), "{version}");
            assert!(has("anthropic/claude-sonnet-4-6") && has("proxy/claude-3-5-haiku-20241022"), "{version}");
        }
    }
}
