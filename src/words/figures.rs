//! Amounts, counts and lengths of time as people read them: rounded, with a unit.

use crate::money::{Figure, Money, Unit};

/// An amount with its unit, such as `$564.13`, `$1,910` or `0.0578 credits`.
pub fn amount(money: Money, unit: Unit) -> String {
    if unit == Unit::Tokens {
        return format!("{} tokens", in_tokens(money));
    }
    with_unit(figure(money, unit), unit)
}

/// An amount in a sentence, to three digits and without cents from ten on: `$565`, `$1,520`, `$2.41`.
pub fn about(money: Money, unit: Unit) -> String {
    let whole = money.pico().unsigned_abs() / ONE;
    match whole {
        _ if unit == Unit::Tokens => amount(money, unit),
        0..10 => amount(money, unit),
        _ => with_unit(rounded(money, unit, ONE * 10_u128.pow(whole.ilog10().saturating_sub(2))), unit),
    }
}

/// The same for a table whose head names the unit: dollars keep their sign.
pub fn figure(money: Money, unit: Unit) -> String {
    if unit == Unit::Tokens {
        return amount(money, unit);
    }
    let size = Money::from_pico(money.pico().abs());
    let hundred_thousandth = Money::from_pico(10_000_000);
    let digits = match size {
        Money::ZERO => "0".to_owned(),
        size if size < hundred_thousandth => "<0.00001".to_owned(),
        size if size >= Money::from_pico(1_000_000_000_000_000) => grouped(&size.round_to(0)),
        size if size >= Money::from_pico(10_000_000_000) => size.round_to(2),
        size => size.round_to(5).trim_end_matches('0').to_owned(),
    };
    let sign = if money < Money::ZERO { "-" } else { "" };
    match (unit, digits.strip_prefix('<')) {
        (Unit::Usd, Some(digits)) => format!("{sign}<${digits}"),
        (Unit::Usd, None) => format!("{sign}${digits}"),
        (Unit::Credits | Unit::Tokens, _) => format!("{sign}{digits}"),
    }
}

impl Figure {
    /// In a sentence.
    pub fn in_words(self) -> String {
        amount(self.amount, self.unit)
    }

    /// In a table whose head names the unit of money.
    pub fn in_table(self) -> String {
        figure(self.amount, self.unit)
    }
}

/// An amount with its unit, or `unknown`.
pub fn amount_if_known(money: Option<Money>, unit: Unit) -> String {
    money.map_or_else(|| UNKNOWN.to_owned(), |money| amount(money, unit))
}

/// The same for a table whose head names the unit.
pub fn figure_if_known(money: Option<Money>, unit: Unit) -> String {
    money.map_or_else(|| UNKNOWN.to_owned(), |money| figure(money, unit))
}

const UNKNOWN: &str = "unknown";

/// A column's name, with the unit where its figures do not carry it.
pub fn in_unit(name: &str, unit: Unit) -> String {
    match unit {
        Unit::Usd | Unit::Tokens => name.to_owned(),
        Unit::Credits => format!("{name}, credits"),
    }
}

/// What one count is of another, in percent; `None` of none.
pub fn percent_of(part: u64, all: u64) -> Option<Money> {
    Money::from_pico(i128::from(part)).percent_of(Money::from_pico(i128::from(all)))
}

/// A share with one decimal, such as `97.8%`; only all of it is `100.0%`.
pub fn percent(share: Money) -> String {
    let (all, most) = (Money::from_pico(100_000_000_000_000), Money::from_pico(99_900_000_000_000));
    format!("{}%", if share < all && share > most { most } else { share }.round_to(1))
}

/// An amount rounded to what is known of a cost that ranges, for a sentence: `$790`, `$2,060`, `$5`, `230 credits`.
pub fn rough(money: Money, unit: Unit) -> String {
    with_unit(rough_figure(money, unit), unit)
}

/// An amount of [`Unit::Tokens`] without the word: `46.3M`.
fn in_tokens(money: Money) -> String {
    let sign = if money < Money::ZERO { "-" } else { "" };
    format!("{sign}{}", tokens(u64::try_from(money.pico().abs() / Money::MILLION).unwrap_or(u64::MAX)))
}

/// The same where another figure of the sentence names the unit.
pub fn rough_figure(money: Money, unit: Unit) -> String {
    if unit == Unit::Tokens {
        return in_tokens(money);
    }
    let size = money.pico().unsigned_abs();
    let step = match (size / ONE).checked_ilog10() {
        None => 10_u128.pow(size.checked_ilog10().unwrap_or(0).saturating_sub(1)),
        Some(0 | 1) => ONE,
        Some(2) => 10 * ONE,
        Some(more) => ONE * 10_u128.pow(more - 2),
    };
    rounded(money, unit, step)
}

/// One unit, in pico.
const ONE: u128 = 1_000_000_000_000;

/// An amount to a multiple of `step`; whole units have no decimals.
fn rounded(money: Money, unit: Unit, step: u128) -> String {
    let size = (money.pico().unsigned_abs().saturating_add(step / 2) / step).saturating_mul(step);
    let sign = if money < Money::ZERO { "-" } else { "" };
    if size < ONE {
        let size = figure(Money::from_pico(i128::try_from(size).unwrap_or(i128::MAX)), unit);
        return format!("{sign}{size}");
    }
    let digits = grouped(&(size / ONE).to_string());
    match unit {
        Unit::Usd => format!("{sign}${digits}"),
        Unit::Credits | Unit::Tokens => format!("{sign}{digits}"),
    }
}

