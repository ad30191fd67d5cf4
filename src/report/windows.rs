//! What the heartbeats alone take of each window of a flat plan or a free quota, what that leaves for the person, and when it
//! runs out.

use std::sync::Arc;

use serde::Serialize;

use crate::analysis::Analysis;
use crate::bill::Automation;
use crate::bill::windows::{Asks, Ends, PlanWindow, Runner, asks, windows_of};
use crate::catalogue::Offer;
use crate::catalogue::plans::{Disclosure, QuotaSpan, QuotaUnit};
use crate::gateway::Agent;
use crate::money::Money;
use crate::simulate::costing::{Choice, Costing};

/// One window of a plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WindowInfo {
    /// The tier, or what pays where it is not known.
    pub plan: String,
    /// The tiers that the config may mean, by the ids that `--plan` takes.
    pub plans: Vec<String>,
    /// What is counted.
    pub unit: QuotaUnit,
    /// In which time.
    pub window: QuotaSpan,
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
    /// The same with everything else that the gateway runs by itself on that plan; null where nothing else does.
    pub with_jobs: Option<WindowUse>,
    /// The same of heartbeats alone with the plan's changes; null where it changes nothing for those that pay by it.
    pub recommended: Option<WindowUse>,
    /// Who says that the limit holds.
    pub disclosure: Disclosure,
    /// Where it stands, with the date it was read.
    pub source: String,
    /// The id of what is offered; of all its tiers there is one window for a unit and a time.
    #[serde(skip)]
    pub(super) offer: String,
    /// The zone of a day.
    #[serde(skip)]
    pub(super) zone: Option<String>,
}

/// What is used of a window.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WindowUse {
    /// The most in such a time; null where that is not known.
    pub used: Option<Money>,
    /// How much of the limit that is, in percent, to six digits.
    pub share: Option<Ends>,
    /// What is left for the person.
    pub left: Option<Ends>,
    /// How long after its start the lowest limit is reached, in milliseconds. Null where it is not.
    pub runs_out_after_ms: Option<u64>,
}

/// An agent with the settings that a plan chooses for it, where it changes some.
pub(super) type Planned<'a> = (&'a Agent, Option<&'a Choice>);

/// The windows of the plans that pay for some agents.
pub(super) fn of(costing: &Costing<'_>, agents: &[Planned<'_>]) -> Vec<WindowInfo> {
    beside(costing, agents, &[])
}

/// The same beside what runs by itself: with the windows of plans that only a job is on, of which heartbeats take nothing.
pub(super) fn beside(costing: &Costing<'_>, agents: &[Planned<'_>], automations: &[Automation]) -> Vec<WindowInfo> {
    let present = asked(costing, agents.iter().map(|(agent, _)| (*agent, Choice::present(agent))));
    let jobs: Vec<Asks> = automations.iter().filter(|one| one.counted).filter_map(|one| one.asks.clone()).collect();
    let changes = agents.iter().any(|(_, chosen)| chosen.is_some());
    let then = changes.then(|| {
        let chosen =
            agents.iter().map(|(agent, chosen)| (*agent, chosen.cloned().unwrap_or_else(|| Choice::present(agent))));
        windows_of(costing, asked(costing, chosen))
    });
    let mut all = windows_of(costing, [present.clone(), jobs.clone()].concat());
    let alone = windows_of(costing, present);
    let same = |one: &PlanWindow, other: &PlanWindow| {
        (&one.offer.id, one.unit, one.span) == (&other.offer.id, other.unit, other.span)
    };
    let none_of = |window: &PlanWindow| PlanWindow {
        used: Some((Money::ZERO, Money::ZERO)),
        runs_out_after: None,
        ..window.clone()
    };
    // A plan that only the changes bring is not used now, and one that no agent is on any more not then.
    let new: Vec<PlanWindow> =
        then.iter().flatten().filter(|then| !all.iter().any(|now| same(now, then))).cloned().collect();
    all.extend(new);
    let told = all.iter().map(|window| {
        let nothing = none_of(window);
        let own = alone.iter().find(|own| same(own, window)).unwrap_or(&nothing);
        let then = then.as_ref().map(|all| all.iter().find(|then| same(then, window)).unwrap_or(&nothing));
        let then = then.filter(|then| then.used != own.used);
        let shares = jobs.iter().any(|asks| asks.is_of(&window.offer));
        WindowInfo { with_jobs: shares.then(|| use_of(window)), recommended: then.map(use_of), ..info(own) }
    });
    told.collect()
}

/// What agents that run ask of plans under some settings.
fn asked<'a>(costing: &Costing<'_>, agents: impl Iterator<Item = (&'a Agent, Choice)>) -> Vec<Asks> {
    let running = agents.filter(|(agent, _)| agent.enrolment.is_enrolled());
    let asks = running.filter_map(|(agent, choice)| {
        let (subject, model) = (costing.subject(agent), costing.answering(agent, &choice));
        let skipped = costing.always_skipped(agent);
        asks(costing, &Runner { subject: &subject, choice: &choice, model: &model, skipped })
    });
    asks.collect()
}

fn use_of(window: &PlanWindow) -> WindowUse {
    WindowUse {
        used: window.used.map(|(_, most)| most),
        share: window.share(),
        left: window.left(),
        runs_out_after_ms: window.runs_out_after,
    }
}

