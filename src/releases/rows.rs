//! The table of releases: one row for each that changed what clawbeat works out, with what it changed. A release that
//! changed nothing is a name in `KNOWN` only. `fixtures/openclaw/releases.json`, read from the packages, proves the rows.

use std::sync::LazyLock;

use super::behaviour::{Behaviour, Instructions, JobRetries, RootHeartbeat, SessionReset, TriggerScripts};
use super::version::{FIRST, Generation, REWORK, Version, v};

/// A release and what is different from it on.
pub(super) type ReleaseRow = (Version, fn(&mut Behaviour));

/// How the oldest known release behaves.
pub(super) const OLDEST: Behaviour = Behaviour {
    version: FIRST,
    generation: Generation::Legacy,
    lists_become_entries: false,
    mends_at_start: false,
    // Planned by the start of 2026.8.1, 2026.8.2, 2026.9.1 to 2026.9.4 and 2026.9.6 (`mends.json`), and gateways started.
    mends_agents: false,
    mends_marked_rosters: false,
    mends_unmarked_rosters: false,
    creates_defaults: false,
    has_owner: false,
    // "multi-agent rosters require agents.ownership" is new in the package of 2026.8.1-beta.2.
    needs_owner: false,
    // `resolveAgentWorkspaceDir` of 2026.1.29, 2026.2.26, 2026.3.13, 2026.3.31, 2026.4.1, 2026.4.2, 2026.4.5, 2026.4.8,
    // 2026.4.11, 2026.4.15 and 2026.7.35; seen in running gateways (`workspace-owner.json`).
    nests_workspaces: false,
    defaults_block_enrols_all: false,
    root_heartbeat: RootHeartbeat::Refused,
    moves_empty_root_block: true,
    runs_by_scheduler: false,
    wakes_while_off: false,
    needs_delivery: false,
    implicit_target: "last",
    accepts_owner_target: false,
    visibility_key: "heartbeat",
    composite_durations: false,
    // A timer waits for 2,147,483,647 milliseconds at most (`RELEASES.md` "Bugs that change cost").
    long_intervals_overflow: true,
    equal_bounds_never_run: false,
    active_hours_always_checked: false,
    // Seen in running gateways of 2026.4.8, 2026.4.15, 2026.7.35 and 2026.9.6.
    anthropic_defaults: true,
    refuses_unknown_agents: false,
    // R10; `DEFAULT_MODEL` and `DEFAULT_PROVIDER` in the packages of 2026.1.29, 2026.2.1, 2026.2.2, 2026.2.3, 2026.2.9,
    // 2026.2.17, 2026.3.13, 2026.3.22, 2026.3.28, 2026.4.1, 2026.4.2 and 2026.4.5. A bare name is a model of that provider.
    built_in_model: "anthropic/claude-opus-4-5",
    heartbeat_model_effective: true,
    agent_model_effective: false,
    models_restrict: true,
    has_model_policy: false,
    refuses_retired_models: false,
    offers_newest_models: false,
    agent_models: false,
    // `params` of an agent and of the defaults, and `thinkingDefault` of an agent, as the schemas and code of 2026.3.2,
    // 2026.3.13, 2026.3.22, 2026.3.28, 2026.3.31, 2026.4.1, 2026.4.2 and 2026.4.15 have them.
    agent_params: false,
    defaults_params: false,
    agent_thinking: false,
    light_context_effective: false,
    isolation_effective: false,
    quiet_word: "HEARTBEAT_OK",
    instructions: Instructions::HeartbeatFile,
    fences_are_empty: false,
    comments_are_empty: false,
    runs_tasks: false,
    bootstrap_max_chars: 20_000,
    bootstrap_total_max_chars: None,
    // Seen in running gateways of 2026.4.15, 2026.7.35 and 2026.9.6 (`workspaces.json`), not between them; so are links.
    files_fill_their_cap: false,
    follows_links: true,
    workspace_from_environment: false,
    agent_limits: false,
    skills_max_chars: 30_000,
    lean_tools_measured: false,
    cache_retention_effective: false,
    // Read in `resolveCacheRetention` of 2026.3.2, 2026.3.28, 2026.4.1, 2026.4.2, 2026.4.5, 2026.4.15 and 2026.7.35.
    retention_by_format: false,
    retention_of_google: false,
    retention_of_all: false,
    one_hour_anywhere: false,
    one_hour_can_be_declared: false,
    // Refused by 2026.4.15 and 2026.7.35, accepted by 2026.9.6.
    markers_can_be_asked: false,
    session_reset: SessionReset::Daily,
    heartbeats_postpone_reset: true,
    session_idle_minutes: true,
    writes_recaps: false,
    skips_floods: false,
    stores_recaps: true,
    erases_quiet_ticks: false,
    other_schedules: false,
    jobs_need_their_agent: false,
    // `--trigger-script` and its default, read in the packages of 2026.6.5, 2026.6.11, 2026.6.33, 2026.6.35, 2026.7.1,
    // 2026.7.33, 2026.7.35, 2026.8.1 and 2026.9.1 and of the betas between; tried on 2026.7.35 and 2026.9.6 (`triggers.json`).
    job_retries: JobRetries::OneShots,
    spreads_full_hours: false,
    trigger_scripts: TriggerScripts::None,
};

