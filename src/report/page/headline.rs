//! The answer in a sentence or two, the same in every format: what a month costs, directly under it what a flag asked, and
//! beside that what records say and what could be asked of the heartbeats themselves.

use super::super::{AgentReport, OtherGeneration, Report, against, balance, comparison, idle, measured, own_server};
use super::{Line, by_plan, everything, takes, windows};
use crate::levers::Lever;
use crate::money::Money;
use crate::releases::Behaviour;
use crate::rules::Verdict;
use crate::simulate::SkipReason;
use crate::simulate::estimate::{Estimate, Range};
use crate::simulate::spending::Purpose;
use crate::words::{amount, counted, plain, rough, rough_figure, rough_percent, tokens};
use crate::workload::measured::Basis;

/// What the heartbeats cost now and after the plan, and what was asked of that; a paragraph each.
pub(in crate::report) fn headline(report: &Report) -> Vec<String> {
    let mut paragraphs: Vec<String> = verdict(report).into_iter().collect();
    paragraphs.extend(unread(report));
    paragraphs.extend(overflowing(report));
    paragraphs.extend(everything::sentence(report));
    match &report.totals.other_generation {
        Some(other) => {
            paragraphs.push(either_generation(report, other));
            paragraphs.extend(skipped_here(report));
        }
        None => {
            let less = takes::with_changes(report).map_or(String::new(), |text| format!(" {text}"));
            paragraphs.push(month(report) + &less);
        }
    }
    paragraphs.extend(windows::sentences(report).into_iter().map(|(whole, _)| whole));
    paragraphs.extend(windows::fit(report));
    paragraphs.extend(against::sentence(report));
    paragraphs.extend(comparison::sentence(report));
    paragraphs.extend(budget(report));
    paragraphs.extend(balance::sentence(report));
    paragraphs.extend(own_server::sentence(report).filter(|_| own_server::is_asked(report)));
    paragraphs
}

/// What stands beside the answer unasked; a paragraph each.
pub(in crate::report) fn beside(report: &Report) -> impl Iterator<Item = String> {
    measured::sentence(report).into_iter().chain(idle::sentence(report))
}

/// A warning as a sentence of its own.
pub(in crate::report) fn sentence(warning: &str) -> String {
    if warning.is_empty() { String::new() } else { capitalized(warning) + "." }
}

/// A text with a capital first letter.
pub(in crate::report) fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or(String::new(), |first| format!("{}{}", first.to_uppercase(), characters.as_str()))
}

fn verdict(report: &Report) -> Option<String> {
    let what = match report.config.verdict {
        Verdict::Valid => return None,
        Verdict::Repaired => "calls this file invalid and repairs it at start",
        Verdict::Refused => "refuses this file and does not start with it",
    };
    let (problems, then) = match (report.config.verdict_after, report.mends.is_empty()) {
        (Verdict::Refused, true) => {
            (&report.config.problems, "The figures are as if that were fixed; clawbeat cannot fix it.")
        }
        // What has to be done by hand is named, not what the changes do.
        (Verdict::Refused, false) => (
            &report.config.problems_after,
            "clawbeat cannot fix that; the changes below fix the rest. The figures are as if all were fixed.",
        ),
        (_, true) => (&report.config.problems, "The figures are those of the repaired file."),
        (_, false) => {
            (&report.config.problems, "The changes below fix that first, and the figures are those of the fixed file.")
        }
    };
    let why = match problems.as_slice() {
        [] => String::new(),
        [one] => format!(": {}", plain(one)),
        [first, more @ ..] => format!(": {} (and {} more)", plain(first), more.len()),
    };
    Some(format!("OpenClaw {} {what}{why}. {then}", report.config.release))
}

fn unread(report: &Report) -> Option<String> {
    let files: Vec<String> = report.config.unread.iter().map(|file| format!("'{}'", plain(file))).collect();
    (!files.is_empty()).then(|| {
        let verb = if files.len() == 1 { "was" } else { "were" };
        format!("{} {verb} not read: what is included from there is not in these figures.", files.join(", "))
    })
}

