//! Recorded hours simulated again: with the config as it is read now, but the model and the kind of session on record.

use std::sync::Arc;

use jiff::Timestamp;

use super::fit::{Fit, FitDefaults, epoch};
use super::turn::{Turn, count, whole};
use crate::gateway::Agent;
use crate::gateway::model_ref::ModelRef;
use crate::levers::Choice;
use crate::money::{Money, Unit};
use crate::records::TurnKind;
use crate::releases::duration::Interval;
use crate::simulate::costing::{Costing, Level, PricedModel, Subject};
use crate::simulate::estimate;
use crate::simulate::observed::{Observed, Simulated};
use crate::simulate::schedule::Period;
use crate::simulate::{RequestKind, Scenario, Tick, Tokens, runs, simulate};
use crate::workload::{Profile, Spread};

/// What simulates an agent.
pub(super) struct Replay<'c, 'a> {
    costing: &'c Costing<'a>,
    subject: Subject<'c>,
    present: Choice,
    /// Everything counts in input-equivalent tokens instead of its price.
    in_tokens: bool,
}

/// How far the recorded interval may be from the config's before it counts instead.
const SAME_INTERVAL: f64 = 0.2;

impl<'c, 'a> Replay<'c, 'a> {
    /// Of an agent.
    pub(super) fn of(costing: &'c Costing<'a>, agent: &'c Agent) -> Self {
        Replay { costing, subject: costing.subject(agent), present: Choice::present(agent), in_tokens: false }
    }

    /// The same counted in a unit: money of any unit, or input-equivalent tokens.
    pub(super) fn counted_in(self, unit: Unit) -> Self {
        match unit {
            Unit::Tokens => Replay { subject: self.subject.in_tokens(self.costing), in_tokens: true, ..self },
            Unit::Usd | Unit::Credits => self,
        }
    }

    fn found(&self, model: &ModelRef) -> Arc<PricedModel> {
        let found = self.costing.model(Some(self.subject.agent), model, self.present.retention);
        if self.in_tokens { self.costing.in_tokens(&found) } else { found }
    }

    /// Whether all models that answered have a price by the token, which is not nought.
    pub(super) fn is_priced(&self, turns: &[Turn]) -> bool {
        let heartbeats = turns.iter().filter(|turn| turn.kind == TurnKind::Heartbeat);
        heartbeats
            .map(|turn| self.found(&model_ref(&turn.model)))
            .all(|model| model.found.price.as_ref().is_some_and(|price| !price.is_zero()))
    }

    /// What it is costed under.
    pub(super) fn costing(&self) -> &'c Costing<'a> {
        self.costing
    }

    /// The load that stands in for what is not measured.
    pub(super) fn spread(&self) -> &Spread {
        &self.subject.spread
    }

    /// Whether runs go without the workspace files, which no record says.
    pub(super) fn light(&self) -> bool {
        self.present.light
    }

    /// What the release is known to send, and the catalogue's tokens of a character.
    pub(super) fn fallback(&self, turns: &[Turn]) -> FitDefaults {
        let heartbeats = epoch(turns);
        let mut choice = self.present.clone();
        if let Some(last) = heartbeats.last() {
            choice.isolated = last.isolated;
            choice.model = model_ref(&last.model);
        }
        let model = self.costing.answering(self.subject.agent, &choice);
        let (_, parts) = self.costing.parts(&self.subject, &choice, &model, Level::Typical);
        FitDefaults { fixed_chars: whole(parts.total()), per_char: whole(model.tokens_per_mille) / 4_000.0 }
    }

    /// The settings on record: those of now, with the model, the kind of session and the interval that the records show.
    fn choice(&self, fit: &Fit, turns: &[Turn]) -> Choice {
        let mut choice = Choice { isolated: fit.isolated, model: model_ref(&fit.model), ..self.present.clone() };
        choice.retention = fit.retention.unwrap_or(choice.retention);
        let heartbeats = epoch(turns);
        let mut gaps: Vec<f64> =
            heartbeats.windows(2).map(|pair| whole((pair[1].at - pair[0].at).unsigned_abs())).collect();
        let (Some(gap), Some(every)) = (super::robust::median(&mut gaps), choice.every.ms().map(whole)) else {
            return choice;
        };
        if (gap / every - 1.0).abs() > SAME_INTERVAL && gap >= 1.0 {
            choice.every = Interval::Every(count(gap));
        }
        choice
    }

    fn model(&self, fit: &Fit, choice: &Choice) -> PricedModel {
        let model = self.costing.answering(self.subject.agent, choice);
        let model = if self.in_tokens { self.costing.in_tokens(&model) } else { model };
        PricedModel { tokens_per_mille: count(fit.per_char * 4_000.0).max(1), ..PricedModel::clone(&model) }
    }

