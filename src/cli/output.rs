//! Writing to the terminal. Standard output carries the answer, standard error what a reader of the answer should know.

use std::io::{self, IsTerminal, Write};

use clawbeat::report::text::Screen;

use super::options::Color;
use clawbeat::words::{fenced, plain, plain_lines};

/// Writes the answer. A reader that closed the pipe has seen what it wanted, and changes nothing else: what is to be
/// written to a file is written, and the exit code is the same.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    unless_closed(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Takes a closed pipe for an answer that was read.
pub(super) fn unless_closed(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Writes a patch: byte for byte for a program, fenced for the runner of a GitHub job, and without what a terminal or the
/// log of another build would act on.
pub(super) fn print_patch(text: &str) -> io::Result<()> {
    let set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if io::stdout().is_terminal() {
        return print(&plain_lines(text));
    }
    if set(&"GITHUB_ACTIONS") {
        return print(&fenced(text));
    }
    if !OTHER_RUNNERS.iter().any(set) {
        return print(text);
    }
    let shown = plain_lines(text);
    if shown != text {
        complain(
            "note: this patch holds text that a build log may act on, which is shown escaped, so it does not apply as it \
             stands; clawbeat diff --output FILE writes it as it is",
        );
    }
    print(&shown)
}

/// Set by runners whose logs act on text and cannot be told to stop.
const OTHER_RUNNERS: [&str; 7] =
    ["GITLAB_CI", "TF_BUILD", "TEAMCITY_VERSION", "JENKINS_URL", "BUILDKITE", "TRAVIS", "BITBUCKET_BUILD_NUMBER"];

/// Writes what quotes a file, for a person.
pub(super) fn print_file(text: &str) -> io::Result<()> {
    print(&plain_lines(text))
}

/// Writes a message; nobody may be listening.
pub(super) fn complain(text: &str) {
    let lines: Vec<String> = text.lines().map(plain).collect();
    let _ = writeln!(io::stderr().lock(), "{}", lines.join("\n"));
}

/// The screen that the answer goes to: as wide as the terminal, coloured where that is wanted. In a pipe it is the same
/// on every machine.
pub(super) fn screen(color: Color) -> Screen {
    let terminal = io::stdout().is_terminal();
    let columns = || Some(usize::from(terminal_size::terminal_size()?.0.0));
    let width = columns().filter(|_| terminal).unwrap_or(Screen::PLAIN.width);
    Screen { width: width.clamp(40, 400), colour: color.is_on(terminal) }
}