/// What changed, oldest first.
pub(super) const ROWS: &[ReleaseRow] = &[
    (v(2, 1), |b| b.cache_retention_effective = true),
    (v(2, 9), |b| b.built_in_model = "anthropic/claude-opus-4-6"),
    (v(2, 12), |b| b.agent_model_effective = true),
    (v(2, 17), |b| {
        b.bootstrap_total_max_chars = Some(150_000);
        b.erases_quiet_ticks = true;
        b.spreads_full_hours = true;
    }),
    (v(2, 21), |b| b.equal_bounds_never_run = true),
    (v(2, 23), |b| b.composite_durations = true),
    (v(2, 24), |b| b.implicit_target = "none"),
    (v(3, 7), |b| b.root_heartbeat = RootHeartbeat::Moved),
    (v(3, 13), |b| b.agent_params = true),
    (v(3, 22), |b| b.agent_thinking = true),
    (v(3, 28), |b| b.heartbeat_model_effective = false),
    (v(4, 1), |b| b.erases_quiet_ticks = false),
    (v(4, 2), |b| {
        b.defaults_params = true;
        b.retention_by_format = true;
    }),
    (v(4, 5), |b| {
        b.built_in_model = "openai/gpt-5.4";
        b.heartbeat_model_effective = true;
        b.nests_workspaces = true;
        b.runs_tasks = true;
        b.retention_of_google = true;
    }),
    (v(4, 7), |b| b.light_context_effective = true),
    (v(4, 10), |b| b.fences_are_empty = true),
    (v(4, 12), |b| b.isolation_effective = true),
    (v(4, 15), |b| {
        b.bootstrap_max_chars = 12_000;
        b.bootstrap_total_max_chars = Some(60_000);
        b.anthropic_defaults = false;
    }),
    (v(4, 24), |b| b.long_intervals_overflow = false),
    (v(4, 25), |b| b.heartbeats_postpone_reset = false),
    (v(4, 29), |b| b.defaults_block_enrols_all = true),
    (v(5, 2), |b| b.skips_floods = true),
    (v(5, 28), |b| b.job_retries = JobRetries::AsTold),
    (v(6, 1), |b| b.bootstrap_max_chars = 20_000),
    (v(6, 5), |b| b.comments_are_empty = true),
    (v(7, 1), |b| {
        b.root_heartbeat = RootHeartbeat::Repaired;
        b.trigger_scripts = TriggerScripts::OnRequest;
    }),
    (v(7, 35), |b| {
        b.files_fill_their_cap = true;
        b.one_hour_anywhere = true;
        b.refuses_retired_models = true;
    }),
    (REWORK, |b| {
        b.generation = Generation::Current;
        b.jobs_need_their_agent = true;
        b.lists_become_entries = true;
        b.creates_defaults = true;
        b.has_owner = true;
        b.moves_empty_root_block = false;
        b.runs_by_scheduler = true;
        b.wakes_while_off = true;
        b.needs_delivery = true;
        b.accepts_owner_target = true;
        b.visibility_key = "heartbeatVisibility";
        b.anthropic_defaults = true;
        b.refuses_unknown_agents = true;
        b.built_in_model = "openai/gpt-6-astra";
        b.models_restrict = false;
        b.has_model_policy = true;
        b.offers_newest_models = true;
        b.agent_models = true;
        b.instructions = Instructions::MonitorScratch;
        b.runs_tasks = false;
        b.follows_links = false;
        b.workspace_from_environment = true;
        b.agent_limits = true;
        b.skills_max_chars = 18_000;
        b.lean_tools_measured = true;
        b.retention_of_all = true;
        b.one_hour_can_be_declared = true;
        b.markers_can_be_asked = true;
        b.session_reset = SessionReset::None;
        b.session_idle_minutes = false;
        b.writes_recaps = true;
        b.other_schedules = true;
        b.job_retries = JobRetries::ThreeTimes;
    }),
    (Version::beta(2026, 7, 2, 7), |b| b.active_hours_always_checked = true),
    (Version::beta(2026, 8, 1, 2), |b| {
        b.needs_owner = true;
        b.implicit_target = "owner";
    }),
    (v(8, 1), |b| {
        b.mends_at_start = true;
        // openclaw/openclaw#129513, merged on 2026-08-25: the betas before still ask for the older word.
        b.quiet_word = "NO_REPLY";
        b.trigger_scripts = TriggerScripts::Always;
    }),
    (v(9, 1), |b| b.mends_agents = true),
    (v(9, 2), |b| b.mends_marked_rosters = true),
    (v(9, 4), |b| b.mends_unmarked_rosters = true),
    (v(9, 5), |b| b.stores_recaps = false),
];

