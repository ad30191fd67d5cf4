//! What heartbeats ask of their models, whatever anybody pays for it: runs, requests and tokens by the moment, so that any
//! window of time can be asked for. Of a month, a day of a zone, an hour of the day, or the busiest stretch of any length.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::ops::AddAssign;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

use super::schedule::Period;
use super::{CallSink, MonthSink, Request, Scenario, Tick, Tokens, simulate_into};

/// A minute in milliseconds.
pub const MINUTE_MS: u64 = 60_000;
/// Five hours: the window in which subscriptions count.
pub const FIVE_HOURS_MS: u64 = 300 * MINUTE_MS;
/// A day of 24 hours.
pub const DAY_MS: u64 = 1_440 * MINUTE_MS;
/// Seven of them.
pub const WEEK_MS: u64 = 7 * DAY_MS;

/// An amount of work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Heartbeats that call a model.
    pub runs: u64,
    /// Calls, hidden recaps among them.
    pub requests: u64,
    /// What these read and write, as it is billed where it is.
    pub tokens: Tokens,
}

impl AddAssign for Load {
    fn add_assign(&mut self, other: Load) {
        self.runs += other.runs;
        self.requests += other.requests;
        self.tokens += other.tokens;
    }
}

impl Load {
    fn times(self, times: u64) -> Self {
        Load { runs: self.runs * times, requests: self.requests * times, tokens: self.tokens.times(times) }
    }

    /// The larger of each: no one stretch need be both.
    fn most(&mut self, other: Load) {
        let (mine, its) = (&mut self.tokens, other.tokens);
        self.runs = self.runs.max(other.runs);
        self.requests = self.requests.max(other.requests);
        *mine = if its.all() > mine.all() { its } else { *mine };
    }

    fn without(mut self, other: Load) -> Load {
        self.runs -= other.runs;
        self.requests -= other.requests;
        self.tokens = self.tokens.without(other.tokens);
        self
    }
}

/// What starts at one moment; runs of one minute may stand together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since the epoch.
    pub at: i64,
    /// What starts then.
    pub load: Load,
}

fn minute(at: i64) -> i64 {
    at.div_euclid(MINUTE_MS as i64)
}

/// What one agent, or several, ask of their models over a period: the moments in which something runs, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    moments: Vec<Moment>,
}

/// A timeline and the load of the tick that comes next.
#[derive(Default)]
struct GrowingTimeline {
    timeline: Timeline,
    next: Load,
}

impl CallSink for GrowingTimeline {
    fn request(&mut self, request: Request) {
        self.next.requests += 1;
        self.next.tokens += request.tokens;
    }
}

impl MonthSink for GrowingTimeline {
    fn tick(&mut self, tick: Tick<'_>) {
        let load = std::mem::take(&mut self.next);
        if tick.skip.is_none() {
            self.timeline.push(Moment { at: tick.at, load: Load { runs: tick.times, ..load } });
        }
    }
}

impl Timeline {
    /// The month of a scenario.
    pub fn of(scenario: &Scenario<'_>) -> Self {
        let mut growing = GrowingTimeline::default();
        simulate_into(scenario, &mut growing);
        growing.timeline
    }

