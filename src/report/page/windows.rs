//! Does it fit? The share of each window that heartbeats take, in a sentence and as a table.

use super::super::{Report, WindowInfo};
use super::{Block, Column, Line, Section, Table};
use crate::bill::windows::Ends;
use crate::catalogue::plans::{Disclosure, QuotaSpan, QuotaUnit};
use crate::money::{Money, Unit};
use crate::plan::fit::UNKNOWN;
use crate::words::{rough, rough_percent, tokens};

/// The answer for each plan in a sentence, of its fullest window; and in the fewest words.
pub(in crate::report) fn sentences(report: &Report) -> Vec<(String, String)> {
    let mut told: Vec<&[String]> = Vec::new();
    let mut first = report.totals.windows.iter().filter(|window| {
        let known = told.contains(&&window.plans[..]);
        told.push(&window.plans);
        !known
    });
    std::iter::from_fn(|| first.next()).map(|window| (sentence(window), briefly(window))).collect()
}

fn sentence(window: &WindowInfo) -> String {
    let then = window.recommended.and_then(|then| then.share);
    let alone =
        TakenOfWindow { who: "Heartbeats alone", used: window.used, share: window.share, left: window.left, then };
    let Some(with) = window.with_jobs else { return taken(window, &alone, window.runs_out_after_ms) };
    let all = TakenOfWindow { who: "Jobs", used: with.used, share: with.share, left: with.left, then: None };
    if window.used == Some(Money::ZERO) {
        return taken(window, &all, with.runs_out_after_ms);
    }
    let Some(share) = with.share else { return taken(window, &alone, window.runs_out_after_ms) };
    let out = runs_out(window, with.runs_out_after_ms).filter(|_| share.high > ALL);
    let out = out.map_or(String::new(), |when| format!(", used up {when}"));
    let left =
        with.left.filter(|_| share.high <= ALL).map(|left| format!("; {} left for you", between(left, window.unit)));
    let beside = format!("with the jobs that run beside them {}{out}{}", shares(share), left.unwrap_or_default());
    // What is left is told once, of all of it.
    let alone = TakenOfWindow { left: None, ..alone };
    format!("{} {}.", taken(window, &alone, window.runs_out_after_ms), capital(&beside))
}

/// The share, where there is room for no more; where none is known, all there is to say is short.
fn briefly(window: &WindowInfo) -> String {
    let (Some(share), span) = (window.share, window.window.words()) else { return sentence(window) };
    let of = match window.unit {
        QuotaUnit::Usd => "dollars",
        unit => unit.words(),
    };
    let with = window.with_jobs.and_then(|with| with.share).map(|share| format!(", {} with the jobs", shares(share)));
    let then =
        window.recommended.and_then(|then| then.share).map(|then| format!(", {} after the changes", shares(then)));
    let [with, then] = [with, then].map(Option::unwrap_or_default);
    format!("{}: heartbeats take {} of its {of} {span}{with}{then}.", capital(&window.plan), shares(share))
}

/// All of a window, in percent.
const ALL: Money = Money::from_pico(100_000_000_000_000);

/// What somebody takes of a window.
struct TakenOfWindow {
    who: &'static str,
    used: Option<Money>,
    share: Option<Ends>,
    left: Option<Ends>,
    /// The share after the plan's changes, where these change it.
    then: Option<Ends>,
}

