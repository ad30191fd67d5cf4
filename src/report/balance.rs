//! How long a balance lasts if nothing but heartbeats draws on it: all agents share it, so it is held against their sum.

use serde::Serialize;

use super::{AgentReport, Report};
use crate::money::{Money, Unit};
use crate::simulate::estimate::{Estimate, Range};
use crate::simulate::schedule::Period;
use crate::words::{amount, count, duration};

/// A balance in the report's unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Balance {
    /// What is there.
    pub amount: Money,
    /// With the heartbeats as they are.
    pub now: Lasts,
    /// After the plan.
    pub after: Lasts,
}

/// How long it lasts, in days of 24 hours with six digits, rounded half to even.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "lasts", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Lasts {
    /// Until it is used up.
    Days {
        /// At the typical cost.
        days: Money,
        /// At the high end.
        least_days: Money,
    },
    /// The heartbeats cost nothing.
    Forever {
        /// At the high end, where that is not nothing.
        least_days: Option<Money>,
    },
    /// A price is unknown.
    Unknown,
}

/// Holds a balance against a report over `period`. Where the release is assumed and the generations disagree, `now` is
/// the higher.
pub(super) fn balance(report: &Report, amount: Money, period: &Period) -> Balance {
    let lasts = |cost: Option<Range>| Lasts::of(amount, cost, period);
    // What a plan pays for does not draw on it.
    let billed = |month: fn(&AgentReport) -> &Estimate| {
        let priced = report.enrolled().map(month).filter(|month| month.cost.is_some());
        report.plans_pay_the_rest().then(|| Estimate::sum(priced).cost.unwrap_or_default())
    };
    // Until the plan is used up: what is paid then is in a known month already.
    let beyond = |cost: Range| Range { high: cost.high + report.beyond_plans(), ..cost };
    let now = report.higher_month().or_else(|| billed(|agent| &agent.current).map(beyond));
    let after = report.totals.recommended.cost.or_else(|| billed(|agent| &agent.recommended));
    Balance { amount, now: lasts(now), after: lasts(after) }
}

/// Heartbeats that cost nothing at all.
const FOREVER: Lasts = Lasts::Forever { least_days: None };

impl Lasts {
    fn of(balance: Money, cost: Option<Range>, period: &Period) -> Self {
        let Some(cost) = cost else { return Lasts::Unknown };
        // balance / (cost / minutes) / minutes of a day
        let per_minute = |cost: Money| balance.times_over(period.ms() / 60_000, cost, 1_440);
        match (per_minute(cost.typical), per_minute(cost.high)) {
            (Some(days), Some(least_days)) => Lasts::Days { days, least_days },
            (_, least_days) => Lasts::Forever { least_days },
        }
    }
}

/// The answer in a sentence.
pub(super) fn sentence(report: &Report) -> Option<String> {
    let balance = report.balance?;
    let held = amount(balance.amount, report.unit);
    let planned = report.enrolled().any(|agent| !agent.changes.is_empty());
    let then = match (&report.totals.other_generation, planned) {
        (_, false) => String::new(),
        (None, true) if balance.now == FOREVER && balance.after == FOREVER => String::new(),
        (None, true) => format!(" With the changes: {}.", said(balance.after)),
        (Some(_), true) => format!(" With the changes, on {}: {}.", report.config.release, said(balance.after)),
    };
    let whole = match report.unit {
        Unit::Credits => " Everything else the agents do comes out of the same credits.",
        Unit::Usd | Unit::Tokens => "",
    };
    let last = if report.unit == Unit::Credits { "last" } else { "lasts" };
    Some(match balance.now {
        Lasts::Unknown => format!("We cannot say how long {held} will last: not all prices are known.{then}"),
        FOREVER if report.plans_pay_the_rest() => {
            format!("{held} {last} forever: the plan that pays for the heartbeats does not draw on them.{then}")
        }
        FOREVER => format!("{held} {last} forever on heartbeats alone, as they cost nothing.{then}{whole}"),
        now => format!("{held} {last} {} on heartbeats alone.{then}{whole}", said(now)),
    })
}

fn said(lasts: Lasts) -> String {
    match lasts {
        Lasts::Unknown => "unknown".to_owned(),
        FOREVER => "forever".to_owned(),
        Lasts::Forever { least_days: Some(least) } => format!("forever (at worst {})", time(least)),
        Lasts::Days { days, least_days } if time(days) == time(least_days) => format!("about {}", time(days)),
        Lasts::Days { days, least_days } => format!("about {} (at worst {})", time(days), time(least_days)),
    }
}

/// Days in words; the first two in hours, more than a year in years.
fn time(days: Money) -> String {
    const PICO: i128 = 1_000_000_000_000;
    match u64::try_from(days.pico() / PICO).unwrap_or(u64::MAX) {
        0..2 => match u64::try_from(days.pico() * 86_400 / PICO).unwrap_or(0) {
            0 => "no time".to_owned(),
            seconds => duration(seconds * 1000),
        },
        days @ 2..366 => format!("{days} days"),
        days if days < 730 => "a year".to_owned(),
        days => format!("{} years", count(days / 365)),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::*;

    fn lasts(balance: &str, cost: [&str; 2], period: &Period) -> Lasts {
        let [typical, high] = cost.map(|cost| Money::parse(cost).unwrap());
        Lasts::of(Money::parse(balance).unwrap(), Some(Range { low: Money::ZERO, typical, high }), period)
    }

    fn days(days: &str, least_days: &str) -> Lasts {
        let [days, least_days] = [days, least_days].map(|days| Money::parse(days).unwrap());
        Lasts::Days { days, least_days }
    }

    #[test]
    fn a_balance_lasts_as_often_as_it_holds_a_month() {
        let november = Period::thirty_days(date(2026, 11, 1), TimeZone::UTC).unwrap();
        // 25 / 10 × 30 days; 25 / 50 × 30 days
        assert_eq!(lasts("25", ["10", "50"], &november), days("75", "15"));
        // 1 / 7 × 30 = 4.285714…, 1 / 13 × 30 = 2.307692…
        assert_eq!(lasts("1", ["7", "13"], &november), days("4.285714", "2.307692"));
        // A March in New York has 743 hours, which are 30.958333… days.
        let march = Period::month(date(2027, 3, 1), TimeZone::get("America/New_York").unwrap()).unwrap();
        assert_eq!(lasts("8", ["8", "8"], &march), days("30.958333", "30.958333"));
        // As much as there can be, against as little as there can be: 1e12 / 1e-12 × 30
        let ages = days("30000000000000000000000000", "30000000000000000000000000");
        assert_eq!(lasts("1000000000000", ["0.000000000001"; 2], &november), ages);
    }

    #[test]
    fn what_costs_nothing_lasts_forever() {
        let november = Period::thirty_days(date(2026, 11, 1), TimeZone::UTC).unwrap();
        assert_eq!(lasts("5", ["0", "0"], &november), Lasts::Forever { least_days: None });
        let least_days = Money::parse("15");
        assert_eq!(lasts("5", ["0", "10"], &november), Lasts::Forever { least_days });
        assert_eq!(said(Lasts::Forever { least_days }), "forever (at worst 15 days)");
        assert_eq!(lasts("0", ["1", "1"], &november), days("0", "0"));
        assert_eq!(said(days("0", "0")), "about no time");
        assert_eq!(said(days("1.5", "0.25")), "about 1d 12h (at worst 6h)");
        assert_eq!(said(days("6376", "400")), "about 17 years (at worst a year)");
    }
}
