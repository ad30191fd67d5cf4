//! What became of the files of a call that changes a fleet: a line each, and how many of each kind.

use std::fmt;
use std::process::ExitCode;

use clawbeat::files::journal::{Done, JournalEntry};
use clawbeat::words::{count, exact_json_escaped};

use super::super::output::print;
use super::super::write::REFUSED;
use super::signals::Signals;

/// How many files there are of each kind.
#[derive(Default)]
pub(super) struct FileTally {
    pub(super) written: u64,
    pub(super) unchanged: u64,
    pub(super) refused: u64,
    pub(super) undone: u64,
    /// Changed, and refused by OpenClaw all the same.
    pub(super) still_refused: u64,
    /// Changed, with something wrong all the same.
    doubtful: u64,
}

impl FileTally {
    /// Counts a file and prints its line.
    pub(super) fn tell(&mut self, entry: &JournalEntry) {
        let of = match entry.done {
            Done::Begun | Done::Written => &mut self.written,
            Done::Unchanged => &mut self.unchanged,
            Done::Refused => &mut self.refused,
            Done::Undone => &mut self.undone,
        };
        *of += 1;
        self.doubtful += u64::from(entry.error.is_some() && entry.done != Done::Refused);
        if let Ok(line) = serde_json::to_string(entry) {
            // The journal has it, whoever listens.
            let _ = print(&(exact_json_escaped(&line) + "\n"));
        }
    }

    /// The exit code.
    pub(super) fn code(&self, signals: &Signals) -> ExitCode {
        match self.refused + self.still_refused + self.doubtful {
            _ if signals.is_stopped() => signals.code(),
            0 => ExitCode::SUCCESS,
            _ => ExitCode::from(REFUSED),
        }
    }
}

impl fmt::Display for FileTally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = [
            (self.written - self.still_refused, "changed"),
            (self.undone, "put back"),
            (self.unchanged, "held the change before"),
            (self.refused, "refused"),
            (self.still_refused, "changed and still refused by OpenClaw"),
        ];
        let told =
            kinds.iter().filter(|(number, _)| *number > 0).map(|(number, kind)| format!("{} {kind}", count(*number)));
        let told: Vec<String> = told.collect();
        f.write_str(if told.is_empty() { "nothing to do" } else { "" })?;
        f.write_str(&told.join(", "))
    }
}
