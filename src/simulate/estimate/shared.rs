//! A month of heartbeats that share a conversation: what each run of its course asks, and of runs that only carry on what the
//! one before left, all of them as one sum, with the rounding of each prompt.

use super::{Tally, Times};
use crate::simulate::cache::CacheState;
use crate::simulate::course::ConversationCourse;
use crate::simulate::run::{CallsOfRun, EveryRun};
use crate::simulate::{CallSink, Request, Scenario, SkipReason};

/// Fewer runs take no less as one sum.
const FEWEST: u64 = 6;

/// The counts of such a month; `None` of any other, of which every tick has to be simulated.
pub(super) fn tally(scenario: &Scenario<'_>) -> Option<Tally> {
    let course = ConversationCourse::of(scenario)?;
    let (ticks, runs) = (course.ticks(), course.runs);
    let mut tally = Tally { ticks: ticks.count(), runs, ..Tally::default() };
    if runs < tally.ticks {
        tally.skips.insert(SkipReason::QuietHours, tally.ticks - runs);
    }
    let every_run = EveryRun::of(scenario);
    let (rounds, message) = (scenario.usual_rounds(), scenario.parts.message);
    let ask = |gap: Option<i64>, chars: u64, alerts: bool, readable: u64| {
        let shape = every_run.shape(chars, readable, message);
        CallsOfRun { shape, state: every_run.state(gap, &shape), rounds, alerts }
    };
    let stays = [false, true].map(|alerts| scenario.stays(alerts, scenario.calls_chars(rounds)));
    // Up to where the run after this one can read.
    let behind = |run: &CallsOfRun, readable: u64| match run.state {
        _ if stays[usize::from(run.alerts)] => every_run.sent(run),
        CacheState::Warm => readable,
        _ => 0,
    };
    let mut readable = 0;
    for leg in &course.legs {
        let mut sink = Times { tally: &mut tally, times: leg.times };
        let first = ask(leg.gap, leg.chars, leg.alerts, if leg.anew { 0 } else { readable });
        every_run.calls(&first, &mut sink);
        readable = behind(&first, first.shape.readable);
        let nth = |by: u64, readable: u64| ask(Some(ticks.step()), leg.chars + by * leg.left, false, readable);
        let mut next = 1;
        if leg.count > FEWEST {
            let more = if stays[0] { leg.left } else { 0 };
            let grown = |by: u64| nth(by, readable + (by - 1) * more);
            let (second, last) = (grown(1), grown(leg.count - 1));
            if second.state == last.state {
                series(scenario, &every_run, [&second, &grown(2)], leg.count - 1, &mut sink);
                (readable, next) = (behind(&last, last.shape.readable), leg.count);
            }
        }
        for by in next..leg.count {
            let run = nth(by, readable);
            every_run.calls(&run, &mut sink);
            readable = behind(&run, readable);
        }
        tally.compactions += u64::from(leg.compacted) * leg.times;
    }
    if scenario.recap && runs > 0 {
        Times { tally: &mut tally, times: runs }.request(scenario.recap_request());
    }
    Some(tally)
}

/// Runs of which each asks as much more than the one before as the second asks more than the first.
fn series(
    scenario: &Scenario<'_>,
    every_run: &EveryRun<'_>,
    [first, second]: [&CallsOfRun; 2],
    count: u64,
    sink: &mut Times<'_>,
) {
    let mut calls = [Vec::<Request>::new(), Vec::new()];
    for (calls, of) in calls.iter_mut().zip([first, second]) {
        every_run.calls(of, calls);
    }
    let [first, second] = calls;
    for (first, second) in first.into_iter().zip(second) {
        sink.series(scenario, first, first.split.up_to(second.split), count);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use jiff::tz::TimeZone;
    use serde_json::json;

    use super::*;
    use crate::catalogue::Catalogue;
    use crate::gateway::model_ref::ModelRef;
    use crate::gateway::{Gateway, Surroundings};
    use crate::simulate::costing::{Choice, Costing, Level};
    use crate::simulate::estimate::tick_by_tick;
    use crate::simulate::schedule::Period;
    use crate::workload::Workload;

    /// Whoever asked first of a course: what another prompt, cache or window comes to on it is what each tick comes to.
    #[test]
    fn months_of_one_course_are_those_of_their_ticks() {
        let (catalogue, zone) = (Catalogue::builtin(), TimeZone::UTC);
        let period = Period::month(jiff::civil::date(2026, 11, 1), zone).unwrap();
        let (mut months, mut compacted, mut courses) = (0, 0, 0);
        for (load, release) in [("typical", "2026.9.6"), ("heavy", "2026.7.35"), ("light", "2026.4.15")] {
            let workload = Workload::preset(load).unwrap();
            let config = json!({ "agents": { "defaults": { "model": "anthropic/claude-opus-4-6",
                "heartbeat": { "every": "30m", "target": "none" } } } });
            let gateway = Gateway::read(&config, release.parse().unwrap(), &Surroundings::default());
            let costing = Costing::new(&gateway, &catalogue, &workload, &period, None);
            let agent = &gateway.agents[0];
            let subject = costing.subject(agent);
            for (light, model) in [false, true].into_iter().flat_map(|light| {
                ["anthropic/claude-opus-4-6", "anthropic/claude-opus-4-7", "openai/gpt-5.5", "foo/bar"]
                    .map(|model| (light, model))
            }) {
                let choice = Choice { light, model: ModelRef::parse(model).unwrap(), ..Choice::present(agent) };
                let model = costing.answering(agent, &choice);
                // The smallest do not hold the chat of a day, the largest all of it.
                for windows in [1_000_000, 60_000, 45_000, 200_000, 90_000].map(|window| [Some(window); 2]) {
                    let scenario = costing.scenario(&subject, &choice, &model, Level::Typical, None);
                    let scenario = Scenario { windows, ..scenario };
                    let (counted, done) = crate::counted::during(|| tally(&scenario).unwrap());
                    courses += done.get("course laid out").copied().unwrap_or(0);
                    assert_eq!(counted, tick_by_tick(&scenario), "{load} {choice:?} {windows:?}");
                    compacted += usize::from(counted.compactions > 0);
                    months += 1;
                }
            }
        }
        assert!(compacted > 0 && compacted < months, "{compacted} of {months} are compacted");
        assert!(courses < months / 2, "{courses} courses for {months} months");
    }
}
