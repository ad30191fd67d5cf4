//! When a job really runs. The scheduler spreads jobs of the full hour by their id, counts an interval from the last run,
//! lets a run say when the next one is due, and tries a failed run again (`fixtures/oracle/staggers.json`).

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::job::Job;
use super::schedule::{MOST_MOMENTS, Moments, Schedule};
use crate::document::Named;
use crate::gateway::Gateway;
use crate::releases::JobRetries;
use crate::simulate::schedule::Period;

/// How often a job runs, of what its schedule leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HowOften {
    /// As seldom as its runs may ask for.
    Least,
    /// As its schedule says.
    Usual,
    /// As often as its runs may ask for, and each of them tried again if they have failed of late.
    Most,
}

/// After how many milliseconds a failed run is tried again, for the first to the third time in a row.
const WAITS: [i64; 3] = [30_000, 60_000, 300_000];

/// The most times that a config may ask for, which OpenClaw checks too.
const MOST_RETRIES: usize = 10;

/// How a release runs what is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheduler {
    /// How long it waits before it tries a failed run again, for each time in a row.
    waits: Vec<i64>,
    /// Whether it does so for jobs that recur, too.
    retries_all: bool,
    /// Whether it spreads jobs of one moment.
    spreads: bool,
}

impl Scheduler {
    /// Of a config under its release.
    pub fn of(gateway: &Gateway) -> Self {
        let rule = gateway.behaviour.job_retries;
        let told = gateway.config().at("cron.retry").filter(|_| rule != JobRetries::ThreeTimes);
        let told_waits = told.and_then(|retry| retry["backoffMs"].as_array());
        let waits = told_waits.map(|waits| waits.iter().filter_map(Value::as_i64).filter(|wait| *wait >= 0).collect());
        let waits: Vec<i64> = waits.filter(|waits: &Vec<i64>| !waits.is_empty()).unwrap_or_else(|| WAITS.to_vec());
        let times = told.and_then(|retry| retry["maxAttempts"].as_u64()).and_then(|times| usize::try_from(times).ok());
        let times = times.unwrap_or(WAITS.len()).min(MOST_RETRIES);
        let last = waits.last().copied().unwrap_or(0);
        Scheduler {
            waits: waits.into_iter().chain(std::iter::repeat(last)).take(times).collect(),
            retries_all: rule != JobRetries::OneShots,
            spreads: gateway.behaviour.spreads_full_hours,
        }
    }

    /// Each run with those that follow if it fails, and they do, as far as they fit before the next one.
    fn after(&self, due: &Moments) -> Moments {
        let mut at = Vec::with_capacity(due.at.len());
        for (place, moment) in due.at.iter().enumerate() {
            // After the last one comes another, as far from it as it is from the one before.
            let before = place.checked_sub(1).and_then(|place| due.at.get(place));
            let far = || before.map_or(i64::MAX, |before| moment.saturating_add(moment - before));
            let next = due.at.get(place + 1).copied().unwrap_or_else(far);
            let mut again = *moment;
            at.push(again);
            for wait in &self.waits {
                again = again.saturating_add(*wait);
                if again < next {
                    at.push(again);
                }
            }
        }
        let cut = due.cut || at.len() > MOST_MOMENTS;
        at.truncate(MOST_MOMENTS);
        Moments { at, cut }
    }
}

/// A period, and the zone of the machine.
pub type Clock<'a> = (&'a Period, &'a TimeZone);

/// Those of a schedule so many milliseconds later.
type KnownMoments = (Schedule, i64, Rc<Moments>);

/// Moments that were worked out before, as many jobs have the same schedule.
#[derive(Debug, Default)]
pub struct DueMemory {
    known: RefCell<HashMap<String, Vec<KnownMoments>>>,
}

impl DueMemory {
    fn moments(&self, schedule: &Schedule, offset: i64, period: &Period, machine: &TimeZone) -> Rc<Moments> {
        let Schedule::Cron { expression, .. } = schedule else {
            return Rc::new(schedule.moments(period, machine));
        };
        let is_same = |(known, by, _): &&KnownMoments| known == schedule && *by == offset;
        if let Some((.., due)) = self.known.borrow().get(expression).and_then(|all| all.iter().find(is_same)) {
            return Rc::clone(due);
        }
        let due = Rc::new(staggered(schedule, offset, period, machine));
        let entry = (schedule.clone(), offset, Rc::clone(&due));
        self.known.borrow_mut().entry(expression.clone()).or_default().push(entry);
        due
    }
}

