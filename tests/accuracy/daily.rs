//! Requests a day by automation in recorded stores, beside those that are predicted from the config, its jobs and the load
//! that the same records give.

use std::fmt::Write as _;

use clawbeat::analysis::Analysis;
use clawbeat::automations::JobKind;
use clawbeat::bill::Bill;
use clawbeat::calibrate::calibrate;
use clawbeat::money::Unit;
use clawbeat::records::{Records, TurnKind};
use clawbeat::simulate::costing::{Choice, Costing, Level};
use clawbeat::simulate::schedule::Period;
use clawbeat::simulate::{RequestKind, simulate};
use clawbeat::workload::Workload;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::held::{STORES, read};

/// An automation on a UTC day.
struct Day {
    name: String,
    date: Date,
    /// Hours of it that the records cover.
    hours: f64,
    predicted: u64,
    recorded: u64,
}

fn date(at: i64) -> Date {
    Timestamp::from_millisecond(at).unwrap().to_zoned(TimeZone::UTC).date()
}

fn days(store: &str) -> Vec<Day> {
    let (records, analysis) = read(store);
    let workload = calibrate(&records, &analysis.costing()).workload("the records").unwrap();
    let beats = records.requests.iter().filter(|request| request.kind == TurnKind::Heartbeat);
    let at: Vec<i64> = beats.map(|request| request.at).collect();
    let (first, last) = (at[0], at[at.len() - 1]);
    let mut days = Vec::new();
    let mut day = date(first);
    while day <= date(last) {
        let midnight = |day: Date| day.to_zoned(TimeZone::UTC).unwrap().timestamp().as_millisecond();
        let (start, end) = (midnight(day).max(first), midnight(day.tomorrow().unwrap()).min(last + 1));
        let moment = |ms| Timestamp::from_millisecond(ms).unwrap();
        let period = Period { start: moment(start), end: moment(end), zone: TimeZone::UTC };
        days.extend(on_day((&records, &analysis, &workload), (first, day), &period));
        day = day.tomorrow().unwrap();
    }
    days
}

fn on_day(
    (records, analysis, workload): (&Records, &Analysis, &Workload),
    (first, day): (i64, Date),
    period: &Period,
) -> Vec<Day> {
    let gateway = analysis.gateway();
    let anchor = Some(Timestamp::from_millisecond(first).unwrap());
    let costing = Costing::new(gateway, analysis.catalogue(), workload, period, anchor);
    let hours = period.ms() as f64 / 3_600_000.0;
    let recorded = |kind: TurnKind| {
        let own = records.requests.iter().filter(|request| request.kind == kind && date(request.at) == day);
        own.count() as u64
    };
    let beats = gateway.enrolled().map(|agent| {
        let (subject, choice) = (costing.subject(agent), Choice::present(agent));
        let model = costing.answering(agent, &choice);
        let mut predicted = 0;
        simulate(&costing.scenario(&subject, &choice, &model, Level::Typical, None), &mut |tick| {
            // No release stores hidden recaps any more.
            let stored = tick.requests.iter().filter(|request| request.kind != RequestKind::Recap);
            predicted += stored.count() as u64;
        });
        let name = format!("heartbeat of {}", agent.id);
        Day { name, date: day, hours, predicted, recorded: recorded(TurnKind::Heartbeat) }
    });
    let jobs = Bill::new(&costing, Unit::Usd).everything(&analysis.jobs, None, false).automations;
    let jobs = jobs.into_iter().filter(|one| one.kind != JobKind::Heartbeat && one.counted).map(|one| Day {
        name: one.name,
        date: day,
        hours,
        predicted: one.month.requests,
        recorded: recorded(TurnKind::Cron),
    });
    beats.chain(jobs).collect()
}

/// The rows of the page.
pub(crate) fn rows() -> String {
    let mut out = String::new();
    for (store, _) in STORES.into_iter().filter(|(store, _)| !store.starts_with("days")) {
        for day in days(store) {
            let Day { name, date, hours, predicted, recorded } = day;
            let _ = writeln!(out, "| `{store}` | {name} | {date} | {hours:.1} | {predicted} | {recorded} |");
        }
    }
    out
}

/// What is predicted of a whole store is what was recorded, give or take a tenth; a gateway that stands still for hours
/// runs less than is due.
#[test]
fn as_many_requests_are_predicted_as_were_recorded() {
    for (store, _) in STORES.into_iter().filter(|(store, _)| !store.starts_with("days")) {
        let days = days(store);
        let sum = |of: &dyn Fn(&Day) -> u64| days.iter().map(of).sum::<u64>() as f64;
        let (predicted, recorded) = (sum(&|day| day.predicted), sum(&|day| day.recorded));
        assert!(recorded > 40.0 && (predicted / recorded - 1.0).abs() < 0.1, "{store}: {predicted} for {recorded}");
    }
}
