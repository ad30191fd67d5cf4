//! Several configs beside each other: what the heartbeats of each cost, what the plan leaves of that, and all of them
//! together.

use super::super::Report;
use super::headline::{beside, headline};
use super::notes::limits;
use super::{Block, Column, Line, List, Section, Table};
use crate::money::{Money, Unit};
use crate::rules::Verdict;
use crate::words::{amount, count, counted, rough, tokens};

/// What all of them cost, in a sentence: a sum for each unit, and how many files are in none.
pub(in crate::report) fn together(reports: &[Report]) -> String {
    let known = |report: &&Report| report.totals.current.cost.is_some();
    let sum = |unit| {
        let mut of = reports.iter().filter(known).filter(|report| report.unit == unit).peekable();
        of.peek().is_some().then(|| {
            let (now, then) = of.fold((Money::ZERO, Money::ZERO), |(now, then), report| {
                let typical = report.totals.current.typical().unwrap_or_default();
                (now + typical, then + report.totals.recommended.typical().unwrap_or(typical))
            });
            let changed = if then < now { format!(", {} with the changes", rough(then, unit)) } else { String::new() };
            format!("about {} a month{changed}", rough(now, unit))
        })
    };
    let sums: Vec<String> = [Unit::Usd, Unit::Credits].into_iter().filter_map(sum).collect();
    let unknown = reports.iter().filter(|report| !known(report)).count();
    let files = counted(reports.len() - if sums.is_empty() { 0 } else { unknown }, "config");
    let without = if unknown > 0 { format!(" What those of {unknown} more cost is unknown.") } else { String::new() };
    match sums.as_slice() {
        [] => format!("What the heartbeats of {files} cost is unknown."),
        sums => format!("The heartbeats of {files} cost {}.{without}", sums.join(", and ")),
    }
}

/// A row a file, in the order they were named.
pub(in crate::report) fn files(reports: &[Report]) -> Section {
    let mut columns = vec![Column::words("config"), Column::figures("runs").spare()];
    columns.extend(["a month now", "after the plan"].map(Column::figures));
    columns.push(Column::words("OpenClaw").spare());
    let rows = reports.iter().map(|report| {
        let totals = &report.totals;
        vec![
            Line::code(name(report)),
            count(totals.current.runs).into(),
            month(report, totals.current.typical(), totals.current.tokens.all()),
            month(report, totals.recommended.typical(), totals.recommended.tokens.all()),
            verdict(report.config.verdict).into(),
        ]
    });
    let mut blocks = vec![Table::of(columns, rows)];
    let kept = reports
        .iter()
        .flat_map(|report| limits(report).into_iter().map(|limit| Line::code(name(report)).and(": ").then(limit)));
    let kept: Vec<Line> = kept.collect();
    if !kept.is_empty() {
        blocks.push(List::of(kept, usize::MAX));
    }
    Section::new("files", "Config by config", blocks)
}

/// The answer for each file in its own words, for a reader who wants to know why.
pub(in crate::report) fn answers(reports: &[Report]) -> Section {
    let blocks = reports.iter().flat_map(|report| {
        let answer = headline(report).into_iter().chain(beside(report)).map(Line::from);
        [Block::Agent(name(report).to_owned()), List::of(answer, usize::MAX)]
    });
    Section::new("answers", "Each answer", blocks.collect()).folded()
}

/// The path of a config, as it was named.
pub(in crate::report) fn name(report: &Report) -> &str {
    if report.config.path == "-" { "<stdin>" } else { &report.config.path }
}

fn month(report: &Report, cost: Option<Money>, taken: u64) -> Line {
    match cost {
        Some(cost) => amount(cost, report.unit).into(),
        None if taken > 0 => format!("{} tokens", tokens(taken)).into(),
        None => "unknown".into(),
    }
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "takes it",
        Verdict::Repaired => "repairs it",
        Verdict::Refused => "refuses it",
    }
}
