//! The shape of the embedded `genai-prices` files and their reading into exact rates.

use std::borrow::Cow;
use std::fmt;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::catalogue::price::{Price, PriceSource, When};
use crate::catalogue::rates::{RateSheet, Rates};
use crate::certain;
use crate::money::{Rate, Unit};

#[derive(Deserialize)]
pub(super) struct UsdData<'a> {
    #[serde(borrow)]
    pub(super) models: Vec<UsdModel<'a>>,
}

#[derive(Deserialize)]
pub(super) struct UsdModel<'a> {
    pub(super) id: &'a str,
    #[serde(borrow)]
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) context_window: Option<u64>,
    /// Which ids mean it.
    #[serde(borrow, rename = "match")]
    rule: Option<&'a RawValue>,
    /// Read when it is asked for, as one model of hundreds is.
    prices: &'a RawValue,
}

/// Which ids a rule of the data means, the case of letters aside.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum MatchRule {
    And(Vec<MatchRule>),
    Or(Vec<MatchRule>),
    Equals(String),
    Contains(String),
    StartsWith(String),
    EndsWith(String),
    /// A pattern, in the case that it has.
    Regex(String),
}

impl MatchRule {
    /// Whether it means an id; `None` where that takes its patterns.
    fn means(&self, id: &str) -> Option<bool> {
        let folded = id.to_lowercase();
        match self {
            MatchRule::And(all) => all.iter().try_fold(true, |so_far, rule| Some(so_far && rule.means(id)?)),
            MatchRule::Or(any) => any.iter().try_fold(false, |so_far, rule| Some(so_far || rule.means(id)?)),
            MatchRule::Equals(text) => Some(folded == text.to_lowercase()),
            MatchRule::Contains(text) => Some(folded.contains(&text.to_lowercase())),
            MatchRule::StartsWith(text) => Some(folded.starts_with(&text.to_lowercase())),
            MatchRule::EndsWith(text) => Some(folded.ends_with(&text.to_lowercase())),
            MatchRule::Regex(pattern) => (!begins_alike(pattern, id)).then_some(false),
        }
    }
}

/// Whether an id may begin as a pattern asks.
fn begins_alike(pattern: &str, id: &str) -> bool {
    let Some(anchored) = pattern.strip_prefix('^').filter(|pattern| !pattern.contains('|')) else { return true };
    let is_literal = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let head = &anchored[..anchored.find(|c| !is_literal(c)).unwrap_or(anchored.len())];
    // What follows may say that the last of them need not be there.
    let head = &head[..head.len().saturating_sub(1)];
    id.starts_with(head)
}

enum UsdPrices {
    Changing(Vec<ConditionalPrice>),
    Constant(UsdPrice),
}

#[derive(Deserialize)]
struct ConditionalPrice {
    #[serde(default)]
    constraint: Constraint,
    prices: UsdPrice,
}

#[derive(Default, Deserialize)]
struct Constraint {
    start_date: Option<String>,
    start_time: Option<String>,
    end_time: Option<String>,
}

#[derive(Default, Deserialize)]
struct UsdPrice {
    input_mtok: Option<Dollars>,
    output_mtok: Option<Dollars>,
    cache_read_mtok: Option<Dollars>,
    cache_write_mtok: Option<Dollars>,
    cache_write_1h_mtok: Option<Dollars>,
}

/// USD per million tokens: a number, or one with others from a size of the prompt on.
struct Dollars {
    base: f64,
    tiers: Vec<UsdStep>,
}

#[derive(Deserialize)]
struct SteppedDollars {
    base: f64,
    tiers: Vec<UsdStep>,
}

#[derive(Deserialize)]
struct UsdStep {
    start: u64,
    price: f64,
}

/// By its form, without a copy of it: serde's own way for enums without a tag takes a third of reading the files.
impl<'de> Deserialize<'de> for UsdPrices {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> Visitor<'de> for Form {
            type Value = UsdPrices;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("prices, or a list of them with their conditions")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<UsdPrices, A::Error> {
                Deserialize::deserialize(SeqAccessDeserializer::new(list)).map(UsdPrices::Changing)
            }
            fn visit_map<A: MapAccess<'de>>(self, prices: A) -> Result<UsdPrices, A::Error> {
                Deserialize::deserialize(MapAccessDeserializer::new(prices)).map(UsdPrices::Constant)
            }
        }
        deserializer.deserialize_any(Form)
    }
}

