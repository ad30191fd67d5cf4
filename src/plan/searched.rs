//! The search for each agent of a config, in the unit that its months are compared in; agents that no plan can tell apart
//! are searched once.

use std::sync::Arc;

use super::best_first::BestFirst;
use super::bounds::Bounds;
use super::candidates::{self, Space};
use super::interchangeable::Interchangeable;
use super::memory::Memory;
use super::reach::Reach;
use super::search::{self, Priced, Search};
use super::{Explanation, why_not};
use crate::gateway::Agent;
use crate::money::{Money, Unit};
use crate::simulate::costing::{Choice, Costing, Subject};

/// What was looked up of agents with a price, and of those without.
pub struct Memories {
    money: Memory,
    tokens: Memory,
}

impl Default for Memories {
    fn default() -> Self {
        Memories { money: Memory::default(), tokens: Memory::in_tokens() }
    }
}

impl Memories {
    pub(super) fn of(&mut self, unit: Unit) -> &mut Memory {
        if unit == Unit::Tokens { &mut self.tokens } else { &mut self.money }
    }
}

/// What the months of an agent are compared in, as it is.
pub(super) fn compared_in(costing: &Costing<'_>, subject: &Subject<'_>, memories: &mut Memories) -> Unit {
    let present = Choice::present(subject.agent);
    let model = memories.money.model(costing, subject.agent, &present.model, present.retention);
    let cost = Search::new(costing, subject, &mut memories.money).cost(&present);
    costing.compared_in(&model, cost)
}

/// One agent with every combination priced.
pub(super) struct Searched<'a> {
    /// What that is counted in.
    pub(super) unit: Unit,
    pub(super) subject: Subject<'a>,
    pub(super) space: Arc<Space>,
    /// What the search priced: every combination, or those that the depth asks for.
    pub(super) all: Arc<[Priced]>,
    pub(super) best: Priced,
    /// What that was chosen by.
    pub(super) all_in: Money,
}

/// How much of a search is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SearchDepth {
    /// The best settings, and those that explain them so far.
    Best(Explanation),
    /// Every combination: of these a budget picks another.
    Every,
}

/// Searches for every agent that can be planned for.
pub(super) fn search_agents<'a>(
    costing: &Costing<'a>,
    bounds: &Bounds,
    reach: &Reach,
    memories: &mut Memories,
    depth: SearchDepth,
) -> Vec<Option<Searched<'a>>> {
    let unit = bounds.unit.unwrap_or_else(|| costing.unit());
    let wanted = |agent: &Agent| bounds.only.as_ref().is_none_or(|id| *id == agent.id);
    let mut searched: Vec<Option<Searched<'a>>> = Vec::new();
    let mut searched_for = Interchangeable::default();
    for agent in &costing.gateway.agents {
        let plannable = wanted(agent) && why_not(costing, agent).is_none();
        let found = plannable.then(|| {
            let subject = costing.subject(agent);
            let like = searched_for.of(costing.gateway, &subject);
            let twin = like.and_then(|like| searched.get(like)?.as_ref());
            let found = search_agent(costing, subject.clone(), bounds, reach, memories, (unit, depth), twin);
            if like.is_none() && found.is_some() {
                searched_for.add(costing.gateway, subject, searched.len());
            }
            found
        });
        searched.push(found.flatten());
    }
    searched
}

fn search_agent<'a>(
    costing: &Costing<'_>,
    subject: Subject<'a>,
    bounds: &Bounds,
    reach: &Reach,
    memories: &mut Memories,
    (asked, depth): (Unit, SearchDepth),
    twin: Option<&Searched<'_>>,
) -> Option<Searched<'a>> {
    let unit = compared_in(costing, &subject, memories);
    // What is billed in another unit than the one asked for is left as it is.
    if unit != asked && unit != Unit::Tokens {
        return None;
    }
    let memory = memories.of(unit);
    let subject = if unit == Unit::Tokens { subject.in_tokens(costing) } else { subject };
    if let Some(Searched { space, all, best, all_in, .. }) = twin {
        let (space, all) = (Arc::clone(space), Arc::clone(all));
        return Some(Searched { unit, subject, space, all, best: *best, all_in: *all_in });
    }
    let space = Arc::new(candidates::space(costing, &subject, bounds, reach, memory));
    let mut search = Search::new(costing, &subject, memory);
    search.cost(&space.present)?;
    let (mut best, mut all) = match depth {
        SearchDepth::Every => {
            let all = search.all(&space);
            (*search::best(all.iter().filter(|priced| space.allows(priced.at)))?, all)
        }
        SearchDepth::Best(explanation) => {
            let options = BestFirst::new(&mut search, &space);
            let best = options.best(&mut search)?;
            (best, options.explaining(&mut search, &best, explanation))
        }
    };
    let all_in = best.all_in();
    if unit != Unit::Tokens && best.cost == Money::ZERO && search.is_free(&space, best.at) {
        all = search.all(&space);
        let counted = subject.in_tokens(costing);
        best = lightest(Search::new(costing, &counted, &mut memories.tokens), &space, bounds, &all, best);
    }
    Some(Searched { unit, subject, space, all: all.into(), best, all_in })
}

/// Of the settings with a model that costs nothing, those that a plan in tokens would take: the next plan is one.
fn lightest(mut search: Search<'_>, space: &Space, bounds: &Bounds, all: &[Priced], best: Priced) -> Priced {
    let chosen = space.choice(best.at).model;
    let mut in_tokens = Space { worth: bounds.worth(Unit::Tokens), ..space.clone() };
    for model in &mut in_tokens.models {
        model.known = search.memory.model(search.costing, search.subject.agent, &model.model, model.retention);
    }
    let counted = search.all(&in_tokens);
    let offered = counted.iter().filter(|one| space.allows(one.at) && space.model(one.at).model == chosen);
    let costs_no_more = |one: &&Priced| all.iter().any(|priced| priced.at == one.at && priced.cost == best.cost);
    let lightest = search::best(offered.filter(costs_no_more));
    let lightest = lightest.and_then(|lightest| all.iter().find(|priced| priced.at == lightest.at));
    lightest.copied().unwrap_or(best)
}
