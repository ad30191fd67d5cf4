//! What costs nothing and what is only unknown.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::gateway::providers;

/// What the catalogue says of a model of a provider block.
fn asked(provider: &str, block: &Value, id: &str) -> Match {
    let config = json!({ "models": { "providers": { provider: block } } });
    Catalogue::builtin().find(provider, id, providers::read(&config).first())
}

fn block(url: &str, id: &str, name: Option<&str>, cost: Option<f64>) -> Value {
    let mut model = json!({ "id": id });
    if let Some(name) = name {
        model["name"] = json!(name);
    }
    if let Some(price) = cost {
        model["cost"] = json!({ "input": price, "output": price, "cacheRead": price, "cacheWrite": price });
    }
    json!({ "baseUrl": url, "api": "openai-completions", "models": [model] })
}

#[test]
fn a_model_server_is_known_by_name_interface_port_or_service() {
    let free = |provider: &str, url: &str, id: &str| asked(provider, &block(url, id, None, None), id).free;
    for (provider, url, id, expected) in [
        ("ollama", "http://127.0.0.1:11434", "qwen3:32b", Some(Free::Runtime)),
        ("ollama", "http://192.168.1.5:11434", "deepseek-v4-flash", Some(Free::Runtime)),
        ("ollama-gpu", "http://10.0.0.9:9999", "smart", Some(Free::Runtime)),
        ("lmstudio", "http://192.168.1.20:1234/v1", "qwen/qwen3.5-9b", Some(Free::Runtime)),
        ("vllm", "http://gpu.lan:9000/v1", "zai-org/GLM-5.2", Some(Free::Runtime)),
        ("llama-cpp", "http://127.0.0.1:8080/v1", "my-model", Some(Free::Runtime)),
        ("ds4", "http://127.0.0.1:18000/v1", "deepseek-v4-flash", Some(Free::Runtime)),
        ("llmman", "http://127.0.0.1:17434/v1", "qwen3.8", Some(Free::Runtime)),
        ("rig", "http://vllm.ai.svc.cluster.local:8000/v1", "kimi-k2.6", Some(Free::Runtime)),
        ("rig", "http://host.docker.internal:11434/v1", "kimi-k2.6", Some(Free::Port)),
        ("rig", "http://192.168.1.5:1234/v1", "smart", Some(Free::Port)),
        ("rig", "http://[::1]:30000/v1", "glm-5.2", Some(Free::Port)),
        ("rig", "http://192.168.1.5:8000/v1", "Qwen/Qwen3-32B", Some(Free::Port)),
        ("rig", "http://localhost:8080/v1", "llama-3.3-70b", Some(Free::Port)),
        // Anything may answer on these two.
        ("rig", "http://192.168.1.5:8000/v1", "deepseek-v4-flash", None),
        ("rig", "http://192.168.1.5:8000/v1", "smart", None),
        ("rig", "http://192.168.1.5:8000/v1", "qwen3-max", None),
        ("rig", "http://gateway:8000/v1", "Qwen/Qwen3-32B", None),
        // Nobody but its maker runs a closed model.
        ("ollama", "http://127.0.0.1:11434", "claude-opus-4-6", None),
        ("rig", "http://127.0.0.1:11434/v1", "gpt-5.4", None),
        // What Ollama's vendor runs.
        ("ollama", "http://127.0.0.1:11434", "kimi-k2.5:cloud", None),
        ("ollama", "http://127.0.0.1:11434", "gpt-oss:120b-cloud", None),
        ("rig", "http://127.0.0.1:11434/v1", "GLM-5.2:CLOUD", None),
        ("ollama-cloud", "https://ollama.com", "kimi-k2.6", None),
        ("llmman", "http://127.0.0.1:17434/v1", "llmman.provider/openai/gpt-oss", None),
        // A gateway, whatever it calls itself.
        ("vllm", "http://litellm:4000/v1", "qwen3-32b", None),
        ("litellm", "http://127.0.0.1:11434/v1", "qwen3-32b", None),
        ("vllm", "https://llm.example.com/v1", "qwen3-32b", None),
    ] {
        assert_eq!(free(provider, url, id), expected, "{provider} {url} {id}");
    }
    assert_eq!(find("ollama", "qwen3:14b").free, Some(Free::Runtime));
    assert_eq!(find("apple-fm", "system").free, Some(Free::Runtime));
    let service = |command: &str| {
        let mut block = block("http://127.0.0.1:5005/v1", "smart", None, None);
        block["localService"] = json!({ "command": command });
        asked("rig", &block, "smart").free
    };
    assert_eq!((service("/opt/llm/server"), service("/opt/venv/bin/litellm")), (Some(Free::Service), None));
    let api = json!({ "baseUrl": "https://models.example.com", "api": "ollama", "models": [{ "id": "smart" }] });
    assert_eq!(asked("rig", &api, "smart").free, Some(Free::Api));
    let elsewhere = json!({ "baseUrl": "http://127.0.0.1:11434", "api": "ollama",
        "models": [{ "id": "qwen3:32b", "baseUrl": "https://ollama.com" }] });
    assert_eq!(asked("rig", &elsewhere, "qwen3:32b").free, None);
}

