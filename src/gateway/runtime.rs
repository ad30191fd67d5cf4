//! Which runtime a model's turns go through, where the config says: OpenClaw's own, or a harness such as Codex or the Claude
//! CLI with a prompt and a history of its own (OpenClaw 2026.9.6 `docs/gateway/config-agents/runtime-and-cli-backends.md`).

use serde_json::Value;

use super::model_ref::ModelRef;
use crate::document::Named;

/// The `agentRuntime.id` that holds for a model: its own entry's before the provider's. What an agent says of its own
/// models counts before what all share, where its `entry` is given; keys for a whole agent are retired and count nowhere.
pub fn of<'a>(config: &'a Value, entry: Option<&'a Value>, model: &ModelRef) -> Option<&'a str> {
    let own = entry.and_then(|entry| entry.at("models"));
    let shared = config.at("agents.defaults.models");
    let provider = config.at("models.providers").and_then(Value::as_object).and_then(|all| {
        all.iter().find(|(id, _)| id.trim().eq_ignore_ascii_case(&model.provider)).map(|(_, entry)| entry)
    });
    let declared = provider.and_then(|provider| provider.at("models")?.as_array()).and_then(|models| {
        models.iter().find(|entry| entry.at("id").and_then(Value::as_str) == Some(model.id.as_str()))
    });
    let any = format!("{}/*", model.provider);
    let name = model.to_string();
    let settings = || [own, shared].into_iter().flatten();
    let exact = settings().filter_map(|models| models.get(&name)).chain(declared);
    let wide = settings().filter_map(|models| models.get(&any)).chain(provider);
    exact.chain(wide).find_map(|entry| entry["agentRuntime"]["id"].as_str())
}

/// Runtimes that are OpenClaw itself, `pi` by its older name.
const OWN: [&str; 3] = ["auto", "openclaw", "pi"];
/// Providers whose models another program answers, and its name.
const PROGRAMS: [(&str, &str); 3] = [("codex", "codex"), ("codex-cli", "codex"), ("claude-cli", "claude-cli")];

/// The program that answers a model's turns, where it is not OpenClaw; `entry` as in [`of`].
pub fn harness<'a>(config: &'a Value, entry: Option<&'a Value>, model: &ModelRef) -> Option<&'a str> {
    let by_provider = || PROGRAMS.iter().find(|(provider, _)| *provider == model.provider).map(|(_, name)| *name);
    of(config, entry, model).or_else(by_provider).filter(|name| !OWN.contains(name))
}

/// The program that may answer where nothing is pinned: Codex claims OpenAI's own models, if its plugin is there (OpenClaw
/// 2026.9.6 and 2026.7.35 `docs/concepts/agent-runtimes.md`).
pub fn may_claim(config: &Value, entry: Option<&Value>, model: &ModelRef) -> Option<&'static str> {
    let is_free = || of(config, entry, model).is_none_or(|id| id == "auto");
    (model.provider == "openai" && is_free()).then_some("codex")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_models_own_entry_comes_before_the_providers_and_an_agents_before_the_shared_one() {
        let model = ModelRef { provider: "openai".to_owned(), id: "gpt-5.5".to_owned() };
        let pin = |id: &str| json!({ "agentRuntime": { "id": id } });
        let config = json!({
            "agents": {
                "defaults": { "agentRuntime": { "id": "retired" }, "models": { "openai/gpt-5.5": pin("codex") } },
                "entries": { "Ops": { "models": { "openai/*": pin("openclaw"), "openai/gpt-5.4": pin("acp") } } },
            },
            "models": { "providers": { "OpenAI": { "agentRuntime": { "id": "other" } } } },
        });
        assert_eq!(of(&config, None, &model), Some("codex"));
        let ops = config.at("agents.entries.Ops");
        assert_eq!(of(&config, ops, &model), Some("codex"));
        let older = ModelRef { id: "gpt-5.4".to_owned(), ..model.clone() };
        assert_eq!([of(&config, ops, &older), of(&config, None, &older)], [Some("acp"), Some("other")]);
        assert_eq!(of(&json!({}), None, &model), None);
        // Codex may claim what nobody pins, and nothing of another provider.
        let claude = ModelRef { provider: "anthropic".to_owned(), ..model.clone() };
        let free = json!({ "agents": { "defaults": { "models": { "openai/gpt-5.5": pin("auto") } } } });
        let claimed = [(&json!({}), &model), (&free, &model), (&config, &model), (&json!({}), &claude)];
        let claimed = claimed.map(|(config, model)| may_claim(config, None, model));
        assert_eq!(claimed, [Some("codex"), Some("codex"), None, None]);
    }
}
