//! What differs between releases, as one table: each row is a behaviour with the value it takes from a release on.
//! The tests check every row against `fixtures/openclaw/releases.json`, which was read from the 89 released packages.

use super::duration::Interval;
use super::release::{FIRST, Generation, Version};

/// Values from a release on, oldest first.
type Timeline<T> = &'static [(Version, T)];

const fn v(month: u16, patch: u16) -> Version {
    Version::new(2026, month, patch)
}

/// The first package with the new schema.
pub(super) const REWORK: Version = Version::beta(2026, 7, 2, 5);

/// Where the instructions of a check-in live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instructions {
    /// The workspace file HEARTBEAT.md.
    HeartbeatFile,
    /// The monitor scratch in the gateway's database.
    MonitorScratch,
}

/// When a shared session starts anew by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionReset {
    /// At the first message after 04:00.
    Daily,
    /// Never.
    None,
}

/// What a release does with a `heartbeat` block at the root of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootHeartbeat {
    /// An unknown key, nothing more.
    Refused,
    /// `validate` accepts it and it is moved to `agents.defaults.heartbeat`.
    Moved,
    /// `validate` refuses it; the repair at start moves it.
    Repaired,
}

const IMPLICIT_TARGET: Timeline<&str> = &[(FIRST, "last"), (v(2, 24), "none"), (Version::beta(2026, 8, 1, 2), "owner")];
const BOOTSTRAP_MAX_CHARS: Timeline<u64> = &[(FIRST, 20_000), (v(4, 15), 12_000), (v(6, 1), 20_000)];
const BOOTSTRAP_TOTAL_MAX_CHARS: Timeline<Option<u64>> =
    &[(FIRST, None), (v(2, 17), Some(150_000)), (v(4, 15), Some(60_000))];
const SESSION_RESET: Timeline<SessionReset> = &[(FIRST, SessionReset::Daily), (REWORK, SessionReset::None)];
const HEARTBEATS_POSTPONE_RESET: Timeline<bool> = &[(FIRST, true), (v(4, 25), false)];
const INSTRUCTIONS: Timeline<Instructions> =
    &[(FIRST, Instructions::HeartbeatFile), (REWORK, Instructions::MonitorScratch)];
const LIGHT_CONTEXT_EFFECTIVE: Timeline<bool> = &[(FIRST, false), (v(4, 7), true)];
const ISOLATION_EFFECTIVE: Timeline<bool> = &[(FIRST, false), (v(4, 12), true)];
/// Older ones know `cacheControlTtl` only.
const CACHE_RETENTION_EFFECTIVE: Timeline<bool> = &[(FIRST, false), (v(2, 1), true)];
const AGENT_MODEL_EFFECTIVE: Timeline<bool> = &[(FIRST, false), (v(2, 12), true)];
const HEARTBEAT_MODEL_EFFECTIVE: Timeline<bool> = &[(FIRST, true), (v(3, 28), false), (v(4, 5), true)];
const DEFAULTS_BLOCK_ENROLS_ALL: Timeline<bool> = &[(FIRST, false), (v(4, 29), true)];
const FENCES_ARE_EMPTY: Timeline<bool> = &[(FIRST, false), (v(4, 10), true)];
/// Seen in running gateways of 2026.4.15, 2026.7.35 and 2026.9.6 (`workspaces.json`), not between them.
const FILES_FILL_THEIR_CAP: Timeline<bool> = &[(FIRST, false), (v(7, 35), true)];
const COMMENTS_ARE_EMPTY: Timeline<bool> = &[(FIRST, false), (v(6, 5), true)];
/// `RELEASES.md` "Instructions"; later releases do not read the file.
const TASKS: Timeline<bool> = &[(FIRST, false), (v(4, 5), true), (REWORK, false)];
const COMPOSITE_DURATIONS: Timeline<bool> = &[(FIRST, false), (v(2, 23), true)];
const EQUAL_BOUNDS_NEVER_RUN: Timeline<bool> = &[(FIRST, false), (v(2, 21), true)];
const ACTIVE_HOURS_ALWAYS_CHECKED: Timeline<bool> = &[(FIRST, false), (Version::beta(2026, 7, 2, 7), true)];
/// A timer waits for 2,147,483,647 milliseconds at most, and releases to here hand it longer intervals as they are: it
/// then fires each millisecond (`RELEASES.md` "Bugs that change cost").
const LONG_INTERVALS_OVERFLOW: Timeline<bool> = &[(FIRST, true), (v(4, 24), false)];
/// `params` of an agent and of the defaults, and `thinkingDefault` of an agent, as the schemas and code of 2026.3.2, 2026.3.13,
/// 2026.3.22, 2026.3.28, 2026.3.31, 2026.4.1, 2026.4.2 and 2026.4.15 have them.
const AGENT_PARAMS: Timeline<bool> = &[(FIRST, false), (v(3, 13), true)];
const DEFAULTS_PARAMS: Timeline<bool> = &[(FIRST, false), (v(4, 2), true)];
const AGENT_THINKING: Timeline<bool> = &[(FIRST, false), (v(3, 22), true)];
/// `compat.cacheControlFormat` of a declared model: refused by 2026.4.15 and 2026.7.35, accepted by 2026.9.6.
const MARKERS_CAN_BE_ASKED: Timeline<bool> = &[(FIRST, false), (REWORK, true)];
/// Seen in running gateways of 2026.4.8, 2026.4.15, 2026.7.35 and 2026.9.6.
const ANTHROPIC_DEFAULTS: Timeline<bool> = &[(FIRST, true), (v(4, 15), false), (REWORK, true)];
const ROOT_HEARTBEAT: Timeline<RootHeartbeat> =
    &[(FIRST, RootHeartbeat::Refused), (v(3, 7), RootHeartbeat::Moved), (v(7, 0), RootHeartbeat::Repaired)];
