//! OpenClaw's own model catalogue: which ids its built-in providers offer, how long their context is, and which short
//! names stand for them. Names and windows only; its prices are partly stale (PRICES.md §5) and not used.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::certain;

#[derive(Deserialize)]
struct OpenclawModels {
    aliases: HashMap<String, HashMap<String, String>>,
    models: Vec<OfferedModel>,
}

/// One model that a built-in provider of OpenClaw offers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OfferedModel {
    /// The provider's id.
    pub provider: String,
    /// The model's id.
    pub id: String,
    /// The display name.
    pub name: String,
    /// Tokens.
    pub context_window: Option<u64>,
    /// Offered for new choices: neither historic, deprecated nor suppressed.
    pub current: bool,
}

static FILE: LazyLock<OpenclawModels> = LazyLock::new(|| certain::read("openclaw.json", include_str!("openclaw.json")));

/// The model that an id means at a provider: `opus` at `anthropic` is `claude-opus-5`; other ids mean themselves.
pub fn resolve_alias<'a>(provider: &str, id: &'a str) -> &'a str {
    FILE.aliases.get(provider).and_then(|aliases| aliases.get(id)).map_or(id, String::as_str)
}

/// The row of a model.
pub(super) fn row(provider: &str, id: &str) -> Option<&'static OfferedModel> {
    FILE.models.iter().find(|row| row.provider == provider && row.id.eq_ignore_ascii_case(id))
}

/// What a built-in provider offers today, in OpenClaw's order; empty for a provider that is not built in.
pub(super) fn current(provider: &str) -> impl Iterator<Item = &'static OfferedModel> {
    FILE.models.iter().filter(move |row| row.current && row.provider == provider)
}

/// What every built-in provider offers today.
pub(super) fn all_current() -> impl Iterator<Item = &'static OfferedModel> {
    FILE.models.iter().filter(|row| row.current)
}