/// The releases on npm whose packages were read, oldest first.
#[rustfmt::skip]
const KNOWN: &[Version] = &[
    v(1, 29), v(1, 30), v(2, 1), v(2, 2), v(2, 3), v(2, 9), v(2, 12), v(2, 17), v(2, 19), v(2, 21), v(2, 22),
    v(2, 23), v(2, 24), v(2, 25), v(2, 26), v(3, 1), v(3, 2), v(3, 7), v(3, 8), v(3, 11), v(3, 13), v(3, 22),
    v(3, 23), v(3, 24), v(3, 28), v(3, 31), v(4, 1), v(4, 2), v(4, 5), v(4, 7), v(4, 8), v(4, 9), v(4, 10), v(4, 11),
    v(4, 12), v(4, 14), v(4, 15), v(4, 20), v(4, 21), v(4, 22), v(4, 23), v(4, 24), v(4, 25), v(4, 26), v(4, 27),
    v(4, 29), v(5, 2), v(5, 3), v(5, 4), v(5, 5), v(5, 6), v(5, 7), v(5, 12), v(5, 18), v(5, 19), v(5, 20), v(5, 22),
    v(5, 26), v(5, 27), v(5, 28), v(6, 1), v(6, 5), v(6, 6), v(6, 8), v(6, 9), v(6, 10), v(6, 11), v(6, 33), v(6, 34),
    v(6, 35), v(7, 1), Version::beta(2026, 7, 2, 1), Version::beta(2026, 7, 2, 3), v(7, 33), v(7, 34), v(7, 35),
    Version::beta(2026, 7, 2, 5), Version::beta(2026, 7, 2, 7), Version::beta(2026, 8, 1, 1),
    Version::beta(2026, 8, 1, 2), Version::beta(2026, 8, 1, 3), v(8, 1), v(8, 2), v(9, 1), v(9, 2), v(9, 3), v(9, 4),
    v(9, 5), v(9, 6),
];

/// The releases on npm whose packages were read, oldest first.
pub(super) fn known() -> impl DoubleEndedIterator<Item = Version> {
    KNOWN.iter().copied()
}

/// How each of them behaves: what came when is asked for every agent.
static BEHAVIOURS: LazyLock<Vec<Behaviour>> = LazyLock::new(|| known().map(Behaviour::of).collect());

/// The stable ones among them, oldest first.
pub fn stable() -> impl Iterator<Item = Version> {
    known().filter(|known| known.is_stable())
}

impl Behaviour {
    /// The behaviour of a release; one between two known releases behaves as the earlier one.
    pub fn of(version: Version) -> Self {
        Behaviour::by(ROWS, version)
    }

    /// The behaviour of a release by a table of releases.
    pub(super) fn by(rows: &[ReleaseRow], version: Version) -> Self {
        let mut behaviour = Behaviour { version, ..OLDEST };
        rows.iter().filter(|(since, _)| *since <= version).for_each(|(_, change)| change(&mut behaviour));
        behaviour
    }

    /// The newest known release that does something.
    pub fn newest_that(does: impl Fn(&Behaviour) -> bool) -> Self {
        BEHAVIOURS.iter().rev().find(|behaviour| does(behaviour)).copied().unwrap_or(OLDEST)
    }

    /// The first stable release that does something.
    pub fn since(does: impl Fn(&Behaviour) -> bool) -> Version {
        first_after(None, does).unwrap_or(OLDEST.version)
    }

    /// The next stable release that does something; `None` where this one does.
    pub fn from(&self, does: impl Fn(&Behaviour) -> bool) -> Option<Version> {
        if does(self) { None } else { first_after(Some(self.version), does) }
    }

    /// The newest known release that reads the other heartbeat schema.
    pub fn newest_with_other_schema(&self) -> Version {
        self.generation.other().newest()
    }
}

/// The newest known release of each heartbeat schema, the older first.
pub fn newest_of_each_schema() -> [Version; 2] {
    [Generation::Legacy, Generation::Current].map(Generation::newest)
}

fn first_after(version: Option<Version>, does: impl Fn(&Behaviour) -> bool) -> Option<Version> {
    let is_later = |known: Version| known.is_stable() && version.is_none_or(|version| known > version);
    let found = BEHAVIOURS.iter().find(|behaviour| is_later(behaviour.version) && does(behaviour));
    found.map(|behaviour| behaviour.version)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::keys::HEARTBEAT_KEYS;
    use super::*;

    /// Copied from the facts read out of the released packages.
    const FACTS: &str = include_str!("../../fixtures/openclaw/releases.json");

    #[test]
    fn every_release_behaves_as_its_package_says() {
        let facts: Value = serde_json::from_str(FACTS).unwrap();
        let releases = facts["releases"].as_object().unwrap();
        assert_eq!(releases.len(), known().count());
        for (name, fact) in releases {
            let version: Version = name.parse().unwrap();
            assert!(known().any(|known| known == version), "{name}");
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
            assert_eq!(fact["promptAck"], ours.quiet_word, "{name}");
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
