//! What a period looks like on the clock of a zone: the days of chat, the stretches in which ticks may run, and the anchors
//! that put the fewest and the most ticks into them. A plan simulates hundreds of months by a few of these.

use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;

use super::conversation::Calendar;
use super::schedule::{self, Period, Stretch};
use crate::gateway::active_hours::ActiveHours;
use crate::gateway::reset::Reset;
use crate::workload::History;

/// The parts of one period that were laid out so far, chat on the clock of one zone.
#[derive(Debug, Default)]
pub struct Calendars {
    chat: Known<(History, Reset), Arc<Calendar>>,
    open: Known<ActiveHours, Arc<[Stretch]>>,
    anchors: Known<(u64, ActiveHours), (Timestamp, Timestamp)>,
}

/// Answers by what was asked.
pub(super) type Known<K, V> = Mutex<FxHashMap<K, V>>;

/// An answer that is known, or is worked out now. Nobody else waits meanwhile, so two may work out the same.
pub(super) fn known<K: Clone + Eq + Hash, V: Clone>(known: &Known<K, V>, asked: &K, work_out: impl FnOnce() -> V) -> V {
    let known = || known.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(answer) = known().get(asked) {
        return answer.clone();
    }
    let answer = work_out();
    known().insert(asked.clone(), answer.clone());
    answer
}

impl Calendars {
    /// The days of a history of chat and its resets.
    pub(super) fn chat(&self, period: &Period, zone: &TimeZone, history: &History, reset: Reset) -> Arc<Calendar> {
        known(&self.chat, &(history.clone(), reset), || Arc::new(Calendar::new(period, zone, history, reset)))
    }

    /// The stretches in which a window is open.
    pub fn open(&self, period: &Period, window: &ActiveHours) -> Arc<[Stretch]> {
        known(&self.open, window, || schedule::open_stretches(period, window).into())
    }

    /// The anchors that give the fewest and the most ticks inside a window.
    pub(super) fn extreme_anchors(&self, period: &Period, every: u64, window: &ActiveHours) -> (Timestamp, Timestamp) {
        let work_out = || schedule::extreme_anchors(period, every, &self.open(period, window));
        known(&self.anchors, &(every, window.clone()), work_out)
    }
}
