//! How much of a flat plan or a free quota the heartbeats take by themselves, or with all that runs beside them: in each of
//! its windows the most that they use, of how much, what that leaves for the person, and when it runs out. A plan has no
//! price, so this is its bill.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::catalogue::plans::{Credits, FlatPlan, Limit, Offer, Quota, QuotaSpan, QuotaUnit};
use crate::catalogue::{self, Price};
use crate::gateway::active_hours::{known_zone, minute};
use crate::gateway::model_ref::ModelRef;
use crate::gateway::retention::Retention;
use crate::money::{Money, Unit};
use crate::simulate::costing::{Choice, Costing, Level, PricedModel, Recap, Subject};
use crate::simulate::estimate::request_cost;
use crate::simulate::{RequestKind, Scenario, SkipReason, Tokens, simulate};

/// An agent under a choice of settings.
#[derive(Clone, Copy, Debug)]
pub struct Runner<'a> {
    /// The agent.
    pub subject: &'a Subject<'a>,
    /// Its settings.
    pub choice: &'a Choice,
    /// Its model.
    pub model: &'a PricedModel,
    /// Why none of its ticks runs, if so.
    pub skipped: Option<SkipReason>,
}

/// One window of a plan and what heartbeats use of it.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanWindow {
    /// What pays.
    pub offer: Arc<Offer>,
    /// The tiers that the config may mean.
    pub plans: Vec<Arc<FlatPlan>>,
    /// The windows of those tiers that this stands for.
    pub quotas: Vec<Arc<Quota>>,
    /// What is counted.
    pub unit: QuotaUnit,
    /// In which time.
    pub span: QuotaSpan,
    /// From the lowest to the highest that any of the tiers may allow; none where that is not known.
    pub limit: Option<Limit>,
    /// The most that is used in any such time, from the least to the most that a request counts as; none where that is not
    /// known.
    pub used: Option<(Money, Money)>,
    /// How long after its start the lowest limit is reached, in milliseconds, if it is: since midnight for a day.
    pub runs_out_after: Option<u64>,
}

/// The ends of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Ends {
    /// The least.
    pub low: Money,
    /// The most.
    pub high: Money,
}

impl PlanWindow {
    /// The share that is used in percent: of the highest limit, and of the lowest.
    pub fn share(&self) -> Option<Ends> {
        let (limit, (least, most)) = (self.limit?, self.used?);
        Some(Ends { low: least.percent_of(whole(limit.high))?, high: most.percent_of(whole(limit.low))? })
    }

    /// What is left: of the lowest limit, and of the highest.
    pub fn left(&self) -> Option<Ends> {
        let (limit, (least, most)) = (self.limit?, self.used?);
        let left = |limit: u64, used: Money| (whole(limit) - used).max(Money::ZERO);
        Some(Ends { low: left(limit.low, most), high: left(limit.high, least) })
    }
}

/// The windows of all plans that pay for some agents, the fullest first within a plan.
pub fn windows(costing: &Costing<'_>, runners: &[Runner<'_>]) -> Vec<PlanWindow> {
    windows_of(costing, runners.iter().filter_map(|runner| asks(costing, runner)).collect())
}

/// The same of whatever asks something of plans.
pub fn windows_of(costing: &Costing<'_>, asks: Vec<Asks>) -> Vec<PlanWindow> {
    let mut offers: Vec<&Arc<Offer>> = asks.iter().map(|asks| &asks.offer).collect();
    offers.sort_by_key(|offer| &offer.id);
    offers.dedup_by_key(|offer| &offer.id);
    let of = |offer: &Arc<Offer>| {
        let own = asks.iter().filter(|asks| asks.offer.id == offer.id).collect();
        of_offer(costing, offer, own)
    };
    offers.into_iter().flat_map(of).collect()
}

/// What an agent asks of the plan that pays for its model.
pub fn asks(costing: &Costing<'_>, runner: &Runner<'_>) -> Option<Asks> {
    let offer = runner.model.found.plan.as_ref()?;
    let scenario = costing.scenario(runner.subject, runner.choice, runner.model, Level::Typical, runner.skipped);
    Some(Asks::of(costing, offer, runner.subject, runner.choice, runner.model, &scenario))
}

