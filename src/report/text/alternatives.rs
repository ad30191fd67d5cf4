//! What else could be chosen: each remedy alone, and the cost against the reaction time.

use serde_json::Value;

use super::layout::{in_unit, table, title};
use crate::money::Unit;
use crate::report::amount::{duration, figure};
use crate::report::values::{shown, value};
use crate::report::{AgentReport, Report};

pub(super) fn remedies(out: &mut String, report: &Report, agent: &AgentReport, of: &str) {
    if agent.levers.is_empty() {
        return;
    }
    title(out, &format!("Each remedy alone{of}"));
    let unit = report.unit;
    let mut rows = vec![[String::from("change"), in_unit("month", unit), String::from("saves")]];
    for lever in &agent.levers {
        let what = match lever.to.as_str() {
            Some("0m") => "every: 0m (off: the floor)".to_owned(),
            _ => match &lever.to {
                Value::Array(values) => format!("{}: {}", lever.lever.replace('+', " + "), value(&values[0])),
                to => format!("{}: {}", lever.lever, shown(report, to)),
            },
        };
        rows.push([what, figure(lever.cost, unit), figure(lever.saving, unit)]);
    }
    table(out, &rows, &[1, 2]);
}

pub(super) fn reaction(out: &mut String, agent: &AgentReport, unit: Unit, of: &str) {
    if agent.frontier.len() < 2 {
        return;
    }
    title(out, &format!("Cost against reaction time, with the best other settings{of}"));
    let mut rows = vec![["every".to_owned(), in_unit("month", unit), "mean delay".to_owned(), "worst".to_owned()]];
    for point in &agent.frontier {
        let delays = [duration(point.mean_delay_ms), duration(point.worst_delay_ms)];
        let [mean, worst] = delays;
        rows.push([point.every.clone(), figure(point.cost, unit), mean, worst]);
    }
    table(out, &rows, &[1, 2, 3]);
}
