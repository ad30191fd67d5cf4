//! What differs between two files, or between two releases of OpenClaw, agent by agent.

use super::super::Report;
use super::super::against::{AgentAgainst, both, differing};
use super::{Line, List, Section};
use crate::words::amount_if_known;

/// Agents that stand open.
const OPEN: usize = 5;

/// What a revision changed; the agents whose cost changes most come first.
pub(super) fn revision(report: &Report) -> Option<Section> {
    let against = report.against.as_ref()?;
    let path = if against.path == "-" { "<stdin>" } else { &against.path };
    let (mut agents, same) = differing(against);
    if agents.len() > OPEN {
        agents.sort_by_key(|agent| std::cmp::Reverse(agent.size()));
    }
    let what = format!("Against {path} · OpenClaw {}", against.release);
    let items = agents.into_iter().map(|agent| difference(report, agent)).chain(same.map(Line::from));
    Some(Section::new(
        "against",
        "What this revision changed",
        vec![super::Block::Text(what.into()), List::of(items, OPEN)],
    ))
}

fn difference(report: &Report, agent: &AgentAgainst) -> Line {
    let changes = agent.changed.iter().map(|changed| {
        let [from, to] = both(report, changed);
        Line::new(format!("{} ", changed.setting)).and_code(from).and(" → ").and_code(to)
    });
    let changes = match agent.changed.is_empty() {
        true => "no heartbeat setting differs".into(),
        false => Line::joined(changes, "; "),
    };
    Line::code(&agent.id).and(": ").then(changes)
}

/// The same file under another release.
pub(super) fn compared(report: &Report) -> Option<Section> {
    let comparison = report.comparison.as_ref()?;
    let money = |money| amount_if_known(money, report.unit);
    let here = report.config.release;
    let agents = comparison.agents.iter().map(|agent| {
        let why = if agent.because.is_empty() { "no difference".to_owned() } else { agent.because.join("; ") };
        let [there, now] = [agent.there, agent.here].map(money);
        Line::code(&agent.id).and(format!(": {there} ({now} on {here}): {why}"))
    });
    let warning = comparison.warning.iter().map(|warning| super::Block::Text(warning.as_str().into()));
    let blocks = warning.chain([List::of(agents, OPEN)]).collect();
    Some(Section::new("compared", "On the other release", blocks))
}
