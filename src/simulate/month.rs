//! What carries over from tick to tick of a month: the conversation, the moment of the last touch of the cache, and the
//! starts that the flood guard counts.

pub(super) mod ahead;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::cache::CacheState;
use super::conversation::{Calendar, Conversation};
use super::prompt::Parts;
use super::schedule::Stretch;
use super::split::{self, CacheSplit, Split};
use super::{CallSink, RequestKind, Scenario, SkipReason};
use crate::releases::measured::{self, ALERT_CHARS, RECAP_SPACING_MS, SILENT_ANSWER_CHARS};
use crate::workload::measured::{CacheRate, Growth};
use crate::workload::tasks::Task;

/// At most this many runs start within a minute; further ticks are skipped (M9, `facts/schedule.json`).
pub const FLOOD_STARTS: usize = 5;
/// Within so many milliseconds.
pub(super) const FLOOD_MS: i64 = 60_000;

/// What is worked out once for the runs of a month.
struct EveryRun {
    /// Characters up to the breakpoint ahead of the conversation, and their tokens.
    prefix: u64,
    prefix_tokens: u64,
    /// Characters after it, the conversation and the message apart.
    volatile: u64,
    /// Characters of conversation for which there is room.
    room: u64,
}

impl EveryRun {
    fn of(scenario: &Scenario<'_>) -> Self {
        let parts = &scenario.parts;
        let prefix = parts.prefix();
        EveryRun {
            prefix,
            prefix_tokens: scenario.tokens(prefix),
            volatile: parts.total() - prefix - parts.message - parts.carrier,
            room: scenario.room(),
        }
    }
}

/// What decides the requests of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct CallsOfRun {
    shape: CacheSplit,
    state: CacheState,
    rounds: u64,
    alerts: bool,
}

pub(super) struct SimulatedMonth<'a> {
    scenario: &'a Scenario<'a>,
    /// When ticks may run: one run by itself does not ask.
    open: OnceCell<Arc<[Stretch]>>,
    next_open: usize,
    /// What is the same for each run.
    every_run: EveryRun,
    conversation: Option<Conversation<'a>>,
    starts: [i64; FLOOD_STARTS],
    runs: u64,
    due: u64,
    /// The turn before was a quiet heartbeat without tools.
    after_quiet: bool,
    /// Runs so far by their rounds of tools.
    by_rounds: Vec<u64>,
    last_touch: Option<i64>,
    last_recap: Option<i64>,
    /// When each task last ran; those of one name share it.
    last_runs: BTreeMap<&'a str, i64>,
}

impl<'a> SimulatedMonth<'a> {
    pub(super) fn new(scenario: &'a Scenario<'a>, calendar: &'a Calendar) -> Self {
        let conversation = scenario.shares_session().then(|| {
            let fixed = scenario.parts.total();
            let history = &scenario.profile.history;
            let conversation =
                Conversation::new(history, calendar, (scenario.behaviour, scenario.reset), fixed, scenario.windows[0]);
            if scenario.has_conversation() { conversation } else { conversation.emptied() }
        });
        let starts = [i64::MIN; FLOOD_STARTS];
        SimulatedMonth {
            scenario,
            open: OnceCell::new(),
            next_open: 0,
            every_run: EveryRun::of(scenario),
            conversation,
            starts,
            runs: 0,
            due: 0,
            after_quiet: false,
            by_rounds: vec![0; scenario.profile.rounds.len()],
            last_touch: None,
            last_recap: None,
            last_runs: BTreeMap::new(),
        }
    }

    /// Why a tick calls no model, in the gateway's order of checks (R19).
    pub(super) fn skip(&mut self, at: i64) -> Option<SkipReason> {
        let scenario = self.scenario;
        if scenario.always_skipped == Some(SkipReason::SchedulerOff) {
            return scenario.always_skipped;
        }
        let open = self.open.get_or_init(|| scenario.calendars.open(scenario.period, scenario.window));
        while open.get(self.next_open).is_some_and(|(_, to)| *to <= at) {
            self.next_open += 1;
        }
        if open.get(self.next_open).is_none_or(|(from, _)| at < *from) {
            return Some(SkipReason::QuietHours);
        }
        if scenario.always_skipped.is_some() {
            return scenario.always_skipped;
        }
        if !scenario.tasks.is_empty() && self.due(at).next().is_none() {
            return Some(SkipReason::NoTasksDue);
        }
        if scenario.is_guarded() && at.saturating_sub(self.starts[0]) < FLOOD_MS {
            return Some(SkipReason::Flood);
        }
        if scenario.profile.missed_per_mille == 0 {
            return None;
        }
        self.due += 1;
        let missed = |due: u64| due * scenario.profile.missed_per_mille / 1000;
        (missed(self.due) > missed(self.due - 1)).then_some(SkipReason::Missed)
    }