fn taken(window: &WindowInfo, taken: &TakenOfWindow, runs_out_after_ms: Option<u64>) -> String {
    let (unit, span) = (counted(window.unit), window.window.words());
    let (Some(limit), Some(used), Some(share)) = (window.limit, taken.used, taken.share) else {
        return match (window.limit, taken.used) {
            (Some(limit), None) => format!(
                "{} allows {}{unit} {span}; what heartbeats take of them is not known.",
                capital(&window.plan),
                between(limit, window.unit)
            ),
            _ => format!("How much {} allows is not published.", window.plan),
        };
    };
    let who = taken.who;
    let which = match window.plans.as_slice() {
        [] | [_] => String::new(),
        [first, ..] => format!(" (which? --plan {first})"),
    };
    let doubt = match window.disclosure {
        Disclosure::Published | Disclosure::Unpublished => "",
        Disclosure::Withdrawn => " The vendor no longer publishes that limit.",
        Disclosure::Reported => " Users report that limit; the vendor does not publish it.",
    };
    let out = runs_out(window, runs_out_after_ms);
    if share.low > ALL {
        let when = out.map_or(String::new(), |when| format!(" and is used up {when}"));
        let then = taken.then.map_or(String::new(), |then| format!(" With the changes they take {}.", shares(then)));
        return format!(
            "{who} need {}{unit} {span}, but {}{which} allows {}{when}.{then}{doubt}",
            figure(used, window.unit),
            window.plan,
            between(limit, window.unit)
        );
    }
    let then = taken.then.map_or(String::new(), |then| format!(", with the changes {}", shares(then)));
    let rest = match (share.high > ALL, out, taken.left) {
        (true, Some(when), _) => format!("; at the lowest limit it is used up {when}"),
        (_, _, Some(left)) => format!("; {} left for you", between(left, window.unit)),
        _ => String::new(),
    };
    format!(
        "{who} take {} of {}{unit} {span} on {}{which}: {}{then}{rest}.{doubt}",
        figure(used, window.unit),
        between(limit, window.unit),
        window.plan,
        shares(share)
    )
}

pub(super) fn shares(share: Ends) -> String {
    match [share.low, share.high].map(rough_percent) {
        [low, high] if low == high => low,
        [low, high] => format!("{low} to {high}"),
    }
}

/// What became of the share that was asked for.
pub(in crate::report) fn fit(report: &Report) -> Option<String> {
    let fit = report.totals.fit?;
    let most = format!("{}% of what the plan allows", fit.percent);
    let share = fit.share.map_or(String::new(), rough_percent);
    let beside = if fit.jobs_share.is_some() { ", jobs included" } else { "" };
    Some(match (fit.reached, fit.jobs_share.filter(|jobs| *jobs > fit.percent)) {
        (Some(true), _) if report.agents.iter().all(|agent| agent.changes.is_empty()) => {
            format!("That is under {most} as it is{beside}.")
        }
        (Some(true), _) => {
            format!("The changes below are the smallest that keep it under {most}: it is then {share}{beside}.")
        }
        (Some(false), Some(jobs)) => format!(
            "The jobs alone take {} of what the plan allows, so no change of the heartbeats keeps it under {}%.",
            rough_percent(jobs),
            fit.percent
        ),
        (Some(false), None) => {
            let verb = if report.agents.iter().all(|agent| agent.changes.is_empty()) { "stays at" } else { "is then" };
            format!("The plan cannot keep it under {most}: it {verb} {share}{beside}.")
        }
        (None, _) => format!("Nothing can be fitted: {UNKNOWN}."),
    })
}

/// When the lowest limit is reached, in a clause.
fn runs_out(window: &WindowInfo, after_ms: Option<u64>) -> Option<String> {
    let minutes = after_ms? / 60_000;
    let (hours, minutes) = (minutes / 60, minutes % 60);
    Some(match window.window {
        QuotaSpan::Day => {
            let zone = window.zone.as_deref().unwrap_or("UTC").rsplit('/').next().unwrap_or_default().replace('_', " ");
            format!("by {hours:02}:{minutes:02} {zone} time").replace("UTC time", "UTC")
        }
        QuotaSpan::Week | QuotaSpan::Month => match hours / 24 {
            0 => "on its first day".to_owned(),
            days => format!("after {days} day{}", if days == 1 { "" } else { "s" }),
        },
        _ if hours == 0 => format!("after {minutes} minutes"),
        _ => format!("after {hours} h {minutes:02} min"),
    })
}