/// R10. Releases before 2026.4.8 were not read; they take its value.
const BUILT_IN_MODEL: Timeline<&str> = &[(FIRST, "openai/gpt-5.4"), (REWORK, "openai/gpt-6-astra")];

/// What `every: "0m"` leaves on where it only stops the schedule.
pub const STILL_WAKES: &str = "\"0m\" stops the schedule only: a finished background command, a cron job, a hook or a \
                               notification can still wake the agent, and such a turn is paid for";

/// The longest time that a timer of Node waits, in milliseconds: 24.8 days.
pub const MOST_TIMER_MS: u64 = 2_147_483_647;

/// How one release treats heartbeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Behaviour {
    /// The release.
    pub version: Version,
    /// Its schema.
    pub generation: Generation,
    /// `target` when none is set.
    pub implicit_target: &'static str,
    /// Largest part of one workspace file that is sent, in characters (R23).
    pub bootstrap_max_chars: u64,
    /// Largest sum of workspace files that is sent, in characters; `None` is no cap.
    pub bootstrap_total_max_chars: Option<u64>,
    /// A workspace file over its cap is cut to the cap, and AGENTS.md keeps a digest of its rules; else nine tenths of the
    /// cap are sent. Such releases also leave BOOTSTRAP.md out (R21, R23).
    pub files_fill_their_cap: bool,
    /// When a shared session starts anew (R34).
    pub session_reset: SessionReset,
    /// A heartbeat keeps the session fresh, so that the daily reset does not happen (R34).
    pub heartbeats_postpone_reset: bool,
    /// Where the check-in's instructions live.
    pub instructions: Instructions,
    /// `lightContext` has an effect.
    pub light_context_effective: bool,
    /// `isolatedSession` isolates (R31).
    pub isolation_effective: bool,
    /// `cacheRetention` is read.
    pub cache_retention_effective: bool,
    /// `agents.defaults.heartbeat` enrols every agent; else only the default agent.
    pub defaults_block_enrols_all: bool,
    /// Code fences in HEARTBEAT.md say nothing (`RELEASES.md` "Instructions").
    pub fences_are_empty: bool,
    /// Nor do HTML comments.
    pub comments_are_empty: bool,
    /// A `tasks:` block in HEARTBEAT.md has its tasks run at intervals of their own (R19b).
    pub runs_tasks: bool,
    /// `1h30m` is a duration.
    pub composite_durations: bool,
    /// Active hours with equal bounds never run; else they are no restriction.
    pub equal_bounds_never_run: bool,
    /// Active hours are validated even without `every` beside them.
    pub active_hours_always_checked: bool,
    /// The scheduler heeds what an Anthropic sign-in fills in (R9): 1h, or a defaults block.
    pub anthropic_defaults: bool,
    /// An interval that a timer cannot count makes it fire each millisecond.
    pub long_intervals_overflow: bool,
    /// An agent may have `params`.
    pub agent_params: bool,
    /// So may the defaults.
    pub defaults_params: bool,
    /// An agent may have a `thinkingDefault`.
    pub agent_thinking: bool,
    /// `compat.cacheControlFormat` of a declared model is accepted.
    pub markers_can_be_asked: bool,
    /// What happens to a root-level `heartbeat`.
    pub root_heartbeat: RootHeartbeat,
    /// The model of a config that names none.
    pub built_in_model: &'static str,
}

