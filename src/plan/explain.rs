//! Why a plan is as it is: what each change is worth within it and saves on top of those before it, and what each lever
//! would do alone.

use serde_json::Value;

use super::candidates::Space;
use super::confidence::{Confidence, confidence};
use super::runner_up::{RunnerUp, runner_up};
use super::search::{At, Priced, Search, cheapest};
use crate::document::KeyPath;
use crate::gateway::retention::Retention;
use crate::levers::Lever;
use crate::money::Money;
use crate::releases::duration::Interval;
use crate::simulate::costing::Choice;
use crate::simulate::costing::reach::Vendor;

/// One change of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is changed.
    pub lever: Lever,
    /// The value now, as the file would write it.
    pub from: Value,
    /// The value then.
    pub to: Value,
    /// What it saves after the changes before it.
    pub saving: Money,
    /// How much more a month costs without it, with all the others.
    pub worth: Money,
    /// The changes that go with it: the one does nothing without the other. What is said to be its worth is that of all.
    pub together: Vec<Lever>,
    /// What it saves by itself; `None` where the model cannot hold what it would then be sent.
    pub alone: Option<Money>,
    /// Why it saves, in a clause.
    pub reason: &'static str,
    /// How sure it is to go unnoticed.
    pub confidence: Confidence,
    /// What lowered that.
    pub doubt: Option<String>,
    /// What the next best value would cost.
    pub runner_up: Option<RunnerUp>,
    /// The vendors of the models now and then, where they differ.
    pub vendors: Option<[String; 2]>,
}

/// What to say of a change that pays off only through those after it.
const PAYS_OFF_LATER: &str = "more expensive by itself, but with the other changes it makes the whole cheaper";
/// What to say of a model that sends no bill.
const OWN_MACHINE: &str = "your own model server answers, which sends no bill";
/// What to say of a retention that is written for another model than the present one.
const WITH_THE_MODEL: &str = "it makes the cache of the model that the plan moves to last longer";

/// What a plan writes for cache retentions, as far as it concerns one agent.
#[derive(Clone, Copy, Default)]
pub struct WrittenRetention<'a> {
    /// The agent's own key, if it gets one.
    pub key: Option<&'a KeyPath>,
    /// What others get who stay on the model that it leaves, and the agent too if it stays.
    pub for_those_who_stay: Option<Retention>,
}

/// The changes in lever order. Each saving is measured after the changes before it, so that they add up.
pub fn steps(
    search: &mut Search<'_>,
    space: &Space,
    all: &[Priced],
    best: &Priced,
    retention: WrittenRetention<'_>,
) -> Option<Vec<Step>> {
    let (present, chosen) = (&space.present, &space.choice(best.at));
    let moves = Moves {
        present,
        chosen,
        is_of_the_model: is_of_the_model(search, chosen, retention.key),
        if_it_stays: retention.for_those_who_stay.filter(|_| chosen.model != present.model),
    };
    let mut at = present.clone();
    let now = search.cost(present)?;
    let mut before = now;
    let mut steps = Vec::new();
    let bundles = bundles(search, &moves)?;
    for lever in Lever::differing(present, chosen) {
        let Some(bundle) = bundles.iter().find(|bundle| bundle.levers.contains(&lever)) else { continue };
        // What is written for a model has no effect before the move to it.
        let waits = lever == Lever::CacheRetention && moves.is_of_the_model;
        let take = |from: &Choice| if waits { from.clone() } else { lever.take(from, chosen) };
        let next = take(&at);
        // Half-way the model may be too small for what it is sent; the step then carries no saving of its own.
        let after = search.cost(&next).unwrap_or(before);
        let (from, to) = (lever.value(present), lever.value(chosen));
        let saving = before - after;
        let reason = match saving {
            _ if waits => WITH_THE_MODEL,
            saving if saving < Money::ZERO => PAYS_OFF_LATER,
            _ if lever == Lever::Model && search.known(chosen).found.local => OWN_MACHINE,
            _ => lever.reason(chosen),
        };
        let alone = search.cost(&take(present)).map(|cost| now - cost);
        let (confidence, doubt) = confidence(search.costing.gateway, search.subject, lever, chosen);
        let runner_up = runner_up(space, all, best, lever);
        let vendors = (lever == Lever::Model).then(|| vendors(search, present, chosen)).flatten();
        let together = bundle.levers.iter().copied().filter(|other| *other != lever).collect();
        let worth = bundle.worth;
        steps.push(Step {
            lever,
            from,
            to,
            saving,
            worth,
            together,
            alone,
            reason,
            confidence,
            doubt,
            runner_up,
            vendors,
        });
        (at, before) = (next, after);
    }
    Some(steps)
}

