//! Does it fit? What the heartbeats alone take of each window of a flat plan or a free quota, what that leaves for the person,
//! and when it runs out: as values, in a sentence, and as the rows of a table.

use serde::Serialize;

use super::Report;
use crate::bill::windows::{Runner, Window, windows};
use crate::catalogue::plans::{Disclosure, QuotaUnit, Span};
use crate::gateway::Agent;
use crate::money::{Money, Unit};
use crate::simulate::costing::{Choice, Costing};
use crate::words::{rough, rough_percent, tokens};

/// The name of the section.
pub(super) const TITLE: &str = "What the plan allows";

/// One window of a plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WindowInfo {
    /// The tier, or what pays where it is not known.
    pub plan: &'static str,
    /// The tiers that the config may mean, by the ids that `--plan` takes.
    pub plans: Vec<&'static str>,
    /// What is counted.
    pub unit: QuotaUnit,
    /// In which time.
    pub window: Span,
    /// How much of it is allowed; null where that is not known.
    pub limit: Option<Ends>,
    /// The most that the heartbeats use in such a time, counted as dear as it may be; null where that is not known.
    pub used: Option<Money>,
    /// How much of the limit that is, in percent, to six digits.
    pub share: Option<Ends>,
    /// What is left for the person.
    pub left: Option<Ends>,
    /// How long after its start the lowest limit is reached, in milliseconds: since midnight for a day. Null where it is not.
    pub runs_out_after_ms: Option<u64>,
    /// Who says that the limit holds.
    pub disclosure: Disclosure,
    /// Where it stands, with the date it was read.
    pub source: String,
    /// The zone of a day.
    #[serde(skip)]
    zone: Option<&'static str>,
}

/// The ends of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Ends {
    /// The least.
    pub low: Money,
    /// The most.
    pub high: Money,
}

/// The windows of the plans that pay for some agents, as they are now.
pub(super) fn of(costing: &Costing<'_>, agents: &[&Agent]) -> Vec<WindowInfo> {
    let parts = agents.iter().filter(|agent| agent.enrolment.is_enrolled()).map(|agent| {
        let choice = Choice::present(agent);
        let model = costing.model(&choice.model, choice.retention);
        (costing.subject(agent), choice, model, costing.always_skipped(agent))
    });
    let parts: Vec<_> = parts.filter(|(_, _, model, _)| model.found.plan.is_some()).collect();
    let runners = parts.iter();
    let runners = runners.map(|(subject, choice, model, skipped)| Runner { subject, choice, model, skipped: *skipped });
    let runners: Vec<Runner<'_>> = runners.collect();
    windows(costing, &runners).iter().map(info).collect()
}

fn info(window: &Window) -> WindowInfo {
    let ends = |(low, high)| Ends { low, high };
    let whole = |count: u64| Money::from_pico(i128::from(count) * 1_000_000_000_000);
    let mut sources: Vec<String> = Vec::new();
    for quota in &window.quotas {
        let read = quota.date.map_or_else(|| quota.source.to_owned(), |date| format!("{}, {date}", quota.source));
        if !sources.contains(&read) {
            sources.push(read);
        }
    }
    WindowInfo {
        plan: match window.plans.as_slice() {
            [one] => one.name,
            _ => window.offer.words,
        },
        plans: window.plans.iter().map(|plan| plan.id).collect(),
        unit: window.unit,
        window: window.span,
        limit: window.limit.map(|limit| Ends { low: whole(limit.low), high: whole(limit.high) }),
        used: window.used.map(|(_, most)| most),
        share: window.share().map(ends),
        left: window.left().map(ends),
        runs_out_after_ms: window.runs_out_after,
        disclosure: window.quotas.iter().map(|quota| quota.disclosure).max().unwrap_or(Disclosure::Unpublished),
        source: sources.join("; "),
        zone: window.quotas.first().and_then(|quota| quota.zone),
    }
}

/// The answer for each plan in a sentence: of its fullest window.
pub(super) fn sentences(report: &Report) -> Vec<String> {
    let mut told: Vec<&[&str]> = Vec::new();
    let mut first = report.totals.windows.iter().filter(|window| {
        let known = told.contains(&&window.plans[..]);
        told.push(&window.plans);
        !known
    });
    std::iter::from_fn(|| first.next()).map(sentence).collect()
}

fn sentence(window: &WindowInfo) -> String {
    let (unit, span) = (window.unit.words(), window.window.words());
    let (Some(limit), Some(used), Some(share)) = (window.limit, window.used, window.share) else {
        return match (window.limit, window.used) {
            (Some(limit), None) => format!(
                "{} allows {} {unit} {span}; what heartbeats take of them is not known.",
                capital(window.plan),
                between(limit, "to")
            ),
            _ => format!("How much {} allows is not published.", window.plan),
        };
    };
    let which = match window.plans.as_slice() {
        [] | [_] => String::new(),
        [first, ..] => format!(" (which? --plan {first})"),
    };
    let doubt = match window.disclosure {
        Disclosure::Published | Disclosure::Unpublished => "",
        Disclosure::Withdrawn => " The vendor no longer publishes that limit.",
        Disclosure::Reported => " Users report that limit; the vendor does not publish it.",
    };
    let all = Money::from_pico(100_000_000_000_000);
    if share.low > all {
        let when = runs_out(window).map_or(String::new(), |when| format!(", which is used up {when}"));
        return format!(
            "Heartbeats alone need {} {unit} {span}, but {}{which} allows {}{when}.{doubt}",
            figure(used),
            window.plan,
            between(limit, "to")
        );
    }
    let shares = match share.low == share.high {
        true => rough_percent(share.low),
        false => format!("{} to {}", rough_percent(share.low), rough_percent(share.high)),
    };
    let rest = match (share.high > all, runs_out(window), window.left) {
        (true, Some(when), _) => format!("; at the lowest limit it is used up {when}"),
        (_, _, Some(left)) => format!("; {} left for you", between(left, "to")),
        _ => String::new(),
    };
    format!(
        "Heartbeats alone take {} of {} {unit} {span} on {}{which}: {shares}{rest}.{doubt}",
        figure(used),
        between(limit, "to"),
        window.plan
    )
}

