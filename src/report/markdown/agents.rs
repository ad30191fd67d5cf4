//! Who pays: a row an agent, before and after. A long roster shows its dearest agents; the rest is folded away.

use super::escape::{code, prose};
use super::layout::Column::{Left, Right};
use super::layout::{self, list};
use crate::money::{Money, Unit};
use crate::report::against::{AgentAgainst, both, differing};
use crate::report::values::{model_name, setting};
use crate::report::{AgentReport, Report};
use crate::simulate::estimate::Estimate;
use crate::words::{count, counted, figure, figure_if_known, in_unit, percent};

/// Rows that stay open.
const OPEN: usize = 8;

/// Agents whose changes stay open.
const OPEN_CHANGES: usize = 5;

/// Removed agents with a row of their own.
const OPEN_REMOVED: usize = 3;

/// The table of all agents that run, or of the dearest.
pub(super) fn table(report: &Report) -> String {
    let mut agents: Vec<&AgentReport> = report.enrolled().collect();
    if agents.is_empty() {
        let why = |agent: &AgentReport| format!("{}: {}", code(&agent.id), prose(&agent.reason));
        return list(report.agents.iter().take(OPEN).map(why));
    }
    if agents.len() > OPEN {
        agents = report.dearest();
    }
    let open = agents.len().min(OPEN);
    let mut rows: Vec<Row> = agents[..open].iter().map(|agent| Row::of(report, agent)).collect();
    if agents.len() > open {
        rows.push(Row::sum(&format!("{} more", count((agents.len() - open) as u64)), report, &agents[open..]));
    }
    let removed = removed(report);
    match removed.len() {
        0..=OPEN_REMOVED => {
            rows.extend(removed.iter().map(|agent| Row::removed(code(&agent.id), &[agent], report.unit)))
        }
        many => rows.push(Row::removed(format!("{many} agents"), &removed, report.unit)),
    }
    if rows.len() > 1 {
        let mut all = Row::sum("all", report, &agents);
        all.before = report.against.as_ref().map(|against| figure_if_known(against.current.typical(), report.unit));
        rows.push(all.bold());
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
    let agents: Vec<&AgentReport> = report.enrolled().collect();
    if agents.len() > OPEN {
        let rows: Vec<Row> = agents.iter().map(|agent| Row::of(report, agent)).collect();
        parts.push((format!("All {}", counted(rows.len(), "agent")), drawn(report, &rows)));
    }
    parts
}

fn removed(report: &Report) -> Vec<&AgentAgainst> {
    let agents = report.against.iter().flat_map(|against| &against.agents);
    agents.filter(|agent| !report.agents.iter().any(|here| here.id == agent.id)).collect()
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
    fn of(report: &Report, agent: &AgentReport) -> Self {
        let total = report.totals.current.typical();
        let now = agent.current.typical();
        let share = total.zip(now).and_then(|(total, now)| now.percent_of(total));
        let before = report.against.as_ref().map(|against| {
            let known = against.agents.iter().find(|before| before.id == agent.id);
            known.map_or_else(|| "–".to_owned(), |before| figure_if_known(before.there, report.unit))
        });
        Row {
            agent: code(&agent.id),
            every: code(&setting(agent, "every")),
            model: prose(&model_name(agent)),
            runs: count(agent.current.runs),
            before,
            now: figure_if_known(now, report.unit),
            share: share.map_or("–".to_owned(), percent),
            after: figure_if_known(agent.recommended.typical(), report.unit),
        }
    }

    fn sum(name: &str, report: &Report, agents: &[&AgentReport]) -> Self {
        let sum = |of: fn(&AgentReport) -> &Estimate| Estimate::sum(agents.iter().map(|agent| of(agent)));
        let (now, after) = (sum(|agent| &agent.current), sum(|agent| &agent.recommended));
        let share = report.totals.current.typical().zip(now.typical()).and_then(|(all, now)| now.percent_of(all));
        let before = report.against.as_ref().map(|against| {
            let of = |agent: &&AgentReport| against.agents.iter().find(|before| before.id == agent.id)?.there;
            figure_if_known(agents.iter().map(of).sum::<Option<Money>>(), report.unit)
        });
        Row {
            agent: name.to_owned(),
            every: String::new(),
            model: String::new(),
            runs: count(now.runs),
            before,
            now: figure_if_known(now.typical(), report.unit),
            share: share.map_or("–".to_owned(), percent),
            after: figure_if_known(after.typical(), report.unit),
        }
    }

    fn removed(name: String, agents: &[&AgentAgainst], unit: Unit) -> Self {
        let gone = || "–".to_owned();
        let before = agents.iter().map(|agent| agent.there).sum::<Option<Money>>();
        Row {
            agent: format!("{name} (removed)"),
            every: gone(),
            model: gone(),
            runs: gone(),
            before: Some(figure_if_known(before, unit)),
            now: figure(Money::ZERO, unit),
            share: gone(),
            after: figure(Money::ZERO, unit),
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
