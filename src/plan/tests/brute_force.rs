//! The search against going through every combination tick by tick and request by request.

use proptest::prelude::*;

use super::rosters::{bounds, case};
use crate::gateway::Agent;
use crate::money::{Money, Unit};
use crate::plan::candidates::{Space, space};
use crate::plan::memory::Memory;
use crate::plan::reach::Reach;
use crate::plan::search::Search;
use crate::plan::{Bounds, Lever, why_not};
use crate::simulate::costing::{Choice, Costing, Level};
use crate::simulate::estimate::priced;
use crate::simulate::simulate;

/// The cost of a choice in money or in tokens, added up over the trace; `None` without a price or where the window is too
/// small.
fn traced(costing: &Costing<'_>, agent: &Agent, choice: &Choice, unit: Unit) -> Option<Money> {
    let subject = costing.subject(agent);
    let model = costing.answering(agent, choice);
    let (subject, model) = match unit {
        Unit::Tokens => (subject.in_tokens(costing), costing.in_tokens(&model)),
        _ => (subject, model),
    };
    let price = model.found.price.as_ref()?;
    let scenario = costing.scenario(&subject, choice, &model, Level::Typical, None);
    let (mut cost, mut outgrown) = (Some(Money::ZERO), false);
    simulate(&scenario, &mut |tick| {
        outgrown |= tick.compacted;
        for request in tick.requests {
            let request = priced(subject.prices(price), tick.at, request.kind, &request.tokens);
            cost = cost.zip(request).map(|(sum, cost)| sum + cost);
        }
    });
    let is_refused = costing.is_refused(&subject, choice, &model);
    let fits = choice.model == agent.settings.model.value || !(outgrown || is_refused);
    cost.filter(|_| fits)
}

fn every_choice(space: &Space) -> Vec<Choice> {
    let mut choices = Vec::new();
    for model in &space.models {
        for every in &space.every[..space.every_allowed] {
            for window in &space.windows {
                for light in &space.light {
                    for isolated in &space.isolated {
                        choices.push(Choice {
                            every: *every,
                            model: model.model.clone(),
                            isolated: *isolated,
                            light: *light,
                            window: window.clone(),
                            retention: model.retention,
                            asks_retention: model.asks_retention,
                        });
                    }
                }
            }
        }
    }
    choices
}

/// What a choice takes away, lever by lever.
fn forgone(search: &mut Search<'_>, bounds: &Bounds, unit: Unit, space: &Space, choice: &Choice) -> Money {
    if choice.every.ms().is_none() {
        return Money::ZERO;
    }
    let mut delay = |choice: &Choice| {
        let period = search.costing.period;
        let whole = (period.end.as_millisecond() - period.start.as_millisecond()) as u64;
        bounds.worth(unit).height(search.delay(choice).map_or(whole, |(mean, _)| mean))
    };
    let waiting = (delay(choice) - delay(&space.present)).max(Money::ZERO);
    let vendor = |choice: &Choice| &space.models.iter().find(|model| model.model == choice.model).unwrap().vendor;
    let steps = Lever::differing(&space.present, choice).map(|lever| match lever {
        Lever::CacheRetention | Lever::Every => 0,
        Lever::Model if vendor(choice) != vendor(&space.present) => 2,
        Lever::ActiveHours | Lever::LightContext | Lever::IsolatedSession | Lever::Model => 1,
    });
    waiting + (0..steps.sum()).map(|_| bounds.worth(unit).0).sum()
}

/// The best choice by the words of the design: cost with what its model must save and what it takes away, fewest changes,
/// lever order, candidate order.
fn best(costing: &Costing<'_>, agent: &Agent, bounds: &Bounds, unit: Unit) -> Option<(Money, Choice)> {
    let subject = costing.subject(agent);
    let reach = Reach::new(costing, bounds);
    let mut memory = if unit == Unit::Tokens { Memory::in_tokens() } else { Memory::default() };
    let space = space(costing, &subject, bounds, &reach, &mut memory);
    let mut search = Search::new(costing, &subject, &mut memory);
    let mut best: Option<(Money, Vec<Lever>, Choice)> = None;
    for choice in every_choice(&space) {
        let Some(cost) = traced(costing, agent, &choice, unit) else { continue };
        let model = space.models.iter().find(|model| model.model == choice.model);
        let delayed = if choice.every == space.present.every { Money::ZERO } else { space.every_reluctance };
        let cost = cost + model.map_or(Money::ZERO, |model| model.reluctance) + delayed;
        let cost = cost + forgone(&mut search, bounds, unit, &space, &choice);
        let levers: Vec<Lever> = Lever::differing(&space.present, &choice).collect();
        let better = match &best {
            None => true,
            Some((least, fewest, _)) => {
                let heaviest_first = |levers: &[Lever]| levers.iter().rev().copied().collect::<Vec<_>>();
                (cost, levers.len(), heaviest_first(&levers)) < (*least, fewest.len(), heaviest_first(fewest))
            }
        };
        if better {
            best = Some((cost, levers, choice));
        }
    }
    best.map(|(cost, _, choice)| (cost, choice))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_search_finds_what_brute_force_finds((config, question) in case(), bounds in bounds()) {
        let plan = question.plan(&config, &bounds);
        question.with_costing(&config, |costing| -> Result<(), TestCaseError> {
            for (agent, planned) in costing.gateway.agents.iter().zip(&plan.agents) {
                let present = Choice::present(agent);
                let model = costing.answering(agent, &present);
                let unit = costing.compared_in(&model, traced(costing, agent, &present, Unit::Usd));
                let asked = why_not(costing, agent).is_none() && [costing.unit(), Unit::Tokens].contains(&unit);
                let expected = asked.then(|| best(costing, agent, &bounds, unit)).flatten();
                let found = planned.as_ref().map(|planned| (planned.all_in, planned.chosen.clone()));
                let expected = expected.filter(|_| traced(costing, agent, &present, unit).is_some());
                // Of what costs nothing alike, the plan takes what is least work.
                let is_free = |choice: &Choice| costing.answering(agent, choice).found.free.is_some();
                let costs_nothing = |(_, choice): &(Money, Choice)| unit != Unit::Tokens && is_free(choice);
                let said = |(all_in, choice): (Money, Choice)| (all_in, choice.model);
                if expected.as_ref().is_some_and(costs_nothing) {
                    prop_assert_eq!(found.map(said), expected.map(said));
                } else {
                    prop_assert_eq!(found, expected);
                }
            }
            Ok(())
        })?;
    }
}
