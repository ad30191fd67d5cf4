//! The least intrusive plan under an amount: over all agents together, the lightest set of changes that brings the sum
//! of their typical costs down to it. Each lever weighs twice that of the lever before it, so that a change of model
//! is never made where schedules alone suffice.

use super::search::Priced;
use super::{Bounds, Searched};
use crate::gateway::Agent;
use crate::money::{Money, Unit};
use crate::simulate::costing::{Choice, Costing};

/// What became of a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BudgetOutcome {
    /// The amount a month.
    pub amount: Money,
    /// Whether the plan keeps it; `None` where an agent's cost is unknown.
    pub reached: Option<bool>,
    /// The least that all agents together cost within the bounds, as far as their costs are known.
    pub floor: Money,
}

/// Takes the lightest plan under the amount in place of the cheapest, where there is one.
pub(super) fn keep_to(
    costing: &Costing<'_>,
    bounds: &Bounds,
    amount: Money,
    searched: &mut [Option<Searched<'_>>],
) -> BudgetOutcome {
    let unit = bounds.unit.unwrap_or_else(|| costing.unit());
    let agents = &costing.gateway.agents;
    let counts = |agent: &Agent| {
        let wanted = bounds.only.as_ref().is_none_or(|id| *id == agent.id);
        wanted && agent.enrolment.is_enrolled() && costing.unit_of(agent) == unit
    };
    let (mut fixed, mut known) = (Money::ZERO, true);
    let in_money = |found: &Searched<'_>| found.unit != Unit::Tokens;
    for (agent, found) in agents.iter().zip(&*searched).filter(|(agent, _)| counts(agent)) {
        if !found.as_ref().is_some_and(in_money) {
            let month =
                costing.estimate(&costing.subject(agent), &Choice::present(agent), costing.always_skipped(agent));
            // What a plan pays for costs nothing of it.
            let present = Choice::present(agent);
            let by_plan = || costing.answering(agent, &present).found.plan.is_some();
            known &= month.cost.is_some() || month.runs == 0 || by_plan();
            fixed += month.cost.map_or(Money::ZERO, |cost| cost.typical);
        }
    }
    let mut counted: Vec<&mut Searched<'_>> = Vec::new();
    for (agent, found) in agents.iter().zip(searched) {
        let Some(found) = found else { continue };
        match counts(agent) && in_money(found) {
            true => counted.push(found),
            // What is billed in another unit, or in none, cannot help to keep this one.
            false => found.best = found.all[0],
        }
    }
    let allowed = |found: &&mut Searched<'_>| -> Vec<Priced> {
        found.all.iter().copied().filter(|priced| found.space.allows(priced.at)).collect()
    };
    let offers: Vec<Vec<Priced>> = counted.iter().map(allowed).collect();
    let least = |all: &Vec<Priced>| all.iter().map(|priced| priced.cost).min().unwrap_or_default();
    let floor = fixed + offers.iter().map(least).sum();
    let lightest = lightest(&offers, amount - fixed);
    let reached = known.then_some(lightest.is_some());
    counted.iter_mut().zip(lightest.into_iter().flatten()).for_each(|(found, best)| {
        found.best = best;
        found.all_in = best.all_in();
    });
    BudgetOutcome { amount, reached, floor }
}

/// One way to set up an agent: what it costs and how much it weighs.
#[derive(Clone, Copy)]
struct BudgetOption {
    weight: usize,
    cost: Money,
    priced: Priced,
}

/// For each agent the combination that the lightest plan under `amount` takes; `None` where no plan is under it. Of
/// plans of one weight the cheapest is taken.
fn lightest(agents: &[Vec<Priced>], amount: Money) -> Option<Vec<Priced>> {
    let offers: Vec<Vec<BudgetOption>> = agents.iter().map(|all| offers(all)).collect();
    // After each agent: for each total weight the least cost, and the offer that leads there.
    let mut stages: Vec<Vec<Option<(Money, usize)>>> = vec![vec![Some((Money::ZERO, 0))]];
    for own in &offers {
        let before = stages.last()?;
        let most = own.iter().map(|offer| offer.weight).max()?;
        let mut after: Vec<Option<(Money, usize)>> = vec![None; before.len() + most];
        for (weight, cost) in before.iter().enumerate().filter_map(|(weight, best)| Some((weight, best.as_ref()?.0))) {
            for (position, offer) in own.iter().enumerate() {
                let cost = cost + offer.cost;
                let best = &mut after[weight + offer.weight];
                if best.is_none_or(|(least, _)| cost < least) {
                    *best = Some((cost, position));
                }
            }
        }
        stages.push(after);
    }
    let fits = |best: &Option<(Money, usize)>| best.is_some_and(|(cost, _)| cost <= amount);
    let mut weight = stages.last()?.iter().position(fits)?;
    let mut taken = Vec::new();
    for (own, stage) in offers.iter().zip(&stages[1..]).rev() {
        let offer = own[stage[weight]?.1];
        weight -= offer.weight;
        taken.push(offer.priced);
    }
    taken.reverse();
    Some(taken)
}

/// The combinations that are cheaper than every lighter one.
fn offers(all: &[Priced]) -> Vec<BudgetOption> {
    let mut sorted: Vec<&Priced> = all.iter().collect();
    sorted.sort_by_key(|priced| (priced.rank.weight, priced.cost));
    let mut offers: Vec<BudgetOption> = Vec::new();
    for priced in sorted {
        if offers.last().is_none_or(|lighter| priced.cost < lighter.cost) {
            offers.push(BudgetOption { weight: priced.rank.weight as usize, cost: priced.cost, priced: *priced });
        }
    }
    offers
}
