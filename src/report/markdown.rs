//! The report as a comment on a pull request: the answer, who pays, what to change, all on one screen; what stands
//! behind them is folded away. The same report gives the same bytes, and the first line is always [`MARKER`], so that a
//! bot can find its comment and put the new one in its place.

mod agents;
mod changes;
mod escape;
mod layout;
mod section;

use std::fmt::Write as _;

use escape::{code, prose};

use super::page::headline::{beside, headline, not_running, sentence};
use super::page::summary::holds_for;
use super::page::{Section, answers, beating, behind, files, limits, spending, usage};
use super::{Report, against};

/// The first line of every report; no renderer shows it.
pub const MARKER: &str = "<!-- clawbeat report -->";

/// A comment on GitHub holds 65,536 characters; folded parts that would not fit are left out, and named.
const LONGEST: usize = 60_000;

/// Agents shown with their settings and alternatives; `--agent` shows one of a larger roster.
const DETAILED: usize = 2;

/// Renders the report.
pub fn render(report: &Report) -> String {
    let path = files::name(report);
    // A pull request that leaves the bill alone needs no more than to say so.
    if let Some(text) = against::sentence(report).filter(|_| against::changes_nothing(report)) {
        return format!("{MARKER}\n{}: {}\n", code(path), prose(&text));
    }
    let mut out = format!("{MARKER}\n### What heartbeats cost: {}\n\n", code(path));
    let mut paragraph = |text: &str| {
        let _ = write!(out, "{text}\n\n");
    };
    // Else the first question is what it does.
    let first = against::sentence(report);
    let mut answers_first = headline(report);
    answers_first.sort_by_key(|text| first.as_ref().is_some_and(|first| first != text));
    for (at, text) in answers_first.iter().enumerate() {
        paragraph(&if at == 0 { format!("**{}**", prose(text)) } else { prose(text) });
    }
    let limits: Vec<String> = limits(report).iter().map(section::words).collect();
    if !limits.is_empty() {
        paragraph(layout::list(limits).trim_end());
    }
    beside(report).for_each(|text| paragraph(&prose(&text)));
    report.foremost.iter().for_each(|text| paragraph(&prose(&sentence(text))));
    answers(report).iter().for_each(|answer| paragraph(section::open(answer).trim_end()));
    paragraph(agents::table(report).trim_end());
    not_running(report).iter().for_each(|silent| paragraph(&section::words(silent)));
    changes::table(report).iter().for_each(|table| paragraph(table.trim_end()));
    let agents = Some(beating(report)).filter(|agents| agents.len() <= DETAILED).unwrap_or_default();
    let behind: Vec<Section> =
        spending::tables(report).into_iter().chain(usage(report)).chain(behind(report, &agents)).collect();
    let mut left_out = Vec::new();
    let parts = changes::folded(report).into_iter().chain(agents::folded(report));
    let parts = parts.chain(behind.iter().map(section::folded));
    for (title, body) in parts {
        let part = layout::folded(&title, &body);
        match out.len() + part.len() < LONGEST {
            true => out.push_str(&part),
            false => left_out.push(title),
        }
    }
    if !left_out.is_empty() {
        let _ = write!(out, "\nLeft out, as a comment holds no more: {}.\n", left_out.join("; "));
    }
    let _ = write!(out, "\n{}\n", colophon(report));
    out
}

/// Renders the reports on several configs as one comment.
pub fn render_several(reports: &[Report]) -> String {
    let mut out = format!("{MARKER}\n### What heartbeats cost\n\n**{}**\n\n", prose(&files::together(reports)));
    out.push_str(&section::open(&files::files(reports)));
    let (title, body) = section::folded(&files::answers(reports));
    let part = format!("\n{}", layout::folded(&title, &body));
    match out.len() + part.len() < LONGEST {
        true => out + &part,
        false => out + &format!("\nLeft out, as a comment holds no more: {title}.\n"),
    }
}

/// Under what the figures hold.
fn colophon(report: &Report) -> String {
    let hash = |hash: &str| hash.get(..12).unwrap_or_default().to_owned();
    let mut line = format!("<sub>{} · file {}", prose(&holds_for(report)), hash(&report.config.sha256));
    if let Some(against) = &report.against {
        let _ = write!(line, " against {}", hash(&against.sha256));
    }
    line + "</sub>"
}
