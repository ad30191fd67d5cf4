//! Idempotent, monotone, additive, and of no effect on anybody else: on random rosters of both generations.

use std::sync::Arc;

use proptest::prelude::*;

use super::changed;
use super::rosters::{all_bounds, bounds, case};
use crate::gateway::{Agent, Gateway};
use crate::money::{Money, Unit};
use crate::plan::retention::shared_place;
use crate::plan::{AgentPlan, Bounds, Explanation, Lever, Plan, RiskProfile};
use crate::simulate::costing::Choice;

/// What a plan is chosen by: the cost, what its models must save, and what it takes away.
fn total(plan: &Plan) -> Money {
    plan.agents.iter().flatten().map(|agent| agent.all_in).sum()
}

fn ids(gateway: &Gateway) -> Vec<&str> {
    gateway.enrolled().map(|agent| agent.id.as_str()).collect()
}

/// What an agent's heartbeats and its chat depend on.
fn effective(gateway: &Gateway, agent: &Agent) -> (Choice, String, String) {
    let settings = &agent.settings;
    let chat = format!("{} {}", settings.primary_model, gateway.retention_of(agent, &settings.primary_model));
    (Choice::present(agent), chat, format!("{:?} {:?}", settings.target.value, settings.delivery))
}

/// Bounds that allow all that `tight` does and more.
fn wider(tight: &Bounds, by: usize) -> Bounds {
    let mut wide = tight.clone();
    match by {
        0 => wide.longest_ms = Some(tight.longest_ms().max(14_400_000)),
        1 => wide.keep.clear(),
        2 => wide.allow_off = true,
        3 => wide.shortest_ms = Some(600_000.min(tight.shortest_ms.unwrap_or(u64::MAX))),
        4 => wide.models.push("google/gemini-2.5-flash".to_owned()),
        _ => {
            wide.longest_ms = Some(tight.longest_ms());
            wide.profile = match tight.profile {
                RiskProfile::Conservative => RiskProfile::Balanced,
                _ => RiskProfile::Aggressive,
            };
        }
    }
    wide
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn applying_a_plan_and_planning_again_changes_nothing((config, question) in case(), bounds in all_bounds()) {
        let first = question.plan(&config, &bounds);
        prop_assume!(first.placement.is_ok());
        let config = changed(&config, &first);
        let again = question.plan(&config, &bounds);
        let steps: Vec<_> = again.agents.iter().flatten().flat_map(|agent| &agent.steps).collect();
        prop_assert!(steps.is_empty(), "{steps:?} after {:?}", first.changes());
    }

    #[test]
    fn what_is_not_simulated_does_not_matter((config, question) in case(), bounds in all_bounds()) {
        let bounds = Bounds { budget: None, ..bounds };
        let whole = question.whole_plan(&config, &bounds);
        let plan = question.plan(&config, &bounds);
        let [unexplained, steps] =
            [Explanation::None, Explanation::Steps].map(|much| question.less_explained(&config, &bounds, much));
        prop_assert_eq!(format!("{plan:#?}"), format!("{whole:#?}"));
        prop_assert!(plan.agents.iter().flatten().all(|agent| agent.moves() != agent.steps.is_empty()));
        let chosen = |agent: &Option<AgentPlan>| {
            agent.as_ref().map(|agent| (agent.chosen.clone(), agent.unit, agent.now, agent.then, agent.all_in))
        };
        let all = |plan: &Plan| plan.agents.iter().map(chosen).collect::<Vec<_>>();
        prop_assert_eq!(all(&whole), all(&unexplained));
        prop_assert_eq!(&whole.placement, &unexplained.placement);
        let mut said = whole;
        for agent in said.agents.iter_mut().flatten() {
            (agent.not_here, agent.frontier) = (Arc::default(), Arc::default());
            (agent.advice, agent.loops) = (Vec::new(), None);
        }
        prop_assert_eq!(format!("{steps:#?}"), format!("{said:#?}"));
    }

    #[test]
    fn a_tighter_constraint_never_costs_less((config, question) in case(), tight in bounds(), by in 0..6_usize) {
        let wide = wider(&tight, by);
        let (tight, wide) = (question.plan(&config, &tight), question.plan(&config, &wide));
        prop_assert!(total(&wide) <= total(&tight));
    }

    #[test]
    fn savings_in_sequence_add_up((config, question) in case(), bounds in bounds()) {
        for agent in question.plan(&config, &bounds).agents.iter().flatten() {
            let saved: Money = agent.steps.iter().map(|step| step.saving).sum();
            prop_assert_eq!(saved, agent.now - agent.then);
            prop_assert!(agent.then <= agent.now);
            prop_assert!(agent.also_possible.iter().all(|possible| possible.saving > Money::ZERO));
            prop_assert!(agent.also_possible.is_empty() || bounds.worth(agent.unit).0 > Money::ZERO);
            prop_assert!(agent.steps.iter().all(|step| !bounds.keep.contains(&step.lever)));
        }
    }

    /// Each change is worth what the file costs more without its key, read and costed anew.
    #[test]
    fn a_change_is_worth_what_the_file_costs_without_it((config, question) in case(), bounds in bounds()) {
        let plan = question.plan(&config, &bounds);
        let Ok(placement) = &plan.placement else { return Ok(()) };
        let before = question.read(&config);
        for (at, planned) in plan.agents.iter().enumerate().filter_map(|(at, plan)| Some((at, plan.as_ref()?))) {
            for step in &planned.steps {
                let is_left_out = |lever: Lever| lever == step.lever || step.together.contains(&lever);
                let own = placement.keys.get(&before.agents[at].id).into_iter().flatten();
                let keys: Vec<_> = own.filter(|(lever, _)| is_left_out(*lever)).map(|(_, key)| key).collect();
                let mut tree = config.clone();
                let others = placement.changes.iter().filter(|change| !keys.contains(&&change.path));
                others.for_each(|change| change.make(&mut tree).unwrap());
                // A key that is left out may have been the block by which agents run.
                if ids(&question.read(&tree)) != ids(&before) {
                    continue;
                }
                let cost = question.with_costing(&tree, |costing| {
                    let agent = &costing.gateway.agents[at];
                    let (subject, present) = (costing.subject(agent), Choice::present(agent));
                    let model = costing.answering(agent, &present);
                    let (subject, model) = match planned.unit {
                        Unit::Tokens => (subject.in_tokens(costing), costing.in_tokens(&model)),
                        _ => (subject, model),
                    };
                    costing.estimate_on(&subject, &present, &model, None).cost.unwrap().typical
                });
                prop_assert_eq!(cost - planned.then, step.worth, "{} of {:?}", step.lever, planned.steps);
                prop_assert!(step.worth >= Money::ZERO || bounds.shortest_ms.is_some());
            }
        }
    }

    /// Agents that are alike are searched and explained once; that must not show. Only what a change is worth may turn on
    /// another agent's, where that writes a retention for the model that this one leaves.
    #[test]
    fn planned_together_or_apart_an_agent_gets_the_same((config, question) in case(), bounds in bounds()) {
        let together = question.plan(&config, &bounds);
        let gateway = question.read(&config);
        for (agent, planned) in gateway.agents.iter().zip(&together.agents) {
            let alone = question.plan(&config, &Bounds { only: Some(agent.id.clone()), ..bounds.clone() });
            let mut pair = [planned.clone(), alone.agents.into_iter().flatten().next()];
            let left = shared_place(&gateway, &agent.settings.model.value);
            let written = together.placement.iter().flat_map(|placement| &placement.keys);
            let others = written.filter(|(id, _)| **id != agent.id).flat_map(|(_, keys)| keys).map(|(_, key)| key);
            if left.is_some_and(|left| others.into_iter().any(|key| *key == left)) {
                for step in pair.iter_mut().flatten().flat_map(|plan| &mut plan.steps) {
                    (step.worth, step.together) = (Money::ZERO, Vec::new());
                }
            }
            let [together, apart] = pair.map(|plan| format!("{plan:?}"));
            prop_assert_eq!(together, apart);
        }
    }

    #[test]
    fn a_plan_touches_nobody_else((config, question) in case(), bounds in bounds()) {
        let plan = question.plan(&config, &bounds);
        let Ok(placement) = &plan.placement else {
            prop_assert!(false, "{:?}", plan.placement);
            return Ok(());
        };
        let after = changed(&config, &plan);
        let (old, new) = (question.read(&config), question.read(&after));
        prop_assert_eq!(ids(&old), ids(&new));
        for (before, planned) in old.agents.iter().zip(&plan.agents) {
            let now = new.agents.iter().find(|agent| agent.id == before.id).unwrap();
            match planned.as_ref().filter(|planned| !planned.steps.is_empty()) {
                Some(planned) => {
                    let expected = Choice { asks_retention: false, ..planned.chosen.clone() };
                    prop_assert_eq!(Choice::present(now), expected);
                }
                None if before.enrolment.is_enrolled() => {
                    prop_assert_eq!(effective(&old, before), effective(&new, now));
                }
                None => prop_assert_eq!(effective(&old, before).1, effective(&new, now).1),
            }
        }
        let (old, new) = (question.read_as_other(&config), question.read_as_other(&after));
        prop_assert_eq!(ids(&old) != ids(&new), placement.changes_other_generation);
    }

    #[test]
    fn a_budget_is_kept_with_as_little_as_it_takes((config, question) in case(), percent in 1..120_u8) {
        let plan = |bounds: &Bounds| question.plan(&config, bounds);
        let unit = question.with_costing(&config, |costing| costing.unit());
        let free = plan(&Bounds::default());
        let now: Money = question.with_costing(&config, |costing| {
            let counted = costing.gateway.agents.iter().zip(&free.agents);
            counted.filter(|(agent, _)| costing.unit_of(agent) == unit).filter_map(|(_, plan)| Some(plan.as_ref()?.now)).sum()
        });
        let amount = Money::from_pico(now.pico() * i128::from(percent) / 100);
        let kept = plan(&Bounds { budget: Some(amount), ..Bounds::default() });
        let outcome = kept.budget.unwrap();
        let weight = |plan: &Plan| -> u32 {
            plan.agents.iter().flatten().flat_map(|agent| &agent.steps).map(|step| step.lever.weight()).sum()
        };
        // What is counted in tokens, or goes on in tokens on a free model, is not what a budget in money is about.
        let in_money = |plan: &Plan| {
            plan.agents.iter().flatten().all(|agent| agent.unit == unit && (agent.steps.is_empty() || agent.then > Money::ZERO))
        };
        if outcome.reached == Some(true) && in_money(&free) && in_money(&kept) {
            // Without a budget a model that is a little cheaper may be left for one that is nearer.
            let spent = |plan: &Plan| -> Money { plan.agents.iter().flatten().map(|agent| agent.then).sum() };
            prop_assert!(weight(&kept) <= weight(&free) || spent(&free) > spent(&kept));
            prop_assert!(percent < 100 || !kept.moves());
        }
        prop_assert!(kept.agents.iter().flatten().flat_map(|agent| &agent.steps).all(|step| Lever::ALL.contains(&step.lever)));
    }
}
