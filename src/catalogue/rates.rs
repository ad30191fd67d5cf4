//! What the tokens of one request cost, by kind, and how the size of its prompt chooses the rates. Everything is a
//! whole number of 1e-12 of a unit per token, so a sum over millions of requests stays exact.

use crate::money::Rate;

/// The five prices of a model; `None` means that the price does not exist, which is not the same as free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// Input that is neither read from nor written to a cache.
    pub input: Rate,
    /// Output, thinking included.
    pub output: Rate,
    /// Input read from a cache.
    pub cache_read: Option<Rate>,
    /// Input written to a cache that lives five minutes.
    pub cache_write_5m: Option<Rate>,
    /// Input written to a cache that lives one hour.
    pub cache_write_1h: Option<Rate>,
}

/// A rate for each token bucket of a request, with the prices that do not exist filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Billed {
    /// Uncached input.
    pub input: Rate,
    /// Cache reads.
    pub cache_read: Rate,
    /// Five-minute cache writes.
    pub cache_write_5m: Rate,
    /// One-hour cache writes.
    pub cache_write_1h: Rate,
    /// Output.
    pub output: Rate,
}

impl Rates {
    /// Nothing costs anything: a model on the user's own machine.
    pub const FREE: Rates = Rates {
        input: Rate::ZERO,
        output: Rate::ZERO,
        cache_read: Some(Rate::ZERO),
        cache_write_5m: Some(Rate::ZERO),
        cache_write_1h: Some(Rate::ZERO),
    };

    /// What each bucket is billed at: without a cache price the plain input price, without a one-hour price twice the
    /// input price (R42).
    pub const fn billed(&self) -> Billed {
        Billed {
            input: self.input,
            cache_read: or(self.cache_read, self.input),
            cache_write_5m: or(self.cache_write_5m, self.input),
            cache_write_1h: or(self.cache_write_1h, self.input.scaled(2)),
            output: self.output,
        }
    }

    /// The one-hour write price is not published and [`Rates::billed`] assumes it.
    pub const fn one_hour_is_assumed(&self) -> bool {
        self.cache_write_1h.is_none()
    }
}

const fn or(price: Option<Rate>, otherwise: Rate) -> Rate {
    match price {
        Some(rate) => rate,
        None => otherwise,
    }
}

/// The rates of a model at one time: flat, or in steps of prompt size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateSheet {
    base: Rates,
    steps: Vec<(u64, Rates)>,
}

impl RateSheet {
    /// The same rates for a prompt of any size.
    pub const fn flat(rates: Rates) -> Self {
        RateSheet { base: rates, steps: Vec::new() }
    }

    /// Rates that change above certain prompt sizes, given as (tokens, rates above them) in ascending order.
    pub(super) const fn stepped(base: Rates, steps: Vec<(u64, Rates)>) -> Self {
        RateSheet { base, steps }
    }

    /// The rates of a whole request whose prompt (input, cache reads and cache writes) has this many tokens (R43).
    pub fn rates(&self, prompt_tokens: u64) -> &Rates {
        self.steps.iter().rev().find(|(above, _)| prompt_tokens > *above).map_or(&self.base, |(_, rates)| rates)
    }

    /// The rates of a small prompt.
    pub const fn base(&self) -> &Rates {
        &self.base
    }

    /// The steps as (prompt tokens, rates of a request above them), ascending; empty when the price is flat.
    pub fn steps(&self) -> &[(u64, Rates)] {
        &self.steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(pico: u64) -> Rate {
        Rate::from_pico_per_token(pico)
    }

    #[test]
    fn a_price_that_does_not_exist_is_billed_as_input() {
        let billed = Rates { input: rate(500), output: rate(3000), ..Rates::default() }.billed();
        assert_eq!(
            (billed.cache_read, billed.cache_write_5m, billed.cache_write_1h),
            (rate(500), rate(500), rate(1000))
        );
        assert_eq!(Rates::FREE.billed().cache_write_1h, Rate::ZERO);
    }

    #[test]
    fn a_step_begins_one_token_above_its_mark() {
        let at = |input| Rates { input: rate(input), ..Rates::default() };
        let sheet = RateSheet::stepped(at(1), vec![(100, at(2)), (200, at(3))]);
        let inputs: Vec<_> = [0, 100, 101, 200, 201].into_iter().map(|n| sheet.rates(n).input).collect();
        assert_eq!(inputs, [rate(1), rate(1), rate(2), rate(2), rate(3)]);
    }
}
