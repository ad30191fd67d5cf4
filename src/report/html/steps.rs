//! What to change: each step with what it saves, gives up and asks to watch.

use maud::{Markup, html};

use super::section::words;
use super::titled;
use crate::report::page::headline::capitalized;
use crate::report::page::steps::{KeyToWrite, also_possible, notes, steps};
use crate::report::values::shown;
use crate::report::{ChangeInfo, Figure, Report};
use crate::words::{counted, plain};

/// Steps that stand open; further ones fold away.
const OPEN_STEPS: usize = 8;
/// Agents of a step that are named.
const NAMED_AGENTS: usize = 6;

pub(super) fn section(report: &Report) -> Markup {
    let steps = steps(report);
    let (open, folded) = steps.split_at(steps.len().min(OPEN_STEPS));
    titled(
        "steps",
        "What to change",
        &html! {
            @if steps.is_empty() { (nothing(report)) }
            @else {
                ol.steps { @for step in open { (one(report, step)) } }
                @if !folded.is_empty() {
                    details { summary { (counted(folded.len(), "more step")) }
                        ol.steps start=(OPEN_STEPS + 1) { @for step in folded { (one(report, step)) } } }
                }
            }
            @if let Some(text) = also_possible(report) { p { (words(&text)) } }
        },
    )
}

fn nothing(report: &Report) -> Markup {
    let without = report.html_extras.iter().flat_map(|html_extras| &html_extras.panel.without);
    html! {
        p { "Nothing is recommended." }
        ul.plain { @for (agent, why) in without { li { code { (plain(agent)) } ": " (plain(why)) } } }
    }
}

fn one(report: &Report, step: &KeyToWrite<'_>) -> Markup {
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
    html! {
        h3 { @if worth.is_none() { "with " } code { (path(&change.path)) } }
        p.move { span.from { (shown(report, &change.from)) } " → " strong { (shown(report, &change.to)) }
            @if let Some(agents) = agents { small { "for " (named(agents)) } } }
        dl {
            @match worth {
                Some(worth) => div { dt { "Worth" } dd { (worth.in_words()) " a month more without it: " (change.reason) } },
                None => div { dt { "Worth" } dd { "part of that: " (change.reason) } },
            }
            div { dt { "Gives up" } dd { (change.gives_up) " (risk " (change.risk) ")" } }
            @for (name, text) in notes(report, change) { div { dt { (capitalized(name)) } dd { (words(&text)) } } }
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
