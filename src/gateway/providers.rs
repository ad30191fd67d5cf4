//! The model providers a config declares under `models.providers`: where they are, which API they speak and what
//! they say of their models. Prices are looked up by `catalogue`; this is only what the file states.

use serde_json::Value;

/// One entry of `models.providers`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provider {
    /// The key under `models.providers`, as in `nexos/claude-opus-4-6`.
    pub id: String,
    /// Host of `baseUrl`, lower case, without port; `None` when absent or unreadable.
    pub host: Option<String>,
    /// The wire format, such as `anthropic-messages` or `openai-completions`.
    pub api: Option<String>,
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

impl Provider {
    /// The entry of a model, by id.
    pub fn model(&self, id: &str) -> Option<&DeclaredModel> {
        self.models.iter().find(|model| model.id == id)
    }
}

/// Reads `models.providers`; what is missing or of another type is left out.
pub fn read(config: &Value) -> Vec<Provider> {
    let providers = config.pointer("/models/providers").and_then(Value::as_object);
    let read_one = |(id, value): (&String, &Value)| Provider {
        id: id.trim().to_lowercase(),
        host: value["baseUrl"].as_str().and_then(host),
        api: value["api"].as_str().map(str::to_owned),
        models: value["models"].as_array().into_iter().flatten().filter_map(model).collect(),
    };
    providers.into_iter().flatten().map(read_one).collect()
}

fn model(value: &Value) -> Option<DeclaredModel> {
    let compat = &value["compat"];
    Some(DeclaredModel {
        id: value["id"].as_str()?.to_owned(),
        name: value["name"].as_str().map(str::to_owned),
        context_window: value["contextWindow"].as_u64(),
        cost: value["cost"].as_object().map(|cost| {
            let rate = |key: &str| cost.get(key).and_then(Value::as_f64);
            DeclaredCost {
                input: rate("input"),
                output: rate("output"),
                cache_read: rate("cacheRead"),
                cache_write: rate("cacheWrite"),
            }
        }),
        cache_control_format: compat["cacheControlFormat"].as_str().map(str::to_owned),
        supports_long_cache_retention: compat["supportsLongCacheRetention"] == Value::Bool(true),
    })
}

/// The host of a URL, lower case, without user, port or brackets.
fn host(url: &str) -> Option<String> {
    let rest = url.trim().split_once("://").map_or(url.trim(), |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next()?,
        None => authority.split(':').next()?,
    };
    (!host.is_empty() && !host.contains("${")).then(|| host.to_ascii_lowercase())
}
