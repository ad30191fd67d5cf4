//! Flat plans: what their requests cost depends on what the plan allows, and no list price says it. Which model is paid so is
//! known by its provider, by the address it is asked at, or by how the gateway signs in.

use serde_json::Value;

use super::usd;
use crate::gateway::anthropic::AnthropicAuth;

/// Providers that are paid by a plan alone: OpenClaw 2026.9.6 `docs/providers`, and the plan pages of their vendors.
const PROVIDERS: &[(&str, &str)] = &[
    ("claude-cli", CLAUDE),
    ("codex", "a ChatGPT plan"),
    ("codex-cli", "a ChatGPT plan"),
    ("openai-codex", "a ChatGPT plan"),
    ("github-copilot", "GitHub Copilot"),
    ("google-gemini-cli", "a Google account's quota"),
    ("minimax-portal", "a MiniMax Coding Plan"),
    ("stepfun-plan", "a StepFun plan"),
    ("volcengine-plan", "a Volcengine Coding Plan"),
    ("qwen-portal", "a Qwen account's quota"),
    ("qwen-oauth", "a Qwen account's quota"),
    ("qwen-token-plan", "a Qwen Token Plan"),
    ("bailian-token-plan", "a Bailian Token Plan"),
    ("xiaomi-token-plan", "a MiMo Token Plan"),
    ("kimi", "a Kimi Code plan"),
    ("kimi-coding", "a Kimi Code plan"),
    ("opencode-go", "an OpenCode Go plan"),
];
/// Addresses at which a vendor answers for a plan only: a part of `baseUrl`, without the scheme.
const ADDRESSES: &[(&str, &str)] = &[
    ("api.z.ai/api/coding/", "a GLM Coding Plan"),
    ("open.bigmodel.cn/api/coding/", "a GLM Coding Plan"),
    ("api.kimi.com/coding", "a Kimi Code plan"),
    ("ark.cn-beijing.volces.com/api/coding", "a Volcengine Coding Plan"),
    ("coding.dashscope.aliyuncs.com", "an Alibaba Coding Plan"),
    ("coding-intl.dashscope.aliyuncs.com", "an Alibaba Coding Plan"),
    ("token-plan.", "a Token Plan"),
];
/// Providers that sell by the token as well, and what an OAuth sign-in makes of them.
const SIGNED_IN: &[(&str, &str)] =
    &[("openai", "a ChatGPT plan"), ("minimax", "a MiniMax Coding Plan"), ("qwen", "a Qwen account's quota")];

/// Plans for the vendor's own models and open ones: a model that its maker alone sells is none of theirs.
const OPEN_MODELS_ONLY: [&str; 6] =
    ["minimax-portal", "stepfun-plan", "kimi", "kimi-coding", "qwen-portal", "qwen-oauth"];

/// What a subscription's OAuth sign-in, a setup token or the Claude CLI draw on at Anthropic (R9).
const CLAUDE: &str = "a Claude subscription";

/// What pays for a provider's model, where that is a plan; `anthropic` is how the gateway signs in there.
pub fn plan(provider: &str, model_id: &str, config: &Value, anthropic: Option<AnthropicAuth>) -> Option<&'static str> {
    let find = |table: &[(&str, &'static str)], fits: &dyn Fn(&str) -> bool| {
        table.iter().find(|(mark, _)| fits(mark)).map(|(_, plan)| *plan)
    };
    let provider = provider.trim().to_ascii_lowercase();
    if is_foreign(&provider, model_id) {
        return None;
    }
    let entry = config
        .pointer("/models/providers")
        .and_then(Value::as_object)
        .and_then(|all| all.iter().find(|(id, _)| id.trim().eq_ignore_ascii_case(&provider)).map(|(_, entry)| entry));
    let address = entry.and_then(|entry| entry["baseUrl"].as_str()).map(|url| {
        let url = url.trim().to_ascii_lowercase();
        url.split_once("://").map_or(url.clone(), |(_, rest)| rest.to_owned()) + "/"
    });
    let subscribed = provider == "anthropic" && anthropic == Some(AnthropicAuth::OAuth);
    let elsewhere = address.as_ref().is_some_and(|address| !address.starts_with("api.anthropic.com/"));
    find(PROVIDERS, &|mark| mark == provider)
        .or((subscribed && !elsewhere).then_some(CLAUDE))
        .or_else(|| find(ADDRESSES, &|mark| address.as_ref().is_some_and(|address| address.starts_with(mark))))
        .or_else(|| find(SIGNED_IN, &|mark| mark == provider && signs_in(&provider, config)))
}

