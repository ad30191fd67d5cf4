//! Which release a config is read for. A file names its release in `meta.lastTouchedVersion`; where it does not, the
//! newest known one is assumed.

use std::str::FromStr;

use serde::Serialize;

use super::rows::known;
use super::version::{FIRST, NEWEST, Version};

/// Where the release of a config comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReleaseSource {
    /// `--openclaw-version`.
    Flag,
    /// `meta.lastTouchedVersion` of the file.
    Meta,
    /// What wrote the gateway's records last.
    Records,
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
                    "meta.lastTouchedVersion is not an OpenClaw version; read as {NEWEST}, the newest known one"
                ))),
            },
        }
    }

    /// The release that wrote a gateway's records.
    pub fn recorded(version: Version) -> Self {
        Release { warning: None, ..Release::nearest(version, ReleaseSource::Records) }
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
            ReleaseSource::Records => "by the records".to_owned(),
            ReleaseSource::Assumed => "assumed".to_owned(),
        })
    }
}

/// The known release nearest to `asked`: itself, else the nearest earlier one, else the oldest.
fn nearest_known(asked: Version) -> Version {
    let earlier = known().rev().find(|known| *known <= asked);
    earlier.unwrap_or(FIRST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
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
