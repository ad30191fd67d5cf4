//! The report on a terminal: in one screen, or in full with what the answers rest on.

mod brief;
mod changes;
pub(crate) mod layout;
mod next;
mod roster;
mod section;
mod spending;
pub(crate) mod table;

pub use layout::Screen;

use layout::Page;
use section::words;

use super::Report;
use super::page::headline::{beside, headline, sentence};
use super::page::{answers, beating, behind, files, limits, usage};
use crate::words::plain;

/// Agents shown with their settings and parts; larger rosters are a table, `--agent` shows one.
const DETAILED_AGENTS: usize = 2;

/// Renders the answer in one screen.
pub fn render(report: &Report, screen: Screen) -> String {
    brief::render(report, screen)
}

/// Renders all that the report holds.
pub fn render_full(report: &Report, screen: Screen) -> String {
    let mut page = Page::new(screen);
    file(&mut page, report);
    let foremost = report.foremost.iter().map(|text| plain(&sentence(text)));
    let limits = limits(report).into_iter().map(|limit| sentence(&words(&limit)));
    for text in headline(report).into_iter().chain(limits).chain(beside(report)).chain(foremost) {
        page.blank();
        page.paragraph(&text);
    }
    roster::render(&mut page, report);
    spending::render(&mut page, report);
    usage(report).iter().for_each(|section| section::print(&mut page, section));
    answers(report).iter().for_each(|section| section::print(&mut page, section));
    changes::summary(&mut page, report);
    changes::details(&mut page, report);
    let agents = Some(beating(report)).filter(|agents| agents.len() <= DETAILED_AGENTS).unwrap_or_default();
    behind(report, &agents).iter().for_each(|section| section::print(&mut page, section));
    next::render(&mut page, report);
    page.into_text()
}

/// Renders the answers for several configs beside each other.
pub fn render_several(reports: &[Report], screen: Screen) -> String {
    let mut page = Page::new(screen);
    page.paragraph(&files::together(reports));
    section::print(&mut page, &files::files(reports));
    next::several(&mut page);
    page.into_text()
}

fn file(page: &mut Page, report: &Report) {
    let source = &report.config.release_origin;
    page.paragraph(&format!("{} · OpenClaw {} ({source})", plain(files::name(report)), report.config.release));
    let mut read = report.read_workspaces();
    if let Some(first) = read.next() {
        let more = match read.count() {
            0 => String::new(),
            others => format!(", and {others} more"),
        };
        page.paragraph(&format!("Workspace: {}{more} (--no-workspace leaves them out)", plain(first)));
    }
}
