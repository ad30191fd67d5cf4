//! The model providers a config declares under `models.providers`: where they are, which API they speak and what
//! they say of their models. Prices are looked up by `catalogue`; this is only what the file states.

use serde_json::Value;

use crate::document::Named;
use crate::secrets::credentials::masked;

/// One entry of `models.providers`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provider {
    /// The key under `models.providers`, as in `nexos/claude-opus-4-6`.
    pub id: String,
    /// Where `baseUrl` points; `None` when absent or unreadable.
    pub endpoint: Option<Endpoint>,
    /// The wire format, such as `anthropic-messages` or `openai-completions`.
    pub api: Option<String>,
    /// `localService.command`: a model server that OpenClaw starts itself.
    pub local_service: Option<String>,
    /// The models it lists.
    pub models: Vec<DeclaredModel>,
}

/// One model of a provider entry.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeclaredModel {
    /// The id that agents name after the provider.
    pub id: String,
    /// The display name.
    pub name: Option<String>,
    /// Where its own `baseUrl` points, which counts before the provider's.
    pub endpoint: Option<Endpoint>,
    /// Context window in tokens.
    pub context_window: Option<u64>,
    /// Prices the file states.
    pub cost: Option<DeclaredCost>,
    /// `compat.cacheControlFormat`, which makes an `openai-completions` route send cache markers (L8).
    pub cache_control_format: Option<String>,
    /// `compat.supportsLongCacheRetention`, needed there for one-hour markers (L8).
    pub supports_long_cache_retention: bool,
}

/// `cost` of a declared model, in USD per million tokens as written (R44); a field that is absent is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DeclaredCost {
    /// Uncached input.
    pub input: Option<f64>,
    /// Output.
    pub output: Option<f64>,
    /// Cache reads.
    pub cache_read: Option<f64>,
    /// Five-minute cache writes.
    pub cache_write: Option<f64>,
}

/// Where requests go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoint {
    /// Lower case, without user, port or brackets.
    pub host: String,
    /// As written; `None` where the scheme's own counts.
    pub port: Option<u16>,
    /// `http`, without encryption.
    pub plain: bool,
}

impl Provider {
    /// The host of `baseUrl`.
    pub fn host(&self) -> Option<&str> {
        self.endpoint.as_ref().map(|endpoint| endpoint.host.as_str())
    }

    /// The entry of a model, by id.
    pub fn model(&self, id: &str) -> Option<&DeclaredModel> {
        self.models.iter().find(|model| model.id == id)
    }
}

/// Reads `models.providers`; what is missing or of another type is left out.
pub fn read(config: &Value) -> Vec<Provider> {
    let providers = config.at("models.providers").and_then(Value::as_object);
    let read_one = |(id, value): (&String, &Value)| Provider {
        id: masked(id).trim().to_lowercase(),
        // OpenClaw's Ollama provider reads `baseURL` as well.
        endpoint: value["baseUrl"].as_str().or_else(|| value["baseURL"].as_str()).and_then(endpoint),
        api: value["api"].as_str().map(str::to_owned),
        local_service: value.at("localService.command").and_then(Value::as_str).map(str::to_owned),
        models: value["models"].as_array().into_iter().flatten().filter_map(model).collect(),
    };
    providers.into_iter().flatten().map(read_one).collect()
}

fn model(value: &Value) -> Option<DeclaredModel> {
    let word = |names: &str| value.at(names).and_then(Value::as_str);
    Some(DeclaredModel {
        id: word("id")?.to_owned(),
        name: word("name").map(str::to_owned),
        // OpenClaw's Ollama provider reads `baseURL` as well.
        endpoint: word("baseUrl").or_else(|| word("baseURL")).and_then(endpoint),
        context_window: value.at("contextWindow").and_then(Value::as_u64),
        cost: value.at("cost").and_then(Value::as_object).map(|cost| {
            let rate = |key: &str| cost.at(key).and_then(Value::as_f64);
            DeclaredCost {
                input: rate("input"),
                output: rate("output"),
                cache_read: rate("cacheRead"),
                cache_write: rate("cacheWrite"),
            }
        }),
        cache_control_format: word("compat.cacheControlFormat").map(str::to_owned),
        supports_long_cache_retention: value.at("compat.supportsLongCacheRetention") == Some(&Value::Bool(true)),
    })
}

/// Where a URL points.
pub(crate) fn endpoint(url: &str) -> Option<Endpoint> {
    let url = url.trim();
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let authority = rest.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = match authority.strip_prefix('[') {
        Some(v6) => v6.split_once(']').map(|(host, port)| (host, port.strip_prefix(':')))?,
        None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    let known = !host.is_empty() && !host.contains("${");
    known.then(|| Endpoint {
        host: host.to_ascii_lowercase(),
        port: port.and_then(|port| port.parse().ok()),
        plain: scheme.eq_ignore_ascii_case("http"),
    })
}
