//! What to change: each step with what it saves, gives up and asks to watch; then what else was weighed.

use maud::{Markup, html};

use super::titled;
use crate::report::mends;
use crate::report::remarks::{beyond, not_here, worst};
use crate::report::steps::{Step, also_possible, steps};
use crate::report::values::{levers, shown, value_of};
use crate::report::{AgentReport, ChangeInfo, Figure, Report};
use crate::words::{counted, in_unit, plain};

/// Steps that stand open; further ones fold away.
const OPEN_STEPS: usize = 8;
/// Agents whose alternatives are shown.
const DETAILED_AGENTS: usize = 3;
/// Agents of a step that are named.
const NAMED_AGENTS: usize = 6;

pub(super) fn section(report: &Report) -> Markup {
    let steps = steps(report);
    let (open, folded) = steps.split_at(steps.len().min(OPEN_STEPS));
    titled(
        "steps",
        "What to change",
        &html! {
            @if !report.mends.is_empty() {
                h3 { (mends::TITLE) }
                ul { @for text in mends::sentences(&report.mends) { li { (text) } } }
            }
            @if steps.is_empty() { (nothing(report)) }
            @else {
                ol.steps { @for step in open { (one(report, step)) } }
                @if !folded.is_empty() {
                    details { summary { (counted(folded.len(), "more step")) }
                        ol.steps start=(OPEN_STEPS + 1) { @for step in folded { (one(report, step)) } } }
                }
            }
            @if let Some(text) = also_possible(report, plain, plain) { p { (text) } }
            (weighed(report))
        },
    )
}

fn nothing(report: &Report) -> Markup {
    let without = report.exhibits.iter().flat_map(|exhibits| &exhibits.panel.without);
    html! {
        p { "Nothing is recommended." }
        ul.plain { @for (agent, why) in without { li { code { (plain(agent)) } ": " (plain(why)) } } }
    }
}

fn one(report: &Report, step: &Step<'_>) -> Markup {
    let several = report.enrolled().nth(1).is_some();
    html! {
        li {
            @for (place, change) in step.changes().enumerate() {
                @let worth = (place == 0).then_some(step.worth);
                (moved(report, change, worth, several.then_some(&step.agents)))
            }
        }
    }
}

/// One change of a step: the first with what they are worth, the others as part of that.
fn moved(report: &Report, change: &ChangeInfo, worth: Option<Figure>, agents: Option<&Vec<String>>) -> Markup {
    let second = change.second();
    let doubt = change.misgiving();
    html! {
        h3 { @if worth.is_none() { "with " } code { (path(&change.path)) } }
        p.move { span.from { (shown(report, &change.from)) } " → " strong { (shown(report, &change.to)) }
            @if let Some(agents) = agents { small { "for " (named(agents)) } } }
        dl {
            @match worth {
                Some(worth) => div { dt { "Worth" } dd { (worth.amount()) " a month more without it: " (change.reason) } },
                None => div { dt { "Worth" } dd { "part of that: " (change.reason) } },
            }
            div { dt { "Gives up" } dd { (change.gives_up) " (risk " (change.risk) ")" } }
            div { dt { "Watch" } dd { (change.watch) } }
            @if let Some(second) = second {
                div { dt { "Next best" } dd { (shown(report, &second.to)) ", " (second.more.amount()) " a month more" } }
            }
            @if let Some(doubt) = doubt { div { dt { "Less sure" } dd { (plain(doubt)) } } }
        }
    }
}

/// A key path that may break after its dots.
fn path(path: &str) -> Markup {
    let parts = plain(path);
    html! { @for part in parts.split_inclusive('.') { (part) wbr; } }
}

/// The first few of many agents.
fn named(agents: &[String]) -> String {
    let (first, rest) = agents.split_at(agents.len().min(NAMED_AGENTS));
    let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
    first.join(", ") + &more
}

/// Each change on its own, the usual advice that does not pay here, and what else could be done.
fn weighed(report: &Report) -> Markup {
    let agents = report.enrolled().filter(|agent| !agent.levers.is_empty());
    let several = report.enrolled().nth(1).is_some();
    html! {
        @for agent in agents.take(DETAILED_AGENTS) {
            @let of = if several { format!(" ({})", plain(&agent.id)) } else { String::new() };
            details { summary { "Each change on its own" (of) } (alone(report, agent)) }
            @if !agent.not_here.is_empty() {
                details { summary { "Why not the usual advice" (of) } ul { @for not in &agent.not_here {
                    li { (not_here(not, report.unit, plain)) }
                } } }
            }
            @if !agent.advice.is_empty() || agent.loops.is_some() {
                details { summary { "Beyond the plan, by your own hand" (of) } ul {
                    @for advice in &agent.advice { li { (beyond(advice, report.unit, plain, plain)) } }
                    @if let Some(loops) = &agent.loops { li { "At worst " (worst(loops, report.unit, plain, plain)) } }
                } }
            }
        }
    }
}

fn alone(report: &Report, agent: &AgentReport) -> Markup {
    let unit = report.unit;
    html! {
        table {
            thead { tr { th scope="col" { "change" } th.number scope="col" { (in_unit("month", unit)) }
                th.number scope="col" { "saves" } } }
            tbody { @for lever in &agent.levers { tr {
                th scope="row" { (levers(lever)) ": " (value_of(report, lever, str::to_owned)) }
                td.number { (lever.cost.figure()) }
                td.number { (lever.saving.figure()) }
            } } }
        }
    }
}
