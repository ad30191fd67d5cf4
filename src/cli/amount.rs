//! Amounts on the command line: `20`, `$20`, `4.50 USD` or `250 credits`. One without a unit is in the report's.

use std::fmt;
use std::str::FromStr;

use anyhow::bail;
use clawbeat::money::{Money, Unit};

/// The most that is taken, so that no sum leaves the range of exact money.
const MOST: Money = Money::from_pico(1_000_000_000_000 * 1_000_000_000_000);

/// An amount and the unit it was given in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GivenAmount {
    money: Money,
    unit: Option<Unit>,
}

impl FromStr for GivenAmount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (digits, unit) = match text.strip_prefix('$') {
            Some(digits) => (digits, Some(Unit::Usd)),
            None => match text.split_once(char::is_whitespace) {
                Some((digits, "USD" | "usd")) => (digits, Some(Unit::Usd)),
                Some((digits, "credits" | "credit")) => (digits, Some(Unit::Credits)),
                _ => (text, None),
            },
        };
        let money = Money::parse(digits).filter(|money| (Money::ZERO..=MOST).contains(money));
        let hint = "expected an amount such as 20, 4.50, $20 or '250 credits', at most a trillion";
        Ok(GivenAmount { money: money.ok_or(hint)?, unit })
    }
}

/// A count of requests or tokens: `50`, `500k`, `2.5M`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GivenCount(Money);

impl FromStr for GivenCount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (digits, times) = match text.strip_suffix(['k', 'K']) {
            Some(digits) => (digits, 1_000),
            None => text.strip_suffix(['m', 'M']).map_or((text, 1), |digits| (digits, 1_000_000)),
        };
        let count = Money::parse(digits).map(|count| Money::from_pico(count.pico().saturating_mul(times)));
        let count = count.filter(|count| (Money::ZERO..=MOST).contains(count));
        count.map(GivenCount).ok_or_else(|| "expected a count such as 50, 500k or 2.5M, at most a trillion".to_owned())
    }
}

impl GivenCount {
    /// As a whole number of units of [`Money`], which the core compares counts as.
    pub(super) fn units(self) -> Money {
        self.0
    }

    /// In millions.
    pub(super) fn millions(self) -> Money {
        Money::from_pico(self.0.pico() / Money::MILLION)
    }
}

impl fmt::Display for GivenCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for GivenAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.money.fmt(f)
    }
}

impl GivenAmount {
    /// The amount where it is in a unit or in none; one in another unit says nothing there.
    #[cfg(feature = "fleet")]
    pub(super) fn where_in(self, unit: Unit) -> Option<Money> {
        self.unit.is_none_or(|given| given == unit).then_some(self.money)
    }

    /// The amount of a flag in the unit of the report.
    pub(super) fn in_unit(self, flag: &str, unit: Unit) -> anyhow::Result<Money> {
        if let Some(given) = self.unit.filter(|given| *given != unit) {
            let billing = if given == Unit::Usd { "usd" } else { "nexos" };
            bail!("{flag} is in {given} and this report in {unit}; leave out the unit, or see --billing {billing}");
        }
        Ok(self.money)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        let read = |text: &str| text.parse::<GivenAmount>().map(|amount| (amount.money.to_string(), amount.unit));
        assert_eq!(read("20"), Ok(("20".to_owned(), None)));
        assert_eq!(read("$4.50"), Ok(("4.5".to_owned(), Some(Unit::Usd))));
        assert_eq!(read("0.000000000001 USD"), Ok(("0.000000000001".to_owned(), Some(Unit::Usd))));
        assert_eq!(read("250 credits"), Ok(("250".to_owned(), Some(Unit::Credits))));
        for bad in ["", "$", "-1", "1e3", "1,000", "20 EUR", "$20 credits", "$$20", "1000000000001", "0.0000000000001"]
        {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn another_unit_is_refused() {
        let credits: GivenAmount = "5 credits".parse().unwrap();
        assert_eq!(credits.in_unit("--balance", Unit::Credits).unwrap().to_string(), "5");
        let refused = credits.in_unit("--balance", Unit::Usd).unwrap_err().to_string();
        assert_eq!(
            refused,
            "--balance is in credits and this report in USD; leave out the unit, or see --billing nexos"
        );
    }
}
