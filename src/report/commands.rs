//! The next commands, ready to paste.

use super::Report;
use crate::gateway::release::{Generation, ReleaseSource};
use crate::words::quoted;

/// A command and what it is for.
pub(super) struct Command {
    /// As a shell takes it.
    pub(super) line: String,
    /// In a clause.
    pub(super) note: String,
}

/// What to run next; nothing for standard input, which cannot be named again.
pub(super) fn commands(report: &Report) -> Vec<Command> {
    if report.config.path == "-" {
        return Vec::new();
    }
    let path = path(report);
    let given =
        |arguments: &[String]| arguments.iter().map(|argument| format!(" {}", quoted(argument))).collect::<String>();
    let question = given(&report.asked.question);
    let mut commands = Vec::new();
    let mut add = |line: String, note: &str| commands.push(Command { line, note: note.to_owned() });
    if !report.mends.is_empty() || report.enrolled().any(|agent| !agent.changes.is_empty()) {
        let all = question.clone() + &given(&report.asked.plan);
        add(format!("clawbeat diff {path}{all}"), "the change as a patch");
        add(format!("clawbeat apply {path}{all}"), "makes it; clawbeat undo puts it back");
    }
    add(format!("clawbeat lint {path}{question}"), "what else is wrong with the file");
    if report.config.release_source == ReleaseSource::Assumed {
        for version in [Generation::Legacy.newest(), Generation::Current.newest()] {
            let line = format!("clawbeat report {path}{question} --openclaw-version {version}");
            add(line, &format!("as OpenClaw {version} reads it"));
        }
    }
    commands
}

/// What to type next after the answer in one screen.
pub(super) fn first(report: &Report) -> Vec<Command> {
    let command = |name: &str, more: &str, note: &str| {
        Some(Command { line: command(report, name)? + more, note: note.to_owned() })
    };
    let planned = !report.mends.is_empty() || report.enrolled().any(|agent| !agent.changes.is_empty());
    let apply = planned.then(|| command("apply", "", "make the changes (undo: clawbeat undo)")).flatten();
    apply.into_iter().chain(command("report", " --full", "what is behind these figures")).collect()
}

/// A command on the config with every flag that was given; none for standard input.
pub(super) fn command(report: &Report, name: &str) -> Option<String> {
    let flags = report.asked.question.iter().chain(&report.asked.plan).map(|flag| format!(" {}", quoted(flag)));
    (report.config.path != "-").then(|| format!("clawbeat {name} {}{}", path(report), flags.collect::<String>()))
}

/// The file as an argument; no flag comes of it.
fn path(report: &Report) -> String {
    let path = &report.config.path;
    if path.starts_with('-') { quoted(&format!("./{path}")) } else { quoted(path) }
}
