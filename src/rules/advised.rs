//! What the plan behind `diff` and `apply` changes, as far as rules speak of it. A rule that advises one of its settings
//! takes the value and the edit from here, so that the commands cannot give the same file two different answers.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::context::Context;
use super::money::Waste;
use super::safe::made;
use super::spending::{Group, Spender, sum};
use crate::document::{Change, KeyPath, Taken};
use crate::gateway::Agent;
use crate::levers::Lever;
use crate::simulate::costing::Choice;

/// An agent's settings with one as the plan chose it, and the cache retention that the file gives its model.
fn moved(lever: Lever, context: &Context<'_>, agent: &Agent, chosen: &Choice) -> Choice {
    let choice = lever.take(&Choice::present(agent), chosen);
    match lever {
        Lever::Model => Choice { retention: context.gateway().retention_of(agent, &chosen.model), ..choice },
        _ => choice,
    }
}

/// The edits of a plan that give some agents one setting.
#[derive(Clone, Debug)]
pub(super) struct Move<'s, 'a> {
    pub(super) changes: Vec<Change>,
    /// All agents whose setting they change: those asked for, and who shares a key with them.
    pub(super) agents: Vec<&'s Spender<'a>>,
    lever: Lever,
}

impl<'a> Context<'a> {
    /// What the plan chose for an agent, if it moves this setting.
    pub(super) fn chosen(&self, agent: &Agent, lever: Lever) -> Option<&Choice> {
        self.advised().moved(&agent.id, lever)
    }

    /// What all agents that run cost, and what the plan saves of it where it can be written; for each unit, without those
    /// whose price is unknown.
    pub(super) fn together(&self) -> Vec<Waste> {
        let mut bills: Vec<Waste> = Vec::new();
        for spending in self.spendings() {
            let chosen = self.advised().changed(&spending.agent.id);
            let moved = |choice: &mut Choice| chosen.iter().for_each(|chosen| (*chosen).clone_into(choice));
            let Some(bill) = spending.waste(self.costing, moved) else { continue };
            match bills.iter_mut().find(|known| known.unit == bill.unit) {
                Some(known) => {
                    *known =
                        Waste { unit: bill.unit, cost: known.cost + bill.cost, saving: known.saving + bill.saving };
                }
                None => bills.push(bill),
            }
        }
        bills
    }

    /// Where a setting of an agent is spoken of: at the key by which the plan gives it to several agents at once, else in
    /// the block that the agent has.
    pub(super) fn place(&self, agent: &Agent, lever: Lever) -> KeyPath {
        let own = self.advised().edit(&agent.id, lever).map(|edit| &edit.path);
        let shared = own.filter(|key| self.advised().sharing(lever, key).len() > 1);
        shared.cloned().unwrap_or_else(|| self.block_of(agent).key(lever.key()))
    }

    /// The edits of the plan that move a setting of all agents of a group; `None` if it leaves one of them as it is, or if
    /// they would do more by themselves.
    pub(super) fn planned<'s>(&'s self, lever: Lever, group: &Group<'s, 'a>) -> Option<Move<'s, 'a>> {
        let (mut changes, mut seen): (Vec<Change>, HashSet<&KeyPath>) = (Vec::new(), HashSet::new());
        for member in &group.members {
            let edit = self.advised().edit(&member.agent.id, lever)?;
            if seen.insert(&edit.path) {
                changes.push(edit.clone());
            }
        }
        let sharing = seen.into_iter().flat_map(|key| self.advised().sharing(lever, key));
        let agents: Vec<_> = self.spendings_of(sharing);
        let is_own = |member: &&Spender<'a>| {
            self.advised().edit(&member.agent.id, lever).is_some_and(|edit| self.is_own(member.agent, lever, edit))
        };
        if group.members.iter().all(is_own) && self.own_edits_hold(lever) {
            return Some(Move { changes, agents, lever });
        }
        let blocks = || {
            let silenced = self.gateway().enrolled().filter(|agent| agent.own_block.is_none());
            let blocks = silenced.filter_map(|agent| Some(agent.path.as_ref()?.key("heartbeat")));
            let mut written = Taken::default();
            changes.iter().for_each(|change| written.insert(&change.path));
            let kept = blocks.filter(move |block| !written.reaches_into(block));
            kept.map(|block: KeyPath| Change::set(block, Value::Object(Map::new())))
        };
        if self.gives_only(lever, &agents, &changes) {
            return Some(Move { changes, agents, lever });
        }
        let changes: Vec<Change> = changes.iter().cloned().chain(blocks()).collect();
        self.gives_only(lever, &agents, &changes).then_some(Move { changes, agents, lever })
    }

    /// Whether an edit is made in a block that one agent has for itself, so that nobody else can see it.
    fn is_own(&self, agent: &Agent, lever: Lever, edit: &Change) -> bool {
        let is_inside = agent.own_block.as_ref().is_some_and(|own| edit.path.starts_with(own));
        is_inside && self.advised().sharing(lever, &edit.path).len() == 1
    }

    /// Whether all edits in agents' own blocks do together what the plan promises. As none of them is seen by two, each then
    /// does by itself; a proof for each would read the config as often as it has agents.
    fn own_edits_hold(&self, lever: Lever) -> bool {
        let prove = || {
            let own = self.spendings().iter().filter_map(|one| {
                let edit = self.advised().edit(&one.agent.id, lever)?;
                self.is_own(one.agent, lever, edit).then(|| (one, edit.clone()))
            });
            let (agents, changes): (Vec<_>, Vec<_>) = own.unzip();
            self.gives_only(lever, &agents, &changes)
        };
        let mut proven = self.own_edits.borrow_mut();
        *proven.entry(lever).or_insert_with(prove)
    }

    /// Whether changes move one setting of some agents to what the plan chose, and nothing else of anyone who runs.
    fn gives_only(&self, lever: Lever, agents: &[&Spender<'_>], changes: &[Change]) -> bool {
        let Some(after) = made(self.config, changes).map(|config| self.reread(&config)) else { return false };
        let ids: HashSet<&str> = agents.iter().map(|spending| spending.agent.id.as_str()).collect();
        let expected = |agent: &Agent| match ids.contains(agent.id.as_str()) {
            true => self.chosen(agent, lever).map(|chosen| moved(lever, self, agent, chosen)),
            false => Some(Choice::present(agent)),
        };
        let before: Vec<_> = self.gateway().enrolled().map(|agent| (&agent.id, expected(agent))).collect();
        let after: Vec<_> = after.enrolled().map(|agent| (&agent.id, Some(Choice::present(agent)))).collect();
        before == after
    }
}

impl<'a> Move<'_, 'a> {
    /// What some agents cost, and what the move saves of it; `None` where a price is not known or a model is too small.
    pub(super) fn waste(&self, context: &Context<'a>, agents: &[&Spender<'a>]) -> Option<Waste> {
        let costing = context.costing;
        sum(agents.iter().map(|spending| {
            let choice = moved(self.lever, context, spending.agent, context.chosen(spending.agent, self.lever)?);
            let model = costing.answering(spending.agent, &choice);
            let fits = !costing.is_refused(&spending.subject, &choice, &model);
            fits.then(|| spending.waste(costing, |now| *now = choice))?
        }))
    }
}
