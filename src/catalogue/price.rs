//! A model's price over time, where it comes from, and the tier that follows from it. Some prices change on a date
//! and some by the hour of the day, so a request is priced by its own time.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use super::rates::{RateSheet, Rates};
use crate::money::{Rate, Unit};

/// The version of the crate `genai-prices` whose data is embedded.
pub const GENAI_PRICES_VERSION: &str = "0.2.1";

/// The day the page on nexos.ai credits last changed, in UTC.
pub(super) const PAGE_CHANGED: &str = "2026-04-08";

/// Where a price comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PriceSource {
    /// The host's page on nexos.ai credits.
    Nexos,
    /// The embedded data of `genai-prices`.
    Usd,
    /// `models.providers.<provider>.models[].cost` of the config; the provider's id.
    Config(String),
    /// The user's `--prices` file.
    PricesFile,
    /// A model server of the user's own.
    Local,
    /// No price: the weights of the kinds of tokens.
    Ratios,
}

impl fmt::Display for PriceSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PriceSource::Nexos => write!(f, "nexos.ai credits page, changed {PAGE_CHANGED}"),
            PriceSource::Usd => write!(f, "genai-prices {GENAI_PRICES_VERSION}"),
            PriceSource::Config(provider) => write!(f, "config models.providers.{provider}.models[].cost"),
            PriceSource::PricesFile => f.write_str("prices file"),
            PriceSource::Local => f.write_str("local model server"),
            PriceSource::Ratios => f.write_str("weights of tokens"),
        }
    }
}

/// How capable and dear a model is, as the page on nexos.ai credits advises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Summaries, simple questions, high volume.
    Light,
    /// The everyday default.
    Balanced,
    /// When accuracy is critical.
    Premium,
}

impl Tier {
    /// The tier of a model without guidance, by its output price: below 6 a million light, below 20 balanced.
    pub fn of_output(rate: Rate) -> Tier {
        match rate {
            rate if rate < Rate::from_pico_per_token(6_000_000) => Tier::Light,
            rate if rate < Rate::from_pico_per_token(20_000_000) => Tier::Balanced,
            _ => Tier::Premium,
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Tier::Light => "light",
            Tier::Balanced => "balanced",
            Tier::Premium => "premium",
        })
    }
}

/// When a sheet applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    Always,
    /// From this second of the Unix epoch on.
    From(i64),
    /// Every day between two seconds of the UTC day, past midnight when the end comes first.
    Daily {
        start: i64,
        end: i64,
    },
}

impl When {
    fn holds(self, second: i64) -> bool {
        match self {
            When::Always => true,
            When::From(start) => second >= start,
            When::Daily { start, end } => {
                let of_day = second.rem_euclid(86_400);
                if end < start { of_day >= start || of_day < end } else { of_day >= start && of_day < end }
            }
        }
    }
}

/// What a model costs, in one unit, at any time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// What the rates are counted in.
    pub unit: Unit,
    /// Where they come from.
    pub source: PriceSource,
    first: RateSheet,
    later: Vec<(When, RateSheet)>,
}

impl Price {
    /// A price that never changes.
    pub const fn constant(unit: Unit, source: PriceSource, sheet: RateSheet) -> Self {
        Price { unit, source, first: sheet, later: Vec::new() }
    }

    /// A price with changes; of those that hold at a time, the last counts.
    pub(super) const fn changing(
        unit: Unit,
        source: PriceSource,
        first: RateSheet,
        later: Vec<(When, RateSheet)>,
    ) -> Self {
        Price { unit, source, first, later }
    }

    /// Input and output cost nothing at any time.
    pub fn is_zero(&self) -> bool {
        let sheets = std::iter::once(&self.first).chain(self.later.iter().map(|(_, sheet)| sheet));
        sheets.map(RateSheet::base).all(|rates| rates.input == Rate::ZERO && rates.output == Rate::ZERO)
    }

    /// The sheet that holds at a time.
    pub fn at(&self, time: Timestamp) -> &RateSheet {
        let second = time.as_second();
        self.later.iter().rev().find(|(when, _)| when.holds(second)).map_or(&self.first, |(_, sheet)| sheet)
    }

    /// The one sheet that holds from `from` to `to`, or `None` when the price may change in between: on a date, or by
    /// the hour of the day.
    pub fn constant_over(&self, from: Timestamp, to: Timestamp) -> Option<&RateSheet> {
        let changes = self.later.iter().any(|(when, _)| match when {
            When::Always => false,
            When::From(start) => (from.as_second() + 1..=to.as_second()).contains(start),
            When::Daily { .. } => true,
        });
        (!changes).then(|| self.at(from))
    }

    /// The same schedule with every sheet replaced.
    pub(super) fn map(&self, source: PriceSource, change: impl Fn(&Rates) -> RateSheet) -> Price {
        let later = self.later.iter().map(|(when, sheet)| (*when, change(sheet.base()))).collect();
        Price { unit: self.unit, source, first: change(self.first.base()), later }
    }
}
