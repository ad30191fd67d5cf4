//! What a simulated month adds up to: ticks, runs, tokens and, with a price, money. A price that never changes is a
//! product with the token sums; one that changes in the period or with the prompt's size is applied request by request.

mod alike;
pub mod least;
mod shared;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::schedule::Period;
use super::split::Split;
use super::tokenizer::tokens_of_series;
use super::{CallSink, MonthSink, Request, RequestKind, Scenario, SkipReason, Tick, Tokens, simulate, simulate_into};
use crate::catalogue::{Billed, Price};
use crate::money::Money;

/// Counts of a month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Scheduled moments.
    pub ticks: u64,
    /// Those that called a model.
    pub runs: u64,
    /// Those that did not, by reason.
    pub skips: BTreeMap<SkipReason, u64>,
    /// Calls of the agent's model and of the recap's.
    pub requests: u64,
    /// Tokens of the agent's model.
    pub tokens: Tokens,
    /// Tokens of the recap's model.
    pub recap_tokens: Tokens,
    /// Runs before which the conversation had to be compacted to fit the model's window.
    pub compactions: u64,
    /// The largest prompt of any request, in tokens.
    pub largest_prompt: u64,
    /// The tokens of the prompts that runs begin with.
    pub first_prompts: u64,
}

impl CallSink for Tally {
    #[inline]
    fn request(&mut self, request: Request) {
        Times { tally: self, times: 1 }.request(request);
    }

    fn series(&mut self, scenario: &Scenario<'_>, first: Request, grows: Split, count: u64) {
        Times { tally: self, times: 1 }.series(scenario, first, grows, count);
    }
}

/// Counts calls as often as they come.
struct Times<'t> {
    tally: &'t mut Tally,
    times: u64,
}

impl CallSink for Times<'_> {
    #[inline]
    fn request(&mut self, request: Request) {
        self.take(request.kind, request.tokens, request.tokens.prompt(), 1);
    }

    fn series(&mut self, scenario: &Scenario<'_>, first: Request, grows: Split, count: u64) {
        let Split { input, read, written } = first.split;
        let sizes = [(read, grows.read), (written, grows.written), (input, grows.input)];
        let all = sizes.map(|(from, by)| tokens_of_series(from, by, count, scenario.tokens_per_mille));
        let last = sizes.map(|(from, by)| scenario.tokens(from + by * count.saturating_sub(1)));
        self.take(first.kind, scenario.billed(all, count * first.tokens.output), last.iter().sum(), count);
    }
}

impl Times<'_> {
    /// So many requests with that many tokens together.
    #[inline]
    fn take(&mut self, kind: RequestKind, tokens: Tokens, largest_prompt: u64, requests: u64) {
        let (tally, tokens) = (&mut *self.tally, tokens.times(self.times));
        tally.requests += requests * self.times;
        tally.largest_prompt = tally.largest_prompt.max(largest_prompt);
        match kind {
            RequestKind::Recap => tally.recap_tokens += tokens,
            RequestKind::Turn | RequestKind::Tool => tally.tokens += tokens,
        }
        if kind == RequestKind::Turn {
            tally.first_prompts += tokens.prompt();
        }
    }
}

impl MonthSink for Tally {
    #[inline]
    fn tick(&mut self, tick: Tick<'_>) {
        self.ticks += tick.times;
        match tick.skip {
            Some(reason) => *self.skips.entry(reason).or_default() += tick.times,
            None => {
                self.runs += 1;
                self.compactions += u64::from(tick.compacted);
            }
        }
    }
}

impl Tally {
    /// The tokens of all calls.
    pub fn all_tokens(&self) -> Tokens {
        let mut all = self.tokens;
        all += self.recap_tokens;
        all
    }
}

/// The prices of an agent's calls: its own model's and that of the small model behind the recap.
#[derive(Clone, Copy, Debug)]
pub struct AgentPrices<'a> {
    /// The model that answers.
    pub model: &'a Price,
    /// The recap's model; without its price a month with recaps has no cost.
    pub recap: Option<&'a Price>,
}

/// The exact price of one request (R42) at a moment in milliseconds.
pub fn request_cost(price: &Price, at: i64, tokens: &Tokens) -> Money {
    together(price, at, tokens, 1)
}

/// That of so many requests whose tokens are known as a sum: they are taken to be of about one size, so that a price that
/// steps up with the size of the prompt is that of their mean.
pub fn together(price: &Price, at: i64, tokens: &Tokens, requests: u64) -> Money {
    let at = Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH);
    billed_cost(&price.at(at).rates(tokens.prompt() / requests.max(1)).billed(), tokens)
}

fn billed_cost(rates: &Billed, tokens: &Tokens) -> Money {
    rates.input.times(tokens.input)
        + rates.cache_read.times(tokens.cache_read)
        + rates.cache_write_5m.times(tokens.cache_write_5m)
        + rates.cache_write_1h.times(tokens.cache_write_1h)
        + rates.output.times(tokens.output)
}