impl<'de> Deserialize<'de> for Dollars {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> Visitor<'de> for Form {
            type Value = Dollars;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("dollars, or a base with tiers")
            }
            fn visit_f64<E>(self, dollars: f64) -> Result<Dollars, E> {
                Ok(Dollars { base: dollars, tiers: Vec::new() })
            }
            fn visit_u64<E>(self, dollars: u64) -> Result<Dollars, E> {
                Ok(Dollars { base: dollars as f64, tiers: Vec::new() })
            }
            fn visit_map<A: MapAccess<'de>>(self, steps: A) -> Result<Dollars, A::Error> {
                let SteppedDollars { base, tiers } = Deserialize::deserialize(MapAccessDeserializer::new(steps))?;
                Ok(Dollars { base, tiers })
            }
        }
        deserializer.deserialize_any(Form)
    }
}

impl UsdModel<'_> {
    /// Whether its rule spells out its own id, which then means this model and no other.
    pub(super) fn names_itself(&self) -> bool {
        self.rule.is_some_and(|rule| rule.get().contains(&format!("\"{}\"", self.id)))
    }

    /// Whether its rule means an id; `None` where that takes more than comparing texts.
    pub(super) fn is_meant_by(&self, id: &str) -> Option<bool> {
        serde_json::from_str::<MatchRule>(self.rule?.get()).ok()?.means(id)
    }

    /// The price, or `None` when text tokens have none. A row without prices is a free variant only where the id says
    /// so; elsewhere it is a model billed otherwise or not yet priced.
    ///
    /// # Panics
    ///
    /// The program was built wrongly.
    pub(super) fn price(&self) -> Option<Price> {
        let constant = |sheet| Price::constant(Unit::Usd, PriceSource::Usd, sheet);
        if self.id.ends_with(":free") {
            return Some(constant(RateSheet::flat(Rates::FREE)));
        }
        match &certain::made(self.id, serde_json::from_str(self.prices.get())) {
            UsdPrices::Constant(row) => row.sheet().map(constant),
            UsdPrices::Changing(entries) => {
                let mut first = None;
                let mut later = Vec::new();
                for entry in entries {
                    match entry.constraint.when()? {
                        When::Always => first = Some(entry.prices.sheet()?),
                        when => later.push((when, entry.prices.sheet()?)),
                    }
                }
                Some(Price::changing(Unit::Usd, PriceSource::Usd, first?, later))
            }
        }
    }
}

impl Constraint {
    fn when(&self) -> Option<When> {
        if let Some(date) = &self.start_date {
            let midnight = date.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?;
            return Some(When::From(midnight.timestamp().as_second()));
        }
        match (&self.start_time, &self.end_time) {
            (Some(start), Some(end)) => Some(When::Daily { start: second_of_day(start)?, end: second_of_day(end)? }),
            _ => Some(When::Always),
        }
    }
}

/// `01:00:00Z` as 3,600; the data states hours in UTC.
fn second_of_day(text: &str) -> Option<i64> {
    let time: Time = text.strip_suffix('Z')?.parse().ok()?;
    Some(i64::from(time.hour()) * 3_600 + i64::from(time.minute()) * 60 + i64::from(time.second()))
}

impl UsdPrice {
    fn sheet(&self) -> Option<RateSheet> {
        let steps = self.columns().into_iter().flatten().flat_map(|dollars| &dollars.tiers);
        let mut starts: Vec<u64> = steps.map(|step| step.start).collect();
        starts.sort_unstable();
        starts.dedup();
        let steps = starts.into_iter().map(|start| Some((start, self.rates(Some(start))?))).collect::<Option<_>>()?;
        Some(RateSheet::stepped(self.rates(None)?, steps))
    }

    fn columns(&self) -> [Option<&Dollars>; 5] {
        [&self.input_mtok, &self.output_mtok, &self.cache_read_mtok, &self.cache_write_mtok, &self.cache_write_1h_mtok]
            .map(Option::as_ref)
    }

    /// The rates above a prompt size, or of a small prompt.
    fn rates(&self, above: Option<u64>) -> Option<Rates> {
        let [input, output, cache_read, cache_write_5m, cache_write_1h] =
            self.columns().map(|column| column.map(|dollars| dollars.rate(above)));
        Some(Rates { input: input?, output: output?, cache_read, cache_write_5m, cache_write_1h })
    }
}

impl Dollars {
    fn rate(&self, above: Option<u64>) -> Rate {
        let reached = self.tiers.iter().filter(|step| above.is_some_and(|prompt| prompt >= step.start));
        let price = reached.max_by_key(|step| step.start).map_or(self.base, |step| step.price);
        Rate::from_pico_per_token((price * 1e6).round() as u64)
    }
}