/// The vendors of two choices' models, where they differ.
fn vendors(search: &mut Search<'_>, present: &Choice, chosen: &Choice) -> Option<[String; 2]> {
    let [now, then] = [present, chosen].map(|choice| Vendor::of(&choice.model, &search.known(choice).found));
    (now != then).then_some([now.0, then.0])
}

/// From which settings to which a plan goes.
struct Moves<'a> {
    present: &'a Choice,
    chosen: &'a Choice,
    /// Whether the key for the chosen retention belongs to a model that does not answer now.
    is_of_the_model: bool,
    /// The retention that others' changes bring to the model that answers now.
    if_it_stays: Option<Retention>,
}

fn is_of_the_model(search: &Search<'_>, chosen: &Choice, retention: Option<&KeyPath>) -> bool {
    let agent = search.subject.agent;
    let own_turns = agent.path.as_ref().map(|path| path.key("params").key("cacheRetention"));
    chosen.model != agent.settings.model.value && retention.is_some_and(|key| Some(key) != own_turns.as_ref())
}

/// A change of a plan with those that only work together with it; mostly it stands alone.
struct Bundle {
    levers: Vec<Lever>,
    /// How much more the month costs without them.
    worth: Money,
}

/// The changes of a plan, each with those that are of no use without it.
fn bundles(search: &mut Search<'_>, moves: &Moves<'_>) -> Option<Vec<Bundle>> {
    let Moves { present, chosen, .. } = *moves;
    let (now, then) = (search.cost(present)?, search.cost(chosen)?);
    let levers: Vec<Lever> = Lever::differing(present, chosen).collect();
    let mut bundles: Vec<Vec<Lever>> = levers.iter().map(|lever| vec![*lever]).collect();
    for one in &levers {
        // What needs several goes with the one that gives up most.
        let others = levers.iter().rev().filter(|other| *other != one);
        let Some(other) = others.copied().find(|other| needs(search, moves, *one, *other)) else { continue };
        let belongs = |bundle: &Vec<Lever>| bundle.contains(one) || bundle.contains(&other);
        let (joined, apart): (Vec<_>, Vec<_>) = bundles.into_iter().partition(belongs);
        bundles = apart;
        let mut joined = joined.concat();
        joined.sort();
        bundles.push(joined);
    }
    let worth = |levers: &Vec<Lever>| {
        let without = without(search, moves, levers);
        Some(search.cost(&without)? - then)
    };
    let worths: Option<Vec<Money>> = bundles.iter().map(worth).collect();
    Some(match worths {
        Some(worths) => bundles.into_iter().zip(worths).map(|(levers, worth)| Bundle { levers, worth }).collect(),
        // Where a part of it cannot be left out, it is all or nothing.
        None => vec![Bundle { levers, worth: now - then }],
    })
}

/// Whether a change of a plan is of no use without another: it then saves nothing, or cannot stay.
fn needs(search: &mut Search<'_>, moves: &Moves<'_>, one: Lever, other: Lever) -> bool {
    let without_other = without(search, moves, &[other]);
    let without_both = without(search, moves, &[one, other]);
    match (search.cost(&without_other), search.cost(&without_both)) {
        (Some(with_one), Some(without_both)) => without_both <= with_one,
        (None, Some(_)) => true,
        (_, None) => false,
    }
}

/// The chosen settings with some levers left as they are.
fn without(search: &Search<'_>, moves: &Moves<'_>, left_out: &[Lever]) -> Choice {
    let mut choice = left_out.iter().fold(moves.chosen.clone(), |choice, lever| lever.take(&choice, moves.present));
    let is_void = left_out.contains(&Lever::Model) && moves.is_of_the_model;
    let as_written = || search.costing.gateway.retention_of(search.subject.agent, &choice.model);
    let brought = moves.if_it_stays.filter(|_| left_out.contains(&Lever::Model));
    if is_void || brought.is_some() || left_out.contains(&Lever::CacheRetention) {
        choice.asks_retention = false;
        choice.retention = brought.unwrap_or_else(as_written);
    }
    choice
}

