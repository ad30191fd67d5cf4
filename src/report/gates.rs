//! Limits that a build fails on: the month's typical cost, and what a revision adds to it. An unknown figure keeps no
//! limit.

use serde::Serialize;

use super::Report;
use crate::money::{Money, Unit};
use crate::words::amount;

/// The limits that were given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// `--max-monthly`.
    pub monthly: Option<Money>,
    /// `--max-increase`.
    pub increase: Option<Money>,
}

/// What a limit is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limited {
    /// The typical month.
    MaxMonthly,
    /// What the typical month costs more than that of the older file.
    MaxIncrease,
}

impl Limited {
    /// The flag that sets the limit.
    pub fn flag(self) -> &'static str {
        match self {
            Limited::MaxMonthly => "--max-monthly",
            Limited::MaxIncrease => "--max-increase",
        }
    }
}

/// A limit and the figure it is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Gate {
    /// What is limited.
    pub gate: Limited,
    /// The most that is allowed.
    pub limit: Money,
    /// The figure; null when unknown.
    pub figure: Option<Money>,
    /// Whether the limit is kept.
    pub kept: bool,
    /// By how much it is not; null when it is kept or the figure is unknown.
    pub over: Option<Money>,
}

/// Holds a report against limits. Where the release is assumed and the generations disagree, the higher figure counts.
pub(super) fn gates(report: &Report, limits: Limits) -> Vec<Gate> {
    let month = report.higher_month().map(|month| month.typical);
    let increase = report.against.as_ref().and_then(|against| against.difference).map(|difference| difference.typical);
    let gate = |gate, limit: Option<Money>, figure: Option<Money>| {
        let limit = limit?;
        let over = figure.filter(|figure| *figure > limit).map(|figure| figure - limit);
        Some(Gate { gate, limit, figure, kept: figure.is_some() && over.is_none(), over })
    };
    let both =
        [gate(Limited::MaxMonthly, limits.monthly, month), gate(Limited::MaxIncrease, limits.increase, increase)];
    both.into_iter().flatten().collect()
}

impl Gate {
    /// What became of the limit, without the flag's name.
    pub fn sentence(&self, unit: Unit) -> String {
        let limit = amount(self.limit, unit);
        let what = match self.gate {
            Limited::MaxMonthly => "a month costs",
            Limited::MaxIncrease => "this revision adds",
        };
        match (self.figure, self.over) {
            (None, _) => format!("{what} an unknown amount, which keeps no limit ({limit})"),
            (Some(figure), Some(over)) => {
                format!("{what} about {}, {} more than the limit of {limit}", amount(figure, unit), amount(over, unit))
            }
            (Some(figure), None) if figure <= Money::ZERO && self.gate == Limited::MaxIncrease => {
                format!("this revision adds nothing (limit {limit})")
            }
            (Some(figure), None) => format!("{what} about {} (limit {limit})", amount(figure, unit)),
        }
    }
}
