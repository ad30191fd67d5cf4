//! Writing to the terminal. Standard output carries the answer, standard error what a reader of the answer should know.

use std::io::{self, Write};

use clawbeat::report::amount::plain;

/// Writes the answer.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Writes a message; nobody may be listening.
pub(super) fn complain(text: &str) {
    let lines: Vec<String> = text.lines().map(plain).collect();
    let _ = writeln!(io::stderr().lock(), "{}", lines.join("\n"));
}
