//! What the bill is for: the parts of the prompt as bars, and how their tokens are billed.

use super::layout::Page;
use crate::money::Money;
use crate::report::Report;
use crate::report::values::bucket;
use crate::simulate::spending::Spending;
use crate::words::{figure, in_unit, percent};

/// Parts with a bar of their own, the dearest.
const SHOWN: usize = 4;

pub(super) fn render(page: &mut Page, report: &Report) {
    let Spending { buckets, parts } = &report.totals.spending;
    let total = report.totals.current.cost.map_or(Money::ZERO, |cost| cost.typical);
    if total == Money::ZERO {
        return;
    }
    let cost_of = |cost: Option<Money>| cost.unwrap_or_default();
    let mut parts: Vec<(&str, Money)> = parts.iter().map(|part| (part.name.name(), cost_of(part.cost))).collect();
    parts.sort_by_key(|(_, cost)| std::cmp::Reverse(*cost));
    if parts.len() > SHOWN + 1 {
        let rest = parts.split_off(SHOWN);
        parts.push(("everything else", rest.into_iter().map(|(_, cost)| cost).sum()));
    }
    page.title(&in_unit("What it goes to", report.unit));
    let width = parts.iter().map(|(_, cost)| figure(*cost, report.unit).len()).max().unwrap_or(0);
    for (name, cost) in parts {
        let thousandths = u64::try_from(cost.pico() * 1000 / total.pico()).unwrap_or(0);
        let share = (thousandths + 5) / 10;
        let bar = page.bar(thousandths);
        page.line(&format!("  {name:<18}{:>width$}  {share:>3}%  {bar}", figure(cost, report.unit)));
    }
    let mut buckets: Vec<(&str, Money)> =
        buckets.iter().map(|spent| (bucket(spent.name, report.unit), cost_of(spent.cost))).collect();
    buckets.retain(|(_, cost)| *cost > Money::ZERO);
    buckets.sort_by_key(|(_, cost)| std::cmp::Reverse(*cost));
    let billed = buckets.iter().filter_map(|(name, cost)| Some(format!("{} {name}", percent(cost.percent_of(total)?))));
    page.wrapped(&format!("  Billed as {}.", billed.collect::<Vec<_>>().join(", ")), 2);
}
