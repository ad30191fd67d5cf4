//! One agent in full: its settings with their origins, what a run sends, the month's tokens, and the alternatives.

use std::fmt::Write as _;

use super::layout::{paragraph, table, title};
use super::{alternatives, explained};
use crate::money::Unit;
use crate::report::amount::{amount, count, plain, tokens};
use crate::report::values::value;
use crate::report::{AgentReport, Report, RequestParts};
use crate::simulate::estimate::Estimate;

/// The sections of one agent; `named` puts its id into their titles.
pub(super) fn render(out: &mut String, report: &Report, agent: &AgentReport, named: bool) {
    let of = if named { format!(" ({})", plain(&agent.id)) } else { String::new() };
    settings(out, agent, &of);
    if let Some(request) = &agent.request {
        sent(out, request, &of);
    }
    let (spent, later) = match &agent.once_routed {
        Some(later) => (later, ", once there is a route"),
        None => (&agent.current, ""),
    };
    if spent.runs > 0 {
        title(out, &format!("The month{of}{later}"));
        month(out, spent, report.unit);
    }
    alternatives::remedies(out, report, agent, &of);
    alternatives::reaction(out, agent, report.unit, &of);
    explained::of_agent(out, report, agent, &of);
}

fn settings(out: &mut String, agent: &AgentReport, of: &str) {
    title(out, &format!("Settings{of}"));
    paragraph(out, &format!("Runs because {}.", plain(&agent.reason)));
    let mut rows = Vec::new();
    for key in ["every", "model", "isolatedSession", "lightContext", "activeHours", "target", "cacheRetention"] {
        if let Some(info) = agent.settings.get(key) {
            rows.push([key.to_owned(), value(&info.value), plain(&info.origin)]);
        }
    }
    table(out, &rows, &[]);
    let source = agent.model.price_source.as_deref().unwrap_or("no price known");
    paragraph(out, &format!("Price: {} ({}).", plain(source), plain(&agent.model.matched)));
}

fn sent(out: &mut String, request: &RequestParts, of: &str) {
    title(out, &format!("What a run sends{of}"));
    let parts = &request.parts;
    let shown = [
        ("tools", parts.tools),
        ("system text", parts.stable_system + parts.volatile_system),
        ("workspace files", parts.workspace_files),
        ("skills", parts.skills),
        ("conversation, on average", request.conversation),
        ("heartbeat message", parts.message + parts.carrier),
    ];
    let all: u64 = shown.iter().map(|(_, chars)| chars).sum();
    for (name, chars) in shown {
        let share = (chars * 1000).checked_div(all).map_or(0, |share| (share + 5) / 10);
        let bar = "█".repeat(usize::try_from(share * 3 / 10).unwrap_or(0));
        let line = format!("  {name:<26}{:>8} tokens {share:>3} %  {bar}", tokens(chars / 4));
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

fn month(out: &mut String, month: &Estimate, unit: Unit) {
    let spent = month.tokens;
    let _ =
        writeln!(out, "  {} ticks, {} runs, {} requests", count(month.ticks), count(month.runs), count(month.requests));
    for (reason, skipped) in &month.skips {
        let _ = writeln!(out, "  {} ticks skipped: {}", count(*skipped), reason.name());
    }
    let buckets = [
        ("plain input", spent.input),
        ("cache reads", spent.cache_read),
        ("cache writes, 5 minutes", spent.cache_write_5m),
        ("cache writes, 1 hour", spent.cache_write_1h),
        ("output", spent.output),
    ];
    for (name, number) in buckets.into_iter().filter(|(_, number)| *number > 0) {
        let _ = writeln!(out, "  {name:<26}{:>8} tokens", tokens(number));
    }
    if let Some(each) = month.per_run {
        let _ = writeln!(out, "  {} a run on average", amount(each, unit));
    }
}
