//! The user's own prices, as `--prices FILE` gives them: one unit, and per model up to five prices per million tokens
//! and its context window in tokens.
//! They win over every other source. Schema: `schemas/prices.v1.schema.json`.

use serde_json::{Map, Value};
use thiserror::Error;

use super::names::canonical;
use super::price::{Price, PriceSource};
use super::rates::{RateSheet, Rates};
use crate::money::{Rate, Unit};

/// A prices file that does not say what it should; the message names the field.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{field}: {problem}")]
pub struct PricesError {
    /// Where, such as `models["acme/large"].input`.
    pub field: String,
    /// What is wrong and what would be right.
    pub problem: String,
}

fn wrong<T>(field: impl Into<String>, problem: impl Into<String>) -> Result<T, PricesError> {
    Err(PricesError { field: field.into(), problem: problem.into() })
}

/// A checked prices file.
#[derive(Clone, Debug)]
pub(super) struct PricesFile {
    unit: Unit,
    models: Vec<PricesFileEntry>,
}

#[derive(Clone, Debug)]
struct PricesFileEntry {
    provider: String,
    id: String,
    rates: Rates,
    context_window: Option<u64>,
}

const FIELDS: [&str; 6] = ["input", "output", "cacheRead", "cacheWrite5m", "cacheWrite1h", "contextWindow"];

impl PricesFile {
    pub(super) fn read(file: &Value) -> Result<Self, PricesError> {
        let Value::Object(fields) = file else {
            return wrong("(root)", "expected an object with \"unit\" and \"models\"");
        };
        if let Some(unknown) = fields.keys().find(|key| !["$schema", "unit", "models"].contains(&key.as_str())) {
            return wrong(unknown, "unknown field; expected \"unit\" and \"models\"");
        }
        let unit = match fields.get("unit").and_then(Value::as_str) {
            Some("USD") => Unit::Usd,
            Some("credits") => Unit::Credits,
            _ => return wrong("unit", "expected \"USD\" or \"credits\""),
        };
        let Some(Value::Object(models)) = fields.get("models") else {
            return wrong("models", "expected an object of \"provider/model\" to prices");
        };
        let models = models.iter().map(|(name, prices)| entry(name, prices)).collect::<Result<_, _>>()?;
        Ok(PricesFile { unit, models })
    }

    /// The price of a model and its context window in tokens, if stated: by its exact reference, or by a spelling that means
    /// the same model of that provider.
    pub(super) fn find(&self, provider: &str, names: &[&str]) -> Option<(Price, Option<u64>)> {
        let of_provider = || self.models.iter().filter(|entry| entry.provider.eq_ignore_ascii_case(provider));
        let exact = || of_provider().find(|entry| names.contains(&entry.id.as_str()));
        let spelled = || of_provider().find(|entry| names.iter().any(|name| canonical(name) == canonical(&entry.id)));
        let entry = exact().or_else(spelled)?;
        let price = Price::constant(self.unit, PriceSource::PricesFile, RateSheet::flat(entry.rates));
        Some((price, entry.context_window))
    }

    /// Every model with its price, as `provider/id`.
    pub(super) fn all(&self) -> impl Iterator<Item = (String, Price)> {
        self.models.iter().map(|entry| {
            let price = Price::constant(self.unit, PriceSource::PricesFile, RateSheet::flat(entry.rates));
            (format!("{}/{}", entry.provider, entry.id), price)
        })
    }
}

fn entry(name: &str, prices: &Value) -> Result<PricesFileEntry, PricesError> {
    let field = format!("models[{name:?}]");
    let Some((provider, id)) = name.split_once('/').filter(|(provider, id)| !provider.is_empty() && !id.is_empty())
    else {
        return wrong(field, "the name should be \"provider/model\", as agents refer to it");
    };
    let Value::Object(prices) = prices else { return wrong(field, "expected an object of prices") };
    if let Some(unknown) = prices.keys().find(|key| !FIELDS.contains(&key.as_str())) {
        return wrong(format!("{field}.{unknown}"), format!("unknown field; expected {}", FIELDS.join(", ")));
    }
    let rates = Rates {
        input: required(prices, &field, "input")?,
        output: required(prices, &field, "output")?,
        cache_read: optional(prices, &field, "cacheRead")?,
        cache_write_5m: optional(prices, &field, "cacheWrite5m")?,
        cache_write_1h: optional(prices, &field, "cacheWrite1h")?,
    };
    let context_window = match prices.get("contextWindow") {
        None | Some(Value::Null) => None,
        Some(tokens) => match tokens.as_u64().filter(|tokens| *tokens > 0) {
            Some(tokens) => Some(tokens),
            None => {
                return wrong(format!("{field}.contextWindow"), "expected a whole number of tokens, such as 200000");
            }
        },
    };
    Ok(PricesFileEntry { provider: provider.to_owned(), id: id.to_owned(), rates, context_window })
}

fn required(prices: &Map<String, Value>, field: &str, key: &str) -> Result<Rate, PricesError> {
    match optional(prices, field, key)? {
        Some(rate) => Ok(rate),
        None => wrong(format!("{field}.{key}"), "missing"),
    }
}

/// A price; absent and `null` mean that it does not exist.
fn optional(prices: &Map<String, Value>, field: &str, key: &str) -> Result<Option<Rate>, PricesError> {
    let text = match prices.get(key) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.clone(),
        // As written: a float's shortest decimal is what the file says.
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => String::new(),
    };
    match Rate::parse_per_million(&text) {
        Some(rate) => Ok(Some(rate)),
        None => wrong(
            format!("{field}.{key}"),
            "expected a price per million tokens as a decimal with at most six places, such as \"0.25\"",
        ),
    }
}
