//! The daily window in which ticks run (R19): minutes on the wall clock of a zone, half-open, possibly past midnight.
//! What OpenClaw cannot read means no restriction; the schema refuses some of it all the same.

use std::hash::{Hash, Hasher};

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// When ticks may run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActiveHours {
    /// At any time: no bounds, one bound missing, or a bound that is no time.
    Always,
    /// At no time: both bounds are equal.
    Never,
    /// From `start` until before `end`, in minutes after midnight; past midnight when `end` is smaller.
    Daily {
        /// First minute, 0 to 1439.
        start: u16,
        /// The minute after the last one, 0 to 1440.
        end: u16,
        /// Whose wall clock counts.
        zone: TimeZone,
    },
}

/// By the bounds alone, since a zone has no hash of its own.
impl Hash for ActiveHours {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let bounds = match self {
            ActiveHours::Always => None,
            ActiveHours::Never => Some((0, 0)),
            ActiveHours::Daily { start, end, .. } => Some((*start, *end)),
        };
        bounds.hash(state);
    }
}

impl ActiveHours {
    /// Reads the two bounds as the gateway does at run time.
    pub fn new(start: Option<&str>, end: Option<&str>, zone: TimeZone, equal_never: bool) -> Self {
        let start = start.and_then(|text| minute(text, false).ok());
        let end = end.and_then(|text| minute(text, true).ok());
        match (start, end) {
            (Some(start), Some(end)) if start == end && equal_never => ActiveHours::Never,
            (Some(start), Some(end)) if start == end => ActiveHours::Always,
            (Some(start), Some(end)) => ActiveHours::Daily { start, end, zone },
            _ => ActiveHours::Always,
        }
    }

    /// Whether a tick at this moment may run.
    pub fn contains(&self, at: Timestamp) -> bool {
        match self {
            ActiveHours::Always => true,
            ActiveHours::Never => false,
            ActiveHours::Daily { zone, .. } => {
                let time = zone.to_datetime(at).time();
                self.contains_minute(
                    u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs()),
                )
            }
        }
    }

    /// Whether a minute after midnight lies in the window.
    pub fn contains_minute(&self, minute: u16) -> bool {
        match *self {
            ActiveHours::Always => true,
            ActiveHours::Never => false,
            ActiveHours::Daily { start, end, .. } if end > start => (start..end).contains(&minute),
            ActiveHours::Daily { start, end, .. } => minute >= start || minute < end,
        }
    }

    /// Active minutes of an ordinary day, 0 to 1440.
    pub fn minutes_a_day(&self) -> u16 {
        match *self {
            ActiveHours::Always => 1440,
            ActiveHours::Never => 0,
            ActiveHours::Daily { start, end, .. } if end > start => end - start,
            ActiveHours::Daily { start, end, .. } => 1440 - start + end,
        }
    }
}

/// Why a bound is no time, in the words of OpenClaw's own check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotATime {
    /// Not `HH:MM`.
    #[error("expected 'HH:MM' on a 24-hour clock, with two digits each")]
    Format,
    /// A window cannot start at the end of a day.
    #[error("a window cannot start at 24:00; use 00:00")]
    StartAtMidnight,
    /// After the end of the day.
    #[error("24:00 is the only time allowed after 23:59")]
    AfterMidnight,
}

/// Minutes after midnight as `HH:MM`.
pub fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Reads `HH:MM` into minutes after midnight; an end may be `24:00`.
pub fn minute(text: &str, is_end: bool) -> Result<u16, NotATime> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).filter(|b| b.is_ascii_digit()).map(|b| u16::from(b - b'0'));
    let parts = (digit(0), digit(1), bytes.get(2), digit(3), digit(4), bytes.len());
    let (Some(h1), Some(h0), Some(b':'), Some(m1), Some(m0), 5) = parts else { return Err(NotATime::Format) };
    match (h1 * 10 + h0, m1 * 10 + m0) {
        (24, 0) if is_end => Ok(1440),
        (24, 0) => Err(NotATime::StartAtMidnight),
        (24, 1..=59) => Err(NotATime::AfterMidnight),
        (hour @ 0..=23, minute @ 0..=59) => Ok(hour * 60 + minute),
        _ => Err(NotATime::Format),
    }
}

