//! The next commands, ready to paste.

use super::layout::Page;
use crate::report::Report;
use crate::report::commands::commands;

/// What to type next after the answers for several configs.
pub(super) fn several(page: &mut Page) {
    page.blank();
    page.paragraph(
        "clawbeat report CONFIG says what one of them costs and why; clawbeat apply CONFIG makes its changes.",
    );
}

pub(super) fn render(page: &mut Page, report: &Report) {
    let commands = commands(report);
    if commands.is_empty() {
        return;
    }
    page.title("Next");
    let width = commands.iter().map(|command| command.line.chars().count()).max().unwrap_or(0);
    let fits = commands.iter().all(|command| width + 6 + command.note.chars().count() <= page.screen.width);
    for command in commands {
        match fits {
            true => page.line(&format!("  {:<width$}  # {}", command.line, command.note)),
            false => {
                page.line(&format!("  # {}", command.note));
                page.line(&format!("  {}", command.line));
            }
        }
    }
}
