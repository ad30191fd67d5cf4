//! Cost against interval in each context, and the cheapest choice for each reaction time.

use maud::{Markup, html};

use super::chart::WIDTH;
use super::titled;
use crate::money::{Money, Unit};
use crate::plan::grid::Grid;
use crate::report::html_extras::PanelSheet;
use crate::report::page::chart::{levels, parts_of};
use crate::report::values::{shown, value};
use crate::report::{AgentReport, Report};
use crate::words::{amount_if_known, counted, duration, figure, figure_if_known, in_unit, plain, rough_figure};

/// Agents whose reaction times are shown.
const SHOWN_AGENTS: usize = 3;

/// The contexts of [`crate::plan::grid::CONTEXTS`] in words.
const NAMES: [&str; 4] = ["shared", "shared, light", "isolated", "isolated, light"];

const HEIGHT: i128 = 2200;
const LEFT: i128 = 620;
/// Keeps the first points off the axis's figures.
const INSET: i128 = 130;
const RIGHT: i128 = 130;
const TOP: i128 = 140;
const BOTTOM: i128 = 260;

pub(super) fn section(report: &Report) -> Markup {
    let sheets = report.html_extras.iter().flat_map(|html_extras| &html_extras.panel.sheets);
    let choosing: Vec<&AgentReport> = report.enrolled().filter(|agent| agent.frontier.len() > 1).collect();
    let (shown, more) = choosing.split_at(choosing.len().min(SHOWN_AGENTS));
    html! {
        @if let Some(sheet) = sheets.into_iter().next() {
            (titled("frontier", "How often is enough", &html! {
                (intervals(report, sheet))
                @for agent in shown { (reaction(report, agent)) }
                @if !more.is_empty() { p.small { "The same choice for " (counted(more.len(), "more agent")) ": see one with --agent." } }
            }))
        }
    }
}

fn intervals(report: &Report, sheet: &PanelSheet) -> Markup {
    let grid = &sheet.grid;
    let several = report.enrolled().nth(1).is_some();
    let model = grid.models.first();
    let name = model
        .map_or(String::new(), |model| model.name.as_deref().map_or_else(|| plain(&model.model.to_string()), plain));
    html! {
        p { "The month with " (name)
            @if let (true, Some(agent)) = (several, sheet.agents.first()) { ", for " (plain(&agent.id)) }
            ", against the interval: with the conversation (shared) or without it (isolated), with the workspace files or without them (light)."
            @if grid.unit == Unit::Tokens { " It is counted in tokens of input: output and what a cache holds count by the ratio of their prices." } }
        figure {
            (drawing(grid))
            figcaption { ul.legend {
                @for (at, name) in NAMES.iter().enumerate() { li { (sample(at)) (name) } }
                li { svg.sample viewBox="0 0 400 240" aria-hidden="true" { (ring(200, 120)) } "now" }
            } }
        }
        (table(grid))
    }
}

type FrontierRow = [Option<Money>; 4];

/// The months with the present model and retention, by interval.
fn rows(grid: &Grid) -> &[FrontierRow] {
    grid.models.first().and_then(|model| model.retentions.first()).map_or(&[], |column| &column.months)
}

fn drawing(grid: &Grid) -> Markup {
    let (rows, unit) = (rows(grid), grid.unit);
    let most = rows.iter().flatten().flatten().max().copied().unwrap_or_default();
    let levels = levels(most);
    let top = levels.last().copied().unwrap_or_default();
    let across = |at: usize| {
        let last = i128::try_from(rows.len().max(2) - 1).unwrap_or(1);
        LEFT + INSET + (WIDTH - LEFT - INSET - RIGHT) * i128::try_from(at).unwrap_or(0) / last
    };
    let down = |money: Money| HEIGHT - BOTTOM - parts_of(money, top, HEIGHT - TOP - BOTTOM);
    let line = |context: usize| {
        let points = rows.iter().enumerate().filter_map(|(at, row)| Some((across(at), down(row[context]?))));
        points.collect::<Vec<_>>()
    };
    let now = grid.now().map(|now| (across(grid.present_beat()), down(now)));
    let label = format!(
        "Cost of a month against the interval in four contexts; the table below has its figures. Now: {}.",
        amount_if_known(grid.now(), unit)
    );
    html! {
        svg.lines viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(label) {
            @for level in levels {
                line.rule x1=(LEFT) x2=(WIDTH - RIGHT) y1=(down(level)) y2=(down(level)) {}
                text x=(LEFT - 60) y=(down(level) + 40) text-anchor="end" { (on_axis(level, unit)) }
            }
            @for (at, beat) in grid.beats.iter().enumerate() {
                text x=(across(at)) y=(HEIGHT - 100) text-anchor="middle" { (beat.every) }
            }
            @for context in 0..NAMES.len() {
                @let points = line(context);
                polyline class={ "series s" (context) } points=(points.iter().map(|(x, y)| format!("{x},{y}")).collect::<Vec<_>>().join(" ")) {}
                @for (x, y) in points { (marker(context, x, y)) }
            }
            @if let Some((x, y)) = now { (ring(x, y)) }
        }
    }
}

