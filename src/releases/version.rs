//! OpenClaw releases: how they are written, ordered and grouped into generations, and which one a config is read
//! for. A file names its release in `meta.lastTouchedVersion`; where it does not, the newest known one is assumed.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::rows::{FIRST, NEWEST, NEWEST_LEGACY, known};

/// A version such as `2026.9.6` or `2026.7.2-beta.5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    year: u16,
    month: u16,
    patch: u16,
    beta: Option<u16>,
}

impl Version {
    /// A stable version.
    pub const fn new(year: u16, month: u16, patch: u16) -> Self {
        Version { year, month, patch, beta: None }
    }

    /// A prerelease.
    pub const fn beta(year: u16, month: u16, patch: u16, beta: u16) -> Self {
        Version { year, month, patch, beta: Some(beta) }
    }

    /// Sort key. The betas of 2026.7.2 from 5 on already carry the rework that became 2026.8.1, while the
    /// later-numbered 2026.7.33 to 2026.7.35 do not (`RELEASES.md` point 1).
    fn rank(self) -> (u16, u16, u16, u16) {
        match self.beta {
            Some(beta) if (self.year, self.month, self.patch) == (2026, 7, 2) && beta >= 5 => (2026, 8, 0, beta),
            beta => (self.year, self.month, self.patch, beta.unwrap_or(u16::MAX)),
        }
    }

    /// It is no prerelease.
    pub(super) fn is_stable(self) -> bool {
        self.beta.is_none()
    }

    /// Its year and month, as `2026.7`.
    pub fn month(self) -> String {
        format!("{}.{}", self.year, self.month)
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.year, self.month, self.patch)?;
        match self.beta {
            Some(beta) => write!(f, "-beta.{beta}"),
            None => Ok(()),
        }
    }
}

impl Serialize for Version {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The text is no OpenClaw version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not an OpenClaw version; expected year.month.patch, such as {}", NEWEST)]
pub struct NotAVersion {
    text: String,
}

impl FromStr for Version {
    type Err = NotAVersion;

    /// Accepts `2026.9.6`, `v2026.9.6`, `2026.7.2-beta.5` and re-published builds such as `2026.3.23-2`.
    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        let parse = || {
            let text = text.trim();
            let (numbers, suffix) = match text.strip_prefix('v').unwrap_or(text).split_once('-') {
                Some((numbers, suffix)) => (numbers, Some(suffix)),
                None => (text.strip_prefix('v').unwrap_or(text), None),
            };
            let mut parts = numbers.split('.').map(|part| part.parse::<u16>().ok());
            let (year, month, patch) = (parts.next()??, parts.next()??, parts.next()??);
            let beta = match suffix {
                None => None,
                Some(suffix) if suffix.bytes().all(|b| b.is_ascii_digit()) => None,
                Some(suffix) => Some(suffix.strip_prefix("beta.")?.parse().ok()?),
            };
            let plausible = parts.next().is_none() && (2025..=2199).contains(&year) && (1..=12).contains(&month);
            plausible.then_some(Version { year, month, patch, beta })
        };
        parse().ok_or_else(|| NotAVersion { text: text.chars().take(40).collect() })
    }
}

/// The two heartbeat schemas: `legacy` to 2026.7.35, `current` from 2026.8.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Generation {
    /// `agents.list[]`, HEARTBEAT.md, `target: "none"` by default.
    Legacy,
    /// `agents.entries`, monitor scratch, `target: "owner"` by default.
    Current,
}

impl Generation {
    /// The newest known release of this generation.
    pub(super) fn newest(self) -> Version {
        match self {
            Generation::Legacy => NEWEST_LEGACY,
            Generation::Current => NEWEST,
        }
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Generation::Legacy => Generation::Current,
            Generation::Current => Generation::Legacy,
        }
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Generation::Legacy => "legacy",
            Generation::Current => "current",
        })
    }
}

/// Where the release of a config comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReleaseSource {
    /// `--openclaw-version`.
    Flag,
    /// `meta.lastTouchedVersion` of the file.
    Meta,
    /// Nothing says; the newest known one.
    Assumed,
}

/// The release a config is read for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The known release whose behaviour is used.
    pub version: Version,
    /// Who named it.
    pub source: ReleaseSource,
    /// The release that was named, where that is another one, which is not known.
    pub named: Option<Version>,
    /// What a reader should know about the choice, if anything.
    pub warning: Option<String>,
}

impl Release {
    /// Chooses the release: the flag, else the file's `meta.lastTouchedVersion`, else the newest known one.
    pub fn choose(flag: Option<Version>, meta: Option<&serde_json::Value>) -> Self {
        if let Some(version) = flag {
            return Release::nearest(version, ReleaseSource::Flag);
        }
        match meta {
            None | Some(serde_json::Value::Null) => Release::assumed(None),
            Some(value) => match value.as_str().map(Version::from_str) {
                Some(Ok(version)) => Release::nearest(version, ReleaseSource::Meta),
                _ => Release::assumed(Some(format!(
                    "meta.lastTouchedVersion is no OpenClaw version; read as {NEWEST}, the newest known one"
                ))),
            },
        }
    }

