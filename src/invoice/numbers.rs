//! Counts, amounts and times as bills and spreadsheets write them. What cannot be read is `None`, never a zero.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::money::Money;

/// No bill has more tokens in a row, and sums must not overflow.
const MOST: u64 = 1 << 48;

/// The digits of a whole number, without what separates its thousands.
fn whole(text: &str) -> Option<String> {
    let mut groups = text.split([',', '.', '_', '\'', '\u{2019}', ' ', '\u{a0}', '\u{202f}']);
    let first = groups.next()?;
    let groups: Vec<&str> = groups.collect();
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_right = are_digits(first)
        && (groups.is_empty() || first.len() <= 3)
        && groups.iter().all(|group| group.len() == 3 && are_digits(group));
    is_right.then(|| first.to_owned() + &groups.concat())
}

/// A number of tokens such as `1234`, `1,234` or `1234.0`. As there are no parts of tokens, three digits are thousands.
pub(super) fn count(text: &str) -> Option<u64> {
    let digits = whole(text.strip_suffix(".0").unwrap_or(text))?;
    Some(digits.parse::<u64>().unwrap_or(MOST).min(MOST))
}

/// An amount such as `1.25`, `-$1.25`, `($1.25)`, `1,234.50` or `1.3e-05`; where a comma may be the decimal point, `1.234,50`
/// too. Elsewhere `1,25` is none: it must not become 125.
pub(super) fn money(text: &str, comma: bool) -> Option<Money> {
    let text = text.trim();
    let taken = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).or_else(|| text.strip_prefix('-'));
    let text = taken.unwrap_or(text).trim().trim_start_matches('$').trim_start();
    let point = if comma && text.contains(',') { ',' } else { '.' };
    let text = match text.rsplit_once(point) {
        Some((before, after)) if before.contains([',', '.']) => format!("{}.{after}", whole(before)?),
        Some((before, after)) => format!("{before}.{after}"),
        None if text.contains(',') => whole(text)?,
        None => text.to_owned(),
    };
    // What is more than a trillion is none: sums must not overflow.
    let number = text.parse::<f64>().ok().filter(|number| number.abs() < 1e12)?;
    let amount = Money::parse(&text).or_else(|| {
        // Written by a program as a floating-point number, with more digits than money has.
        #[expect(clippy::cast_possible_truncation)]
        Some(Money::from_pico((number * 1e12).round() as i128))
    })?;
    Some(if taken.is_some() { Money::ZERO - amount } else { amount })
}

/// A time as a bill writes it: RFC 3339, the same with a blank and in UTC, or seconds since 1970.
pub(super) fn moment(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse::<f64>() {
        #[expect(clippy::cast_possible_truncation)]
        let ms = (seconds * 1000.0) as i64;
        return (seconds.is_finite() && Timestamp::from_millisecond(ms).is_ok()).then_some(ms);
    }
    let stamp = || text.parse::<Timestamp>().ok();
    let plain = || Some(text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp());
    Some(stamp().or_else(plain)?.as_millisecond())
}

/// A UTC day, with or without a time behind it.
pub(super) fn day(text: &str) -> Option<i64> {
    let date: Date = text.get(..10).unwrap_or(text).parse().ok()?;
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}