    /// The rounds of tools of this run: as many as each has, or drawn so that the shares are kept as well as can be.
    fn rounds(&mut self) -> u64 {
        let profile = self.scenario.profile;
        if profile.rounds.is_empty() {
            return profile.requests_per_run.max(1) - 1;
        }
        let all: u64 = profile.rounds.iter().sum();
        let lacks = |(at, share): (usize, &u64)| {
            i128::from(*share) * i128::from(self.runs) - i128::from(self.by_rounds[at]) * i128::from(all)
        };
        let most = profile.rounds.iter().enumerate().max_by_key(|one| (lacks(*one), std::cmp::Reverse(one.0)));
        let Some((at, _)) = most.filter(|_| all > 0) else { return profile.requests_per_run.max(1) - 1 };
        self.by_rounds[at] += 1;
        at as u64
    }

    /// What the cache did on record after such a gap, instead of what it promises.
    fn as_recorded(&self, state: CacheState, gap: Option<i64>) -> CacheState {
        if self.scenario.profile.cache.is_empty() {
            return state;
        }
        let scheme = self.scenario.scheme;
        let (CacheState::Warm | CacheState::Expired { .. }, Some(gap), Some(lives)) = (state, gap, scheme.lives())
        else {
            return state;
        };
        match CacheRate::at(&self.scenario.profile.cache, gap, scheme.is_one_hour()) {
            None => state,
            Some(rate) if rate.hits_at(self.runs) => CacheState::Warm,
            Some(_) => CacheState::Expired { gap, lives },
        }
    }