fn of_offer(costing: &Costing<'_>, offer: &Arc<Offer>, asks: Vec<&Asks>) -> Vec<PlanWindow> {
    let mut calls: Vec<&CountedRun> = asks.iter().flat_map(|asks| &asks.calls).collect();
    calls.sort_by_key(|call| call.at);
    if calls.is_empty() {
        return Vec::new();
    }
    let (config, told, day) = (costing.gateway.config(), costing.workload.plan.as_deref(), costing.period.first_day());
    let mut windows: Vec<PlanWindow> = Vec::new();
    for Asks { model, .. } in asks {
        for plan in offer.tiers(&model.provider, config, told) {
            for quota in plan.quotas(&model.id, &day) {
                let same = |window: &&mut PlanWindow| (window.unit, window.span) == (quota.unit, quota.window);
                match windows.iter_mut().find(same) {
                    Some(window) => window.add(plan, quota),
                    None => windows.push(PlanWindow {
                        offer: Arc::clone(offer),
                        plans: vec![Arc::clone(plan)],
                        quotas: vec![Arc::clone(quota)],
                        unit: quota.unit,
                        span: quota.window,
                        limit: quota.limit,
                        used: None,
                        runs_out_after: None,
                    }),
                }
            }
        }
    }
    for window in &mut windows {
        window.fill(costing, &calls);
    }
    // What may pass in a minute is a matter of pace, and is not used up.
    let share = |window: &PlanWindow| std::cmp::Reverse(window.share().map(|share| share.high));
    windows.sort_by_key(|window| (window.span == QuotaSpan::Minute, share(window), window.unit, window.span));
    windows
}

impl PlanWindow {
    fn add(&mut self, plan: &Arc<FlatPlan>, quota: &Arc<Quota>) {
        if !self.plans.iter().any(|known| known.id == plan.id) {
            self.plans.push(Arc::clone(plan));
        }
        if !self.quotas.iter().any(|known| known.id == quota.id) {
            self.quotas.push(Arc::clone(quota));
            let both = |one: Limit, other: Limit| Limit { low: one.low.min(other.low), high: one.high.max(other.high) };
            self.limit = self.limit.zip(quota.limit).map(|(one, other)| both(one, other));
        }
    }

    fn fill(&mut self, costing: &Costing<'_>, calls: &[&CountedRun]) {
        let zone =
            self.quotas.first().and_then(|quota| quota.zone.as_deref()).and_then(known_zone).unwrap_or(TimeZone::UTC);
        let series = |of: fn((Money, Money)) -> Money| -> Option<Vec<(i64, Money)>> {
            calls.iter().map(|call| Some((call.at, of(call.amount(self.unit)?)))).collect()
        };
        let start = costing.period.start.as_millisecond();
        let (Some(least), Some(most)) = (series(|amount| amount.0), series(|amount| amount.1)) else { return };
        let (fullest, least) = (fullest(&most, self.span, &zone, start), fullest(&least, self.span, &zone, start));
        self.used = Some((total(least.calls), total(fullest.calls)));
        let limit = self.limit.map(|limit| whole(limit.low));
        let mut sum = Money::ZERO;
        self.runs_out_after = limit.and_then(|limit| {
            let (at, _) = fullest.calls.iter().find(|(_, amount)| {
                sum += *amount;
                sum > limit
            })?;
            u64::try_from(at - fullest.start).ok()
        });
    }
}

/// The stretch of a series in which most is used.
struct Fullest<'c> {
    start: i64,
    calls: &'c [(i64, Money)],
}

fn total(calls: &[(i64, Money)]) -> Money {
    calls.iter().map(|(_, amount)| *amount).sum()
}

