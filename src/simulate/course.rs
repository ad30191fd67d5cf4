//! How the conversation of a shared session goes over a month: how large it is at each run, and what each leaves. That depends
//! on the schedule and the chat, and neither on the rest of the prompt nor on the model or the cache, so a course is laid out
//! once for all months that differ in these. From one turn of chat or alert to the next, each run finds as much more as the one
//! before it left; and where the conversation began anew and stands as it stood some days ago, with the same days ahead, what
//! came since comes again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::Scenario;
use super::conversation::{Calendar, Conversation, ConversationMark, shifted_until};
use super::month::runs_alert;
use super::schedule::{Stretch, Ticks};
use crate::gateway::active_hours::ActiveHours;
use crate::gateway::reset::Reset;
use crate::releases::measured::RECAP_SPACING_MS;
use crate::workload::Profile;

/// A month of a conversation, as far as its runs depend on it.
#[derive(Debug)]
pub(super) struct ConversationCourse {
    decided_by: Decisive,
    /// No run and no turn finds more characters than that.
    largest: u64,
    /// All runs.
    pub(super) runs: u64,
    /// The runs, in order of time.
    pub(super) legs: Vec<Leg>,
}

/// Runs with nothing between them but what each leaves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leg {
    /// Milliseconds since the run before the first of them, if any came before.
    pub(super) gap: Option<i64>,
    /// Characters of conversation that the first finds.
    pub(super) chars: u64,
    /// What each leaves to the next.
    pub(super) left: u64,
    /// How many they are.
    pub(super) count: u64,
    /// It alerts, and is one run.
    pub(super) alerts: bool,
    /// The conversation began anew before the first.
    pub(super) anew: bool,
    /// And for the reason that the first would not have fit.
    pub(super) compacted: bool,
    /// How often all of this comes.
    pub(super) times: u64,
}

/// All that decides a course, within one release, period and zone.
#[derive(Clone, Debug)]
struct Decisive {
    ticks: Ticks,
    /// Characters that a silent run leaves, and one that alerts.
    leaves: [u64; 2],
    /// Characters at which a turn of chat compacts the conversation, and a run.
    rooms: [u64; 2],
    has_conversation: bool,
    reset: Reset,
    load: Arc<Profile>,
    window: ActiveHours,
}

impl Decisive {
    /// `None` where runs depend on more than the conversation, so that every tick has to be simulated.
    fn of(scenario: &Scenario<'_>) -> Option<Self> {
        let profile = scenario.profile;
        let ticks = scenario.plain_ticks()?;
        let is_steady = scenario.shares_session()
            && profile.rounds.is_empty()
            && profile.cache.is_empty()
            && !profile.history.is_recorded()
            && (!scenario.recap || ticks.step() >= RECAP_SPACING_MS);
        let calls = scenario.calls_chars(scenario.usual_rounds());
        is_steady.then(|| Decisive {
            ticks,
            leaves: [false, true].map(|alerts| scenario.left(alerts, scenario.parts.message, calls, false)),
            rooms: [scenario.turn_room(), scenario.room()],
            has_conversation: scenario.has_conversation(),
            reset: scenario.reset,
            load: Arc::clone(profile),
            window: scenario.window.clone(),
        })
    }

    /// The same but for the room.
    fn is_like(&self, other: &Decisive) -> bool {
        let plain = |one: &Decisive| (one.ticks, one.leaves, one.has_conversation, one.reset, one.load.alert_percent);
        plain(self) == plain(other) && self.load.history == other.load.history && self.window == other.window
    }
}

impl ConversationCourse {
    /// Scheduled moments, those among them at which nothing may run.
    pub(super) fn ticks(&self) -> Ticks {
        self.decided_by.ticks
    }

