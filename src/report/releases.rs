//! Which releases would take a file: a verdict for each known one, with what speaks against it. In text, releases in a
//! row that say the same stand together.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::document::KeyPath;
use crate::releases::Version;
use crate::rules::{Finding, Verdict};
use crate::words::{json_escaped, plain};

/// Faults that a row of the text names.
const SHOWN: usize = 2;

/// What one release says of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct ReleaseVerdict {
    /// The release.
    pub release: Version,
    /// What it says.
    pub verdict: Verdict,
    /// Whether the whole file was judged, and not only what decides a heartbeat.
    pub is_whole: bool,
    /// The errors behind it.
    pub faults: Vec<Finding>,
}

/// A file with the verdicts of all releases, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct FileReleases {
    /// Its name, as the user gave it.
    pub path: String,
    /// A verdict a release.
    pub releases: Vec<ReleaseVerdict>,
    /// How many changes the start of the newest release would make; none where it makes none.
    pub changes: Option<usize>,
}

impl ReleaseVerdict {
    fn is_like(&self, other: &ReleaseVerdict) -> bool {
        let faults = |of: &ReleaseVerdict| -> Vec<(KeyPath, &str)> {
            of.faults.iter().map(|fault| (fault.path.clone(), fault.rule)).collect()
        };
        self.verdict == other.verdict && self.is_whole == other.is_whole && faults(self) == faults(other)
    }
}

/// The table for people.
pub fn render_text(files: &[FileReleases]) -> String {
    let mut text = String::new();
    for file in files {
        let _ = writeln!(text, "{}", plain(&file.path));
        for group in file.releases.chunk_by(ReleaseVerdict::is_like) {
            let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
            let span = if first.release == last.release {
                first.release.to_string()
            } else {
                format!("{} to {}", first.release, last.release)
            };
            let part = if first.is_whole { "" } else { " (heartbeat part)" };
            let _ = writeln!(text, "  {span:<26} {}{part}", first.verdict.name());
            for fault in first.faults.iter().take(SHOWN) {
                let _ = writeln!(text, "  {:<26}   {}: {}", "", plain(&fault.path.to_string()), plain(&fault.message));
            }
            if first.faults.len() > SHOWN {
                let _ = writeln!(text, "  {:<26}   and {} more", "", first.faults.len() - SHOWN);
            }
        }
        if let (Some(changes), Some(newest)) = (file.changes, file.releases.last()) {
            let noun = if changes == 1 { "change" } else { "changes" };
            let _ = writeln!(
                text,
                "  The start of {} makes {changes} {noun}: clawbeat lint --migrate --diff --openclaw-version {}",
                newest.release, newest.release
            );
        }
    }
    text
}

/// The same for programs (`schemas/releases.v1.schema.json`).
pub fn render_json(files: &[FileReleases]) -> String {
    let fault = |fault: &Finding| json!({ "rule": fault.rule, "path": fault.path, "message": fault.message });
    let release = |release: &ReleaseVerdict| {
        json!({
            "release": release.release,
            "verdict": release.verdict,
            "scope": if release.is_whole { "file" } else { "heartbeat" },
            "faults": release.faults.iter().map(fault).collect::<Vec<Value>>(),
        })
    };
    let file = |file: &FileReleases| json!({ "path": file.path, "releases": file.releases.iter().map(release).collect::<Vec<_>>(), "changes": file.changes });
    let document = json!({ "schemaVersion": 1, "files": files.iter().map(file).collect::<Vec<_>>() });
    json_escaped(&format!("{document:#}\n"))
}
