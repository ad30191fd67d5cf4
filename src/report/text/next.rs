//! The next commands, ready to paste.

use super::layout::Page;
use crate::gateway::release::{Generation, ReleaseSource};
use crate::report::Report;
use crate::report::amount::plain;

pub(super) fn render(page: &mut Page, report: &Report) {
    let path = match report.config.path.as_str() {
        "-" => return,
        path => quoted(path),
    };
    page.title("Next");
    let given =
        |arguments: &[String]| arguments.iter().map(|argument| format!(" {}", quoted(argument))).collect::<String>();
    let question = given(&report.asked.question);
    if report.enrolled().any(|agent| !agent.changes.is_empty()) {
        let all = question.clone() + &given(&report.asked.plan);
        page.line(&format!("  clawbeat diff {path}{all}     # the change as a patch"));
        page.line(&format!("  clawbeat apply {path}{all}    # makes it; clawbeat undo puts it back"));
    }
    page.line(&format!("  clawbeat lint {path}{question}"));
    if report.config.release_source == ReleaseSource::Assumed {
        for version in [Generation::Legacy.newest(), Generation::Current.newest()] {
            page.line(&format!("  clawbeat report {path}{question} --openclaw-version {version}"));
        }
    }
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let harmless = |c: char| c.is_ascii_alphanumeric() || "/._-+@%:".contains(c);
    let is_flag =
        |text: &str| text.strip_prefix("--").is_some_and(|flag| flag.starts_with(|c: char| c.is_ascii_alphabetic()));
    match path.chars().all(harmless) && !path.is_empty() && (!path.starts_with('-') || is_flag(path)) {
        true => path.to_owned(),
        false => format!("'{}'", plain(path).replace('\'', r"'\''")),
    }
}
