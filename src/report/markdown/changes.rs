//! What to change: a row a key, what is worth most first; the reasons are folded away.

use super::escape::{code, prose};
use super::layout;
use super::section::words;
use crate::report::commands;
use crate::report::page::Column;
use crate::report::page::steps::{KeyToWrite, also_possible, notes, steps, worth_column};
use crate::report::values::shown;
use crate::report::{ChangeInfo, Report};
use crate::words::counted;

/// Rows that stay open.
const OPEN: usize = 5;

/// The plan, or its largest steps.
pub(super) fn table(report: &Report) -> Option<String> {
    let mut steps = steps(report);
    let beside = also_possible(report).map_or_else(String::new, |text| format!("\n{}\n", words(&text)));
    if steps.is_empty() {
        return (!beside.is_empty()).then(|| beside.trim().to_owned());
    }
    let all = steps.len();
    let mut title = "#### What to change".to_owned();
    if all > OPEN {
        steps.truncate(OPEN);
        title = format!("#### What to change: the largest {OPEN} of {}", counted(all, "step"));
    }
    let command = commands::command(report, "apply");
    let command = command.map_or(String::new(), |command| {
        let all = if all == 1 { "It" } else { "All of it" };
        format!("\n{all} as one command: {}\n", code(&command))
    });
    Some(format!("{title}\n\n{}{beside}{command}", drawn(report, &steps)))
}

/// All steps of a long plan, and the reasons for each.
pub(super) fn folded(report: &Report) -> Vec<(String, String)> {
    let steps = steps(report);
    let mut parts = Vec::new();
    if steps.len() > OPEN {
        parts.push((format!("All {}", counted(steps.len(), "step")), drawn(report, &steps)));
    }
    if !steps.is_empty() {
        let numbered = steps.iter().enumerate().take(2 * OPEN);
        let reasons = numbered.flat_map(|(at, step)| step.changes().map(move |change| reasons(report, at + 1, change)));
        parts.push(("Why each, what came second, what to watch".to_owned(), reasons.collect()));
    }
    parts
}

fn drawn(report: &Report, steps: &[KeyToWrite<'_>]) -> String {
    let several = report.enrolled().nth(1).is_some();
    let row = |(at, step): (usize, &KeyToWrite<'_>)| {
        let moved = |change: &ChangeInfo, key: &str| {
            let [from, to] = [&change.from, &change.to].map(|value| code(&shown(report, value)));
            format!("{}: {from} → {to}", code(key))
        };
        // Several agents may have a key each for what follows.
        let follows = |change: &ChangeInfo| match step.agents.len() {
            1 => moved(change, &change.path),
            _ => moved(change, change.lever.key()),
        };
        let leads = moved(step.change, &step.change.path);
        let moved: Vec<String> = std::iter::once(leads).chain(step.with.iter().copied().map(follows)).collect();
        let gives_up: Vec<String> = step.changes().map(|change| prose(&change.gives_up)).collect();
        let whose = if several { format!(" (for {})", names(&step.agents)) } else { String::new() };
        vec![
            (at + 1).to_string(),
            format!("{}{whose}", moved.join(", with ")),
            step.worth.in_table(),
            step.change.risk.to_string(),
            gives_up.join("; with it: "),
        ]
    };
    let rows: Vec<_> = steps.iter().enumerate().map(row).collect();
    let columns = [
        Column::figures("#"),
        Column::words("change"),
        Column::figures(worth_column(report.unit)),
        Column::words("risk"),
        Column::words("gives up"),
    ];
    layout::table(&columns, &rows)
}

fn names(ids: &[String]) -> String {
    let shown: Vec<String> = ids.iter().take(3).map(|id| code(id)).collect();
    match ids.len() {
        0..=3 => shown.join(", "),
        more => format!("{} and {} more", shown.join(", "), more - 3),
    }
}

fn reasons(report: &Report, number: usize, change: &ChangeInfo) -> String {
    let notes = notes(report, change).into_iter().map(|(name, text)| format!("{name}: {}", words(&text)));
    let lines = std::iter::once(prose(change.reason)).chain(notes).map(|line| format!("   - {line}\n"));
    format!("{number}. {}\n{}", code(&change.path), lines.collect::<String>())
}
