//! What the revision changed, agent by agent.

use super::layout::Page;
use crate::report::Report;
use crate::report::against::{both, differing};
use crate::words::{amount_if_known, plain};

pub(super) fn render(page: &mut Page, report: &Report) {
    let Some(against) = &report.against else { return };
    let path = if against.path == "-" { "<stdin>" } else { &against.path };
    page.title(&format!("Against {} · OpenClaw {}", plain(path), against.release));
    let (agents, same) = differing(against);
    for agent in agents {
        let [here, there] = [agent.here, agent.there].map(|money| amount_if_known(money, report.unit));
        page.wrapped(&format!("  {}: {here} a month for {there}", plain(&agent.id)), 4);
        for changed in &agent.changed {
            let [from, to] = both(report, changed);
            page.wrapped(&format!("    {}: {from} → {to}", changed.setting), 6);
        }
        if agent.changed.is_empty() {
            page.wrapped("    no heartbeat setting differs", 6);
        }
    }
    if let Some(same) = same {
        page.wrapped(&format!("  {same}"), 2);
    }
}
