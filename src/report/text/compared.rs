//! The comparison with another release.

use std::fmt::Write as _;

use super::layout::title;
use crate::money::Money;
use crate::report::Report;
use crate::report::amount::{amount, plain};

pub(super) fn render(out: &mut String, report: &Report) {
    let Some(comparison) = &report.comparison else { return };
    let money = |money: Option<Money>| money.map_or("unknown".to_owned(), |money| amount(money, report.unit));
    let total = money(comparison.current.cost.map(|cost| cost.typical));
    let here = money(report.totals.current.cost.map(|cost| cost.typical));
    let (there, now) = (comparison.release, report.config.release);
    title(out, &format!("Under OpenClaw {there}: about {total} a month, for {here} under {now}"));
    if let Some(warning) = &comparison.warning {
        let _ = writeln!(out, "  {}", plain(warning));
    }
    for agent in &comparison.agents {
        let _ = writeln!(out, "  {}: {} for {}", plain(&agent.id), money(agent.there), money(agent.here));
        if agent.because.is_empty() {
            let _ = writeln!(out, "    no difference");
        }
        for reason in &agent.because {
            let _ = writeln!(out, "    {}", plain(reason));
        }
    }
}
