//! The models a plan may move to: of those within reach of the config what the risk profile admits, and those the caller
//! names (DESIGN "Plan").

use super::bounds::{Bounds, RiskProfile};
use crate::gateway::model_ref::ModelRef;
use crate::simulate::costing::Costing;
use crate::simulate::costing::reach::{is_retired, within_reach};

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
            RiskProfile::Balanced => within_reach(costing, true, &named),
            RiskProfile::Aggressive => within_reach(costing, false, &named),
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
        _ if !costing.gateway.allows(model) => Some("modelPolicy.allow excludes it"),
        _ if is_retired(costing.gateway, model) => Some("its vendor has retired it"),
        found if found.price.is_none() => Some("its price is not known"),
        found if found.context_window.is_none() => Some("its context window is not known"),
        _ => None,
    }
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
