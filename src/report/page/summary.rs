//! The figures that a reader takes away, and under what they hold.

use super::super::Report;
use super::windows;
use crate::money::{Money, Unit};
use crate::simulate::estimate::Estimate;
use crate::words::{amount, count, figure, percent, tokens};

/// A figure on its own.
pub(in crate::report) struct Tile {
    pub(in crate::report) id: &'static str,
    pub(in crate::report) name: &'static str,
    /// As a program reads it; `None` where it is unknown or no cost.
    pub(in crate::report) exact: Option<Money>,
    pub(in crate::report) figure: String,
    pub(in crate::report) notes: Vec<String>,
}

/// The month now, once heartbeats are delivered, and after the plan.
pub(in crate::report) fn tiles(report: &Report) -> Vec<Tile> {
    let (totals, unit) = (&report.totals, report.unit);
    let later: Vec<&Estimate> = report.enrolled().filter_map(|agent| agent.once_delivered.as_ref()).collect();
    let mut tiles = vec![month("now", "A month now", &totals.current, unit)];
    if totals.current.runs == 0 && !later.is_empty() {
        tiles.push(month("once-routed", "Once delivered", &Estimate::sum(later.into_iter()), unit));
    }
    // A plan bills nothing: what is taken of it is what its owner pays.
    if report.plans_pay_the_rest() {
        let sent = format!("{} tokens", tokens(totals.current.tokens.all()));
        tiles.iter_mut().take(1).for_each(|now| now.figure.clone_from(&sent));
        let taken = totals.windows.iter().find(|window| window.used.is_some_and(|used| used > Money::ZERO));
        let share = taken.and_then(|window| Some((window, window.share?, window.limit?)));
        tiles.extend(share.map(|(window, share, limit)| Tile {
            id: "of-plan",
            name: "Of the plan",
            exact: None,
            figure: windows::shares(share),
            notes: vec![format!(
                "of {}{} {}",
                windows::between(limit, window.unit),
                windows::counted(window.unit),
                window.window.words()
            )],
        }));
    }
    if let Some(saving) = totals.saving.filter(|saving| saving.amount > Money::ZERO) {
        tiles.push(month("after", "After the change", &totals.recommended, unit));
        tiles.push(Tile {
            id: "saved",
            name: "Saved",
            exact: None,
            figure: amount(saving.amount, unit),
            notes: saving.percent.map(|share| format!("{} of it", percent(share))).into_iter().collect(),
        });
    }
    tiles
}

fn month(id: &'static str, name: &'static str, month: &Estimate, unit: Unit) -> Tile {
    let range = month.cost.filter(|cost| cost.low < cost.high);
    let range = range.map(|cost| format!("between {} and {}", figure(cost.low, unit), figure(cost.high, unit)));
    let runs = format!("{} runs of {} ticks", count(month.runs), count(month.ticks));
    Tile {
        id,
        name,
        exact: month.typical(),
        figure: month.typical().map_or("unknown".to_owned(), |typical| amount(typical, unit)),
        notes: range.into_iter().chain([runs]).collect(),
    }
}

/// The release, who named it, and the time covered.
pub(in crate::report) fn holds_for(report: &Report) -> String {
    let (config, period) = (&report.config, &report.period);
    let start = period.start.get(..10).unwrap_or(&period.start);
    let (release, origin) = (config.release, &config.release_origin);
    format!("OpenClaw {release} ({origin}) · {} days from {start}, {}", period.days, period.timezone)
}
