//! The next commands, ready to paste.

use super::Report;
use crate::releases::{ReleaseSource, newest_of_each_schema};
use crate::rules::Verdict;
use crate::words::quoted;

/// A command and what it is for.
pub(super) struct SuggestedCommand {
    /// As a shell takes it.
    pub(super) line: String,
    /// In a clause.
    pub(super) note: String,
}

/// What to run next; nothing for standard input, which cannot be named again.
pub(super) fn commands(report: &Report) -> Vec<SuggestedCommand> {
    if report.config.path == "-" {
        return Vec::new();
    }
    let path = path(report);
    let given =
        |arguments: &[String]| arguments.iter().map(|argument| format!(" {}", quoted(argument))).collect::<String>();
    let question = given(&report.asked.question);
    let mut commands = Vec::new();
    let mut add = |line: String, note: &str| commands.push(SuggestedCommand { line, note: note.to_owned() });
    if is_planned(report) {
        let all = question.clone() + &given(&report.asked.plan);
        add(format!("clawbeat diff {path}{all}"), "show the changes as a patch");
        if !is_left_refused(report) {
            add(format!("clawbeat apply {path}{all}"), "make the changes; clawbeat undo takes them back");
        }
    }
    add(format!("clawbeat lint {path}{question}"), lint_note(report, "what else is wrong with the file"));
    if report.config.release_source == ReleaseSource::Assumed {
        for version in newest_of_each_schema() {
            let line = format!("clawbeat report {path}{question} --openclaw-version {version}");
            add(line, &format!("as OpenClaw {version} reads it"));
        }
    }
    commands
}

/// What to type next after the answer in one screen, word by word.
pub(super) fn first(report: &Report) -> Vec<(Vec<String>, &'static str)> {
    let next = match is_planned(report) {
        _ if is_left_refused(report) => words(report, "lint").map(|words| (words, lint_note(report, ""))),
        true => words(report, "apply").map(|words| (words, "make the changes")),
        false => None,
    };
    let full = words(report, "report").map(|mut words| {
        words.extend(report.asked.report.iter().map(|flag| quoted(flag)).chain(["--full".to_owned()]));
        (words, "the whole report")
    });
    next.into_iter().chain(full).collect()
}

/// Whether there is anything to change.
fn is_planned(report: &Report) -> bool {
    !report.mends.is_empty() || report.enrolled().any(|agent| !agent.changes.is_empty())
}

/// Whether OpenClaw refuses the file with all changes made, too, so that `apply` writes nothing.
fn is_left_refused(report: &Report) -> bool {
    report.config.verdict_after == Verdict::Refused
}

fn lint_note(report: &Report, otherwise: &'static str) -> &'static str {
    if is_left_refused(report) { "what OpenClaw refuses, to fix by hand first" } else { otherwise }
}

/// A command on the config with every flag that was given; none for standard input.
pub(super) fn command(report: &Report, name: &str) -> Option<String> {
    words(report, name).map(|words| words.join(" "))
}

fn words(report: &Report, name: &str) -> Option<Vec<String>> {
    // Lint asks for no plan and takes none of its flags.
    let plan: &[String] = if name == "lint" { &[] } else { &report.asked.plan };
    let flags = report.asked.question.iter().chain(plan).map(|flag| quoted(flag));
    let start = ["clawbeat".to_owned(), name.to_owned(), path(report)];
    (report.config.path != "-").then(|| start.into_iter().chain(flags).collect())
}

/// The file as an argument; no flag comes of it.
fn path(report: &Report) -> String {
    let path = &report.config.path;
    if path.starts_with('-') { quoted(&format!("./{path}")) } else { quoted(path) }
}