/// The rates of a price that is the same for every request of a period, up to the largest.
fn flat(price: &Price, period: &Period, largest_prompt: u64) -> Option<Billed> {
    let sheet = price.constant_over(period.start, period.end)?;
    let reached = sheet.steps().iter().any(|(above, _)| largest_prompt > *above);
    (!reached).then(|| sheet.base().billed())
}

/// Counts a month.
pub fn tally(scenario: &Scenario<'_>) -> Tally {
    #[cfg(test)]
    crate::counted::note("month simulated");
    alike::tally(scenario).or_else(|| shared::tally(scenario)).unwrap_or_else(|| tick_by_tick(scenario))
}

fn tick_by_tick(scenario: &Scenario<'_>) -> Tally {
    let mut tally = Tally::default();
    simulate_into(scenario, &mut tally);
    tally
}

/// The month's cost of a scenario that was already counted; `None` where it has recaps of an unknown price.
pub fn cost(scenario: &Scenario<'_>, tally: &Tally, prices: AgentPrices<'_>) -> Option<Money> {
    let flat = |price| flat(price, scenario.period, tally.largest_prompt);
    // A month without recaps needs no price of theirs.
    let recap = if tally.recap_tokens == Tokens::default() { prices.model } else { prices.recap? };
    if let (Some(rates), Some(recap)) = (flat(prices.model), flat(recap)) {
        return Some(billed_cost(&rates, &tally.tokens) + billed_cost(&recap, &tally.recap_tokens));
    }
    let mut total = Money::ZERO;
    simulate(scenario, &mut |tick| {
        total +=
            tick.requests.iter().filter_map(|request| priced(prices, tick.at, request.kind, &request.tokens)).sum();
    });
    Some(total)
}

/// The cost of one request of either model; `None` for a recap of an unknown price.
pub fn priced(prices: AgentPrices<'_>, at: i64, kind: RequestKind, tokens: &Tokens) -> Option<Money> {
    let price = if kind == RequestKind::Recap { prices.recap? } else { prices.model };
    Some(request_cost(price, at, tokens))
}

/// Low, typical and high.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Range {
    /// The least of the levels.
    pub low: Money,
    /// The typical load under what is counted on.
    pub typical: Money,
    /// The most of the levels.
    pub high: Money,
}

impl Range {
    /// The range of three figures, in order whatever their own order.
    pub fn of(low: Money, typical: Money, high: Money) -> Self {
        Range { low: low.min(typical).min(high), typical, high: high.max(typical).max(low) }
    }
}

impl std::ops::Add for Range {
    type Output = Range;
    fn add(self, other: Range) -> Range {
        Range { low: self.low + other.low, typical: self.typical + other.typical, high: self.high + other.high }
    }
}

/// A month's cost with the counts behind its typical figure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Estimate {
    /// Scheduled moments.
    pub ticks: u64,
    /// Those that call a model.
    pub runs: u64,
    /// Those that do not, by reason.
    pub skips: BTreeMap<SkipReason, u64>,
    /// Calls.
    pub requests: u64,
    /// Tokens.
    pub tokens: Tokens,
    /// Money; `None` where the price is unknown.
    pub cost: Option<Range>,
    /// The typical cost of a run, to six digits.
    pub per_run: Option<Money>,
}

impl Estimate {
    /// The counts of the typical level with a cost.
    pub fn new(tally: &Tally, cost: Option<Range>) -> Self {
        Estimate {
            ticks: tally.ticks,
            runs: tally.runs,
            skips: tally.skips.clone(),
            requests: tally.requests,
            tokens: tally.all_tokens(),
            per_run: cost.and_then(|cost| cost.typical.per(tally.runs)),
            cost,
        }
    }

    /// The typical cost; `None` where a price is unknown.
    pub fn typical(&self) -> Option<Money> {
        self.cost.map(|cost| cost.typical)
    }

