//! What a config costs, agent by agent, in one unit. Whoever asks for a month of an agent or of all gets it here, so that a
//! report, its comparisons and its warnings speak of one figure.

pub mod everything;
mod fallbacks;
mod unscheduled;
pub mod windows;

use std::sync::Arc;

use crate::gateway::Agent;
use crate::money::{Money, Unit};
use crate::simulate::costing::{Choice, Costing, Subject};
use crate::simulate::estimate::{Estimate, Range};
use crate::simulate::usage::Timeline;

pub use everything::{Automation, Cheaper, Everything, best_options, notable_options};
pub use fallbacks::{Beyond, Fallback, with_outage};
pub use unscheduled::{AtMost, AtPace, Recorded, Spawned, Unscheduled};

/// The bill of one reading of a config.
#[derive(Clone, Copy)]
pub struct Bill<'c, 'a> {
    /// Prices its months.
    pub costing: &'c Costing<'a>,
    /// What it is counted in; an agent that is billed in another unit has no known cost.
    pub unit: Unit,
}

impl<'c, 'a> Bill<'c, 'a> {
    /// The bill in a unit.
    pub fn new(costing: &'c Costing<'a>, unit: Unit) -> Self {
        Bill { costing, unit }
    }

    /// The month of all agents that run, or of one.
    pub fn month(&self, only: Option<&str>) -> Estimate {
        let enrolled = self.costing.gateway.enrolled().filter(|agent| only.is_none_or(|id| agent.id == id));
        let months: Vec<Estimate> = enrolled.map(|agent| self.of(&self.costing.subject(agent))).collect();
        Estimate::sum(months.iter())
    }

    /// The month of an agent as it is.
    pub fn of(&self, subject: &Subject<'_>) -> Estimate {
        self.under(subject, &Choice::present(subject.agent))
    }

    /// The month of an agent under a choice; without a run it costs nothing, whatever a run would cost.
    pub fn under(&self, subject: &Subject<'_>, choice: &Choice) -> Estimate {
        let agent = subject.agent;
        if !agent.enrolment.is_enrolled() {
            return Estimate { cost: Some(Range::default()), ..Estimate::default() };
        }
        let skipped = self.costing.always_skipped(agent);
        let mut month = self.counted(agent, self.costing.estimate(subject, choice, skipped));
        if month.runs == 0 && month.cost.is_none() {
            month.cost = Some(Range::default());
        }
        month
    }

    /// What an agent asks of its models as it is, moment by moment; nothing where it does not run.
    pub fn timeline(&self, subject: &Subject<'_>) -> Arc<Timeline> {
        let agent = subject.agent;
        match agent.enrolment.is_enrolled() {
            true => self.costing.timeline(subject, &Choice::present(agent), self.costing.always_skipped(agent)),
            false => Arc::default(),
        }
    }

    /// The input-equivalent tokens of a typical month over all agents that are not compared in money, or of one; `None`
    /// where there is none.
    pub fn tokens(&self, only: Option<&str>) -> Option<Money> {
        let costing = self.costing;
        let enrolled = costing.gateway.enrolled().filter(|agent| only.is_none_or(|id| agent.id == id));
        let counted = enrolled.filter_map(|agent| {
            let (subject, present) = (costing.subject(agent), Choice::present(agent));
            let model = costing.answering(agent, &present);
            let skipped = costing.always_skipped(agent);
            let month = costing.estimate_on(&subject, &present, &model, skipped);
            if month.runs == 0 || costing.compared_in(&model, month.typical()) != Unit::Tokens {
                return None;
            }
            let (subject, model) = (subject.in_tokens(costing), costing.in_tokens(&model));
            costing.estimate_on(&subject, &present, &model, skipped).typical()
        });
        counted.reduce(|sum, month| sum + month)
    }

    /// A month of an agent in this unit: an amount of another unit is unknown in it.
    pub fn counted(&self, agent: &Agent, month: Estimate) -> Estimate {
        match self.costing.unit_of(agent) == self.unit {
            true => month,
            false => Estimate { cost: None, per_run: None, ..month },
        }
    }
}
