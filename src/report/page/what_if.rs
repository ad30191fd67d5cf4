//! What the panel for other settings looks up: every month was worked out by the simulator and is written here twice, exact
//! and as people read it.

use std::collections::HashMap;

use serde::Serialize;

use super::super::html_extras::{Panel, Sheet};
use crate::money::{Money, Unit};
use crate::plan::grid::{Beat, Column, Grid, Variants};
use crate::words::{amount, count, duration, percent, plain};

/// What the script reads.
#[derive(Serialize)]
pub(in crate::report) struct Data {
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

/// The months of a panel.
pub(in crate::report) fn data(unit: Unit, panel: &Panel) -> Data {
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
        format!("; the agent notices things after {} on average, {} at most", duration(mean), duration(worst))
    });
    Named { name: beat.every.to_string(), note: format!("{} heartbeats a month{waits}", count(beat.runs)) }
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
            std::cmp::Ordering::Equal => return "same as now".to_owned(),
            std::cmp::Ordering::Less => ("less than now", now - month),
            std::cmp::Ordering::Greater => ("more than now", month - now),
        };
        let share = difference.percent_of(now).map_or(String::new(), |share| format!(" ({})", percent(share)));
        format!("{} {word}{share}", amount(difference, self.unit))
    }
}