/// The windows as a table: the plan, what is counted, what heartbeats take, the limit, the share, what is left.
pub(super) fn section(report: &Report) -> Section {
    let none = || "-".to_owned();
    let windows = &report.totals.windows;
    let beside = windows.iter().any(|window| window.with_jobs.is_some());
    let row = |window: &WindowInfo| {
        let with = window.with_jobs;
        let (share, left) = (window.share, with.map_or(window.left, |with| with.left));
        let with_jobs = with.map_or(share, |with| with.share).map_or_else(none, shares);
        let cells = [
            window.plan.clone(),
            format!("{} {}", window.unit.words(), window.window.words()),
            window.used.map_or_else(none, |used| figure(used, window.unit)),
            window.limit.map_or_else(none, |limit| between(limit, window.unit)),
            share.map_or_else(none, shares),
        ];
        let with_jobs = beside.then_some(with_jobs);
        let last = with_jobs.into_iter().chain([left.map_or_else(none, |left| between(left, window.unit))]);
        cells.into_iter().chain(last).map(Line::from).collect()
    };
    let figures = ["heartbeats", "limit", "share"].into_iter().chain(beside.then_some("with jobs"));
    let figures: Vec<Column> = figures.chain(["left for you"]).map(Column::figures).collect();
    let columns = [vec![Column::words("plan").spare(), Column::words("counted")], figures].concat();
    let mut blocks = Vec::new();
    if !windows.is_empty() {
        blocks.push(Table::of(columns, windows.iter().map(row)));
        let most = |window: &WindowInfo| Some(window.recommended.map_or(window.share, |then| then.share)?.high);
        if windows.iter().filter(|window| window.window != QuotaSpan::Minute).filter_map(most).any(|most| most > ALL) {
            blocks.push(Block::Text("It does not fit: --fit 50% finds the least changes that make it.".into()));
        }
        blocks.extend(aside(report).map(|text| Block::Text(text.into())));
    }
    Section::new("windows", "What the plan allows", blocks).folded()
}

/// What the same would cost by the token: a word aside, as nobody bills it.
fn aside(report: &Report) -> Option<String> {
    let running = report.enrolled().filter(|agent| agent.current.runs > 0);
    // Where a plan counts in dollars, the share is of that amount.
    let prices = running
        .filter(|agent| !agent.is_counted_in_dollars())
        .filter_map(|agent| Some(agent.billing.at_api_prices.as_ref()?.cost.typical));
    let sum = prices.reduce(|sum, next| sum + next)?;
    Some(format!("At API prices this would cost about {} a month; the plan does not bill it.", rough(sum, Unit::Usd)))
}

/// The ends of an amount of a plan's unit, without its name; dollars have their sign.
pub(super) fn between(ends: Ends, unit: QuotaUnit) -> String {
    match [ends.low, ends.high].map(|end| figure(end, unit)) {
        [low, high] if low == high => low,
        [low, high] => format!("{low} to {high}"),
    }
}

/// The name of a unit behind a figure that does not carry it.
pub(super) fn counted(unit: QuotaUnit) -> String {
    if unit == QuotaUnit::Usd { String::new() } else { format!(" {}", unit.words()) }
}

/// An amount of a plan's unit: whole where it is large, with two digits where it is small.
fn figure(amount: Money, unit: QuotaUnit) -> String {
    let whole = u64::try_from(amount.pico() / 1_000_000_000_000).unwrap_or_default();
    let sign = if unit == QuotaUnit::Usd { "$" } else { "" };
    let digits = match whole {
        10_000_000.. => tokens(whole),
        10.. => crate::words::count(amount.round_to(0).parse().unwrap_or(whole)),
        _ if amount.pico() % 1_000_000_000_000 == 0 => whole.to_string(),
        _ => amount.round_to(2),
    };
    format!("{sign}{digits}")
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
