//! Reaction delay: the time from an event to the next run, for an event at any moment of the active time (DESIGN
//! "Delay").

use super::schedule::Stretch;

/// Mean and worst delay in milliseconds of runs in some stretches of time; `None` when nothing ever runs.
pub(super) fn delay(open: &[Stretch], runs: &[i64]) -> Option<(u64, u64)> {
    let (first, last) = (*runs.first()?, *runs.last()?);
    let (mut sum, mut time, mut worst) = (0_i128, 0_i128, 0_i64);
    for &(open, close) in open {
        // Before the first and after the last run nothing is known of the neighbouring months.
        let (mut from, close) = (open.max(first), close.min(last));
        let mut next = runs.partition_point(|run| *run <= from);
        while from < close {
            let Some(&run) = runs.get(next) else { break };
            let to = run.min(close);
            let (longest, shortest) = (i128::from(run - from), i128::from(run - to));
            sum += (longest + shortest) * i128::from(to - from);
            time += i128::from(to - from);
            worst = worst.max(run - from);
            from = to;
            next += usize::from(run == to);
        }
    }
    let mean = if time > 0 { sum / (2 * time) } else { 0 };
    Some((u64::try_from(mean).ok()?, u64::try_from(worst).ok()?))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::gateway::active_hours::ActiveHours;
    use crate::simulate::schedule::{Period, Ticks, open_stretches};

    const HOUR: u64 = 3_600_000;

    fn delay_of(every: u64, window: &ActiveHours) -> (u64, u64) {
        let period = Period::thirty_days(date(2026, 11, 1), TimeZone::UTC).unwrap();
        let open = open_stretches(&period, window);
        let inside = |at: &i64| open.iter().any(|(from, to)| (*from..*to).contains(at));
        let runs: Vec<i64> = Ticks::new(&period, every, period.start).iter().filter(inside).collect();
        delay(&open, &runs).unwrap()
    }

    #[test]
    fn around_the_clock_the_mean_is_half_the_interval() {
        assert_eq!(delay_of(HOUR, &ActiveHours::Always), (HOUR / 2, HOUR));
    }

    /// 09:00–12:00 every 2h: runs at 10:00 only (ticks on even hours). Events 9–10 wait 0–1 h (mean ½), events 10–12
    /// wait until 10:00 of the next day, 22–24 h (mean 23): (1·½ + 2·23) / 3 = 15.5 h.
    #[test]
    fn an_event_after_the_days_last_run_waits_for_the_next_day() {
        let window = ActiveHours::new(Some("09:00"), Some("12:00"), TimeZone::UTC, true);
        assert_eq!(delay_of(2 * HOUR, &window), (31 * HOUR / 2, 24 * HOUR));
    }
}
