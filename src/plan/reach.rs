//! The models a plan may move to: of those within reach of the config what the risk profile admits, and those the caller
//! names (DESIGN "Plan").

use super::bounds::{Bounds, RiskProfile};
use crate::catalogue::{Match, PriceNote};
use crate::gateway::model_ref::ModelRef;
use crate::gateway::retention::Retention;
use crate::levers::Lever;
use crate::simulate::costing::Costing;
use crate::simulate::costing::reach::{in_use, is_retired, named_in, within_reach};

/// The models within reach of a config, in the order in which they are tried.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// What the profile allows.
    pub models: Vec<ModelRef>,
    /// What the caller named, which no profile excludes.
    pub named: Vec<ModelRef>,
    /// What the file names for the agents to use.
    pub configured: Vec<ModelRef>,
    /// Why a model that the caller named is not considered.
    pub notes: Vec<String>,
    /// The same of those that the file names.
    pub left_out: Vec<String>,
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
        let mut configured: Vec<ModelRef> = named_in(gateway).collect();
        for list in [&mut named, &mut models, &mut configured] {
            let mut seen = std::collections::HashSet::new();
            list.retain(|model| seen.insert(model.clone()));
        }
        models.retain(|model| !named.contains(model));
        let moves = bounds.profile != RiskProfile::Conservative && bounds.may_move(Lever::Model);
        let left_out = if moves { left_out(costing, bounds, &configured, &named) } else { Vec::new() };
        Reach { models, named, configured, notes, left_out }
    }
}

/// Why a plan cannot move to a model.
fn problem(costing: &Costing<'_>, model: &ModelRef) -> Option<&'static str> {
    let found = &costing.model(None, model, Retention::Unset).found;
    match found {
        _ if !costing.gateway.allows(model) => Some("modelPolicy.allow excludes it"),
        _ if is_retired(costing.gateway, model) => Some("its vendor has retired it"),
        found => unknown(found),
    }
}

/// What a plan would have to know of a model, and where it can be said.
fn unknown(found: &Match) -> Option<&'static str> {
    match found {
        Match { price: None, .. } if found.notes.contains(&PriceNote::Subscription) => {
            Some("it is paid by a plan, not by tokens")
        }
        Match { price: None, .. } => Some("its price is not known (--prices, or cost in its entry)"),
        Match { context_window: None, .. } => {
            Some("its context window is not known (--prices, or contextWindow in its entry)")
        }
        _ => None,
    }
}

/// Models that are named in one sentence.
const SHOWN: usize = 5;

