//! The comparison with another release.

use super::layout::Page;
use crate::report::Report;
use crate::words::{amount_if_known, plain};

pub(super) fn render(page: &mut Page, report: &Report) {
    let Some(comparison) = &report.comparison else { return };
    let money = |money| amount_if_known(money, report.unit);
    let total = money(comparison.current.typical());
    let here = money(report.totals.current.typical());
    let (there, now) = (comparison.release, report.config.release);
    page.title(&format!("Under OpenClaw {there}: about {total} a month, for {here} under {now}"));
    if let Some(warning) = &comparison.warning {
        page.wrapped(&format!("  {}", plain(warning)), 6);
    }
    for agent in &comparison.agents {
        page.wrapped(&format!("  {}: {} for {}", plain(&agent.id), money(agent.there), money(agent.here)), 6);
        if agent.because.is_empty() {
            page.line("    no difference");
        }
        for reason in &agent.because {
            page.wrapped(&format!("    {}", plain(reason)), 6);
        }
    }
}