/// What a plan's terms forbid, where an agent does it.
pub(super) fn forbidden(costing: &Costing<'_>, agent: &Agent) -> Option<String> {
    let choice = Choice::present(agent);
    choice.every.ms()?;
    let offer = costing.model(&choice.model, choice.retention).found.plan?;
    let forbids = offer.forbids.as_ref()?;
    Some(format!("the terms of {} forbid {} ({})", offer.words, forbids.what, forbids.source))
}

/// The tier that the user names, where it pays for none of the windows of agents that run.
pub(super) fn stray<'w>(costing: &Costing<'_>, mut windows: impl Iterator<Item = &'w WindowInfo>) -> Option<String> {
    let told = costing.workload.plan?;
    (!windows.any(|window| window.plans.contains(&told.id)))
        .then(|| format!("{} (--plan {}) pays for no agent that runs", told.name, told.id))
}

/// What became of the share that was asked for.
pub(super) fn fit(report: &Report) -> Option<String> {
    let fit = report.totals.fit?;
    let most = format!("{}% of what the plan allows", fit.percent);
    let share = fit.share.map_or(String::new(), |share| rough_percent(share).to_string());
    Some(match fit.reached {
        Some(true) if report.agents.iter().all(|agent| agent.changes.is_empty()) => {
            format!("That is under {most} as it is.")
        }
        Some(true) => format!("With the changes below it is {share}: the smallest that keep it under {most}."),
        Some(false) => format!("Nothing the plan may change brings it under {most}; it stays at {share}."),
        None => format!("Whether it stays under {most} is unknown: no plan with known limits pays."),
    })
}

/// When the lowest limit is reached, in a clause.
fn runs_out(window: &WindowInfo) -> Option<String> {
    let minutes = window.runs_out_after_ms? / 60_000;
    let (hours, minutes) = (minutes / 60, minutes % 60);
    Some(match window.window {
        Span::Day => {
            let zone = window.zone.unwrap_or("UTC").rsplit('/').next().unwrap_or_default().replace('_', " ");
            format!("by {hours:02}:{minutes:02} {zone} time").replace("UTC time", "UTC")
        }
        Span::Week | Span::Month => match hours / 24 {
            0 => "on its first day".to_owned(),
            days => format!("after {days} day{}", if days == 1 { "" } else { "s" }),
        },
        _ if hours == 0 => format!("after {minutes} minutes"),
        _ => format!("after {hours} h {minutes:02} min"),
    })
}

/// The windows as the rows of a table: the plan, what is counted, what heartbeats take, the limit, the share, what is left.
pub(super) fn rows(report: &Report) -> Vec<[String; 6]> {
    let none = || "-".to_owned();
    let row = |window: &WindowInfo| {
        [
            window.plan.to_owned(),
            format!("{} {}", window.unit.words(), window.window.words()),
            window.used.map_or_else(none, figure),
            window.limit.map_or_else(none, |limit| between(limit, "to")),
            window.share.map_or_else(none, |share| match share.low == share.high {
                true => rough_percent(share.low),
                false => format!("{} to {}", rough_percent(share.low), rough_percent(share.high)),
            }),
            window.left.map_or_else(none, |left| between(left, "to")),
        ]
    };
    report.totals.windows.iter().map(row).collect()
}

/// What the same would cost by the token: a word aside, as nobody bills it.
pub(super) fn aside(report: &Report) -> Option<String> {
    let running = report.enrolled().filter(|agent| agent.current.runs > 0);
    let prices = running.filter_map(|agent| Some(agent.billing.at_api_prices.as_ref()?.cost.typical));
    let sum = prices.reduce(|sum, next| sum + next)?;
    Some(format!("By the token the same would cost about {} a month; a plan bills none of it.", rough(sum, Unit::Usd)))
}

/// The headings of the table.
pub(super) const HEADINGS: [&str; 6] = ["plan", "counted", "heartbeats", "limit", "share", "left for you"];

fn between(ends: Ends, word: &str) -> String {
    match figure(ends.low) == figure(ends.high) {
        true => figure(ends.low),
        false => format!("{} {word} {}", figure(ends.low), figure(ends.high)),
    }
}

/// An amount of a plan's unit: whole where it is large, with two digits where it is small.
fn figure(amount: Money) -> String {
    let whole = u64::try_from(amount.pico() / 1_000_000_000_000).unwrap_or_default();
    match whole {
        10_000_000.. => tokens(whole),
        10.. => crate::words::count(amount.round_to(0).parse().unwrap_or(whole)),
        _ if amount.pico() % 1_000_000_000_000 == 0 => whole.to_string(),
        _ => amount.round_to(2),
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
