//! Findings as GitHub workflow commands, which annotate the lines of a pull request. Everything that comes from a config
//! is escaped, so that no text of it can become a command.

use std::ops::Range;

use super::FileLint;
use crate::rules::{Finding, Severity};
use crate::words::plain;

/// Renders one line for each finding.
pub fn render(files: &[FileLint<'_>]) -> String {
    let lines = files.iter().flat_map(FileLint::findings).map(|(file, finding, place)| line(&file, finding, &place));
    lines.collect()
}

fn line(file: &FileLint<'_>, finding: &Finding, place: &Range<usize>) -> String {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let (start, end) = (file.position(place.start), file.position(place.end));
    let help = finding.help.as_ref().map_or(String::new(), |help| format!("; {help}"));
    // Columns only count where the finding is within one line.
    let columns = match start.line == end.line {
        true => format!(",col={},endColumn={}", start.column, end.column),
        false => String::new(),
    };
    format!(
        "::{command} file={},line={},endLine={}{columns},title={}::{}\n",
        property(&plain(file.path)),
        start.line,
        end.line,
        property(&format!("clawbeat {}", finding.rule)),
        message(&plain(&format!("{}{help}", finding.message))),
    )
}

/// The text after the last `::`.
fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value before it, where commas and colons separate.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
