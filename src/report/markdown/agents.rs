//! Who pays: a row an agent, before and after. A long roster shows its dearest agents; the rest is folded away.

use super::escape::{code, prose};
use super::layout::Column::{Left, Right};
use super::layout::{self, list};
use crate::report::against::{AgentAgainst, both, differing};
use crate::report::page::{Payer, Roster, roster};
use crate::report::{AgentReport, Report};
use crate::words::{count, counted, figure_if_known, in_unit, percent};

/// Rows that stay open.
const OPEN: usize = 8;

/// Agents whose changes stay open.
const OPEN_CHANGES: usize = 5;

/// The table of all agents that run, or of those that cost most.
pub(super) fn table(report: &Report) -> String {
    let Roster { shown, more, removed, all } = roster(report, OPEN);
    if shown.is_empty() {
        let why = |agent: &AgentReport| format!("{}: {}", code(&agent.id), prose(&agent.reason));
        return list(report.agents.iter().take(OPEN).map(why));
    }
    let own = shown.iter().map(|payer| Row::of(report, payer));
    let more = more.iter().map(|more| Row { agent: format!("{} more", more.agents), ..Row::of(report, more) });
    let removed = removed.iter().map(|gone| Row::removed(report, gone));
    let mut rows: Vec<Row> = own.chain(more).chain(removed).collect();
    if rows.len() > 1 {
        rows.push(Row { agent: "all".to_owned(), ..Row::of(report, &all) }.bold());
    }
    let mut out = drawn(report, &rows);
    if report.totals.other_generation.is_some() {
        out = format!("On OpenClaw {}:\n\n{out}", report.config.release);
    }
    out
}

/// What the revision changed for each agent, the dearest changes open.
pub(super) fn changed(report: &Report) -> Option<String> {
    let (mut agents, same) = differing(report.against.as_ref()?);
    let all = agents.len();
    if all > OPEN_CHANGES {
        let size = |agent: &&AgentAgainst| {
            agent.here.zip(agent.there).map_or(i128::MAX, |(here, there)| (here - there).pico().abs())
        };
        agents.sort_by_key(|agent| std::cmp::Reverse(size(agent)));
        agents.truncate(OPEN_CHANGES);
    }
    let more = (all > OPEN_CHANGES).then(|| format!("{} more differ", all - OPEN_CHANGES));
    let lines = agents.into_iter().map(|agent| difference(report, agent)).chain(more).chain(same);
    Some(format!("#### What this revision changed\n\n{}", list(lines)))
}

fn difference(report: &Report, agent: &AgentAgainst) -> String {
    let changes = agent.changed.iter().map(|changed| {
        let [from, to] = both(report, changed).map(|value| code(&value));
        format!("{} {from} → {to}", changed.setting)
    });
    let changes: Vec<String> = changes.collect();
    let what = if changes.is_empty() { "no heartbeat setting differs".to_owned() } else { changes.join("; ") };
    format!("{}: {what}", code(&agent.id))
}

/// All of a long roster.
pub(super) fn folded(report: &Report) -> Vec<(String, String)> {
    let mut parts = Vec::new();
    if let Some(against) = report.against.as_ref().filter(|against| differing(against).0.len() > OPEN_CHANGES) {
        let (agents, _) = differing(against);
        let lines = agents.into_iter().map(|agent| difference(report, agent));
        parts.push((format!("All {} that differ", counted(lines.len(), "agent")), list(lines)));
    }
    if report.enrolled().nth(OPEN).is_some() {
        let rows: Vec<Row> = roster(report, usize::MAX).shown.iter().map(|payer| Row::of(report, payer)).collect();
        parts.push((format!("All {}", counted(rows.len(), "agent")), drawn(report, &rows)));
    }
    parts
}

/// One line of the table; cells are escaped.
struct Row {
    agent: String,
    every: String,
    model: String,
    runs: String,
    before: Option<String>,
    now: String,
    share: String,
    after: String,
}

impl Row {
    fn of(report: &Report, payer: &Payer<'_>) -> Self {
        let before = payer.before.map(|before| match payer.is_new {
            true => "–".to_owned(),
            false => figure_if_known(before, report.unit),
        });
        let [now, after] = payer.figures(report.unit);
        Row {
            agent: payer.id.map_or_else(String::new, code),
            every: if payer.every.is_empty() { String::new() } else { code(&payer.every) },
            model: prose(&payer.model),
            runs: count(payer.runs),
            before,
            now,
            share: payer.percent.map_or("–".to_owned(), percent),
            after,
        }
    }

    fn removed(report: &Report, payer: &Payer<'_>) -> Self {
        let gone = || "–".to_owned();
        let agent = payer.id.map_or_else(|| format!("{} agents", payer.agents), code);
        Row {
            agent: format!("{agent} (removed)"),
            every: gone(),
            model: gone(),
            runs: gone(),
            ..Row::of(report, payer)
        }
    }

    fn bold(self) -> Self {
        let bold = |cell: String| if cell.is_empty() { cell } else { format!("**{cell}**") };
        Row {
            agent: bold(self.agent),
            before: self.before.map(bold),
            now: bold(self.now),
            after: bold(self.after),
            ..self
        }
    }
}

fn drawn(report: &Report, rows: &[Row]) -> String {
    let [now, before] = ["now", "before"].map(|name| in_unit(name, report.unit));
    if report.against.is_some() {
        let this = in_unit("this revision", report.unit);
        let cells = |row: &Row| {
            let before = row.before.clone().unwrap_or_default();
            [&row.agent, &row.every, &row.model, &row.runs, &before, &row.now, &row.after].map(Clone::clone)
        };
        let columns = [Left("agent"), Left("every"), Left("model"), Right("runs"), Right(&before), Right(&this)];
        let [agent, every, model, runs, before, this] = columns;
        let rows: Vec<_> = rows.iter().map(cells).collect();
        return layout::table([agent, every, model, runs, before, this, Right("after the plan")], &rows);
    }
    let cells =
        |row: &Row| [&row.agent, &row.every, &row.model, &row.runs, &row.now, &row.share, &row.after].map(Clone::clone);
    let rows: Vec<_> = rows.iter().map(cells).collect();
    let columns = [Left("agent"), Left("every"), Left("model"), Right("runs"), Right(&now), Right("share")];
    let [agent, every, model, runs, now, share] = columns;
    layout::table([agent, every, model, runs, now, share, Right("after the plan")], &rows)
}
