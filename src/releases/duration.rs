//! OpenClaw's duration grammar (R7, M11): one number with an optional unit, or number and unit repeated without gaps.
//! A bare number means minutes, zero or an empty string switches the schedule off.

use std::fmt;

/// How often an agent wakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Interval {
    /// Never: `0m`, `0` in any unit, or an empty string.
    Off,
    /// Every so many milliseconds, at least one.
    Every(u64),
}

impl Interval {
    /// Milliseconds between two ticks; `None` when off.
    pub fn ms(self) -> Option<u64> {
        match self {
            Interval::Off => None,
            Interval::Every(ms) => Some(ms),
        }
    }
}

/// The shortest way to write the interval, such as `30m` or `1h30m`.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Interval::Every(mut rest) = *self else { return f.write_str("off") };
        if rest < 3_600_000 && rest.is_multiple_of(60_000) {
            return write!(f, "{}m", rest / 60_000);
        }
        for (unit, ms) in [("d", DAY), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)] {
            if unit == "d" && rest != DAY && rest < 2 * DAY {
                continue;
            }
            if rest >= ms {
                write!(f, "{}{unit}", rest / ms)?;
                rest %= ms;
            }
        }
        Ok(())
    }
}

const DAY: u64 = 86_400_000;

/// Largest result OpenClaw accepts: a JavaScript safe integer.
const MAX_MS: f64 = 9_007_199_254_740_991.0;

/// Reads `every`. `None` is outside the grammar; with `composite` false so is `1h30m` (releases before 2026.2.23).
pub fn parse(text: &str, composite: bool) -> Option<Interval> {
    if text.is_empty() {
        return Some(Interval::Off);
    }
    let text = text.trim().to_ascii_lowercase();
    let segments = segments(&text)?;
    let ms = match segments.as_slice() {
        [(value, unit)] => value * unit.unwrap_or(60_000.0),
        many if composite => many.iter().map(|(value, unit)| unit.map(|unit| value * unit)).sum::<Option<f64>>()?,
        _ => return None,
    };
    let ms = ms.round();
    (ms <= MAX_MS).then_some(if ms < 1.0 { Interval::Off } else { Interval::Every(ms as u64) })
}

/// The numbers and their units in milliseconds, if nothing else stands in the text.
fn segments(text: &str) -> Option<Vec<(f64, Option<f64>)>> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, tail) = rest.split_at(digits);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        if whole.is_empty() || fraction.is_empty() || fraction.contains('.') {
            return None;
        }
        let letters = tail.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        let unit = match unit {
            "" => None,
            "ms" => Some(1.0),
            "s" => Some(1_000.0),
            "m" => Some(60_000.0),
            "h" => Some(3_600_000.0),
            "d" => Some(DAY as f64),
            _ => return None,
        };
        found.push((number.parse().ok()?, unit));
        rest = tail;
    }
    (!found.is_empty()).then_some(found)
}

/// What a bare number of an interval probably counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProbableCount {
    /// The unit that is assumed, in words.
    pub unit: &'static str,
    /// What that makes.
    pub interval: Interval,
}

/// From so many minutes on a bare number is hardly one of minutes: ten hours, or ten minutes counted in seconds.
const MINUTES_AT_MOST: f64 = 599.0;

/// Reads a bare number: OpenClaw has none, guides and other schedulers count minutes, seconds or milliseconds. Up to 599
/// it is taken as minutes, then as seconds, and in whole thousands from 60,000 on as milliseconds. `None` for what is no
/// length of time.
pub fn count(number: f64) -> Option<ProbableCount> {
    let (unit, ms) = match number {
        _ if !number.is_finite() || number < 0.0 => return None,
        _ if number <= MINUTES_AT_MOST => ("minutes", 60_000.0),
        _ if number >= 60_000.0 && number % 1_000.0 == 0.0 => ("milliseconds", 1.0),
        _ => ("seconds", 1_000.0),
    };
    interval(number * ms).map(|interval| ProbableCount { unit, interval })
}

/// What a text outside the grammar was probably meant to say: `30 min`, `1h 30m`, `.5h`, `1w`, `PT2H`, `*/15 * * * *`,
/// `off`. `None` where any answer would be a bet.
pub fn guess(text: &str) -> Option<Interval> {
    let text = text.trim().to_ascii_lowercase();
    let text = text.strip_prefix("every ").unwrap_or(&text).trim_start();
    let interval = match text {
        "" | "off" | "never" | "none" | "no" | "false" | "null" | "disabled" | "disable" | "paused" | "manual"
        | "-1" => Some(Interval::Off),
        "hourly" | "hour" => Some(3_600_000.0).and_then(interval),
        "daily" | "day" => Some(DAY as f64).and_then(interval),
        _ => cron_step(text).or_else(|| words(text)).and_then(interval),
    };
    interval.or_else(|| parse(text, true))
}

fn interval(ms: f64) -> Option<Interval> {
    let ms = ms.round();
    (ms <= MAX_MS).then_some(if ms < 1.0 { Interval::Off } else { Interval::Every(ms as u64) })
}

