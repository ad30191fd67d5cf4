//! Why a plan is as it is: what each change saves on top of those before it, and what each lever would do alone.

use serde_json::Value;

use super::candidates::Space;
use super::confidence::{Confidence, confidence};
use super::lever::Lever;
use super::retention;
use super::runner_up::{RunnerUp, runner_up};
use super::search::{At, Priced, Search, cheapest};
use crate::gateway::duration::Interval;
use crate::money::Money;
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
const PAYS_OFF_LATER: &str = "dearer by itself, but with the changes below it makes the whole cheaper";
/// What to say of a model that sends no bill.
const OWN_MACHINE: &str = "your own model server answers, which sends no bill";
/// What to say of a retention that is written for another model than the present one.
const WITH_THE_MODEL: &str = "written for the model that the plan moves to, and part of its saving";

/// The changes in lever order. Each saving is measured after the changes before it, so that they add up.
pub fn steps(search: &mut Search<'_>, space: &Space, all: &[Priced], best: &Priced) -> Option<Vec<Step>> {
    let (present, chosen) = (&space.present, &space.choice(best.at));
    let mut at = present.clone();
    let now = search.cost(present)?;
    let mut before = now;
    let mut steps = Vec::new();
    for lever in Lever::differing(present, chosen) {
        // What is written for a model has no effect before the move to it.
        let waits = lever == Lever::CacheRetention && is_for_another_model(search, chosen);
        let take = |from: &Choice| if waits { from.clone() } else { lever.take(from, chosen) };
        let next = take(&at);
        // Half-way the model may be too small for what it is sent; the step then carries no saving of its own.
        let after = search.cost(&next).unwrap_or(before);
        let (from, to) = (lever.value(present), lever.value(chosen));
        let saving = before - after;
        let reason = match saving {
            _ if waits => WITH_THE_MODEL,
            saving if saving < Money::ZERO => PAYS_OFF_LATER,
            _ if lever == Lever::Model && search.known(chosen).priced.found.local => OWN_MACHINE,
            _ => lever.reason(chosen),
        };
        let alone = search.cost(&take(present)).map(|cost| now - cost);
        let (confidence, doubt) = confidence(search.costing.gateway, search.subject, lever, chosen);
        let runner_up = runner_up(space, all, best, lever);
        let vendors = (lever == Lever::Model).then(|| vendors(search, present, chosen)).flatten();
        steps.push(Step { lever, from, to, saving, alone, reason, confidence, doubt, runner_up, vendors });
        (at, before) = (next, after);
    }
    Some(steps)
}

/// The vendors of two choices' models, where they differ.
fn vendors(search: &mut Search<'_>, present: &Choice, chosen: &Choice) -> Option<[String; 2]> {
    let [now, then] = [present, chosen].map(|choice| Vendor::of(&choice.model, &search.known(choice).priced.found));
    (now != then).then_some([now.0, then.0])
}

/// Whether the key for the chosen retention belongs to a model that does not answer now.
fn is_for_another_model(search: &Search<'_>, chosen: &Choice) -> bool {
    let (gateway, agent) = (search.costing.gateway, search.subject.agent);
    let chats = retention::has_chat(&search.subject.spread);
    let own_turns = agent.path.as_ref().map(|path| path.key("params").key("cacheRetention"));
    let key = retention::place(gateway, agent, &chosen.model, chats);
    chosen.model != agent.settings.model.value && key.is_some_and(|key| Some(key) != own_turns)
}

/// One remedy by itself.
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
    let mut remedies: Vec<Choice> = Vec::new();
    let other_models = all.iter().filter(|priced| priced.at.has_present_schedule_and_context());
    let (asking, models): (Vec<&Priced>, Vec<&Priced>) =
        other_models.partition(|priced| space.choice(priced.at).asks_retention);
    let own_model = |priced: &&&Priced| space.choice(priced.at).model == present.model;
    remedies.extend(asking.iter().filter(own_model).map(|priced| space.choice(priced.at)));
    for hours in [1, 2] {
        let every = Interval::Every(hours * 3_600_000);
        if space.every.contains(&every) {
            remedies.push(Choice { every, ..present.clone() });
        }
    }
    remedies.extend(space.windows.iter().map(|window| Choice { window: window.clone(), ..present.clone() }));
    for light in &space.light {
        remedies.push(Choice { light: *light, ..present.clone() });
    }
    for isolated in &space.isolated {
        remedies.push(Choice { isolated: *isolated, ..present.clone() });
        let with_light = |light: &bool| Choice { isolated: *isolated, light: *light, ..present.clone() };
        remedies.extend(space.light.iter().map(with_light));
    }
    remedies.extend(cheapest(models).map(|priced| space.choice(priced.at)));
    // Where the plan moves to a model that only fits the smaller request, that model is the one to show.
    let chosen_model = space.choice(chosen).model;
    let as_is = space.models.iter().find(|model| model.model == chosen_model && !model.asks_retention);
    remedies.extend(as_is.map(|model| Choice {
        model: model.model.clone(),
        retention: model.retention,
        ..present.clone()
    }));
    remedies.push(Choice { every: Interval::Off, ..present.clone() });
    let mut shown: Vec<Alone> = Vec::new();
    for choice in remedies {
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
