//! What a fleet fails on: limits and findings. They are held against all its lines, those that an earlier run wrote included.

use clawbeat::fleet::{Asked, Field, FleetLine, FleetTotals, Sum};
use clawbeat::money::Unit;
use clawbeat::report::gates::{Limited, Limits};
use clawbeat::rules::Severity;
use clawbeat::words::{amount, counted};
use serde_json::json;

use super::super::amount::GivenCount;
use super::super::lint::LintLevel;
use super::super::output::complain;
use super::Ask;

impl Ask {
    /// Whether there is anything to fail on.
    pub(super) fn has_gate(&self) -> bool {
        self.has_limit() || self.fail_on.is_some()
    }

    fn has_limit(&self) -> bool {
        self.max_total.is_some() || self.limits_each()
    }

    /// Whether there is a limit that each config is held against.
    pub(super) fn limits_each(&self) -> bool {
        self.max_monthly.is_some() || self.max_requests_per_day.is_some() || self.max_tokens_per_day.is_some()
    }

    /// The limits of each config whose amounts are in a unit.
    pub(super) fn limits(&self, unit: Unit) -> Limits {
        Limits {
            monthly: self.max_monthly.and_then(|limit| limit.where_in(unit)),
            increase: None,
            requests_per_day: self.max_requests_per_day.map(GivenCount::units),
            tokens_per_day: self.max_tokens_per_day.map(GivenCount::units),
        }
    }

    /// What is asked for the fields of a line and for what the other flags say.
    pub(super) fn asked(&self, fields: &[Field]) -> Asked {
        let asked = Asked::of(fields);
        Asked {
            report: asked.report || self.has_limit() || !self.instead.is_empty(),
            lint: asked.lint || self.fail_on.is_some(),
        }
    }

    /// Whether a line that was written earlier was asked all that counts here: the limits, the findings and the defaults.
    pub(super) fn is_answered_by(&self, line: &FleetLine) -> bool {
        if !line.get("error").is_null() {
            return true;
        }
        let unit = [Unit::Usd, Unit::Credits].into_iter().find(|unit| *line.get("unit") == unit.to_string());
        let limits = unit.map_or_else(Limits::default, |unit| self.limits(unit));
        let limits = [
            (Limited::MaxMonthly, limits.monthly),
            (Limited::MaxRequestsPerDay, limits.requests_per_day),
            (Limited::MaxTokensPerDay, limits.tokens_per_day),
        ];
        let limits = limits.into_iter().filter_map(|(gate, limit)| Some((json!(gate), json!(limit?))));
        let told = |name: &str| line.get(name).as_array().into_iter().flatten();
        limits.eq(told("gates").map(|gate| (gate["gate"].clone(), gate["limit"].clone())))
            && told("whatIf")
                .map(|effect| effect["if"].clone())
                .eq(self.instead.iter().map(|one| json!(one.to_string())))
            && (self.fail_on.is_none() || line.get("findings").is_object())
            && (!self.has_limit() || unit.is_some())
    }

    /// Whether the lines fail anything, saying which limit on all of them is not kept.
    pub(super) fn fails(&self, totals: &FleetTotals) -> bool {
        let is_over_the_total = self.is_over_the_total(totals);
        let severities = [Severity::Error, Severity::Warning, Severity::Info];
        let least = self.fail_on.map(LintLevel::severity);
        let counts = |severity: Severity| least.is_some_and(|least| severity >= least);
        let has_findings =
            severities.into_iter().zip(totals.findings).any(|(severity, found)| found > 0 && counts(severity));
        is_over_the_total || totals.over > 0 || has_findings || (totals.bad > 0 && self.has_gate())
    }

    /// Says which limit on all of them is not kept; whether there is one.
    fn is_over_the_total(&self, totals: &FleetTotals) -> bool {
        let Some(limit) = self.max_total else { return false };
        let unknown = totals.configs - totals.units.values().map(|sum| sum.configs).sum::<u64>();
        if unknown > 0 {
            complain(&format!(
                "--max-total: {} without a price (not known, or a plan pays), which keeps no limit",
                counted(unknown, "config")
            ));
        }
        let over =
            totals.units.iter().filter(|(unit, sum)| limit.where_in(**unit).is_some_and(|most| sum.current > most));
        let told = |(unit, sum): (&Unit, &Sum)| {
            let (cost, most) = (amount(sum.current, *unit), limit.where_in(*unit).map(|most| amount(most, *unit)));
            complain(&format!("--max-total: a month costs about {cost} (limit {})", most.unwrap_or_default()));
        };
        over.map(told).count() > 0 || unknown > 0
    }
}
