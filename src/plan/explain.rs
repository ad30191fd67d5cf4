//! Why a plan is as it is: what each change saves on top of those before it, what each lever would do alone, and what a
//! longer or shorter reaction delay costs.

use serde::Serialize;

use super::Step;
use super::candidates::Space;
use super::delay::delay;
use super::lever::Lever;
use super::search::{Search, combinations};
use crate::gateway::duration::Interval;
use crate::money::Money;
use crate::simulate::costing::Choice;

/// The changes in lever order. Each saving is measured after the changes before it, so that they add up.
pub fn steps(search: &mut Search<'_>, present: &Choice, chosen: &Choice) -> Option<Vec<Step>> {
    let mut at = present.clone();
    let mut before = search.cost(present)?;
    let mut steps = Vec::new();
    for lever in Lever::differing(present, chosen) {
        let next = lever.take(&at, chosen);
        // Half-way the model may be too small for what it is sent; the step then carries no saving of its own.
        let after = search.cost(&next).unwrap_or(before);
        let (from, to) = (lever.value(present), lever.value(chosen));
        steps.push(Step { lever, from, to, saving: before - after });
        (at, before) = (next, after);
    }
    Some(steps)
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

/// Each lever alone, from the settings as they are: an hour, two hours, each context lever and both, the cheapest
/// suitable model, and switching off as the floor.
pub fn alone(search: &mut Search<'_>, present: &Choice, chosen: &Choice, space: &Space) -> Vec<Alone> {
    let Some(now) = search.cost(present) else { return Vec::new() };
    let mut remedies: Vec<Choice> = Vec::new();
    for hours in [1, 2] {
        let every = Interval::Every(hours * 3_600_000);
        if space.every_shown.contains(&every) && every != present.every {
            remedies.push(Choice { every, ..present.clone() });
        }
    }
    for light in &space.light {
        remedies.push(Choice { light: *light, ..present.clone() });
    }
    for isolated in &space.isolated {
        remedies.push(Choice { isolated: *isolated, ..present.clone() });
        remedies.extend(space.light.iter().map(|light| Choice {
            isolated: *isolated,
            light: *light,
            ..present.clone()
        }));
    }
    let own = [present.every];
    let (isolated, light) = ([present.isolated], [present.light]);
    let with_model = |model| combinations(present, &own, &isolated, &light, model).collect::<Vec<_>>();
    let models: Vec<Choice> = space.models.iter().flat_map(with_model).collect();
    let cheapest =
        models.into_iter().filter_map(|choice| Some((search.cost(&choice)?, choice))).min_by_key(|(cost, _)| *cost);
    let chosen_model = Lever::Model.take(present, chosen);
    // Where the plan moves to a model that only fits the smaller request, that model is the one to show.
    remedies.extend(cheapest.map(|(_, choice)| choice));
    remedies.push(chosen_model);
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

/// The cheapest choice for one interval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Point {
    /// The interval.
    pub every: String,
    /// The model.
    pub model: String,
    /// `isolatedSession`.
    pub isolated_session: bool,
    /// `lightContext`.
    pub light_context: bool,
    /// What the month costs.
    pub cost: Money,
    /// Mean time from an event to the next run.
    pub mean_delay_ms: u64,
    /// Longest such time.
    pub worst_delay_ms: u64,
}

/// The cheapest choice for each interval, without those that are slower and no cheaper than another.
pub fn frontier(search: &mut Search<'_>, present: &Choice, space: &Space) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::new();
    for every in &space.every_shown {
        let only = Space { every: vec![*every], ..space.clone() };
        let base = Choice { every: *every, ..present.clone() };
        let Some(choice) = search.best(&base, &only) else { continue };
        let (Some(cost), runs) = (search.cost(&choice), search.runs(&choice)) else { continue };
        let window = &search.subject.agent.settings.active_hours.value;
        let Some((mean, worst)) = delay(search.costing().period, window, &runs) else { continue };
        points.push(Point {
            every: every.to_string(),
            model: choice.model.to_string(),
            isolated_session: choice.isolated,
            light_context: choice.light,
            cost,
            mean_delay_ms: mean,
            worst_delay_ms: worst,
        });
    }
    points.sort_by_key(|point| (point.mean_delay_ms, point.cost));
    let mut cheapest = None;
    points.retain(|point| {
        let better = cheapest.is_none_or(|cheapest| point.cost < cheapest);
        if better {
            cheapest = Some(point.cost);
        }
        better
    });
    points
}
