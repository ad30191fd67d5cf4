//! What holds for every plan, over the same configs as the laws of fixes: it makes the changes that fixes make, and once
//! the changed file is read again, it has the promised values and costs.

use std::cell::Cell;

use clawbeat::analysis::Analysis;
use clawbeat::bill::Bill;
use clawbeat::document::{Change, KeyPath};
use clawbeat::money::{Money, Unit};
use clawbeat::plan::{Bounds, Lever};
use clawbeat::rules::{Baseline, Finding, Safety, Selection};
use clawbeat::simulate::costing::Choice;

use super::laws::{changed, hold, months, rank};

/// The rules whose fix is a change that plans make.
const LEVER_RULES: [&str; 3] = ["shared-history", "full-bootstrap", "premium-model"];

#[test]
fn fixes_and_plans_change_a_setting_alike() {
    let selection = Selection::new(&LEVER_RULES.map(str::to_owned), &[]).unwrap();
    let of_levers = |analysis: &Analysis| analysis.lint().narrowed("file", &selection, &Baseline::default());
    let compared = Cell::new(0);
    hold(80, |before| {
        let changes = before.fixes(Safety::Unsafe, &of_levers);
        if changes.is_empty() {
            return Vec::new();
        }
        let planned = before.plan(&Bounds::default());
        let (fixed, applied) = match (changed(before, &changes), changed(before, planned.changes())) {
            (Ok(fixed), Ok(applied)) => (fixed, applied),
            (fixed, applied) => return [fixed.err(), applied.err()].into_iter().flatten().collect(),
        };
        let mut problems = Vec::new();
        let choices = |analysis: &Analysis| -> Vec<(String, Choice)> {
            analysis.gateway().enrolled().map(|agent| (agent.id.clone(), Choice::present(agent))).collect()
        };
        let (was, fixed, applied) = (choices(before), choices(&fixed), choices(&applied));
        if fixed.len() != was.len() {
            problems.push(format!("{} agents ran, then {}", was.len(), fixed.len()));
        }
        for (((id, was), (_, fixed)), (_, applied)) in was.iter().zip(&fixed).zip(&applied) {
            for lever in Lever::ALL.into_iter().filter(|lever| lever.value(fixed) != lever.value(was)) {
                compared.set(compared.get() + 1);
                // How long a model is cached by default comes with the model.
                if lever != Lever::CacheRetention && lever.value(fixed) != lever.value(applied) {
                    let [fixed, applied] = [lever.value(fixed), lever.value(applied)];
                    problems.push(format!("{lever} of '{id}': {fixed} by fixes, {applied} by the plan"));
                }
            }
        }
        problems
    });
    assert!(compared.get() > 50, "{} settings compared", compared.get());
}

/// It speaks of money, and without a figure where the release has no key to save it by.
const ABOUT_MONEY: &str = "cold-cache-writes";

/// What is wrong with a config once changes are made: a verdict that is worse, and what is newly said of the keys that they
/// write without a word of money: an unknown key, one without effect.
fn refused_or_ignored(before: &Analysis, after: &Analysis, written: &[KeyPath]) -> Vec<String> {
    let mut problems = Vec::new();
    let ((was, _), (is, reasons)) = (before.verdict(), after.verdict());
    if rank(is) > rank(was) {
        problems.push(format!("{} then: {reasons:?}", is.name()));
    }
    let found = after.lint();
    let of_key =
        |finding: &&Finding| finding.waste.is_none() && finding.rule != ABOUT_MONEY && written.contains(&finding.path);
    let known = before.lint();
    let is_new =
        |finding: &&Finding| !known.findings.iter().any(|old| old.rule == finding.rule && old.path == finding.path);
    let said = found.findings.iter().filter(of_key).filter(is_new);
    problems.extend(said.map(|finding| format!("[{}] {}", finding.rule, finding.message)));
    problems
}

fn typical(analysis: &Analysis, id: &str, unit: Unit) -> Option<Money> {
    if unit == Unit::Tokens {
        return Some(Bill::new(&analysis.costing(), Unit::Usd).tokens(Some(id)).unwrap_or_default());
    }
    let month = months(analysis).into_iter().find(|(of, ..)| of == id);
    month.and_then(|(_, _, month)| month.cost).map(|cost| cost.typical)
}

/// What a plan changes has the promised value and cost once the file is read again, and so has each advice beyond it.
#[test]
fn a_plan_and_its_advice_do_what_was_promised() {
    let (plans, advices) = (Cell::new(0), Cell::new(0));
    hold(80, |before| {
        let plan = before.plan(&Bounds::default());
        let after = match changed(before, plan.changes()) {
            Ok(after) => after,
            Err(error) => return vec![error],
        };
        let written: Vec<KeyPath> = plan.changes().iter().map(|change| change.path.clone()).collect();
        let mut problems = if written.is_empty() { Vec::new() } else { refused_or_ignored(before, &after, &written) };
        let planned = |id: &str| {
            let at = before.gateway().agents.iter().position(|agent| agent.id == id)?;
            plan.agents[at].as_ref()
        };
        let later: Vec<&str> = after.gateway().enrolled().map(|agent| agent.id.as_str()).collect();
        let now: Vec<&str> = before.gateway().enrolled().map(|agent| agent.id.as_str()).collect();
        if now != later {
            problems.push(format!("{now:?} ran, then {later:?}"));
        }
        if plan.placement.is_err() {
            return problems;
        }
        for agent in after.gateway().enrolled() {
            let Some(planned) = planned(&agent.id) else { continue };
            plans.set(plans.get() + usize::from(!planned.steps.is_empty()));
            let present = Choice::present(agent);
            for step in &planned.steps {
                if step.lever.value(&present) != step.to {
                    problems.push(format!(
                        "'{}': {} is {}, not {}",
                        agent.id,
                        step.lever,
                        step.lever.value(&present),
                        step.to
                    ));
                }
            }
            let cost = typical(&after, &agent.id, planned.unit);
            if cost != Some(planned.then) {
                problems.push(format!("'{}' costs {cost:?}, not {:?}", agent.id, planned.then));
            }
            for advice in &planned.advice {
                // One that the condition makes two of, and what no config can hold.
                let Some(path) = advice.path.as_ref().filter(|_| !advice.condition.starts_with("with ")) else {
                    continue;
                };
                advices.set(advices.get() + 1);
                let path: KeyPath = path.parse().unwrap();
                let what = format!("'{}': {path} {}", agent.id, advice.to);
                match changed(&after, &[Change::set(path.clone(), advice.to.clone())]) {
                    Err(error) => problems.push(format!("{what}: {error}")),
                    Ok(further) => {
                        let said = refused_or_ignored(&after, &further, std::slice::from_ref(&path));
                        problems.extend(said.into_iter().map(|problem| format!("{what}: {problem}")));
                        let cost = typical(&further, &agent.id, planned.unit);
                        if cost != Some(advice.cost.amount) {
                            problems.push(format!("{what} costs {cost:?}, not {:?}", advice.cost));
                        }
                    }
                }
            }
        }
        problems
    });
    assert!(plans.get() > 40 && advices.get() > 4, "{} plans, {} advices", plans.get(), advices.get());
}
