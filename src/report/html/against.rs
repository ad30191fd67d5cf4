//! What the revision changed, agent by agent, where the report was asked for with an older file.

use maud::{Markup, html};

use super::titled;
use crate::report::Report;
use crate::report::against::{AgentAgainst, both, differing};
use crate::words::{counted, figure_if_known, in_unit, plain};

/// Agents that stand open; further ones fold away.
const OPEN_AGENTS: usize = 12;

pub(super) fn section(report: &Report) -> Markup {
    let Some(against) = &report.against else { return Markup::default() };
    let path = if against.path == "-" { "standard input" } else { &against.path };
    let (agents, same) = differing(against);
    let (open, folded) = agents.split_at(agents.len().min(OPEN_AGENTS));
    titled(
        "against",
        "What this revision changed",
        &html! {
            p.file { "Against " (plain(path)) " · OpenClaw " (against.release) }
            @if !open.is_empty() { (table("revised", open, report)) }
            @if !folded.is_empty() {
                details { summary { (counted(folded.len(), "more agent")) } (table("more-revised", folded, report)) }
            }
            @if let Some(same) = same { p { (same) "." } }
        },
    )
}

fn table(id: &str, agents: &[&AgentAgainst], report: &Report) -> Markup {
    let unit = report.unit;
    html! {
        table id=(id) {
            caption { "A typical month by agent" }
            thead { tr {
                th scope="col" { "agent" } th.number scope="col" { (in_unit("before", unit)) }
                th.number scope="col" { (in_unit("now", unit)) }
            } }
            tbody { @for agent in agents { tr {
                th scope="row" { (plain(&agent.id)) (changes(report, agent)) }
                td.number { (figure_if_known(agent.there, unit)) }
                td.number { (figure_if_known(agent.here, unit)) }
            } } }
        }
    }
}

fn changes(report: &Report, agent: &AgentAgainst) -> Markup {
    html! {
        @for changed in &agent.changed {
            @let [from, to] = both(report, changed);
            small { (changed.setting) ": " (from) " → " (to) }
        }
        @if agent.changed.is_empty() { small { "no heartbeat setting differs" } }
    }
}
