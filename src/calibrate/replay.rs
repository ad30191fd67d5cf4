//! Recorded hours simulated again: with the config as it is read now, but the model and the kind of session on record.

mod due;

use std::sync::Arc;

use jiff::Timestamp;

use super::fit::{Fit, FitDefaults, epoch};
use super::robust::median;
use super::turn::{Turn, count, turns, whole};
use crate::gateway::Agent;
use crate::gateway::model_ref::ModelRef;
use crate::levers::Choice;
use crate::money::{Money, Unit};
use crate::records::{StoredRequest, TurnKind};
use crate::releases::duration::Interval;
use crate::simulate::costing::{Costing, Level, PricedModel, Subject};
use crate::simulate::estimate;
use crate::simulate::observed::{Observed, Simulated};
use crate::simulate::schedule::Period;
use crate::simulate::{RequestKind, Scenario, Tick, Tokens, simulate};
use crate::workload::{Profile, Spread};

/// What simulates an agent.
pub(super) struct Replay<'c, 'a> {
    costing: &'c Costing<'a>,
    subject: Subject<'c>,
    present: Choice,
    /// Everything counts in input-equivalent tokens instead of its price.
    in_tokens: bool,
    /// All requests on record, of whatever agent.
    requests: &'c [StoredRequest],
}

/// How far the recorded interval may be from the config's before it counts instead.
const SAME_INTERVAL: f64 = 0.2;

impl<'c, 'a> Replay<'c, 'a> {
    /// Of an agent.
    pub(super) fn of(costing: &'c Costing<'a>, agent: &'c Agent, requests: &'c [StoredRequest]) -> Self {
        Replay { costing, subject: costing.subject(agent), present: Choice::present(agent), in_tokens: false, requests }
    }

    /// The same counted in a unit: money of any unit, or input-equivalent tokens.
    pub(super) fn counted_in(self, unit: Unit) -> Self {
        match unit {
            Unit::Tokens => Replay { subject: self.subject.in_tokens(self.costing), in_tokens: true, ..self },
            Unit::Usd | Unit::Credits => self,
        }
    }