fn with_unit(figure: String, unit: Unit) -> String {
    match unit {
        Unit::Usd => figure,
        Unit::Credits => format!("{figure} credits"),
        Unit::Tokens => format!("{figure} tokens"),
    }
}

/// A share in whole percents, for a sentence; what rounds to none of it, or to all, is said to be near that.
pub fn rough_percent(share: Money) -> String {
    let one = |hundredths: i128| Money::from_pico(hundredths * 10_000_000_000);
    match share {
        Money::ZERO => "0%".to_owned(),
        share if share == one(10_000) => "100%".to_owned(),
        share if share > one(9_900) && share < one(10_000) => "over 99%".to_owned(),
        share if share > Money::ZERO && share < one(100) => "under 1%".to_owned(),
        share if share >= one(100_000) => format!("{}%", grouped(&share.round_to(0))),
        share => format!("{}%", share.round_to(0)),
    }
}

/// A count with thousands separated.
pub fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// A number of things, such as `1 agent` or `3 agents`.
pub fn counted(number: impl TryInto<u64>, noun: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    format!("{} {noun}{}", count(number), if number == 1 { "" } else { "s" })
}

/// Tokens in thousands or millions, rounded to one decimal.
pub fn tokens(number: u64) -> String {
    let tenths = |of: u64| number / of * 10 + (number % of * 10 + of / 2) / of;
    match number {
        0..1_000 => number.to_string(),
        1_000..999_950 => format!("{}.{}k", tenths(1_000) / 10, tenths(1_000) % 10),
        _ => format!("{}.{}M", grouped(&(tenths(1_000_000) / 10).to_string()), tenths(1_000_000) % 10),
    }
}

/// Milliseconds as `28m`, `1h 5m` or `2d 3h`.
pub fn duration(ms: u64) -> String {
    let minutes = (ms + 30_000) / 60_000;
    let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours, rest) {
        (0, 0, 0) => format!("{}s", ms / 1000),
        (0, 0, rest) => format!("{rest}m"),
        (0, hours, 0) => format!("{hours}h"),
        (0, hours, rest) => format!("{hours}h {rest}m"),
        (days, 0, _) => format!("{days}d"),
        (days, hours, _) => format!("{days}d {hours}h"),
    }
}

fn grouped(digits: &str) -> String {
    let mut result = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            result.push(',');
        }
        result.push(digit);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_rounded_to_the_nearest() {
        let shown = [999, 1_049, 1_050, 23_823, 999_949, 999_950, 1_488_646, 1_234_567_890, u64::MAX].map(tokens);
        let expected = ["999", "1.0k", "1.1k", "23.8k", "999.9k", "1.0M", "1.5M", "1,234.6M", "18,446,744,073,709.6M"];
        assert_eq!(shown, expected);
    }

    /// Two or three digits are known of a cost that ranges.
    #[test]
    fn rough_amounts_have_no_more_digits_than_are_known() {
        let usd = |text: &str| rough(Money::parse(text).unwrap(), Unit::Usd);
        let all = ["792.36", "2059.49", "13474.2", "64.4", "4.64", "0.996", "0.5759", "0.00031", "0", "999.6"];
        let said = ["$790", "$2,060", "$13,500", "$64", "$5", "$1", "$0.58", "$0.00031", "$0", "$1,000"];
        assert_eq!(all.map(usd), said);
        assert_eq!(rough(Money::parse("508.2").unwrap(), Unit::Credits), "510 credits");
        let shares =
            ["99.41", "99", "100", "0.3", "0", "48.6", "4050"].map(|share| rough_percent(Money::parse(share).unwrap()));
        assert_eq!(shares, ["over 99%", "99%", "100%", "under 1%", "0%", "49%", "4,050%"]);
    }

    #[test]
    fn amounts_keep_the_digits_that_matter() {
        let usd = |text: &str| amount(Money::parse(text).unwrap(), Unit::Usd);
        assert_eq!(usd("564.126"), "$564.13");
        assert_eq!(usd("1910.4"), "$1,910");
        let about = |text: &str| about(Money::parse(text).unwrap(), Unit::Usd);
        let rounded = ["0.00578", "2.409", "41.5", "791.17", "1055", "2059.4", "-1234567.8"].map(about);
        assert_eq!(rounded, ["$0.00578", "$2.41", "$42", "$791", "$1,060", "$2,060", "-$1,230,000"]);
        assert_eq!(usd("1234567.8"), "$1,234,568");
        assert_eq!(usd("0.00578"), "$0.00578");
        assert_eq!(usd("-3.5"), "-$3.50");
        assert_eq!(usd("0"), "$0");
        assert_eq!(usd("0.0000001"), "<$0.00001");
        assert_eq!(percent(Money::parse("99.98").unwrap()), "99.9%");
        assert_eq!(percent(Money::parse("100").unwrap()), "100.0%");
        assert_eq!(amount(Money::parse("0.05775").unwrap(), Unit::Credits), "0.06 credits");
    }
}
