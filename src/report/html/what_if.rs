//! A panel to try other settings in. Its script only looks figures up: every month was worked out by the simulator and is
//! written here twice, exact and as people read it.

use std::collections::HashMap;

use maud::{Markup, PreEscaped, html};
use serde::Serialize;

use super::titled;
use crate::certain;
use crate::money::{Money, Unit};
use crate::plan::grid::{Beat, Column, Grid, Variants};
use crate::report::Report;
use crate::report::exhibits::{Panel, Sheet};
use crate::words::{amount, count, duration, json_escaped, percent, plain};

/// What the script reads.
#[derive(Serialize)]
struct Data {
    agents: Vec<Agent>,
    sheets: Vec<Table>,
}

#[derive(Serialize)]
struct Agent {
    name: String,
    sheet: usize,
}

/// The months of a sheet. `blocks` hold positions in `months`, for each interval in each context; -1 is unknown.
#[derive(Serialize)]
struct Table {
    intervals: Vec<Named>,
    models: Vec<Model>,
    present: Present,
    blocks: Vec<Vec<i64>>,
    months: Vec<Month>,
}

#[derive(Serialize)]
struct Named {
    name: String,
    note: String,
}

#[derive(Serialize)]
struct Model {
    name: String,
    /// The reference that a config writes.
    writes: String,
    retentions: Vec<Retention>,
}

#[derive(Serialize)]
struct Retention {
    name: String,
    /// The value that a config writes; null is as the file has it.
    writes: Option<String>,
    block: usize,
}

#[derive(Serialize)]
struct Present {
    interval: usize,
    context: usize,
}

/// A month: exact, as people read it, against the present one, and all agents together.
#[derive(Serialize)]
struct Month(String, String, String, String);

pub(super) fn section(report: &Report) -> Markup {
    let Some(panel) = report.exhibits.as_ref().map(|exhibits| &exhibits.panel) else { return html! {} };
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
            script type="application/json" id="what-if-data" { (PreEscaped(embedded(&data(report.unit, panel)))) }
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
            button type="button" id="wi-reset" { "Back to the present settings" }
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
                li { "Left out, as this page keeps to the dearest: " (panel.left_out.len()) " agents, such as "
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

fn data(unit: Unit, panel: &Panel) -> Data {
    let agents = panel
        .sheets
        .iter()
        .enumerate()
        .flat_map(|(at, sheet)| sheet.agents.iter().map(move |agent| Agent { name: plain(agent), sheet: at }));
    Data { agents: agents.collect(), sheets: panel.sheets.iter().map(|sheet| table(unit, sheet)).collect() }
}

fn table(unit: Unit, sheet: &Sheet) -> Table {
    let grid = &sheet.grid;
    let mut months = Months { unit, now: grid.now(), others: sheet.others, rows: Vec::new(), at: HashMap::new() };
    let mut blocks: Vec<Vec<i64>> = Vec::new();
    let models = grid.models.iter().map(|variants| {
        let retentions = variants.retentions.iter().map(|column| {
            let block: Vec<i64> = column.months.iter().flatten().map(|month| months.position(*month)).collect();
            let at = blocks.iter().position(|other| *other == block).unwrap_or_else(|| {
                blocks.push(block);
                blocks.len() - 1
            });
            retention(variants, column, at)
        });
        let retentions = retentions.collect();
        Model { name: model_name(grid, variants), writes: plain(&variants.model.to_string()), retentions }
    });
    let models = models.collect();
    Table {
        intervals: grid.beats.iter().map(interval).collect(),
        models,
        present: Present { interval: grid.present_beat(), context: grid.present_context() },
        blocks,
        months: months.rows,
    }
}

fn interval(beat: &Beat) -> Named {
    let waits = beat.delay.map_or(String::new(), |(mean, worst)| {
        format!("; what happens waits {} on average, {} at most", duration(mean), duration(worst))
    });
    Named { name: beat.every.to_string(), note: format!("{} runs a month{waits}", count(beat.runs)) }
}

fn retention(variants: &Variants, column: &Column, block: usize) -> Retention {
    let name = match column.asked {
        None => format!("as the file has it ({})", variants.as_is),
        Some(asked) => asked.to_string(),
    };
    Retention { name, writes: column.asked.map(|asked| asked.to_string()), block }
}

/// The catalogue's name, with the reference where another model has the same.
fn model_name(grid: &Grid, variants: &Variants) -> String {
    let reference = plain(&variants.model.to_string());
    let Some(name) = variants.name.as_deref().map(plain) else { return reference };
    let same = grid.models.iter().filter(|other| other.name == variants.name).count();
    if same > 1 { format!("{name} ({reference})") } else { name }
}

/// The different months of a sheet.
struct Months {
    unit: Unit,
    now: Option<Money>,
    others: Option<Money>,
    rows: Vec<Month>,
    at: HashMap<Money, i64>,
}

impl Months {
    fn position(&mut self, month: Option<Money>) -> i64 {
        let Some(month) = month else { return -1 };
        if let Some(at) = self.at.get(&month) {
            return *at;
        }
        let at = i64::try_from(self.rows.len()).unwrap_or(-1);
        let all = self.others.map_or(String::new(), |others| {
            format!("All agents together: about {} a month", amount(month + others, self.unit))
        });
        let shown = format!("about {} a month", amount(month, self.unit));
        self.rows.push(Month(month.to_string(), shown, self.change(month), all));
        self.at.insert(month, at);
        at
    }

    fn change(&self, month: Money) -> String {
        let Some(now) = self.now else { return String::new() };
        let (word, difference) = match month.cmp(&now) {
            std::cmp::Ordering::Equal => return "as much as now".to_owned(),
            std::cmp::Ordering::Less => ("less than now", now - month),
            std::cmp::Ordering::Greater => ("more than now", month - now),
        };
        let share = difference.percent_of(now).map_or(String::new(), |share| format!(" ({})", percent(share)));
        format!("{} {word}{share}", amount(difference, self.unit))
    }
}

/// JSON that cannot end the element it stands in.
fn embedded(data: &Data) -> String {
    json_escaped(&certain::line(data)).replace('<', "\\u003c")
}
