//! What the figures rest on, and what to do next.

use maud::{Markup, html};

use super::titled;
use crate::report::Report;
use crate::report::commands::commands;
use crate::report::settings::SETTINGS;
use crate::report::values::value;
use crate::words::{amount_if_known, plain};

/// Agents whose settings are listed.
const SHOWN_AGENTS: usize = 12;

pub(super) fn section(report: &Report) -> Markup {
    titled(
        "notes",
        "What this rests on",
        &html! {
            @if !report.further_warnings().is_empty() {
                div.warnings { h3 { "Warnings" } ul { @for warning in report.further_warnings() { li { (plain(warning)) } } } }
            }
            (compared(report))
            details { summary { "Assumptions" }
                dl.assumptions { @for assumption in &report.assumptions {
                    div { dt { (assumption.name) } dd { (plain(&assumption.value)) small { (plain(&assumption.source)) } } }
                } }
            }
            (settings(report))
        },
    )
}

/// The same file under another release.
fn compared(report: &Report) -> Markup {
    let Some(comparison) = &report.comparison else { return html! {} };
    let money = |money| amount_if_known(money, report.unit);
    html! {
        h3 { "Under OpenClaw " (comparison.release) }
        p { "About " (money(comparison.current.typical())) " a month there, for "
            (money(report.totals.current.typical())) " under " (report.config.release) "." }
        @if let Some(warning) = &comparison.warning { p { (plain(warning)) } }
        ul { @for agent in &comparison.agents {
            li { (plain(&agent.id)) ": " (money(agent.there)) " there, " (money(agent.here)) " here"
                @if agent.because.is_empty() { "; no difference" }
                @for reason in &agent.because { "; " (plain(reason)) } }
        } }
    }
}

fn settings(report: &Report) -> Markup {
    html! {
        @for agent in report.enrolled().take(SHOWN_AGENTS) {
            details { summary { "Settings of " (plain(&agent.id)) }
                p.small { "Runs because " (plain(&agent.reason)) ". Price: "
                    (plain(agent.model.price_source.as_deref().unwrap_or("not known"))) " (" (plain(&agent.model.matched)) ")." }
                table {
                    thead { tr { th scope="col" { "setting" } th scope="col" { "value" } th scope="col" { "from" } } }
                    @let settings = SETTINGS.into_iter().filter_map(|key| Some((key, agent.settings.get(key)?)));
                    tbody { @for (key, setting) in settings { tr {
                        th scope="row" { code { (key) } } td { (value(&setting.value)) } td { (plain(&setting.origin)) }
                    } } }
                }
            }
        }
    }
}

pub(super) fn next(report: &Report) -> Markup {
    let commands = commands(report);
    html! {
        @if !commands.is_empty() {
            (titled("next", "Next", &html! {
                ul.plain { @for command in &commands { li { (command.note) ":" pre { code { (command.line) } } } } }
            }))
        }
    }
}
