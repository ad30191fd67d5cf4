//! Tokens of different kinds as one number, where no price says what they cost: input-equivalent tokens. Output and cache
//! count as many times as plain input as the vendor's list prices say, else as stated here.

use jiff::Timestamp;

use super::price::{Price, PriceSource};
use super::rates::{RateSheet, Rates};
use crate::money::{Money, Rate, Unit};

/// What a million tokens of plain input count: one.
const INPUT: Rate = Rate::from_pico_per_token(1_000_000);

/// The weights of a model of which no list price is known: Anthropic's ratios (R42), the only published ones that name all
/// five kinds.
const STATED: Rates = Rates {
    input: INPUT,
    output: INPUT.scaled(5),
    cache_read: Some(Rate::from_pico_per_token(100_000)),
    cache_write_5m: Some(Rate::from_pico_per_token(1_250_000)),
    cache_write_1h: Some(INPUT.scaled(2)),
};

/// How many tokens of input a token of each kind counts as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weights {
    rates: Rates,
    /// Whose list price has these ratios, as `provider/id`; `None` where they are stated.
    pub of: Option<String>,
}

impl Weights {
    /// The ratios of a list price at a time, else the stated ones.
    pub fn of(listed: Option<(&str, &Price)>, at: Timestamp) -> Self {
        let ratios = listed.and_then(|(name, price)| Some((name, ratios(price.at(at).base())?)));
        match ratios {
            Some((name, rates)) => Weights { rates, of: Some(name.to_owned()) },
            None => Weights { rates: STATED, of: None },
        }
    }

    /// A price in input-equivalent tokens: what is counted with it is in millions of them.
    pub fn price(&self) -> Price {
        Price::constant(Unit::Tokens, PriceSource::Ratios, RateSheet::flat(self.rates))
    }

    /// In words: what a token of output and of each kind of cache counts as.
    pub fn in_words(&self) -> String {
        let billed = self.rates.billed();
        let times = |rate: Rate| {
            let text = rate.per_million().round_to(2);
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        };
        let [output, read, short, long] =
            [billed.output, billed.cache_read, billed.cache_write_5m, billed.cache_write_1h].map(times);
        format!(
            "a token of output counts as {output} of input, one read from the cache as {read}, one written to it as {short} \
             ({long} for an hour)"
        )
    }
}

/// The same prices with that of input as one; `None` where input is free.
fn ratios(rates: &Rates) -> Option<Rates> {
    let input = rates.input.per_million().pico();
    let ratio = |rate: Rate| {
        let pico = (rate.per_million().pico() * INPUT.per_million().pico() + input / 2) / input / Money::MILLION;
        Rate::from_pico_per_token(u64::try_from(pico).unwrap_or(u64::MAX))
    };
    (input > 0).then(|| Rates {
        input: INPUT,
        output: ratio(rates.output),
        cache_read: rates.cache_read.map(ratio),
        cache_write_5m: rates.cache_write_5m.map(ratio),
        cache_write_1h: rates.cache_write_1h.map(ratio),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// $2.50 input, $15 output, $0.25 cached: output counts 6 times, cached input a tenth.
    #[test]
    fn list_prices_become_ratios() {
        let rate = |text: &str| Rate::parse_per_million(text).unwrap();
        let rates =
            Rates { input: rate("2.5"), output: rate("15"), cache_read: Some(rate("0.25")), ..Rates::default() };
        let price = Price::constant(Unit::Usd, PriceSource::Usd, RateSheet::flat(rates));
        let weights = Weights::of(Some(("openai/some", &price)), Timestamp::UNIX_EPOCH);
        let sheet = weights.price();
        let billed = sheet.at(Timestamp::UNIX_EPOCH).base().billed();
        let of = |rate: Rate| rate.per_million().to_string();
        assert_eq!([of(billed.input), of(billed.output), of(billed.cache_read)], ["1", "6", "0.1"]);
        assert_eq!(weights.of.as_deref(), Some("openai/some"));
        // 1,000 tokens of input and 10 of output are 1,060 of input.
        let all = billed.input.times(1_000) + billed.output.times(10);
        assert_eq!(all, Money::from_pico(1_060 * 1_000_000));
    }

    #[test]
    fn without_a_list_price_the_weights_are_stated() {
        let free = Price::constant(Unit::Usd, PriceSource::Local, RateSheet::flat(Rates::FREE));
        for listed in [None, Some(("ollama/some", &free))] {
            let weights = Weights::of(listed, Timestamp::UNIX_EPOCH);
            assert_eq!(weights.of, None);
            assert_eq!(
                weights.in_words(),
                "a token of output counts as 5 of input, one read from the cache as 0.1, one written to it as 1.25 (2 for an hour)"
            );
        }
    }
}
