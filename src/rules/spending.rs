//! What the agents at hand cost and what they would cost with one lever moved. Agents that never run are not here, so
//! that no rule speaks of money that is not spent.

use std::collections::HashMap;
use std::sync::Arc;

use super::money::Waste;
use crate::bill::Bill;
use crate::document::KeyPath;
use crate::gateway::Agent;
use crate::money::{Money, Unit};
use crate::simulate::SkipReason;
use crate::simulate::costing::{Choice, Costing, PricedModel, Subject};
use crate::simulate::estimate::Estimate;
use crate::workload::Profile;

/// An agent that runs, and its cost.
#[derive(Clone, Debug)]
pub struct Spender<'a> {
    /// The agent.
    pub agent: &'a Agent,
    /// What its cost depends on beside its settings.
    pub subject: Subject<'a>,
    /// Its settings.
    pub choice: Choice,
    /// Its model.
    pub model: Arc<PricedModel>,
    /// What its months are compared in: money, or input-equivalent tokens where no price is known or it is 0.
    pub unit: Unit,
    /// Its month, counted in that.
    pub estimate: Estimate,
}

impl<'a> Spender<'a> {
    /// The enrolled agents of which at least one tick calls a model; only one of them, if it is named, and only those
    /// billed in a unit, if one is asked for.
    pub(super) fn all(costing: &Costing<'a>, only: Option<&str>, unit: Option<Unit>) -> Vec<Self> {
        let spending = |agent: &'a Agent| {
            agent.settings.every.value.ms()?;
            let skipped = costing.always_skipped(agent);
            if skipped.is_some() {
                return None;
            }
            let choice = Choice::present(agent);
            let model = costing.answering(agent, &choice);
            let subject = costing.subject(agent);
            let estimate = Bill::new(costing, costing.unit_of(agent)).of(&subject);
            let unit = costing.compared_in(&model, estimate.typical());
            let (subject, estimate) = match unit {
                Unit::Tokens => {
                    let subject = subject.in_tokens(costing);
                    let estimate = costing.estimate_on(&subject, &choice, &costing.in_tokens(&model), None);
                    (subject, estimate)
                }
                Unit::Usd | Unit::Credits => (subject, estimate),
            };
            (estimate.runs > 0).then_some(Spender { agent, subject, choice, model, unit, estimate })
        };
        let asked = |agent: &&Agent| {
            only.is_none_or(|only| agent.id.eq_ignore_ascii_case(only))
                && unit.is_none_or(|unit| costing.unit_of(agent) == unit)
        };
        costing.gateway.enrolled().filter(asked).filter_map(spending).collect()
    }

    /// Its ticks wait for tasks that are seldom due, and cost nothing meanwhile (R19b).
    pub(super) fn waits_for_tasks(&self) -> bool {
        self.estimate.skips.contains_key(&SkipReason::NoTasksDue)
    }

    /// The typical cost under another choice.
    pub(super) fn cost_with(&self, costing: &Costing<'_>, change: impl FnOnce(&mut Choice)) -> Option<Money> {
        let mut choice = self.choice.clone();
        change(&mut choice);
        self.typical(costing, &self.subject, &choice)
    }

    /// The typical cost of an agent like this one under a choice, counted as this one is.
    fn typical(&self, costing: &Costing<'_>, subject: &Subject<'_>, choice: &Choice) -> Option<Money> {
        let model = costing.answering(subject.agent, choice);
        let model = if self.unit == Unit::Tokens { costing.in_tokens(&model) } else { model };
        costing.typical_on(subject, choice, &model)
    }

    /// What it costs, and what a change of levers would save.
    pub(super) fn waste(&self, costing: &Costing<'_>, change: impl FnOnce(&mut Choice)) -> Option<Waste> {
        let cost = self.estimate.cost?;
        let saving = cost.typical - self.cost_with(costing, change)?;
        Some(Waste { unit: self.unit, cost, saving })
    }

    /// What it costs, and what it would not cost as `other`: the same agent with another load, files or tools.
    pub(super) fn waste_beyond(&self, costing: &Costing<'_>, other: &Subject<'_>) -> Option<Waste> {
        let cost = self.estimate.cost?;
        let other = if self.unit == Unit::Tokens { &other.in_tokens(costing) } else { other };
        let left = self.typical(costing, other, &self.choice)?;
        Some(Waste { unit: self.unit, cost, saving: cost.typical - left })
    }

    /// The same agent with its load changed at every level of the range.
    pub(super) fn with_load(&self, change: impl Fn(&mut Profile)) -> Subject<'a> {
        let mut subject = self.subject.clone();
        let spread = &mut subject.spread;
        [&mut spread.low, &mut spread.typical, &mut spread.high].map(Arc::make_mut).into_iter().for_each(change);
        subject
    }
}

/// Agents that a finding at one place is about.
#[derive(Clone, Debug)]
pub(super) struct Group<'s, 'a> {
    pub(super) path: KeyPath,
    pub(super) members: Vec<&'s Spender<'a>>,
}

impl<'s, 'a> Group<'s, 'a> {
    /// Groups agents by the place where the setting in question stands or belongs, and by unit.
    pub(super) fn by_place(
        spendings: impl Iterator<Item = &'s Spender<'a>>,
        place: impl Fn(&Spender<'a>) -> KeyPath,
    ) -> Vec<Self> {
        let mut groups: Vec<Group<'s, 'a>> = Vec::new();
        let mut known = HashMap::new();
        for spending in spendings {
            let path = place(spending);
            let at = *known.entry((path.clone(), spending.unit)).or_insert(groups.len());
            match groups.get_mut(at) {
                Some(group) => group.members.push(spending),
                None => groups.push(Group { path, members: vec![spending] }),
            }
        }
        groups
    }

    /// Their names: `agent 'main'`, `agents 'main' and 'ops'`, `'main' and 28 other agents`.
    pub(super) fn names(&self) -> String {
        let ids: Vec<&str> = self.members.iter().map(|spending| spending.agent.id.as_str()).collect();
        names(&ids)
    }

    /// The sum of what the members cost and would save; `None` if one of them is unknown.
    pub(super) fn waste(&self, costing: &Costing<'_>, change: impl Fn(&mut Choice)) -> Option<Waste> {
        let wastes = self.members.iter().map(|spending| spending.waste(costing, &change));
        sum(wastes)
    }

    /// The runs of a month.
    pub(super) fn runs(&self) -> u64 {
        self.members.iter().map(|spending| spending.estimate.runs).sum()
    }
}

/// The sum of several; `None` if one is unknown.
pub(super) fn sum(wastes: impl Iterator<Item = Option<Waste>>) -> Option<Waste> {
    wastes.reduce(|sum, next| {
        let (sum, next) = (sum?, next?);
        Some(Waste { unit: sum.unit, cost: sum.cost + next.cost, saving: sum.saving + next.saving })
    })?
}

/// Agents by name, shortened where there are many.
pub(super) fn names(ids: &[&str]) -> String {
    match ids {
        [] => "no agent".to_owned(),
        [one] => format!("agent '{one}'"),
        [one, two] => format!("agents '{one}' and '{two}'"),
        [one, two, three] => format!("agents '{one}', '{two}' and '{three}'"),
        [first, rest @ ..] => format!("agent '{first}' and {} others", rest.len()),
    }
}
