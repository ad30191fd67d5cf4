//! What the plan behind `diff` and `apply` changes, as far as rules speak of it. A rule that advises one of its settings
//! takes the value and the edit from here, so that the commands cannot give the same file two different answers.

use serde_json::{Map, Value};

use super::context::Context;
use super::money::Waste;
use super::safe::made;
use super::spending::{Group, Spending, sum};
use crate::document::{Change, KeyPath};
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
    pub(super) agents: Vec<&'s Spending<'a>>,
    lever: Lever,
}

impl<'a> Context<'a> {
    /// What the plan chose for an agent, if it moves this setting.
    pub(super) fn chosen(&self, agent: &Agent, lever: Lever) -> Option<&Choice> {
        let advised = self.advised();
        let is_moved = |(id, key, _): &&(String, &str, Change)| *id == agent.id && *key == lever.key();
        advised.edits.iter().find(is_moved)?;
        advised.chosen.iter().find(|(id, _)| *id == agent.id).map(|(_, chosen)| chosen)
    }

    /// What all agents that run cost, and what the plan saves of it where it can be written; for each unit, without those
    /// whose price is unknown.
    pub(super) fn together(&self) -> Vec<Waste> {
        let advised = self.advised();
        let mut bills: Vec<Waste> = Vec::new();
        for spending in self.spendings() {
            let is_edited = advised.edits.iter().any(|(id, ..)| *id == spending.agent.id);
            let chosen = advised.chosen.iter().find(|(id, _)| is_edited && *id == spending.agent.id);
            let moved = |choice: &mut Choice| chosen.iter().for_each(|(_, chosen)| chosen.clone_into(choice));
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
        let edits = || self.advised().edits.iter().filter(|(_, key, _)| *key == lever.key());
        let own = edits().find(|(id, ..)| *id == agent.id).map(|(_, _, edit)| &edit.path);
        let shared = own.filter(|path| edits().filter(|(_, _, edit)| edit.path == **path).count() > 1);
        shared.cloned().unwrap_or_else(|| self.block_of(agent).key(lever.key()))
    }

    /// The edits of the plan that move a setting of all agents of a group; `None` if it leaves one of them as it is, or if
    /// they would do more by themselves.
    pub(super) fn planned<'s>(&'s self, lever: Lever, group: &Group<'s, 'a>) -> Option<Move<'s, 'a>> {
        let edits = || self.advised().edits.iter().filter(|(_, key, _)| *key == lever.key());
        let is_edited = |member: &&Spending<'a>, edit: &Change| {
            edits().any(|(id, _, own)| *id == member.agent.id && own.path == edit.path)
        };
        let mut changes: Vec<Change> = Vec::new();
        for member in &group.members {
            let (_, _, edit) = edits().find(|(id, ..)| *id == member.agent.id)?;
            if !changes.contains(edit) {
                changes.push(edit.clone());
            }
        }
        let all = self.spendings().iter();
        let agents: Vec<_> = all.filter(|one| changes.iter().any(|edit| is_edited(one, edit))).collect();
        let silenced = self.gateway().enrolled().filter(|agent| agent.own_block.is_none());
        let blocks = silenced.filter_map(|agent| Some(agent.path.as_ref()?.key("heartbeat")));
        let kept = blocks.filter(|block| !changes.iter().any(|edit| edit.path.starts_with(block)));
        let kept = kept.map(|block: KeyPath| Change::set(block, Value::Object(Map::new())));
        let with_blocks: Vec<Change> = changes.iter().cloned().chain(kept).collect();
        let does = |changes: &Vec<Change>| self.gives_only(lever, &agents, changes);
        let changes = [changes, with_blocks].into_iter().find(does)?;
        Some(Move { changes, agents, lever })
    }

    /// Whether changes move one setting of some agents to what the plan chose, and nothing else of anyone who runs.
    fn gives_only(&self, lever: Lever, agents: &[&Spending<'_>], changes: &[Change]) -> bool {
        let Some(after) = made(self.config, changes).map(|config| self.reread(&config)) else { return false };
        let expected = |agent: &Agent| match agents.iter().find(|spending| spending.agent.id == agent.id) {
            Some(_) => self.chosen(agent, lever).map(|chosen| moved(lever, self, agent, chosen)),
            None => Some(Choice::present(agent)),
        };
        let before: Vec<_> = self.gateway().enrolled().map(|agent| (&agent.id, expected(agent))).collect();
        let after: Vec<_> = after.enrolled().map(|agent| (&agent.id, Some(Choice::present(agent)))).collect();
        before == after
    }
}

impl<'a> Move<'_, 'a> {
    /// What some agents cost, and what the move saves of it; `None` where a price is not known or a model is too small.
    pub(super) fn waste(&self, context: &Context<'a>, agents: &[&Spending<'a>]) -> Option<Waste> {
        let costing = context.costing;
        sum(agents.iter().map(|spending| {
            let choice = moved(self.lever, context, spending.agent, context.chosen(spending.agent, self.lever)?);
            let model = costing.model(&choice.model, choice.retention);
            let fits = !costing.is_refused(&spending.subject, &choice, &model);
            fits.then(|| spending.waste(costing, |now| *now = choice))?
        }))
    }
}
