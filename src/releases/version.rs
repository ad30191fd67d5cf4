//! OpenClaw versions: how they are written and ordered, the generations they fall into, and those that go by a name.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::Serialize;

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

/// A stable version of 2026.
pub(super) const fn v(month: u16, patch: u16) -> Version {
    Version::new(2026, month, patch)
}

/// The oldest known release.
pub(super) const FIRST: Version = v(1, 29);
/// The first package with the new schema.
pub(super) const REWORK: Version = Version::beta(2026, 7, 2, 5);
/// The newest release with the old schema.
pub(super) const NEWEST_LEGACY: Version = v(7, 35);
/// The newest release whose behaviour is known.
pub const NEWEST: Version = v(9, 6);

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
}
