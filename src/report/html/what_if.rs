//! A panel to try other settings in. Its script only looks figures up.

use maud::{Markup, PreEscaped, html};

use super::titled;
use crate::certain;
use crate::report::Report;
use crate::report::html_extras::Panel;
use crate::report::page::what_if::{PanelData, data};
use crate::words::{json_escaped, plain};

pub(super) fn section(report: &Report) -> Markup {
    let Some(panel) = report.html_extras.as_ref().map(|html_extras| &html_extras.panel) else { return html! {} };
    // Where nothing can be tried, the steps say why.
    if panel.sheets.is_empty() {
        return html! {};
    }
    titled(
        "what-if",
        "What if",
        &html! {
            p { "Other settings, each costed by the same simulator as the figures above; everything else stays as the file has it." }
            (form())
            noscript { p { "The panel needs JavaScript. The table below has its figures for the present model." } }
            (limits(report, panel))
            script type="application/json" id="what-if-data" { (PreEscaped(embedded(&data(panel)))) }
        },
    )
}

fn form() -> Markup {
    let select = |id: &str, label: &str| {
        html! { div.field { label for=(id) { (label) } select id=(id) name=(id) autocomplete="off" {} } }
    };
    let check = |id: &str, label: &str, note: &str| {
        html! { div.field.check {
            input type="checkbox" id=(id) name=(id) autocomplete="off" aria-describedby={ (id) "-note" };
            label for=(id) { code { (label) } }
            small id={ (id) "-note" } { (note) }
        } }
    };
    html! {
        form id="what-if-panel" autocomplete="off" hidden {
            div.controls {
                (select("wi-agent", "Agent"))
                (select("wi-interval", "Interval (every)"))
                (select("wi-model", "Model"))
                (select("wi-retention", "Cache retention"))
                (check("wi-isolated", "isolatedSession", "a run starts without the conversation"))
                (check("wi-light", "lightContext", "a run goes without the workspace files"))
            }
            output id="wi-answer" aria-live="polite" aria-atomic="true"
                for="wi-agent wi-interval wi-model wi-retention wi-isolated wi-light" {
                data id="wi-month" value="" {}
                span id="wi-change" {}
                span id="wi-all" {}
                span id="wi-note" {}
                code id="wi-writes" {}
            }
            div id="wi-made" hidden {
                p.small { "To make it so (openclaw config drops the comments of the file; by hand they stay):" }
                pre { code id="wi-commands" {} }
            }
            p.buttons {
                button type="button" data-copies="wi-commands" hidden { "Copy the change" }
                button type="button" data-copies-address hidden { "Copy a link to these settings" }
                button type="button" id="wi-reset" { "Reset" }
            }
        }
    }
}

/// What the panel leaves out.
fn limits(report: &Report, panel: &Panel) -> Markup {
    let models = panel.sheets.iter().map(|sheet| sheet.grid.left_out).max().unwrap_or(0);
    let levers = panel.sheets.first().map_or(&[][..], |sheet| &sheet.grid.unused);
    let names: Vec<&str> = levers.iter().map(|lever| lever.key()).collect();
    let unused = (!names.is_empty()).then(|| names.join(", "));
    html! {
        ul.plain.small {
            li { "Cache retention holds for every turn of an agent on that model; what its chat then costs is not in these figures." }
            @if let Some(unused) = unused {
                li { "OpenClaw " (report.config.release) " does not use " (unused) " yet, so that changes nothing here." }
            }
            @if models > 0 { li { (models) " further candidate models are left out; name one with --model." } }
            @if !panel.left_out.is_empty() {
                li { "Left out, as this page keeps to the most expensive: " (panel.left_out.len()) " agents, such as "
                    code { (plain(&panel.left_out[0])) } ". See one with --agent." }
            }
            @for (agent, why) in panel.without.iter().take(12) {
                li { code { (plain(agent)) } " is not in it: " (plain(why)) "." }
            }
            @if report.totals.other_generation.is_some() {
                li { "For OpenClaw " (report.config.release) ", as the file does not say which release runs it." }
            }
        }
    }
}

/// JSON that cannot end the element it stands in.
fn embedded(data: &PanelData) -> String {
    json_escaped(&certain::line(data)).replace('<', "\\u003c")
}
