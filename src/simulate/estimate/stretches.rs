//! A month of a conversation whose time is that of what happens in it, and not of its ticks. From one turn of chat or alert to
//! the next, each run carries as much more than the one before as that one left, so that all of them are one sum. And where a
//! conversation began anew and stands as it stood some days ago, with the same days ahead, what came since comes again.

use super::Tally;
use crate::releases::measured::RECAP_SPACING_MS;
use crate::simulate::month::ahead::{MonthMark, SteadyRuns};
use crate::simulate::month::{FLOOD_MS, FLOOD_STARTS, SimulatedMonth};
use crate::simulate::schedule::Ticks;
use crate::simulate::{CallSink, MonthSink, Request, Scenario, Tick};

/// The counts of such a month; `None` of any other, of which every tick has to be simulated.
pub(super) fn tally(scenario: &Scenario<'_>) -> Option<Tally> {
    let profile = scenario.profile;
    let ticks = Ticks::new(scenario.period, scenario.every?, scenario.anchor);
    let starts = i64::try_from(FLOOD_STARTS).unwrap_or(i64::MAX);
    let is_steady = scenario.shares_session()
        && scenario.moments.is_none()
        && scenario.always_skipped.is_none()
        && scenario.tasks.is_empty()
        && profile.rounds.is_empty()
        && profile.cache.is_empty()
        && profile.missed_per_mille == 0
        && !profile.history.is_recorded()
        && ticks.left_out == 0
        && ticks.step().saturating_mul(starts) >= FLOOD_MS
        && (!scenario.recap || ticks.step() >= RECAP_SPACING_MS);
    if !is_steady {
        return None;
    }
    let (calendar, end) = (scenario.calendar(), scenario.period.end.as_millisecond());
    let mut month = SimulatedMonth::new(scenario, &calendar);
    let (mut tally, mut calls) = (Tally::default(), [Vec::new(), Vec::new()]);
    let (mut restarts, mut marks) = (0, Vec::<(MonthMark, Tally)>::new());
    let mut next = ticks.iter().next();
    while let Some(at) = next.filter(|at| *at < end) {
        let skip = month.skip(at);
        let compacted = skip.is_none() && month.run(at, &mut tally).1;
        tally.tick(Tick { at, skip, cache: None, requests: &[], compacted, times: 1 });
        let mut last = at;
        if skip.is_none()
            && month.restarts() > restarts
            && let Some(now) = month.mark(at)
        {
            restarts = month.restarts();
            let again = |(earlier, since): &(MonthMark, Tally)| {
                let times = month.repeats(earlier, &now, end);
                (times > 0).then(|| (*earlier, since.clone(), times))
            };
            match marks.iter().find_map(again) {
                None => marks.push((now, tally.clone())),
                Some((earlier, since, times)) => {
                    tally.repeat(&since, times as u64);
                    month.repeat(&earlier, &now, times);
                    last += (now.at - earlier.at) * i64::try_from(times).unwrap_or(i64::MAX);
                    marks.clear();
                }
            }
        }
        if skip.is_none()
            && let Some(runs) = month.steady(last, ticks.step(), end)
        {
            for (calls, of) in calls.iter_mut().zip([&runs.first, &runs.second]) {
                calls.clear();
                month.calls(of, calls);
            }
            add(&mut tally, scenario, &runs, &calls);
            last += ticks.step() * i64::try_from(runs.count).unwrap_or(i64::MAX);
            month.pass(&runs, last);
        }
        next = last.checked_add(ticks.step());
    }
    Some(tally)
}

/// Adds such runs, by the calls of the first two of them.
fn add(tally: &mut Tally, scenario: &Scenario<'_>, runs: &SteadyRuns, [first, second]: &[Vec<Request>; 2]) {
    tally.ticks += runs.count;
    tally.runs += runs.count;
    for (first, second) in first.iter().zip(second) {
        tally.series(scenario, *first, first.split.up_to(second.split), runs.count);
    }
    if scenario.recap {
        tally.requests += runs.count;
        tally.recap_tokens += scenario.recap_request().tokens.times(runs.count);
    }
}
