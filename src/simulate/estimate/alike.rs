//! A month whose runs carry nothing on from one to the next: what a run asks then depends on its distance to the one before
//! and on nothing else, so a run of each distance is worked out once and counted as often as it comes.

use std::collections::BTreeMap;

use super::{Tally, Times};
use crate::releases::measured::ALERT_OUTPUT_TOKENS;
use crate::simulate::run::{CallsOfRun, EveryRun};
use crate::simulate::{Scenario, SkipReason};

/// The counts of such a month; `None` of any other, of which every tick has to be simulated.
pub(super) fn tally(scenario: &Scenario<'_>) -> Option<Tally> {
    let profile = scenario.profile;
    let is_plain = !scenario.shares_session()
        && scenario.always_skipped.is_none()
        && scenario.tasks.is_empty()
        && profile.rounds.is_empty()
        && profile.cache.is_empty()
        && profile.missed_per_mille == 0
        && profile.off.is_empty()
        && profile.alert_percent <= 100;
    if !is_plain {
        return None;
    }
    let mut tally = match scenario.moments {
        Some(moments) => at_moments(scenario, moments),
        None => at_interval(scenario)?,
    };
    // Run k alerts iff ⌊k·p/100⌋ > ⌊(k−1)·p/100⌋.
    tally.tokens.output += tally.runs * profile.alert_percent / 100 * ALERT_OUTPUT_TOKENS;
    Some(tally)
}

/// The ticks of an interval; `None` where some are skipped for a reason that lies in the ones before.
fn at_interval(scenario: &Scenario<'_>) -> Option<Tally> {
    let ticks = scenario.plain_ticks()?;
    let every_run = EveryRun::of(scenario);
    let mut tally = Tally { ticks: ticks.count(), ..Tally::default() };
    let mut last = None;
    for &(from, to) in &*scenario.calendars.open(scenario.period, scenario.window) {
        let Some((first, count)) = ticks.within(from, to) else { continue };
        add(&mut tally, &every_run, last.map(|last| first - last), 1);
        add(&mut tally, &every_run, Some(ticks.step()), count - 1);
        last = Some(first + ticks.step() * i64::try_from(count - 1).unwrap_or(0));
    }
    if tally.runs < tally.ticks {
        tally.skips.insert(SkipReason::QuietHours, tally.ticks - tally.runs);
    }
    Some(tally)
}

/// A job's own moments, which all run.
fn at_moments(scenario: &Scenario<'_>, moments: &[i64]) -> Tally {
    let every_run = EveryRun::of(scenario);
    let mut tally = Tally { ticks: moments.len() as u64, ..Tally::default() };
    let mut gaps: BTreeMap<i64, u64> = BTreeMap::new();
    // Most are as far apart as the two before them, so that the map is asked once for a stretch of these.
    let apart: Vec<i64> = moments.windows(2).map(|pair| pair[1] - pair[0]).collect();
    for alike in apart.chunk_by(|one, next| one == next) {
        *gaps.entry(alike[0]).or_default() += alike.len() as u64;
    }
    add(&mut tally, &every_run, None, u64::from(!moments.is_empty()));
    gaps.into_iter().for_each(|(gap, count)| add(&mut tally, &every_run, Some(gap), count));
    tally
}

/// Adds so many runs at a distance from the one before; their alerts are left out.
fn add(tally: &mut Tally, every_run: &EveryRun<'_>, gap: Option<i64>, count: u64) {
    if count == 0 {
        return;
    }
    let Scenario { parts, .. } = every_run.scenario;
    let shape = every_run.shape(0, 0, parts.message);
    let run = CallsOfRun {
        shape,
        state: every_run.state(gap, &shape),
        rounds: every_run.scenario.usual_rounds(),
        alerts: false,
    };
    every_run.calls(&run, &mut Times { tally, times: count });
    tally.runs += count;
}
