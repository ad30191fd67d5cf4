//! What the start of a current gateway changes in a file that it repairs, as changes of the file.

use serde_json::Value;

use crate::analysis::Analysis;
use crate::document::{Change, KeyPath, difference};
use crate::releases::Version;
use crate::releases::shape::repairs::repaired;
use crate::rules::Verdict;
use crate::words::few_of;

/// What a start makes of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct AtStart {
    /// What it changes, in the order in which the changes are made.
    pub changes: Vec<Change>,
    /// Places of which it is not known what becomes of them.
    pub open: Vec<KeyPath>,
}

/// Why a start's changes are not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoMigration {
    /// The release takes the file as it is.
    #[error("OpenClaw {0} takes the file as it is")]
    Valid(Version),
    /// The release refuses the file.
    #[error("OpenClaw {0} refuses the file, and then its start repairs nothing: {1}")]
    Refused(Version, String),
    /// Some of what a start does is not known.
    #[error(
        "what OpenClaw makes of {} is not known here; openclaw doctor --fix makes it of the file",
        few_of(&.0.iter().map(KeyPath::to_string).collect::<Vec<_>>())
    )]
    Unknown(Vec<KeyPath>),
}

impl AtStart {
    /// What the start of the newest known release makes of a file that it repairs.
    pub fn of(config: &Value) -> Self {
        let found = repaired(config);
        let open = found.open.into_iter().chain(found.wrong).collect();
        AtStart { changes: difference(config, &found.tree), open }
    }
}

impl Analysis {
    /// The changes that the start of the release makes in the file.
    ///
    /// # Errors
    ///
    /// It makes none, or not all of them are known.
    pub fn migration(&self) -> Result<Vec<Change>, NoMigration> {
        let release = self.release.version;
        match self.verdict() {
            (Verdict::Valid, _) => return Err(NoMigration::Valid(release)),
            (Verdict::Refused, why) => {
                return Err(NoMigration::Refused(release, why.into_iter().next().unwrap_or_default()));
            }
            (Verdict::Repaired, _) => {}
        }
        let AtStart { changes, mut open } = AtStart::of(self.document.value());
        open.dedup();
        if open.is_empty() { Ok(changes) } else { Err(NoMigration::Unknown(open)) }
    }
}
