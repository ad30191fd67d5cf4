//! What stands behind the figures: where the money goes, the settings that decide, the alternatives, warnings and
//! assumptions.

use super::escape::{code, prose};
use super::layout::Column::{Left, Right};
use super::layout::{list, table};
use crate::report::page::{Share, WHERE_IT_GOES, where_it_goes};
use crate::report::remarks::{beyond, not_here, worst};
use crate::report::settings::SETTINGS;
use crate::report::values::{levers, value, value_of};
use crate::report::{AgentReport, Report};
use crate::words::{amount_if_known, counted, duration, figure, figure_if_known, percent, tokens};

/// Agents shown with their settings and alternatives; `--agent` shows one of a larger roster.
const DETAILED: usize = 2;

/// The folded parts: a title and a body each.
pub(super) fn parts(report: &Report) -> Vec<(String, String)> {
    let mut parts = Vec::new();
    parts.extend(spending(report).map(|body| (WHERE_IT_GOES.to_owned(), body)));
    let beating: Vec<&AgentReport> = report.enrolled().filter(|agent| agent.current.ticks > 0).collect();
    if beating.len() <= DETAILED {
        let each = |part: fn(&Report, &AgentReport) -> String| {
            let bodies = beating.iter().filter_map(|agent| {
                let body = part(report, agent);
                let head = if beating.len() > 1 { format!("{}\n\n", code(&agent.id)) } else { String::new() };
                (!body.is_empty()).then(|| format!("{head}{body}\n"))
            });
            bodies.collect::<String>()
        };
        for (title, part) in [
            ("Settings and what decides them", settings as fn(&Report, &AgentReport) -> String),
            ("Each change on its own", alone),
            ("Cost against reaction time", reaction),
            ("Why not the usual advice, and what would save beyond the plan", advice),
        ] {
            let body = each(part);
            if !body.is_empty() {
                parts.push((title.to_owned(), body));
            }
        }
    }
    if let Some(compared) = compared(report) {
        parts.push(compared);
    }
    let warnings = report.further_warnings();
    if !warnings.is_empty() {
        let title = counted(warnings.len(), "warning");
        parts.push((title, list(warnings.iter().map(|text| prose(text)))));
    }
    let assumed = report
        .assumptions
        .iter()
        .map(|one| format!("{}: {} ({})", prose(&one.name), prose(&one.value), prose(&one.source)));
    if !report.assumptions.is_empty() {
        parts.push((counted(report.assumptions.len(), "assumption"), list(assumed)));
    }
    parts
}

fn spending(report: &Report) -> Option<String> {
    // Where nothing runs now, the spending of an agent is that of a later day.
    let goes = where_it_goes(report).filter(|goes| !goes.is_later)?;
    let row = |share: &Share| {
        let cost = figure_if_known(share.cost, report.unit);
        let percent = if goes.is_priced { percent(share.percent) } else { "–".to_owned() };
        [share.name.to_owned(), tokens(share.tokens), cost, percent]
    };
    let drawn = |first, shares: &[Share]| {
        let rows: Vec<_> = shares.iter().map(row).collect();
        table([Left(first), Right("tokens"), Right("a month"), Right("share")], &rows)
    };
    Some(format!("{}\n{}", drawn("part of the request", &goes.by_part), drawn("billed as", &goes.by_kind)))
}

fn settings(_: &Report, agent: &AgentReport) -> String {
    let rows = SETTINGS.into_iter().filter_map(|key| {
        let info = agent.settings.get(key)?;
        Some([key.to_owned(), code(&value(&info.value)), prose(&info.origin)])
    });
    let rows: Vec<_> = rows.collect();
    let source = agent.model.price_source.as_deref().unwrap_or("no price known");
    format!(
        "Runs because {}.\n\n{}\nPrice: {} ({}).\n",
        prose(&agent.reason),
        table([Left("setting"), Left("value"), Left("decided by")], &rows),
        prose(source),
        prose(&agent.model.matched)
    )
}

fn alone(report: &Report, agent: &AgentReport) -> String {
    if agent.levers.is_empty() {
        return String::new();
    }
    let row = |lever: &crate::report::LeverInfo| {
        let what = format!("{}: {}", levers(lever), value_of(report, lever, code));
        [what, figure(lever.cost, report.unit), figure(lever.saving, report.unit)]
    };
    let rows: Vec<_> = agent.levers.iter().map(row).collect();
    table([Left("change"), Right("a month then"), Right("saves")], &rows)
}

fn reaction(report: &Report, agent: &AgentReport) -> String {
    if agent.frontier.len() < 2 {
        return String::new();
    }
    let row = |point: &crate::plan::Point| {
        let [mean, worst] = [point.mean_delay_ms, point.worst_delay_ms].map(duration);
        [code(&point.every), figure(point.cost, report.unit), mean, worst]
    };
    let rows: Vec<_> = agent.frontier.iter().map(row).collect();
    table([Left("every"), Right("a month"), Right("mean delay"), Right("worst")], &rows)
}

fn advice(report: &Report, agent: &AgentReport) -> String {
    let unit = report.unit;
    let not_here = agent.not_here.iter().map(|not| not_here(not, unit, prose));
    let beyond = agent.advice.iter().take(4).map(|advice| beyond(advice, unit, code, prose));
    let worst = agent.loops.iter().map(|loops| format!("At worst {}", worst(loops, unit, code, prose)));
    list(not_here.chain(beyond).chain(worst))
}

fn compared(report: &Report) -> Option<(String, String)> {
    let comparison = report.comparison.as_ref()?;
    let money = |money| amount_if_known(money, report.unit);
    let total = money(comparison.current.typical());
    let lines = comparison.agents.iter().map(|agent| {
        let why = if agent.because.is_empty() { "no difference".to_owned() } else { agent.because.join("; ") };
        format!("{}: {} for {}: {}", code(&agent.id), money(agent.there), money(agent.here), prose(&why))
    });
    let warning = comparison.warning.iter().map(|warning| prose(warning));
    let title = format!("Under OpenClaw {}: about {total} a month", comparison.release);
    Some((title, list(warning.chain(lines))))
}
