//! The report on a terminal: in one screen, or in full with what the answers rest on.

mod against;
mod alternatives;
mod brief;
mod changes;
mod compared;
mod details;
mod explained;
mod layout;
mod next;
mod roster;
mod spending;
mod table;
mod takes;
mod windows;

pub use layout::Screen;

use layout::Page;

use super::headline::{headline, sentence};
use super::kinds::kinds_of_tokens;
use super::mends;
use super::{AgentReport, Gate, Report};
use crate::words::plain;

/// Agents shown with their settings and parts; larger rosters are a table, `--agent` shows one.
const DETAILED_AGENTS: usize = 2;
/// Warnings shown.
const WARNINGS: usize = 8;

/// Renders the answer in one screen.
pub fn render(report: &Report, screen: Screen) -> String {
    brief::render(report, screen)
}

/// Renders all that the report holds.
pub fn render_full(report: &Report, screen: Screen) -> String {
    let mut page = Page::new(screen);
    file(&mut page, report);
    for text in headline(report) {
        page.blank();
        page.paragraph(&text);
    }
    for text in &report.foremost {
        page.blank();
        page.paragraph(&plain(&sentence(text)));
    }
    page.list("Limits", &limits(report), WARNINGS);
    against::render(&mut page, report);
    compared::render(&mut page, report);
    roster::render(&mut page, report);
    takes::render(&mut page, report);
    windows::render(&mut page, report);
    spending::render(&mut page, report);
    page.list(mends::TITLE, &mends::sentences(&report.mends), WARNINGS);
    changes::summary(&mut page, report);
    page.list("Warnings", report.further_warnings(), WARNINGS);
    changes::details(&mut page, report);
    let beating: Vec<&AgentReport> = report.enrolled().filter(|agent| agent.current.ticks > 0).collect();
    if beating.len() <= DETAILED_AGENTS {
        beating.iter().for_each(|agent| details::render(&mut page, report, agent, beating.len() > 1));
    }
    if let Some(kinds) = kinds_of_tokens(report.unit) {
        page.blank();
        page.paragraph(kinds);
    }
    assumptions(&mut page, report);
    next::render(&mut page, report);
    page.into_text()
}

fn file(page: &mut Page, report: &Report) {
    let source = &report.config.release_origin;
    let path = if report.config.path == "-" { "<stdin>" } else { &report.config.path };
    page.paragraph(&format!("{} · OpenClaw {} ({source})", plain(path), report.config.release));
    let mut read = report.read_workspaces();
    if let Some(first) = read.next() {
        let more = match read.count() {
            0 => String::new(),
            others => format!(", and {others} more"),
        };
        page.paragraph(&format!("Workspace: {}{more} (--no-workspace leaves them out)", plain(first)));
    }
}

/// What became of the limits that were given.
fn limits(report: &Report) -> Vec<String> {
    let line = |gate: &Gate| {
        let kept = if gate.kept { "kept" } else { "not kept" };
        format!("{kept}: {} ({})", gate.sentence(report.unit), gate.gate.flag())
    };
    report.gates.iter().map(line).collect()
}

fn assumptions(page: &mut Page, report: &Report) {
    if report.assumptions.is_empty() {
        return;
    }
    page.title("Assumptions");
    for assumption in &report.assumptions {
        let text = format!("- {}: {} [{}]", assumption.name, plain(&assumption.value), plain(&assumption.source));
        page.wrapped(&text, 2);
    }
}
