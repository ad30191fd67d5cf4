//! What stands behind the changes: what came second, what to watch, why not the popular advice, and what would save
//! beyond the levers.

use super::layout::Page;
use crate::report::remarks::{beyond, not_here, worst};
use crate::report::values::shown;
use crate::report::{AgentReport, ChangeInfo, Report};
use crate::words::plain;

/// Advice shown; the rest is in the JSON.
const SHOWN: usize = 4;

/// The lines below a change.
pub(super) fn of_change(page: &mut Page, report: &Report, change: &ChangeInfo) {
    if let Some(second) = change.second() {
        let more = second.more.amount();
        page.wrapped(&format!("    next best: {}, {more} a month more", shown(report, &second.to)), 4);
    }
    if let Some(doubt) = change.misgiving() {
        page.wrapped(&format!("    less sure: {}", plain(doubt)), 4);
    }
    page.wrapped(&format!("    watch {}", change.watch), 4);
}

/// The sections below an agent's figures.
pub(super) fn of_agent(page: &mut Page, report: &Report, agent: &AgentReport, of: &str) {
    let unit = report.unit;
    let mut section = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            page.title(&format!("{title}{of}"));
        }
        lines.iter().for_each(|line| page.wrapped(&format!("- {line}"), 2));
    };
    section("Why not the usual advice", agent.not_here.iter().map(|not| not_here(not, unit, plain)).collect());
    let advice = agent.advice.iter().take(SHOWN);
    section("Beyond the plan, by your own hand", advice.map(|advice| beyond(advice, unit, plain, plain)).collect());
    section("At worst", agent.loops.iter().map(|loops| worst(loops, unit, plain, plain)).collect());
}
