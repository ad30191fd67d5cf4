//! What to change: one line a step on the first screen, and each step with its key, its reason and its price below.

use super::DETAILED_AGENTS;
use super::layout::Page;
use super::section::words;
use super::table::TextTable;
use crate::money::Unit;
use crate::report::page::Column;
use crate::report::page::steps::{IN_TOKENS, KeyToWrite, WORTH, also_possible, briefly, notes, same_changes, steps};
use crate::report::values::shown;
use crate::report::{ChangeInfo, Report};
use crate::words::plain;

/// Steps shown; the patch has all.
const SHOWN: usize = 12;

/// The name of the section.
const TITLE: &str = "What to change";

const NOTHING: &str = "Nothing: no other setting within these bounds saves more than what it takes away is worth.";

/// The steps in a line each.
pub(super) fn summary(page: &mut Page, report: &Report) {
    let steps = same_changes(report);
    if steps.is_empty() {
        if report.is_settled() {
            page.title(TITLE);
            page.paragraph(NOTHING);
            beside(page, report);
        }
        return;
    }
    page.title(TITLE);
    list(page, report, &steps, SHOWN);
    page.wrapped(&format!("  {WORTH}"), 2);
    if steps.iter().any(|step| step.worth.unit == Unit::Tokens) {
        page.wrapped(&format!("  {IN_TOKENS}"), 2);
    }
    beside(page, report);
}

/// The steps that are worth most, for a screen that holds no more.
pub(super) fn few(page: &mut Page, report: &Report, most: usize) {
    let steps = same_changes(report);
    if !steps.is_empty() {
        page.title(&format!("{TITLE} (worth: how much more a month costs without it)"));
        list(page, report, &steps, most);
    } else if report.is_settled() {
        page.blank();
        page.within(NOTHING, 0, 2);
    }
}

fn list(page: &mut Page, report: &Report, steps: &[KeyToWrite<'_>], most: usize) {
    let enrolled = report.enrolled().count();
    let mut table = TextTable::new([Column::words(""), Column::savings("worth"), Column::words("gives up")]);
    // The same numbers stand below, where a key may serve fewer agents than a line of this table.
    let numbered = report.enrolled().filter(|agent| !agent.changes.is_empty()).count() == 1;
    let number = |at: usize| if numbered { format!("{:>2}. ", at + 1) } else { String::new() };
    let left_out = steps.len().saturating_sub(most);
    for (at, step) in steps.iter().enumerate().take(most) {
        table.row([
            format!("{}{}{}", number(at), whose(step, enrolled), moved(report, step.change)),
            step.worth.in_table(),
            briefly(step.change).to_owned(),
        ]);
        for change in &step.with {
            let indent = if numbered { "    with " } else { "  with " };
            table.row([format!("{indent}{}", moved(report, change)), String::new(), briefly(change).to_owned()]);
        }
    }
    table.print(page);
    if left_out > 0 {
        page.line(&format!("  and {left_out} more: clawbeat diff shows all"));
    }
}

/// What is not in the plan for what it takes away.
fn beside(page: &mut Page, report: &Report) {
    if let Some(text) = also_possible(report) {
        page.blank();
        page.paragraph(&words(&text));
    }
}

/// The steps with what stands behind them.
pub(super) fn details(page: &mut Page, report: &Report) {
    let steps = steps(report);
    if steps.is_empty() {
        return;
    }
    let enrolled = report.enrolled().count();
    page.title("The changes one by one");
    for (at, step) in steps.iter().enumerate().take(SHOWN) {
        for (place, change) in step.changes().enumerate() {
            let (from, to) = (shown(report, &change.from), shown(report, &change.to));
            let path = plain(&change.path);
            let (head, worth) = match place {
                0 => (
                    format!("{:>2}. {}{path}", at + 1, whose(step, enrolled)),
                    format!("leaving it out costs {} a month more", step.worth.in_words()),
                ),
                _ => (format!("    with {path}"), "part of that".to_owned()),
            };
            page.wrapped(&format!("{head}: {from} → {to}"), 4);
            page.wrapped(&format!("    {worth}, risk {}: {}", change.risk, change.reason), 4);
            page.wrapped(&format!("    gives up {}", change.gives_up), 4);
            if enrolled <= DETAILED_AGENTS {
                for (name, text) in notes(report, change) {
                    page.wrapped(&format!("    {name}: {}", words(&text)), 4);
                }
            }
        }
    }
}

/// Whom a step serves, in a roster of several.
fn whose(step: &KeyToWrite<'_>, enrolled: usize) -> String {
    match step.agents.as_slice() {
        _ if enrolled == 1 => String::new(),
        agents if agents.len() == enrolled && enrolled > 2 => "all: ".to_owned(),
        [first, rest @ ..] if rest.len() > 1 => format!("{first} +{}: ", rest.len()),
        agents => format!("{}: ", agents.join(", ")),
    }
}

fn moved(report: &Report, change: &ChangeInfo) -> String {
    format!("{}: {} → {}", change.lever.key(), shown(report, &change.from), shown(report, &change.to))
}
