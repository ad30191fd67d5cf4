//! What the heartbeats alone take of each window of a flat plan or a free quota, what that leaves for the person, and when it
//! runs out.

use serde::Serialize;

use crate::bill::windows::{Runner, Window, windows};
use crate::catalogue::plans::{Disclosure, QuotaUnit, Span};
use crate::gateway::Agent;
use crate::money::Money;
use crate::simulate::costing::{Choice, Costing};

/// One window of a plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WindowInfo {
    /// The tier, or what pays where it is not known.
    pub plan: &'static str,
    /// The tiers that the config may mean, by the ids that `--plan` takes.
    pub plans: Vec<&'static str>,
    /// What is counted.
    pub unit: QuotaUnit,
    /// In which time.
    pub window: Span,
    /// How much of it is allowed; null where that is not known.
    pub limit: Option<Ends>,
    /// The most that the heartbeats use in such a time, counted as dear as it may be; null where that is not known.
    pub used: Option<Money>,
    /// How much of the limit that is, in percent, to six digits.
    pub share: Option<Ends>,
    /// What is left for the person.
    pub left: Option<Ends>,
    /// How long after its start the lowest limit is reached, in milliseconds: since midnight for a day. Null where it is not.
    pub runs_out_after_ms: Option<u64>,
    /// Who says that the limit holds.
    pub disclosure: Disclosure,
    /// Where it stands, with the date it was read.
    pub source: String,
    /// The zone of a day.
    #[serde(skip)]
    pub(super) zone: Option<&'static str>,
}

/// The ends of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Ends {
    /// The least.
    pub low: Money,
    /// The most.
    pub high: Money,
}

/// The windows of the plans that pay for some agents, as they are now.
pub(super) fn of(costing: &Costing<'_>, agents: &[&Agent]) -> Vec<WindowInfo> {
    let parts = agents.iter().filter(|agent| agent.enrolment.is_enrolled()).map(|agent| {
        let choice = Choice::present(agent);
        let model = costing.model(&choice.model, choice.retention);
        (costing.subject(agent), choice, model, costing.always_skipped(agent))
    });
    let parts: Vec<_> = parts.filter(|(_, _, model, _)| model.found.plan.is_some()).collect();
    let runners = parts.iter();
    let runners = runners.map(|(subject, choice, model, skipped)| Runner { subject, choice, model, skipped: *skipped });
    let runners: Vec<Runner<'_>> = runners.collect();
    windows(costing, &runners).iter().map(info).collect()
}

fn info(window: &Window) -> WindowInfo {
    let ends = |(low, high)| Ends { low, high };
    let whole = |count: u64| Money::from_pico(i128::from(count) * 1_000_000_000_000);
    let mut sources: Vec<String> = Vec::new();
    for quota in &window.quotas {
        let read = quota.date.map_or_else(|| quota.source.to_owned(), |date| format!("{}, {date}", quota.source));
        if !sources.contains(&read) {
            sources.push(read);
        }
    }
    WindowInfo {
        plan: match window.plans.as_slice() {
            [one] => one.name,
            _ => window.offer.words,
        },
        plans: window.plans.iter().map(|plan| plan.id).collect(),
        unit: window.unit,
        window: window.span,
        limit: window.limit.map(|limit| Ends { low: whole(limit.low), high: whole(limit.high) }),
        used: window.used.map(|(_, most)| most),
        share: window.share().map(ends),
        left: window.left().map(ends),
        runs_out_after_ms: window.runs_out_after,
        disclosure: window.quotas.iter().map(|quota| quota.disclosure).max().unwrap_or(Disclosure::Unpublished),
        source: sources.join("; "),
        zone: window.quotas.first().and_then(|quota| quota.zone),
    }
}

/// What a plan's terms forbid, where an agent does it.
pub(super) fn forbidden(costing: &Costing<'_>, agent: &Agent) -> Option<String> {
    let choice = Choice::present(agent);
    choice.every.ms()?;
    let offer = costing.model(&choice.model, choice.retention).found.plan?;
    let forbids = offer.forbids.as_ref()?;
    Some(format!("the terms of {} forbid {} ({})", offer.words, forbids.what, forbids.source))
}

/// The tier that the user names, where it pays for none of the windows of agents that run.
pub(super) fn stray<'w>(costing: &Costing<'_>, mut windows: impl Iterator<Item = &'w WindowInfo>) -> Option<String> {
    let told = costing.workload.plan?;
    (!windows.any(|window| window.plans.contains(&told.id)))
        .then(|| format!("{} (--plan {}) pays for no agent that runs", told.name, told.id))
}