/// A gateway on a private host: the list price is known for any maker's model, and who answers is not.
#[test]
fn a_private_host_alone_is_unknown() {
    for url in [
        "http://litellm:4000",
        "http://litellm.llm.svc.cluster.local",
        "http://host.docker.internal:4000/v1",
        "https://inference.local/v1",
        "http://192.168.1.5:3000",
        "http://localhost:4000",
    ] {
        for (id, listed) in [
            ("deepseek-v4-flash", "deepseek/deepseek-v4-flash"),
            ("kimi-k2.6", "moonshot/kimi-k2.6"),
            ("openrouter/~moonshotai/kimi-latest", "openrouter/~moonshotai/kimi-latest"),
            ("glm-5.2", "zai/GLM-5.2"),
            ("MiniMax-M2.7", "minimax/MiniMax-M2.7"),
            ("mistral-large-2512", "mistral/mistral-large-2512"),
            ("qwen3.7-max", "openrouter/qwen/qwen3.7-max"),
            ("nemotron-3-super-120b-a12b", "openrouter/nvidia/nemotron-3-super-120b-a12b"),
            ("claude-opus-4-6", "anthropic/claude-opus-4-6"),
            ("gpt-5.4", "openai/gpt-5.4"),
            ("grok-4.3", "xai/grok-4.3"),
        ] {
            let found = asked("gw", &block(url, id, None, None), id);
            assert_eq!((found.price, found.free), (None, None), "{url} {id}");
            assert_eq!(found.if_vendors.map(|list| list.model).as_deref(), Some(listed), "{url} {id}");
        }
        let alias = asked("gw", &block(url, "smart", None, None), "smart");
        assert_eq!((alias.price, alias.if_vendors), (None, None), "{url}");
    }
}

/// `joryirving/home-ops`: a LiteLLM gateway before own graphics cards and before vendors, with every cost declared as 0.
#[test]
fn a_declared_zero_is_free_for_what_no_vendor_sells() {
    let free = |url: &str, id: &str, name: Option<&str>| {
        let found = asked("litellm", &block(url, id, name, Some(0.0)), id);
        (found.free, found.notes.contains(&PriceNote::ZeroPlaceholder))
    };
    let own = (Some(Free::Declared), false);
    let placeholder = (None, true);
    let cluster = "http://litellm.llm:4000/v1";
    for (id, name, expected) in [
        ("self-hosted", Some("Qwen3.6-35B (own GPU)"), own),
        ("vision", Some("Qwen3.5-9B (own GPU)"), own),
        ("smart", None, own),
        ("dsv4f", Some("OpenCode Go DeepSeek V4 Flash"), placeholder),
        ("glm-5.2", Some("Z.Ai GLM 5.2"), placeholder),
        ("claude-opus-4-6", None, placeholder),
        ("openrouter/qwen/qwen3-32b", None, placeholder),
        ("kimi-latest", None, placeholder),
        ("qwen3:480b-cloud", None, placeholder),
    ] {
        assert_eq!(free(cluster, id, name), expected, "{id}");
        assert_eq!(free("https://litellm.svc.cluster.local", id, name), expected, "{id}");
    }
    // A public host that encrypts sends a bill.
    assert_eq!(free("https://api.acme.example/v1", "acme-1", None), placeholder);
    assert_eq!(asked("litellm", &block(cluster, "smart", None, Some(0.1)), "smart").free, None);
}

const PROVIDERS: [&str; 14] = [
    "ollama",
    "ollama-cloud",
    "lmstudio",
    "vllm",
    "sglang",
    "llama-cpp",
    "apple-fm",
    "litellm",
    "rig",
    "anthropic",
    "openai",
    "openrouter",
    "deepseek",
    "my-gateway",
];
const HOSTS: [&str; 18] = [
    "127.0.0.1",
    "localhost",
    "[::1]",
    "192.168.1.5",
    "10.0.0.9",
    "litellm",
    "litellm.llm",
    "vllm",
    "gateway.lan",
    "host.docker.internal",
    "inference.local",
    "llm.svc.cluster.local",
    "gpu.tail1.ts.net",
    "ollama.com",
    "api.deepseek.com",
    "openrouter.ai",
    "llm.example.com",
    "203.0.113.7",
];
const PORTS: [Option<u16>; 8] =
    [None, Some(11434), Some(1234), Some(8000), Some(8080), Some(30000), Some(4000), Some(3000)];
