//! What costs nothing, and by which sign that is known. A private address is no sign: a gateway there may send requests
//! to any vendor, and the vendor bills them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use serde::Serialize;

use super::openclaw;
use super::usd::{self, MakersModel};
use crate::gateway::providers::Endpoint;

/// Why a model costs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Free {
    /// The provider or its host is named as a model server that one runs oneself.
    Runtime,
    /// It speaks the interface of such a server.
    Api,
    /// It answers on the port of such a server, in a network of one's own.
    Port,
    /// OpenClaw starts the server itself.
    Service,
    /// The config states a price of 0 for a server in a network of one's own, and its maker does not sell the model.
    Declared,
    /// The price list says 0.
    Listed,
    /// The user's prices file says 0.
    PricesFile,
}

impl fmt::Display for Free {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Free::Runtime => "by the name of its provider or host",
            Free::Api => "it speaks Ollama's interface",
            Free::Port => "by its port",
            Free::Service => "OpenClaw starts it",
            Free::Declared => "your file states a cost of 0",
            Free::Listed => "the price list says 0",
            Free::PricesFile => "the prices file says 0",
        })
    }
}

/// Words in the name of a provider or host that is a model server of one's own: OpenClaw's providers for them (its
/// `SELF_HOSTED_PROVIDER_ID_PREFIXES` and `apple-fm`) and the servers of its page `gateway/local-models`.
const RUNTIMES: [&str; 9] =
    ["applefm", "llamacpp", "llamaserver", "llmman", "lmstudio", "mlx", "ollama", "sglang", "vllm"];

/// Ports that are a model server's by OpenClaw's pages of the provider: Ollama, LM Studio, SGLang.
const PORTS: [u16; 3] = [11434, 1234, 30000];

/// Ports of vLLM and llama.cpp by the same pages, which anything else may use as well.
const SHARED_PORTS: [u16; 2] = [8000, 8080];

/// Words in the name of a provider or host that pass requests on, as LiteLLM does.
const GATEWAYS: [&str; 8] = ["bifrost", "gateway", "helicone", "litellm", "newapi", "oneapi", "proxy", "router"];

/// LiteLLM's port, by OpenClaw's page `providers/litellm`.
const GATEWAY_PORT: u16 = 4000;

/// What a gateway puts before the id of a model of the seller that it sends requests to.
const ROUTES: [&str; 10] = [
    "azure/",
    "bedrock/",
    "fireworks_ai/",
    "gemini/",
    "groq/",
    "llmman.hybrid/",
    "llmman.provider/",
    "openrouter/",
    "together_ai/",
    "vertex_ai/",
];

/// Endings of names that only a private network resolves: RFC 6761, 6762 (appendix G), 8375, Kubernetes, Tailscale.
const PRIVATE_ENDINGS: [&str; 12] = [
    ".corp",
    ".home",
    ".home.arpa",
    ".internal",
    ".intranet",
    ".lan",
    ".local",
    ".localdomain",
    ".localhost",
    ".private",
    ".svc",
    ".ts.net",
];

/// What is known of a model's server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Server<'a> {
    /// The provider's id, lower case.
    pub(super) provider: &'a str,
    /// The model's id and display name.
    pub(super) names: &'a [&'a str],
    pub(super) endpoint: Option<&'a Endpoint>,
    pub(super) api: Option<&'a str>,
    /// The command that OpenClaw starts it with.
    pub(super) service: Option<&'a str>,
    /// Every price that the config states for the model is 0.
    pub(super) declared_zero: bool,
}