/// The models that the file names and no agent can be moved to, by the reason. What the user's own policy excludes needs
/// no word.
fn left_out(costing: &Costing<'_>, bounds: &Bounds, configured: &[ModelRef], named: &[ModelRef]) -> Vec<String> {
    let gateway = costing.gateway;
    let used: Vec<&ModelRef> = in_use(gateway, &[]).collect();
    let on_provider_in_use = |model: &ModelRef| used.iter().any(|used| used.provider == model.provider);
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for model in configured.iter().filter(|model| !named.contains(model)) {
        let usable = gateway.allows(model) && !is_retired(gateway, model);
        // One that answers already is priced, or said to be unknown, elsewhere.
        if !usable || used.contains(&model) {
            continue;
        }
        let found = &costing.model(None, model, Retention::Unset).found;
        let careful = bounds.profile == RiskProfile::Balanced;
        let reason = unknown(found).or(match found.local {
            true if careful => {
                Some("it runs on your own machine and no agent uses it yet (--risk aggressive, or --model)")
            }
            false if careful && !on_provider_in_use(model) => {
                Some("no agent uses its provider yet (--risk aggressive, or --model)")
            }
            _ => None,
        });
        let Some(reason) = reason else { continue };
        // An opaque id says less than the name beside it.
        let entry = gateway.provider(&model.provider).and_then(|provider| provider.model(&model.id));
        let name = gateway.aliases.alias_of(model).or(entry.and_then(|entry| entry.name.as_deref()));
        let shown = match name {
            Some(name) => format!("'{model}' ({name})"),
            None => format!("'{model}'"),
        };
        match reasons.iter_mut().find(|(said, _)| *said == reason) {
            Some((_, models)) => models.push(shown),
            None => reasons.push((reason, vec![shown])),
        }
    }
    let sentence = |(reason, models): (&str, Vec<String>)| {
        let shown = models.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
        let more = models.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("not offered for heartbeats: {shown}{more}: {reason}")
    };
    reasons.into_iter().map(sentence).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::plan::tests::{Question, cheapest};
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

    fn plan_of(config: &serde_json::Value, bounds: &Bounds) -> crate::plan::Plan {
        Question::month("2026.9.6", Workload::preset("typical").unwrap()).plan(config, bounds)
    }

    fn chosen(plan: &crate::plan::Plan) -> String {
        plan.agents[0].as_ref().map(|agent| agent.chosen.model.to_string()).unwrap_or_default()
    }

    /// oc#94482: Claude on Bedrock moves to Claude in the same region; on Vertex to what OpenClaw's plugin lists.
    #[test]
    fn bedrock_and_vertex_have_models_to_move_to() {
        for (version, present, expected) in [
            (
                "2026.6.8",
                "amazon-bedrock/us.anthropic.claude-opus-4-7",
                "amazon-bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0",
            ),
            (
                "2026.9.6",
                "amazon-bedrock/eu.anthropic.claude-opus-4-6-v1:0",
                "amazon-bedrock/eu.anthropic.claude-haiku-4-5-20251001-v1:0",
            ),
            (
                "2026.9.6",
                "amazon-bedrock/global.anthropic.claude-opus-4-8",
                "amazon-bedrock/global.anthropic.claude-haiku-4-5-20251001-v1:0",
            ),
            ("2026.9.6", "bedrock/anthropic.claude-opus-4-6-v1", "bedrock/anthropic.claude-haiku-4-5-20251001-v1:0"),
            ("2026.9.6", "anthropic-vertex/claude-opus-4-8", "anthropic-vertex/claude-sonnet-5"),
            ("2026.4.15", "anthropic-vertex/claude-opus-4-6", "anthropic-vertex/claude-sonnet-4-6"),
        ] {
            let config = json!({ "agents": { "defaults": { "model": present, "heartbeat": { "every": "30m", "target": "none" } } } });
            let question = Question::month(version, Workload::preset("typical").unwrap());
            assert_eq!(chosen(&question.plan(&config, &Bounds::default())), expected, "{version} {present}");
        }
    }

    #[test]
    fn each_agent_stays_in_its_region() {
        let agent = |region: &str| {
            json!({ "model": format!("amazon-bedrock/{region}.anthropic.claude-opus-4-7"),
            "heartbeat": { "every": "30m", "target": "none" } })
        };
        let config =
            json!({ "agents": { "ownership": "explicit", "entries": { "a": agent("us"), "b": agent("eu") } } });
        let plan = plan_of(&config, &Bounds::default());
        for (planned, region) in plan.agents.iter().flatten().zip(["us.", "eu."]) {
            assert!(planned.chosen.model.id.starts_with(region), "{}", planned.chosen.model);
        }
    }

    /// A model that the file names comes first, unless another saves more than a dollar a month; one of the same vendor
    /// unless another saves more than half a dollar.
    #[test]
    fn what_the_file_names_comes_first() {
        let config = |every: &str, named: &[&str]| {
            let named: serde_json::Map<_, _> = named.iter().map(|name| ((*name).to_owned(), json!({}))).collect();
            json!({ "agents": { "defaults": { "model": "anthropic/claude-opus-4-6", "models": named,
                "heartbeat": { "every": every, "target": "none", "isolatedSession": true, "lightContext": true } } } })
        };
        let keep = Bounds { keep: vec![Lever::Every, Lever::CacheRetention], ..cheapest() };
        let chosen = |every: &str, named: &[&str]| chosen(&plan_of(&config(every, named), &keep));
        // 30 runs a month cost cents on either.
        assert_eq!(chosen("24h", &["anthropic/claude-sonnet-4-6"]), "anthropic/claude-sonnet-4-6");
        assert_eq!(chosen("30m", &["anthropic/claude-sonnet-4-6"]), "anthropic/claude-haiku-4-5");
        assert_eq!(chosen("30m", &["anthropic/claude-haiku-4-5"]), "anthropic/claude-haiku-4-5");
    }

    /// `ollama-262k.json`: a free local primary model, and a heartbeat model that is paid.
    #[test]
    fn a_local_model_in_use_beats_a_paid_one() {
        let config = |window: u64, primary: &str| {
            json!({
            "models": { "providers": { "ollama": { "baseUrl": "http://127.0.0.1:11434", "api": "ollama",
                "models": [{ "id": "qwen3:32b", "contextWindow": window }] } } },
            "agents": { "defaults": { "model": primary,
                "heartbeat": { "every": "1h", "model": "openai/gpt-5-mini", "target": "none" } } } })
        };
        let wide = plan_of(&config(262_144, "ollama/qwen3:32b"), &Bounds::default());
        let planned = wide.agents[0].as_ref().unwrap();
        assert_eq!((chosen(&wide).as_str(), planned.then.pico()), ("ollama/qwen3:32b", 0));
        let moved: Vec<_> = planned.steps.iter().filter(|step| step.lever == Lever::Model).collect();
        assert_eq!(moved.len(), 1);
        assert_eq!(moved[0].vendors, Some(["OpenAI".to_owned(), "Qwen".to_owned()]));
        // A window that the conversation outgrows takes an isolated run, and one below the prompt takes no run at all.
        assert_eq!(chosen(&plan_of(&config(40_960, "ollama/qwen3:32b"), &Bounds::default())), "ollama/qwen3:32b");
        assert_ne!(chosen(&plan_of(&config(4_096, "ollama/qwen3:32b"), &Bounds::default())), "ollama/qwen3:32b");
        // No agent uses it: whether it is up to the work is not known.
        let unused = plan_of(&config(262_144, "openai/gpt-5.4"), &Bounds::default());
        assert_ne!(chosen(&unused), "ollama/qwen3:32b");
        assert!(unused.notes.iter().any(|note| note.contains("'ollama/qwen3:32b'") && note.contains("own machine")));
    }

    #[test]
    fn a_model_that_is_left_out_is_named_with_the_reason() {
        let provider = json!({ "baseUrl": "https://llm.example.com/v1", "api": "openai-completions", "models": [
            { "id": "priced", "cost": { "input": 0.1, "output": 0.2 } }, { "id": "silent", "contextWindow": 100_000 } ] });
        let config = json!({ "models": { "providers": { "acme": provider } }, "agents": { "defaults": {
            "model": "anthropic/claude-opus-4-6", "models": { "acme/priced": {}, "xai/grok-4.3": {}, "vllm/*": {} },
            "heartbeat": { "every": "30m", "target": "none" } } } });
        assert_eq!(
            plan_of(&config, &Bounds::default()).notes,
            [
                "not offered for heartbeats: 'acme/priced': its context window is not known (--prices, or contextWindow in its entry)",
                "not offered for heartbeats: 'acme/silent': its price is not known (--prices, or cost in its entry)",
                "not offered for heartbeats: 'xai/grok-4.3': no agent uses its provider yet (--risk aggressive, or --model)",
            ]
        );
        let conservative = Bounds { profile: RiskProfile::Conservative, ..Bounds::default() };
        assert_eq!(plan_of(&config, &conservative).notes, Vec::<String>::new());
    }
}
