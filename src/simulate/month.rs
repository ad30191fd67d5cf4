//! What carries over from tick to tick of a month: the conversation, the moment of the last touch of the cache, and the
//! starts that the flood guard counts.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::cache::CacheState;
use super::conversation::{Calendar, Conversation};
use super::run::{CallsOfRun, EveryRun};
use super::schedule::Stretch;
use super::{CallSink, Scenario, SkipReason};
use crate::releases::measured::RECAP_SPACING_MS;
use crate::workload::measured::CacheRate;
use crate::workload::tasks::Task;

/// At most this many runs start within a minute; further ticks are skipped (M9, `facts/schedule.json`).
pub const FLOOD_STARTS: usize = 5;
/// Within so many milliseconds.
pub(super) const FLOOD_MS: i64 = 60_000;

pub(super) struct SimulatedMonth<'a> {
    scenario: &'a Scenario<'a>,
    /// When ticks may run: one run by itself does not ask.
    open: OnceCell<Arc<[Stretch]>>,
    next_open: usize,
    every_run: EveryRun<'a>,
    /// Characters of conversation for which there is room.
    room: u64,
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
        let conversation = scenario.shares_session().then(|| scenario.conversation(calendar));
        let starts = [i64::MIN; FLOOD_STARTS];
        SimulatedMonth {
            scenario,
            open: OnceCell::new(),
            next_open: 0,
            every_run: EveryRun::of(scenario),
            room: scenario.room(),
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
        let is_off = |(from, to): &(i64, i64)| (*from..*to).contains(&at);
        if scenario.profile.off.iter().any(is_off) {
            return Some(SkipReason::Missed);
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
            return self.scenario.usual_rounds();
        }
        let all: u64 = profile.rounds.iter().sum();
        let lacks = |(at, share): (usize, &u64)| {
            i128::from(*share) * i128::from(self.runs) - i128::from(self.by_rounds[at]) * i128::from(all)
        };
        let most = profile.rounds.iter().enumerate().max_by_key(|one| (lacks(*one), std::cmp::Reverse(one.0)));
        let Some((at, _)) = most.filter(|_| all > 0) else { return self.scenario.usual_rounds() };
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
            compacted = conversation.fit(self.room);
        }
        let alerts = runs_alert(self.runs, self.scenario.profile.alert_percent);
        let (chars, readable) = self.conversation.as_ref().map_or((0, 0), |it| (it.chars(), it.readable()));
        let shape = self.every_run.shape(chars, readable, message);
        let gap = self.last_touch.map(|touch| at - touch);
        let state = self.as_recorded(self.every_run.state(gap, &shape), gap);
        self.last_touch = Some(at);
        let run = CallsOfRun { shape, state, rounds: self.rounds(), alerts };
        self.every_run.calls(&run, sink);
        self.recap(at, sink);
        self.leave(at, &run);
        (state, compacted)
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

    /// What the run leaves in a shared conversation.
    fn leave(&mut self, at: i64, run: &CallsOfRun) {
        let Some(conversation) = &mut self.conversation else { return };
        let calls = self.scenario.calls_chars(run.rounds);
        let left = self.scenario.left(run.alerts, run.shape.message, calls, self.after_quiet);
        if run.state != CacheState::Warm {
            conversation.forget_breakpoint();
        }
        self.after_quiet = !run.alerts && calls == 0;
        conversation.heartbeat(at, left);
        if self.scenario.stays(run.alerts, calls) {
            conversation.set_breakpoint(self.every_run.sent(run));
        }
    }
}

/// Whether a run alerts: run k does iff ⌊k·p/100⌋ > ⌊(k−1)·p/100⌋ (`WORKLOADS.md`).
pub(super) fn runs_alert(run: u64, percent: u64) -> bool {
    run * percent / 100 > (run - 1) * percent / 100
}
