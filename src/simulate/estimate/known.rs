//! The months that a thread simulated lately. A lint, a report and a plan ask for the same ones, and so do configs of a
//! fleet that differ in nothing that decides their tokens.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Tally;
use crate::gateway::active_hours::Window;
use crate::gateway::reset::Reset;
use crate::releases::Behaviour;
use crate::releases::measured::Measured;
use crate::simulate::cache::Scheme;
use crate::simulate::prompt::Parts;
use crate::simulate::schedule::Period;
use crate::simulate::{Scenario, SkipReason};
use crate::workload::Profile;

/// Months that are remembered at once: some two megabytes.
const MOST: usize = 4096;

thread_local! {
    static KNOWN: RefCell<HashMap<Whole, Tally>> = RefCell::default();
}

/// All that decides a month.
#[derive(PartialEq)]
struct Whole {
    behaviour: Behaviour,
    reset: Reset,
    period: Period,
    every: Option<u64>,
    anchor: Timestamp,
    window: Window,
    always_skipped: Option<SkipReason>,
    isolated: bool,
    parts: Parts,
    sizes: Measured,
    scheme: Scheme,
    profile: Profile,
    holds_chat: bool,
    zone: TimeZone,
    windows: [Option<u64>; 2],
    tokens_per_mille: u64,
    cache_minimum: u64,
    recap: bool,
    task_message: Option<u64>,
}

impl Eq for Whole {}

/// What differs from month to month of one config; the rest is compared.
impl Hash for Whole {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.every, self.anchor, &self.parts, &self.profile, self.isolated, self.recap).hash(state);
        (self.scheme, self.windows, self.tokens_per_mille, self.cache_minimum, self.always_skipped).hash(state);
    }
}

impl Whole {
    /// `None` where `HEARTBEAT.md` has tasks or a job its own schedule: these are of one file.
    fn of(scenario: &Scenario<'_>) -> Option<Self> {
        // Every field is named, so that a new one cannot be forgotten here.
        let &Scenario {
            behaviour,
            reset,
            period,
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
            zone,
            windows,
            tokens_per_mille,
            cache_minimum,
            recap,
            tasks,
            task_message,
            moments,
        } = scenario;
        (tasks.is_empty() && moments.is_none()).then(|| Whole {
            behaviour: *behaviour,
            reset,
            period: period.clone(),
            every,
            anchor,
            window: window.clone(),
            always_skipped,
            isolated,
            parts,
            sizes,
            scheme,
            profile: profile.clone(),
            holds_chat,
            zone: zone.clone(),
            windows,
            tokens_per_mille,
            cache_minimum,
            recap,
            task_message,
        })
    }
}

/// The counts of a month, simulated where they are not remembered.
pub(super) fn tally(scenario: &Scenario<'_>, simulated: impl FnOnce() -> Tally) -> Tally {
    let Some(whole) = Whole::of(scenario) else { return simulated() };
    if let Some(tally) = KNOWN.with_borrow(|known| known.get(&whole).cloned()) {
        return tally;
    }
    let tally = simulated();
    KNOWN.with_borrow_mut(|known| {
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(whole, tally.clone());
    });
    tally
}
