//! Where the money goes: the parts of the prompt, how their tokens are billed, and who spends it.

use maud::{Markup, html};

use super::chart::bar;
use super::section::words;
use super::titled;
use crate::money::Unit;
use crate::report::Report;
use crate::report::page::headline::not_running;
use crate::report::page::roster::{Payer, payers};
use crate::report::page::spending::{Share, WHERE_IT_GOES, where_it_goes};
use crate::words::{count, counted, figure_if_known, in_unit, plain, rough_percent, tokens};

/// Agents that stand open; further ones fold away.
const OPEN_AGENTS: usize = 12;

pub(super) fn section(report: &Report) -> Markup {
    let unit = report.unit;
    titled(
        "spending",
        WHERE_IT_GOES,
        &html! {
            @if let Some(goes) = where_it_goes(report) {
                @let once = if goes.is_later { ", once delivered" } else { "" };
                (table("parts", &format!("The month by part{once}"), &goes.by_part, goes.is_priced, unit))
                (table("buckets", &format!("The same by how it is billed{once}"), &goes.by_kind, goes.is_priced, unit))
            } @else { p { "Nothing is sent, so there is nothing to break down." } }
            (agents(report))
        },
    )
}

/// Bars by cost; where a price is unknown, by tokens.
fn table(id: &str, caption: &str, shares: &[Share], priced: bool, unit: Unit) -> Markup {
    let by = if priced { "" } else { ", in tokens" };
    html! {
        table.bars id=(id) {
            caption { (caption) (by) }
            thead { tr {
                th scope="col" { "what" } td {} th.number scope="col" { "share" }
                th.number scope="col" { (if priced { in_unit("cost", unit) } else { "tokens".to_owned() }) }
            } }
            tbody { @for share in shares { tr {
                th scope="row" { (share.name) @if !share.note.is_empty() { small { (share.note) } } }
                td.chart { (bar(share.percent)) }
                td.number { (rough_percent(share.percent)) }
                td.number { @if priced { (figure_if_known(share.cost, unit)) } @else { (tokens(share.tokens)) } }
            } } }
        }
    }
}

fn agents(report: &Report) -> Markup {
    let shown = payers(report);
    let (open, folded) = shown.split_at(shown.len().min(OPEN_AGENTS));
    html! {
        @if shown.len() > 1 {
            (agent_table("agents", "The month by agent", open, report.unit))
            @if !folded.is_empty() {
                details { summary { (counted(folded.len(), "more agent")) }
                    (agent_table("more-agents", "The other agents", folded, report.unit)) }
            }
        }
        @if shown.is_empty() {
            ul.plain { @for agent in report.agents.iter().take(OPEN_AGENTS) {
                li { code { (plain(&agent.id)) } " does not run: " (plain(&agent.reason)) }
            } }
        } @else if let Some(silent) = not_running(report) { p { (words(&silent)) } }
    }
}

fn agent_table(id: &str, caption: &str, agents: &[Payer], unit: Unit) -> Markup {
    let is_revision = agents.iter().any(|agent| agent.before.is_some());
    html! {
        table.bars id=(id) {
            caption { (caption) }
            thead { tr {
                th scope="col" { "agent" } td {}
                @if is_revision { th.number scope="col" { (in_unit("before", unit)) } }
                th.number scope="col" { (in_unit("now", unit)) }
                th.number scope="col" { (in_unit("after", unit)) }
            } }
            tbody { @for agent in agents { tr {
                th scope="row" { (words(&agent.name))
                    small { "every " (agent.every) ", " (agent.model) ", " (count(agent.runs)) " heartbeats" } }
                td.chart { (bar(agent.percent.unwrap_or_default())) }
                @if let Some(before) = agent.before { td.number { (figure_if_known(before, unit)) } }
                @for figure in agent.figures(unit) { td.number { (figure) } }
            } } }
        }
    }
}
