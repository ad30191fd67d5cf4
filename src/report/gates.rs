//! Limits that a build fails on: the month's typical cost, what a revision adds to it, and what heartbeats take a day. An
//! unknown figure keeps no limit.

use serde::Serialize;

use super::Report;
use crate::money::{Money, Unit};
use crate::words::{amount, count};

/// The limits that were given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// `--max-monthly`.
    pub monthly: Option<Money>,
    /// `--max-increase`.
    pub increase: Option<Money>,
    /// `--max-requests-per-day`.
    pub requests_per_day: Option<Money>,
    /// `--max-tokens-per-day`.
    pub tokens_per_day: Option<Money>,
}

/// What a limit is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limited {
    /// The typical month of everything that the gateway runs by itself, with what is paid once a plan is used up.
    MaxMonthly,
    /// What the typical month costs more than that of the older file.
    MaxIncrease,
    /// The requests of an average day.
    MaxRequestsPerDay,
    /// The tokens of an average day.
    MaxTokensPerDay,
}

impl Limited {
    /// The flag that sets the limit.
    pub fn flag(self) -> &'static str {
        match self {
            Limited::MaxMonthly => "--max-monthly",
            Limited::MaxIncrease => "--max-increase",
            Limited::MaxRequestsPerDay => "--max-requests-per-day",
            Limited::MaxTokensPerDay => "--max-tokens-per-day",
        }
    }

    /// A figure of what is limited.
    fn said(self, figure: Money, unit: Unit) -> String {
        match self {
            Limited::MaxMonthly | Limited::MaxIncrease => amount(figure, unit),
            Limited::MaxRequestsPerDay => format!("{figure} requests"),
            Limited::MaxTokensPerDay => format!("{} tokens", count(u64::try_from(figure.whole()).unwrap_or(u64::MAX))),
        }
    }
}

/// A limit and the figure it is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Gate {
    /// What is limited.
    pub gate: Limited,
    /// The most that is allowed: an amount, requests or tokens.
    pub limit: Money,
    /// The figure; null when unknown.
    pub figure: Option<Money>,
    /// Whether the limit is kept.
    pub kept: bool,
    /// What of the figure is paid by the token because heartbeats use up a plan; absent where they do not.
    #[serde(rename = "beyondPlan", skip_serializing_if = "Option::is_none")]
    pub beyond_plan: Option<Money>,
    /// Plans pay for what has no price, which the figure does not hold.
    #[serde(skip)]
    pub beside_plans: bool,
    /// By how much it is not; null when it is kept or the figure is unknown.
    pub over: Option<Money>,
}

/// Holds a report against limits. Where the release is assumed and the generations disagree, the higher figure counts.
pub(super) fn gates(report: &Report, limits: Limits) -> Vec<Gate> {
    let beyond = Some(report.beyond_plans()).filter(|beyond| *beyond > Money::ZERO);
    let month = report.whole_month().or_else(|| report.beside_plans());
    let is_beside_plans = report.whole_month().is_none() && month.is_some();
    let month = month.map(|month| month + beyond.unwrap_or(Money::ZERO));
    let increase = report.against.as_ref().and_then(|against| against.difference).map(|difference| difference.typical);
    let gate = |gate, limit: Option<Money>, figure: Option<Money>| {
        let limit = limit?;
        let over = figure.filter(|figure| *figure > limit).map(|figure| figure - limit);
        let beyond_plan = beyond.filter(|_| gate == Limited::MaxMonthly);
        let beside_plans = is_beside_plans && gate == Limited::MaxMonthly;
        Some(Gate { gate, limit, figure, kept: figure.is_some() && over.is_none(), beyond_plan, beside_plans, over })
    };
    let usage = &report.totals.usage;
    let hundredths = |count: u64| Some(Money::from_pico(i128::from(count) * 10_000_000_000));
    let requests = hundredths(usage.requests_per_day.hundredths());
    let tokens = hundredths(usage.tokens_per_day.saturating_mul(100));
    let all = [
        gate(Limited::MaxMonthly, limits.monthly, month),
        gate(Limited::MaxIncrease, limits.increase, increase),
        gate(Limited::MaxRequestsPerDay, limits.requests_per_day, requests),
        gate(Limited::MaxTokensPerDay, limits.tokens_per_day, tokens),
    ];
    all.into_iter().flatten().collect()
}

impl Gate {
    /// What became of the limit, without the flag's name.
    pub fn sentence(&self, unit: Unit) -> String {
        let said = |figure| self.gate.said(figure, unit);
        let limit = said(self.limit);
        let beyond = self.beyond_plan.map_or(String::new(), |beyond| {
            let part = if self.figure == Some(beyond) { "all".to_owned() } else { said(beyond) };
            format!(" ({part} of it once heartbeats have used up their plan)")
        });
        let beyond =
            if self.beside_plans && beyond.is_empty() { " beside what plans pay for".to_owned() } else { beyond };
        let what = match self.gate {
            Limited::MaxMonthly if self.beyond_plan.is_some() => "a month may cost",
            Limited::MaxMonthly => "a month costs",
            Limited::MaxIncrease => "this revision adds",
            Limited::MaxRequestsPerDay | Limited::MaxTokensPerDay => "a day takes",
        };
        match (self.figure, self.over) {
            (None, _) => format!("{what} an unknown amount, which keeps no limit ({limit})"),
            (Some(figure), Some(over)) => {
                format!("{what} about {}{beyond}, {} more than the limit of {limit}", said(figure), said(over))
            }
            (Some(figure), None) if figure <= Money::ZERO && self.gate == Limited::MaxIncrease => {
                format!("this revision adds nothing (limit {limit})")
            }
            (Some(figure), None) => format!("{what} about {}{beyond} (limit {limit})", said(figure)),
        }
    }
}
