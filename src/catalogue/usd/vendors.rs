//! Which embedded price list a provider of a config bills by. A list price holds for the vendor itself; what a reseller
//! or a proxy charges for the same model is not known, so only ids and hosts that are the vendor's are listed.

use super::{Shelf, shelf};

/// Ids of OpenClaw's built-in providers (and their older spellings), by price list.
const PROVIDERS: [(&str, &[&str]); 18] = [
    // Vertex bills Claude's list price at its global endpoint.
    ("anthropic", &["anthropic", "anthropic-vertex"]),
    ("aws", &["amazon-bedrock", "aws", "aws-bedrock", "bedrock"]),
    ("azure", &["azure", "azure-openai", "azure-openai-responses"]),
    ("cerebras", &["cerebras"]),
    ("deepseek", &["deepseek"]),
    ("fireworks", &["fireworks", "fireworks-ai"]),
    ("github-copilot", &["github-copilot"]),
    ("google", &["google", "google-gemini-cli", "google-vertex"]),
    ("groq", &["groq"]),
    ("minimax", &["minimax", "minimax-cn", "minimax-portal"]),
    ("mistral", &["mistral"]),
    ("moonshotai", &["kimi", "kimi-code", "kimi-coding", "moonshot", "moonshotai"]),
    ("openai", &["openai", "openai-responses"]),
    ("openrouter", &["openrouter"]),
    ("perplexity", &["perplexity"]),
    ("together", &["together", "together-ai"]),
    ("x-ai", &["x-ai", "xai"]),
    ("zai", &["z-ai", "z.ai", "zai"]),
];

/// Domains of the vendors' own interfaces, by price list; a subdomain counts.
const DOMAINS: [(&str, &str); 20] = [
    ("amazonaws.com", "aws"),
    ("anthropic.com", "anthropic"),
    ("azure.com", "azure"),
    ("cerebras.ai", "cerebras"),
    ("deepseek.com", "deepseek"),
    ("fireworks.ai", "fireworks"),
    ("githubcopilot.com", "github-copilot"),
    ("googleapis.com", "google"),
    ("groq.com", "groq"),
    ("minimax.io", "minimax"),
    ("minimaxi.com", "minimax"),
    ("mistral.ai", "mistral"),
    ("moonshot.ai", "moonshotai"),
    ("moonshot.cn", "moonshotai"),
    ("openai.com", "openai"),
    ("openrouter.ai", "openrouter"),
    ("perplexity.ai", "perplexity"),
    ("together.xyz", "together"),
    ("x.ai", "x-ai"),
    ("z.ai", "zai"),
];

/// Price lists a provider's models are looked up in, in order: Azure also serves other vendors' models at their prices.
pub(in crate::catalogue) fn by_provider(provider: &str) -> Vec<&'static Shelf> {
    let provider = provider.to_ascii_lowercase();
    let list = PROVIDERS.iter().find(|(_, ids)| ids.contains(&provider.as_str()));
    list.map(|(list, _)| with_fallbacks(list)).unwrap_or_default()
}

/// The same by the host of the base URL.
pub(in crate::catalogue) fn by_host(host: &str) -> Vec<&'static Shelf> {
    let under = |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let list = DOMAINS.iter().find(|(domain, _)| under(domain));
    list.map(|(_, list)| with_fallbacks(list)).unwrap_or_default()
}

fn with_fallbacks(list: &'static str) -> Vec<&'static Shelf> {
    let more: &[&str] = match list {
        "azure" => &["openai", "anthropic", "deepseek", "x-ai", "moonshotai"],
        "google" => &["anthropic"],
        _ => &[],
    };
    std::iter::once(list).chain(more.iter().copied()).filter_map(shelf).collect()
}

/// OpenClaw's provider id of a price list.
pub(in crate::catalogue) fn openclaw_id(list: &'static str) -> &'static str {
    match list {
        "aws" => "amazon-bedrock",
        "moonshotai" => "moonshot",
        "x-ai" => "xai",
        same => same,
    }
}

/// Who makes a model.
pub(in crate::catalogue) struct Vendor {
    /// OpenClaw's id of the vendor's own provider.
    pub(in crate::catalogue) provider: &'static str,
    /// The vendor's list prices.
    pub(in crate::catalogue) shelf: &'static Shelf,
    /// Nobody else can run it, so that behind any proxy it is still the vendor's bill.
    pub(in crate::catalogue) closed: bool,
}

/// Beginnings of model names, their makers' price lists, and whether the models are closed.
const FAMILIES: [(&str, &str, bool); 12] = [
    ("claude", "anthropic", true),
    ("deepseek", "deepseek", false),
    ("gemini", "google", true),
    ("glm", "zai", false),
    ("gpt 3", "openai", true),
    ("gpt 4", "openai", true),
    ("gpt 5", "openai", true),
    ("gpt 6", "openai", true),
    ("grok", "x-ai", true),
    ("kimi", "moonshotai", false),
    ("minimax", "minimax", false),
    ("mistral", "mistral", false),
];

/// The maker of a model, by the beginning of its id or display name.
pub(in crate::catalogue) fn vendor(model: &str) -> Option<Vendor> {
    let bare = model.rsplit('/').next().unwrap_or(model).to_lowercase().replace('-', " ");
    let (_, list, closed) = FAMILIES.iter().find(|(family, _, _)| bare.starts_with(family))?;
    Some(Vendor { provider: openclaw_id(list), shelf: shelf(list)?, closed: *closed })
}