/// A level in as little room as an axis has.
fn on_axis(level: Money, unit: Unit) -> String {
    match unit {
        Unit::Tokens => rough_figure(level, unit),
        Unit::Usd | Unit::Credits => figure(level, unit).trim_end_matches(".00").to_owned(),
    }
}

/// A shape for each context, so that colour is not needed to tell them apart.
fn marker(context: usize, x: i128, y: i128) -> Markup {
    let class = format!("mark s{context}");
    html! { @match context {
        0 => circle class=(class) cx=(x) cy=(y) r="42" {},
        1 => rect class=(class) x=(x - 38) y=(y - 38) width="76" height="76" {},
        2 => path class=(class) d={ "M" (x) " " (y - 52) "L" (x + 48) " " (y + 36) "H" (x - 48) "Z" } {},
        _ => path class=(class) d={ "M" (x) " " (y - 54) "L" (x + 54) " " (y) "L" (x) " " (y + 54) "L" (x - 54) " " (y) "Z" } {},
    } }
}

/// The ring around the present month.
fn ring(x: i128, y: i128) -> Markup {
    html! { circle.now cx=(x) cy=(y) r="85" {} }
}

fn sample(context: usize) -> Markup {
    html! {
        svg.sample viewBox="0 0 400 120" aria-hidden="true" {
            line class={ "series s" (context) } x1="0" x2="400" y1="60" y2="60" {}
            (marker(context, 200, 60))
        }
    }
}

fn table(grid: &Grid) -> Markup {
    let unit = grid.unit;
    html! {
        table id="intervals" {
            caption { (in_unit("A typical month", unit)) @if unit == Unit::Tokens { ", tokens" } }
            thead { tr { th scope="col" { "every" } @for name in NAMES { th.number scope="col" { (name) } } } }
            tbody { @for (at, (beat, row)) in grid.beats.iter().zip(rows(grid)).enumerate() { tr {
                th scope="row" { (beat.every) }
                @for (context, month) in row.iter().enumerate() {
                    @let now = at == grid.present_beat() && context == grid.present_context();
                    td.number.now[now] { (cell(*month, unit))
                        @if now { small { "now" } } }
                }
            } } }
        }
    }
}

/// A month in a table whose caption names the unit: on a small screen there is no room for it in each cell.
fn cell(month: Option<Money>, unit: Unit) -> String {
    match month.filter(|_| unit == Unit::Tokens) {
        Some(tokens) => rough_figure(tokens, unit),
        None => figure_if_known(month, unit),
    }
}

fn reaction(report: &Report, agent: &AgentReport) -> Markup {
    let several = report.enrolled().nth(1).is_some();
    let unit = agent.frontier.first().map_or(report.unit, |point| point.cost.unit);
    html! {
        table.reaction {
            caption { "The cheapest choice for each reaction time" @if several { ", " (plain(&agent.id)) } }
            thead { tr { th scope="col" { "every" } th scope="col" { "with" }
                th.number scope="col" { (in_unit("month", unit)) } th.number scope="col" { "waits" } th.number scope="col" { "at most" } } }
            tbody { @for point in agent.frontier.iter() { tr {
                th scope="row" { (point.every) }
                td { (shown(report, &point.model.clone().into()))
                    @if point.isolated_session { ", isolated" } @if point.light_context { ", light" }
                    @if point.active_hours != "always" { ", " (value(&point.active_hours)) } }
                td.number { (point.cost.in_table()) }
                td.number { (duration(point.mean_delay_ms)) }
                td.number { (duration(point.worst_delay_ms)) }
            } } }
        }
    }
}