    /// Several agents as one; those that share a timeline take the time of one.
    pub fn sum<'a>(timelines: impl IntoIterator<Item = &'a Arc<Timeline>>) -> Self {
        let mut different: HashMap<*const Timeline, (&'a Timeline, u64)> = HashMap::new();
        for timeline in timelines {
            different.entry(Arc::as_ptr(timeline)).or_insert((timeline, 0)).1 += 1;
        }
        // It holds no minute twice.
        if let [(alone, 1)] = different.values().copied().collect::<Vec<_>>()[..] {
            return alone.clone();
        }
        let times = |(timeline, times): (&'a Timeline, u64)| {
            timeline.moments.iter().map(move |moment| Moment { at: moment.at, load: moment.load.times(times) })
        };
        let mut moments: Vec<Moment> = different.into_values().flat_map(times).collect();
        moments.sort_by_key(|moment| moment.at);
        let mut sum = Timeline::default();
        moments.into_iter().for_each(|moment| sum.push(moment));
        sum
    }

    /// Intervals below a minute would make a million moments of a month.
    fn push(&mut self, moment: Moment) {
        match self.moments.last_mut().filter(|last| minute(last.at) == minute(moment.at)) {
            Some(last) => last.load += moment.load,
            None => self.moments.push(moment),
        }
    }

    /// Its moments, in order.
    pub fn moments(&self) -> &[Moment] {
        &self.moments
    }

    /// All of it.
    pub fn total(&self) -> Load {
        self.moments.iter().fold(Load::default(), |mut sum, moment| {
            sum += moment.load;
            sum
        })
    }

    /// The most that starts within any stretch of `length` milliseconds: the runs, the requests and the tokens each of the
    /// stretch that has the most of them.
    pub fn busiest(&self, length: u64) -> Load {
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        let (mut most, mut within, mut first) = (Load::default(), Load::default(), 0);
        for moment in &self.moments {
            within += moment.load;
            while moment.at - self.moments[first].at >= length {
                within = within.without(self.moments[first].load);
                first += 1;
            }
            most.most(within);
        }
        most
    }

    /// Each day of a zone on which something runs.
    pub fn days(&self, zone: &TimeZone) -> BTreeMap<Date, Load> {
        self.by(|at| zone.to_datetime(at).date())
    }

    /// The hours of a zone's clock, 0 to 23, over all days.
    pub fn hours_of_day(&self, zone: &TimeZone) -> [Load; 24] {
        let hours = self.by(|at| zone.to_datetime(at).hour());
        std::array::from_fn(|hour| hours.get(&(hour as i8)).copied().unwrap_or_default())
    }

    /// The load by whatever a moment falls under.
    pub fn by<K: Ord>(&self, key: impl Fn(Timestamp) -> K) -> BTreeMap<K, Load> {
        let mut sums: BTreeMap<K, Load> = BTreeMap::new();
        for moment in &self.moments {
            let at = Timestamp::from_millisecond(moment.at).unwrap_or(Timestamp::UNIX_EPOCH);
            *sums.entry(key(at)).or_default() += moment.load;
        }
        sums
    }

    /// An average day of the period, and the busiest five hours.
    pub fn usage(&self, period: &Period) -> Usage {
        let (all, busiest) = (self.total(), self.busiest(FIVE_HOURS_MS));
        let days = |amount| PerDay::of(amount, period);
        Usage {
            runs_per_day: days(all.runs),
            requests_per_day: days(all.requests),
            tokens_per_day: days(all.tokens.all()).whole(),
            busiest_5h: Busiest { requests: busiest.requests, tokens: busiest.tokens.all() },
        }
    }
}

/// What heartbeats take at a typical load, money aside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// Heartbeats that call a model, on an average day of 24 hours.
    pub runs_per_day: PerDay,
    /// Calls of a model, hidden recaps among them.
    pub requests_per_day: PerDay,
    /// Tokens read and written, cached ones among them, rounded.
    pub tokens_per_day: u64,
    /// The most of any five hours.
    #[serde(rename = "busiest5h")]
    pub busiest_5h: Busiest,
}

/// The most of any stretch of time; requests and tokens need not be of the same one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Busiest {
    /// Calls of a model.
    pub requests: u64,
    /// Tokens read and written.
    pub tokens: u64,
}

/// How often a day, in hundredths: once in three days is 0.33. JSON has it as a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PerDay(u64);

impl PerDay {
    /// So many in a period, rounded half up.
    pub fn of(amount: u64, period: &Period) -> Self {
        let (length, day) = (u128::from(period.ms().max(1)), u128::from(DAY_MS));
        let hundredths = (u128::from(amount) * 100 * day + length / 2) / length;
        PerDay(u64::try_from(hundredths).unwrap_or(u64::MAX))
    }

    /// In whole ones, rounded half up.
    pub fn whole(self) -> u64 {
        self.0 / 100 + u64::from(self.0 % 100 >= 50)
    }

    /// So many times as often.
    pub fn times(self, times: u64) -> Self {
        PerDay(self.0.saturating_mul(times))
    }

    /// In hundredths.
    pub fn hundredths(self) -> u64 {
        self.0
    }
}