/// A timer that fires each millisecond harms more than any cost.
fn overflowing(report: &Report) -> Option<String> {
    let is_over = |agent: &&AgentReport| agent.current.skips.contains_key(&SkipReason::TimerOverflow);
    let names: Vec<String> = report.enrolled().filter(is_over).map(|agent| format!("'{}'", plain(&agent.id))).collect();
    (!names.is_empty()).then(|| {
        format!(
            "The timer of OpenClaw {} cannot count the interval of {} and fires each millisecond instead: a whole CPU, a \
             log that grows fast, crashes. Write every: \"0m\" for off.",
            report.config.release,
            names.join(", ")
        )
    })
}

/// Whether a nought comes from a schedule that is off, where events still wake the agent.
fn is_off_alone(every: &str, report: &Report) -> bool {
    every == "0m" && Behaviour::of(report.config.release).wakes_while_off
}

fn skipped_here(report: &Report) -> Option<String> {
    let later = once_delivered(report).filter(|_| report.totals.current.runs == 0)?;
    let later = later_cost(report, &later);
    Some(format!(
        "On {} every heartbeat is skipped, as there is nowhere to deliver it to. {later}",
        report.config.release
    ))
}

fn month(report: &Report) -> String {
    let (unit, now) = (report.unit, &report.totals.current);
    match (now.cost, once_delivered(report)) {
        _ if report.enrolled().next().is_none() => {
            "No agent of this file runs heartbeats: they cost nothing.".to_owned()
        }
        (Some(cost), Some(later)) if now.runs == 0 && cost.high == Money::ZERO => {
            let later = later_cost(report, &later);
            format!(
                "Heartbeats cost nothing now: there is nowhere to deliver them to, so every one is skipped. {later}"
            )
        }
        (Some(cost), _) if now.runs > 0 && cost.high == Money::ZERO => {
            format!(
                "Heartbeats cost no money: their models have a price of 0. They send {} tokens a month.",
                tokens(now.tokens.prompt())
            )
        }
        (Some(cost), _) if now.runs > 0 && cost.typical == Money::ZERO && report.beyond_plans() > Money::ZERO => {
            format!(
                "Heartbeats cost no money while what is free lasts, and up to about {} a month once it is used up and a paid \
                 model answers.",
                rough(cost.high, unit)
            )
        }
        (Some(_), _) if report.enrolled().all(|agent| interval(agent) == Some("0m")) => {
            let wakes = report.enrolled().any(|agent| interval(agent).is_some_and(|every| is_off_alone(every, report)));
            let rest = if wakes { " Events still wake them, see the warnings." } else { "" };
            format!("Heartbeats cost nothing: they are switched off.{rest}")
        }
        (Some(_), _) if now.runs == 0 => "Heartbeats cost nothing: none of them runs in this month.".to_owned(),
        (Some(cost), _) => {
            let typical =
                format!("Heartbeats cost about {} a month.{}", rough(cost.typical, unit), between(report, cost));
            match (report.totals.saving, report.totals.recommended.cost) {
                (Some(saving), Some(then)) if saving.amount > Money::ZERO => {
                    let share =
                        saving.percent.map_or(String::new(), |share| format!(" ({} less)", rough_percent(share)));
                    let changes = report.agents.iter().flat_map(|agent| &agent.changes);
                    let mut intervals = changes.filter(|change| change.lever == Lever::Every);
                    let rest =
                        match intervals.any(|change| change.to.as_str().is_some_and(|to| is_off_alone(to, report))) {
                            true => " \"0m\" stops the schedule only, see the warnings.",
                            false => "",
                        };
                    // Rounded alike, they would seem to be the same.
                    let same = rough(cost.typical, unit) == rough(then.typical, unit);
                    let then = if same { amount(then.typical, unit) } else { rough(then.typical, unit) };
                    format!("{typical} With the changes below: about {then}{share}.{rest}")
                }
                _ => typical,
            }
        }
        (None, _) => unknown(report),
    }
}

