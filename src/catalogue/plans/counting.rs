//! What a request counts as where a plan counts in a unit of its own: premium requests by a multiplier, credits by a formula.

use serde::{Deserialize, Deserializer};

use super::marks::fits;
use crate::catalogue::names::canonical;
use crate::catalogue::rates::Rates;
use crate::money::{Money, Rate};

/// How many requests a request counts as.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Multipliers {
    #[serde(deserialize_with = "decimals")]
    models: Vec<(String, Money)>,
    /// Where the table stands.
    pub source: String,
    /// When it was read there.
    pub date: String,
}

impl Multipliers {
    /// That of a model, by its id.
    pub fn of(&self, id: &str) -> Option<Money> {
        self.models.iter().find(|(name, _)| canonical(name) == canonical(id)).map(|(_, times)| *times)
    }

    /// All of them, as published.
    pub fn all(&self) -> &[(String, Money)] {
        &self.models
    }
}

/// A vendor's formula for credits: so many for `per` tokens of each kind.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Credits {
    /// The tokens that the figures are for.
    pub per: u64,
    /// By model.
    pub(super) rates: Vec<Counts>,
    /// When they count in full.
    pub peak: Option<Peak>,
    /// Where the formula stands.
    pub source: String,
    /// When it was read there.
    pub date: String,
}

/// The credits of some models.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Ids of models, with `*` for any text at either end; the first that is meant counts.
    pub models: Vec<String>,
    #[serde(deserialize_with = "decimal")]
    pub(super) input: Money,
    #[serde(deserialize_with = "decimal")]
    pub(super) cached: Money,
    #[serde(deserialize_with = "decimal")]
    pub(super) output: Money,
}

/// The hours at which credits count in full.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Peak {
    /// `HH:MM`.
    pub start: String,
    /// `HH:MM`, no longer in it.
    pub end: String,
    /// The zone of both.
    pub zone: String,
    /// Whether Saturdays and Sundays have none.
    #[serde(default)]
    pub weekdays: bool,
    /// What is counted of them at all other times.
    #[serde(deserialize_with = "decimal")]
    pub off_peak: Money,
}

impl Credits {
    /// The credits of a model's token by its kind, counted in full: from the least to the most that are published where its
    /// own are not. Writing to a cache counts as input.
    pub fn rates(&self, model_id: &str) -> Option<(Rates, Rates)> {
        let id = model_id.to_ascii_lowercase();
        let own = self.rates.iter().find(|counts| counts.models.iter().any(|name| fits(name, &id)));
        let least = own.or_else(|| self.rates.iter().min_by_key(|counts| counts.input))?;
        let most = own.or_else(|| self.rates.iter().max_by_key(|counts| counts.input))?;
        Some((least.of(self.per), most.of(self.per)))
    }

    /// The published rates, a row for some models each, in order.
    pub fn all(&self) -> impl Iterator<Item = (&Counts, Rates)> {
        self.rates.iter().map(|counts| (counts, counts.of(self.per)))
    }
}

impl Counts {
    fn of(&self, per: u64) -> Rates {
        let rate = |credits: Money| {
            Rate::from_pico_per_token(u64::try_from(credits.pico() / i128::from(per)).unwrap_or_default())
        };
        let input = rate(self.input);
        Rates {
            input,
            output: rate(self.output),
            cache_read: Some(rate(self.cached)),
            cache_write_5m: Some(input),
            cache_write_1h: Some(input),
        }
    }
}

fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Money, D::Error> {
    let text = String::deserialize(deserializer)?;
    Money::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("'{text}' is not a decimal")))
}

fn decimals<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, Money)>, D::Error> {
    let texts = std::collections::BTreeMap::<String, String>::deserialize(deserializer)?;
    let read = |(name, text): (String, String)| {
        let times =
            Money::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("'{text}' is not a decimal")))?;
        Ok((name, times))
    };
    texts.into_iter().map(read).collect()
}
