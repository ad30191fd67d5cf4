//! The linter: would OpenClaw accept the part of a config that decides a heartbeat, does it do what it seems to say, and
//! what does it waste. A new rule is a file here, a line in [`RULES`], a page and a folder under `fixtures/findings`.

mod ack_word_bills_extra;
mod advised;
mod at_start;
mod audience;
mod caching;
mod cold_cache_writes;
mod conflicting_roster;
mod context;
mod context_overflow;
mod costly_fallback;
mod declared_prices;
mod empty_block_is_not_off;
mod enrolment;
mod finding;
mod flood_interval;
mod free_quota;
mod frequent_heartbeat;
mod frequent_premium_job;
mod full_bootstrap;
mod harness_prompt_unknown;
mod heartbeat_keys;
mod heavy_tools;
mod hidden_recap;
mod idle_hours;
mod invalid_active_hours;
mod invalid_duration;
mod invented;
mod job_cannot_run;
mod job_reaches_nobody;
mod job_repeats_heartbeat;
mod misplaced_heartbeat;
mod missing_include;
mod model_not_allowed;
mod models;
mod money;
mod needs;
mod no_owner_route;
mod off;
mod off_but_woken;
mod overflowing_interval;
mod oversized_bootstrap;
mod paid_empty_instructions;
mod plan_forbids_automation;
mod planner;
mod premium_model;
mod rate_limited_request;
mod retired_model;
mod rule;
mod safe;
mod schema_mismatch;
mod selection;
mod self_waking_heartbeat;
mod shared_history;
mod spending;
mod syntax_error;
mod thinking_heartbeat;
mod types;
mod unasked_promotion;
mod unknown_agent;
mod unknown_agent_key;
mod unknown_model;
mod unknown_target;
mod unresolved_variable;
mod unused_suppression;
mod whole_file;
mod windows;
mod without_effect;

pub use ack_word_bills_extra::billed_extra;
pub use context::Context;
pub use finding::{Finding, Fix, HeldBy, Safety, Severity, Verdict};
pub use money::{Amount, Waste};
pub use planner::{Advised, Planner};
pub use rule::{Needs, Rule};
pub use safe::runs_the_same;
pub use selection::{Baseline, NoSuchRule, Selection};
pub use spending::Spender;
pub use syntax_error::syntax_error;

use std::cmp::Reverse;

use crate::document::{Change, Taken};
use crate::money::Money;
use crate::secrets::credentials::masked;

/// Every rule, in the order of the documentation.
pub static RULES: &[&Rule] = &[
    &syntax_error::RULE,
    &missing_include::RULE,
    &heartbeat_keys::UNKNOWN,
    &heartbeat_keys::RETIRED,
    &heartbeat_keys::NEWER,
    &unknown_agent_key::RULE,
    &types::WRONG_TYPE,
    &types::INVALID_VALUE,
    &invalid_duration::RULE,
    &overflowing_interval::RULE,
    &invalid_active_hours::RULE,
    &misplaced_heartbeat::RULE,
    &conflicting_roster::RULE,
    &unknown_agent::RULE,
    &retired_model::RULE,
    &unknown_target::RULE,
    &no_owner_route::RULE,
    &empty_block_is_not_off::RULE,
    &shared_history::RULE,
    &cold_cache_writes::RULE,
    &premium_model::RULE,
    &costly_fallback::RULE,
    &paid_empty_instructions::RULE,
    &full_bootstrap::RULE,
    &oversized_bootstrap::RULE,
    &frequent_heartbeat::RULE,
    &flood_interval::RULE,
    &idle_hours::RULE,
    &hidden_recap::RULE,
    &thinking_heartbeat::RULE,
    &heavy_tools::RULE,
    &caching::MISSED,
    &caching::LONG,
    &caching::NO_MARKERS,
    &audience::UNREAD,
    &audience::NEVER_VISIBLE,
    &audience::SCHEDULER_OFF,
    &off_but_woken::RULE,
    &self_waking_heartbeat::RULE,
    &enrolment::SHADOWED,
    &enrolment::FAN_OUT,
    &enrolment::IMPLICIT,
    &job_cannot_run::RULE,
    &job_reaches_nobody::RULE,
    &job_repeats_heartbeat::RULE,
    &frequent_premium_job::RULE,
    &unasked_promotion::RULE,
    &windows::HALF,
    &windows::EMPTY,
    &windows::UNKNOWN_ZONE,
    &windows::SLOTS_MISS,
    &without_effect::LIGHT,
    &without_effect::ISOLATION,
    &without_effect::MODEL,
    &without_effect::RETENTION,
    &unknown_model::RULE,
    &rate_limited_request::RULE,
    &free_quota::RULE,
    &plan_forbids_automation::RULE,
    &ack_word_bills_extra::RULE,
    &harness_prompt_unknown::RULE,
    &model_not_allowed::RULE,
    &declared_prices::PER_TOKEN,
    &declared_prices::ZERO,
    &context_overflow::RULE,
    &unresolved_variable::RULE,
    &whole_file::UNKNOWN,
    &whole_file::RETIRED,
    &whole_file::CONTRADICTION,
    &schema_mismatch::RULE,
    &unused_suppression::RULE,
];

