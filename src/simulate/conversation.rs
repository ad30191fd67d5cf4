//! The conversation in an agent's main session over a month: the user's chat makes it grow, so do the traces of earlier
//! heartbeats, and new sessions, resets and compaction cut it (R30 to R37, `WORKLOADS.md`).

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::time;
use jiff::tz::TimeZone;

use super::Scenario;
use super::schedule::Period;
use crate::gateway::reset::Reset;
use crate::releases::Behaviour;
use crate::releases::measured::ALERT_OUTPUT_TOKENS;
use crate::workload::History;
use crate::workload::measured::Event;

/// Characters of a token in the workload's figures (`COST-MODEL.md`, head).
pub const CHARS_PER_TOKEN: u64 = 4;
/// What compaction keeps (R35).
const KEPT_TOKENS: u64 = 20_000;
/// The most of a window that compaction leaves free (R35).
const RESERVE_TOKENS: u64 = 20_000;

/// The last minute of a day.
const LAST_MINUTE: u64 = 24 * 60 - 1;

/// Milliseconds of minutes of a day.
fn minutes(minutes: u64) -> i64 {
    60_000 * minutes.cast_signed()
}

/// Moments at which a day's chat and a daily reset fall, in milliseconds since the epoch, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    turns: Vec<i64>,
    resets: Vec<i64>,
    /// What happens on record, instead of the two.
    events: Vec<(i64, Event)>,
}

impl Calendar {
    /// Turn `i` of `n` falls at 09:00 + ⌊720·i/n⌋ minutes of each day in the agent's zone (`WORKLOADS.md`).
    pub fn new(period: &Period, zone: &TimeZone, history: &History, reset: Reset) -> Self {
        let turns_a_day = history.chat_turns_per_day;
        let mut calendar = Calendar::default();
        let mut day = Some(zone.to_datetime(period.start).date());
        let last = zone.to_datetime(period.end).date();
        while let Some(date) = day.filter(|date| *date <= last) {
            let on_the_clock = |minute: u64| {
                let time = time(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0);
                zone.to_ambiguous_timestamp(date.to_datetime(time)).compatible().ok().map(Timestamp::as_millisecond)
            };
            // Most days have no change of the clock.
            let (midnight, late) = (on_the_clock(0), on_the_clock(LAST_MINUTE));
            let even = midnight.filter(|midnight| late == Some(midnight + minutes(LAST_MINUTE)));
            let moment = |minute: u64| match even {
                Some(midnight) if minute <= LAST_MINUTE => Some(midnight + minutes(minute)),
                _ => on_the_clock(minute),
            };
            if !history.chars_by_hour.is_empty() {
                let sizes = history.chars_by_hour.iter().zip(0_u64..);
                calendar
                    .events
                    .extend(sizes.filter_map(|(chars, hour)| Some((moment(hour * 60)?, Event::Becomes(*chars)))));
            }
            if let Some(hour) = reset.daily {
                calendar.resets.extend(moment(u64::from(hour) * 60));
            }
            calendar.turns.extend((0..turns_a_day).filter_map(|turn| moment(history.minute_of(turn))));
            day = date.tomorrow().ok();
        }
        if history.is_recorded() {
            calendar.events.extend(history.events.iter().copied());
            return Calendar { events: calendar.events, ..Calendar::default() };
        }
        let (start, end) = (period.start.as_millisecond(), period.end.as_millisecond());
        calendar.turns.retain(|at| (start..end).contains(at));
        calendar.resets.retain(|at| (start..end).contains(at));
        calendar
    }
}

/// The conversation as it stands at one moment.
#[derive(Clone, Debug)]
pub struct Conversation<'a> {
    chars: u64,
    history: &'a History,
    calendar: &'a Calendar,
    next_turn: usize,
    next_reset: usize,
    next_event: usize,
    reset_due: bool,
    heartbeats_postpone_reset: bool,
    /// How long nobody may write before the next turn starts anew.
    idle: Option<i64>,
    last_activity: Option<i64>,
    /// How much of what a request carries behind its prefix an earlier run's breakpoint covers.
    readable: u64,
    /// The size at which a turn of chat compacts it.
    room: u64,
    /// How often it began anew.
    restarts: u64,
    /// The most characters that a turn or a heartbeat left.
    largest: u64,
}

