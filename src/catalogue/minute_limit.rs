//! Providers of which a plan passes fewer tokens a minute than one heartbeat sends: such a request is refused whole, each
//! time, and is not billed. Which plan a key belongs to stands nowhere in a config.

/// The most tokens of a request on a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinuteLimit {
    /// Tokens a minute, of all requests together.
    pub tokens: u64,
    /// The plan.
    pub plan: &'static str,
    /// Where that is published, and when it was read.
    pub source: &'static str,
}

const FREE: &str = "Groq's free plan";
const PUBLISHED: &str = "console.groq.com/docs/rate-limits, 2026-06-04";
/// openclaw/openclaw PR 130275, 2026-08-28: every other model that can call tools.
const OTHERS: MinuteLimit = MinuteLimit { tokens: 8_000, plan: FREE, source: "openclaw/openclaw#130275, 2026-08-28" };
const GROQ: [(&str, u64); 4] = [
    ("llama-3.3-70b-versatile", 12_000),
    ("openai/gpt-oss-120b", 8_000),
    ("llama-3.1-8b-instant", 6_000),
    ("groq/compound", 70_000),
];

/// The limit of a model at a provider, by its id or the host that it is declared with.
pub fn minute_limit(provider: &str, host: Option<&str>, id: &str) -> Option<MinuteLimit> {
    let is_groq = match host {
        Some(host) => host == "api.groq.com",
        None => provider == "groq",
    };
    is_groq.then(|| {
        let listed = GROQ.iter().find(|(name, _)| name.eq_ignore_ascii_case(id));
        listed.map_or(OTHERS, |(_, tokens)| MinuteLimit { tokens: *tokens, plan: FREE, source: PUBLISHED })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groq_is_told_by_its_id_or_its_host() {
        let tokens = |provider, host, id| minute_limit(provider, host, id).map(|limit| limit.tokens);
        assert_eq!(tokens("groq", None, "Llama-3.3-70B-versatile"), Some(12_000));
        assert_eq!(tokens("fast", Some("api.groq.com"), "qwen/qwen3.6-27b"), Some(8_000));
        assert_eq!(tokens("groq", Some("llm.example.org"), "llama-3.3-70b-versatile"), None);
        assert_eq!(tokens("openai", None, "gpt-5.5"), None);
    }
}
