//! What a reader should know beside the figures: limits, what is fixed first, warnings, assumptions.

use super::super::{Gate, Report, mends};
use super::headline::capitalized;
use super::{Block, Line, List, Section};
use crate::money::Unit;

/// Warnings and fixes that stand open.
const OPEN: usize = 8;

/// The limits that were given, and whether they are kept.
pub(in crate::report) fn limits(report: &Report) -> Vec<Line> {
    let line =
        |gate: &Gate| Line::kept(gate.kept).and_code(gate.gate.flag()).and(format!(", {}", gate.sentence(report.unit)));
    report.gates.iter().map(line).collect()
}

/// What is put right before anything is saved.
pub(super) fn mends(report: &Report) -> Option<Section> {
    let mends = mends::sentences(&report.mends);
    (!mends.is_empty())
        .then(|| Section::new("mends", mends::TITLE, vec![List::of(mends.into_iter().map(Line::from), OPEN)]))
}

/// The warnings that are not told under the answer.
pub(super) fn warnings(report: &Report) -> Option<Section> {
    let warnings = report.further_warnings().iter().map(|text| Line::new(text.as_str()));
    (!report.further_warnings().is_empty())
        .then(|| Section::new("warnings", "Warnings", vec![List::of(warnings, OPEN)]))
}

/// What each kind of token is, where amounts are credits, in the words of the page on credits.
pub(super) fn credits(report: &Report) -> Option<Section> {
    const KINDS: &str = "Credits pay for four kinds of tokens: input is what is sent, output what the model writes, \
        thinking included; cache creation is input that is put into the prompt cache, cached input is input that is taken \
        from it.";
    (report.unit == Unit::Credits)
        .then(|| Section::new("credits", "What credits pay for", vec![Block::Text(KINDS.into())]).folded())
}

/// What the figures rest on.
pub(super) fn assumptions(report: &Report) -> Option<Section> {
    let items = report
        .assumptions
        .iter()
        .map(|one| Line::new(format!("{}: {} ({})", capitalized(&one.name), one.value, one.said())));
    (!report.assumptions.is_empty())
        .then(|| Section::new("assumptions", "Assumptions", vec![List::of(items, usize::MAX)]).folded())
}
