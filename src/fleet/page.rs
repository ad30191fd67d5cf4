//! What a fleet comes to as one page for a browser: the sums, the dearest, and for each other default who would pay less,
//! who more, and by how much.

use maud::{Markup, html};

use super::text::{cells, left_out, summary};
use super::totals::FleetTotals;
use super::what_if::Effect;
use crate::money::Unit;
use crate::report::html::chart::bar;
use crate::report::html::{sheet, titled};
use crate::words::{count, counted, figure, figure_if_known, in_unit, percent_of, plain};

/// Renders the page.
pub fn render(totals: &FleetTotals) -> String {
    let lines = summary(totals);
    let body = html! {
        header {
            h1 { "Heartbeat cost of " (counted(totals.configs, "config")) }
            @for line in &lines { p.lead { (line) "." } }
        }
        @for (unit, _) in &totals.units { (dearest(totals, *unit)) }
        @if !totals.what_if.is_empty() { (titled("what-if", "If the default were", &what_if(totals))) }
    };
    sheet("Heartbeat cost of a fleet", &body, "")
}

fn dearest(totals: &FleetTotals, unit: Unit) -> Markup {
    let rows = totals.dearest.get(&unit).map_or(&[][..], Vec::as_slice);
    let id = format!("dearest-{unit}").to_lowercase();
    titled(
        &id,
        "The most expensive",
        &html! {
            div.wide { table {
                thead { tr {
                    th scope="col" { "Config" }
                    th.number scope="col" { (in_unit("A month now", unit)) }
                    th.number scope="col" { "Planned" }
                    th.number scope="col" { "Saves" }
                } }
                tbody { @for one in rows { tr {
                    th scope="row" { (plain(&one.id)) }
                    td.number { (figure(one.current, unit)) }
                    td.number { (figure_if_known(one.recommended, unit)) }
                    td.number { (figure_if_known(one.recommended.map(|then| one.current - then), unit)) }
                } } }
            } }
        },
    )
}

fn what_if(totals: &FleetTotals) -> Markup {
    let effects: Vec<_> = totals.effects().collect();
    html! {
        p { "What a heartbeat block says itself stays as it is; only what it leaves to the defaults changes." }
        div.wide { table {
            thead { tr {
                th scope="col" { "Default" }
                @for name in ["Saves a month", "Pay less", "The same", "Pay more", "By together"] {
                    th scope="col" class="number" { (name) }
                }
            } }
            tbody { @for (name, unit, effect) in &effects {
                @let [first, rest @ ..] = cells(name, *unit, effect);
                tr { th scope="row" { (first) } @for cell in &rest { td.number { (cell) } } }
            } }
        } }
        @if let Some(line) = left_out(totals) { p { (line) "." } }
        @for (name, unit, effect) in &effects { (distribution(name, *unit, effect)) }
    }
}

/// How many configs pay how much less or more.
fn distribution(name: &str, unit: Unit, effect: &Effect) -> Markup {
    let share = |number: u64| percent_of(number, effect.known()).unwrap_or_default();
    html! {
        div.wide { table.bars {
            caption { (plain(name)) ": difference of a month, " (unit) }
            tbody { @for (at, number) in effect.buckets.iter().enumerate() { tr {
                th scope="row" { (Effect::bucket(at)) }
                td.number { (count(*number)) }
                td.chart { (bar(share(*number))) }
            } } }
        } }
    }
}
