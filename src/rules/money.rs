//! Money in findings: what the agents concerned cost in the period, and how much of it a change would save. Every
//! figure comes from the simulation of the user's own file.

use std::fmt;

use serde::Serialize;

use crate::money::{Money, Unit};
use crate::simulate::estimate::Range;
use crate::words::about;

/// What the agents a finding is about cost, and what its fix saves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Waste {
    /// What the money is counted in.
    pub unit: Unit,
    /// Their cost as configured.
    pub cost: Range,
    /// The typical cost that the fix takes away.
    pub saving: Money,
}

impl Waste {
    /// The typical cost as configured.
    pub fn now(&self) -> Amount {
        Amount(self.cost.typical, self.unit)
    }

    /// The typical cost after the fix.
    pub fn then(&self) -> Amount {
        Amount(self.cost.typical - self.saving, self.unit)
    }

    /// What the fix saves.
    pub fn saved(&self) -> Amount {
        Amount(self.saving, self.unit)
    }
}

/// An amount as a sentence says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount(pub Money, pub Unit);

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&about(self.0, self.1))
    }
}
