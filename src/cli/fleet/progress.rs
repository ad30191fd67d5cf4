//! How far a fleet is, on a terminal: one line that is written over, and gone at the end.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use clawbeat::fleet::FleetTotals;
use clawbeat::words::{count, counted};

const WIDTH: u64 = 30;
const OFTEN: Duration = Duration::from_millis(100);

/// The line.
pub(super) struct Progress {
    all: Option<u64>,
    /// None where standard error is no terminal.
    next: Option<Instant>,
    shown: bool,
}

impl Progress {
    /// Of so many configs, where that is known.
    pub(super) fn of(all: Option<u64>) -> Self {
        Progress { all, next: io::stderr().is_terminal().then(Instant::now), shown: false }
    }

    /// Shows how far it is, now and then.
    pub(super) fn show(&mut self, totals: &FleetTotals) {
        let now = Instant::now();
        if self.next.is_some_and(|next| now >= next) {
            self.next = Some(now + OFTEN);
            self.shown = true;
            let _ = write!(io::stderr().lock(), "\r{}\x1b[K", line(totals.configs, self.all, totals.bad));
        }
    }

    /// Takes the line away.
    pub(super) fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            let _ = write!(io::stderr().lock(), "\r\x1b[K");
        }
    }
}

fn line(done: u64, all: Option<u64>, bad: u64) -> String {
    let bad = if bad == 0 { String::new() } else { format!(", {} failed", count(bad)) };
    match all.filter(|all| *all > 0) {
        None => format!("{}{bad}", counted(done, "config")),
        Some(all) => {
            let full = usize::try_from((done * WIDTH / all).min(WIDTH)).unwrap_or_default();
            let empty = usize::try_from(WIDTH).unwrap_or_default() - full;
            let bar = "#".repeat(full) + &"-".repeat(empty);
            format!("[{bar}] {} of {} configs{bad}", count(done), count(all))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn the_bar_is_full_at_the_end() {
        assert_eq!(line(0, Some(10), 0), format!("[{}] 0 of 10 configs", "-".repeat(30)));
        assert_eq!(line(10_000, Some(10_000), 2), format!("[{}] 10,000 of 10,000 configs, 2 failed", "#".repeat(30)));
        assert_eq!(line(1_234, None, 0), "1,234 configs");
    }
}