fn info(window: &PlanWindow) -> WindowInfo {
    let whole = |count: u64| Money::from_pico(i128::from(count) * 1_000_000_000_000);
    let mut sources: Vec<String> = Vec::new();
    for quota in &window.quotas {
        let read = quota.date.as_ref().map_or_else(|| quota.source.clone(), |date| format!("{}, {date}", quota.source));
        if !sources.contains(&read) {
            sources.push(read);
        }
    }
    WindowInfo {
        plan: match window.plans.as_slice() {
            [one] => one.name.clone(),
            _ => window.offer.words.clone(),
        },
        plans: window.plans.iter().map(|plan| plan.id.clone()).collect(),
        unit: window.unit,
        window: window.span,
        limit: window.limit.map(|limit| Ends { low: whole(limit.low), high: whole(limit.high) }),
        used: window.used.map(|(_, most)| most),
        share: window.share(),
        left: window.left(),
        runs_out_after_ms: window.runs_out_after,
        with_jobs: None,
        recommended: None,
        disclosure: window.quotas.iter().map(|quota| quota.disclosure).max().unwrap_or(Disclosure::Unpublished),
        source: sources.join("; "),
        offer: window.offer.id.clone(),
        zone: window.quotas.first().and_then(|quota| quota.zone.clone()),
    }
}

/// The windows of all plans with some jobs, now and after the changes.
pub(super) fn now_and_then(costing: &Costing<'_>, agents: &[Planned<'_>], jobs: &[Asks]) -> [Vec<PlanWindow>; 2] {
    let with_jobs = |asks: Vec<Asks>| windows_of(costing, [asks, jobs.to_vec()].concat());
    let present = agents.iter().map(|(agent, _)| (*agent, Choice::present(agent)));
    let chosen = agents.iter().map(|(agent, to)| (*agent, to.cloned().unwrap_or_else(|| Choice::present(agent))));
    [with_jobs(asked(costing, present)), with_jobs(asked(costing, chosen))]
}

/// The largest share of what an offer allows over a time, in percent of its lowest limit.
pub(super) fn fullest(windows: &[PlanWindow], offer: &Offer) -> Option<Money> {
    let own = windows.iter().filter(|window| window.offer.id == offer.id && window.span != QuotaSpan::Minute);
    own.filter_map(|window| Some(window.share()?.high)).max()
}

/// That the tier which the user names pays for nothing that runs, and what does; of one agent, if it is asked about.
pub fn stray(analysis: &Analysis, only: Option<&str>) -> Option<String> {
    let told = analysis.workload.plan.as_deref()?;
    let costing = analysis.costing();
    let running = analysis.gateway.enrolled().filter(|agent| only.is_none_or(|id| agent.id == id));
    let running = running.filter(|agent| agent.settings.every.value.ms().is_some());
    let mut paying: Vec<Arc<Offer>> = running
        .filter_map(|agent| {
            let choice = Choice::present(agent);
            costing.answering(agent, &choice).found.plan.clone()
        })
        .collect();
    if paying.iter().any(|offer| offer.has(told)) || analysis.job_asks(only).iter().any(|asks| asks.offer().has(told)) {
        return None;
    }
    paying.sort_by(|one, other| one.id.cmp(&other.id));
    paying.dedup_by(|one, other| one.id == other.id);
    let known = paying.iter().map(|offer| {
        let ids: Vec<&str> = offer.plans().iter().map(|plan| plan.id.as_str()).collect();
        match ids.as_slice() {
            [] => offer.words.clone(),
            ids => format!("{} (--plan {})", offer.words, ids.join(", ")),
        }
    });
    let known: Vec<String> = known.collect();
    let what = if known.is_empty() { String::new() } else { format!("; what pays is {}", known.join(" and ")) };
    Some(format!("--plan {} pays for no agent that runs, so no figure is of {}{what}", told.id, told.name))
}

/// What a plan's terms forbid, where an agent does it.
pub(super) fn forbidden(costing: &Costing<'_>, agent: &Agent) -> Option<String> {
    let choice = Choice::present(agent);
    choice.every.ms()?;
    let offer = costing.answering(agent, &choice).found.plan.clone()?;
    let forbids = offer.forbids.as_ref()?;
    Some(format!("the terms of {} forbid {} ({})", offer.words, forbids.what, forbids.source))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::analysis::Analysis;
    use crate::gateway::model_ref::ModelRef;

    /// A change that takes an agent off its plan, or onto one, is told of that plan's windows: the share before and after.
    #[test]
    fn a_plan_that_an_agent_leaves_or_joins_is_told() {
        let config = json!({ "agents": { "defaults": { "model": "openai-codex/gpt-5.5",
            "heartbeat": { "every": "30m", "target": "none" } } } });
        let analysis = Analysis::of(&config, None);
        let agent = &analysis.gateway.agents[0];
        let shares = |model: &str| {
            let choice = Choice { model: ModelRef::parse(model).unwrap(), ..Choice::present(agent) };
            let told = beside(&analysis.costing(), &[(agent, Some(&choice))], &[]);
            let part = |share: Option<Ends>| share.map(|share| share.high > Money::ZERO);
            told.iter()
                .map(|one| (one.offer.clone(), part(one.share), one.recommended.and_then(|then| part(then.share))))
                .collect::<Vec<_>>()
        };
        let mine = |then| ("chatgpt".to_owned(), Some(true), then);
        assert_eq!(shares("anthropic/claude-haiku-4-5"), [mine(Some(false))]);
        let kimi = ("kimi".to_owned(), Some(false), Some(true));
        assert_eq!(shares("kimi-coding/kimi-k2.5"), [mine(Some(false)), kimi]);
        assert_eq!(shares("openai-codex/gpt-5.5"), [mine(None)]);
    }
}
