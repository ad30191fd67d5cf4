//! The price catalogue as `clawbeat models` shows it: five prices a model for a million tokens, and where they are from.
//! A price that does not exist is null, never 0.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;

use crate::catalogue::{Catalogue, Listed, Rates, Tier};
use crate::certain;
use crate::money::{Money, Rate, Unit};
use crate::words::{json_escaped, plain};

/// The models of one unit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelList {
    /// What prices are in, for a million tokens.
    pub unit: Unit,
    /// The models.
    pub models: Vec<ListedModel>,
}

/// One model; prices are decimal strings for a million tokens.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedModel {
    /// How agents name it.
    pub id: String,
    /// Its display name.
    pub name: String,
    /// Uncached input.
    pub input: Money,
    /// Output, thinking included.
    pub output: Money,
    /// Writing to a cache of five minutes.
    #[serde(rename = "cacheWrite5m")]
    pub cache_write_5m: Option<Money>,
    /// Writing to a cache of one hour.
    #[serde(rename = "cacheWrite1h")]
    pub cache_write_1h: Option<Money>,
    /// Reading from a cache.
    pub cache_read: Option<Money>,
    /// Further prices above a prompt size.
    pub tiers: Vec<PriceStep>,
    /// `light`, `balanced` or `premium`.
    pub tier: Tier,
    /// What it is for, where the source says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suits: Option<&'static str>,
    /// Where the prices are from.
    pub source: String,
}

/// Prices of a request whose prompt is longer than `above` tokens.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PriceStep {
    /// Prompt tokens.
    pub above: u64,
    /// Uncached input.
    pub input: Money,
    /// Output.
    pub output: Money,
}

/// The models of a unit that match a query, at the prices of a moment.
pub fn list(catalogue: &Catalogue, unit: Unit, query: Option<&str>, at: Timestamp) -> ModelList {
    ModelList { unit, models: catalogue.list(unit, query).into_iter().map(|model| listed(model, at)).collect() }
}

fn listed(model: Listed, at: Timestamp) -> ListedModel {
    let sheet = model.price.at(at);
    let rates: &Rates = sheet.base();
    let step = |(above, rates): &(u64, Rates)| PriceStep {
        above: *above,
        input: rates.input.per_million(),
        output: rates.output.per_million(),
    };
    ListedModel {
        input: rates.input.per_million(),
        output: rates.output.per_million(),
        cache_write_5m: rates.cache_write_5m.map(Rate::per_million),
        cache_write_1h: rates.cache_write_1h.map(Rate::per_million),
        cache_read: rates.cache_read.map(Rate::per_million),
        tiers: sheet.steps().iter().map(step).collect(),
        tier: model.guidance.map_or_else(|| Tier::of_output(rates.output), |(tier, _)| tier),
        suits: model.guidance.map(|(_, suits)| suits),
        source: model.price.source.to_string(),
        id: model.id,
        name: model.name,
    }
}

/// One object for one unit, else a list of them.
pub fn render_json(lists: &[ModelList]) -> String {
    let json = match lists {
        [one] => certain::pretty(one),
        many => certain::pretty(&many),
    };
    json_escaped(&json)
}

/// Tables, with a line on what each kind of token is.
pub fn render_text(lists: &[ModelList], query: Option<&str>) -> String {
    let mut out = String::new();
    for list in lists.iter().filter(|list| !list.models.is_empty()) {
        let _ = writeln!(out, "{} for a million tokens ({})\n", list.unit, list.models[0].source);
        let _ = writeln!(
            out,
            "  {:<44}{:>9}{:>9}{:>9}{:>9}{:>9}  tier",
            "model", "input", "output", "write 5m", "write 1h", "read"
        );
        for model in &list.models {
            let price = |price: Option<Money>| price.map_or("-".to_owned(), |price| price.to_string());
            let _ = writeln!(
                out,
                "  {:<44}{:>9}{:>9}{:>9}{:>9}{:>9}  {}{}",
                plain(&model.id),
                model.input.to_string(),
                model.output.to_string(),
                price(model.cache_write_5m),
                price(model.cache_write_1h),
                price(model.cache_read),
                model.tier,
                if model.tiers.is_empty() { "" } else { " (more expensive for long prompts)" },
            );
            if let Some(suits) = model.suits {
                let _ = writeln!(out, "      {suits}");
            }
        }
        out.push('\n');
    }
    match query {
        Some(query) if out.is_empty() => format!("no model matches '{}'\n", plain(query)),
        _ => {
            out + "input: what is sent and not cached · output: what the model writes, thinking included ·\n\
                    write: what is put into the prompt cache · read: what is taken from it · -: no such price\n"
        }
    }
}
