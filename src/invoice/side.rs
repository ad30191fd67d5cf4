//! What a comparison is made of: one of its sides, a day and a model, a cause, and what the sides differ by.

use serde::Serialize;

use super::BillRow;
use crate::money::Money;
use crate::simulate::Tokens;

/// Of a bill, the share whose cause may stay unknown.
pub(super) const REST: f64 = 0.05;

/// What one of the three says of a day and a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Side {
    /// Tokens of the prompts, as far as it tells them.
    pub prompt: u64,
    /// Tokens written.
    pub output: u64,
    /// Money; null where a price is unknown or not told.
    pub cost: Option<Money>,
}

/// A day and a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReconciledLine {
    /// The UTC day.
    pub day: String,
    /// The model as the bill names it, else as the store does.
    pub model: String,
    /// What the bill says.
    pub bill: Side,
    /// What the store holds, at our prices.
    pub store: Side,
    /// The heartbeats that are simulated for it.
    pub simulated: Side,
}

/// A part of the difference whose cause is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KnownCause {
    /// What it is.
    pub what: String,
    /// What it comes to.
    pub cost: Money,
}

impl Side {
    /// Takes in tokens and what they cost, if that is known.
    pub(super) fn add(&mut self, tokens: &Tokens, cost: Option<Money>) {
        let before = if *self == Side::default() { Some(Money::ZERO) } else { self.cost };
        self.prompt += tokens.prompt();
        self.output += tokens.output;
        self.cost = before.zip(cost).map(|(a, b)| a + b);
    }
}

/// What the sides differ by, and in what.
pub(super) struct Discrepancy<'a> {
    /// What neither the store nor a known cause explains, if all prices are known.
    pub(super) rest: Option<Money>,
    /// What of the difference is known.
    pub(super) known: &'a [KnownCause],
    pub(super) lines: &'a [ReconciledLine],
    /// The rows of the bill on the days that are compared.
    pub(super) rows: &'a [BillRow],
    /// What they come to.
    pub(super) bill: Option<Money>,
}

/// How much an amount is of another.
pub(super) fn share(money: Money, of: Money) -> f64 {
    #[expect(clippy::cast_precision_loss)]
    let share = money.pico() as f64 / of.pico().max(1) as f64;
    share
}

/// Whether the first are more tokens, by more than a twentieth.
pub(super) fn is_more(one: u64, other: u64) -> bool {
    one > other + other / 20
}