    fn assumed(warning: Option<String>) -> Self {
        Release { version: NEWEST, source: ReleaseSource::Assumed, named: None, warning }
    }

    fn nearest(asked: Version, source: ReleaseSource) -> Self {
        let version = nearest_known(asked);
        let named = (version != asked).then_some(asked);
        let release = Release { version, source, named, warning: None };
        let warning = release.mismatch().map(|mismatch| match version {
            NEWEST | FIRST => format!("{mismatch}; read as {version}"),
            _ => format!("{mismatch}; read as {version}, the nearest earlier one"),
        });
        Release { warning, ..release }
    }

    /// Which unknown release was named, and by whom.
    fn mismatch(&self) -> Option<String> {
        let named = self.named?;
        let what = match named {
            _ if named > NEWEST => "which is newer than what is known",
            _ if named < FIRST => "which is older than what is known",
            _ => "which is not a release known here",
        };
        Some(match self.source {
            ReleaseSource::Flag => format!("OpenClaw {named} was asked for, {what}"),
            _ => format!("the file names OpenClaw {named}, {what}"),
        })
    }

    /// Where the release comes from, in a clause: that of the file is told only where it is the one it is read for.
    pub fn origin(&self) -> String {
        self.mismatch().unwrap_or_else(|| match self.source {
            ReleaseSource::Flag => "as asked".to_owned(),
            ReleaseSource::Meta => "named in the file".to_owned(),
            ReleaseSource::Assumed => "assumed".to_owned(),
        })
    }
}

/// The known release nearest to `asked`: itself, else the nearest earlier one, else the oldest.
fn nearest_known(asked: Version) -> Version {
    let earlier = known().filter(|known| *known <= asked).max();
    earlier.unwrap_or(FIRST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::releases::Behaviour;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn the_rework_betas_sort_after_the_last_legacy_release() {
        assert!(version("2026.7.2-beta.3") < version("2026.7.33"));
        assert!(version("2026.7.35") < version("2026.7.2-beta.5"));
        assert!(version("2026.7.2-beta.7") < version("2026.8.1-beta.1"));
        assert!(version("2026.8.1-beta.3") < version("2026.8.1"));
        assert_eq!(Behaviour::of(version("2026.7.2-beta.5")).generation, Generation::Current);
        assert_eq!(Behaviour::of(version("2026.7.35")).generation, Generation::Legacy);
    }

    #[test]
    fn versions_are_read_as_openclaw_writes_them() {
        assert_eq!(version("2026.3.23-2").to_string(), "2026.3.23");
        assert_eq!(version("v2026.9.6"), NEWEST);
        for text in ["banana", "2026.9", "2026.13.1", "2026.9.6.1", "", "2026.9.x", "1.2.3"] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_unknown_release_is_read_as_the_nearest_earlier_one() {
        let release = Release::choose(Some(version("2026.10.2")), None);
        assert_eq!((release.version, release.named), (NEWEST, Some(version("2026.10.2"))));
        assert!(release.warning.unwrap().contains("2026.10.2"));
        let between = Release::choose(Some(version("2026.4.18")), None);
        assert_eq!(between.version, version("2026.4.15"));
        let bad = Release::choose(None, Some(&serde_json::json!("soon")));
        assert_eq!((bad.version, bad.source), (NEWEST, ReleaseSource::Assumed));
        assert!(bad.warning.is_some());
    }

    #[test]
    fn a_release_is_said_to_be_named_only_where_it_is_the_one_that_was_named() {
        for (text, origin, warning) in [
            ("2026.9.6", "named in the file", None),
            ("2026.9.6-2", "named in the file", None),
            (
                "2026.11.2",
                "the file names OpenClaw 2026.11.2, which is newer than what is known",
                Some("the file names OpenClaw 2026.11.2, which is newer than what is known; read as 2026.9.6"),
            ),
            (
                "2025.12.1",
                "the file names OpenClaw 2025.12.1, which is older than what is known",
                Some("the file names OpenClaw 2025.12.1, which is older than what is known; read as 2026.1.29"),
            ),
            (
                "2026.4.18",
                "the file names OpenClaw 2026.4.18, which is not a release known here",
                Some(
                    "the file names OpenClaw 2026.4.18, which is not a release known here; read as 2026.4.15, the nearest \
                     earlier one",
                ),
            ),
        ] {
            let release = Release::choose(None, Some(&serde_json::json!(text)));
            assert_eq!((release.origin().as_str(), release.warning.as_deref()), (origin, warning), "{text}");
        }
        let asked = Release::choose(Some(version("2027.1.1")), None);
        assert_eq!(asked.origin(), "OpenClaw 2027.1.1 was asked for, which is newer than what is known");
    }
}
