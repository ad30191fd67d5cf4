//! What a plan promises, on configs written for the purpose and on random ones of both generations.

mod brute_force;
mod by_hand;
mod explanation;
mod in_tokens;
mod properties;
mod rosters;

use std::sync::Arc;

use jiff::Span;
use jiff::civil::date;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::placement::Reread;
use super::searched::SearchDepth;
use super::{Bounds, Explanation, Plan, plan, plan_to};
use crate::catalogue::Catalogue;
use crate::gateway::{Gateway, Surroundings};
use crate::money::Money;
use crate::releases::{Behaviour, Version};
use crate::simulate::costing::Costing;
use crate::simulate::schedule::Period;
use crate::workload::Workload;

/// A question to plan for: everything but the config and the bounds.
pub(super) struct Question {
    pub(super) version: Version,
    pub(super) workload: Workload,
    pub(super) period: Period,
}

impl Question {
    /// The 30 days of November 2026 in UTC.
    pub(super) fn month(version: &str, workload: Workload) -> Self {
        let period = Period::thirty_days(date(2026, 11, 1), TimeZone::UTC).unwrap();
        Question { version: version.parse().unwrap(), workload, period }
    }

    /// Its first days only, which are quicker to go through.
    pub(super) fn days(version: &str, workload: Workload, days: i64) -> Self {
        let mut question = Question::month(version, workload);
        question.period.end = question.period.start.checked_add(Span::new().hours(24 * days)).unwrap();
        question
    }

    pub(super) fn read(&self, config: &Value) -> Gateway {
        Gateway::read(config, self.version, &Surroundings::default())
    }

    pub(super) fn read_as_other(&self, config: &Value) -> Gateway {
        Gateway::read(config, Behaviour::of(self.version).newest_with_other_schema(), &Surroundings::default())
    }

    pub(super) fn with_costing<T>(&self, config: &Value, then: impl FnOnce(&Costing<'_>) -> T) -> T {
        let gateway = self.read(config);
        let catalogue = Catalogue::builtin();
        then(&Costing::new(&gateway, &catalogue, &self.workload, &self.period, None))
    }

    pub(super) fn plan(&self, config: &Value, bounds: &Bounds) -> Plan {
        self.rereading(|reread| {
            self.with_costing(config, |costing| plan(costing, bounds, &[], &shared(config), reread, Explanation::Whole))
        })
    }

    /// The same by every combination there is.
    pub(super) fn whole_plan(&self, config: &Value, bounds: &Bounds) -> Plan {
        let whole = (SearchDepth::Every, Explanation::Whole);
        self.rereading(|reread| {
            self.with_costing(config, |costing| plan_to(whole, costing, bounds, &[], &shared(config), reread))
        })
    }

    /// A plan without a budget and with less that explains it.
    pub(super) fn less_explained(&self, config: &Value, bounds: &Bounds, explanation: Explanation) -> Plan {
        self.rereading(|reread| {
            self.with_costing(config, |costing| plan(costing, bounds, &[], &shared(config), reread, explanation))
        })
    }

    fn rereading<T>(&self, ask: impl FnOnce(&Reread<'_>) -> T) -> T {
        let here = |tree: &Arc<Value>| self.read(tree);
        let other = |tree: &Arc<Value>| self.read_as_other(tree).enrolled().map(|agent| agent.id.clone()).collect();
        ask(&Reread { here: &here, other: &other })
    }
}

fn shared(config: &Value) -> Arc<Value> {
    Arc::new(config.clone())
}

/// Bounds under which the cheapest settings are chosen, whatever they take away.
pub(super) fn cheapest() -> Bounds {
    Bounds { worth: Some(Money::ZERO), ..Bounds::default() }
}

/// A config with a plan's changes made.
pub(super) fn changed(config: &Value, plan: &Plan) -> Value {
    let mut changed = config.clone();
    plan.changes().iter().for_each(|change| change.make(&mut changed).unwrap());
    changed
}
