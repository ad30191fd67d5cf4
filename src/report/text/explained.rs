//! What stands behind the changes: what came second, what to watch, why not the popular advice, and what would save
//! beyond the levers.

use super::layout::Page;
use crate::money::Money;
use crate::plan::confidence::Confidence;
use crate::report::amount::{amount, plain};
use crate::report::values::{advised, shown};
use crate::report::{AgentReport, ChangeInfo, Report};

/// Advice shown; the rest is in the JSON.
const SHOWN: usize = 4;

/// The lines below a change.
pub(super) fn of_change(page: &mut Page, report: &Report, change: &ChangeInfo) {
    if let Some(second) = change.runner_up.as_ref().filter(|second| second.more > Money::ZERO) {
        let more = amount(second.more, report.unit);
        page.wrapped(&format!("    next best: {}, {more} dearer", shown(report, &second.to)), 4);
    }
    if let (Some(doubt), Confidence::Low | Confidence::Medium) = (&change.doubt, change.confidence) {
        page.wrapped(&format!("    less sure: {}", plain(doubt)), 4);
    }
    page.wrapped(&format!("    watch {}", change.watch), 4);
}

/// The sections below an agent's figures.
pub(super) fn of_agent(page: &mut Page, report: &Report, agent: &AgentReport, of: &str) {
    if !agent.not_here.is_empty() {
        page.title(&format!("Why not the usual advice{of}"));
        for not in &agent.not_here {
            let figures = [not.cost, not.instead].map(|figure| amount(figure, report.unit));
            let text = format!(
                "- \"{}\": {} a month here, {} {}: {}",
                not.advice, figures[0], figures[1], not.alternative, not.reason
            );
            page.wrapped(&text, 2);
        }
    }
    if !agent.advice.is_empty() {
        page.title(&format!("Beyond the plan, by your own hand{of}"));
    }
    for advice in agent.advice.iter().take(SHOWN) {
        let to = advised(&advice.to);
        let place = advice.path.as_deref().unwrap_or(advice.setting);
        let saves = amount(advice.saving, report.unit);
        let text =
            format!("- {}: {to} would save {saves} more; {} [{}]", plain(place), advice.condition, advice.source);
        page.wrapped(&text, 2);
    }
    if let Some(loops) = &agent.loops {
        let [now, then] = [loops.cost_per_day, loops.then_per_day].map(|figure| amount(figure, report.unit));
        let limit = match &loops.path {
            Some(path) if loops.then_per_day < loops.cost_per_day => {
                format!("; {}: {} keeps it to {then}", plain(path), loops.to)
            }
            _ => String::new(),
        };
        page.title(&format!("At worst{of}"));
        let text = format!(
            "- {now} a day if every check-in loops until its time is up ({} requests){limit}",
            loops.requests_per_run
        );
        page.wrapped(&text, 2);
    }
}
