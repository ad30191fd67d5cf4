//! What months come to, remembered for all who ask under one release, in one period and zone: the lint, plan and report of
//! a config, and the configs of a fleet, whose gateways are set much alike. Tokens depend on the schedule, the context levers,
//! the load and how a route caches, not on the price.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;

use super::cache::Scheme;
use super::calendars::{Calendars, Known, known};
use super::delay::delay;
use super::estimate::{self, Tally, least};
use super::prompt::Parts;
use super::schedule::Period;
use super::usage::{Timeline, Usage};
use super::{Scenario, SkipReason, runs};
use crate::gateway::active_hours::ActiveHours;
use crate::gateway::reset::Reset;
use crate::releases::measured::Wire;
use crate::releases::{Behaviour, Version};
use crate::workload::Profile;

/// As many months are kept, of about 600 bytes each.
const MOST_KEPT: usize = 16_384;

/// Months of any release, period and zone.
#[derive(Debug, Default)]
pub struct AllMonths {
    known: Mutex<Vec<(Under, Arc<Months>)>>,
    kept: Arc<AtomicUsize>,
}

/// What the months of a config have in common: the release, the period, and the zone of chat.
type Under = (Behaviour, Timestamp, Timestamp, TimeZone);

/// Months under one release, in one period and zone.
#[derive(Debug, Default)]
pub struct Months {
    pub(super) calendars: Calendars,
    /// A key is larger than what is known, so that a table of them by themselves would grow by leaps.
    known: Mutex<FxHashMap<Arc<MonthKey>, Arc<KnownMonth>>>,
    /// By the numbers of the months that run together.
    usage: Known<Vec<usize>, Usage>,
    kept: Arc<AtomicUsize>,
}

/// What is known of a month, each worked out when it is first asked for.
#[derive(Debug, Default)]
struct KnownMonth {
    number: usize,
    tally: OnceLock<Arc<Tally>>,
    least: OnceLock<Option<Arc<Tally>>>,
    delay: OnceLock<Option<(u64, u64)>>,
}

impl AllMonths {
    /// Those under a release's behaviour, in a period, with the chat of a zone. Where too many are kept, they begin anew.
    pub(super) fn under(&self, behaviour: &Behaviour, period: &Period, zone: &TimeZone) -> Arc<Months> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if self.kept.load(Ordering::Relaxed) > MOST_KEPT {
            known.clear();
            self.kept.store(0, Ordering::Relaxed);
        }
        let under = (*behaviour, period.start, period.end, zone.clone());
        if let Some((_, months)) = known.iter().find(|(one, _)| *one == under) {
            return Arc::clone(months);
        }
        self.kept.fetch_add(1, Ordering::Relaxed);
        let months = Arc::new(Months { kept: Arc::clone(&self.kept), ..Months::default() });
        known.push((under, Arc::clone(&months)));
        months
    }
}

impl Months {
    /// What the ticks of a scenario add up to, which are those of its interval.
    pub(super) fn tally(&self, key: &MonthKey, scenario: &Scenario<'_>) -> Arc<Tally> {
        Arc::clone(self.month(key).tally.get_or_init(|| Arc::new(estimate::tally(scenario))))
    }

    /// What they take at least, where that is known without simulating them.
    pub(super) fn least(&self, scenario: &Scenario<'_>) -> Option<Arc<Tally>> {
        let month = self.month(&MonthKey::of(scenario));
        month.least.get_or_init(|| least::tally(scenario).map(Arc::new)).clone()
    }

    /// Mean and worst reaction delay, in milliseconds; `None` when nothing ever runs.
    pub(super) fn delay(&self, scenario: &Scenario<'_>) -> Option<(u64, u64)> {
        let month = self.month(&MonthKey::of(scenario));
        let open = || self.calendars.open(scenario.period, scenario.window);
        *month.delay.get_or_init(|| delay(&open(), &runs(scenario)))
    }

    /// What agents ask of models together on an average day, and at most in five hours. `timeline` simulates the month of one.
    pub(super) fn usage(&self, scenarios: &[Scenario<'_>], timeline: impl Fn(&Scenario<'_>) -> Arc<Timeline>) -> Usage {
        let Some(first) = scenarios.first() else { return Usage::default() };
        let mut together: Vec<usize> = scenarios.iter().map(|one| self.month(&MonthKey::of(one)).number).collect();
        together.sort_unstable();
        known(&self.usage, &together, || {
            self.kept.fetch_add(1, Ordering::Relaxed);
            let timelines: Vec<Arc<Timeline>> = scenarios.iter().map(timeline).collect();
            Timeline::sum(&timelines).usage(first.period)
        })
    }

    fn month(&self, key: &MonthKey) -> Arc<KnownMonth> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(month) = known.get(key) {
            return Arc::clone(month);
        }
        self.kept.fetch_add(1, Ordering::Relaxed);
        let month = Arc::new(KnownMonth { number: known.len(), ..KnownMonth::default() });
        known.insert(Arc::new(key.clone()), Arc::clone(&month));
        month
    }
}

/// All that decides the tokens of a month, within one release, period and zone: when it runs, what is sent, how it is cached
/// and counted, and the load.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct MonthKey {
    schedule: (Option<u64>, Timestamp, ActiveHours, Option<SkipReason>),
    sent: (Parts, Wire, Version, bool, bool, Option<u64>),
    cached: (Scheme, u64, u64, [Option<u64>; 2]),
    /// The load is that of whoever asked first: a copy for each month would be most of it.
    load: (Arc<Profile>, bool, Reset),
}

impl MonthKey {
    pub(super) fn of(scenario: &Scenario<'_>) -> Self {
        // Every field is named, so that a new one cannot be forgotten here. Those left out are the same under one release, in one
        // period and zone, or come from the load.
        let &Scenario {
            behaviour: _,
            period: _,
            moments: _,
            zone: _,
            calendars: _,
            courses: _,
            tasks: _,
            task_message,
            every,
            anchor,
            window,
            always_skipped,
            isolated,
            parts,
            sizes,
            scheme,
            profile,
            holds_chat,
            windows,
            tokens_per_mille,
            recap,
            reset,
            cache_minimum,
        } = scenario;
        MonthKey {
            schedule: (every, anchor, window.clone(), always_skipped),
            sent: (parts, sizes.wire, sizes.version, isolated, recap, task_message),
            cached: (scheme, tokens_per_mille, cache_minimum, windows),
            load: (Arc::clone(profile), holds_chat, reset),
        }
    }
}