/// The zone of `activeHours.timezone`: unset, empty or `user` is the user's zone, `local` the host's, a name or an
/// offset such as `+05:30` itself; anything else falls back to the user's zone without a word (M12).
pub fn zone(name: Option<&str>, user: &TimeZone, host: &TimeZone) -> TimeZone {
    match name.map(str::trim) {
        None | Some("" | "user") => user.clone(),
        Some("local") => host.clone(),
        Some(name) => known_zone(name).unwrap_or_else(|| user.clone()),
    }
}

/// A zone by IANA name (any case) or by offset; `None` if there is none of that name.
pub fn known_zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok().or_else(|| offset(name).map(TimeZone::fixed))
}

fn offset(text: &str) -> Option<Offset> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text[1..].split(':').collect();
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
    (hours < 24 && minutes < 60).then(|| Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok())?
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn facts() -> Value {
        serde_json::from_str(include_str!("../../fixtures/openclaw/active-hours.json")).unwrap()
    }

    /// The probes at which a window is active on 2026-06-15, in the words of the facts.
    fn active_probes(window: &ActiveHours, probes: &Value) -> String {
        let probes: Vec<&str> = probes.as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let at = |probe: &str| format!("2026-06-15T{probe}:00Z").parse::<Timestamp>().unwrap();
        let active: Vec<&str> = probes.iter().copied().filter(|probe| window.contains(at(probe))).collect();
        match active.len() {
            0 => "never".to_owned(),
            all if all == probes.len() => "always".to_owned(),
            _ => active.join(" "),
        }
    }

    #[test]
    fn windows_agree_with_openclaw() {
        let facts = facts();
        let rows = facts["windows"].as_array().unwrap();
        assert_eq!(rows.len(), 25);
        for row in rows {
            let (start, end) = (row["start"].as_str(), row["end"].as_str());
            let window = ActiveHours::new(start, end, TimeZone::UTC, true);
            assert_eq!(active_probes(&window, &facts["probesUtc"]), row["runtimeActiveAtUtc"], "{row}");
            let refused = |bound: Option<&str>, is_end| {
                bound.is_some_and(|text| !text.is_empty() && minute(text, is_end).is_err())
            };
            let accepted = row["configValidate"] == "accepted";
            assert_eq!(!refused(start, false) && !refused(end, true), accepted, "{row}");
        }
    }

    #[test]
    fn zones_agree_with_openclaw() {
        let facts = facts();
        let rows = facts["timezones"]["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 68);
        for row in rows {
            let host = known_zone(row["hostTimezone"].as_str().unwrap()).unwrap();
            let user = row["userTimezone"].as_str().and_then(known_zone).unwrap_or_else(|| host.clone());
            let zone = zone(row["timezone"].as_str(), &user, &host);
            let window = ActiveHours::new(Some("09:00"), Some("18:00"), zone, true);
            assert_eq!(active_probes(&window, &facts["probesUtc"]), row["runtimeActiveAtUtc"], "{row}");
        }
    }

    #[test]
    fn the_wall_clock_counts_when_clocks_change() {
        let facts = facts();
        let new_york = known_zone("America/New_York").unwrap();
        for row in facts["dst"].as_array().unwrap() {
            let at: Timestamp = row["iso"].as_str().unwrap().parse().unwrap();
            let window = |start, end| ActiveHours::new(Some(start), Some(end), new_york.clone(), true);
            assert_eq!(window("02:00", "03:00").contains(at), row["in0200_0300"], "{row}");
            assert_eq!(window("01:00", "02:00").contains(at), row["in0100_0200"], "{row}");
        }
    }
}