/// The fullest window of a series in order of time; of several the first.
fn fullest<'c>(series: &'c [(i64, Money)], span: QuotaSpan, zone: &TimeZone, period: i64) -> Fullest<'c> {
    const MINUTE: i64 = 60_000;
    let rolling = match span {
        QuotaSpan::Minute => MINUTE,
        QuotaSpan::FiveHours => 5 * 60 * MINUTE,
        QuotaSpan::Week => 7 * 24 * 60 * MINUTE,
        QuotaSpan::Month => return Fullest { start: period, calls: series },
        QuotaSpan::Day => return fullest_day(series, zone),
    };
    let (mut best, mut most) = (0..0, Money::ZERO);
    let (mut end, mut sum) = (0, Money::ZERO);
    for (first, (at, amount)) in series.iter().enumerate() {
        while let Some((_, next)) = series.get(end).filter(|(later, _)| *later < at + rolling) {
            sum += *next;
            end += 1;
        }
        if sum > most {
            (best, most) = (first..end, sum);
        }
        sum = sum - *amount;
    }
    let calls = series.get(best).unwrap_or_default();
    Fullest { start: calls.first().map_or(period, |(at, _)| *at), calls }
}

/// The fullest day; the one of a year that the clock makes longer is no day to go by.
fn fullest_day<'c>(series: &'c [(i64, Money)], zone: &TimeZone) -> Fullest<'c> {
    let date = |at: i64| Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone.clone());
    let days = series.chunk_by(|one, other| date(one.0).date() == date(other.0).date());
    let mut best = Fullest { start: 0, calls: &[] };
    for calls in days {
        let start = calls.first().and_then(|(first, _)| date(*first).start_of_day().ok());
        let Some(start) = start else { continue };
        let is_longer = start.tomorrow().is_ok_and(|end| end.duration_since(&start).as_hours() > 24);
        if total(calls) > total(best.calls) && !(is_longer && series.len() > calls.len()) {
            best = Fullest { start: start.timestamp().as_millisecond(), calls };
        }
    }
    best
}

/// What something asks of a plan, run by run.
#[derive(Clone, Debug, PartialEq)]
pub struct Asks {
    offer: Arc<Offer>,
    model: ModelRef,
    calls: Vec<CountedRun>,
}

/// A run, with what it counts as in each unit: the least and the most.
#[derive(Clone, Debug, PartialEq)]
struct CountedRun {
    at: i64,
    requests: Money,
    premium: Option<Money>,
    credits: Option<(Money, Money)>,
    usd: Option<Money>,
    tokens: Money,
}

impl CountedRun {
    fn amount(&self, unit: QuotaUnit) -> Option<(Money, Money)> {
        let same = |amount: Money| (amount, amount);
        match unit {
            QuotaUnit::Request => Some(same(self.requests)),
            QuotaUnit::Message => Some(same(whole(1))),
            QuotaUnit::PremiumRequest => self.premium.map(same),
            QuotaUnit::Credit => self.credits,
            QuotaUnit::Usd => self.usd.map(same),
            QuotaUnit::Token => Some(same(self.tokens)),
            QuotaUnit::GpuTime => None,
        }
    }
}

impl Asks {
    /// What pays.
    pub fn offer(&self) -> &Arc<Offer> {
        &self.offer
    }

    /// Whether an offer is what pays.
    pub fn is_of(&self, offer: &Offer) -> bool {
        self.offer.id == offer.id
    }

    /// What is asked under a scenario of an agent with a model for which an offer pays.
    pub fn of(
        costing: &Costing<'_>,
        offer: &Arc<Offer>,
        subject: &Subject<'_>,
        choice: &Choice,
        model: &PricedModel,
        scenario: &Scenario<'_>,
    ) -> Self {
        let calls = calls(costing, offer, subject, (&choice.model, model), scenario);
        Asks { offer: Arc::clone(offer), model: choice.model.clone(), calls }
    }
}

