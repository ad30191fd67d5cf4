//! What a reader should know before trusting the figures: what could not be read, has no price or no delivery, and what the
//! patch does besides.

use serde_json::json;

use super::{AgentReport, figure_warnings, windows};
use crate::analysis::Analysis;
use crate::catalogue::PriceNote;
use crate::gateway::anthropic::AnthropicAuth;
use crate::gateway::delivery::Delivery;
use crate::gateway::{Agent, Gateway};
use crate::money::Unit;
use crate::plan::Plan;
use crate::releases::STILL_WAKES;
use crate::releases::duration::Interval;
use crate::words::{amount, count};

/// Adds what is to be said of a report over the agents that are `wanted`.
pub(super) fn warn<'a>(
    warnings: &mut Warnings,
    analysis: &'a Analysis,
    plan: &Plan,
    agents: &[AgentReport],
    unit: Unit,
    wanted: impl Fn(&&'a Agent) -> bool,
) {
    let costing = analysis.costing();
    analysis.release.warning.iter().for_each(|text| warnings.say(Weight::Figure, text.clone()));
    for include in &analysis.expanded.includes {
        if let Some(problem) = &include.problem {
            warnings.say(
                Weight::Figure,
                format!("$include '{}' was not read ({problem}): its keys are unknown here", include.file),
            );
        }
    }
    figure_warnings::template(analysis).into_iter().for_each(|text| warnings.say(Weight::Figure, text));
    figure_warnings::unread_files(analysis)
        .into_iter()
        .chain(figure_warnings::unknown_agents(analysis))
        .for_each(|text| warnings.say(Weight::Figure, text));
    let enrolled = |gateway: &'a Gateway| gateway.enrolled().filter(&wanted);
    for agent in enrolled(&analysis.gateway) {
        if costing.unit_of(agent) != unit {
            let other = costing.unit_of(agent);
            warnings.of(Weight::Note, &agent.id, format!("billed in {other}, so not counted in {unit}"));
        }
        let settings = &agent.settings;
        // Where an agent is switched off, nothing waits to be delivered.
        let needs_delivery = analysis.gateway.behaviour.needs_delivery && settings.every.value.ms().is_some();
        match &settings.delivery {
            Delivery::No(reason) if needs_delivery => {
                warnings.of(Weight::Note, &agent.id, format!("nowhere to deliver to: {reason}"))
            }
            Delivery::Unknown(reason) if needs_delivery => {
                warnings.of(
                    Weight::Note,
                    &agent.id,
                    format!("heartbeats may have nowhere to go, and then cost nothing: {reason}"),
                );
            }
            _ => {}
        }
        for (key, text) in [
            ("every", &settings.every.unresolved),
            ("model", &settings.model.unresolved),
            ("activeHours", &settings.active_hours.unresolved),
            ("target", &settings.target.unresolved),
        ] {
            if let Some(text) = text {
                let meanwhile = match key {
                    "every" => "; costed as every 30m, and as nothing at the low end",
                    "activeHours" => "; costed without a window, and as nothing at the low end",
                    "target" => "; costed as delivered, and as nothing at the low end",
                    _ => "",
                };
                warnings.of(Weight::Note, &agent.id, format!("{key} is {text}, which nothing here sets{meanwhile}"));
            }
        }
    }
    if analysis.gateway.anthropic_auth == Some(AnthropicAuth::OAuth)
        && enrolled(&analysis.gateway).any(|agent| agent.settings.model.value.provider == "anthropic")
    {
        let text = "the gateway signs in to Anthropic with OAuth or a token: a subscription may not bill by the token, and \
                    these are the prices of the API";
        warnings.say(Weight::Note, text.to_owned());
    }
    for agent in enrolled(&analysis.gateway) {
        let of_agent = [
            figure_warnings::unpriced_recap(&costing, agent, unit),
            figure_warnings::read_as_off(analysis, agent),
            figure_warnings::overflow_of_timer(analysis, agent),
            figure_warnings::still_wakes(analysis, agent),
        ];
        of_agent.into_iter().flatten().for_each(|text| warnings.of(Weight::Note, &agent.id, text));
        let refused = [figure_warnings::overflow(&costing, agent), figure_warnings::minute_limit(&costing, agent)];
        refused.into_iter().flatten().for_each(|text| warnings.of(Weight::Refused, &agent.id, text));
        windows::forbidden(&costing, agent).into_iter().for_each(|text| warnings.of(Weight::Figure, &agent.id, text));
    }
    for agent in agents.iter().filter(|agent| agent.enrolled) {
        if agent.current.cost.is_none() && agent.model.price_source.is_none() && agent.model.plan.is_none() {
            warnings.of(Weight::Figure, &agent.id, unknown_price(agent));
        }
        // That a plan pays is told above.
        let told = |note: &&String| agent.model.plan.is_some() && **note == PriceNote::Subscription.to_string();
        let notes = agent.model.notes.iter().filter(|note| !told(note));
        notes.for_each(|note| warnings.of(Weight::Note, &agent.id, note.clone()));
    }
    if analysis.gateway.behaviour.wakes_while_off
        && plan
            .agents
            .iter()
            .flatten()
            .any(|agent| agent.chosen.every == Interval::Off && agent.present.every != Interval::Off)
    {
        warnings.say(Weight::Note, STILL_WAKES.to_owned());
    }
    plan.notes.iter().for_each(|note| warnings.say(Weight::Note, note.clone()));
    for id in plan.placement.iter().flat_map(|placement| &placement.kept_running) {
        warnings.of(
            Weight::Note,
            id,
            "an empty heartbeat block is added, without which heartbeats would stop".to_owned(),
        );
    }
    for change in plan.changes().iter().filter(|change| change.to == Some(json!({}))) {
        let text =
            format!("{} gets an empty block, so that its agent keeps running beside those with one", change.path);
        warnings.say(Weight::Note, text);
    }
    analysis.newcomer(plan.changes()).into_iter().for_each(|newcomer| warnings.say(Weight::Note, newcomer.to_string()));
    match &plan.placement {
        Err(reason) => warnings.say(Weight::Note, format!("the plan cannot be written: {reason}")),
        Ok(placement) if placement.changes_other_generation => {
            let other = analysis.gateway.behaviour.generation.other();
            warnings.say(Weight::Note, format!("on a {other} release the patch also changes which agents run"));
        }
        Ok(_) => {}
    }
}

