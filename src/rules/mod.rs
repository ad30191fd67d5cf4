//! The linter: would OpenClaw accept the part of a config that decides a heartbeat, does it do what it seems to say, and
//! what does it waste. A new rule is a file here, a line in [`RULES`], a page and a folder under `fixtures/findings`.

mod ack_word_bills_extra;
mod active_hours;
mod advised;
mod agent_keys;
mod audience;
mod caching;
mod cold_cache;
mod context;
mod costly_fallback;
mod durations;
mod empty_block;
mod empty_instructions;
mod enrolment;
mod finding;
mod free_quota;
mod harness_prompt_unknown;
mod heavy_tools;
mod includes;
mod invented;
mod keys;
mod levers;
mod misplaced;
mod models;
mod money;
mod off;
mod oversized_bootstrap;
mod plan_forbids_automation;
mod planner;
mod premium_model;
mod rate_limited_request;
mod retired_models;
mod roster;
mod rule;
mod safe;
mod schema_mismatch;
mod selection;
mod shared_history;
mod spending;
mod suppress;
mod syntax;
mod target;
mod thinking;
mod types;
mod unresolved;
mod wakes;
mod whole_file;
mod windows;
mod without_effect;

pub use context::Context;
pub use finding::{Finding, Fix, HeldBy, Safety, Severity, Verdict};
pub use money::{Amount, Waste};
pub use planner::{Advised, Planner};
pub use rule::Rule;
pub use safe::runs_the_same;
pub use selection::{Baseline, NoSuchRule, Selection};
pub use spending::Spending;
pub use syntax::syntax_error;

use std::cmp::Reverse;

use context::agents;
use serde_json::Value;

use crate::document::{Change, KeyPath, Segment, Taken};
use crate::money::Money;
use crate::releases::RootHeartbeat;
use crate::secrets::credentials::masked;

/// Every rule, in the order of the documentation.
pub static RULES: &[&Rule] = &[
    &syntax::RULE,
    &includes::RULE,
    &keys::UNKNOWN,
    &keys::RETIRED,
    &keys::NEWER,
    &agent_keys::RULE,
    &types::WRONG_TYPE,
    &types::INVALID_VALUE,
    &durations::RULE,
    &durations::OVERFLOWING,
    &active_hours::INVALID,
    &misplaced::RULE,
    &roster::CONFLICTING,
    &roster::UNKNOWN_AGENT,
    &retired_models::RULE,
    &target::UNKNOWN,
    &target::NO_OWNER_ROUTE,
    &empty_block::RULE,
    &shared_history::RULE,
    &cold_cache::RULE,
    &premium_model::RULE,
    &costly_fallback::RULE,
    &empty_instructions::RULE,
    &levers::FULL_BOOTSTRAP,
    &oversized_bootstrap::RULE,
    &levers::FREQUENT,
    &levers::FLOOD,
    &levers::IDLE_HOURS,
    &levers::HIDDEN_RECAP,
    &thinking::RULE,
    &heavy_tools::RULE,
    &caching::MISSED,
    &caching::LONG,
    &caching::NO_MARKERS,
    &audience::UNREAD,
    &audience::NEVER_VISIBLE,
    &audience::SCHEDULER_OFF,
    &wakes::RULE,
    &enrolment::SHADOWED,
    &enrolment::FAN_OUT,
    &enrolment::IMPLICIT,
    &windows::HALF,
    &windows::EMPTY,
    &windows::UNKNOWN_ZONE,
    &windows::SLOTS_MISS,
    &without_effect::LIGHT,
    &without_effect::ISOLATION,
    &without_effect::MODEL,
    &without_effect::RETENTION,
    &models::UNKNOWN,
    &rate_limited_request::RULE,
    &free_quota::RULE,
    &plan_forbids_automation::RULE,
    &ack_word_bills_extra::RULE,
    &harness_prompt_unknown::RULE,
    &models::NOT_ALLOWED,
    &models::PER_TOKEN,
    &models::ZERO,
    &models::OVERFLOW,
    &unresolved::RULE,
    &whole_file::UNKNOWN,
    &whole_file::RETIRED,
    &whole_file::CONTRADICTION,
    &schema_mismatch::RULE,
    &suppress::UNUSED,
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
}

