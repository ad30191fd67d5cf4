//! What a fleet comes to, on a terminal: the dearest configs, the sums, and what other defaults would do.

use crate::money::Unit;
use crate::report::page::Column;
use crate::report::text::Screen;
use crate::report::text::layout::Page;
use crate::report::text::table::TextTable;
use crate::rules::Severity;
use crate::words::{amount, count, counted, figure, figure_if_known, in_unit, percent_of, plain, rough_percent};

use super::line::FindingCounts;
use super::totals::{Broken, FleetTotals, VerdictCounts, WhatIf};
use super::what_if::Effect;

/// The longest name in a table; the line of the config has all of it.
const LONGEST: usize = 40;

/// The sums in sentences, a line each.
pub fn summary(totals: &FleetTotals) -> Vec<String> {
    let configs = |number: u64| counted(number, "config");
    let some = |number: u64, what: &str| (number > 0).then(|| format!("{} {what}", configs(number)));
    let mut lines = Vec::new();
    for (unit, sum) in &totals.units {
        let saving = sum.current - sum.recommended;
        let share =
            saving.percent_of(sum.current).map_or_else(String::new, |share| format!(" ({})", rough_percent(share)));
        let (cost, plans) = if sum.configs == 1 { ("costs", "its plan saves") } else { ("cost", "their plans save") };
        lines.push(format!(
            "{} {cost} about {} a month; {plans} about {}{share}",
            configs(sum.configs),
            amount(sum.current, *unit),
            amount(saving, *unit),
        ));
    }
    lines.extend(some(totals.unknown, "without a price: not known, or a plan pays"));
    let VerdictCounts { repaired, refused, .. } = totals.verdicts;
    if repaired + refused > 0 {
        let (repaired, refused) = (count(repaired), count(refused));
        lines.push(format!(
            "OpenClaw refuses {refused} of {} and mends {repaired} when it starts",
            configs(totals.configs)
        ));
    }
    if totals.findings.at_least(Severity::Info) > 0 {
        let FindingCounts { error, warning, info } = totals.findings;
        let kinds = [counted(error, "error"), counted(warning, "warning"), counted(info, "info")];
        lines.push(kinds.join(", "));
    }
    lines.extend(some(totals.bad, "could not be read or costed"));
    lines.extend(some(totals.over, "over a limit, or with an unknown figure"));
    if lines.is_empty() {
        lines.push(configs(totals.configs));
    }
    lines
}

/// Renders all of it.
pub fn render(totals: &FleetTotals, screen: Screen) -> String {
    let mut page = Page::new(screen);
    summary(totals).iter().for_each(|line| page.paragraph(line));
    broken(totals, &mut page);
    for (unit, dearest) in &totals.dearest {
        page.title("The most expensive");
        let mut table = TextTable::new([
            Column::words("config"),
            Column::figures(in_unit("a month now", *unit)),
            Column::figures("planned").spare(),
            Column::savings("saves"),
            Column::figures("errors").spare(),
        ]);
        for one in dearest {
            let saving = one.recommended.map(|then| one.current - then);
            table.row([
                short(&plain(&one.id)),
                figure(one.current, *unit),
                figure_if_known(one.recommended, *unit),
                figure_if_known(saving, *unit),
                one.errors.map_or_else(|| "-".to_owned(), count),
            ]);
        }
        table.print(&mut page);
    }
    what_if(totals, &mut page);
    page.into_text()
}

/// The last characters of a long name, which differ where the first ones are alike.
fn short(name: &str) -> String {
    let length = name.chars().count();
    match length > LONGEST {
        true => format!("…{}", name.chars().skip(length - LONGEST + 1).collect::<String>()),
        false => name.to_owned(),
    }
}

fn broken(totals: &FleetTotals, page: &mut Page) {
    let first = &totals.first_broken;
    if first.is_empty() {
        return;
    }
    page.title("Broken");
    for Broken { id, why } in first {
        let told = if why.contains(id) { why.clone() } else { format!("{id}: {why}") };
        page.wrapped(&plain(&told), 2);
    }
    let more = totals.broken - first.len() as u64;
    if more > 0 {
        page.paragraph(&format!("{} more: the lines of --format ndjson name all", count(more)));
    }
}

fn what_if(totals: &FleetTotals, page: &mut Page) {
    if totals.effects().next().is_none() {
        return;
    }
    page.title("If the default were");
    let mut table = TextTable::new([
        Column::words(""),
        Column::savings("saves a month"),
        Column::figures("pay less"),
        Column::figures("the same").spare(),
        Column::figures("pay more"),
        Column::figures("by together").spare(),
    ]);
    totals.effects().for_each(|(name, unit, effect)| table.row(cells(name, unit, effect)));
    table.print(page);
    left_out(totals).iter().for_each(|line| page.paragraph(line));
}

/// How many configs the table of other defaults leaves out: of the default that leaves out most, those of all units.
pub(super) fn left_out(totals: &FleetTotals) -> Option<String> {
    let of_default = |what_if: &WhatIf| what_if.effects.values().map(|effect| effect.unknown).sum();
    let unknown: u64 = totals.what_if.iter().map(of_default).max()?;
    (unknown > 0).then(|| format!("{} without a known price left out", counted(unknown, "config")))
}

/// A row of the table of other defaults.
pub(super) fn cells(name: &str, unit: Unit, effect: &Effect) -> [String; 6] {
    let saving = effect.saving();
    let of_all = saving.percent_of(effect.now).map_or_else(String::new, |share| format!(" ({})", rough_percent(share)));
    [
        plain(name),
        format!("{}{of_all}", amount(saving, unit)),
        share(effect.helped, effect.known()),
        share(effect.same, effect.known()),
        share(effect.hurt, effect.known()),
        amount(effect.more, unit),
    ]
}

fn share(part: u64, all: u64) -> String {
    let share = percent_of(part, all).map_or_else(|| "-".to_owned(), rough_percent);
    format!("{} ({share})", count(part))
}
