//! An amount of a plan: in money, or in input-equivalent tokens where no price is known. The JSON keeps the two apart, so
//! that nobody takes tokens for money.

use std::ops::AddAssign;

use serde::Serializer;
use serde::ser::SerializeMap;

use super::{Money, Unit};

/// The amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Figure {
    /// How much; of tokens in millions.
    pub amount: Money,
    /// Of what.
    pub unit: Unit,
}

/// Of one unit only: a sum over agents is made of those that are counted alike.
impl AddAssign for Figure {
    fn add_assign(&mut self, other: Figure) {
        self.amount += other.amount;
    }
}

impl Figure {
    /// The tokens, if it is tokens; negative where it is a loss.
    pub fn tokens(self) -> Option<i64> {
        let tokens = i64::try_from(self.amount.pico() / Money::MILLION).unwrap_or(i64::MAX);
        (self.unit == Unit::Tokens).then_some(tokens)
    }

    /// The money, if it is money.
    pub fn money(self) -> Option<Money> {
        (self.unit != Unit::Tokens).then_some(self.amount)
    }

    /// As two fields: the money, null where it is tokens, and then the tokens.
    fn fields<S: Serializer>(self, [money, tokens]: [&'static str; 2], serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(money, &self.money())?;
        if let Some(count) = self.tokens() {
            map.serialize_entry(tokens, &count)?;
        }
        map.end()
    }
}

pub(crate) fn saving<S: Serializer>(figure: &Figure, serializer: S) -> Result<S::Ok, S::Error> {
    figure.fields(["saving", "savingTokens"], serializer)
}

pub(crate) fn worth<S: Serializer>(figure: &Figure, serializer: S) -> Result<S::Ok, S::Error> {
    figure.fields(["worth", "worthTokens"], serializer)
}

pub(crate) fn cost<S: Serializer>(figure: &Figure, serializer: S) -> Result<S::Ok, S::Error> {
    figure.fields(["cost", "costTokens"], serializer)
}

pub(crate) fn instead<S: Serializer>(figure: &Figure, serializer: S) -> Result<S::Ok, S::Error> {
    figure.fields(["instead", "insteadTokens"], serializer)
}

pub(crate) fn cost_per_day<S: Serializer>(figure: &Figure, serializer: S) -> Result<S::Ok, S::Error> {
    figure.fields(["costPerDay", "costPerDayTokens"], serializer)
}

pub(crate) fn then_per_day<S: Serializer>(figure: &Figure, serializer: S) -> Result<S::Ok, S::Error> {
    figure.fields(["thenPerDay", "thenPerDayTokens"], serializer)
}

pub(crate) fn more<S: Serializer>(figure: &Figure, serializer: S) -> Result<S::Ok, S::Error> {
    figure.fields(["more", "moreTokens"], serializer)
}

/// A figure that need not be there.
pub(crate) fn saving_alone<S: Serializer>(figure: &Option<Figure>, serializer: S) -> Result<S::Ok, S::Error> {
    let names = ["savingAlone", "savingAloneTokens"];
    match figure {
        Some(figure) => figure.fields(names, serializer),
        None => {
            let mut map = serializer.serialize_map(Some(1))?;
            map.serialize_entry(names[0], &None::<Money>)?;
            map.end()
        }
    }
}
