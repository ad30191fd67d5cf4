//! The keys of the heartbeat block, each with the releases that accept it.

use super::version::{FIRST, NEWEST_LEGACY, REWORK, Version, v};

/// A key of the heartbeat block and the releases that accept it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeartbeatKey {
    /// Its name.
    pub name: &'static str,
    /// The first release that accepts it.
    pub first: Version,
    /// The last release that accepts it; `None` while it is still accepted.
    pub last: Option<Version>,
    /// Accepted in `agents.defaults.heartbeat` only.
    pub defaults_only: bool,
}

const fn key(name: &'static str, first: Version, last: Option<Version>) -> HeartbeatKey {
    HeartbeatKey { name, first, last, defaults_only: false }
}

const LAST_LEGACY: Option<Version> = Some(NEWEST_LEGACY);

/// Every key the heartbeat block ever had (R4, `RELEASES.md` "Keys").
pub const HEARTBEAT_KEYS: &[HeartbeatKey] = &[
    key("every", FIRST, None),
    key("activeHours", FIRST, None),
    key("model", FIRST, None),
    key("session", FIRST, None),
    key("target", FIRST, None),
    key("directPolicy", v(2, 25), None),
    key("to", FIRST, None),
    key("accountId", v(2, 3), None),
    key("prompt", FIRST, None),
    key("timeoutSeconds", v(4, 10), None),
    key("lightContext", v(3, 1), None),
    key("isolatedSession", v(3, 22), None),
    HeartbeatKey { name: "agentId", first: REWORK, last: None, defaults_only: true },
    key("includeReasoning", FIRST, LAST_LEGACY),
    key("ackMaxChars", FIRST, LAST_LEGACY),
    key("suppressToolErrorWarnings", v(2, 17), LAST_LEGACY),
    key("includeSystemPromptSection", v(4, 7), LAST_LEGACY),
    key("skipWhenBusy", v(4, 29), LAST_LEGACY),
];

impl HeartbeatKey {
    /// The key of that name.
    pub fn find(name: &str) -> Option<&'static HeartbeatKey> {
        HEARTBEAT_KEYS.iter().find(|key| key.name == name)
    }

    /// The key of that name in any spelling, without marks and capitals.
    pub fn find_folded(name: &str) -> Option<&'static HeartbeatKey> {
        HEARTBEAT_KEYS.iter().find(|key| key.name.eq_ignore_ascii_case(name))
    }

    /// Since when it is accepted, for a reader of it.
    pub fn since(&self) -> String {
        if self.first == FIRST { "In every release".to_owned() } else { format!("Since {}", self.first) }
    }

    /// Whether a release accepts it.
    pub fn accepted_by(&self, version: Version) -> bool {
        self.first <= version && self.last.is_none_or(|last| version <= last)
    }
}
