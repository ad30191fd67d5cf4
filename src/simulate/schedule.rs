//! When ticks fall: the period a report covers, and the moments an interval puts into it. Steps are exact and counted
//! in UTC, so daylight saving moves windows but never ticks (R14, R15).

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::gateway::active_hours::ActiveHours;

/// The stretch of time that is simulated.
#[derive(Clone, Debug, PartialEq)]
pub struct Period {
    /// Its first moment.
    pub start: Timestamp,
    /// The moment after its last.
    pub end: Timestamp,
    /// The zone whose calendar it follows.
    pub zone: TimeZone,
}

impl Period {
    /// 30 days of 24 hours from the first of a month, 00:00 in `zone`.
    pub fn thirty_days(first: Date, zone: TimeZone) -> Option<Self> {
        let start = midnight(first, &zone)?;
        let end = start.checked_add(Span::new().hours(720)).ok()?;
        Some(Period { start, end, zone })
    }

    /// A calendar month in `zone`: a March in New York has 743 hours.
    pub fn month(first: Date, zone: TimeZone) -> Option<Self> {
        let next = first.first_of_month().checked_add(Span::new().months(1)).ok()?;
        Some(Period { start: midnight(first.first_of_month(), &zone)?, end: midnight(next, &zone)?, zone })
    }

    /// Its length in milliseconds.
    pub fn ms(&self) -> u64 {
        u64::try_from(self.end.as_millisecond() - self.start.as_millisecond()).unwrap_or(0)
    }

    /// Its first day in its zone, as YYYY-MM-DD.
    pub fn first_day(&self) -> String {
        self.start.to_zoned(self.zone.clone()).date().to_string()
    }

    /// Its length in days of 24 hours, rounded to the nearest.
    pub fn days(&self) -> u64 {
        (self.ms() + 43_200_000) / 86_400_000
    }
}

fn midnight(date: Date, zone: &TimeZone) -> Option<Timestamp> {
    Some(date.to_zoned(zone.clone()).ok()?.timestamp())
}

/// Most ticks simulated one by one. Shorter intervals are simulated at the pace that reaches it; the ticks between are
/// counted as skipped, as the gateway's flood guard skips them.
pub const MAX_TICKS: u64 = 1_000_000;

/// The ticks of a period, on a fixed grid (L7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticks {
    first: i64,
    end: i64,
    step: i64,
    /// Ticks that are due but not simulated one by one, because there are more than [`MAX_TICKS`].
    pub left_out: u64,
}

impl Ticks {
    /// The ticks of an interval of `every` milliseconds, one of them at `anchor`.
    pub fn new(period: &Period, every: u64, anchor: Timestamp) -> Self {
        let (start, end) = (period.start.as_millisecond(), period.end.as_millisecond());
        let every = i64::try_from(every.max(1)).unwrap_or(i64::MAX);
        let offset = (anchor.as_millisecond() - start).rem_euclid(every);
        let due = count(end - start - offset, every);
        let stride = i64::try_from(due.div_ceil(MAX_TICKS).max(1)).unwrap_or(i64::MAX);
        let step = every.saturating_mul(stride);
        let simulated = count(end - start - offset, step);
        Ticks { first: start.saturating_add(offset), end, step, left_out: due - simulated }
    }

    /// How many there are.
    pub fn count(self) -> u64 {
        count(self.end - self.first, self.step)
    }

    /// Milliseconds from one to the next.
    pub fn step(self) -> i64 {
        self.step
    }

    /// The first of a stretch of time, and how many fall into it; `None` where none does.
    pub fn within(self, from: i64, to: i64) -> Option<(i64, u64)> {
        let (before, upto) = (count(from - self.first, self.step), count(to.min(self.end) - self.first, self.step));
        let first = self.first.checked_add(self.step.checked_mul(i64::try_from(before).ok()?)?)?;
        (upto > before).then(|| (first, upto - before))
    }

    /// The moments in a stretch of time.
    pub fn among(self, from: i64, to: i64) -> impl Iterator<Item = i64> {
        let within = self.within(from, to);
        within
            .into_iter()
            .flat_map(move |(first, count)| (0..).map(move |at: i64| first + at * self.step).take(count as usize))
    }

