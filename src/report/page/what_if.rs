//! What the panel for other settings looks up: every month was worked out by the simulator and is written here twice, exact
//! and as people read it.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::json;

use super::super::html_extras::{Keys, Panel, PanelSheet, Tried};
use crate::document::KeyPath;
use crate::levers::Lever;
use crate::money::{Money, Unit};
use crate::patch::commands::{argument, setter};
use crate::plan::grid::{Beat, Grid, GridColumn, Variants};
use crate::words::{amount, count, duration, percent, plain};

/// What the script reads.
#[derive(Serialize)]
pub(in crate::report) struct PanelData {
    agents: Vec<PanelAgent>,
    sheets: Vec<PanelTable>,
}

#[derive(Serialize)]
struct PanelAgent {
    name: String,
    sheet: usize,
    writes: Writes,
}

/// The commands that make true what was tried: each but the blocks lacks its value. Empty where no key gives this agent
/// the setting and nobody else.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Writes {
    every: String,
    model: String,
    isolated_session: String,
    light_context: String,
    /// For each model.
    retention: Vec<String>,
    blocks: Vec<String>,
}

/// The months of a sheet. `blocks` hold positions in `months`, for each interval in each context; -1 is unknown.
#[derive(Serialize)]
struct PanelTable {
    intervals: Vec<NamedChoice>,
    models: Vec<PanelModel>,
    present: Present,
    blocks: Vec<Vec<i64>>,
    months: Vec<MonthCell>,
}

#[derive(Serialize)]
struct NamedChoice {
    name: String,
    note: String,
    /// The value as a shell takes it.
    argument: String,
}

#[derive(Serialize)]
struct PanelModel {
    name: String,
    /// The reference that a config writes.
    writes: String,
    argument: String,
    retentions: Vec<PanelRetention>,
}

#[derive(Serialize)]
struct PanelRetention {
    name: String,
    /// The value that a config writes; null is as the file has it.
    writes: Option<String>,
    argument: Option<String>,
    block: usize,
}

#[derive(Serialize)]
struct Present {
    interval: usize,
    context: usize,
}

/// A month: exact, as people read it, against the present one, and all agents together.
#[derive(Serialize)]
struct MonthCell(String, String, String, String);

/// The months of a panel.
pub(in crate::report) fn data(panel: &Panel) -> PanelData {
    let agents = panel.sheets.iter().enumerate().flat_map(|(at, sheet)| {
        let agent = move |tried: &Tried| PanelAgent { name: plain(&tried.id), sheet: at, writes: writes(&tried.keys) };
        sheet.agents.iter().map(agent)
    });
    PanelData { agents: agents.collect(), sheets: panel.sheets.iter().map(table).collect() }
}

fn writes(keys: &Keys) -> Writes {
    let set = |key: &KeyPath| setter(&key.to_string()).unwrap_or_default();
    let of = |lever| keys.in_block.iter().find(|(of, _)| *of == lever).map(|(_, key)| set(key)).unwrap_or_default();
    Writes {
        every: of(Lever::Every),
        model: of(Lever::Model),
        isolated_session: of(Lever::IsolatedSession),
        light_context: of(Lever::LightContext),
        retention: keys.retention.iter().map(|key| key.as_ref().map(set).unwrap_or_default()).collect(),
        blocks: keys.blocks.iter().map(|key| set(key) + &argument(&json!({}))).collect(),
    }
}

fn table(sheet: &PanelSheet) -> PanelTable {
    let (grid, unit) = (&sheet.grid, sheet.grid.unit);
    let mut months = PanelMonths { unit, now: grid.now(), others: sheet.others, rows: Vec::new(), at: HashMap::new() };
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
        let reference = variants.model.to_string();
        let argument = argument(&json!(reference));
        PanelModel { name: model_name(grid, variants), writes: plain(&reference), argument, retentions }
    });
    let models = models.collect();
    PanelTable {
        intervals: grid.beats.iter().map(interval).collect(),
        models,
        present: Present { interval: grid.present_beat(), context: grid.present_context() },
        blocks,
        months: months.rows,
    }
}

fn interval(beat: &Beat) -> NamedChoice {
    let waits = beat.delay.map_or(String::new(), |(mean, worst)| {
        format!("; the agent notices things after {} on average, {} at most", duration(mean), duration(worst))
    });
    let name = beat.every.to_string();
    let argument = argument(&json!(name));
    NamedChoice { name, argument, note: format!("{} heartbeats a month{waits}", count(beat.runs)) }
}

fn retention(variants: &Variants, column: &GridColumn, block: usize) -> PanelRetention {
    let name = match column.asked {
        None => format!("as the file has it ({})", variants.as_is),
        Some(asked) => asked.to_string(),
    };
    let writes = column.asked.map(|asked| asked.to_string());
    PanelRetention { name, argument: writes.as_ref().map(|asked| argument(&json!(asked))), writes, block }
}

/// The catalogue's name, with the reference where another model has the same.
fn model_name(grid: &Grid, variants: &Variants) -> String {
    let reference = plain(&variants.model.to_string());
    let Some(name) = variants.name.as_deref().map(plain) else { return reference };
    let same = grid.models.iter().filter(|other| other.name == variants.name).count();
    if same > 1 { format!("{name} ({reference})") } else { name }
}

/// The different months of a sheet.
struct PanelMonths {
    unit: Unit,
    now: Option<Money>,
    others: Option<Money>,
    rows: Vec<MonthCell>,
    at: HashMap<Money, i64>,
}

impl PanelMonths {
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
        self.rows.push(MonthCell(month.to_string(), shown, self.change(month), all));
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
