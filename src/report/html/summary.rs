//! The answer: the headline's sentences and the figures a reader takes away.

use maud::{Markup, html};

use crate::money::Money;
use crate::report::Report;
use crate::report::headline::{headline, sentence};
use crate::simulate::estimate::Estimate;
use crate::words::{amount, count, figure, percent, plain};

pub(super) fn section(report: &Report, name: &str) -> Markup {
    let source = &report.config.release_origin;
    let date = |moment: &str| moment.get(..10).unwrap_or(moment).to_owned();
    let period = &report.period;
    html! {
        header id="summary" {
            p.file { (name) " · OpenClaw " (report.config.release) " (" (source) ") · " (period.days) " days from "
                (date(&period.start)) ", " (period.timezone) }
            h1 { "What the heartbeats cost" }
            @for text in headline(report) { p.lead { (text) } }
            @for text in &report.foremost { p.warnings { (plain(&sentence(text))) } }
            @if !report.gates.is_empty() { ul.plain id="gates" { @for gate in &report.gates {
                li { (if gate.kept { "✔ kept: " } else { "✘ not kept: " }) code { (gate.gate.flag()) } ", " (gate.sentence(report.unit)) }
            } } }
            (tiles(report))
        }
    }
}

fn tiles(report: &Report) -> Markup {
    let totals = &report.totals;
    let saved = totals.saving.filter(|saving| saving.amount > Money::ZERO);
    let later: Vec<&Estimate> = report.enrolled().filter_map(|agent| agent.once_routed.as_ref()).collect();
    html! {
        dl.tiles {
            (tile("now", "A month now", &totals.current, report))
            @if totals.current.runs == 0 && !later.is_empty() {
                (tile("once-routed", "Once delivered", &Estimate::sum(later.into_iter()), report))
            }
            @if let Some(saving) = saved {
                (tile("after", "After the change", &totals.recommended, report))
                div.tile id="saved" {
                    dt { "Saved" }
                    dd { strong { (amount(saving.amount, report.unit)) }
                        @if let Some(share) = saving.percent { span { (percent(share)) " of it" } } }
                }
            }
        }
    }
}

fn tile(id: &str, name: &str, month: &Estimate, report: &Report) -> Markup {
    let unit = report.unit;
    html! {
        div.tile id=(id) {
            dt { (name) }
            dd {
                @match month.cost {
                    Some(cost) => {
                        strong { data value=(cost.typical) { (amount(cost.typical, unit)) } }
                        @if cost.low < cost.high { span { "between " (figure(cost.low, unit)) " and " (figure(cost.high, unit)) } }
                    }
                    None => strong { "unknown" }
                }
                span { (count(month.runs)) " runs of " (count(month.ticks)) " ticks" }
            }
        }
    }
}
