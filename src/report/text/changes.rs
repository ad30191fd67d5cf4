//! What to change: one line a step on the first screen, and each step with its key, its reason and its price below.

use super::DETAILED_AGENTS;
use super::explained;
use super::layout::Page;
use super::table::{Column, Table};
use crate::money::Money;
use crate::report::Report;
use crate::report::steps::{Step, alike, briefly, steps};
use crate::report::values::shown;
use crate::words::{amount, figure, plain};

/// Steps shown; the patch has all.
const SHOWN: usize = 12;

/// The steps in a line each.
pub(super) fn summary(page: &mut Page, report: &Report) {
    let steps = alike(report);
    if steps.is_empty() {
        if report.is_settled() {
            page.title("What to change");
            page.paragraph("Nothing: no other setting within these bounds is cheaper.");
        }
        return;
    }
    let enrolled = report.enrolled().count();
    let mut table = Table::new([Column::left(""), Column::saving("saves"), Column::left("gives up")]);
    // The order matters where each step builds on the one before; across agents they stand by what they save.
    let in_order = report.enrolled().filter(|agent| !agent.changes.is_empty()).count() == 1;
    let number = |at: usize| if in_order { format!("{:>2}. ", at + 1) } else { String::new() };
    let left_out = steps.len().saturating_sub(SHOWN);
    for (at, step) in steps.iter().enumerate().take(SHOWN) {
        let gives_up = match step.saving < Money::ZERO {
            true => "nothing, pays later",
            false => briefly(step.change),
        };
        table.row([
            format!("{}{}{}", number(at), whose(step, enrolled), change(report, step)),
            figure(step.saving, report.unit),
            gives_up.to_owned(),
        ]);
    }
    page.title("What to change");
    table.print(page);
    if left_out > 0 {
        page.line(&format!("  and {left_out} more: clawbeat diff shows all"));
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
        let Step { change, saving, .. } = step;
        let saves = match *saving {
            saving if saving == Money::ZERO => "saves nothing by itself".to_owned(),
            saving if saving < Money::ZERO => {
                format!("adds {} a month at first", amount(Money::ZERO - saving, report.unit))
            }
            saving => format!("saves {} a month", amount(saving, report.unit)),
        };
        let (from, to) = (shown(report, &change.from), shown(report, &change.to));
        page.wrapped(&format!("{:>2}. {}{}: {from} → {to}", at + 1, whose(step, enrolled), plain(&change.path)), 4);
        page.wrapped(&format!("    {saves}, risk {}: {}", change.risk, change.reason), 4);
        page.wrapped(&format!("    gives up {}", change.gives_up), 4);
        if enrolled <= DETAILED_AGENTS {
            explained::of_change(page, report, change);
        }
    }
}

/// Whom a step serves, in a roster of several.
fn whose(step: &Step<'_>, enrolled: usize) -> String {
    match step.agents.as_slice() {
        _ if enrolled == 1 => String::new(),
        agents if agents.len() == enrolled && enrolled > 2 => "all: ".to_owned(),
        [first, rest @ ..] if rest.len() > 1 => format!("{first} +{}: ", rest.len()),
        agents => format!("{}: ", agents.join(", ")),
    }
}

fn change(report: &Report, step: &Step<'_>) -> String {
    let change = step.change;
    format!("{}: {} → {}", change.lever.key(), shown(report, &change.from), shown(report, &change.to))
}
