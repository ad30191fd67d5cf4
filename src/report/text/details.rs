//! One agent in full: its settings with their origins, what a run sends, the month's tokens, and the alternatives.

use super::layout::Page;
use super::table::{Column, Table};
use super::{alternatives, explained};
use crate::money::Unit;
use crate::report::settings::SETTINGS;
use crate::report::values::{bucket, value};
use crate::report::{AgentReport, Report, RequestParts};
use crate::simulate::estimate::Estimate;
use crate::simulate::pieces::Bucket;
use crate::simulate::spending::Purpose;
use crate::words::{amount, count, plain, tokens};

/// The sections of one agent; `named` puts its id into their titles.
pub(super) fn render(page: &mut Page, report: &Report, agent: &AgentReport, named: bool) {
    let of = if named { format!(" ({})", plain(&agent.id)) } else { String::new() };
    settings(page, agent, &of);
    if let Some(request) = &agent.request {
        sent(page, request, &of);
    }
    let (spent, later) = match &agent.once_routed {
        Some(later) => (later, ", once delivered"),
        None => (&agent.current, ""),
    };
    if spent.runs > 0 {
        page.title(&format!("The month{of}{later}"));
        month(page, spent, report.unit);
    }
    alternatives::alone(page, report, agent, &of);
    alternatives::reaction(page, agent, report.unit, &of);
    explained::of_agent(page, report, agent, &of);
}

fn settings(page: &mut Page, agent: &AgentReport, of: &str) {
    page.title(&format!("Settings{of}"));
    page.paragraph(&format!("Runs because {}.", plain(&agent.reason)));
    let mut table = Table::new([Column::left(""), Column::left(""), Column::left("")]);
    for key in SETTINGS {
        if let Some(info) = agent.settings.get(key) {
            table.row([key.to_owned(), value(&info.value), plain(&info.origin)]);
        }
    }
    table.print(page);
    let source = agent.model.price_source.as_deref().unwrap_or("no price known");
    page.paragraph(&format!("Price: {} ({}).", plain(source), plain(&agent.model.matched)));
}

fn sent(page: &mut Page, request: &RequestParts, of: &str) {
    page.title(&format!("What a run sends{of}"));
    let all: u64 = request.tokens.iter().map(|part| part.tokens).sum();
    for part in &request.tokens {
        let name = match part.name {
            Purpose::Conversation => "conversation, on average",
            other => other.name(),
        };
        let share = (part.tokens * 1000).checked_div(all).map_or(0, |share| (share + 5) / 10);
        page.line(&format!("  {name:<26}{:>8} tokens {share:>3}%", tokens(part.tokens)));
    }
}

fn month(page: &mut Page, month: &Estimate, unit: Unit) {
    let spent = month.tokens;
    page.line(&format!(
        "  {} ticks, {} runs, {} requests",
        count(month.ticks),
        count(month.runs),
        count(month.requests)
    ));
    for (reason, skipped) in &month.skips {
        page.line(&format!("  {} ticks skipped: {}", count(*skipped), reason.name()));
    }
    let buckets = [
        (Bucket::Plain, spent.input),
        (Bucket::Read, spent.cache_read),
        (Bucket::Write5m, spent.cache_write_5m),
        (Bucket::Write1h, spent.cache_write_1h),
        (Bucket::Output, spent.output),
    ];
    for (name, number) in buckets.into_iter().filter(|(_, number)| *number > 0) {
        page.line(&format!("  {:<26}{:>8} tokens", bucket(name, unit), tokens(number)));
    }
    if let Some(each) = month.per_run {
        page.line(&format!("  {} a run on average", amount(each, unit)));
    }
}
