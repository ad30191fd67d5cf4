//! The report on a terminal: the answer first, then the change, then what stands behind them. Plain text, at most 80
//! columns wide where names allow it.

mod against;
mod alternatives;
mod changes;
mod compared;
mod details;
mod explained;
mod layout;
pub(super) mod next;
mod roster;

use layout::{list, paragraph, title, wrapped};

use super::amount::plain;
use super::headline::headline;
use super::kinds::kinds_of_tokens;
use super::{AgentReport, Report};
use crate::gateway::release::ReleaseSource;

/// Agents shown with their settings and parts; larger rosters are a table, `--agent` shows one.
const DETAILED_AGENTS: usize = 2;

/// Renders the report.
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    file(&mut out, report);
    for text in headline(report) {
        out.push('\n');
        paragraph(&mut out, &text);
    }
    roster::render(&mut out, report);
    changes::render(&mut out, report);
    let beating: Vec<&AgentReport> = report.enrolled().filter(|agent| agent.current.ticks > 0).collect();
    if beating.len() <= DETAILED_AGENTS {
        beating.iter().for_each(|agent| details::render(&mut out, report, agent, beating.len() > 1));
    }
    against::render(&mut out, report);
    if let Some(kinds) = kinds_of_tokens(report.unit) {
        out.push('\n');
        paragraph(&mut out, kinds);
    }
    compared::render(&mut out, report);
    list(&mut out, "Warnings", &report.warnings);
    assumptions(&mut out, report);
    next::render(&mut out, report);
    out
}

fn file(out: &mut String, report: &Report) {
    let source = match report.config.release_source {
        ReleaseSource::Flag => "as asked",
        ReleaseSource::Meta => "named in the file",
        ReleaseSource::Assumed => "assumed",
    };
    let path = if report.config.path == "-" { "<stdin>" } else { &report.config.path };
    paragraph(out, &format!("{} · OpenClaw {} ({source})", plain(path), report.config.release));
}

fn assumptions(out: &mut String, report: &Report) {
    if report.assumptions.is_empty() {
        return;
    }
    title(out, "Assumptions");
    for assumption in &report.assumptions {
        let text = format!("- {}: {} [{}]", assumption.name, plain(&assumption.value), plain(&assumption.source));
        wrapped(out, &text, 2);
    }
}
