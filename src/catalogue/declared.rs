//! Prices that a config states for a model. OpenClaw reads them as USD per million tokens (R44); people also write zeros
//! as a placeholder and prices per single token, and both would make the bill look free.

use super::price::{Price, PriceSource};
use super::rates::{RateSheet, Rates};
use crate::gateway::providers::DeclaredCost;
use crate::money::{Rate, Unit};

/// What `cost` of a model entry amounts to.
#[derive(Debug, PartialEq)]
pub(super) enum Declared {
    /// Absent or empty.
    Nothing,
    /// Nothing but zeros.
    Zeros,
    /// At least one price.
    Prices(Stated),
}

/// The prices an entry states; the others come from the catalogue.
#[derive(Debug, PartialEq)]
pub(super) struct Stated {
    input: Option<Rate>,
    output: Option<Rate>,
    cache_read: Option<Rate>,
    cache_write: Option<Rate>,
    /// They were written per token and are read as meant.
    pub(super) per_token: bool,
}

/// No model is sold for a cent or less per million tokens in every column.
const PER_TOKEN_BELOW: f64 = 0.01;

/// Reads `cost`; a number that is no price (negative, not finite) counts as absent.
pub(super) fn read(cost: Option<&DeclaredCost>) -> Declared {
    let Some(cost) = cost else { return Declared::Nothing };
    let columns = [cost.input, cost.output, cost.cache_read, cost.cache_write]
        .map(|price| price.filter(|value| (0.0..1e9).contains(value)));
    let stated = || columns.iter().flatten();
    if stated().next().is_none() {
        return Declared::Nothing;
    }
    // Beside an input and output of 0, a price of the cache alone says no more.
    let [input, output, ..] = columns;
    let nothing = input.is_some() && [input, output].iter().flatten().all(|price| *price == 0.0);
    if nothing || stated().all(|price| *price == 0.0) {
        return Declared::Zeros;
    }
    let per_token = columns[0].is_some_and(|input| input > 0.0) && stated().all(|price| *price < PER_TOKEN_BELOW);
    let scale = if per_token { 1e12 } else { 1e6 };
    let [input, output, cache_read, cache_write] =
        columns.map(|price| price.map(|value| Rate::from_pico_per_token((value * scale).round() as u64)));
    Declared::Prices(Stated { input, output, cache_read, cache_write, per_token })
}

impl Stated {
    /// The price of the entry: alone when complete, else with the catalogue's flat rates where it is silent, never
    /// with its steps. `None` when input or output stays unknown.
    pub(super) fn price(&self, provider: &str, catalogue: Option<&Price>) -> Option<Price> {
        let source = PriceSource::Config(provider.to_owned());
        if let (Some(_), Some(_), Some(_), Some(_)) = (self.input, self.output, self.cache_read, self.cache_write) {
            return Some(Price::constant(Unit::Usd, source, self.over(&Rates::default())));
        }
        match catalogue {
            Some(price) => Some(price.map(source, |rates| self.over(rates))),
            None => {
                self.input.and(self.output)?;
                Some(Price::constant(Unit::Usd, source, self.over(&Rates::default())))
            }
        }
    }

    /// The same without a cache price of 0, which beside a price of input is a placeholder on any host that sends a
    /// bill; that of writes only where they have a price at all. `None` where nothing of the kind is stated.
    pub(super) fn without_free_cache(&self, bills_writes: bool) -> Option<Stated> {
        let billed = |price: Option<Rate>| price.filter(|rate| *rate != Rate::ZERO);
        let cache_write = if bills_writes { billed(self.cache_write) } else { self.cache_write };
        let without = Stated { cache_read: billed(self.cache_read), cache_write, ..*self };
        (billed(self.input).is_some() && without != *self).then_some(without)
    }

    fn over(&self, rates: &Rates) -> RateSheet {
        RateSheet::flat(Rates {
            input: self.input.unwrap_or(rates.input),
            output: self.output.unwrap_or(rates.output),
            cache_read: self.cache_read.or(rates.cache_read),
            cache_write_5m: self.cache_write.or(rates.cache_write_5m),
            cache_write_1h: None,
        })
    }
}
