//! Which releases can have written files that do not say it: by what came into them with one release, and by what is not
//! there yet.

use crate::releases::{Behaviour, Version};

/// What stands in the records of a gateway from some release on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    /// Sizes of a prompt, with each session.
    pub(super) report: bool,
    /// Among them the cap of all files together.
    pub(super) cap_of_all: bool,
    /// And what the caps cut off.
    pub(super) cuts: bool,
    /// A row after each run that was sent all files.
    pub(super) bootstrap_rows: bool,
    /// A marker where the prompt of a heartbeat stood before.
    pub(super) polls: bool,
    /// Heartbeats that have nothing to say, among all others.
    pub(super) quiet: bool,
}

/// Releases that leave the same marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Era {
    /// The first of them.
    pub from: Version,
    /// The first that is none of them.
    pub before: Version,
    /// The one that stands for all of them.
    pub read_as: Version,
}

type EraMark = fn(&Marks) -> bool;

/// From the newest to the oldest, each with its mark. Read in the packages of 2026.2.17, 2026.2.25, 2026.3.2, 2026.3.13,
/// 2026.3.28, 2026.3.31, 2026.4.1, 2026.4.5, 2026.4.10, 2026.4.15 and 2026.7.35, and seen in recorded stores.
const ERAS: [(EraMark, Era); 6] = [
    (|marks| marks.polls, era((4, 29), (8, 1), (7, 35))),
    (|marks| marks.bootstrap_rows, era((4, 7), (4, 29), (4, 15))),
    (|marks| marks.cuts && marks.quiet, era((4, 1), (4, 15), (4, 9))),
    (|marks| marks.cuts, era((3, 7), (4, 1), (3, 28))),
    (|marks| marks.cap_of_all, era((2, 17), (3, 13), (2, 17))),
    (|marks| marks.report, era((1, 29), (2, 17), (2, 6))),
];

const fn era(from: (u16, u16), before: (u16, u16), read_as: (u16, u16)) -> Era {
    const fn version((month, patch): (u16, u16)) -> Version {
        Version::new(2026, month, patch)
    }
    Era { from: version(from), before: version(before), read_as: version(read_as) }
}

impl Era {
    /// Whether they take quiet ticks out of the transcript again.
    pub(super) fn erases_quiet_ticks(self) -> bool {
        Behaviour::of(self.read_as).erases_quiet_ticks
    }
}

impl Marks {
    /// Those of several stores.
    pub(super) fn and(self, other: Self) -> Self {
        Marks {
            report: self.report | other.report,
            cap_of_all: self.cap_of_all | other.cap_of_all,
            cuts: self.cuts | other.cuts,
            bootstrap_rows: self.bootstrap_rows | other.bootstrap_rows,
            polls: self.polls | other.polls,
            quiet: self.quiet | other.quiet,
        }
    }

    /// The releases that leave them; `None` where nothing tells.
    pub(super) fn era(&self) -> Option<Era> {
        ERAS.iter().find(|(has, _)| has(self)).map(|(_, era)| *era)
    }
}