impl Lint {
    /// The only answer for a text that cannot be read.
    pub fn unreadable(finding: Finding) -> Self {
        Lint { verdict: Verdict::Refused, findings: vec![finding], together: Vec::new() }
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

/// The verdict alone: only what can be an error is looked for, and nothing is costed.
pub fn verdict_of(context: &Context<'_>) -> Verdict {
    verdict(context, &found(context, RULES.iter().filter(|rule| rule.severity == Severity::Error)))
}

/// What rules find.
fn found<'r>(context: &Context<'_>, rules: impl Iterator<Item = &'r &'static Rule>) -> Vec<Finding> {
    let mut findings = Vec::new();
    rules.for_each(|rule| (rule.check)(context, &mut findings));
    for finding in &mut findings {
        finding.message = masked(&finding.message).into_owned();
        if is_dropped(context, &finding.path) {
            finding.mended = true;
            finding.severity = if context.behaviour().mends_at_start {
                finding.severity
            } else {
                finding.severity.min(Severity::Warning)
            };
        }
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
    let verdict = verdict(context, &findings);
    suppress::apply(context, &mut findings);
    findings.sort_by(|a, b| {
        let saving = |finding: &Finding| finding.waste.map_or(Money::ZERO, |waste| waste.saving);
        let key = |finding: &Finding| (finding.range.start, Reverse((finding.severity, saving(finding))), finding.rule);
        key(a).cmp(&key(b)).then_with(|| a.path.cmp(&b.path)).then_with(|| a.message.cmp(&b.message))
    });
    let speaks_of_money = findings.iter().any(|finding| finding.waste.is_some());
    let together = if speaks_of_money { context.together() } else { Vec::new() };
    findings.dedup_by(|a, b| (a.rule, &a.path, &a.message) == (b.rule, &b.path, &b.message));
    Lint { verdict, findings, together }
}

/// Whether the gateway drops what stands at a path before it looks, faults and all: a list beside entries, what a block
/// at the root repeats of the one in its place, and what stands in that place and is no block.
fn is_dropped(context: &Context<'_>, path: &KeyPath) -> bool {
    let (list, entries) = (agents().key("list"), agents().key("entries"));
    let in_list = context.behaviour().lists_become_entries && path.starts_with(&list) && path.segments().len() > 2;
    let repeated = match path.segments() {
        [root, key, ..] if *root == Segment::Key("heartbeat".to_owned()) => {
            context.get(&agents().key("defaults").key("heartbeat").join(key.clone())).is_some()
        }
        _ => false,
    };
    let moved = context.get(&KeyPath::root().key("heartbeat")).and_then(Value::as_object);
    let shared = agents().key("defaults").key("heartbeat");
    let replaced = (*path == shared || *path == agents().key("defaults"))
        && context.get(path).is_some_and(|block| !block.is_object())
        && moved.is_some_and(|block| !block.is_empty());
    let moves = context.behaviour().root_heartbeat != RootHeartbeat::Refused;
    repeated || (moves && replaced) || (in_list && context.get(&entries).is_some())
}

/// Whether a key of `agents.defaults.models` names no provider, over which every repair stumbles.
fn has_bare_model(context: &Context<'_>) -> bool {
    let models = context.get(&agents().key("defaults").key("models")).and_then(Value::as_object);
    models.into_iter().flatten().any(|(name, _)| !name.contains('/'))
}

/// Whether `config validate` accepts the heartbeat part, and if not, whether the gateway mends it at start. Only current
/// releases do, and not where files are included (`RELEASES.md` "Invalid config").
fn verdict(context: &Context<'_>, findings: &[Finding]) -> Verdict {
    let mut errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    let is_mended_at_all =
        context.behaviour().mends_at_start && context.includes.is_empty() && !has_bare_model(context);
    match errors.next() {
        None => Verdict::Valid,
        Some(first) if is_mended_at_all && first.mended && errors.all(|finding| finding.mended) => Verdict::Repaired,
        Some(_) => Verdict::Refused,
    }
}