    /// The moments, in milliseconds since the epoch.
    pub fn iter(self) -> impl Iterator<Item = i64> {
        let next = move |at: &i64| at.checked_add(self.step).filter(|at| *at < self.end);
        std::iter::successors(Some(self.first).filter(|at| *at < self.end), next)
    }
}

fn count(length: i64, step: i64) -> u64 {
    if length <= 0 { 0 } else { u64::try_from((length - 1) / step + 1).unwrap_or(0) }
}

/// The anchors that give the fewest and the most ticks inside some stretches of time; the anchor of a gateway is not in its config.
pub fn extreme_anchors(period: &Period, every: u64, open: &[Stretch]) -> (Timestamp, Timestamp) {
    let (start, every) = (period.start.as_millisecond(), i64::try_from(every.max(1)).unwrap_or(i64::MAX));
    // The count changes only where a tick enters or leaves an open stretch.
    let edges = open.iter().flat_map(|(from, to)| [*from, *to]);
    let mut offsets: Vec<i64> = edges.flat_map(|edge| [edge - start, edge - start + 1]).collect();
    offsets.iter_mut().for_each(|offset| *offset = offset.rem_euclid(every));
    offsets.push(0);
    offsets.sort_unstable();
    offsets.dedup();
    let ticks_in = |offset: i64| -> u64 {
        let before = |moment: i64| count(moment - start - offset, every);
        open.iter().map(|(from, to)| before(*to) - before(*from)).sum()
    };
    let at = |offset: i64| Timestamp::from_millisecond(start.saturating_add(offset)).unwrap_or(period.start);
    let fewest = offsets.iter().copied().min_by_key(|offset| ticks_in(*offset)).unwrap_or(0);
    let most = offsets.iter().copied().max_by_key(|offset| (ticks_in(*offset), -offset)).unwrap_or(0);
    (at(fewest), at(most))
}

/// From a moment until before another, in milliseconds since the epoch.
pub type Stretch = (i64, i64);

/// The stretches of the period in which the window is open.
pub fn open_stretches(period: &Period, window: &ActiveHours) -> Vec<Stretch> {
    let (start, end) = (period.start.as_millisecond(), period.end.as_millisecond());
    let zone = match window {
        ActiveHours::Always => return vec![(start, end)],
        ActiveHours::Never => return Vec::new(),
        ActiveHours::Daily { zone, .. } => zone,
    };
    // The wall clock jumps only at whole minutes of UTC in every zone in use, and windows open on minutes.
    let mut edges: Vec<i64> = boundaries(period, window, zone);
    edges.push(end);
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut from = start;
    for edge in edges {
        let open = Timestamp::from_millisecond(from).is_ok_and(|at| window.contains(at));
        if open && edge > from {
            match stretches.last_mut() {
                Some(last) if last.1 == from => last.1 = edge,
                _ => stretches.push((from, edge)),
            }
        }
        from = edge;
    }
    stretches
}