impl fmt::Display for PerDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:02}", self.0 / 100, self.0 % 100);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl Serialize for PerDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 % 100 {
            0 => serializer.serialize_u64(self.0 / 100),
            // The double nearest to two decimals prints as these.
            _ => serializer.serialize_f64(self.0 as f64 / 100.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;
    use crate::analysis::Analysis;
    use crate::bill::Bill;
    use crate::money::Unit;

    fn timeline(heartbeat: serde_json::Value, model: &str) -> (Arc<Timeline>, Period) {
        let config = json!({ "agents": { "defaults": { "model": model, "heartbeat": heartbeat } } });
        let analysis = Analysis::of(&config, None);
        let costing = analysis.costing();
        let timeline = Bill::new(&costing, Unit::Usd).timeline(&costing.subject(&analysis.gateway.agents[0]));
        (timeline, analysis.period.clone())
    }

    /// Every half hour is 48 a day and 10 in any five hours, whatever the model; an isolated run of a vendor without recaps is
    /// one request.
    #[test]
    fn half_an_hour_is_48_a_day_and_10_in_five_hours() {
        let heartbeat = json!({ "every": "30m", "target": "none", "isolatedSession": true });
        let (timeline, period) = timeline(heartbeat, "openai-codex/gpt-5.4");
        let usage = serde_json::to_value(timeline.usage(&period)).unwrap();
        assert_eq!([&usage["runsPerDay"], &usage["requestsPerDay"], &usage["busiest5h"]["requests"]], [48, 48, 10]);
        let all = timeline.total();
        assert_eq!((all.runs, all.requests), (30 * 48, 30 * 48));
        assert_eq!(usage["tokensPerDay"], all.tokens.all() / 30);
        assert_eq!(timeline.busiest(MINUTE_MS).requests, 1);
        assert_eq!(timeline.busiest(DAY_MS).requests, 48);
        assert_eq!(timeline.busiest(WEEK_MS).requests, 7 * 48);
        assert_eq!(timeline.busiest(u64::MAX), all);
    }

    /// 09:00 to 17:00 by the hour are 8 a day, and 5 in any five hours; a window of another zone shifts the hours, not the sum.
    #[test]
    fn active_hours_fill_their_hours_only() {
        let hours = json!({ "start": "09:00", "end": "17:00", "timezone": "UTC" });
        let heartbeat = json!({ "every": "1h", "target": "none", "activeHours": hours });
        let (timeline, period) = timeline(heartbeat, "google/gemini-3-flash-preview");
        assert_eq!(timeline.usage(&period).runs_per_day.to_string(), "8");
        assert_eq!(timeline.busiest(FIVE_HOURS_MS).runs, 5);
        let runs = |zone: &TimeZone| timeline.hours_of_day(zone).map(|load| load.runs);
        let expected = |from: usize| std::array::from_fn(|hour| if (from..from + 8).contains(&hour) { 30 } else { 0 });
        assert_eq!(runs(&TimeZone::UTC), expected(9));
        assert_eq!(runs(&TimeZone::get("Asia/Shanghai").unwrap())[17..], expected(17)[17..]);
        let days = timeline.days(&TimeZone::UTC);
        assert_eq!((days.len(), days[&date(2026, 11, 3)].runs), (30, 8));
    }

    /// Once in three days, and 1,486 half hours in a March of 743 hours.
    #[test]
    fn a_day_is_24_hours_and_may_hold_a_part_of_a_run() {
        let thirty = Period::thirty_days(date(2026, 11, 1), TimeZone::UTC).unwrap();
        let march = Period::month(date(2027, 3, 1), TimeZone::get("America/New_York").unwrap()).unwrap();
        let said = |amount, period| serde_json::to_string(&PerDay::of(amount, period)).unwrap();
        assert_eq!([said(10, &thirty), said(1_440, &thirty), said(1_486, &march)], ["0.33", "48", "48"]);
        assert_eq!(PerDay::of(45, &thirty).to_string(), "1.5");
        assert_eq!((PerDay::of(45, &thirty).whole(), PerDay::of(44, &thirty).whole()), (2, 1));
    }

    /// Two agents on one clock share their moments; runs of one minute stand together and lose nothing.
    #[test]
    fn a_sum_has_all_and_the_busiest_of_all() {
        let half = json!({ "every": "30m", "target": "none" });
        let quick = json!({ "every": "20s", "target": "none" });
        let (slow, _) = timeline(half, "google/gemini-3-flash-preview");
        let (fast, _) = timeline(quick, "google/gemini-3-flash-preview");
        assert_eq!((fast.moments().len(), fast.total().runs), (30 * 1_440, 30 * 1_440 * 3));
        let both = Timeline::sum([&slow, &fast, &slow]);
        assert_eq!(both.total().runs, 30 * (1_440 * 3 + 2 * 48));
        assert_eq!(both.busiest(FIVE_HOURS_MS).runs, 300 * 3 + 2 * 10);
        assert_eq!(both.moments().len(), fast.moments().len());
    }
}