    /// The turns of its agent. Before a release isolates, a heartbeat with a session of its own finds there what the ones before
    /// it left (R31).
    pub(super) fn turns(&self) -> Vec<Turn> {
        let mut turns = turns(self.requests, &self.subject.agent.id);
        let isolates = self.costing.gateway.behaviour.isolation_effective;
        turns.iter_mut().for_each(|turn| turn.isolated &= isolates);
        turns
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

    /// Whether the release takes heartbeats that have nothing to say out of its records again.
    pub(super) fn erases(&self) -> bool {
        self.costing.gateway.behaviour.erases_quiet_ticks
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

    /// The settings on record: those of now, with the model, the kind of session and the interval that the records show last.
    fn choice(&self, fit: &Fit, turns: &[Turn]) -> Choice {
        let heartbeats = epoch(turns);
        let changed = self.pace_changed(&heartbeats).unwrap_or(0);
        self.at_pace(fit, &heartbeats[changed..])
    }

    /// The settings of now, with the model and the kind of session on record, and the interval of some heartbeats in a row.
    fn at_pace(&self, fit: &Fit, heartbeats: &[&Turn]) -> Choice {
        let mut choice = Choice { isolated: fit.isolated, model: model_ref(&fit.model), ..self.present.clone() };
        choice.retention = fit.retention.unwrap_or(choice.retention);
        // Between those that are left of erased ones lies no interval.
        if self.erases() {
            return choice;
        }
        let (Some(gap), Some(every)) = (median(&mut gaps(heartbeats)), choice.every.ms().map(whole)) else {
            return choice;
        };
        if !is_alike(gap, every) && gap >= 1.0 {
            choice.every = Interval::Every(count(gap));
        }
        choice
    }

    /// The first of the heartbeats that keep the config's interval, where those before it kept another one: it was changed.
    fn pace_changed(&self, heartbeats: &[&Turn]) -> Option<usize> {
        const FEWEST: usize = 6;
        let every = self.present.every.ms().map(whole).filter(|_| !self.erases())?;
        let gaps = gaps(heartbeats);
        let kept: Vec<bool> = gaps.iter().map(|gap| is_alike(*gap, every)).collect();
        // Where most gaps before are others, and most after are the config's.
        let mut told = kept.iter().filter(|kept| **kept).count();
        let mut best = (told, 0);
        for (at, kept) in kept.iter().enumerate() {
            if *kept {
                told -= 1
            } else {
                told += 1
            }
            if told > best.0 {
                best = (told, at + 1);
            }
        }
        let at = best.1;
        if at < FEWEST
            || gaps.len() - at < FEWEST
            || kept[at..].iter().filter(|kept| **kept).count() * 2 < gaps.len() - at
        {
            return None;
        }
        let before = median(&mut gaps[..at].to_vec())?;
        let last = &gaps[at - FEWEST..at];
        let regular = last.iter().filter(|gap| is_alike(**gap, before)).count();
        (!is_alike(before, every) && regular * 4 >= last.len() * 3).then_some(at)
    }

    /// The last stretch of records, or its two halves where the interval was changed within it: the settings of each, and from its
    /// first heartbeat until its last has run for sure.
    fn stretches(&self, fit: &Fit, turns: &[Turn]) -> Vec<(Choice, Period)> {
        let heartbeats = epoch(turns);
        let (before, after) = heartbeats.split_at(self.pace_changed(&heartbeats).unwrap_or(0));
        let stretch = |heartbeats: &&[&Turn]| {
            let choice = self.at_pace(fit, heartbeats);
            let span = self.until(&choice, [heartbeats.first()?.at, heartbeats.last()?.at])?;
            Some((choice, span))
        };
        [before, after].iter().filter_map(stretch).collect()
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

    /// What recorded turns cost, each at the price of the model that answered; `None` where one has no price.
    pub(super) fn priced(&self, turns: &[&Turn]) -> Option<Money> {
        let of = |turn: &&Turn| {
            let model = self.found(&model_ref(&turn.model));
            let price = model.found.price.as_ref()?;
            Some(paid(self.subject.prices(price), turn))
        };
        turns.iter().map(of).sum()
    }

    /// From one heartbeat to another, and half an interval more: the last may have run a little before it was due.
    pub(super) fn spanning(&self, fit: &Fit, turns: &[Turn], ends: [i64; 2]) -> Option<Period> {
        self.until(&self.choice(fit, turns), ends)
    }

    fn until(&self, choice: &Choice, [first, last]: [i64; 2]) -> Option<Period> {
        let every = choice.every.ms().and_then(|every| i64::try_from(every).ok());
        let half = every.map_or(1, |every| (every / 2).max(1));
        let [start, end] = [first, last.saturating_add(half)].map(|at| Timestamp::from_millisecond(at).ok());
        Some(Period { start: start?, end: end?, zone: self.costing.gateway.user_zone.clone() })
    }

    /// Of a thousand heartbeats that were due, those that are not on record.
    pub(super) fn missed(&self, fit: &Fit, turns: &[Turn], profile: &Profile) -> u64 {
        if self.erases() {
            return 0;
        }
        let ran = epoch(turns).len() as u64;
        let due = |(choice, span): &(Choice, Period)| {
            self.run(fit, choice, profile, Some(span), &mut |scenario, _, _| estimate::tally(scenario).runs)
        };
        let due: u64 = self.stretches(fit, turns).iter().map(due).sum();
        (due.saturating_sub(ran) * 1_000).checked_div(due).unwrap_or(0)
    }

    /// The heartbeats on record, and the same hours simulated.
    pub(super) fn observed(&self, fit: &Fit, turns: &[Turn], profile: &Profile, days: u64) -> Observed {
        let mut heartbeats = epoch(turns);
        // Of those with nothing to say the first of a file is left, which says nothing of the others.
        if self.erases() && heartbeats.iter().any(|turn| turn.alerts) {
            heartbeats.retain(|turn| turn.alerts);
        }
        let [Some(first), Some(last)] = [heartbeats.first(), heartbeats.last()] else { return Observed::default() };
        let mut against = Simulated { cost: Some(Money::ZERO), ..Simulated::default() };
        for (choice, span) in self.stretches(fit, turns) {
            let one = self.run(fit, &choice, profile, Some(&span), &mut |scenario, model, subject| {
                self.simulated(scenario, model.found.price.as_ref().map(|price| subject.prices(price)))
            });
            against.heartbeats += one.heartbeats;
            against.tokens += one.tokens;
            against.cost = against.cost.zip(one.cost).map(|(sum, cost)| sum + cost);
        }
        let at = |turn: &Turn| Timestamp::from_millisecond(turn.at).unwrap_or(Timestamp::UNIX_EPOCH).to_string();
        let cost = self.run(fit, &self.choice(fit, turns), profile, None, &mut |_, model, subject| {
            let prices = model.found.price.as_ref().map(|price| subject.prices(price));
            heartbeats.iter().map(|turn| prices.map(|prices| paid(prices, turn))).sum::<Option<Money>>()
        });
        let mut tokens = Tokens::default();
        heartbeats.iter().for_each(|turn| tokens += turn.tokens);
        Observed { from: at(first), to: at(last), days, heartbeats: heartbeats.len() as u64, tokens, cost, against }
    }

    /// The hours on record under a load, by UTC day.
    pub(super) fn by_day(
        &self,
        fit: &Fit,
        turns: &[Turn],
        profile: &Profile,
    ) -> Vec<(String, String, Tokens, Option<Money>)> {
        let mut days: std::collections::BTreeMap<String, (Tokens, Option<Money>)> = std::collections::BTreeMap::new();
        for (choice, span) in self.stretches(fit, turns) {
            self.run(fit, &choice, profile, Some(&span), &mut |scenario, model, subject| {
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
        }
        days.into_iter().map(|(day, (tokens, cost))| (day, fit.model.to_string(), tokens, cost)).collect()
    }

    /// A span under a load, tick by tick: what it has on record, what is erased of it, and what the recorded one cost.
    pub(super) fn span_of(
        &self,
        fit: &Fit,
        turns: &[Turn],
        profile: &Profile,
        span: &Period,
        each: &mut dyn FnMut(&Tick<'_>),
    ) -> ([Simulated; 2], Option<Money>) {
        let choice = self.choice(fit, turns);
        let from = span.start.as_millisecond();
        self.run(fit, &choice, profile, Some(span), &mut |scenario, model, subject| {
            simulate(scenario, each);
            let prices = model.found.price.as_ref().map(|price| subject.prices(price));
            let recorded = epoch(turns).into_iter().filter(|turn| turn.at >= from);
            let cost = recorded.map(|turn| prices.map(|prices| paid(prices, turn))).sum();
            (self.parted(scenario, prices), cost)
        })
    }

    /// The runs of a scenario without their recaps, as far as the release leaves them on record.
    fn simulated(&self, scenario: &Scenario<'_>, prices: Option<estimate::AgentPrices<'_>>) -> Simulated {
        let [on_record, _] = self.parted(scenario, prices);
        on_record
    }

    /// The same, and those that the release takes out of its records again.
    fn parted(&self, scenario: &Scenario<'_>, prices: Option<estimate::AgentPrices<'_>>) -> [Simulated; 2] {
        let mut both = [(); 2].map(|()| Simulated { cost: prices.map(|_| Money::ZERO), ..Simulated::default() });
        let quiet = scenario.profile.output_tokens;
        simulate(scenario, &mut |tick| {
            let requests = || tick.requests.iter().filter(|request| request.kind != RequestKind::Recap);
            let is_erased = self.erases() && requests().all(|request| request.tokens.output <= quiet);
            let sum = &mut both[usize::from(is_erased)];
            sum.heartbeats += u64::from(tick.skip.is_none());
            for request in requests() {
                sum.tokens += request.tokens;
                let cost = prices.and_then(|prices| estimate::priced(prices, tick.at, request.kind, &request.tokens));
                sum.cost = sum.cost.zip(cost).map(|(sum, cost)| sum + cost);
            }
        });
        both
    }
}

fn is_alike(gap: f64, interval: f64) -> bool {
    (gap / interval - 1.0).abs() <= SAME_INTERVAL
}

/// Milliseconds between heartbeats in a row.
fn gaps(heartbeats: &[&Turn]) -> Vec<f64> {
    heartbeats.windows(2).map(|pair| whole((pair[1].at - pair[0].at).unsigned_abs())).collect()
}

/// What a recorded turn cost.
fn paid(prices: estimate::AgentPrices<'_>, turn: &Turn) -> Money {
    estimate::together(prices.model, turn.at, &turn.tokens, turn.rounds + 1)
}

/// A recorded name such as `anthropic/claude-opus-4-6`.
pub(super) fn model_ref(name: &str) -> ModelRef {
    let (provider, id) = name.split_once('/').unwrap_or(("", name));
    ModelRef { provider: provider.to_owned(), id: id.to_owned() }
}