    /// The sum over several agents; a cost that is unknown makes the sum unknown.
    pub fn sum<'a>(estimates: impl Iterator<Item = &'a Estimate>) -> Self {
        let mut sum = Estimate { cost: Some(Range::default()), ..Estimate::default() };
        for estimate in estimates {
            sum.ticks += estimate.ticks;
            sum.runs += estimate.runs;
            for (reason, count) in &estimate.skips {
                *sum.skips.entry(*reason).or_default() += count;
            }
            sum.requests += estimate.requests;
            sum.tokens += estimate.tokens;
            sum.cost = sum.cost.zip(estimate.cost).map(|(sum, cost)| sum + cost);
        }
        sum.per_run = sum.cost.and_then(|cost| cost.typical.per(sum.runs));
        sum
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Arc;

    use jiff::tz::TimeZone;
    use serde_json::json;

    use super::*;
    use crate::catalogue::Catalogue;
    use crate::gateway::active_hours::ActiveHours;
    use crate::gateway::{Gateway, Surroundings};
    use crate::simulate::costing::{Choice, Costing, Level};
    use crate::simulate::schedule::Ticks;
    use crate::workload::measured::Growth;
    use crate::workload::{Profile, Workload};

    /// What is counted without looking at each tick is what each tick comes to.
    #[test]
    fn counts_are_those_of_the_ticks_one_by_one() {
        let catalogue = Catalogue::builtin();
        let zone = TimeZone::get("America/New_York").unwrap();
        let period = Period::month(jiff::civil::date(2027, 3, 1), zone).unwrap();
        let hours = [
            json!(null),
            json!({ "start": "08:00", "end": "22:00", "timezone": "Europe/Berlin" }),
            json!({ "start": "01:30", "end": "03:10", "timezone": "America/New_York" }),
            json!({ "start": "22:00", "end": "06:00" }),
        ];
        let everies = ["1s", "7s", "13s", "1m", "4m", "5m", "17m", "30m", "55m", "1h", "7h", "26h", "60d", "0m"];
        let releases = ["2026.4.15", "2026.7.35", "2026.9.6"].map(|release| release.parse().unwrap());
        let (mut counted, mut steady, mut all) = (0, 0, 0_usize);
        for (load, hours) in
            ["idle", "light", "typical", "heavy"].into_iter().flat_map(|load| hours.iter().map(move |at| (load, at)))
        {
            let workload = Workload::preset(load).unwrap();
            for (every, model) in
                everies.iter().zip(["anthropic/claude-opus-4-6", "openai/gpt-5.5", "foo/bar"].iter().cycle())
            {
                let isolated = all % 3 == 0;
                let retention = ["short", "long", "none"][all / 2 % 3];
                let zone = ["America/New_York", "Europe/Berlin", "UTC"][all / 7 % 3];
                let config = json!({ "agents": { "defaults": { "model": model, "userTimezone": zone,
                    "heartbeat": { "every": every, "target": "none",
                    "isolatedSession": isolated, "lightContext": all % 4 == 0, "activeHours": hours },
                    "params": { "cacheRetention": retention } } } });
                let gateway = Gateway::read(&config, releases[all / 5 % 3], &Surroundings::default());
                let anchor = (all % 4 == 0).then(|| period.start + jiff::SignedDuration::from_secs(421));
                let costing = Costing::new(&gateway, &catalogue, &workload, &period, anchor);
                let agent = &gateway.agents[0];
                let (subject, choice) = (costing.subject(agent), Choice::present(agent));
                let model = costing.answering(agent, &choice);
                for level in [Level::Low, Level::Typical, Level::High] {
                    let scenario = costing.scenario(&subject, &choice, &model, level, None);
                    // A million ticks a month: one level is enough.
                    if level != Level::Typical && scenario.every.is_some_and(|every| every < 60_000) {
                        continue;
                    }
                    let slow = tick_by_tick(&scenario);
                    assert_eq!(tally(&scenario), slow, "{config} {load} {level:?}");
                    counted += usize::from(alike::tally(&scenario).is_some());
                    steady += usize::from(shared::tally(&scenario).is_some());
                    // Rounds of tools, and what is measured to stay of a run.
                    let stays = Growth { quiet: 71, tools: 911, tools_after_turn: 1_013, alert: 2_003 };
                    for (requests_per_run, growth) in [(3, None), (30, None), (1, Some(stays)), (2, Some(stays))] {
                        let profile =
                            Arc::new(Profile { requests_per_run, growth, ..Profile::clone(scenario.profile) });
                        let scenario = Scenario { profile: &profile, tokens_per_mille: 1_350, ..scenario.clone() };
                        if all % 2 == 1 && scenario.every.is_some_and(|every| every >= 300_000) {
                            assert_eq!(
                                tally(&scenario),
                                tick_by_tick(&scenario),
                                "{config} {load} {level:?} {profile:?}"
                            );
                        }
                    }
                    // Moments of a job's own: a pair in each hour, the second of them ever later.
                    let from = period.start.as_millisecond();
                    let pair = |hour: i64| [hour * 3_600_000, hour * 3_600_000 + (hour % 59 + 1) * 60_000 - 30_000];
                    let at: Vec<i64> =
                        (0..300 + i64::try_from(all % 7).unwrap()).flat_map(pair).map(|ms| from + ms).collect();
                    let job = Scenario {
                        moments: Some(&at),
                        isolated: true,
                        window: &ActiveHours::Always,
                        ..scenario.clone()
                    };
                    assert_eq!(tally(&job), tick_by_tick(&job), "{config} {load} {level:?}");
                    if let Some(every) = scenario.every {
                        let ticks = Ticks::new(&period, every, scenario.anchor);
                        assert_eq!(ticks.count(), ticks.iter().count() as u64, "{every}");
                    }
                }
                all += 1;
            }
        }
        assert!(counted > all / 2 && steady > all, "{counted} and {steady} of {}", all * 3);
    }
}