/// Whether a provider's model is paid by a plan alone.
pub(super) fn is_plan(provider: &str, model_id: &str) -> bool {
    PROVIDERS.iter().any(|(mark, _)| *mark == provider) && !is_foreign(provider, model_id)
}

fn is_foreign(provider: &str, model_id: &str) -> bool {
    OPEN_MODELS_ONLY.contains(&provider) && usd::made_by(model_id).is_some_and(|made| made.maker.closed)
}

/// Whether all that the config says of how it signs in to a provider is OAuth.
fn signs_in(provider: &str, config: &Value) -> bool {
    let profiles = config.pointer("/auth/profiles").and_then(Value::as_object);
    let own = profiles.into_iter().flatten().filter(|(_, profile)| profile["provider"].as_str() == Some(provider));
    let mut modes = own.map(|(_, profile)| profile["mode"].as_str()).peekable();
    modes.peek().is_some() && modes.all(|mode| mode == Some("oauth"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_plan_is_known_by_its_provider_its_address_or_the_sign_in() {
        for (provider, _) in PROVIDERS {
            assert!(plan(provider, "some-model", &json!({}), None).is_some(), "{provider}");
        }
        let beside = |provider: &str, url: &str| json!({ "models": { "providers": { provider: { "baseUrl": url } } } });
        let at = |url: &str| plan("mine", "m", &beside("mine", url), None);
        for url in [
            "https://api.z.ai/api/coding/paas/v4",
            "https://open.bigmodel.cn/api/coding/paas/v4",
            "https://api.kimi.com/coding",
            "https://api.kimi.com/coding/v1/",
            "https://ark.cn-beijing.volces.com/api/coding/v3",
            "https://coding-intl.dashscope.aliyuncs.com/v1",
        ] {
            assert!(at(url).is_some(), "{url}");
        }
        for url in ["https://api.z.ai/api/paas/v4", "https://api.moonshot.ai/v1", "http://localhost:4000/api/coding/"] {
            assert_eq!(at(url), None, "{url}");
        }
        let signed = |modes: &[&str]| {
            let profiles: serde_json::Map<String, Value> = modes
                .iter()
                .enumerate()
                .map(|(at, mode)| (format!("p{at}"), json!({ "provider": "openai", "mode": mode })))
                .collect();
            plan("openai", "gpt-5.4", &json!({ "auth": { "profiles": profiles } }), None).is_some()
        };
        assert_eq!([signed(&[]), signed(&["api_key"]), signed(&["oauth"])], [false, false, true]);
        assert!(!signed(&["oauth", "api_key"]));
        // A bare name went to the default provider, which has no such model.
        assert_eq!(plan("minimax-portal", "gemini-2.5-flash", &json!({}), None), None);
        assert!(plan("github-copilot", "gemini-2.5-flash", &json!({}), None).is_some());
        // A gateway in between has a bill of its own.
        let claude = |config: &Value, auth| plan("anthropic", "claude-opus-4-8", config, auth);
        let (oauth, key) = (Some(AnthropicAuth::OAuth), Some(AnthropicAuth::ApiKey));
        assert_eq!(claude(&json!({}), oauth), Some(CLAUDE));
        assert_eq!(claude(&beside("anthropic", "https://api.anthropic.com"), oauth), Some(CLAUDE));
        assert_eq!(claude(&beside("anthropic", "https://llm.example.org"), oauth), None);
        assert_eq!([claude(&json!({}), key), claude(&json!({}), None)], [None, None]);
    }
}
