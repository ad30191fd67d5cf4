//! What each agent's heartbeats cost now and after the plan: what totals are made of, and all that a fleet asks of a config.

use super::super::windows::{self, Planned, WindowInfo};
use super::super::{Figures, Saving};
use super::{Question, changed_by};
use crate::analysis::Analysis;
use crate::bill::windows::PlanWindow;
use crate::bill::{Beyond, Bill, Fallback, with_outage};
use crate::gateway::Agent;
use crate::money::Unit;
use crate::plan::{AgentPlan, Plan};
use crate::simulate::costing::{Choice, Costing, Subject};
use crate::simulate::estimate::{Estimate, Range};

/// An agent's months.
pub(super) struct AgentMonths<'a> {
    pub(super) subject: Subject<'a>,
    /// What was planned in a unit that counts here.
    pub(super) planned: Option<&'a AgentPlan>,
    /// The settings that the plan gives it, where it changes some.
    pub(super) changed: Option<&'a Choice>,
    pub(super) now: Estimate,
    pub(super) recommended: Estimate,
    /// The chain behind its model.
    pub(super) fallbacks: Vec<Fallback>,
    pub(super) windows: Vec<WindowInfo>,
    /// What is paid by the token because its plan is used up.
    pub(super) beyond: Option<Beyond>,
}

/// The months of the agents that are asked about.
pub(super) fn months<'a>(
    analysis: &'a Analysis,
    costing: &Costing<'a>,
    plan: &'a Plan,
    (unit, question): (Unit, &Question<'_>),
) -> Vec<AgentMonths<'a>> {
    let asked = |agent: &&Agent| question.only.is_none_or(|id| agent.id == id);
    let pairs = analysis.gateway.agents.iter().zip(&plan.agents).filter(|(agent, _)| asked(agent));
    let mut months: Vec<AgentMonths<'_>> =
        pairs.map(|(agent, planned)| of_agent(costing, agent, (planned.as_ref(), plan), (unit, question))).collect();
    add_beyond_plans(analysis, costing, (unit, question), &mut months);
    months
}

fn of_agent<'a>(
    costing: &Costing<'_>,
    agent: &'a Agent,
    (planned, plan): (Option<&'a AgentPlan>, &Plan),
    (unit, question): (Unit, &Question<'_>),
) -> AgentMonths<'a> {
    let (subject, present) = (costing.subject(agent), Choice::present(agent));
    let bill = Bill::new(costing, unit);
    let now = bill.of(&subject);
    // A plan that cannot be written is not recommended.
    let planned = planned.filter(|planned| planned.unit == unit || planned.unit == Unit::Tokens);
    let changed = changed_by(plan, planned, unit);
    let recommended = match changed {
        Some(chosen) => costing.estimate(&subject, chosen, None),
        None => now.clone(),
    };
    let fallbacks = bill.fallbacks(&subject, &present);
    let priced_in = |mut month: Estimate, chain: &[Fallback]| {
        let answered = month.cost.zip(question.outage).filter(|_| month.runs > 0);
        month.cost = answered.map_or(month.cost, |(cost, percent)| Some(with_outage(cost, chain, percent)));
        month
    };
    let recommended = match question.outage {
        Some(_) => priced_in(recommended, &bill.fallbacks(&subject, changed.unwrap_or(&present))),
        None => recommended,
    };
    AgentMonths {
        now: priced_in(now, &fallbacks),
        recommended,
        fallbacks,
        windows: windows::of(costing, &[(agent, changed)]),
        beyond: None,
        subject,
        planned,
        changed,
    }
}

/// Adds what is paid by the token where all that runs together uses up a plan: it may come to that, so the high end holds
/// it.
fn add_beyond_plans(
    analysis: &Analysis,
    costing: &Costing<'_>,
    (unit, question): (Unit, &Question<'_>),
    agents: &mut [AgentMonths<'_>],
) {
    if agents.iter().all(|agent| agent.fallbacks.is_empty() || agent.windows.is_empty()) {
        return;
    }
    let jobs = if question.only_heartbeats { Vec::new() } else { analysis.job_asks(question.only) };
    let running: Vec<Planned<'_>> = agents.iter().map(|month| (month.subject.agent, month.changed)).collect();
    let [now, then] = windows::now_and_then(costing, &running, &jobs);
    let bill = Bill::new(costing, unit);
    let add = |month: &mut Estimate, beyond: &Beyond| {
        month.cost = month.cost.map(|cost| Range { high: cost.high + beyond.cost, ..cost });
    };
    for month in agents {
        let agent = month.subject.agent;
        let present = Choice::present(agent);
        let of = |choice: &Choice, windows: &[PlanWindow]| {
            let offer = costing.answering(agent, choice).found.plan.clone()?;
            let share = windows::fullest(windows, &offer)?;
            Beyond::of(share, &bill.fallbacks(&month.subject, choice))
        };
        let (beyond, later) = (of(&present, &now), of(month.changed.unwrap_or(&present), &then));
        beyond.iter().for_each(|beyond| add(&mut month.now, beyond));
        later.iter().for_each(|beyond| add(&mut month.recommended, beyond));
        month.beyond = beyond;
    }
}

/// What the months of agents come to.
pub(super) fn figures(costing: &Costing<'_>, unit: Unit, months: &[AgentMonths<'_>]) -> Figures {
    let enrolled = || months.iter().filter(|month| month.subject.agent.enrolment.is_enrolled());
    let current = Estimate::sum(enrolled().map(|month| &month.now));
    let recommended = Estimate::sum(enrolled().map(|month| &month.recommended));
    let saving = current.cost.zip(recommended.cost).map(|(now, then)| {
        let amount = now.typical - then.typical;
        Saving { amount, percent: amount.percent_of(now.typical) }
    });
    let running: Vec<&Subject<'_>> = enrolled().map(|month| &month.subject).collect();
    Figures { unit, agents: enrolled().count(), current, recommended, saving, usage: costing.usage(&running) }
}
