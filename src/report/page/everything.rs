//! Everything that the gateway runs by itself, a line each, and what it comes to: so that the figure of the heartbeats is
//! not taken for that of all.

use super::super::Report;
use super::{Block, Column, Line, List, Section, Table, unscheduled};
use crate::automations::JobKind;
use crate::bill::{Automation, Cheaper};
use crate::money::{Money, Unit};
use crate::words::{amount, count, counted, figure, in_unit, plain, rough_percent, tokens};

/// The name of the section.
const TITLE: &str = "Everything that runs by itself";

/// Jobs that a sentence names.
const NAMED: usize = 3;

/// Changes that stand open.
const OPTIONS: usize = 8;

/// Rows of the table.
const ROWS: usize = 24;

/// Whether more than heartbeats is known of.
fn is_said(report: &Report) -> bool {
    report.beside_heartbeats().any(|one| one.counted)
}

/// Those that run beside heartbeats and count, the most expensive first.
fn running(report: &Report) -> Vec<&Automation> {
    let mut running: Vec<&Automation> =
        report.beside_heartbeats().filter(|one| one.counted && one.month.ticks > 0).collect();
    running.sort_by_key(|one| std::cmp::Reverse(one.month.typical().map_or(i128::MAX, Money::pico)));
    running
}

/// What all of it costs, and which jobs most of it is for.
pub(in crate::report) fn sentence(report: &Report) -> Option<String> {
    let running = running(report);
    if !is_said(report) {
        return None;
    }
    if running.is_empty() {
        return Some("Beside heartbeats, nothing of what is scheduled runs in this month.".to_owned());
    }
    let (unit, totals) = (report.unit, &report.totals);
    let jobs = counted(running.len(), "other automation");
    let named = |one: &&&Automation| match one.month.typical().filter(|cost| *cost > Money::ZERO || one.plan.is_none())
    {
        Some(cost) => format!("'{}' {}", plain(&one.name), amount(cost, unit)),
        None => format!("'{}' {}", plain(&one.name), of_plan(one).unwrap_or_else(|| "unknown".to_owned())),
    };
    let list: Vec<String> = running.iter().take(NAMED).map(|one| named(&one)).collect();
    let more = if running.len() > NAMED { ", …" } else { "" };
    let list = format!("{}{more}", list.join(", "));
    let run = if running.len() == 1 { "runs" } else { "run" };
    Some(match (totals.everything.typical(), totals.current.typical()) {
        (Some(Money::ZERO), _) if running.iter().all(|one| one.plan.is_some()) => {
            format!("Beside heartbeats, {jobs} {run}: {list}.")
        }
        (Some(all), Some(beats)) => {
            let [all, beats, beside] = [all, beats, all - beats].map(|cost| amount(cost, unit));
            format!("All that runs by itself costs about {all} a month: heartbeats {beats}, {jobs} {beside} ({list}).")
        }
        _ if is_by_plan(report) => format!("Beside heartbeats, {jobs} {run}: {list}."),
        _ => {
            format!("Not all prices are known, so there is no total of what runs by itself. Beside heartbeats: {list}.")
        }
    })
}

/// Whether what has no price is paid by plans, all of it.
fn is_by_plan(report: &Report) -> bool {
    let mut unpriced = report.automations.iter().filter(|one| one.counted && one.month.cost.is_none());
    unpriced.all(|one| one.plan.is_some())
}

/// How much of its plan a job takes, of the fullest window; `None` where no plan pays.
fn of_plan(one: &Automation) -> Option<String> {
    one.plan.as_ref()?;
    let share = one.windows.iter().find_map(|window| window.share());
    Some(share.map_or_else(|| "on a plan".to_owned(), |share| format!("{} of the plan", rough_percent(share.high))))
}

