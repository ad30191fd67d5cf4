//! What a gateway's records say of some days, beside what is simulated for the same days.

use serde::Serialize;

use super::Tokens;
use crate::money::Money;

/// The heartbeats on record and what they cost, at the prices of the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Observed {
    /// The first heartbeat, RFC 3339.
    pub from: String,
    /// The last one.
    pub to: String,
    /// Calendar days on which heartbeats ran.
    pub days: u64,
    /// Heartbeats that a model answered.
    pub heartbeats: u64,
    /// Their tokens.
    pub tokens: Tokens,
    /// What those cost; null where a price is unknown.
    pub cost: Option<Money>,
    /// The same hours simulated under the measured load.
    pub against: Simulated,
}

/// The same hours simulated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Simulated {
    /// Runs.
    pub heartbeats: u64,
    /// Their tokens, without those of hidden recaps, which no release stores any more.
    pub tokens: Tokens,
    /// What those cost; null where a price is unknown.
    pub cost: Option<Money>,
}

impl Observed {
    /// Takes in another agent's.
    pub fn with(self, other: Observed) -> Observed {
        if self.heartbeats == 0 {
            return other;
        }
        let sum = |mut a: Tokens, b: Tokens| {
            a += b;
            a
        };
        let both = |a: Option<Money>, b: Option<Money>| a.zip(b).map(|(a, b)| a + b);
        Observed {
            from: self.from.min(other.from),
            to: self.to.max(other.to),
            days: self.days.max(other.days),
            heartbeats: self.heartbeats + other.heartbeats,
            tokens: sum(self.tokens, other.tokens),
            cost: both(self.cost, other.cost),
            against: Simulated {
                heartbeats: self.against.heartbeats + other.against.heartbeats,
                tokens: sum(self.against.tokens, other.against.tokens),
                cost: both(self.against.cost, other.against.cost),
            },
        }
    }
}
