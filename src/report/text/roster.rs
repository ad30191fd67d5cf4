//! The agents as a table, the shares of the bill, and who does not run.

use super::layout::{in_unit, paragraph, table};
use crate::report::amount::{count, figure, percent, plain};
use crate::report::values::{model_name, setting};
use crate::report::{AgentReport, Report};

/// Who spends how much; with nobody enrolled, why.
pub(super) fn render(out: &mut String, report: &Report) {
    let unit = report.unit;
    let total = report.totals.current.cost.map(|cost| cost.typical);
    let names = ["agent", "every", "model", "runs", &in_unit("now", unit), "share", "after"];
    let mut rows = vec![names.map(str::to_owned)];
    for agent in report.enrolled() {
        let share = total.zip(agent.current.cost).and_then(|(total, cost)| cost.typical.percent_of(total));
        rows.push([
            plain(&agent.id),
            setting(agent, "every"),
            model_name(agent),
            count(agent.current.runs),
            agent.current.cost.map_or("unknown".to_owned(), |cost| figure(cost.typical, unit)),
            share.map_or("-".to_owned(), percent),
            agent.recommended.cost.map_or("unknown".to_owned(), |cost| figure(cost.typical, unit)),
        ]);
    }
    if rows.len() == 1 {
        for agent in &report.agents {
            out.push('\n');
            paragraph(out, &format!("{}: {}", plain(&agent.id), agent.reason));
        }
        return;
    }
    out.push('\n');
    if report.totals.other_generation.is_some() {
        paragraph(out, &format!("On {}:", report.config.release));
    }
    table(out, &rows, &[3, 4, 5, 6]);
    let silent: Vec<&AgentReport> = report.agents.iter().filter(|agent| !agent.enrolled).collect();
    if let Some(first) = silent.first() {
        let names: Vec<String> = silent.iter().take(8).map(|agent| plain(&agent.id)).collect();
        let more = if silent.len() > 8 { format!(" and {} more", silent.len() - 8) } else { String::new() };
        out.push('\n');
        paragraph(out, &format!("Not running: {}{more} ({}).", names.join(", "), plain(&first.reason)));
    }
}