/// A line each and the sum.
pub(super) fn section(report: &Report) -> Section {
    if !is_said(report) {
        return Section::new("everything", TITLE, Vec::new());
    }
    let unit = report.unit;
    let mut all: Vec<&Automation> = report.automations.iter().collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.month.typical().map_or(i128::MAX, Money::pico)));
    let rest = all.len().saturating_sub(ROWS);
    let rows = all.iter().take(ROWS).map(|one| row(report, one)).chain([sum(report, unit)]);
    let words = ["what", "when", "model"].map(Column::words);
    let [what, when, model] = words;
    let columns = vec![
        what,
        when,
        model.spare(),
        Column::figures("runs"),
        Column::figures("tokens").spare(),
        Column::figures(in_unit("a month", unit)),
    ];
    let mut blocks = vec![Table::of(columns, rows)];
    if rest > 0 {
        blocks.push(Block::Text(format!("And {} more: --format json has all.", count(rest as u64)).into()));
    }
    let idle = all.iter().filter_map(|one| Some((one, one.note.as_ref()?)));
    let idle = idle.map(|(one, note)| Line::code(&*one.name).and(format!(": {}", plain(note))));
    let idle: Vec<Line> = idle.collect();
    if !idle.is_empty() {
        blocks.push(List::of(idle, ROWS));
    }
    let options =
        all.iter().filter(|one| one.counted).flat_map(|one| one.options.iter().map(move |option| (*one, option)));
    let mut options: Vec<_> = options.collect();
    // What hangs on something that only their owner knows comes last.
    options.sort_by_key(|(_, option)| (option.only_if.is_some(), std::cmp::Reverse(option.saving.pico())));
    if !options.is_empty() {
        blocks.push(Block::Text("What would make them cheaper, each by itself; clawbeat changes no job:".into()));
        let line = |(one, option): (&Automation, &Cheaper)| {
            let saving = amount(option.saving, unit);
            let terms = match option.only_if {
                Some(condition) => format!(", about {saving} less a month if {condition}: "),
                None => format!(", {saving} less a month, gives up {}: ", option.gives_up),
            };
            Line::code(&*one.name).and(terms).and_code(&*option.command)
        };
        blocks.push(List::of(options.into_iter().map(line), OPTIONS));
    }
    blocks.extend(unscheduled::not_in_it(report));
    Section::new("everything", TITLE, blocks)
}

fn row(report: &Report, one: &Automation) -> Vec<Line> {
    let several = report.agents.len() > 1;
    let whose = one.agent.as_deref().filter(|_| several || one.kind == JobKind::Heartbeat);
    let name = match (one.kind, whose) {
        (JobKind::Heartbeat, Some(agent)) => Line::new("heartbeat of ").and_code(agent),
        (_, Some(agent)) => Line::code(&*one.name).and(format!(" ({})", plain(agent))),
        (_, None) => Line::code(&*one.name),
    };
    let model = one.model.as_ref().map_or("–", |model| report.model_names.get(model).unwrap_or(model));
    let cost = match (one.counted, one.month.typical(), &one.plan) {
        (false, ..) => "not known".to_owned(),
        (true, Some(cost), None) => figure(cost, report.unit),
        (true, Some(cost), Some(_)) if cost > Money::ZERO => figure(cost, report.unit),
        (true, Some(_), Some(_)) => of_plan(one).filter(|_| !one.windows.is_empty()).unwrap_or("by plan".to_owned()),
        (true, None, Some(plan)) => of_plan(one).filter(|_| !one.windows.is_empty()).unwrap_or(format!("plan {plan}")),
        (true, None, None) => "unknown".to_owned(),
    };
    vec![
        name,
        plain(&one.schedule).into(),
        plain(model).into(),
        count(one.month.runs).into(),
        tokens(one.month.tokens.all()).into(),
        cost.into(),
    ]
}

fn sum(report: &Report, unit: Unit) -> Vec<Line> {
    let all = &report.totals.everything;
    let unknown = if is_by_plan(report) { "by plan" } else { "unknown" };
    let cost = all.typical().map_or(unknown.to_owned(), |cost| figure(cost, unit));
    let blank = || Line::new("");
    vec!["all".into(), blank(), blank(), count(all.runs).into(), tokens(all.tokens.all()).into(), cost.into()]
}