/// A further change that saves less than what it takes away is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Possible {
    /// What could be changed.
    pub lever: Lever,
    /// The settings then, with the rest of the plan.
    pub choice: Choice,
    /// What that saves beside the plan.
    pub saving: Money,
}

/// What could be changed beside a plan, a lever at a time: the largest saving first.
pub fn also_possible(space: &Space, all: &[Priced], best: &Priced) -> Vec<Possible> {
    let chosen = space.choice(best.at);
    let cheaper = |priced: &&Priced| priced.weighed < best.weighed && priced.cost < best.cost;
    let offered = all.iter().filter(|priced| space.allows(priced.at)).filter(cheaper);
    let nearest = offered.filter(|priced| priced.at.differs_once(best.at));
    let mut possible: Vec<(Possible, &Priced)> = Vec::new();
    for priced in nearest {
        let choice = space.choice(priced.at);
        let mut levers = Lever::differing(&chosen, &choice);
        let (Some(lever), None) = (levers.next(), levers.next()) else { continue };
        drop(levers);
        let found = (Possible { lever, choice, saving: best.cost - priced.cost }, priced);
        match possible.iter_mut().find(|(other, _)| other.lever == lever) {
            Some(other) if priced.all_in() < other.1.all_in() => *other = found,
            Some(_) => {}
            None => possible.push(found),
        }
    }
    possible.sort_by_key(|(possible, _)| std::cmp::Reverse(possible.saving));
    possible.into_iter().map(|(possible, _)| possible).collect()
}

/// One change by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alone {
    /// The levers it moves; more than one where they belong together.
    pub levers: Vec<Lever>,
    /// The settings then.
    pub choice: Choice,
    /// What the month then costs.
    pub cost: Money,
    /// What that saves; negative when it costs more.
    pub saving: Money,
}

/// Each lever alone, from the settings as they are: other retentions, an hour, two hours, active hours, each context
/// lever and both, the cheapest suitable model, the plan's model, and switching off as the floor.
pub fn alone(search: &mut Search<'_>, chosen: At, space: &Space, all: &[Priced]) -> Vec<Alone> {
    let present = &space.present;
    let Some(now) = search.cost(present) else { return Vec::new() };
    let mut tried: Vec<Choice> = Vec::new();
    let other_models = all.iter().filter(|priced| priced.at.has_present_schedule_and_context());
    let (asking, models): (Vec<&Priced>, Vec<&Priced>) =
        other_models.partition(|priced| space.choice(priced.at).asks_retention);
    let own_model = |priced: &&&Priced| space.choice(priced.at).model == present.model;
    tried.extend(asking.iter().filter(own_model).map(|priced| space.choice(priced.at)));
    for hours in [1, 2] {
        let every = Interval::Every(hours * 3_600_000);
        if space.every.contains(&every) {
            tried.push(Choice { every, ..present.clone() });
        }
    }
    tried.extend(space.windows.iter().map(|window| Choice { window: window.clone(), ..present.clone() }));
    for light in &space.light {
        tried.push(Choice { light: *light, ..present.clone() });
    }
    for isolated in &space.isolated {
        tried.push(Choice { isolated: *isolated, ..present.clone() });
        let with_light = |light: &bool| Choice { isolated: *isolated, light: *light, ..present.clone() };
        tried.extend(space.light.iter().map(with_light));
    }
    tried.extend(cheapest(models).map(|priced| space.choice(priced.at)));
    // Where the plan moves to a model that only fits the smaller request, that model is the one to show.
    let chosen_model = space.choice(chosen).model;
    let as_is = space.models.iter().find(|model| model.model == chosen_model && !model.asks_retention);
    tried.extend(as_is.map(|model| Choice {
        model: model.model.clone(),
        retention: model.retention,
        ..present.clone()
    }));
    tried.push(Choice { every: Interval::Off, ..present.clone() });
    let mut shown: Vec<Alone> = Vec::new();
    for choice in tried {
        let levers: Vec<Lever> = Lever::differing(present, &choice).collect();
        if levers.is_empty() || shown.iter().any(|other| other.choice == choice) {
            continue;
        }
        if let Some(cost) = search.cost(&choice) {
            shown.push(Alone { levers, choice, cost, saving: now - cost });
        }
    }
    shown
}
