//! What the revision changed, agent by agent.

use super::layout::{title, wrapped};
use crate::report::Report;
use crate::report::against::{both, differing};
use crate::report::amount::{amount, plain};

pub(super) fn render(out: &mut String, report: &Report) {
    let Some(against) = &report.against else { return };
    let path = if against.path == "-" { "<stdin>" } else { &against.path };
    title(out, &format!("Against {} · OpenClaw {}", plain(path), against.release));
    let (agents, same) = differing(against);
    for agent in agents {
        let [here, there] = [agent.here, agent.there]
            .map(|money| money.map_or("unknown".to_owned(), |money| amount(money, report.unit)));
        wrapped(out, &format!("  {}: {here} a month for {there}", plain(&agent.id)), 4);
        for changed in &agent.changed {
            let [from, to] = both(report, changed);
            wrapped(out, &format!("    {}: {from} → {to}", changed.setting), 6);
        }
        if agent.changed.is_empty() {
            wrapped(out, "    no heartbeat setting differs", 6);
        }
    }
    if let Some(same) = same {
        wrapped(out, &format!("  {same}"), 2);
    }
}