    /// Simulates under a load, as the records show it or as the config is now.
    fn run<T>(
        &self,
        fit: &Fit,
        choice: &Choice,
        profile: &Profile,
        span: Option<&Period>,
        take: &mut dyn FnMut(&Scenario<'_>, &PricedModel, &Subject<'_>) -> T,
    ) -> T {
        let mut subject = self.subject.clone();
        subject.spread.typical = Arc::new(profile.clone());
        let Costing { gateway, catalogue, workload, .. } = *self.costing;
        let anchor = span.map(|span| span.start).or(self.costing.anchor);
        let costing = Costing::new(gateway, catalogue, workload, span.unwrap_or(self.costing.period), anchor);
        let model = self.model(fit, choice);
        let scenario = costing.scenario(&subject, choice, &model, Level::Typical, None);
        take(&scenario, &model, &subject)
    }

    /// The cost of a month in the smallest parts of its unit; without a price, its tokens.
    pub(super) fn month(&self, fit: &Fit, profile: &Profile) -> i128 {
        let choice = Choice { isolated: fit.isolated, model: model_ref(&fit.model), ..self.present.clone() };
        self.run(fit, &choice, profile, None, &mut |scenario, model, subject| {
            let tally = estimate::tally(scenario);
            let price = model.found.price.as_ref();
            let cost = price.and_then(|price| estimate::cost(scenario, &tally, subject.prices(price)));
            cost.map_or(i128::from(tally.tokens.prompt() + tally.tokens.output), Money::pico)
        })
    }

    /// Milliseconds between heartbeats, as the records show it or as the config is now.
    pub(super) fn every(&self, fit: &Fit, turns: &[Turn]) -> Option<i64> {
        self.choice(fit, turns).every.ms().and_then(|every| i64::try_from(every).ok())
    }

    /// How many heartbeats the config as it is now asks for within a stretch of time, in milliseconds.
    pub(super) fn asked_for(&self, (from, to): (i64, i64)) -> u64 {
        let Costing { gateway, catalogue, workload, .. } = *self.costing;
        let [Ok(start), Ok(end)] = [from, to].map(Timestamp::from_millisecond) else { return 0 };
        let span = Period { start, end, zone: gateway.user_zone.clone() };
        let costing = Costing::new(gateway, catalogue, workload, &span, None);
        // This one's settings may be those of another config.
        let Some(agent) = gateway.enrolled().find(|agent| agent.id == self.subject.agent.id) else { return 0 };
        let (subject, present) = (costing.subject(agent), Choice::present(agent));
        let model = costing.answering(agent, &present);
        let skipped = costing.always_skipped(agent);
        runs(&costing.scenario(&subject, &present, &model, Level::Typical, skipped)).len() as u64
    }

    /// What recorded turns cost, each at the price of the model that answered; `None` where one has no price.
    pub(super) fn priced(&self, turns: &[&Turn]) -> Option<Money> {
        let of = |turn: &&Turn| {
            let model = self.found(&model_ref(&turn.model));
            let price = model.found.price.as_ref()?;
            Some(paid(self.subject.prices(price), turn))
        };
        turns.iter().map(of).sum()
    }

    /// From the first heartbeat of the last stretch until its last has run for sure.
    fn span(&self, fit: &Fit, turns: &[Turn]) -> Option<Period> {
        let heartbeats = epoch(turns);
        self.spanning(fit, turns, [heartbeats.first()?.at, heartbeats.last()?.at])
    }

    /// From one heartbeat to another, and half an interval more: the last may have run a little before it was due.
    pub(super) fn spanning(&self, fit: &Fit, turns: &[Turn], [first, last]: [i64; 2]) -> Option<Period> {
        let half = self.every(fit, turns).map_or(1, |every| (every / 2).max(1));
        let [start, end] = [first, last.saturating_add(half)].map(|at| Timestamp::from_millisecond(at).ok());
        Some(Period { start: start?, end: end?, zone: self.costing.gateway.user_zone.clone() })
    }

    /// Of a thousand heartbeats that were due, those that are not on record.
    pub(super) fn missed(&self, fit: &Fit, turns: &[Turn], profile: &Profile) -> u64 {
        let Some(span) = self.span(fit, turns) else { return 0 };
        let ran = epoch(turns).len() as u64;
        let due = self.run(fit, &self.choice(fit, turns), profile, Some(&span), &mut |scenario, _, _| {
            estimate::tally(scenario).runs
        });
        (due.saturating_sub(ran) * 1_000).checked_div(due).unwrap_or(0)
    }

