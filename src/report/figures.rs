//! The part of a report that totals are made from: what a fleet keeps of each config.

use super::{Report, Saving};
use crate::money::Unit;
use crate::simulate::estimate::Estimate;
use crate::simulate::usage::Usage;

/// What a config costs now and after its plan, in one unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// The unit of its amounts.
    pub unit: Unit,
    /// How many agents run heartbeats.
    pub agents: usize,
    /// Now.
    pub current: Estimate,
    /// After the plan.
    pub recommended: Estimate,
    /// The difference; null where a price is unknown.
    pub saving: Option<Saving>,
    /// What heartbeats take now.
    pub usage: Usage,
}

impl Figures {
    /// The same of a config that was not read whole, whose amounts nobody knows.
    #[must_use]
    pub fn unknown(mut self) -> Self {
        (self.current.cost, self.recommended.cost, self.saving) = (None, None, None);
        self
    }

    /// Those of a report.
    pub fn of(report: &Report) -> Self {
        let totals = &report.totals;
        Figures {
            unit: report.unit,
            agents: report.enrolled().count(),
            current: totals.current.clone(),
            recommended: totals.recommended.clone(),
            saving: totals.saving,
            usage: totals.usage,
        }
    }
}
