//! How a release treats heartbeats, a field a behaviour, so that the rest of the program asks for what a release does and
//! never which one it is. The values come from the rows of `rows.rs`.

use super::duration::Interval;
use super::version::{Generation, Version};

/// Where the instructions of a heartbeat live.
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

/// Which jobs are run again when a run of theirs fails, before they are due again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobRetries {
    /// Those that run once, as `cron.retry` says; others only wait longer.
    OneShots,
    /// All, as `cron.retry` says.
    AsTold,
    /// All, three times; ten failures in a row switch a job off.
    ThreeTimes,
}

/// Whether an automation may have a script decide if its model is called (`--trigger-script`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TriggerScripts {
    /// No release up to then takes one.
    None,
    /// With `cron.triggers.enabled: true`.
    OnRequest,
    /// Unless `cron.triggers.enabled: false`.
    Always,
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
    /// Which of the two heartbeat schemas it reads.
    pub generation: Generation,

    // Reading a config.
    /// The start turns `agents.list` into `agents.entries`: each item gets an id of its own, and what is none is dropped.
    pub lists_become_entries: bool,
    /// What `validate` refuses may be put right by the start, retired keys for one.
    pub mends_at_start: bool,
    /// So may what is retired in an agent's model, tools and the like, and not in its heartbeat block only.
    pub mends_agents: bool,
    /// So may a file with several agents of which one is marked `default`, whatever else is wrong in it.
    pub mends_marked_rosters: bool,
    /// So may several agents of which nobody is marked; before, the gateway does not start with them.
    pub mends_unmarked_rosters: bool,
    /// The start creates `agents.defaults` where there is none.
    pub creates_defaults: bool,
    /// An agent owns the gateway, and decides who runs without blocks.
    pub has_owner: bool,
    /// Several agents need one: no first agent takes its place, not for the workspace of the defaults either (R13).
    pub needs_owner: bool,
    /// An agent without a workspace of its own has a folder below that of the defaults (R13); else beside the state.
    pub nests_workspaces: bool,
    /// `agents.defaults.heartbeat` enrols every agent; else only the default agent.
    pub defaults_block_enrols_all: bool,
    /// What happens to a root-level `heartbeat`.
    pub root_heartbeat: RootHeartbeat,
    /// An empty one is moved too.
    pub moves_empty_root_block: bool,
    /// Heartbeats are jobs of the scheduler, which `cron.enabled: false` stops (R17).
    pub runs_by_scheduler: bool,
    /// Events still wake an agent whose schedule is switched off; else such an agent is dropped altogether (R17).
    pub wakes_while_off: bool,
    /// A run that has nowhere to deliver to is skipped; else it runs and delivers nothing.
    pub needs_delivery: bool,
    /// `target` when none is set.
    pub implicit_target: &'static str,
    /// `target: "owner"` is accepted.
    pub accepts_owner_target: bool,
    /// The block of a channel that says what it shows of heartbeats.
    pub visibility_key: &'static str,
    /// `1h30m` is a duration.
    pub composite_durations: bool,
    /// An interval that a timer cannot count makes it fire each millisecond.
    pub long_intervals_overflow: bool,
    /// Active hours with equal bounds never run; else they are no restriction.
    pub equal_bounds_never_run: bool,
    /// Active hours are validated even without `every` beside them.
    pub active_hours_always_checked: bool,
    /// The scheduler uses what an Anthropic sign-in fills in (R9): 1h, or a defaults block.
    pub anthropic_defaults: bool,
    /// An agent that is named but not in the roster is refused.
    pub refuses_unknown_agents: bool,

    // Models.
    /// The model of a config that names none.
    pub built_in_model: &'static str,
    /// `heartbeat.model` answers; for a while the session's own model came first (R10).
    pub heartbeat_model_effective: bool,
    /// So it does in the block of an agent.
    pub agent_model_effective: bool,
    /// `agents.defaults.models` lists what the user may pick (R11), so that a first entry locks all others out.
    pub models_restrict: bool,
    /// `modelPolicy.allow` restricts models, without a word about the one that answers instead (R11).
    pub has_model_policy: bool,
    /// Models that their vendor shut down are refused.
    pub refuses_retired_models: bool,
    /// All models of the newest catalogue are offered; else those that were seen to be listed.
    pub offers_newest_models: bool,
    /// An agent may have `models` of its own, with `params` in each.
    pub agent_models: bool,
    /// An agent may have `params`.
    pub agent_params: bool,
    /// So may the defaults.
    pub defaults_params: bool,
    /// An agent may have a `thinkingDefault`.
    pub agent_thinking: bool,

    // What is sent.
    /// `lightContext` has an effect.
    pub light_context_effective: bool,
    /// `isolatedSession` isolates (R31).
    pub isolation_effective: bool,
    /// The word with which its own instructions let a quiet heartbeat answer.
    pub quiet_word: &'static str,
    /// Where the heartbeat's instructions live.
    pub instructions: Instructions,
    /// Code fences in HEARTBEAT.md say nothing (`RELEASES.md` "Instructions").
    pub fences_are_empty: bool,
    /// Nor do HTML comments.
    pub comments_are_empty: bool,
    /// A `tasks:` block in HEARTBEAT.md has its tasks run at intervals of their own (R19b).
    pub runs_tasks: bool,
    /// Largest part of one workspace file that is sent, in characters (R23).
    pub bootstrap_max_chars: u64,
    /// Largest sum of workspace files that is sent, in characters; `None` is no cap.
    pub bootstrap_total_max_chars: Option<u64>,
    /// A workspace file over its cap is cut to the cap, and AGENTS.md keeps a digest of its rules; else nine tenths of the
    /// cap are sent. Such releases also leave BOOTSTRAP.md out (R21, R23).
    pub files_fill_their_cap: bool,
    /// A workspace file may be a link; else a line says that it is none.
    pub follows_links: bool,
    /// The environment may name the workspace or the folder it lies in.
    pub workspace_from_environment: bool,
    /// An agent may have caps of its own, and send no files (`contextInjection: "never"`, R22, R23).
    pub agent_limits: bool,
    /// Largest skills list, in characters (R25).
    pub skills_max_chars: u64,
    /// What fewer tools take off a request was measured as a whole, and agents were seen to do with them.
    pub lean_tools_measured: bool,

    // Caches, sessions and what else is paid.
    /// `cacheRetention` is read; older ones know `cacheControlTtl` only.
    pub cache_retention_effective: bool,
    /// It is asked of whatever speaks Anthropic's own format, not of Anthropic and Bedrock only.
    pub retention_by_format: bool,
    /// So it is of Vertex and Gemini.
    pub retention_of_google: bool,
    /// So it is of everybody.
    pub retention_of_all: bool,
    /// An hour is asked of other hosts than Anthropic's own (L2, R38).
    pub one_hour_anywhere: bool,
    /// A model's entry can say that its host keeps a prompt for an hour (`compat.supportsLongCacheRetention`).
    pub one_hour_can_be_declared: bool,
    /// `compat.cacheControlFormat` of a declared model is accepted.
    pub markers_can_be_asked: bool,
    /// When a shared session starts anew (R34).
    pub session_reset: SessionReset,
    /// A heartbeat keeps the session fresh, so that the daily reset does not happen (R34).
    pub heartbeats_postpone_reset: bool,
    /// `session.idleMinutes` is read.
    pub session_idle_minutes: bool,
    /// Shared runs are followed by a hidden recap of a small model (M5, L9).
    pub writes_recaps: bool,
    /// Ticks that follow each other too fast are skipped.
    pub skips_floods: bool,
    /// The database keeps the hidden recaps.
    pub stores_recaps: bool,
    /// Quiet ticks are taken out of the transcript again.
    pub erases_quiet_ticks: bool,
    /// Memory promotion and skill review run on schedules of their own (L12).
    pub other_schedules: bool,
    /// A job of an agent that is not in the config is not run: "cron job agent is unavailable". Before, it ran with the
    /// settings of the defaults.
    pub jobs_need_their_agent: bool,
    /// Which jobs are run again when a run fails.
    pub job_retries: JobRetries,
    /// Jobs of the full hour are spread over the five minutes after it.
    pub spreads_full_hours: bool,
    /// Whether an automation takes a script that decides if its model is called.
    pub trigger_scripts: TriggerScripts,
}

impl Behaviour {
    /// Whether `heartbeat.model` answers, in the block of an agent or in the shared one.
    pub fn uses_model(&self, in_own_block: bool) -> bool {
        self.heartbeat_model_effective && (self.agent_model_effective || !in_own_block)
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