impl Behaviour {
    /// The behaviour of a release; one between two known releases behaves as the earlier one.
    pub fn of(version: Version) -> Self {
        Behaviour {
            version,
            generation: version.generation(),
            implicit_target: at(IMPLICIT_TARGET, version),
            bootstrap_max_chars: at(BOOTSTRAP_MAX_CHARS, version),
            bootstrap_total_max_chars: at(BOOTSTRAP_TOTAL_MAX_CHARS, version),
            files_fill_their_cap: at(FILES_FILL_THEIR_CAP, version),
            session_reset: at(SESSION_RESET, version),
            heartbeats_postpone_reset: at(HEARTBEATS_POSTPONE_RESET, version),
            instructions: at(INSTRUCTIONS, version),
            light_context_effective: at(LIGHT_CONTEXT_EFFECTIVE, version),
            isolation_effective: at(ISOLATION_EFFECTIVE, version),
            cache_retention_effective: at(CACHE_RETENTION_EFFECTIVE, version),
            defaults_block_enrols_all: at(DEFAULTS_BLOCK_ENROLS_ALL, version),
            fences_are_empty: at(FENCES_ARE_EMPTY, version),
            comments_are_empty: at(COMMENTS_ARE_EMPTY, version),
            runs_tasks: at(TASKS, version),
            composite_durations: at(COMPOSITE_DURATIONS, version),
            equal_bounds_never_run: at(EQUAL_BOUNDS_NEVER_RUN, version),
            active_hours_always_checked: at(ACTIVE_HOURS_ALWAYS_CHECKED, version),
            anthropic_defaults: at(ANTHROPIC_DEFAULTS, version),
            long_intervals_overflow: at(LONG_INTERVALS_OVERFLOW, version),
            agent_params: at(AGENT_PARAMS, version),
            defaults_params: at(DEFAULTS_PARAMS, version),
            agent_thinking: at(AGENT_THINKING, version),
            markers_can_be_asked: at(MARKERS_CAN_BE_ASKED, version),
            root_heartbeat: at(ROOT_HEARTBEAT, version),
            built_in_model: at(BUILT_IN_MODEL, version),
        }
    }

    /// Whether `heartbeat.model` answers: for a while the session's own model came first, and early releases did not read
    /// it in the block of an agent (R10, `RELEASES.md` "Bugs that change cost").
    pub fn heeds_model(&self, in_own_block: bool) -> bool {
        self.model_heeded_from(in_own_block).is_none()
    }

    /// The next release that heeds it; `None` where this one does.
    pub fn model_heeded_from(&self, in_own_block: bool) -> Option<Version> {
        let own = || next(AGENT_MODEL_EFFECTIVE, self.version).filter(|_| in_own_block);
        next(HEARTBEAT_MODEL_EFFECTIVE, self.version).or_else(own)
    }

    /// The next release on which `lightContext` has an effect; `None` where it has on this one.
    pub fn light_context_heeded_from(&self) -> Option<Version> {
        next(LIGHT_CONTEXT_EFFECTIVE, self.version)
    }

    /// The next release on which `isolatedSession` has an effect; `None` where it has on this one.
    pub fn isolation_heeded_from(&self) -> Option<Version> {
        next(ISOLATION_EFFECTIVE, self.version)
    }

    /// The next release that reads `cacheRetention`; `None` where this one does.
    pub fn cache_retention_heeded_from(&self) -> Option<Version> {
        next(CACHE_RETENTION_EFFECTIVE, self.version)
    }

