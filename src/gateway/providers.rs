//! The model providers a config declares under `models.providers`: where they are, which API they speak and what
//! they say of their models. Prices are looked up by `catalogue`; this is only what the file states.

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
