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
    domain(host).map(|(_, list)| with_fallbacks(list)).unwrap_or_default()
}

/// The known domain that a host is of, with its list.
pub(in crate::catalogue) fn domain(host: &str) -> Option<(&'static str, &'static str)> {
    let under = |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    DOMAINS.iter().copied().find(|(domain, _)| under(domain))
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

/// Who makes a model, and sells it on an API of its own or not.
#[derive(Debug)]
pub(in crate::catalogue) struct Maker {
    /// OpenClaw's id of the maker's own provider.
    pub(in crate::catalogue) provider: &'static str,
    /// As people call it.
    pub(in crate::catalogue) name: &'static str,
    list: Option<&'static str>,
    /// What OpenRouter puts before the ids of its models.
    pub(in crate::catalogue) organization: &'static str,
    /// Nobody else can run its models, so that behind any proxy it is still the maker's bill.
    pub(in crate::catalogue) closed: bool,
    /// How the names of its models begin, with spaces for what separates words.
    families: &'static [&'static str],
}

const fn maker(
    (provider, name): (&'static str, &'static str),
    list: Option<&'static str>,
    organization: &'static str,
    closed: bool,
    families: &'static [&'static str],
) -> Maker {
    Maker { provider, name, list, organization, closed, families }
}

static MAKERS: [Maker; 17] = [
    maker(("anthropic", "Anthropic"), Some("anthropic"), "anthropic", true, &["claude"]),
    maker(("google", "Google"), Some("google"), "google", true, &["gemini"]),
    maker(
        ("openai", "OpenAI"),
        Some("openai"),
        "openai",
        true,
        &["gpt 3", "gpt 4", "gpt 5", "gpt 6", "gpt chat", "chatgpt", "o1 ", "o3 ", "o4 "],
    ),
    maker(("xai", "xAI"), Some("x-ai"), "x-ai", true, &["grok"]),
    maker(("deepseek", "DeepSeek"), Some("deepseek"), "deepseek", false, &["deepseek"]),
    maker(("zai", "Z.ai"), Some("zai"), "z-ai", false, &["glm"]),
    maker(("moonshot", "Moonshot"), Some("moonshotai"), "moonshotai", false, &["kimi"]),
    maker(("minimax", "MiniMax"), Some("minimax"), "minimax", false, &["minimax"]),
    maker(
        ("mistral", "Mistral"),
        Some("mistral"),
        "mistralai",
        false,
        &["mistral", "ministral", "codestral", "devstral", "magistral", "mixtral", "pixtral"],
    ),
    maker(("qwen", "Qwen"), None, "qwen", false, &["qwen", "qwq"]),
    maker(("nvidia", "NVIDIA"), None, "nvidia", false, &["nemotron"]),
    // What the makers of closed models give away, they do not sell.
    maker(("google", "Google"), None, "google", false, &["gemma"]),
    maker(("openai", "OpenAI"), None, "openai", false, &["gpt oss"]),
    maker(("meta", "Meta"), None, "meta-llama", false, &["llama"]),
    maker(("microsoft", "Microsoft"), None, "microsoft", false, &["phi 3", "phi 4", "phi3", "phi4"]),
    maker(
        ("amazon", "Amazon"),
        None,
        "amazon",
        true,
        &["nova micro", "nova lite", "nova pro", "nova premier", "nova 2"],
    ),
    maker(("xiaomi", "Xiaomi"), None, "xiaomi", false, &["mimo"]),
];

impl Maker {
    /// Its list prices.
    pub(in crate::catalogue) fn shelf(&self) -> Option<&'static Shelf> {
        self.list.and_then(shelf)
    }
}

/// The price list is a maker's, who sells its own models.
pub(in crate::catalogue) fn is_makers(shelf: &Shelf) -> bool {
    MAKERS.iter().any(|maker| maker.list == Some(shelf.id))
}

/// A model as its maker calls it, in a name that may say more: `claude-opus-4-7` in `us.anthropic.claude-opus-4-7`,
/// `deepseek-v4-flash` in `OpenCode Go DeepSeek V4 Flash`.
pub(in crate::catalogue) struct MakersModel {
    /// Who makes it.
    pub(in crate::catalogue) maker: &'static Maker,
    /// The name from the family on, in lower case with dashes.
    pub(in crate::catalogue) id: String,
}

/// The maker of a model, by the first name of a family in its id or display name.
pub(in crate::catalogue) fn made_by(model: &str) -> Option<MakersModel> {
    let lower = model.to_lowercase();
    let mut words = String::with_capacity(lower.len() + 1);
    for c in lower.chars() {
        // As many spaces as the sign has bytes, so that a place in the words is the place in the name.
        match c.is_alphanumeric() {
            true => words.push(c),
            false => words.extend(std::iter::repeat_n(' ', c.len_utf8())),
        }
    }
    words.push(' ');
    let begins = |at: &usize| *at == 0 || words.as_bytes().get(at - 1) == Some(&b' ');
    let (at, maker) = (0..lower.len()).filter(begins).find_map(|at| {
        let from = words.get(at..)?;
        let maker = MAKERS.iter().find(|maker| maker.families.iter().any(|family| from.starts_with(family)))?;
        Some((at, maker))
    })?;
    let id = lower.get(at..).unwrap_or(&lower).trim().replace([' ', '_'], "-");
    Some(MakersModel { maker, id })
}
