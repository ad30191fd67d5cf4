//! Money in findings: what the agents concerned cost in the period, and how much of it a change would save. Every
//! figure comes from the simulation of the user's own file.

use std::fmt;

use serde::Serialize;

use crate::money::{Money, Unit};
use crate::simulate::estimate::Range;

/// What the agents a finding is about cost, and what its remedy saves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Waste {
    /// What the money is counted in.
    pub unit: Unit,
    /// Their cost as configured.
    pub cost: Range,
    /// The typical cost that the remedy takes away.
    pub saving: Money,
}

impl Waste {
    /// The typical cost as configured.
    pub fn now(&self) -> Amount {
        Amount(self.cost.typical, self.unit)
    }

    /// The typical cost after the remedy.
    pub fn then(&self) -> Amount {
        Amount(self.cost.typical - self.saving, self.unit)
    }

    /// What the remedy saves.
    pub fn saved(&self) -> Amount {
        Amount(self.saving, self.unit)
    }
}

/// An amount as sentences show it: `$12.34`, `0.0042 credits`. Small amounts keep two digits that say something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount(pub Money, pub Unit);

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Amount(money, unit) = *self;
        let cent = 10_000_000_000;
        let (mut decimals, mut step) = (2, cent);
        while decimals < 6 && money.pico() != 0 && money.pico().abs() < 10 * step {
            (decimals, step) = (decimals + 1, step / 10);
        }
        let digits = money.round_to(decimals);
        match unit {
            Unit::Usd => match digits.strip_prefix('-') {
                Some(digits) => write!(f, "-${digits}"),
                None => write!(f, "${digits}"),
            },
            Unit::Credits => write!(f, "{digits} credits"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_amounts_keep_their_digits() {
        let shown = |text: &str, unit| Amount(Money::parse(text).unwrap(), unit).to_string();
        assert_eq!(shown("212.345", Unit::Usd), "$212.34");
        assert_eq!(shown("-3", Unit::Usd), "-$3.00");
        assert_eq!(shown("0.00421", Unit::Credits), "0.0042 credits");
        assert_eq!(shown("0", Unit::Credits), "0.00 credits");
    }
}
