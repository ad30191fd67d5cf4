//! When a job is due: at an interval, at one moment, by a cron expression in a zone, or on an event that no clock knows.
//! Expressions mean what the library of the same author means in OpenClaw: day of month *or* day of week, with or without
//! seconds, by the clock of the zone.

#[cfg(feature = "cron")]
use croner::Cron;
use jiff::Timestamp;
#[cfg(feature = "cron")]
use jiff::Zoned;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::Value;
use thiserror::Error;

use crate::gateway::active_hours::known_zone;
use crate::simulate::schedule::{Period, Ticks};
use crate::words::{duration, plain};

/// What no expression becomes where none is read.
#[cfg(not(feature = "cron"))]
type Cron = std::convert::Infallible;

/// When a job is due.
#[derive(Clone, Debug, PartialEq)]
pub enum Schedule {
    /// At an interval in milliseconds, once at the anchor if it has one.
    Every {
        /// The interval.
        ms: u64,
        /// Milliseconds since 1970.
        anchor: Option<i64>,
    },
    /// Once, in milliseconds since 1970.
    At(i64),
    /// By a cron expression.
    Cron {
        /// As it is written.
        expression: String,
        /// What it means.
        cron: Box<Cron>,
        /// Its zone; the machine's where it has none.
        zone: Option<TimeZone>,
        /// Milliseconds over which jobs of this schedule are spread.
        stagger: u64,
    },
    /// When something happens, which this names.
    Event(&'static str),
}

/// A schedule that the gateway does not take.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BadSchedule {
    /// There is none, or it has no kind that is known.
    #[error("it has no schedule of a known kind (at, every, cron, on-exit, stream)")]
    Unknown,
    /// An interval that is none.
    #[error("its interval everyMs is {0}; expected a whole number of milliseconds above 0")]
    Every(String),
    /// A moment that is none.
    #[error("its moment at is {0}; expected a time such as 2026-12-01T09:00:00Z")]
    At(String),
    /// An expression that no parser takes.
    #[error("its expression '{0}' is not a cron expression: {1}")]
    Expression(String, String),
    /// A zone that nobody knows.
    #[error("its time zone '{0}' is unknown; expected an IANA name such as Europe/Berlin")]
    Zone(String),
}

/// The moments at which a job is due in a period, ascending, in milliseconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moments {
    /// At most 90,000 of them.
    pub at: Vec<i64>,
    /// Whether there are more.
    pub cut: bool,
}

/// The most moments of a month that are looked at: every half minute, faster than OpenClaw lets a script run.
pub(super) const MOST_MOMENTS: usize = 90_000;

impl Schedule {
    /// Reads a job's `schedule`.
    pub fn read(schedule: &Value) -> Result<Self, BadSchedule> {
        if let Value::String(expression) = schedule {
            return Schedule::cron(expression, None);
        }
        let text = |key: &str| schedule[key].as_str().map(str::trim).filter(|text| !text.is_empty());
        let is_there = |key: &str| !schedule[key].is_null();
        let kind = text("kind").map(str::to_ascii_lowercase);
        match kind.as_deref() {
            Some("at") => Schedule::at(schedule),
            Some("every") => Schedule::every(schedule),
            Some("cron") => {
                Schedule::staggered(text("expr").or(text("cron")).unwrap_or_default(), text("tz"), schedule)
            }
            Some("on-exit") => Ok(Schedule::Event("when a command ends")),
            Some("stream") => Ok(Schedule::Event("on lines of a command")),
            Some(_) => Err(BadSchedule::Unknown),
            None if is_there("at") || is_there("atMs") => Schedule::at(schedule),
            None if is_there("everyMs") => Schedule::every(schedule),
            None => text("expr")
                .map_or(Err(BadSchedule::Unknown), |expression| Schedule::staggered(expression, text("tz"), schedule)),
        }
    }

    /// Reads a cron expression.
    pub fn cron(expression: &str, zone: Option<&str>) -> Result<Self, BadSchedule> {
        let cron = parsed(expression).map_err(|why| BadSchedule::Expression(plain(expression), why))?;
        let known = |name: &str| known_zone(name).ok_or_else(|| BadSchedule::Zone(plain(name)));
        let zone = zone.filter(|name| !name.trim().is_empty()).map(known).transpose()?;
        let stagger = if is_each_full_hour(expression) { FULL_HOUR_STAGGER } else { 0 };
        Ok(Schedule::Cron { expression: expression.trim().to_owned(), cron: Box::new(cron), zone, stagger })
    }

