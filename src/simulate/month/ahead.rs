//! What lies ahead of a run and need not be run to be known: runs that only carry on what it leaves, and days that come again.

use super::{CallsOfRun, SimulatedMonth};
use crate::simulate::cache::CacheState;
use crate::simulate::conversation::{Conversation, ConversationMark, shifted_until};
use crate::simulate::split::CacheSplit;

/// How a month stands at one moment.
#[derive(Clone, Copy, Debug)]
pub(in crate::simulate) struct MonthMark {
    pub(in crate::simulate) at: i64,
    runs: u64,
    next_open: usize,
    after_quiet: bool,
    conversation: ConversationMark,
}

/// Runs that follow each other with nothing between them, each with as much more conversation as the one before left.
#[derive(Clone, Copy, Debug)]
pub(in crate::simulate) struct SteadyRuns {
    /// How many.
    pub(in crate::simulate) count: u64,
    /// The first.
    pub(in crate::simulate) first: CallsOfRun,
    /// The next one: what it carries more, each of them carries more than the one before.
    pub(in crate::simulate) second: CallsOfRun,
    /// Characters that they leave together.
    left: u64,
    /// Up to where the run after them can read, if they leave that.
    sent: Option<u64>,
}

impl SimulatedMonth<'_> {
    /// The runs that follow the one at `at` a `step` apart, before `end`, with nothing between them but what each leaves. `None`
    /// where there are not enough of them to be worth it.
    pub(in crate::simulate) fn steady(&self, at: i64, step: i64, end: i64) -> Option<SteadyRuns> {
        const FEWEST: u64 = 3;
        let (scenario, conversation) = (self.scenario, self.conversation.as_ref()?);
        let (_, closes) = *self.open.get()?.get(self.next_open)?;
        let until = end.min(closes).min(conversation.next_turn().unwrap_or(i64::MAX));
        // Most runs have chat right behind them.
        if until - at <= step.saturating_mul(2) {
            return None;
        }
        let free = u64::try_from((until - 1 - at) / step).unwrap_or(0).min(self.before_alert());
        if free < FEWEST {
            return None;
        }
        let rounds = scenario.profile.requests_per_run.max(1) - 1;
        let message = scenario.parts.message;
        let (left, stays) = self.left(false, message, self.calls_chars(rounds));
        let shape = self.shape(message);
        // An alert has left another end to read up to than these do.
        if (stays && self.alerts()) || shape.readable > shape.middle {
            return None;
        }
        let space = self.every_run.room.checked_sub(conversation.chars())?;
        let count = free.min(space.checked_div(left).unwrap_or(u64::MAX).saturating_add(1));
        let grown = |by: u64| CacheSplit {
            middle: shape.middle + by * left,
            readable: if stays { shape.readable + by * left } else { shape.readable },
            ..shape
        };
        let [state, last_state] = [0, count - 1].map(|by| self.state(Some(step), &grown(by)));
        let of = |shape| CallsOfRun { shape, state, rounds, alerts: false };
        (count >= FEWEST && state == last_state).then(|| SteadyRuns {
            count,
            first: of(shape),
            second: of(grown(1)),
            left: count * left,
            sent: stays.then(|| self.sent(&grown(count - 1), rounds)),
        })
    }

    /// Lets such runs happen, the last of them at `at`.
    pub(in crate::simulate) fn pass(&mut self, runs: &SteadyRuns, at: i64) {
        let SteadyRuns { count, first: CallsOfRun { state, rounds, .. }, left, sent, .. } = *runs;
        self.runs += count;
        self.last_touch = Some(at);
        self.last_recap = Some(at);
        self.after_quiet = self.calls_chars(rounds) == 0;
        let Some(conversation) = &mut self.conversation else { return };
        conversation.advance(at);
        if state != CacheState::Warm {
            conversation.forget_breakpoint();
        }
        conversation.heartbeat(at, left);
        if let Some(sent) = sent {
            conversation.set_breakpoint(sent);
        }
    }

    /// How often the conversation began anew.
    pub(in crate::simulate) fn restarts(&self) -> u64 {
        self.conversation.as_ref().map_or(0, Conversation::restarts)
    }

    /// How it stands after the run at `at`.
    pub(in crate::simulate) fn mark(&self, at: i64) -> Option<MonthMark> {
        let SimulatedMonth { runs, next_open, after_quiet, .. } = *self;
        Some(MonthMark { at, runs, next_open, after_quiet, conversation: self.conversation.as_ref()?.mark(at) })
    }

    /// How many times more, before `end`, all will go as it went between two marks, of which the later one is now.
    pub(in crate::simulate) fn repeats(&self, earlier: &MonthMark, now: &MonthMark, end: i64) -> usize {
        let phase = |mark: &MonthMark| (mark.runs * self.scenario.profile.alert_percent % 100, mark.after_quiet);
        let (Some(conversation), Some(open)) = (&self.conversation, self.open.get()) else { return 0 };
        if phase(earlier) != phase(now) {
            return 0;
        }
        let apart = now.at - earlier.at;
        let edges: Vec<i64> = open.iter().flat_map(|(from, to)| [*from, *to]).collect();
        let closes = [earlier, now].map(|mark| 2 * mark.next_open + 1);
        let until = shifted_until(&edges, closes, apart, end);
        let until = conversation.goes_as(&earlier.conversation, &now.conversation, until).unwrap_or(now.at);
        usize::try_from((until - 1 - now.at) / apart).unwrap_or(0)
    }

    /// Lets it go on so many times as between two marks.
    pub(in crate::simulate) fn repeat(&mut self, earlier: &MonthMark, now: &MonthMark, times: usize) {
        let after = (now.at - earlier.at).saturating_mul(i64::try_from(times).unwrap_or(i64::MAX));
        self.runs += times as u64 * (now.runs - earlier.runs);
        self.next_open += times * (now.next_open - earlier.next_open);
        for last in [&mut self.last_touch, &mut self.last_recap] {
            *last = last.map(|last| last + after);
        }
        if let Some(conversation) = &mut self.conversation {
            conversation.repeat(&earlier.conversation, &now.conversation, times);
        }
    }

    /// The runs that are left before the next one that alerts.
    fn before_alert(&self) -> u64 {
        let share = self.scenario.profile.alert_percent;
        let next = (self.runs * share / 100 + 1) * 100;
        (next - self.runs * share - 1).checked_div(share).unwrap_or(u64::MAX)
    }
}