    /// Whether events still wake an agent whose schedule is switched off: asked of the code of 2026.9.6, and of 2026.7.35,
    /// which drops such an agent altogether (R17).
    pub fn wakes_while_off(&self) -> bool {
        self.generation == Generation::Current
    }

    /// Whether its timer fires each millisecond instead of waiting for an interval.
    pub fn overflows(&self, every: Interval) -> bool {
        self.long_intervals_overflow && every.ms().is_some_and(|ms| ms > MOST_TIMER_MS)
    }

    /// The provider of a bare model id: that of the built-in model.
    pub fn default_provider(&self) -> &'static str {
        self.built_in_model.split('/').next().unwrap_or(self.built_in_model)
    }
}

fn at<T: Copy>(timeline: Timeline<T>, version: Version) -> T {
    let current = timeline.iter().rev().find(|(since, _)| *since <= version);
    current.unwrap_or(&timeline[0]).1
}

/// Where something has no effect on a release, the next one on which it has.
fn next(timeline: Timeline<bool>, version: Version) -> Option<Version> {
    let later = timeline.iter().find(|(since, works)| *since > version && *works);
    later.filter(|_| !at(timeline, version)).map(|(since, _)| *since)
}

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

const LAST_LEGACY: Option<Version> = Some(super::release::NEWEST_LEGACY);

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

    /// Whether a release accepts it.
    pub fn accepted_by(&self, version: Version) -> bool {
        self.first <= version && self.last.is_none_or(|last| version <= last)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::release::KNOWN;
    use super::*;

    /// Copied from the facts read out of the released packages.
    const FACTS: &str = include_str!("../../fixtures/openclaw/releases.json");

    #[test]
    fn every_release_behaves_as_its_package_says() {
        let facts: Value = serde_json::from_str(FACTS).unwrap();
        let releases = facts["releases"].as_object().unwrap();
        assert_eq!(releases.len(), KNOWN.len());
        for (name, fact) in releases {
            let version: Version = name.parse().unwrap();
            assert!(KNOWN.contains(&name.as_str()), "{name}");
            let ours = Behaviour::of(version);
            assert_eq!(fact["implicitTarget"], ours.implicit_target, "{name}");
            assert_eq!(fact["bootstrapMaxChars"], ours.bootstrap_max_chars, "{name}");
            assert_eq!(fact["bootstrapTotalMaxChars"].as_u64(), ours.bootstrap_total_max_chars, "{name}");
            let reset = match ours.session_reset {
                SessionReset::Daily => "daily@4",
                SessionReset::None => "none",
            };
            assert_eq!(fact["sessionResetMode"], reset, "{name}");
            let instructions = match ours.instructions {
                Instructions::HeartbeatFile => "HEARTBEAT.md",
                Instructions::MonitorScratch => "monitor-scratch",
            };
            assert_eq!(fact["instructionsSource"], instructions, "{name}");
            let optional = |key: &str| fact[key].as_bool();
            if let Some(effective) = optional("lightContextEffective") {
                assert_eq!(effective, ours.light_context_effective, "{name}");
            }
            if let Some(effective) = optional("isolatedSessionTrulyIsolated") {
                assert_eq!(effective, ours.isolation_effective, "{name}");
            }
            assert_eq!(optional("defaultsBlockEnrollsAllAgents"), Some(ours.defaults_block_enrols_all), "{name}");
            assert_eq!(optional("compositeDurations"), Some(ours.composite_durations), "{name}");
            assert_eq!(optional("activeHoursCheckedWithoutEvery"), Some(ours.active_hours_always_checked), "{name}");
            let keys = |list: &str| -> Vec<String> {
                let names = fact[list].as_array().cloned().unwrap_or_default();
                names.iter().filter_map(|key| key.as_str().map(str::to_owned)).collect()
            };
            let mut expected = [keys("perAgentKeys"), keys("defaultsOnlyKeys")].concat();
            expected.sort();
            let accepted = HEARTBEAT_KEYS.iter().filter(|key| key.accepted_by(version));
            let mut accepted: Vec<String> = accepted.map(|key| key.name.to_owned()).collect();
            accepted.sort();
            assert_eq!(accepted, expected, "{name}");
        }
    }
}