    /// The tasks whose interval has passed since they last ran; one that never ran is due whatever its interval.
    fn due(&self, at: i64) -> impl Iterator<Item = &'a Task> {
        self.scenario.tasks.iter().filter(move |task| {
            self.last_runs.get(task.name.as_str()).is_none_or(|last| {
                let passed = u64::try_from(at - last).unwrap_or(0);
                task.interval.is_some_and(|interval| passed >= interval)
            })
        })
    }

    /// The characters of a run's message; the tasks that are due have run with it.
    fn message(&mut self, at: i64) -> u64 {
        if self.scenario.tasks.is_empty() {
            return self.scenario.parts.message;
        }
        let due: Vec<&'a Task> = self.due(at).collect();
        // Each on a line of its own.
        let lines: u64 = due.iter().map(|task| task.chars + 1).sum();
        self.last_runs.extend(due.into_iter().map(|task| (task.name.as_str(), at)));
        let scenario = self.scenario;
        scenario.task_message.filter(|_| lines > 0).map_or(scenario.parts.message, |message| message + lines - 1)
    }

    /// Starts a run, as far as later ticks depend on it, and gives the size of its message.
    pub(super) fn start(&mut self, at: i64) -> u64 {
        self.starts.rotate_left(1);
        self.starts[FLOOD_STARTS - 1] = at;
        self.runs += 1;
        self.message(at)
    }

    /// A run: its requests, what they find in the cache, and whether the conversation had to be compacted first.
    pub(super) fn run(&mut self, at: i64, sink: &mut impl CallSink) -> (CacheState, bool) {
        let message = self.start(at);
        let mut compacted = false;
        if let Some(conversation) = &mut self.conversation {
            self.after_quiet &= !conversation.advance(at);
            compacted = conversation.fit(self.every_run.room);
        }
        let alerts = self.alerts();
        let shape = self.shape(message);
        let gap = self.last_touch.map(|touch| at - touch);
        let state = self.as_recorded(self.state(gap, &shape), gap);
        self.last_touch = Some(at);
        let rounds = self.rounds();
        self.calls(&CallsOfRun { shape, state, rounds, alerts }, sink);
        self.recap(at, sink);
        self.leave(at, alerts, message, self.calls_chars(rounds), self.sent(&shape, rounds), state);
        (state, compacted)
    }

    /// What a run finds in the cache, so long after the one before.
    fn state(&self, gap: Option<i64>, shape: &CacheSplit) -> CacheState {
        let prompt = self.scenario.tokens(shape.cacheable() + shape.carrier);
        self.scenario.scheme.state(gap, [self.every_run.prefix_tokens, prompt, self.scenario.cache_minimum])
    }

    /// The requests of a run: one, and one more for each round of tools (R46).
    pub(super) fn calls(&self, run: &CallsOfRun, sink: &mut impl CallSink) {
        let (scenario, &CallsOfRun { shape, state, rounds, alerts }) = (self.scenario, run);
        let (added, output) = (scenario.profile.tool_round_chars, scenario.profile.output_tokens);
        let alert = if alerts { measured::ALERT_OUTPUT_TOKENS } else { 0 };
        let first = split::first_request(scenario.scheme, state, &shape);
        let to_first = if rounds == 0 { output + alert } else { output };
        sink.request(scenario.request(RequestKind::Turn, first, shape.message, to_first));
        let after = |round: u64| {
            let before = shape.cacheable() + (round - 1) * added;
            split::next_request(scenario.scheme, state, before, added, shape.carrier)
        };
        let tool = |split: Split, output: u64| scenario.request(RequestKind::Tool, split, shape.message, output);
        // The last one has an alert in it.
        let alike = if alerts { rounds.saturating_sub(1) } else { rounds };
        match alike {
            0 => {}
            1 => sink.request(tool(after(1), output)),
            _ => sink.series(scenario, tool(after(1), output), after(1).up_to(after(2)), alike),
        }
        if rounds > alike {
            sink.request(tool(after(rounds), output + alert));
        }
    }

    /// The characters of so many rounds of tools.
    fn calls_chars(&self, rounds: u64) -> u64 {
        rounds * self.scenario.profile.tool_round_chars
    }

    /// All that a run has sent behind the prefix in the end.
    fn sent(&self, shape: &CacheSplit, rounds: u64) -> u64 {
        shape.cacheable() + self.calls_chars(rounds) - shape.prefix
    }

    /// The first run of the month as if another came so long before, and whether it alerts.
    pub(super) fn run_after(mut self, gap: Option<i64>, sink: &mut impl CallSink) -> bool {
        let at = self.scenario.period.start.as_millisecond();
        self.last_touch = gap.map(|gap| at - gap);
        self.run(at, sink);
        self.alerts()
    }

    fn shape(&self, message: u64) -> CacheSplit {
        let EveryRun { prefix, volatile, .. } = self.every_run;
        let (history, readable) =
            self.conversation.as_ref().map_or((0, 0), |conversation| (conversation.chars(), conversation.readable()));
        let Parts { carrier, found, .. } = self.scenario.parts;
        CacheSplit { prefix, middle: volatile + history, readable, message, carrier, found }
    }

    /// The hidden summary that goes with a shared run (M5).
    fn recap(&mut self, at: i64, sink: &mut impl CallSink) {
        let due = self.last_recap.is_none_or(|last| at - last >= RECAP_SPACING_MS);
        if !(self.scenario.recap && self.conversation.is_some() && due) {
            return;
        }
        self.last_recap = Some(at);
        sink.request(self.scenario.recap_request());
    }

    /// What the run leaves in a shared conversation. `sent` is all of it behind the prefix.
    fn leave(&mut self, at: i64, alerts: bool, message: u64, calls: u64, sent: u64, state: CacheState) {
        let (left, stays) = self.left(alerts, message, calls);
        let Some(conversation) = &mut self.conversation else { return };
        if state != CacheState::Warm {
            conversation.forget_breakpoint();
        }
        self.after_quiet = !alerts && calls == 0;
        conversation.heartbeat(at, left);
        if stays {
            conversation.set_breakpoint(sent);
        }
    }

    /// The characters that a run leaves, and whether all of it stays word for word, so that the next run's prompt can be read
    /// up to there: an alert and its calls always stay, a silent run with calls on some releases, of a quiet one hardly
    /// anything; on current ones a marker stands for the message (R28, R32, R40, M6, L4, L10).
    fn left(&self, alerts: bool, message: u64, calls: u64) -> (u64, bool) {
        let sizes = &self.scenario.sizes;
        let kept_message = sizes.kept_marker.unwrap_or(message);
        let (mut left, stays) = match (alerts, calls > 0) {
            (true, _) => (kept_message + calls + ALERT_CHARS, true),
            (false, true) if sizes.silent_tools_stay => (kept_message + calls + SILENT_ANSWER_CHARS, true),
            (false, true) => (0, false),
            (false, false) => (sizes.quiet_growth, false),
        };
        if let Some(Growth { quiet, tools, tools_after_turn, alert }) = self.scenario.profile.growth {
            left = match (alerts, calls > 0) {
                (true, _) => alert,
                (false, true) if self.after_quiet => tools,
                (false, true) => tools_after_turn,
                (false, false) => quiet,
            };
        }
        (left, stays && sizes.kept_marker.is_none())
    }

    /// Run k alerts iff ⌊k·p/100⌋ > ⌊(k−1)·p/100⌋ (`WORKLOADS.md`).
    fn alerts(&self) -> bool {
        let share = self.scenario.profile.alert_percent;
        self.runs * share / 100 > (self.runs - 1) * share / 100
    }
}