const IDS: [&str; 18] = [
    "qwen3:32b",
    "Qwen/Qwen3-32B",
    "qwen3-max",
    "deepseek-v4-flash",
    "kimi-k2.6",
    "kimi-k2.6:cloud",
    "gpt-oss:120b-cloud",
    "glm-5.2",
    "MiniMax-M2.7",
    "nemotron-3-super-120b-a12b",
    "mistral-small-latest",
    "claude-opus-4-6",
    "gpt-5.4",
    "gemini-2.5-flash",
    "openrouter/~moonshotai/kimi-latest",
    "openai/gpt-oss-20b",
    "llama-3.3-70b",
    "smart",
];

fn cost() -> impl Strategy<Value = Option<Value>> {
    let price = || select(&[None, Some(0.0), Some(0.0), Some(0.5), Some(3.0)][..]);
    let cost = (price(), price(), price(), price()).prop_map(|(input, output, read, write)| {
        let stated = [("input", input), ("output", output), ("cacheRead", read), ("cacheWrite", write)];
        stated.into_iter().filter_map(|(key, price)| Some((key.to_owned(), json!(price?)))).collect::<Value>()
    });
    prop_oneof![Just(None), cost.prop_map(Some), Just(Some(json!({ "input": 0, "output": 0 })))]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// A price of 0 has one of the reasons, and the reason is there to see in the block.
    #[test]
    fn a_price_of_zero_has_its_reason(
        provider in select(&PROVIDERS[..]),
        scheme in select(&["http", "https"][..]),
        host in select(&HOSTS[..]),
        port in select(&PORTS[..]),
        api in select(&["openai-completions", "anthropic-messages", "ollama"][..]),
        id in select(&IDS[..]),
        cost in cost(),
        service in select(&[None, Some("/opt/server"), Some("/usr/bin/litellm")][..]),
    ) {
        let port_text = port.map(|port| format!(":{port}")).unwrap_or_default();
        let mut model = json!({ "id": id });
        if let Some(cost) = &cost {
            model["cost"] = cost.clone();
        }
        let mut block = json!({ "baseUrl": format!("{scheme}://{host}{port_text}/v1"), "api": api, "models": [model] });
        if let Some(command) = service {
            block["localService"] = json!({ "command": command });
        }
        let found = asked(provider, &block, id);
        let is_zero = found.price.as_ref().is_some_and(Price::is_zero);
        prop_assert_eq!(is_zero, found.free.is_some(), "{} {:?}", block, found);
        prop_assert!(found.free.is_none() || found.if_vendors.is_none());
        let private = !["ollama.com", "api.deepseek.com", "openrouter.ai", "llm.example.com", "203.0.113.7", "litellm.llm"]
            .contains(&host);
        let at_home = private || scheme == "http";
        let gateway = ["litellm", "gateway", "router"].iter().any(|word| host.contains(word) || provider.contains(word))
            || port == Some(4000);
        let closed = ["claude", "gpt-5", "gemini"].iter().any(|name| id.starts_with(name));
        let cloud = id.ends_with("cloud") || provider == "ollama-cloud" || host == "ollama.com";
        let named = |text: &str| {
            ["ollama", "lmstudio", "vllm", "sglang", "llama-cpp", "apple-fm"].iter().any(|name| text.contains(name))
        };
        prop_assert!(found.free.is_none() || !(closed || cloud || id.starts_with("openrouter/")), "{}", block);
        let holds = match found.free {
            None => true,
            Some(Free::Runtime) => (named(provider) || named(host)) && at_home && !gateway,
            Some(Free::Api) => api == "ollama" && !gateway,
            Some(Free::Port) => {
                let shared = [Some(8000), Some(8080)].contains(&port) && (id.contains("32") || id.contains("20b") || id.contains("0b"));
                at_home && !gateway && ([Some(11434), Some(1234), Some(30000)].contains(&port) || shared)
            }
            Some(Free::Service) => service == Some("/opt/server") && !gateway,
            Some(Free::Declared) => {
                let stated = |key: &str| cost.as_ref().and_then(|cost| cost[key].as_f64());
                at_home && stated("input").or(stated("output")).or(stated("cacheRead")).or(stated("cacheWrite")) == Some(0.0)
                    && !["deepseek-v4-flash", "kimi-k2.6", "glm-5.2", "MiniMax-M2.7", "mistral-small-latest"].contains(&id)
            }
            Some(Free::Listed | Free::PricesFile) => false,
        };
        prop_assert!(holds, "{:?}: {}", found.free, block);
    }
}