/// All of a conversation that later ticks depend on, at one moment, and how far the calendar has been followed.
#[derive(Clone, Copy, Debug)]
pub struct ConversationMark {
    at: i64,
    chars: u64,
    reset_due: bool,
    last_activity: Option<i64>,
    next_turn: usize,
    next_reset: usize,
}

/// Until when the moments from the second of two places on are those from the first on, all of them so much later.
pub(super) fn shifted_until(moments: &[i64], [from, to]: [usize; 2], later: i64, until: i64) -> i64 {
    let mut at = 0;
    loop {
        let expected = moments.get(from + at).map(|moment| moment + later);
        let found = moments.get(to + at).copied();
        let next = expected.unwrap_or(i64::MAX).min(found.unwrap_or(i64::MAX));
        if expected != found || next >= until {
            return next.min(until);
        }
        at += 1;
    }
}

/// The window of a model whose own is not known (R35).
const UNKNOWN_WINDOW_TOKENS: u64 = 200_000;

impl<'a> Conversation<'a> {
    /// The conversation at the start of the period. A turn of chat compacts it where it has more than `room` characters.
    pub fn new(
        history: &'a History,
        calendar: &'a Calendar,
        (behaviour, reset): (&Behaviour, Reset),
        room: u64,
    ) -> Self {
        let chars = history.start_tokens * CHARS_PER_TOKEN;
        Conversation {
            room,
            readable: 0,
            restarts: 0,
            chars,
            largest: chars,
            history,
            calendar,
            next_turn: 0,
            next_reset: 0,
            next_event: 0,
            reset_due: false,
            heartbeats_postpone_reset: behaviour.heartbeats_postpone_reset,
            idle: reset.idle,
            last_activity: None,
        }
    }

    /// The same session without the user's chat in it: only the traces of heartbeats (R30).
    pub fn emptied(mut self) -> Self {
        self.chars = 0;
        self
    }

    /// Its size in characters.
    pub fn chars(&self) -> u64 {
        self.chars
    }

    /// How much of volatile text and conversation an earlier run's breakpoint covers (R40).
    pub fn readable(&self) -> u64 {
        self.readable
    }

    /// A run's message stayed: the next one can read up to here.
    pub fn set_breakpoint(&mut self, readable: u64) {
        self.readable = readable;
    }

    /// The cache ran out, or the conversation is another one.
    pub fn forget_breakpoint(&mut self) {
        self.readable = 0;
    }

    /// Lets the chat up to a moment happen. Whether there was any.
    pub fn advance(&mut self, to: i64) -> bool {
        let before = (self.next_event, self.next_turn);
        while let Some((_, event)) = self.calendar.events.get(self.next_event).filter(|(at, _)| *at <= to) {
            self.next_event += 1;
            match event {
                Event::Adds(chars) => self.chars += chars,
                Event::Becomes(chars) => self.chars = *chars,
            }
        }
        while let Some(&turn) = self.calendar.turns.get(self.next_turn).filter(|turn| **turn <= to) {
            self.pass_resets(turn);
            self.next_turn += 1;
            let quiet_since = self.last_activity.replace(turn);
            self.reset_due |= quiet_since.zip(self.idle).is_some_and(|(since, idle)| turn - since > idle);
            self.turn();
        }
        self.pass_resets(to);
        before != (self.next_event, self.next_turn)
    }

    /// When the next turn of chat falls.
    pub fn next_turn(&self) -> Option<i64> {
        self.calendar.turns.get(self.next_turn).copied()
    }

    /// How often it began anew.
    pub fn restarts(&self) -> u64 {
        self.restarts
    }

    /// More characters than that it never had.
    pub fn largest(&self) -> u64 {
        self.largest
    }

    /// How it stands.
    pub fn mark(&self, at: i64) -> ConversationMark {
        let Conversation { chars, reset_due, last_activity, next_turn, next_reset, .. } = *self;
        ConversationMark { at, chars, reset_due, last_activity, next_turn, next_reset }
    }

    /// Until when, from a mark on, all goes as it went from an earlier one on; `None` where it stands differently.
    pub fn goes_as(&self, earlier: &ConversationMark, mark: &ConversationMark, until: i64) -> Option<i64> {
        let phase = |mark: &ConversationMark| {
            let quiet = mark.last_activity.map(|last| mark.at - last);
            (mark.chars, mark.reset_due, quiet)
        };
        let apart = mark.at - earlier.at;
        let turns = shifted_until(&self.calendar.turns, [earlier.next_turn, mark.next_turn], apart, until);
        let resets = shifted_until(&self.calendar.resets, [earlier.next_reset, mark.next_reset], apart, until);
        (phase(earlier) == phase(mark)).then_some(turns.min(resets))
    }

