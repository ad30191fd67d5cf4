//! What a rule says: one problem at one place, with what would be right and, where it is about money, what it costs.

use std::fmt;
use std::ops::Range;

use serde::Serialize;

use super::money::Waste;
use crate::document::{Change, KeyPath};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// It runs, but not as a reader would think, or wastes much.
    Warning,
    /// OpenClaw's own `config validate` refuses the file for this.
    Error,
}

impl Severity {
    /// Its name in every output.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether a fix may be applied without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// It cannot start or stop runs, change what the agent knows or which model answers, compared with what a reader
    /// of the file expects.
    Safe,
    /// It can.
    Unsafe,
}

/// Changes that make a finding go away.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// Whether it may be applied without asking.
    pub safety: Safety,
    /// What to change, in paths of the file.
    pub changes: Vec<Change>,
}

/// One problem at one place.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The id of the rule.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The place in the config; it may not be there yet.
    pub path: KeyPath,
    /// The bytes of the file to look at.
    pub range: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
    /// The edit, where one is certain.
    pub fix: Option<Fix>,
    /// The edits that the help names, each of which would do by itself: they hold for more than the heartbeats, or are
    /// one way of several, so they are not made.
    pub advised: Vec<Vec<Change>>,
    /// What it costs a month and what the fix saves, where that is known.
    pub waste: Option<Waste>,
    /// For errors: OpenClaw mends this by itself when the gateway starts.
    pub mended: bool,
    /// The included file that holds the place, where the config itself does not.
    pub held_by: Option<HeldBy>,
}

/// A place in an included file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldBy {
    /// The file as the user would write it.
    pub file: String,
    /// The bytes of it to look at.
    pub range: Range<usize>,
}

impl Finding {
    /// Says what would be right.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds an edit that the help names; no changes are none.
    #[must_use]
    pub fn advise(mut self, changes: Vec<Change>) -> Self {
        self.advised.extend((!changes.is_empty()).then_some(changes));
        self
    }

    /// Says that OpenClaw repairs it at start.
    #[must_use]
    pub fn mended(mut self, mended: bool) -> Self {
        self.mended = mended;
        self
    }

    /// Gives it a price.
    #[must_use]
    pub fn waste(mut self, waste: Option<Waste>) -> Self {
        self.waste = waste;
        self
    }

    /// Gives it a fix; no changes are none.
    #[must_use]
    pub fn fix(mut self, safety: Safety, changes: Vec<Change>) -> Self {
        self.fix = (!changes.is_empty()).then_some(Fix { safety, changes });
        self
    }
}

/// Whether the release's `config validate` accepts the part of the file that decides a heartbeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It does.
    Valid,
    /// It does not, but the gateway mends the file when it starts.
    Repaired,
    /// It does not, and the gateway does not start.
    Refused,
}

impl Verdict {
    /// Its name in every output.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Valid => "valid",
            Verdict::Repaired => "repaired",
            Verdict::Refused => "refused",
        }
    }
}