impl Server<'_> {
    /// Why the model costs nothing here, if that is known.
    pub(super) fn is_free(&self) -> Option<Free> {
        let route = |name: &&str| ROUTES.iter().any(|route| name.to_lowercase().starts_with(route));
        if self.is_forwarded() || self.names.iter().any(route) || self.made().any(|made| made.maker.closed) {
            return None;
        }
        let elsewhere = self.is_gateway();
        if self.service.is_some_and(|command| !has_word(command, &GATEWAYS)) && !elsewhere {
            return Some(Free::Service);
        }
        if self.is_named_runtime() && self.is_at_home() && !elsewhere {
            return Some(Free::Runtime);
        }
        if self.speaks_ollama() && !elsewhere {
            return Some(Free::Api);
        }
        let port = self.endpoint.and_then(|endpoint| endpoint.port).filter(|_| self.is_at_home() && !elsewhere);
        let on = |ports: &[u16]| port.is_some_and(|port| ports.contains(&port));
        if on(&PORTS) || (on(&SHARED_PORTS) && self.has_open_weights() && !self.is_sold()) {
            return Some(Free::Port);
        }
        let owned = self.declared_zero && self.endpoint.is_some() && self.is_at_home();
        (owned && !self.is_sold()).then_some(Free::Declared)
    }

    /// A model that Ollama's vendor runs in its own data centre, such as `kimi-k2.5:cloud`.
    pub(super) fn is_forwarded(&self) -> bool {
        let host = self.endpoint.map(|endpoint| endpoint.host.as_str());
        let cloud_host = host.is_some_and(|host| host == "ollama.com" || host.ends_with(".ollama.com"));
        let marked = self.names.first().is_some_and(|id| {
            let id = id.trim().to_lowercase();
            id.ends_with(":cloud") || id.ends_with("-cloud")
        });
        self.provider == "ollama-cloud" || cloud_host || marked
    }

    /// Ollama serves it, here or in its vendor's data centre.
    pub(super) fn speaks_ollama(&self) -> bool {
        match self.api {
            Some(api) => api == "ollama",
            None => self.provider == "ollama" || self.provider.starts_with("ollama-"),
        }
    }

    /// On this machine or in a network of one's own: a private address, or one without encryption, which no vendor offers.
    fn is_at_home(&self) -> bool {
        self.endpoint.is_none_or(|endpoint| endpoint.plain || is_private(&endpoint.host))
    }

    fn is_named_runtime(&self) -> bool {
        let host = self.endpoint.map_or("", |endpoint| endpoint.host.as_str());
        self.provider == "ds4" || has_word(self.provider, &RUNTIMES) || has_word(host, &RUNTIMES)
    }

    fn is_gateway(&self) -> bool {
        let host = self.endpoint.map_or("", |endpoint| endpoint.host.as_str());
        let port = self.endpoint.and_then(|endpoint| endpoint.port);
        has_word(self.provider, &GATEWAYS) || has_word(host, &GATEWAYS) || port == Some(GATEWAY_PORT)
    }

    fn made(&self) -> impl Iterator<Item = MakersModel> {
        self.names.iter().filter_map(|name| usd::made_by(name))
    }

    /// Its maker sells the model, or may: a name such as `kimi-latest` means whatever is current there.
    fn is_sold(&self) -> bool {
        self.made().any(|made| {
            let provider = made.maker.provider;
            let row = |id: &str| openclaw::row(provider, id).is_some();
            let listed = made.maker.shelf().is_some_and(|shelf| shelf.find(&made.id).is_some());
            listed || row(&made.id) || row(&format!("{provider}/{}", made.id)) || made.id.ends_with("latest")
        })
    }

    /// The name says how many parameters the model has, as those of open weights do: `32b`, `30b-a3b`.
    fn has_open_weights(&self) -> bool {
        let is_size = |word: &str| {
            let digits = word.strip_suffix(['b', 'm']).unwrap_or_default();
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'x')
        };
        let words = |name: &&str| name.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(is_size);
        self.made().next().is_some() && self.names.iter().any(words)
    }
}

fn has_word(text: &str, words: &[&str]) -> bool {
    let text = text.to_lowercase().replace(['-', '_', '.'], "");
    words.iter().any(|word| text.contains(word))
}

/// A URL that says of a server of one's own what decides here, and nothing else: kind, port, encryption.
pub(super) fn known_url(endpoint: &Endpoint) -> Option<String> {
    let words = GATEWAYS.iter().chain(&RUNTIMES);
    let host = words.copied().find(|word| has_word(&endpoint.host, &[*word])).unwrap_or("localhost");
    let known = |port: &u16| PORTS.contains(port) || SHARED_PORTS.contains(port) || *port == GATEWAY_PORT;
    let port = endpoint.port.filter(known).map(|port| format!(":{port}")).unwrap_or_default();
    let scheme = if endpoint.plain { "http" } else { "https" };
    (endpoint.plain || is_private(&endpoint.host)).then(|| format!("{scheme}://{host}{port}"))
}

/// The host is this machine or a private network.
pub(super) fn is_private(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => is_private_v4(ip),
        Ok(IpAddr::V6(ip)) => match ip.to_ipv4_mapped() {
            Some(mapped) => is_private_v4(mapped),
            None => ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local(),
        },
        // A name without a dot is this machine's or a container network's.
        Err(_) => !bare.contains('.') || PRIVATE_ENDINGS.iter().any(|ending| bare.ends_with(ending)),
    }
}

fn is_private_v4(ip: Ipv4Addr) -> bool {
    // 100.64.0.0/10 is shared address space, as in a tailnet.
    let shared = ip.octets()[0] == 100 && (64..128).contains(&ip.octets()[1]);
    ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified() || shared
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses() {
        for host in [
            "127.0.0.1",
            "127.9.9.9",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.1",
            "192.168.1.5",
            "100.100.1.1",
            "::1",
            "[::1]",
            "localhost",
            "host.docker.internal",
            "mac.local",
            "gpu.tail1234.ts.net",
            "ollama",
            "0.0.0.0",
            "fd00::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(is_private(host), "{host}");
        }
        for host in ["172.32.0.1", "api.nexos.ai", "8.8.8.8", "100.128.0.1", "local.example.com", "2001:db8::1"] {
            assert!(!is_private(host), "{host}");
        }
    }
}