/// How far off the figure may be, and what decides that.
fn between(report: &Report, cost: Range) -> String {
    let (low, high) = (rough_figure(cost.low, report.unit), rough(cost.high, report.unit));
    if low == rough_figure(cost.high, report.unit) {
        return String::new();
    }
    let has_conversation = |agent: &&AgentReport| {
        let parts = agent.spending.iter().flat_map(|spending| &spending.parts);
        agent.current.runs > 0
            && parts.into_iter().any(|part| part.name == Purpose::Conversation && part.cost > Some(Money::ZERO))
    };
    let talking: Vec<&AgentReport> = report.enrolled().filter(has_conversation).collect();
    let by = match talking.as_slice() {
        _ if report.measured.is_some() => match report.assumptions.iter().any(|one| one.basis == Basis::Blended) {
            true => "the few days on record",
            false => "the days on record",
        },
        [] => "what the file does not say",
        agents if agents.iter().any(|agent| agent.holds_chat) => "how long your chats are",
        _ => "how much each heartbeat adds to its conversation",
    };
    let by = match report.beyond_plans() > Money::ZERO {
        true => format!("{by} and on how long the plan lasts"),
        false => by.to_owned(),
    };
    match cost.low {
        // What makes it nothing is told in a warning: it is not what decides the rest.
        Money::ZERO => format!(" (Up to {high}, depending on {by}.)"),
        _ if report.measured.is_some() => format!(" (Between {low} and {high}, by {by}.)"),
        _ => format!(" (Between {low} and {high}, depending on {by}.)"),
    }
}

/// The interval of an agent as the config would write it.
fn interval(agent: &AgentReport) -> Option<&str> {
    agent.settings.get("every")?.value.as_str()
}

/// Why the cost of all is unknown, and what of it is known.
fn unknown(report: &Report) -> String {
    let (unit, spent) = (report.unit, report.totals.current.tokens);
    let known = report.totals.known_part.as_ref().filter(|known| known.runs > 0);
    let known = known.and_then(|known| known.cost);
    let elsewhere: Vec<&AgentReport> = report
        .enrolled()
        .filter(|agent| agent.current.cost.is_none() && agent.model.price_unit.is_some_and(|other| other != unit))
        .collect();
    let uncounted = report.enrolled().filter(|agent| agent.current.cost.is_none()).count();
    let on_plans: Vec<&AgentReport> =
        report.enrolled().filter(|agent| agent.current.cost.is_none() && agent.model.plan.is_some()).collect();
    if on_plans.len() == uncounted {
        return by_plan::sentence(report, &on_plans, known);
    }
    match known {
        Some(known) if elsewhere.len() == uncounted => {
            let verb = if uncounted == 1 { "is" } else { "are" };
            format!(
                "The heartbeats that are billed in {unit} cost about {} a month.{} {} {verb} billed in another \
                 unit, see --billing.",
                rough(known.typical, unit),
                between(report, known),
                counted(uncounted, "agent")
            )
        }
        _ => {
            let known = known.map_or(String::new(), |known| {
                format!(" The others cost about {} a month.", rough(known.typical, unit))
            });
            let whose = match unpriced(report).as_slice() {
                [] => "We don't know all prices".to_owned(),
                [one] => format!("We don't know the price of {one}"),
                [one, more @ ..] => format!("We don't know the prices of {one} and {} more", more.len()),
            };
            let paid = by_plan::pay_for(&on_plans).map_or(String::new(), |paid| format!(" {}", sentence(&paid)));
            format!(
                "{whose}, so there is no total. The heartbeats send {} and write {} tokens a month.{known}{paid}",
                tokens(spent.prompt()),
                tokens(spent.output)
            )
        }
    }
}

/// The models without a known price.
fn unpriced(report: &Report) -> Vec<String> {
    let without = |agent: &&AgentReport| agent.current.cost.is_none() && agent.model.price_unit.is_none();
    let agents = report.enrolled().filter(without).filter(|agent| agent.model.plan.is_none());
    let models = agents.filter_map(|agent| agent.settings.get("model")?.value.as_str());
    let mut models: Vec<String> = models.map(plain).collect();
    models.sort_unstable();
    models.dedup();
    models
}

