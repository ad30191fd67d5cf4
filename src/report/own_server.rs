//! What heartbeats ask of a model server of one's own, which sends no bill but has only so many seconds in a day.

use serde::Serialize;

use super::Report;
use crate::money::Money;
use crate::simulate::schedule::Period;
use crate::simulate::usage::{DAY_MS, Load, PerDay, Timeline};
use crate::words::{duration, rough_percent, tokens};

/// How fast a server is, in tokens a second; neither is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speed {
    /// Of a prompt.
    pub reads: u64,
    /// Of an answer.
    pub writes: u64,
}

/// The work of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnServer {
    /// Tokens of prompts on an average day that no cache holds, rounded.
    pub read_per_day: u64,
    /// Tokens of answers on an average day, rounded.
    pub written_per_day: u64,
    /// How long that takes; null where nobody says how fast the server is.
    pub busy: Option<Busy>,
}

/// How long the work takes at a speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Busy {
    /// Seconds of an average day, rounded.
    pub seconds_per_day: u64,
    /// Of the longest run, rounded up; what starts together is one.
    pub longest_run_seconds: u64,
    /// Runs that are not done when the next starts.
    pub late_runs: u64,
}

impl OwnServer {
    /// The work of a month.
    pub fn of(timeline: &Timeline, period: &Period, speed: Option<Speed>) -> Self {
        let all = timeline.total();
        OwnServer {
            read_per_day: PerDay::of(read(all), period).whole(),
            written_per_day: PerDay::of(all.tokens.output, period).whole(),
            busy: speed.map(|speed| Busy::of(timeline, period, speed)),
        }
    }
}

/// What is not in the cache is read anew.
fn read(load: Load) -> u64 {
    load.tokens.prompt() - load.tokens.cache_read
}

impl Busy {
    fn of(timeline: &Timeline, period: &Period, speed: Speed) -> Self {
        let ms = |load: Load| {
            let part = |tokens: u64, speed: u64| tokens.saturating_mul(1000) / speed.max(1);
            part(read(load), speed.reads) + part(load.tokens.output, speed.writes)
        };
        let moments = timeline.moments();
        let whole: u64 = moments.iter().map(|moment| ms(moment.load)).sum();
        let longest = moments.iter().map(|moment| ms(moment.load)).max().unwrap_or(0);
        let late = moments.windows(2).filter(|pair| ms(pair[0].load) > pair[1].at.abs_diff(pair[0].at));
        Busy {
            seconds_per_day: PerDay::of(whole, period).whole() / 1000,
            longest_run_seconds: longest.div_ceil(1000),
            late_runs: late.count() as u64,
        }
    }
}

/// Whether it was asked how busy it is.
pub(super) fn is_asked(report: &Report) -> bool {
    report.totals.own_server.is_some_and(|server| server.busy.is_some())
}

/// The work of all agents on servers of one's own, in a sentence or two; `None` where there is none.
pub(super) fn sentence(report: &Report) -> Option<String> {
    let server = report.totals.own_server.filter(|server| server.read_per_day > 0)?;
    let work = format!(
        "Your own server reads {} and writes {} tokens a day for them",
        tokens(server.read_per_day),
        tokens(server.written_per_day)
    );
    let Some(busy) = server.busy else {
        return Some(format!("{work}; --tokens-per-second IN/OUT says how busy that keeps it."));
    };
    let share =
        Money::from_pico(i128::from(busy.seconds_per_day) * 1000).percent_of(Money::from_pico(i128::from(DAY_MS)));
    let ends = match busy.late_runs {
        0 => "done before the next starts".to_owned(),
        late => format!("and {late} a month are not done when the next starts"),
    };
    Some(format!(
        "{work}: it is busy {} of the day, the longest run takes {}, {ends}.",
        rough_percent(share.unwrap_or_default()),
        match busy.longest_run_seconds {
            short @ ..120 => format!("{short}s"),
            long => duration(long * 1000),
        }
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::analysis::Analysis;
    use crate::bill::Bill;
    use crate::money::Unit;

    /// 48 runs a day of the same prompt: at one token read a millisecond and one written in ten, a run takes its prompt in
    /// milliseconds and ten times its answer.
    #[test]
    fn a_server_is_busy_for_what_it_reads_and_writes() {
        let heartbeat = json!({ "every": "30m", "target": "none", "isolatedSession": true });
        let config = json!({ "agents": { "defaults": { "model": "ollama/qwen3:32b", "heartbeat": heartbeat } } });
        let analysis = Analysis::of(&config, None);
        let costing = analysis.costing();
        let timeline = Bill::new(&costing, Unit::Usd).timeline(&costing.subject(&analysis.gateway.agents[0]));
        let speed = Speed { reads: 1000, writes: 100 };
        let server = OwnServer::of(&timeline, &analysis.period, Some(speed));
        let all = timeline.total();
        let (prompt, output) = (all.tokens.prompt() - all.tokens.cache_read, all.tokens.output);
        assert_eq!((server.read_per_day, server.written_per_day), ((prompt + 15) / 30, (output + 15) / 30));
        let busy = server.busy.unwrap();
        let expected = (prompt + output * 10) / 30 / 1000;
        assert!(busy.seconds_per_day.abs_diff(expected) <= 1, "{} for {expected}", busy.seconds_per_day);
        assert_eq!(busy.late_runs, 0);
        // A token a second: no run is done within half an hour, and only the last has no next one.
        let slow = OwnServer::of(&timeline, &analysis.period, Some(Speed { reads: 1, writes: 1 }));
        assert_eq!(slow.busy.unwrap().late_runs, 30 * 48 - 1);
    }
}
