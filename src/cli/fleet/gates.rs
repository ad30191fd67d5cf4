//! What a fleet fails on: limits and findings. They are held against all its lines, those that an earlier run wrote included.

use std::fs;

use anyhow::Context;
use clawbeat::files::read::Hasher;
use clawbeat::fleet::{Field, FleetTotals, LineNeeds, Sum};
use clawbeat::money::Unit;
use clawbeat::report::gates::Limits;
use clawbeat::words::{amount, counted};
use jiff::tz::TimeZone;

use super::super::VERSION;
use super::super::amount::GivenCount;
use super::super::load::this_month;
use super::super::output::complain;
use super::options::FleetOptions;

impl FleetOptions {
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

    /// What the fields of a line need and what the other flags do.
    pub(super) fn needs(&self, fields: &[Field]) -> LineNeeds {
        let needs = LineNeeds::of(fields);
        LineNeeds {
            report: needs.report || self.has_limit() || !self.instead.is_empty(),
            lint: needs.lint || self.fail_on.is_some(),
        }
    }

    /// What the answers turn on beside the configs, in short: the month, all flags, the files that they name, and this build.
    pub(super) fn terms(&self, fields: &[Field]) -> anyhow::Result<String> {
        let zone = self.question.timezone.clone().unwrap_or(TimeZone::UTC);
        let month = self.question.month.unwrap_or_else(|| this_month(zone));
        let flags = (self.question.arguments(), self.plan.arguments(), &self.instead);
        let limits = (self.max_monthly, self.max_requests_per_day, self.max_tokens_per_day);
        let LineNeeds { report, lint } = self.needs(fields);
        let mut hasher = Hasher::default();
        hasher.add(format!("{:?}", (VERSION, month, flags, limits, fields, report, lint)).as_bytes());
        let named =
            [self.question.prices.as_deref(), self.question.plans.as_deref(), Some(self.question.workload.as_ref())];
        // What a pipe holds can be read only once.
        for path in named.into_iter().flatten().filter(|path| path.is_file()) {
            hasher.add(&fs::read(path).with_context(|| format!("cannot read {}", path.display()))?);
        }
        Ok(hasher.sha256().split_at(16).0.to_owned())
    }

    /// Whether the lines fail anything, saying which limit on all of them is not kept.
    pub(super) fn fails(&self, totals: &FleetTotals) -> bool {
        let is_over_the_total = self.is_over_the_total(totals);
        let has_findings = self.fail_on.is_some_and(|level| totals.findings.at_least(level.severity()) > 0);
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
