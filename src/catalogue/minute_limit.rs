//! Plans that pass fewer tokens a minute than one heartbeat sends: such a request is refused whole, each time, and is not
//! billed. Where a config cannot tell whether a model is paid by such a plan, it may be.

use std::sync::Arc;

use serde_json::Value;

use super::plans::{FlatPlan, Offer, Plans, QuotaSpan, QuotaUnit};
use crate::gateway::model_ref::ModelRef;

/// The most tokens of a request on a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MinuteLimit {
    /// Tokens a minute, of all requests together.
    pub tokens: u64,
    /// The plan.
    pub plan: String,
    /// Where that is published, and when it was read.
    pub source: String,
}

/// The limit of a model on a day (YYYY-MM-DD) by the plan that pays for it, else by one that may.
pub fn minute_limit(
    plans: &Plans,
    model: &ModelRef,
    config: &Value,
    paid_by: Option<&Arc<Offer>>,
    told: Option<&FlatPlan>,
    day: &str,
) -> Option<MinuteLimit> {
    let offers = paid_by.into_iter().chain(plans.possible(model, config));
    let mut tiers = offers.flat_map(|offer| offer.tiers(&model.provider, config, told));
    tiers.find_map(|plan| {
        let quotas = plan.quotas(&model.id, day).into_iter();
        let quota =
            quotas.into_iter().find(|quota| (quota.unit, quota.window) == (QuotaUnit::Token, QuotaSpan::Minute))?;
        let read = quota.date.as_ref().map_or(String::new(), |date| format!(", {date}"));
        Some(MinuteLimit {
            tokens: quota.limit?.low,
            plan: plan.name.clone(),
            source: format!("{}{read}", quota.source),
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn groq_is_told_by_its_id_or_its_host() {
        let tokens = |provider: &str, url: Option<&str>, id: &str| {
            let model = ModelRef { provider: provider.to_owned(), id: id.to_owned() };
            let config = json!({ "models": { "providers": { provider: { "baseUrl": url } } } });
            minute_limit(&Plans::default(), &model, &config, None, None, "2026-11-01").map(|limit| limit.tokens)
        };
        assert_eq!(tokens("groq", None, "Llama-3.3-70B-versatile"), Some(12_000));
        assert_eq!(tokens("groq", None, "openai/gpt-oss-120b"), Some(8_000));
        assert_eq!(tokens("fast", Some("https://api.groq.com/openai/v1"), "qwen/qwen3.6-27b"), Some(8_000));
        assert_eq!(tokens("groq", Some("https://llm.example.org"), "llama-3.3-70b-versatile"), None);
        assert_eq!(tokens("openai", None, "gpt-5.5"), None);
    }
}
