//! When heartbeats are due within a stretch of time, and when the gateway was off although some were.

use jiff::Timestamp;

use super::super::fit::Fit;
use super::super::off::off;
use super::super::turn::Turn;
use super::Replay;
use crate::levers::Choice;
use crate::simulate::costing::{Costing, Level};
use crate::simulate::runs;
use crate::simulate::schedule::Period;

impl Replay<'_, '_> {
    /// How many heartbeats the config as it is now asks for within a stretch of time, in milliseconds.
    pub(in crate::calibrate) fn asked_for(&self, (from, to): (i64, i64)) -> u64 {
        self.due((from, to), None).len() as u64
    }

    /// When heartbeats are due within a stretch of time, in milliseconds: on the grid that other settings put into it from its
    /// beginning on, or on that of the config as it is now.
    fn due(&self, (from, to): (i64, i64), other: Option<&Choice>) -> Vec<i64> {
        let Costing { gateway, catalogue, workload, .. } = *self.costing;
        let [Ok(start), Ok(end)] = [from, to].map(Timestamp::from_millisecond) else { return Vec::new() };
        let span = Period { start, end, zone: gateway.user_zone.clone() };
        let costing = Costing::new(gateway, catalogue, workload, &span, other.map(|_| start));
        // This one's settings may be those of another config.
        let Some(agent) = gateway.enrolled().find(|agent| agent.id == self.subject.agent.id) else { return Vec::new() };
        let subject = costing.subject(agent);
        let choice = other.cloned().unwrap_or_else(|| Choice::present(agent));
        let model = costing.answering(agent, &choice);
        let skipped = costing.always_skipped(agent).filter(|_| other.is_none());
        runs(&costing.scenario(&subject, &choice, &model, Level::Typical, skipped))
    }

    /// When the gateway was off within a stretch of time, by what the config as it is now asks for.
    pub(in crate::calibrate) fn off_now(&self, span: (i64, i64)) -> Vec<(i64, i64)> {
        // Between what is left of erased heartbeats any hours lie.
        if self.erases() { Vec::new() } else { off(self.requests, &self.due(span, None), span) }
    }

    /// The same by the settings on record.
    pub(in crate::calibrate) fn off_within(&self, fit: &Fit, turns: &[Turn], span: &Period) -> Vec<(i64, i64)> {
        self.off_under(&self.choice(fit, turns), span)
    }

    fn off_under(&self, choice: &Choice, span: &Period) -> Vec<(i64, i64)> {
        let ends = (span.start.as_millisecond(), span.end.as_millisecond());
        if self.erases() { Vec::new() } else { off(self.requests, &self.due(ends, Some(choice)), ends) }
    }

    /// When the gateway was off within the last stretch of records.
    pub(in crate::calibrate) fn off(&self, fit: &Fit, turns: &[Turn]) -> Vec<(i64, i64)> {
        let stretches = self.stretches(fit, turns);
        stretches.iter().flat_map(|(choice, span)| self.off_under(choice, span)).collect()
    }
}