/// Warnings, those of one weight in the order they came up. What holds for several agents is said once.
#[derive(Default)]
pub(super) struct Warnings(Vec<Warning>);

struct Warning {
    weight: Weight,
    text: String,
    agents: Vec<String>,
}

/// How much a warning matters, the most first: the order in which every format tells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// The plan that was named pays for none of it.
    Stray,
    /// What is sent is too large for its model or its plan.
    Refused,
    /// Another model answers than the one that was chosen.
    Unheeded,
    /// What is paid reaches nobody.
    Unseen,
    /// What pays is used up, and then something else is paid.
    UsedUp,
    /// The heartbeats have nothing to do.
    Idle,
    /// An upgrade multiplies the agents that run.
    Upgrade,
    /// Another program answers, so that no size here is its own.
    Harness,
    /// A figure is unknown or not of what runs.
    Figure,
    /// The rest.
    Note,
}

impl Weight {
    /// Whether it stands directly under the answer.
    fn is_foremost(self) -> bool {
        self < Weight::Figure
    }
}

/// Agents of one warning that are named.
const NAMED: usize = 8;

impl Warnings {
    pub(super) fn say(&mut self, weight: Weight, text: String) {
        if !self.0.iter().any(|said| said.text == text) {
            self.0.push(Warning { weight, text, agents: Vec::new() });
        }
    }

    pub(super) fn of(&mut self, weight: Weight, agent: &str, text: String) {
        match self.0.iter_mut().find(|said| said.text == text && !said.agents.is_empty()) {
            Some(said) => said.agents.push(agent.to_owned()),
            None => self.0.push(Warning { weight, text, agents: vec![agent.to_owned()] }),
        }
    }

    /// The weightiest first, and how many of them stand directly under the answer.
    pub(super) fn sentences(mut self) -> (Vec<String>, usize) {
        let sentence = |warning: &Warning| {
            let (text, agents) = (&warning.text, &warning.agents);
            let named: Vec<String> = agents.iter().take(NAMED).map(|id| format!("'{id}'")).collect();
            match agents.len() {
                0 => text.clone(),
                1 => format!("agent {}: {text}", named.concat()),
                many if many > NAMED => {
                    format!("agents {} and {} more: {text}", named.join(", "), count((many - NAMED) as u64))
                }
                _ => format!("agents {}: {text}", named.join(", ")),
            }
        };
        self.0.sort_by_key(|warning| warning.weight);
        let foremost = self.0.iter().filter(|warning| warning.weight.is_foremost()).count();
        (self.0.iter().map(sentence).collect(), foremost)
    }
}

fn unknown_price(agent: &AgentReport) -> String {
    let model = agent.settings.get("model").and_then(|model| model.value.as_str()).unwrap_or("the model");
    let known = match (&agent.model.if_vendors, agent.model.near.as_slice()) {
        (Some(vendor), _) => {
            format!(
                "; if it is the vendor's {}, a month costs about {}",
                vendor.model,
                amount(vendor.cost.typical, Unit::Usd)
            )
        }
        (None, []) => String::new(),
        // The name itself, behind an address whose prices nobody knows.
        (None, [one]) if one.eq_ignore_ascii_case(model) => String::new(),
        (None, near) => format!("; known names like it: {}", near.join(", ")),
    };
    format!(
        "no price is known for '{model}'{known}. Give one with --prices FILE or \
         models.providers.<provider>.models[].cost"
    )
}