fn budget(report: &Report) -> Option<String> {
    let budget = report.totals.budget?;
    let (most, floor) = (amount(budget.amount, report.unit), amount(budget.floor, report.unit));
    Some(match budget.reached {
        Some(true) if report.agents.iter().all(|agent| agent.changes.is_empty()) => {
            let while_it_lasts = if report.beyond_plans() > Money::ZERO { ", while the plan lasts" } else { "" };
            format!("That is under {most} a month as it is{while_it_lasts}. The lowest possible is {floor}.")
        }
        Some(true) => format!(
            "These are the smallest changes that bring it under {most} a month. The lowest possible is {floor}."
        ),
        Some(false) => {
            format!("Nothing the plan may change brings it under {most} a month: the lowest possible is {floor}.")
        }
        None => format!("We cannot say whether it stays under {most} a month: not all prices are known."),
    })
}

fn later_cost(report: &Report, later: &Estimate) -> String {
    let unit = report.unit;
    match later.cost {
        Some(cost) if cost.high == Money::ZERO => "Once they can be delivered they still cost no money.".to_owned(),
        Some(cost) => {
            format!(
                "Once they can be delivered they cost about {} a month (between {} and {}).",
                rough(cost.typical, unit),
                rough_figure(cost.low, unit),
                rough(cost.high, unit)
            )
        }
        None => format!("Once they can be delivered they {}.", by_plan::taken(report, later)),
    }
}

/// Both figures, the higher first, where nothing says which generation of releases runs the file.
fn either_generation(report: &Report, other: &OtherGeneration) -> String {
    let unit = report.unit;
    let mut figures = [(report.config.release, &report.totals.current), (other.release, &other.current)];
    // An unknown cost may be any.
    figures.sort_by_key(|(_, month)| {
        std::cmp::Reverse(month.cost.map_or(Money::from_pico(i128::MAX), |cost| cost.typical))
    });
    let is_priced = [report.totals.current.cost, other.current.cost].iter().all(Option::is_some);
    // Where one has no price each says what it does.
    let (first, each) = if is_priced { ("cost ", "") } else { ("", "cost ") };
    let say = |month: &Estimate| match month.cost {
        None => by_plan::taken(report, month),
        Some(range) if range.high == Money::ZERO => format!("{each}nothing"),
        Some(range) => {
            let (low, [typical, high]) =
                (rough_figure(range.low, unit), [range.typical, range.high].map(|cost| rough(cost, unit)));
            match low == rough_figure(range.high, unit) {
                true => format!("{each}about {typical} a month"),
                false => format!("{each}about {typical} a month (between {low} and {high})"),
            }
        }
    };
    if report.config.verdict == Verdict::Refused {
        return format!(
            "Once the file is put right, heartbeats {first}{} on OpenClaw {} and {} on {}. The file does not say which; pin \
             it with --openclaw-version.",
            say(&other.current),
            other.release,
            say(&report.totals.current),
            report.config.release
        );
    }
    let [(dear, most), (cheap, least)] = figures;
    format!(
        "Heartbeats {first}{} if OpenClaw {dear} runs this file and {} if {cheap} does. The file does not say which; \
         pin it with --openclaw-version.",
        say(most),
        say(least)
    )
}

fn once_delivered(report: &Report) -> Option<Estimate> {
    let later: Vec<&Estimate> = report.enrolled().filter_map(|agent| agent.once_delivered.as_ref()).collect();
    (!later.is_empty()).then(|| Estimate::sum(later.into_iter()))
}

/// Agents that are named where many do not run.
const NAMED: usize = 8;

/// Who does not run beside those who do, and why.
pub(in crate::report) fn not_running(report: &Report) -> Option<Line> {
    report.enrolled().next()?;
    let silent: Vec<&AgentReport> = report.agents.iter().filter(|agent| !agent.enrolled).collect();
    let names = Line::joined(silent.iter().take(NAMED).map(|agent| Line::code(&agent.id)), ", ");
    let more = if silent.len() > NAMED { format!(" and {} more", silent.len() - NAMED) } else { String::new() };
    Some(Line::new("Not running: ").then(names).and(format!("{more} ({}).", silent.first()?.reason)))
}
