//! Exact money: whole numbers of 1e-12 of a unit, so that a month's sum equals the sum of its requests to the
//! last digit. Every published price per million tokens fits (`PRICES.md` §3); rounding happens only when printed.

pub mod figure;

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

use serde::{Serialize, Serializer};

pub use figure::Figure;

/// What an amount is counted in. Amounts of different units never meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Unit {
    /// United States dollars.
    #[serde(rename = "USD")]
    Usd,
    /// nexos.ai credits.
    #[serde(rename = "credits")]
    Credits,
    /// Millions of input-equivalent tokens, where no price is known: a measure of work, not money.
    #[serde(rename = "tokens")]
    Tokens,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unit::Usd => "USD",
            Unit::Credits => "credits",
            Unit::Tokens => "tokens",
        })
    }
}

/// An amount in 1e-12 of a unit; may be negative (a saving that is a loss).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i128);

const PICO: i128 = 1_000_000_000_000;

impl Money {
    /// Nothing.
    pub const ZERO: Money = Money(0);

    /// What a token is in an amount of [`Unit::Tokens`].
    pub const MILLION: i128 = 1_000_000;

    /// An amount given in 1e-12 of a unit.
    pub const fn from_pico(pico: i128) -> Self {
        Money(pico)
    }

    /// The amount in 1e-12 of a unit.
    pub const fn pico(self) -> i128 {
        self.0
    }

    /// The whole units, without what is beyond the point.
    pub const fn whole(self) -> i128 {
        self.0 / PICO
    }

    /// Reads a decimal such as `12`, `0.05775` or `-3.2`; `None` for anything else or more than 12 decimals.
    pub fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || fraction.len() > 12 || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let whole: i128 = whole.parse().ok()?;
        let fraction: i128 = format!("{fraction:0<12}").parse().ok()?;
        Some(Money(sign * whole.checked_mul(PICO)?.checked_add(fraction)?))
    }

    /// The share of `total` in percent to six digits, rounded half to even; `None` when `total` is zero, or when the share
    /// is more than can be counted.
    pub fn percent_of(self, total: Money) -> Option<Money> {
        let millionths = self.0.checked_mul(100 * 1_000_000).filter(|_| total.0 != 0)?;
        divide_half_even(millionths, total.0).checked_mul(1_000_000).map(Money)
    }

    /// This amount divided by a count, to six digits, rounded half to even; `None` for a count of zero.
    pub fn per(self, count: u64) -> Option<Money> {
        self.scaled(1, count)
    }

    /// This for `by` of something as it is for `of` of it, to six digits, half even; `None` for none.
    pub fn scaled(self, of: u64, by: u64) -> Option<Money> {
        let whole = self.0.saturating_mul(i128::from(of));
        (by != 0).then(|| Money(divide_half_even(whole, i128::from(by) * 1_000_000).saturating_mul(1_000_000)))
    }

    /// How many `others` this amount is, times `count`, divided by `units`, to six digits, rounded half to even; `None`
    /// where that divides by zero. Amounts up to a trillion and counts up to a million stay in range.
    pub fn times_over(self, count: u64, other: Money, units: u64) -> Option<Money> {
        let whole = other.0 * i128::from(units);
        (whole != 0).then(|| Money(divide_half_even(self.0 * i128::from(count) * 1_000_000, whole) * 1_000_000))
    }

    /// Rounded half to even to `decimals` (at most 12) and printed with exactly that many.
    pub fn round_to(self, decimals: u32) -> String {
        let step = 10_i128.pow(12_u32.saturating_sub(decimals));
        let rounded = divide_half_even(self.0, step);
        let scale = 10_i128.pow(decimals.min(12));
        let sign = if rounded < 0 { "-" } else { "" };
        let (whole, fraction) = (rounded.abs() / scale, rounded.abs() % scale);
        if decimals == 0 {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{fraction:0width$}", width = decimals as usize)
        }
    }
}

fn divide_half_even(numerator: i128, denominator: i128) -> i128 {
    let (quotient, remainder) = (numerator.div_euclid(denominator), numerator.rem_euclid(denominator));
    match (remainder * 2).cmp(&denominator.abs()) {
        std::cmp::Ordering::Less => quotient,
        std::cmp::Ordering::Greater => quotient + denominator.signum(),
        std::cmp::Ordering::Equal => quotient + denominator.signum() * (quotient & 1),
    }
}

/// The exact decimal, without trailing zeros.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, fraction) = (self.0.abs() / PICO, self.0.abs() % PICO);
        if fraction == 0 {
            return write!(f, "{sign}{whole}");
        }
        let fraction = format!("{fraction:012}");
        write!(f, "{sign}{whole}.{}", fraction.trim_end_matches('0'))
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0 + other.0)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Money) {
        self.0 += other.0;
    }
}

impl Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0 - other.0)
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::ZERO, Money::add)
    }
}

/// A price per token in 1e-12 of a unit. One unit per million tokens is a rate of 1,000,000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(u64);

impl Rate {
    /// Free.
    pub const ZERO: Rate = Rate(0);

    /// A rate in 1e-12 of a unit per token.
    pub const fn from_pico_per_token(pico: u64) -> Self {
        Rate(pico)
    }

    /// Reads a price per million tokens as printed, such as `4.125`; at most six decimals.
    pub fn parse_per_million(text: &str) -> Option<Self> {
        let pico = Money::parse(text)?.pico();
        (pico >= 0 && pico % 1_000_000 == 0).then(|| u64::try_from(pico / 1_000_000).ok().map(Rate))?
    }

    /// The price of `tokens` tokens.
    pub fn times(self, tokens: u64) -> Money {
        Money(i128::from(self.0) * i128::from(tokens))
    }

    /// This rate times a whole factor, as for one-hour cache writes at twice the input rate (R42).
    pub const fn scaled(self, factor: u64) -> Rate {
        Rate(self.0 * factor)
    }

    /// The price of a million tokens.
    pub fn per_million(self) -> Money {
        self.times(1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_survive_a_round_trip() {
        for text in ["0", "0.05775", "12", "-3.2", "0.000000000001", "18446744073709551616.5"] {
            assert_eq!(Money::parse(text).map(|m| m.to_string()).as_deref(), Some(text));
        }
        for text in ["", ".5", "1e3", "1,5", "+1", "0.0000000000001"] {
            assert_eq!(Money::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_nexos_opus_request_costs_what_the_page_says() {
        // 10,000 x 5.5 / 1e6 + 100 x 27.5 / 1e6 = 0.055 + 0.00275
        let input = Rate::parse_per_million("5.5").map(|r| r.times(10_000)).unwrap_or_default();
        let output = Rate::parse_per_million("27.5").map(|r| r.times(100)).unwrap_or_default();
        assert_eq!((input + output).to_string(), "0.05775");
    }

    #[test]
    fn halves_go_to_the_even_neighbour() {
        let round = |text: &str, decimals| Money::parse(text).map(|m| m.round_to(decimals)).unwrap_or_default();
        assert_eq!(round("0.125", 2), "0.12");
        assert_eq!(round("0.135", 2), "0.14");
        assert_eq!(round("-0.125", 2), "-0.12");
        assert_eq!(round("2.5", 0), "2");
        assert_eq!(round("999.999", 2), "1000.00");
    }
}