/// The steps of the simplest cron lines: `*/N * * * *`, `0 */N * * *`, `0 * * * *`.
fn cron_step(text: &str) -> Option<f64> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [minute, hour, "*", "*", "*"] = fields.as_slice() else { return None };
    let step = |field: &str| field.strip_prefix("*/")?.parse::<u32>().ok().map(f64::from);
    match (*minute, *hour) {
        ("*", "*") => Some(60_000.0),
        (minute, "*") => step(minute).map(|minutes| minutes * 60_000.0).or(Some(3_600_000.0)),
        (_, hour) => step(hour).map(|hours| hours * 3_600_000.0),
    }
}

/// Numbers and unit words in any spacing, as `1 hour, 30 mins`; after hours a bare number means minutes.
fn words(text: &str) -> Option<f64> {
    let mut rest = text.strip_prefix("pt").unwrap_or(text);
    let mut sum = 0.0;
    let mut last_unit = None;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, tail) = rest.split_at(digits);
        let value: f64 = number.parse().ok()?;
        let tail = tail.trim_start();
        let letters = tail.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        let ms = match unit {
            "ms" | "msec" | "msecs" | "millisecond" | "milliseconds" => 1.0,
            "s" | "sec" | "secs" | "second" | "seconds" => 1_000.0,
            "m" | "min" | "mins" | "minute" | "minutes" => 60_000.0,
            "h" | "hr" | "hrs" | "hour" | "hours" => 3_600_000.0,
            "d" | "day" | "days" => DAY as f64,
            "w" | "wk" | "week" | "weeks" => 7.0 * DAY as f64,
            "" if matches!(last_unit, None | Some("h" | "hr" | "hour" | "hours")) => 60_000.0,
            _ => return None,
        };
        sum += value * ms;
        last_unit = Some(unit);
        rest = tail.trim_start_matches([' ', '\t', ',', '+']);
        rest = rest.strip_prefix("and ").unwrap_or(rest);
    }
    last_unit.map(|_| sum)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Every row the real parser was asked (2026.9.6).
    #[test]
    fn agrees_with_openclaw() {
        let facts: Value = serde_json::from_str(include_str!("../../fixtures/openclaw/durations.json")).unwrap();
        let rows = facts["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 68);
        for row in rows {
            let input = row["input"].as_str().unwrap();
            let expected = match row["configValidate"].as_str() {
                Some("accepted") => Some(row["heartbeatIntervalMs"].as_u64().map_or(Interval::Off, Interval::Every)),
                _ => None,
            };
            assert_eq!(parse(input, true), expected, "{input:?}");
        }
    }

    #[test]
    fn old_releases_know_no_composites() {
        assert_eq!(parse("1h30m", false), None);
        assert_eq!(parse("90m", false), Some(Interval::Every(5_400_000)));
    }

    #[test]
    fn what_people_mean_is_guessed_and_nonsense_is_not() {
        for (text, meant) in [
            ("30 min", "30m"),
            ("30min", "30m"),
            ("1 hour", "1h"),
            ("1h 30m", "1h30m"),
            ("1h30", "1h30m"),
            ("1 hour and 30 minutes", "1h30m"),
            ("every 2 hours", "2h"),
            (".5h", "30m"),
            ("1w", "7d"),
            ("30", "30m"),
            ("PT2H", "2h"),
            ("*/15 * * * *", "15m"),
            ("0 * * * *", "1h"),
            ("0 */6 * * *", "6h"),
            ("hourly", "1h"),
            ("  ", "off"),
            ("never", "off"),
        ] {
            assert_eq!(guess(text).map(|interval| interval.to_string()).as_deref(), Some(meant), "{text:?}");
        }
        for text in ["-5m", "soon", "30 fortnights", "1e3", "5m7", "9 to 5 * * *", "1.2.3h", "${EVERY}"] {
            assert_eq!(guess(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_bare_number_counts_what_people_count() {
        for (number, unit, meant) in [
            (30.0, "minutes", "30m"),
            (120.0, "minutes", "2h"),
            (900.0, "seconds", "15m"),
            (7_200.0, "seconds", "2h"),
            (86_400.0, "seconds", "1d"),
            (60_000.0, "milliseconds", "1m"),
            (1_800_000.0, "milliseconds", "30m"),
        ] {
            let count = count(number).unwrap();
            assert_eq!((count.unit, count.interval.to_string().as_str()), (unit, meant), "{number}");
        }
        assert_eq!(count(0.0).map(|count| count.interval), Some(Interval::Off));
        assert_eq!([count(-1.0), count(f64::NAN), count(1e300)], [None, None, None]);
    }

    #[test]
    fn intervals_are_written_as_people_write_them() {
        for text in ["30m", "55m", "1h", "1h30m", "2h", "24h", "36h", "7d", "1s500ms", "90s"] {
            let written = parse(text, true).unwrap().to_string();
            assert_eq!(parse(&written, true), parse(text, true), "{text} as {written}");
        }
        assert_eq!(Interval::Every(7_200_000).to_string(), "2h");
        assert_eq!(Interval::Every(DAY).to_string(), "1d");
        assert_eq!(Interval::Every(86_400_000 * 7).to_string(), "7d");
        assert_eq!(Interval::Every(129_600_000).to_string(), "36h");
        assert_eq!(Interval::Off.to_string(), "off");
    }
}
