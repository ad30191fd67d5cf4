//! The report as a comment on a pull request: the answer, who pays, what to change, all on one screen; what stands
//! behind them is folded away. The same report gives the same bytes, and the first line is always [`MARKER`], so that a
//! bot can find its comment and put the new one in its place.

mod agents;
mod behind;
mod changes;
mod escape;
mod layout;

use std::fmt::Write as _;

use escape::{code, prose};

use super::headline::{headline, not_running, sentence};
use super::kinds::kinds_of_tokens;
use super::{Report, against, mends};

/// The first line of every report; no renderer shows it.
pub const MARKER: &str = "<!-- clawbeat report -->";

/// A comment on GitHub holds 65,536 characters; folded parts that would not fit are left out, and named.
const LONGEST: usize = 60_000;

/// Renders the report.
pub fn render(report: &Report) -> String {
    let path = if report.config.path == "-" { "<stdin>" } else { &report.config.path };
    let mut out = format!("{MARKER}\n### What heartbeats cost: {}\n\n", code(path));
    let mut paragraph = |text: &str| {
        let _ = write!(out, "{text}\n\n");
    };
    // In a pull request the first question is what the revision does.
    let first = against::sentence(report);
    for (at, text) in headline(report).iter().enumerate() {
        let is_answer = first.as_ref().map_or(at == 0, |first| first == text);
        paragraph(&if is_answer { format!("**{}**", prose(text)) } else { prose(text) });
    }
    report.foremost.iter().for_each(|text| paragraph(&prose(&sentence(text))));
    gates(report).iter().for_each(|text| paragraph(text));
    paragraph(agents::table(report).trim_end());
    let parts = [not_running(report, code, prose), agents::changed(report), fixes(report), changes::table(report)];
    for part in parts.into_iter().flatten() {
        paragraph(part.trim_end());
    }
    let mut left_out = Vec::new();
    let parts = changes::folded(report).into_iter().chain(agents::folded(report)).chain(behind::parts(report));
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

fn fixes(report: &Report) -> Option<String> {
    let fixes = mends::sentences(&report.mends);
    let list = || layout::list(fixes.iter().map(|text| prose(text)));
    (!fixes.is_empty()).then(|| format!("#### {}\n\n{}", mends::TITLE, list()))
}

fn gates(report: &Report) -> Option<String> {
    let line = |gate: &super::Gate| {
        let kept = if gate.kept { "✅" } else { "❌" };
        format!("{kept} `{}`: {}", gate.gate.flag(), prose(&gate.sentence(report.unit)))
    };
    (!report.gates.is_empty()).then(|| layout::list(report.gates.iter().map(line)).trim_end().to_owned())
}

/// Under what the figures hold.
fn colophon(report: &Report) -> String {
    let source = &report.config.release_origin;
    let period = &report.period;
    let day = |moment: &str| moment.get(..10).unwrap_or(moment).to_owned();
    let hash = report.config.sha256.get(..12).unwrap_or_default();
    let mut line = format!(
        "<sub>OpenClaw {} ({source}) · {} days from {}, {} · file {hash}",
        report.config.release,
        period.days,
        day(&period.start),
        prose(&period.timezone),
    );
    if let Some(against) = &report.against {
        let _ = write!(line, " against {}", against.sha256.get(..12).unwrap_or_default());
    }
    if let Some(kinds) = kinds_of_tokens(report.unit) {
        let _ = write!(line, "<br>{kinds}");
    }
    line + "</sub>"
}
