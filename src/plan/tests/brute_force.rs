//! The search against going through every combination tick by tick and request by request.

use proptest::prelude::*;

use super::rosters::{bounds, case};
use crate::gateway::Agent;
use crate::money::Money;
use crate::plan::candidates::{Space, space};
use crate::plan::memory::Memory;
use crate::plan::reach::Reach;
use crate::plan::search::Search;
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

/// What a choice takes away, lever by lever.
fn forgone(search: &mut Search<'_>, bounds: &Bounds, space: &Space, choice: &Choice) -> Money {
    if choice.every.ms().is_none() {
        return Money::ZERO;
    }
    let mut delay = |choice: &Choice| {
        let period = search.costing.period;
        let whole = (period.end.as_millisecond() - period.start.as_millisecond()) as u64;
        bounds.worth().height(search.delay(choice).map_or(whole, |(mean, _)| mean))
    };
    let waiting = (delay(choice) - delay(&space.present)).max(Money::ZERO);
    let vendor = |choice: &Choice| &space.models.iter().find(|model| model.model == choice.model).unwrap().vendor;
    let steps = Lever::differing(&space.present, choice).map(|lever| match lever {
        Lever::CacheRetention | Lever::Every => 0,
        Lever::Model if vendor(choice) != vendor(&space.present) => 2,
        Lever::ActiveHours | Lever::LightContext | Lever::IsolatedSession | Lever::Model => 1,
    });
    waiting + (0..steps.sum()).map(|_| bounds.worth().0).sum()
}

/// The best choice by the words of the design: cost with what its model must save and what it takes away, fewest changes,
/// lever order, candidate order.
fn best(costing: &Costing<'_>, agent: &Agent, bounds: &Bounds) -> Option<(Money, Choice)> {
    let subject = costing.subject(agent);
    let reach = Reach::new(costing, bounds);
    let mut memory = Memory::default();
    let space = space(costing, &subject, bounds, &reach, &mut memory);
    let mut search = Search::new(costing, &subject, &mut memory);
    let mut best: Option<(Money, Vec<Lever>, Choice)> = None;
    for choice in every_choice(&space) {
        let Some(cost) = traced(costing, agent, &choice) else { continue };
        let model = space.models.iter().find(|model| model.model == choice.model);
        let delayed = if choice.every == space.present.every { Money::ZERO } else { space.every_reluctance };
        let cost = cost + model.map_or(Money::ZERO, |model| model.reluctance) + delayed;
        let cost = cost + forgone(&mut search, bounds, &space, &choice);
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
                let found = planned.as_ref().map(|planned| (planned.all_in, planned.chosen.clone()));
                prop_assert_eq!(found, expected.filter(|_| traced(costing, agent, &Choice::present(agent)).is_some()));
            }
            Ok(())
        })?;
    }
}
