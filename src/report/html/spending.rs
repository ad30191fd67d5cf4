//! What the money is for: the parts of the prompt, how their tokens are billed, and who spends it.

use maud::{Markup, html};

use super::chart::{bar, thousandths};
use super::titled;
use crate::money::{Money, Unit};
use crate::report::headline::not_running;
use crate::report::values::{bucket, model_name, setting};
use crate::report::{AgentReport, Report};
use crate::simulate::pieces::Bucket;
use crate::simulate::spending::Spending;
use crate::words::{count, counted, figure, figure_if_known, in_unit, plain, tokens};

/// Agents that stand open; further ones fold away.
const OPEN_AGENTS: usize = 12;

/// A row: what it is, a word on it, its tokens and its cost.
struct Row {
    name: &'static str,
    note: &'static str,
    tokens: u64,
    cost: Option<Money>,
}

pub(super) fn section(report: &Report) -> Markup {
    let routed = report.totals.current.runs > 0;
    let later: Vec<&Spending> = report.enrolled().filter_map(|agent| agent.spending.as_ref()).collect();
    let spending = if routed { report.totals.spending.clone() } else { Spending::sum(later.into_iter()) };
    let once = if routed { "" } else { ", once delivered" };
    let parts = spending.parts.iter().map(|part| Row {
        name: part.name.name(),
        note: "",
        tokens: part.tokens,
        cost: part.cost,
    });
    let unit = report.unit;
    let buckets = spending.buckets.iter().map(|spent| Row {
        name: bucket(spent.name, unit),
        note: note(spent.name),
        tokens: spent.tokens,
        cost: spent.cost,
    });
    titled(
        "spending",
        "What it is for",
        &html! {
            @if spending.parts.is_empty() { p { "Nothing is sent, so there is nothing to break down." } }
            @else {
                (table("parts", &format!("The month by part{once}"), parts.collect(), unit))
                (table("buckets", &format!("The same by how it is billed{once}"), buckets.collect(), unit))
            }
            (agents(report))
        },
    )
}

/// What a kind of token is, in a line.
fn note(bucket: Bucket) -> &'static str {
    match bucket {
        Bucket::Read => "sent before and still kept: the cheapest input",
        Bucket::Write5m => "kept for a next request soon after: dearer than plain input",
        Bucket::Write1h => "kept for an hour: the dearest input",
        Bucket::Plain => "neither read from a cache nor kept in one",
        Bucket::Output => "what the model writes, thinking included",
    }
}

/// Bars by cost; where a price is unknown, by tokens.
fn table(id: &str, caption: &str, mut rows: Vec<Row>, unit: Unit) -> Markup {
    let priced = rows.iter().all(|row| row.cost.is_some()) && rows.iter().any(|row| row.cost > Some(Money::ZERO));
    let size = |row: &Row| if priced { row.cost.unwrap_or_default().pico() } else { i128::from(row.tokens) };
    rows.sort_by_key(|row| std::cmp::Reverse(size(row)));
    let whole: i128 = rows.iter().map(size).sum();
    let by = if priced { "" } else { ", in tokens" };
    html! {
        table.bars id=(id) {
            caption { (caption) (by) }
            thead { tr {
                th scope="col" { "what" } td {} th.number scope="col" { "share" }
                th.number scope="col" { (if priced { in_unit("cost", unit) } else { "tokens".to_owned() }) }
            } }
            tbody { @for row in &rows { tr {
                th scope="row" { (row.name) @if !row.note.is_empty() { small { (row.note) } } }
                td.chart { (bar(thousandths(size(row), whole))) }
                td.number { (share(size(row), whole)) }
                td.number { @if priced { (figure(row.cost.unwrap_or_default(), unit)) } @else { (tokens(row.tokens)) } }
            } } }
        }
    }
}

/// A share in whole percents; what rounds to none of it, or to all, is said to be near that.
fn share(part: i128, whole: i128) -> String {
    match (thousandths(part, whole), part) {
        (0..5, 1..) => "<1%".to_owned(),
        (thousandths, _) => format!("{}%", (thousandths + 5) / 10),
    }
}

fn agents(report: &Report) -> Markup {
    let shown = report.dearest();
    let whole: i128 = shown.iter().filter_map(|agent| agent.current.typical()).map(Money::pico).sum();
    let (open, folded) = shown.split_at(shown.len().min(OPEN_AGENTS));
    html! {
        @if shown.len() > 1 {
            (agent_table("agents", "The month by agent", open, whole, report))
            @if !folded.is_empty() {
                details { summary { (counted(folded.len(), "more agent")) }
                    (agent_table("more-agents", "The other agents", folded, whole, report)) }
            }
        }
        @if shown.is_empty() {
            ul.plain { @for agent in report.agents.iter().take(OPEN_AGENTS) {
                li { code { (plain(&agent.id)) } " does not run: " (plain(&agent.reason)) }
            } }
        } @else if let Some(silent) = not_running(report, plain, plain) { p { (silent) } }
    }
}

fn agent_table(id: &str, caption: &str, agents: &[&AgentReport], whole: i128, report: &Report) -> Markup {
    let unit = report.unit;
    let cost = |cost| figure_if_known(cost, unit);
    html! {
        table.bars id=(id) {
            caption { (caption) }
            thead { tr {
                th scope="col" { "agent" } td {} th.number scope="col" { (in_unit("now", unit)) }
                th.number scope="col" { (in_unit("after", unit)) }
            } }
            tbody { @for agent in agents {
                @let now = agent.current.typical();
                tr {
                    th scope="row" { (plain(&agent.id))
                        small { "every " (setting(agent, "every")) ", " (model_name(agent)) ", " (count(agent.current.runs)) " runs" } }
                    td.chart { (bar(thousandths(now.map_or(0, Money::pico), whole))) }
                    td.number { (cost(now)) }
                    td.number { (cost(agent.recommended.typical())) }
                }
            } }
        }
    }
}