/// Every moment within the period at which the window can open or close: its bounds on each day, and clock changes.
fn boundaries(period: &Period, window: &ActiveHours, zone: &TimeZone) -> Vec<i64> {
    let ActiveHours::Daily { start, end, .. } = window else { return Vec::new() };
    let mut edges = Vec::new();
    let mut day = zone.to_datetime(period.start).date().yesterday().ok();
    let last = zone.to_datetime(period.end).date();
    while let Some(date) = day.filter(|date| *date <= last) {
        for minute in [*start, *end % 1440] {
            let time = jiff::civil::time((minute / 60) as i8, (minute % 60) as i8, 0, 0);
            let ambiguous = zone.to_ambiguous_timestamp(date.to_datetime(time));
            edges.extend(ambiguous.earlier().map(Timestamp::as_millisecond));
            edges.extend(ambiguous.later().map(Timestamp::as_millisecond));
        }
        day = date.tomorrow().ok();
    }
    let changes = zone.following(period.start).map(|change| change.timestamp());
    edges.extend(changes.take_while(|at| *at < period.end).map(Timestamp::as_millisecond));
    let (start, end) = (period.start.as_millisecond(), period.end.as_millisecond());
    edges.retain(|edge| (start..end).contains(edge));
    edges.sort_unstable();
    edges.dedup();
    edges
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn runs(period: &Period, every: u64, anchor: Timestamp, window: &ActiveHours) -> (usize, usize) {
        let ticks = Ticks::new(period, every, anchor);
        let inside = |at: &i64| window.contains(Timestamp::from_millisecond(*at).unwrap());
        (ticks.iter().count(), ticks.iter().filter(inside).count())
    }

    const HALF_HOUR: u64 = 1_800_000;

    #[test]
    fn thirty_days_of_half_hours_are_1440_ticks() {
        let period = Period::thirty_days(date(2026, 11, 1), TimeZone::UTC).unwrap();
        assert_eq!(runs(&period, HALF_HOUR, period.start, &ActiveHours::Always), (1440, 1440));
        assert_eq!(period.days(), 30);
    }

    #[test]
    fn march_in_new_york_loses_an_hour() {
        let new_york = zone("America/New_York");
        let period = Period::month(date(2027, 3, 1), new_york.clone()).unwrap();
        let night = ActiveHours::new(Some("00:00"), Some("06:00"), new_york, true);
        assert_eq!(runs(&period, HALF_HOUR, period.start, &night), (1486, 370));
        assert_eq!(period.days(), 31);
    }

    /// `fixtures/openclaw` case GH75487: slots at :21 past 03, 07, 11… UTC against 08:00–23:00 in Shanghai.
    #[test]
    fn half_of_the_slots_fall_into_quiet_hours() {
        let period = Period::thirty_days(date(2026, 5, 1), TimeZone::UTC).unwrap();
        let day = ActiveHours::new(Some("08:00"), Some("23:00"), zone("Asia/Shanghai"), true);
        let anchor = "2026-05-01T03:21:00Z".parse().unwrap();
        assert_eq!(runs(&period, 4 * 3_600_000, anchor, &day), (180, 90));
    }

    #[test]
    fn extreme_anchors_bound_every_other_anchor() {
        let new_york = zone("America/New_York");
        for (every, window) in [
            (4 * 3_600_000, ActiveHours::new(Some("08:00"), Some("23:00"), zone("Asia/Shanghai"), true)),
            (7 * 86_400_000, ActiveHours::Always),
            (3_300_000, ActiveHours::new(Some("22:00"), Some("06:00"), new_york.clone(), true)),
            (5_400_000, ActiveHours::new(Some("01:30"), Some("02:30"), new_york.clone(), true)),
        ] {
            let period = Period::month(date(2027, 3, 1), new_york.clone()).unwrap();
            let (fewest, most) = extreme_anchors(&period, every, &open_stretches(&period, &window));
            let count = |anchor| runs(&period, every, anchor, &window).1;
            for step in 0..97 {
                let anchor = period.start.as_millisecond() + (every / 97 * step) as i64;
                let counted = count(Timestamp::from_millisecond(anchor).unwrap());
                assert!((count(fewest)..=count(most)).contains(&counted), "{every} {counted}");
            }
        }
    }

    #[test]
    fn stretches_agree_with_the_window_minute_by_minute() {
        for name in ["America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"] {
            let period = Period::month(date(2026, 10, 1), zone(name)).unwrap();
            let window = ActiveHours::new(Some("01:15"), Some("02:45"), zone(name), true);
            let open = open_stretches(&period, &window);
            for at in (period.start.as_millisecond()..period.end.as_millisecond()).step_by(60_000) {
                let inside = open.iter().any(|(from, to)| (*from..*to).contains(&at));
                assert_eq!(inside, window.contains(Timestamp::from_millisecond(at).unwrap()), "{name} {at}");
            }
        }
    }

    #[test]
    fn absurd_intervals_stay_bounded() {
        let period = Period::thirty_days(date(2026, 11, 1), TimeZone::UTC).unwrap();
        let ticks = Ticks::new(&period, 1, period.start);
        assert!(ticks.iter().count() as u64 <= MAX_TICKS);
        assert_eq!(ticks.iter().count() as u64 + ticks.left_out, 2_592_000_000);
        let decade = Ticks::new(&period, 315_360_000_000, period.start);
        assert_eq!((decade.iter().count(), decade.left_out), (1, 0));
        let (fewest, _) = extreme_anchors(&period, 315_360_000_000, &open_stretches(&period, &ActiveHours::Always));
        assert_eq!(Ticks::new(&period, 315_360_000_000, fewest).iter().count(), 0);
        assert!(Period::month(date(9999, 12, 1), TimeZone::UTC).is_none());
        assert!(Period::month(date(9999, 1, 1), TimeZone::UTC).is_some());
    }
}