    /// That of a scenario, as it was laid out before or is now; `None` where every tick has to be simulated.
    pub(super) fn of(scenario: &Scenario<'_>) -> Option<Arc<ConversationCourse>> {
        let decided_by = Decisive::of(scenario)?;
        let lay_out = |decided_by| {
            #[cfg(test)]
            crate::counted::note("course laid out");
            Laying::new(scenario, decided_by, &scenario.calendar()).course()
        };
        Some(scenario.courses.course(decided_by, lay_out))
    }
}

/// The courses that one reading of a config has asked for.
#[derive(Debug, Default)]
pub struct Courses(Mutex<VecDeque<Arc<ConversationCourse>>>);

impl Courses {
    /// As many are kept: a plan asks for those of one interval one after the other, and some are 60 KB.
    const KEPT: usize = 16;

    fn course(
        &self,
        decided_by: Decisive,
        lay_out: impl FnOnce(Decisive) -> ConversationCourse,
    ) -> Arc<ConversationCourse> {
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |course: &&Arc<ConversationCourse>| {
            // A conversation that is never compacted goes the same way wherever there is at least as much room.
            let is_small = |one: &Decisive| one.rooms.iter().all(|room| course.largest <= *room);
            (course.decided_by.rooms == decided_by.rooms || (is_small(&course.decided_by) && is_small(&decided_by)))
                && course.decided_by.is_like(&decided_by)
        };
        if let Some(course) = kept().iter().find(fits) {
            return Arc::clone(course);
        }
        let course = Arc::new(lay_out(decided_by));
        let mut kept = kept();
        if kept.len() >= Self::KEPT {
            kept.pop_front();
        }
        kept.push_back(Arc::clone(&course));
        course
    }
}

/// A course that is being laid out.
struct Laying<'c> {
    decided_by: Decisive,
    /// Where ticks fall into the hours in which they may run: the first of each stretch, and the moment a step after its last.
    open: Vec<Stretch>,
    next_open: usize,
    conversation: Conversation<'c>,
    runs: u64,
    legs: Vec<Leg>,
}

/// How a course stands right after a run.
#[derive(Clone, Copy)]
struct Mark {
    at: i64,
    gap: Option<i64>,
    next_open: usize,
    runs: u64,
    legs: usize,
    conversation: ConversationMark,
}

impl<'c> Laying<'c> {
    fn new(scenario: &'c Scenario<'_>, decided_by: Decisive, calendar: &'c Calendar) -> Self {
        let ticks = decided_by.ticks;
        let within = |&(from, to): &Stretch| {
            let (first, count) = ticks.within(from, to)?;
            let length = ticks.step().saturating_mul(i64::try_from(count).unwrap_or(i64::MAX));
            Some((first, first.saturating_add(length)))
        };
        let open = scenario.calendars.open(scenario.period, scenario.window).iter().filter_map(within).collect();
        let conversation = scenario.conversation(calendar);
        Laying { decided_by, open, next_open: 0, conversation, runs: 0, legs: Vec::new() }
    }

    fn course(mut self) -> ConversationCourse {
        let step = self.decided_by.ticks.step();
        let mut marks: Vec<Mark> = Vec::new();
        let mut last: Option<i64> = None;
        while let Some(&(first, end)) = self.open.get(self.next_open) {
            let at = last.map_or(first, |last| first.max(last.saturating_add(step)));
            if at >= end {
                self.next_open += 1;
                continue;
            }
            let (leg, mut now) = self.leg(at, last.map(|last| at - last), end);
            self.legs.push(leg);
            if leg.anew {
                let mark = self.mark(now, leg.gap);
                let again = |earlier: &Mark| self.repeats(earlier, &mark).map(|times| (*earlier, times));
                match marks.iter().find_map(again) {
                    None => marks.push(mark),
                    Some((earlier, times)) => {
                        now += self.repeat(&earlier, &mark, times);
                        marks.clear();
                    }
                }
            }
            last = Some(now);
        }
        ConversationCourse {
            decided_by: self.decided_by,
            largest: self.conversation.largest(),
            runs: self.runs,
            legs: self.legs,
        }
    }

