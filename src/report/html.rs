//! The report as one page for a browser: nothing to load, readable without its script, on a phone and on paper. Foreign
//! text is made visible by [`plain`] and escaped by the template, so a config cannot put markup into it.

pub(crate) mod chart;
mod day;
mod frontier;
mod section;
mod spending;
mod steps;
mod summary;
mod what_if;

use data_encoding::BASE64;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::Report;
use super::commands::commands;
use super::page::{answers, beating, behind, usage};
use crate::words::plain;

/// Agents whose settings and alternatives are shown.
const DETAILED_AGENTS: usize = 12;

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

/// Renders the page.
pub fn render(report: &Report) -> String {
    let name = file_name(report);
    let body = html! {
        (summary::section(report, &name))
        (spending::section(report))
        @for part in usage(report) { (section::open(&part)) }
        @for answer in answers(report) { (section::open(&answer)) }
        (steps::section(report))
        (what_if::section(report))
        (frontier::section(report))
        (day::section(report))
        (notes(report))
        (next(report))
    };
    sheet(&format!("Heartbeat cost of {name}"), &body, SCRIPT)
}

/// A page that loads nothing around its sections; without a script none may run.
pub(crate) fn sheet(title: &str, body: &Markup, script: &str) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy(script));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main { (body) }
                footer { "Made by clawbeat. This page loads nothing and sends nothing." }
                @if !script.is_empty() { script { (PreEscaped(script)) } }
            }
        }
    };
    page.into_string() + "\n"
}

/// Only this page's own style and script, by their hashes; no request to anywhere.
fn policy(script: &str) -> String {
    let hash = |text: &str| BASE64.encode(&Sha256::digest(text));
    let script = if script.is_empty() { "'none'".to_owned() } else { format!("'sha256-{}'", hash(script)) };
    let style = hash(STYLE);
    format!("default-src 'none'; style-src 'sha256-{style}'; script-src {script}; base-uri 'none'; form-action 'none'")
}

fn file_name(report: &Report) -> String {
    match report.config.path.as_str() {
        "-" => "standard input".to_owned(),
        path => plain(path),
    }
}

/// A section with its title; `id` is what links and tests find it by.
pub(crate) fn titled(id: &str, title: &str, body: &Markup) -> Markup {
    let heading = format!("{id}-title");
    html! {
        section id=(id) aria-labelledby=(heading) {
            h2 id=(heading) { (title) }
            (body)
        }
    }
}

/// What stands behind the answer.
fn notes(report: &Report) -> Markup {
    let agents: Vec<_> = beating(report).into_iter().take(DETAILED_AGENTS).collect();
    let sections = behind(report, &agents);
    titled("notes", "What this rests on", &html! { @for part in &sections { (section::within(part)) } })
}

/// A text to take away, with a button that copies it where a script runs.
fn copied(id: &str, text: &str, label: &str) -> Markup {
    html! {
        div.copied { pre { code id=(id) { (text) } } button type="button" data-copies=(id) hidden { (label) } }
    }
}

/// What to do next.
fn next(report: &Report) -> Markup {
    let commands = commands(report);
    let patch = report.html_extras.as_ref().and_then(|html_extras| html_extras.patch.as_deref());
    html! {
        @if !commands.is_empty() || patch.is_some() {
            (titled("next", "Next", &html! {
                ul.plain { @for (at, command) in commands.iter().enumerate() {
                    li { (command.note) ":" (copied(&format!("command-{at}"), &command.line, "Copy the command")) }
                } }
                @if let Some(patch) = patch {
                    details id="patch" { summary { "The change as a patch" }
                        (copied("patch-text", patch, "Copy the patch")) }
                }
            }))
        }
    }
}