    /// The heartbeats on record, and the same hours simulated.
    pub(super) fn observed(&self, fit: &Fit, turns: &[Turn], profile: &Profile, days: u64) -> Observed {
        let Some(span) = self.span(fit, turns) else { return Observed::default() };
        let heartbeats = epoch(turns);
        let choice = self.choice(fit, turns);
        let (against, cost) = self.run(fit, &choice, profile, Some(&span), &mut |scenario, model, subject| {
            let price = model.found.price.as_ref();
            let prices = price.map(|price| subject.prices(price));
            let against = simulated(scenario, prices);
            let of = |turn: &&Turn| prices.map(|prices| paid(prices, turn));
            (against, heartbeats.iter().map(of).sum::<Option<Money>>())
        });
        let mut tokens = Tokens::default();
        heartbeats.iter().for_each(|turn| tokens += turn.tokens);
        Observed {
            from: span.start.to_string(),
            to: heartbeats
                .last()
                .and_then(|turn| Timestamp::from_millisecond(turn.at).ok())
                .unwrap_or(span.end)
                .to_string(),
            days,
            heartbeats: heartbeats.len() as u64,
            tokens,
            cost,
            against,
        }
    }

    /// The hours on record under a load, by UTC day.
    pub(super) fn by_day(
        &self,
        fit: &Fit,
        turns: &[Turn],
        profile: &Profile,
    ) -> Vec<(String, String, Tokens, Option<Money>)> {
        let Some(span) = self.span(fit, turns) else { return Vec::new() };
        let mut days: std::collections::BTreeMap<String, (Tokens, Option<Money>)> = std::collections::BTreeMap::new();
        self.run(fit, &self.choice(fit, turns), profile, Some(&span), &mut |scenario, model, subject| {
            let prices = model.found.price.as_ref().map(|price| subject.prices(price));
            simulate(scenario, &mut |tick| {
                let Ok(at) = Timestamp::from_millisecond(tick.at) else { return };
                let day = at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
                let sum = days.entry(day).or_insert((Tokens::default(), Some(Money::ZERO)));
                for request in tick.requests.iter().filter(|request| request.kind != RequestKind::Recap) {
                    sum.0 += request.tokens;
                    let cost =
                        prices.and_then(|prices| estimate::priced(prices, tick.at, request.kind, &request.tokens));
                    sum.1 = sum.1.zip(cost).map(|(sum, cost)| sum + cost);
                }
            });
        });
        days.into_iter().map(|(day, (tokens, cost))| (day, fit.model.to_string(), tokens, cost)).collect()
    }

    /// A span under a load, tick by tick, and what it costs.
    pub(super) fn span_of(
        &self,
        fit: &Fit,
        turns: &[Turn],
        profile: &Profile,
        span: &Period,
        each: &mut dyn FnMut(&Tick<'_>),
    ) -> (Simulated, Option<Money>) {
        let choice = self.choice(fit, turns);
        let from = span.start.as_millisecond();
        self.run(fit, &choice, profile, Some(span), &mut |scenario, model, subject| {
            simulate(scenario, each);
            let prices = model.found.price.as_ref().map(|price| subject.prices(price));
            let recorded = epoch(turns).into_iter().filter(|turn| turn.at >= from);
            let cost = recorded.map(|turn| prices.map(|prices| paid(prices, turn))).sum();
            (simulated(scenario, prices), cost)
        })
    }
}

/// What a recorded turn cost.
fn paid(prices: estimate::AgentPrices<'_>, turn: &Turn) -> Money {
    estimate::together(prices.model, turn.at, &turn.tokens, turn.rounds + 1)
}

/// The runs of a scenario without their recaps.
fn simulated(scenario: &Scenario<'_>, prices: Option<estimate::AgentPrices<'_>>) -> Simulated {
    let mut sum = Simulated { cost: prices.map(|_| Money::ZERO), ..Simulated::default() };
    simulate(scenario, &mut |tick| {
        sum.heartbeats += u64::from(tick.skip.is_none());
        for request in tick.requests.iter().filter(|request| request.kind != RequestKind::Recap) {
            sum.tokens += request.tokens;
            let cost = prices.and_then(|prices| estimate::priced(prices, tick.at, request.kind, &request.tokens));
            sum.cost = sum.cost.zip(cost).map(|(sum, cost)| sum + cost);
        }
    });
    sum
}

/// A recorded name such as `anthropic/claude-opus-4-6`.
pub(super) fn model_ref(name: &str) -> ModelRef {
    let (provider, id) = name.split_once('/').unwrap_or(("", name));
    ModelRef { provider: provider.to_owned(), id: id.to_owned() }
}