impl Job {
    /// When it is due in a period. `machine` is the zone of expressions that have none.
    pub fn due(
        &self,
        often: HowOften,
        scheduler: &Scheduler,
        memory: &DueMemory,
        (period, machine): Clock<'_>,
    ) -> Rc<Moments> {
        let Ok(schedule) = &self.schedule else { return Rc::default() };
        let [least, most] = self.pacing;
        let paced = match often {
            HowOften::Least => most,
            HowOften::Usual => None,
            HowOften::Most => least,
        };
        let due = match paced {
            Some(ms) => Rc::new(Schedule::Every { ms, anchor: None }.moments(period, machine)),
            None => memory.moments(schedule, if scheduler.spreads { self.offset() } else { 0 }, period, machine),
        };
        let is_tried = scheduler.retries_all || !schedule.recurs();
        let may_fail = often == HowOften::Most && self.failures > 0 && is_tried;
        if may_fail { Rc::new(scheduler.after(&due)) } else { due }
    }

    /// How many milliseconds after the moments of its expression it runs: the release's own hash of its id.
    fn offset(&self) -> i64 {
        let Ok(Schedule::Cron { stagger, .. }) = self.schedule else { return 0 };
        let hash = Sha256::digest(self.id.as_bytes());
        let first = hash.iter().take(4).fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        first.checked_rem(stagger).and_then(|offset| i64::try_from(offset).ok()).unwrap_or(0)
    }
}

fn staggered(schedule: &Schedule, offset: i64, period: &Period, machine: &TimeZone) -> Moments {
    let by = SignedDuration::from_millis(offset);
    let earlier = |at: Timestamp| at.checked_sub(by).ok();
    let Some((start, end)) = earlier(period.start).zip(earlier(period.end)) else { return Moments::default() };
    let mut due = schedule.moments(&Period { start, end, zone: period.zone.clone() }, machine);
    due.at.iter_mut().for_each(|at| *at += offset);
    due
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;
    use crate::automations::JobSource;

    fn count(job: Value, often: HowOften) -> usize {
        let job = Job::read(&job, None, JobSource::Default, "here").unwrap().unwrap();
        let period = Period::thirty_days(date(2026, 11, 1), TimeZone::UTC).unwrap();
        let scheduler = Scheduler { waits: WAITS.to_vec(), retries_all: true, spreads: true };
        job.due(often, &scheduler, &DueMemory::default(), (&period, &TimeZone::UTC)).at.len()
    }

    fn job(schedule: Value, more: Value) -> Value {
        let mut job = json!({ "id": "a", "schedule": schedule, "payload": { "kind": "agentTurn" } });
        job.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        job
    }

    #[test]
    fn a_run_that_fails_is_tried_again_before_the_next_is_due() {
        let failing = |every: u64| {
            job(json!({ "kind": "every", "everyMs": every }), json!({ "state": { "consecutiveErrors": 1 } }))
        };
        // An hour leaves room for three, two minutes for two, half a minute for none.
        for (every, factor) in [(3_600_000, 4), (120_000, 3), (30_000, 1)] {
            let [usual, most] = [HowOften::Usual, HowOften::Most].map(|often| count(failing(every), often));
            assert_eq!(most, (usual * factor).min(MOST_MOMENTS), "{every}");
        }
        let once = job(json!({ "kind": "at", "at": "2026-11-02" }), json!({ "state": { "consecutiveErrors": 1 } }));
        assert_eq!(count(once, HowOften::Most), 4, "a job that runs once");
        assert_eq!(count(job(json!("0 9 * * *"), json!({})), HowOften::Most), 30);
    }

    #[test]
    fn a_config_says_how_often_where_its_release_asks_it() {
        let config = json!({ "cron": { "retry": { "maxAttempts": 4, "backoffMs": [1_000, 2_000] } } });
        let of = |version: &str| {
            let gateway = Gateway::read(&config, version.parse().unwrap(), &crate::gateway::Surroundings::default());
            let scheduler = Scheduler::of(&gateway);
            (scheduler.waits, scheduler.retries_all)
        };
        assert_eq!(of("2026.4.15"), (vec![1_000, 2_000, 2_000, 2_000], false));
        assert_eq!(of("2026.7.35"), (vec![1_000, 2_000, 2_000, 2_000], true));
        assert_eq!(of("2026.9.6"), (WAITS.to_vec(), true));
    }

    #[test]
    fn a_paced_job_says_itself_when_it_is_due() {
        let paced =
            job(json!({ "kind": "every", "everyMs": 3_600_000 }), json!({ "pacing": { "min": "15m", "max": "4h" } }));
        let counts = [HowOften::Least, HowOften::Usual, HowOften::Most].map(|often| count(paced.clone(), often));
        assert_eq!(counts, [180, 720, 2_880]);
    }
}