    /// Lets what went on between two marks go on so many times more.
    pub fn repeat(&mut self, earlier: &ConversationMark, mark: &ConversationMark, times: usize) {
        let after = (mark.at - earlier.at).saturating_mul(i64::try_from(times).unwrap_or(i64::MAX));
        self.last_activity = self.last_activity.map(|last| last + after);
        self.next_turn += times * (mark.next_turn - earlier.next_turn);
        self.next_reset += times * (mark.next_reset - earlier.next_reset);
    }

    fn pass_resets(&mut self, to: i64) {
        while self.calendar.resets.get(self.next_reset).is_some_and(|reset| *reset <= to) {
            self.next_reset += 1;
            self.reset_due = true;
        }
    }

    /// One turn of chat. Resets and planned compaction happen here only, never at a heartbeat (R34, R35).
    fn turn(&mut self) {
        let restart = self.history.restart_tokens * CHARS_PER_TOKEN;
        if std::mem::take(&mut self.reset_due) {
            self.start_anew(restart);
        }
        self.chars += self.history.tokens_per_turn * CHARS_PER_TOKEN;
        self.largest = self.largest.max(self.chars);
        self.fit(self.room);
        if self.history.new_session_at_tokens.is_some_and(|limit| self.chars >= limit * CHARS_PER_TOKEN) {
            self.start_anew(restart);
        }
    }

    fn start_anew(&mut self, chars: u64) {
        self.chars = chars;
        self.restarts += 1;
        self.forget_breakpoint();
    }

    /// A conversation of more than `room` characters is compacted (R35); a heartbeat that would not fit does so first.
    /// Whether it was.
    pub fn fit(&mut self, room: u64) -> bool {
        let compacts = self.chars > room;
        if compacts {
            self.start_anew(self.chars.min(KEPT_TOKENS * CHARS_PER_TOKEN));
        }
        compacts
    }

    /// A heartbeat ran in this session and left this much.
    pub fn heartbeat(&mut self, at: i64, left: u64) {
        // A size by the hour has it in it.
        if self.history.chars_by_hour.is_empty() {
            self.chars += left;
            self.largest = self.largest.max(self.chars);
        }
        if self.heartbeats_postpone_reset {
            self.reset_due = false;
            self.last_activity = Some(at);
        }
    }
}

impl Scenario<'_> {
    /// Something but its own runs adds to the session.
    pub(super) fn has_conversation(&self) -> bool {
        self.holds_chat || self.profile.history.is_recorded()
    }

    pub(super) fn calendar(&self) -> Arc<Calendar> {
        match self.shares_session() && self.has_conversation() {
            true => self.calendars.chat(self.period, self.zone, &self.profile.history, self.reset),
            false => Arc::default(),
        }
    }

    /// Its conversation at the start of the period.
    pub(super) fn conversation<'s>(&'s self, calendar: &'s Calendar) -> Conversation<'s> {
        let conversation =
            Conversation::new(&self.profile.history, calendar, (self.behaviour, self.reset), self.turn_room());
        if self.has_conversation() { conversation } else { conversation.emptied() }
    }

    /// Characters of conversation at which a turn of chat compacts it (R35): the primary model's window, and what a request
    /// carries beside it.
    pub(super) fn turn_room(&self) -> u64 {
        let window = self.windows[0].unwrap_or(UNKNOWN_WINDOW_TOKENS);
        let free = window - (window / 4).min(RESERVE_TOKENS);
        free.saturating_mul(CHARS_PER_TOKEN).saturating_sub(self.parts.total())
    }

    /// Characters of conversation that fit into the window beside the rest of a run.
    pub(super) fn room(&self) -> u64 {
        let window = self.windows[1].unwrap_or(UNKNOWN_WINDOW_TOKENS);
        let spare = window.saturating_sub(self.profile.output_tokens + ALERT_OUTPUT_TOKENS);
        let chars = spare.saturating_mul(1000 * CHARS_PER_TOKEN) / self.tokens_per_mille;
        chars.saturating_sub(self.parts.total() + self.calls_chars(self.usual_rounds()))
    }
}
