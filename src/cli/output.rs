//! Writing to the terminal. Standard output carries the answer, standard error what a reader of the answer should know.

use std::io::{self, IsTerminal, Write};

use clawbeat::report::text::Screen;

use super::options::Color;
use clawbeat::words::{plain, plain_lines};

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

/// Writes what quotes a file: byte for byte for a program, without what a terminal would act on for a person.
pub(super) fn print_file(text: &str) -> io::Result<()> {
    if io::stdout().is_terminal() { print(&plain_lines(text)) } else { print(text) }
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