/// The rule of that id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// What the linter says of one config.
#[derive(Clone, Debug, PartialEq)]
pub struct Lint {
    /// Whether OpenClaw accepts it.
    pub verdict: Verdict,
    /// The findings, in the order of the file.
    pub findings: Vec<Finding>,
    /// What the heartbeats cost and how much of it the plan behind `diff` saves, for each unit. The findings' own amounts
    /// overlap and must not be added up. Empty where no finding speaks of money.
    pub together: Vec<Waste>,
    /// What costs money is left out: OpenClaw refuses the file, and put right it runs otherwise.
    pub is_without_costs: bool,
}

impl Lint {
    /// The only answer for a text that cannot be read.
    pub fn unreadable(finding: Finding) -> Self {
        Lint { verdict: Verdict::Refused, findings: vec![finding], together: Vec::new(), is_without_costs: false }
    }

    /// The changes of all fixes that are at least as safe as `safety`.
    pub fn changes(&self, safety: Safety) -> Vec<Change> {
        let fixes = self.fixes(|finding| finding.fix.as_ref().is_some_and(|fix| fix.safety <= safety));
        fixes.into_iter().flat_map(|(_, fix)| fix.changes.iter().cloned()).collect()
    }

    /// The fixes of some findings that can be made together. Where two would change the same place, that of the graver
    /// finding is made, else the first in the file, and the other left for the next run.
    pub fn fixes(&self, wanted: impl Fn(&Finding) -> bool) -> Vec<(&Finding, &Fix)> {
        let mut taken: Vec<(&Finding, &Fix)> = Vec::new();
        let mut paths = Taken::default();
        let mut graver_first: Vec<&Finding> = self.findings.iter().filter(|finding| wanted(finding)).collect();
        graver_first.sort_by_key(|finding| Reverse(finding.severity));
        for (finding, fix) in graver_first.into_iter().filter_map(|finding| Some((finding, finding.fix.as_ref()?))) {
            if !fix.changes.iter().any(|new| paths.collides(&new.path)) {
                fix.changes.iter().for_each(|change| paths.insert(&change.path));
                taken.push((finding, fix));
            }
        }
        taken
    }
}

/// The verdict and the errors behind it, in the order of the file: only what can be an error is looked for, and nothing is
/// costed.
pub fn judged(context: &Context<'_>) -> (Verdict, Vec<Finding>) {
    let mut findings = found(context, RULES.iter().filter(|rule| rule.severity == Severity::Error));
    let verdict = at_start::verdict(context, &findings);
    findings.retain(|finding| finding.severity == Severity::Error);
    findings.sort_by(|a, b| a.range.start.cmp(&b.range.start).then_with(|| a.path.cmp(&b.path)));
    (verdict, findings)
}

/// What rules find.
fn found<'r>(context: &Context<'_>, rules: impl Iterator<Item = &'r &'static Rule>) -> Vec<Finding> {
    let mut findings = Vec::new();
    rules.for_each(|rule| (rule.check)(context, &mut findings));
    let settled = |finding: Finding| match at_start::drops(context, &finding.path) {
        true => rule::at_dropped_place(context, finding),
        false => finding,
    };
    let mut findings: Vec<Finding> = findings.into_iter().map(settled).collect();
    for finding in &mut findings {
        finding.message = masked(&finding.message).into_owned();
        if context.behaviour().wakes_while_off && off::is_offered(finding) {
            finding.help = finding.help.take().map(|help| format!("{help}; {}", off::SCHEDULE_ONLY));
        }
        finding.help = finding.help.as_deref().map(|help| masked(help).into_owned());
    }
    findings
}

/// Asks every rule.
pub fn lint(context: &Context<'_>) -> Lint {
    let mut findings = found(context, RULES.iter());
    safe::prove(context, &mut findings);
    let verdict = at_start::verdict(context, &findings);
    unused_suppression::apply(context, &mut findings);
    findings.sort_by(|a, b| {
        let saving = |finding: &Finding| finding.waste.map_or(Money::ZERO, |waste| waste.saving);
        let key = |finding: &Finding| (finding.range.start, Reverse((finding.severity, saving(finding))), finding.rule);
        key(a).cmp(&key(b)).then_with(|| a.path.cmp(&b.path)).then_with(|| a.message.cmp(&b.message))
    });
    let speaks_of_money = findings.iter().any(|finding| finding.waste.is_some());
    let together = if speaks_of_money { context.together() } else { Vec::new() };
    findings.dedup_by(|a, b| (a.rule, &a.path, &a.message) == (b.rule, &b.path, &b.message));
    Lint { verdict, findings, together, is_without_costs: false }
}
