//! What a comparison is made of: one of its sides, a day and a model, a cause.

use serde::Serialize;

use crate::money::Money;
use crate::simulate::Tokens;

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
