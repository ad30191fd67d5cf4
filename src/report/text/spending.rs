//! Where the money goes: the parts of the prompt as bars, and how their tokens are billed.

use super::layout::Page;
use crate::report::Report;
use crate::report::page::spending::{WHERE_IT_GOES, where_it_goes};
use crate::words::{figure_if_known, in_unit, percent, rough_percent};

/// Parts with a bar of their own, the largest.
const SHOWN: usize = 4;

pub(super) fn render(page: &mut Page, report: &Report) {
    let Some(goes) = where_it_goes(report).filter(|goes| goes.is_priced && !goes.is_later) else { return };
    let rows: Vec<_> =
        goes.largest(SHOWN).into_iter().map(|part| (figure_if_known(part.cost, report.unit), part)).collect();
    page.title(&in_unit(WHERE_IT_GOES, report.unit));
    let width = rows.iter().map(|(cost, _)| cost.len()).max().unwrap_or(0);
    for (cost, part) in rows {
        let (share, bar) = (rough_percent(part.percent), page.bar(part.percent));
        page.line(&format!("  {:<18}{cost:>width$}  {share:>8}  {bar}", part.name));
    }
    let billed = goes.by_kind.iter().map(|kind| format!("{} {}", percent(kind.percent), kind.name));
    page.wrapped(&format!("  Billed as {}.", billed.collect::<Vec<_>>().join(", ")), 2);
}