fn calls(
    costing: &Costing<'_>,
    offer: &Offer,
    subject: &Subject<'_>,
    (model, priced): (&ModelRef, &PricedModel),
    scenario: &Scenario<'_>,
) -> Vec<CountedRun> {
    let plan_of = |model: &ModelRef| costing.model(Some(subject.agent), model, Retention::Unset).found.plan.clone();
    let pays = |recap: &&Recap| plan_of(&recap.model).is_some_and(|other| other.id == offer.id);
    let recap = subject.recap.as_ref().filter(pays);
    let own = priced.found.by_the_token.as_ref().map(|list| &list.price);
    let own = own.or(priced.found.price.as_ref()).filter(|price| price.unit == Unit::Usd);
    let mut calls = Vec::new();
    simulate(scenario, &mut |tick| {
        let paid = tick.requests.iter().filter(|request| request.kind != RequestKind::Recap || recap.is_some());
        let counts: Vec<(&ModelRef, Option<&Price>, &Tokens)> = paid
            .clone()
            .map(|request| match (request.kind, recap) {
                (RequestKind::Recap, Some(recap)) => (&recap.model, recap.price.as_ref(), &request.tokens),
                _ => (model, own, &request.tokens),
            })
            .collect();
        if counts.is_empty() {
            return;
        }
        let sum = |amounts: &mut dyn Iterator<Item = Option<Money>>| amounts.sum::<Option<Money>>();
        let times = |model: &ModelRef| offer.multipliers.as_ref()?.of(&model.id);
        // A round of tools is asked for by the agent itself, and is no request of its own (docs.github.com, copilot-requests).
        let asked = paid.zip(&counts).filter(|(request, _)| request.kind != RequestKind::Tool);
        let credits = offer.credits.as_ref().and_then(|formula| {
            let part = part_at(formula, tick.at);
            let all = counts.iter().map(|(model, _, tokens)| {
                let (least, most) = formula.rates(&model.id)?;
                Some([least, most].map(|rates| part_of(billed(&rates.billed(), tokens), part)))
            });
            let all: Vec<[Money; 2]> = all.collect::<Option<_>>()?;
            let sum = |at: usize| all.iter().map(|ends| ends[at]).sum();
            Some((sum(0), sum(1)))
        });
        calls.push(CountedRun {
            at: tick.at,
            requests: whole(counts.len() as u64),
            premium: sum(&mut asked.map(|(_, (model, _, _))| times(model))),
            credits,
            usd: sum(&mut counts.iter().map(|(_, price, tokens)| Some(request_cost((*price)?, tick.at, tokens)))),
            tokens: whole(counts.iter().map(|(_, _, tokens)| tokens.prompt() + tokens.output).sum()),
        });
    });
    calls
}

/// How much of its credits a request counts at a moment.
fn part_at(formula: &Credits, at: i64) -> Money {
    let Some(peak) = &formula.peak else { return whole(1) };
    let zone = known_zone(&peak.zone).unwrap_or(TimeZone::UTC);
    let then = Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone);
    let now = u32::from(then.hour().unsigned_abs()) * 60 + u32::from(then.minute().unsigned_abs());
    let bound = |text: &str, is_end| minute(text, is_end).ok();
    let is_weekend = matches!(then.weekday(), Weekday::Saturday | Weekday::Sunday);
    match (bound(&peak.start, false), bound(&peak.end, true)) {
        _ if peak.weekdays && is_weekend => peak.off_peak,
        (Some(start), Some(end)) if (u32::from(start)..u32::from(end)).contains(&now) => whole(1),
        _ => peak.off_peak,
    }
}

fn part_of(amount: Money, part: Money) -> Money {
    Money::from_pico(amount.pico() * (part.pico() / MICRO) / (whole(1).pico() / MICRO))
}

/// The digits of a part that count: six, so that no product is too large.
const MICRO: i128 = 1_000_000;

fn whole(count: u64) -> Money {
    Money::from_pico(i128::from(count) * 1_000_000_000_000)
}

fn billed(rates: &catalogue::Billed, tokens: &Tokens) -> Money {
    rates.input.times(tokens.input)
        + rates.cache_read.times(tokens.cache_read)
        + rates.cache_write_5m.times(tokens.cache_write_5m)
        + rates.cache_write_1h.times(tokens.cache_write_1h)
        + rates.output.times(tokens.output)
}
