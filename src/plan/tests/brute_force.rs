//! The search against going through every combination tick by tick and request by request.

use proptest::prelude::*;

use super::rosters::{bounds, case};
use crate::gateway::Agent;
use crate::money::Money;
use crate::plan::candidates::{Space, space};
use crate::plan::memory::Memory;
use crate::plan::reach::Reach;
use crate::plan::{Bounds, Lever, why_not};
use crate::simulate::costing::{Choice, Costing, Level};
use crate::simulate::estimate::priced;
use crate::simulate::simulate;

/// The cost of a choice, added up over the trace; `None` without a price or where the window is too small.
fn traced(costing: &Costing<'_>, agent: &Agent, choice: &Choice) -> Option<Money> {
    let subject = costing.subject(agent);
    let model = costing.model(&choice.model, choice.retention);
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

/// The best choice by the words of the design: cost with what its model must save, fewest changes, lever order, candidate
/// order.
fn best(costing: &Costing<'_>, agent: &Agent, bounds: &Bounds) -> Option<(Money, Choice)> {
    let subject = costing.subject(agent);
    let reach = Reach::new(costing, bounds);
    let space = space(costing, &subject, bounds, &reach, &mut Memory::default());
    let mut best: Option<(Money, Vec<Lever>, Choice)> = None;
    for choice in every_choice(&space) {
        let Some(cost) = traced(costing, agent, &choice) else { continue };
        let model = space.models.iter().find(|model| model.model == choice.model);
        let delayed = if choice.every == space.present.every { Money::ZERO } else { space.every_reluctance };
        let cost = cost + model.map_or(Money::ZERO, |model| model.reluctance) + delayed;
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
                let asked = why_not(costing, agent).is_none() && costing.unit_of(agent) == costing.unit();
                let expected = asked.then(|| best(costing, agent, &bounds)).flatten();
                let found = planned.as_ref().map(|planned| (planned.weighed, planned.chosen.clone()));
                prop_assert_eq!(found, expected.filter(|_| traced(costing, agent, &Choice::present(agent)).is_some()));
            }
            Ok(())
        })?;
    }
}
