//! The same schedule less often, with the arguments of `openclaw cron edit` that make it so.

use jiff::tz::TimeZone;

use super::schedule::Schedule;
use crate::words::quoted;

impl Schedule {
    /// The same no oftener than each half hour, and the arguments of `openclaw cron edit` that make it so; `None` where it
    /// is no oftener already, or due at moments of its own choice.
    pub fn each_half_hour(&self) -> Option<(Self, String)> {
        match self {
            Schedule::Every { ms, anchor } if *ms < HALF_HOUR => {
                Some((Schedule::Every { ms: HALF_HOUR, anchor: *anchor }, "--every 30m".to_owned()))
            }
            Schedule::Cron { expression, zone, .. } => {
                let [minutes, rest @ ..] = fields(expression)?;
                let step = if minutes == "*" { 1 } else { minutes.strip_prefix("*/")?.parse::<u64>().ok()? };
                let zone = zone.as_ref().and_then(TimeZone::iana_name);
                (step < 30).then(|| rewritten(&format!("*/30 {}", rest.join(" ")), zone))?
            }
            _ => None,
        }
    }

    /// The same by day only, from 8:00 to 21:59 by the clock of its zone or else `zone`, with the arguments that make it so;
    /// `None` where it is not due around the clock.
    pub fn by_day(&self, zone: Option<&str>) -> Option<(Self, String)> {
        match self {
            Schedule::Every { ms, .. } => {
                let minutes = ms / 60_000;
                let fits = *ms == minutes * 60_000 && minutes > 0 && 60_u64.is_multiple_of(minutes);
                let at = if minutes == 60 { "0".to_owned() } else { format!("*/{minutes}") };
                fits.then(|| rewritten(&format!("{at} {DAY} * * *"), zone))?
            }
            Schedule::Cron { expression, zone: own, .. } => {
                let [minutes, "*", rest @ ..] = fields(expression)? else { return None };
                let zone = own.as_ref().map_or(zone, TimeZone::iana_name);
                rewritten(&format!("{minutes} {DAY} {}", rest.join(" ")), zone)
            }
            _ => None,
        }
    }
}

/// Half an hour, in milliseconds: as often as heartbeats are by default.
const HALF_HOUR: u64 = 30 * 60_000;

/// The hours of the day, as an expression names them.
const DAY: &str = "8-21";

/// The five fields of an expression without seconds.
fn fields(expression: &str) -> Option<[&str; 5]> {
    expression.split_whitespace().collect::<Vec<_>>().try_into().ok()
}

/// A schedule by another expression, and its arguments. They name the zone, too: an edit that does not would drop it.
fn rewritten(expression: &str, zone: Option<&str>) -> Option<(Schedule, String)> {
    let schedule = Schedule::cron(expression, zone).ok()?;
    let zone = zone.map_or(String::new(), |zone| format!(" --tz {}", quoted(zone)));
    Some((schedule, format!("--cron {}{zone}", quoted(expression))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_becomes_rarer_by_the_arguments_it_names() {
        let cron = |expression: &str, zone| Schedule::cron(expression, zone).unwrap();
        let every = |minutes: u64| Schedule::Every { ms: minutes * 60_000, anchor: None };
        let arguments = |rarer: Option<(Schedule, String)>| rarer.map(|(_, arguments)| arguments);
        for (schedule, expected) in [
            (every(5), Some("--every 30m")),
            (every(30), None),
            (cron("* * * * *", None), Some("--cron '*/30 * * * *'")),
            (cron("*/5 8-18 * * 1-5", Some("Europe/Berlin")), Some("--cron '*/30 8-18 * * 1-5' --tz Europe/Berlin")),
            (cron("*/30 * * * *", None), None),
            (cron("5,35 * * * *", None), None),
            (cron("0 */5 * * * *", None), None),
        ] {
            assert_eq!(arguments(schedule.each_half_hour()).as_deref(), expected, "{schedule:?}");
        }
        for (schedule, expected) in [
            (every(5), Some("--cron '*/5 8-21 * * *' --tz Asia/Tokyo")),
            (every(60), Some("--cron '0 8-21 * * *' --tz Asia/Tokyo")),
            (every(7), None),
            (every(120), None),
            (cron("*/10 * * * 1-5", Some("Europe/Berlin")), Some("--cron '*/10 8-21 * * 1-5' --tz Europe/Berlin")),
            (cron("0 9 * * *", None), None),
        ] {
            assert_eq!(arguments(schedule.by_day(Some("Asia/Tokyo"))).as_deref(), expected, "{schedule:?}");
        }
    }
}