    /// The same with the `staggerMs` of a job's schedule, 0 for `--exact`.
    fn staggered(expression: &str, zone: Option<&str>, schedule: &Value) -> Result<Self, BadSchedule> {
        let mut read = Schedule::cron(expression, zone)?;
        let told = match &schedule["staggerMs"] {
            Value::Number(ms) => ms.as_f64().map(|ms| ms.max(0.0) as u64),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        if let (Schedule::Cron { stagger, .. }, Some(told)) = (&mut read, told) {
            *stagger = told;
        }
        Ok(read)
    }

    fn every(schedule: &Value) -> Result<Self, BadSchedule> {
        let whole = |value: &Value| match value {
            Value::Number(number) => number.as_u64().or(number.as_f64().filter(|n| *n >= 1.0).map(|n| n as u64)),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let ms = whole(&schedule["everyMs"]).filter(|ms| *ms > 0);
        let ms = ms.ok_or_else(|| BadSchedule::Every(plain(&schedule["everyMs"].to_string())))?;
        let anchor = whole(&schedule["anchorMs"]).and_then(|anchor| i64::try_from(anchor).ok());
        Ok(Schedule::Every { ms, anchor: anchor.filter(|at| Timestamp::from_millisecond(*at).is_ok()) })
    }

    fn at(schedule: &Value) -> Result<Self, BadSchedule> {
        let at = if schedule["at"].is_null() { &schedule["atMs"] } else { &schedule["at"] };
        let moment = match at {
            Value::Number(ms) => ms.as_i64().and_then(|ms| Timestamp::from_millisecond(ms).ok()),
            Value::String(text) => moment(text.trim()),
            _ => None,
        };
        let moment = moment.ok_or_else(|| BadSchedule::At(plain(&at.to_string())))?;
        Ok(Schedule::At(moment.as_millisecond()))
    }

    /// The same for a job that ran last, or was made, at these moments, from which the scheduler counts an interval.
    pub fn counted_from(self, made: Option<i64>, last_run: Option<i64>) -> Self {
        let Schedule::Every { ms, anchor } = self else { return self };
        let anchor = anchor.or(made);
        // After a run the next one is due an interval later, wherever the grid was.
        Schedule::Every { ms, anchor: last_run.filter(|last| anchor.is_none_or(|anchor| *last >= anchor)).or(anchor) }
    }

    /// Whether it is due again and again.
    pub fn recurs(&self) -> bool {
        matches!(self, Schedule::Every { .. } | Schedule::Cron { .. })
    }

    /// When it is due in a period; `machine` is the zone of expressions that have none.
    pub fn moments(&self, period: &Period, machine: &TimeZone) -> Moments {
        let (start, end) = (period.start.as_millisecond(), period.end.as_millisecond());
        let all: Box<dyn Iterator<Item = i64> + '_> = match self {
            Schedule::Event(_) => Box::new(std::iter::empty()),
            Schedule::At(at) => Box::new(Some(*at).filter(|at| (start..end).contains(at)).into_iter()),
            Schedule::Every { ms, anchor } => {
                let anchor = anchor.and_then(|at| Timestamp::from_millisecond(at).ok()).unwrap_or(period.start);
                Box::new(Ticks::new(period, *ms, anchor).iter())
            }
            #[cfg(not(feature = "cron"))]
            Schedule::Cron { cron, .. } => {
                let _ = machine;
                match **cron {}
            }
            #[cfg(feature = "cron")]
            Schedule::Cron { cron, zone, .. } => {
                let first: Zoned = period.start.to_zoned(zone.as_ref().unwrap_or(machine).clone());
                let times = cron.iter_from(first, croner::Direction::Forward);
                let times = times.take_while(move |at| at.timestamp().as_millisecond() < end);
                Box::new(times.filter(is_first).map(|at| at.timestamp().as_millisecond()))
            }
        };
        let mut at: Vec<i64> = all.take(MOST_MOMENTS + 1).collect();
        let cut = at.len() > MOST_MOMENTS;
        at.truncate(MOST_MOMENTS);
        Moments { at, cut }
    }

    /// Whether its one moment is over when a period starts.
    pub fn has_passed(&self, period: &Period) -> bool {
        matches!(self, Schedule::At(at) if *at < period.start.as_millisecond())
    }

    /// The milliseconds between two of its moments, if they are evenly apart.
    pub fn interval(&self) -> Option<u64> {
        match self {
            Schedule::Every { ms, .. } => Some(*ms),
            _ => None,
        }
    }

    /// In as few words as a table has room for.
    pub fn in_words(&self) -> String {
        match self {
            Schedule::Every { ms, .. } => every(*ms),
            Schedule::At(at) => {
                let at = Timestamp::from_millisecond(*at).unwrap_or(Timestamp::UNIX_EPOCH);
                format!("once, {}", at.strftime("%Y-%m-%d %H:%MZ"))
            }
            Schedule::Cron { expression, zone, .. } => {
                let zone = zone.as_ref().and_then(|zone| zone.iana_name()).filter(|name| *name != "UTC");
                zone.map_or_else(|| expression.clone(), |zone| format!("{expression} {zone}"))
            }
            Schedule::Event(event) => (*event).to_owned(),
        }
    }
}

/// Over how long jobs of each full hour are spread, in milliseconds, unless they say otherwise.
const FULL_HOUR_STAGGER: u64 = 300_000;

/// Whether an expression means full hours, of which the hours are not all named: OpenClaw spreads such jobs.
fn is_each_full_hour(expression: &str) -> bool {
    let fields: Vec<&str> = expression.split_whitespace().collect();
    let hours = match fields[..] {
        ["0", hours, _, _, _] | ["0", "0", hours, _, _, _] => hours,
        _ => return false,
    };
    hours.split(',').any(|part| part.starts_with(['*', '?']))
}

#[cfg(feature = "cron")]
fn parsed(expression: &str) -> Result<Cron, String> {
    use croner::parser::{CronParser, Seconds};

    let parser = CronParser::builder().seconds(Seconds::Optional).build();
    // In OpenClaw both mean any value of any field.
    parser.parse(&expression.replace('?', "*")).map_err(|error| error.to_string())
}

#[cfg(not(feature = "cron"))]
fn parsed(_: &str) -> Result<Cron, String> {
    Err("this build reads none".to_owned())
}

/// An interval in words, to the second.
pub fn every(ms: u64) -> String {
    match ms % 60_000 {
        0 => format!("every {}", duration(ms)),
        _ if ms.is_multiple_of(1_000) => format!("every {}s", ms / 1_000),
        _ => format!("every {ms}ms"),
    }
}

/// Whether a clock shows this time for the first time: of an hour that comes twice, jobs are due in the first one.
#[cfg(feature = "cron")]
fn is_first(at: &Zoned) -> bool {
    let either = at.time_zone().to_ambiguous_timestamp(at.datetime());
    either.earlier().map_or(true, |first| first == at.timestamp())
}

/// A moment as OpenClaw reads it: without an offset it is in UTC.
fn moment(text: &str) -> Option<Timestamp> {
    let civil =
        || text.parse::<DateTime>().ok().or_else(|| Some(text.parse::<Date>().ok()?.to_datetime(Default::default())));
    text.parse::<Timestamp>().ok().or_else(|| Some(civil()?.to_zoned(TimeZone::UTC).ok()?.timestamp()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    fn count(schedule: &Value) -> usize {
        let period = Period::thirty_days(date(2026, 11, 1), TimeZone::UTC).unwrap();
        Schedule::read(schedule).unwrap().moments(&period, &TimeZone::UTC).at.len()
    }

    #[test]
    fn a_month_has_as_many_moments_as_it_should() {
        for (schedule, expected) in [
            (json!({ "kind": "every", "everyMs": 1_800_000 }), 1440),
            (json!({ "kind": "every", "everyMs": "3600000", "anchorMs": 60_000 }), 720),
            (json!({ "kind": "cron", "expr": "*/15 * * * *" }), 2880),
            (json!({ "kind": "cron", "expr": "0 */12 * * *" }), 60),
            (json!({ "kind": "cron", "expr": "0 7 * * 1-5", "tz": "Europe/Berlin" }), 21),
            // Either field: each 15th, and each Monday.
            (json!({ "kind": "cron", "expr": "0 9 15 * 1" }), 6),
            (json!({ "kind": "cron", "expr": "30 0 9 * * *" }), 30),
            (json!({ "expr": "@daily" }), 30),
            (json!("0 3 * * *"), 30),
            (json!({ "kind": "at", "at": "2026-11-05T08:00:00" }), 1),
            (json!({ "kind": "at", "atMs": 0 }), 0),
            (json!({ "kind": "stream", "command": ["x"] }), 0),
        ] {
            assert_eq!(count(&schedule), expected, "{schedule}");
        }
    }

    #[test]
    fn absurd_expressions_stay_bounded() {
        let period = Period::thirty_days(date(2026, 11, 1), TimeZone::UTC).unwrap();
        let moments = Schedule::cron("* * * * * *", None).unwrap().moments(&period, &TimeZone::UTC);
        assert_eq!((moments.at.len(), moments.cut), (MOST_MOMENTS, true));
        // Never.
        let never = Schedule::cron("0 0 30 2 *", None).unwrap().moments(&period, &TimeZone::UTC);
        assert_eq!(never, Moments::default());
    }

    #[test]
    fn what_is_no_schedule_is_named() {
        for (schedule, expected) in [
            (json!({ "kind": "cron", "expr": "61 * * * *" }), "its expression '61 * * * *'"),
            (json!({ "kind": "cron", "expr": "" }), "its expression ''"),
            (json!({ "kind": "cron", "expr": "0 9 * * *", "tz": "Mars/Base" }), "its time zone 'Mars/Base'"),
            (json!({ "kind": "every", "everyMs": -5 }), "its interval everyMs is -5"),
            (json!({ "kind": "at", "at": "tomorrow" }), "its moment at is \"tomorrow\""),
            (json!({ "kind": "lunar" }), "it has no schedule"),
            (json!(null), "it has no schedule"),
        ] {
            let text = Schedule::read(&schedule).unwrap_err().to_string();
            assert!(text.starts_with(expected), "{schedule}: {text}");
        }
    }
}
