//! What heartbeats cost when their model fails and another of the chain answers instead (R12).

use serde::Serialize;

use super::Bill;
use crate::gateway::Link;
use crate::money::Money;
use crate::simulate::costing::{Choice, Subject};
use crate::simulate::estimate::Range;

/// A model that answers when those before it fail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fallback {
    /// As `provider/model`.
    pub model: String,
    /// The typical cost of a run that it answers; null where its price is unknown.
    pub cost_per_run: Option<Money>,
    /// The typical cost of an average day on which it answers every run, to six digits.
    pub cost_per_day: Option<Money>,
    /// The typical cost of a month in which it always answers.
    pub cost_if_always: Option<Money>,
    /// The same from a light to a heavy load.
    #[serde(skip)]
    pub range: Option<Range>,
}

impl Bill<'_, '_> {
    /// The chain behind the model of an agent that runs, in its order, under settings that are `chosen` but for the model.
    pub fn fallbacks(&self, subject: &Subject<'_>, chosen: &Choice) -> Vec<Fallback> {
        let (costing, agent) = (self.costing, subject.agent);
        if !agent.enrolment.is_enrolled() || costing.always_skipped(agent).is_some() {
            return Vec::new();
        }
        let price = |link: Link| {
            let retention = costing.gateway.retention_of(agent, &link.model);
            let choice = Choice { model: link.model, retention, asks_retention: false, ..chosen.clone() };
            let model = costing.answering(agent, &choice);
            let known = model.found.price.as_ref().is_some_and(|price| price.unit == self.unit);
            let range = known.then(|| costing.estimate_on(subject, &choice, &model, None)).and_then(|month| {
                let cost = month.cost?;
                (month.runs > 0).then_some((cost, month.per_run))
            });
            let typical = range.map(|(cost, _)| cost.typical);
            Fallback {
                model: choice.model.to_string(),
                cost_per_run: range.and_then(|(_, per_run)| per_run),
                cost_per_day: typical.and_then(|cost| cost.per(costing.period.days())),
                cost_if_always: typical,
                range: range.map(|(cost, _)| cost),
            }
        };
        let chain = costing.gateway.fallbacks(agent).into_iter();
        chain.filter(|link| link.model != chosen.model).map(price).collect()
    }
}

/// What a month costs by the token because heartbeats use up the plan that pays for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Beyond {
    /// The first model of the chain that is paid by the token, as `provider/model`.
    pub model: String,
    /// The part of the heartbeats that finds the plan used up at its lowest limit, in percent to six digits.
    pub percent: Money,
    /// What these cost a month, if that model answers.
    pub cost: Money,
}

impl Beyond {
    /// Of heartbeats that need so many percent of what a plan allows; `None` where that is not more than all of it, or no
    /// model behind theirs is paid by the token.
    pub fn of(share: Money, chain: &[Fallback]) -> Option<Self> {
        let beyond = Some(share - ALL).filter(|beyond| *beyond > Money::ZERO)?;
        let mut paid = chain.iter().filter_map(|link| Some((link, link.cost_if_always?)));
        let (link, always) = paid.find(|(_, always)| *always > Money::ZERO)?;
        let percent = beyond.percent_of(share)?;
        // Six digits of a percent are all there are.
        let cost = Money::from_pico(always.pico() / MILLION * (percent.pico() / MILLION) / 100);
        Some(Beyond { model: link.model.clone(), percent, cost })
    }
}

/// All of a window of a plan, in percent.
const ALL: Money = Money::from_pico(100_000_000_000_000);
const MILLION: i128 = 1_000_000;

/// A month in which the chain answers a share of the runs, in whole percents: nobody knows which of it, so the range reaches
/// to the cheapest and to the most expensive that it may be.
pub fn with_outage(month: Range, chain: &[Fallback], percent: u8) -> Range {
    let share = i128::from(percent.min(100));
    let mixed = |own: Money, other: Money| Money::from_pico((own.pico() * (100 - share) + other.pico() * share) / 100);
    let answered = chain.iter().filter_map(|link| link.range);
    answered.fold(month, |range, link| Range {
        low: range.low.min(mixed(month.low, link.low)),
        typical: range.typical,
        high: range.high.max(mixed(month.high, link.high)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 48 of 96 requests find 48 used: half of $400. Where all fit, or nothing is paid, nothing is beyond.
    #[test]
    fn what_is_beyond_a_plan_is_paid_by_the_first_model_with_a_price() {
        let usd = |text: &str| Money::parse(text).unwrap();
        let link = |model: &str, always: Option<&str>| Fallback {
            model: model.to_owned(),
            cost_per_run: None,
            cost_per_day: None,
            cost_if_always: always.map(usd),
            range: None,
        };
        let chain = [link("free/one", Some("0")), link("no/price", None), link("paid/one", Some("400"))];
        let beyond = Beyond::of(usd("200"), &chain).unwrap();
        assert_eq!((&*beyond.model, beyond.percent, beyond.cost), ("paid/one", usd("50"), usd("200")));
        assert_eq!([Beyond::of(usd("100"), &chain), Beyond::of(usd("200"), &chain[..2])], [None, None]);
    }

    /// 5 % of $100 on a model that would take $400: 95 + 20; on one that would take $20: 95 + 1.
    #[test]
    fn an_outage_widens_the_range_to_both_sides() {
        let usd = |text: &str| Money::parse(text).unwrap();
        let range = |low, typical, high| Range { low: usd(low), typical: usd(typical), high: usd(high) };
        let link = |range| Fallback {
            model: "a/b".to_owned(),
            cost_per_run: None,
            cost_per_day: None,
            cost_if_always: None,
            range: Some(range),
        };
        let chain = [link(range("200", "300", "400")), link(range("10", "15", "20"))];
        let month = range("50", "80", "100");
        // Low: 95 % of 50 and 5 % of 10.
        assert_eq!(with_outage(month, &chain, 5), range("48", "80", "115"));
        assert_eq!(with_outage(month, &chain, 0), month);
        assert_eq!(with_outage(month, &[], 5), month);
    }
}