    /// The run at a moment with those after it that only carry on what it leaves, and the moment of the last of them.
    fn leg(&mut self, at: i64, gap: Option<i64>, end: i64) -> (Leg, i64) {
        let Decisive { ticks, leaves: [silent, alert], rooms: [_, room], .. } = self.decided_by;
        self.runs += 1;
        let before = self.conversation.restarts();
        self.conversation.advance(at);
        let compacted = self.conversation.fit(room);
        let (chars, anew) = (self.conversation.chars(), self.conversation.restarts() > before);
        let alerts = runs_alert(self.runs, self.decided_by.load.alert_percent);
        let left = if alerts { alert } else { silent };
        self.conversation.heartbeat(at, left);
        let more = if alerts { 0 } else { self.following(at, end, left) };
        let mut last = at;
        if more > 0 {
            last += ticks.step() * i64::try_from(more).unwrap_or(i64::MAX);
            self.runs += more;
            self.conversation.advance(last);
            self.conversation.heartbeat(last, more * left);
        }
        (Leg { gap, chars, left, count: 1 + more, alerts, anew, compacted, times: 1 }, last)
    }

    /// How many runs follow the one at `at` before `end` with nothing between them but what each leaves.
    fn following(&self, at: i64, end: i64, left: u64) -> u64 {
        let Decisive { ticks, rooms: [_, room], .. } = self.decided_by;
        let until = end.min(self.conversation.next_turn().unwrap_or(i64::MAX));
        // Most runs have chat right behind them.
        if until - at <= ticks.step() {
            return 0;
        }
        let Some(space) = room.checked_sub(self.conversation.chars()) else { return 0 };
        let fit = space.checked_div(left).unwrap_or(u64::MAX).saturating_add(1);
        u64::try_from((until - 1 - at) / ticks.step()).unwrap_or(0).min(self.before_alert()).min(fit)
    }

    /// The runs that are left before the next one that alerts.
    fn before_alert(&self) -> u64 {
        let share = self.decided_by.load.alert_percent;
        let next = (self.runs * share / 100 + 1) * 100;
        (next - self.runs * share - 1).checked_div(share).unwrap_or(u64::MAX)
    }

    fn mark(&self, at: i64, gap: Option<i64>) -> Mark {
        let Laying { next_open, runs, .. } = *self;
        Mark { at, gap, next_open, runs, legs: self.legs.len(), conversation: self.conversation.mark(at) }
    }

    /// How many times more all will go as it went between two marks, of which the later one is now; `None` where it will not.
    fn repeats(&self, earlier: &Mark, now: &Mark) -> Option<usize> {
        let phase = |mark: &Mark| (mark.runs * self.decided_by.load.alert_percent % 100, mark.gap);
        if phase(earlier) != phase(now) {
            return None;
        }
        let apart = now.at - earlier.at;
        let edges: Vec<i64> = self.open.iter().flat_map(|(from, to)| [*from, *to]).collect();
        let closes = [earlier, now].map(|mark| 2 * mark.next_open + 1);
        let until = shifted_until(&edges, closes, apart, *edges.last()?);
        let until = self.conversation.goes_as(&earlier.conversation, &now.conversation, until)?;
        usize::try_from((until - 1 - now.at) / apart).ok().filter(|times| *times > 0)
    }

    /// Lets it go on so many times as between two marks; how many milliseconds that takes.
    fn repeat(&mut self, earlier: &Mark, now: &Mark, times: usize) -> i64 {
        self.legs[earlier.legs..].iter_mut().for_each(|leg| leg.times += times as u64);
        self.runs += times as u64 * (now.runs - earlier.runs);
        self.next_open += times * (now.next_open - earlier.next_open);
        self.conversation.repeat(&earlier.conversation, &now.conversation, times);
        (now.at - earlier.at).saturating_mul(i64::try_from(times).unwrap_or(i64::MAX))
    }
}
