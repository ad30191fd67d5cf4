//! What a reader should know before trusting the figures: what could not be read, has no price or no route, and what the
//! patch does besides.

use serde_json::json;

use super::{AgentReport, doubts};
use crate::analysis::Analysis;
use crate::gateway::anthropic::AnthropicAuth;
use crate::gateway::release::Generation;
use crate::gateway::route::Route;
use crate::gateway::{Agent, Gateway};
use crate::money::Unit;
use crate::plan::Plan;

/// The warnings of a report over the agents that are `wanted`.
pub(super) fn warnings_of<'a>(
    analysis: &'a Analysis,
    plan: &Plan,
    agents: &[AgentReport],
    unit: Unit,
    wanted: impl Fn(&&'a Agent) -> bool,
) -> Vec<String> {
    let costing = analysis.costing();
    let mut warnings: Vec<String> = analysis.release.warning.iter().cloned().collect();
    for include in &analysis.expanded.includes {
        if let Some(problem) = &include.problem {
            warnings.push(format!("$include '{}' was not read ({problem}): its keys are unknown here", include.file));
        }
    }
    warnings.extend(doubts::unread_files(analysis));
    let enrolled = |gateway: &'a Gateway| gateway.enrolled().filter(&wanted);
    for agent in enrolled(&analysis.gateway) {
        if costing.unit_of(agent) != unit {
            let other = costing.unit_of(agent);
            warnings.push(format!("agent '{}' is billed in {other}: not counted in {unit}", agent.id));
        }
        let settings = &agent.settings;
        // Where an agent is switched off, nothing waits for a route.
        let needs_route =
            analysis.gateway.behaviour.generation == Generation::Current && settings.every.value.ms().is_some();
        match &settings.route {
            Route::No(reason) if needs_route => warnings.push(format!("agent '{}' has no route: {reason}", agent.id)),
            Route::Unknown(reason) if needs_route => {
                warnings.push(format!("agent '{}' may have no route and then costs nothing: {reason}", agent.id));
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
                warnings.push(format!("agent '{}': {key} is {text}, which nothing here sets{meanwhile}", agent.id));
            }
        }
    }
    if analysis.gateway.anthropic_auth == Some(AnthropicAuth::OAuth)
        && enrolled(&analysis.gateway).any(|agent| agent.settings.model.value.provider == "anthropic")
    {
        let text = "the gateway signs in to Anthropic with OAuth or a token: a subscription may not bill by the token, and \
                    these are the prices of the API";
        warnings.push(text.to_owned());
    }
    for agent in enrolled(&analysis.gateway) {
        warnings.extend(doubts::unpriced_recap(&costing, agent, unit));
        warnings.extend(doubts::read_as_off(agent));
        warnings.extend(doubts::overflow(&costing, agent));
    }
    for agent in agents.iter().filter(|agent| agent.enrolled) {
        if agent.current.cost.is_none() && agent.model.price_source.is_none() {
            warnings.push(unknown_price(agent));
        }
        warnings.extend(agent.model.notes.iter().map(|note| format!("agent '{}': {note}", agent.id)));
    }
    warnings.extend(plan.notes.iter().cloned());
    let kept = plan.placement.iter().flat_map(|placement| &placement.kept_running);
    warnings.extend(
        kept.map(|id| format!("agent '{id}' gets an empty heartbeat block: without it, it would stop running")),
    );
    for change in plan.changes().iter().filter(|change| change.to == Some(json!({}))) {
        let text =
            format!("{} gets an empty block, so that its agent keeps running beside those with one", change.path);
        warnings.push(text);
    }
    match &plan.placement {
        Err(reason) => warnings.push(format!("the plan cannot be written: {reason}")),
        Ok(placement) if placement.changes_other_generation => {
            let other = analysis.gateway.behaviour.generation.other();
            warnings.push(format!("on a {other} release the patch also changes which agents run"));
        }
        Ok(_) => {}
    }
    warnings.dedup();
    warnings
}

fn unknown_price(agent: &AgentReport) -> String {
    let model = agent.settings.get("model").and_then(|model| model.value.as_str()).unwrap_or("the model");
    let near = match agent.model.near.as_slice() {
        [] => String::new(),
        near => format!("; known names like it: {}", near.join(", ")),
    };
    format!(
        "agent '{}': no price is known for '{model}'{near}. Give one with --prices FILE or \
         models.providers.<provider>.models[].cost",
        agent.id
    )
}
