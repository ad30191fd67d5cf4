//! What changes the meaning of the answer and so stands directly under it: heartbeats that reach nobody, that use up a plan
//! and are then paid for, that have nothing to do, or that an upgrade multiplies.

use super::AgentReport;
use super::agent::reported;
use super::warnings::{Warnings, Weight};
use super::windows;
use crate::analysis::Analysis;
use crate::bill::Bill;
use crate::document::KeyPath;
use crate::gateway::delivery::Delivery;
use crate::gateway::{Agent, Gateway, runtime};
use crate::money::{Money, Unit};
use crate::releases::{Behaviour, Instructions};
use crate::rules::billed_extra;
use crate::words::{about, amount, count, counted, plain, rough_percent};

/// Says it of the agents of a report.
pub(super) fn foremost(
    analysis: &Analysis,
    agents: &[AgentReport],
    (unit, only, outage): (Unit, Option<&str>, Option<u8>),
    warnings: &mut Warnings,
) {
    windows::stray(analysis, only).into_iter().for_each(|text| warnings.say(Weight::Stray, text));
    for (agent, shown) in reported(analysis, agents).filter(|(_, shown)| shown.enrolled && shown.current.ticks > 0) {
        if shown.current.runs > 0 {
            unheeded_model(analysis, agent).into_iter().for_each(|text| warnings.of(Weight::Unheeded, &agent.id, text));
            undelivered(analysis, agent, shown)
                .into_iter()
                .for_each(|text| warnings.of(Weight::Unseen, &agent.id, text));
        }
        used_up(shown, unit).into_iter().for_each(|text| warnings.of(Weight::UsedUp, &agent.id, text));
        let failing = outage.and_then(|percent| in_an_outage(shown, unit, percent));
        failing.into_iter().for_each(|text| warnings.of(Weight::UsedUp, &agent.id, text));
        extra_billed(analysis, agent).into_iter().for_each(|text| warnings.of(Weight::UsedUp, &agent.id, text));
        if shown.current.runs > 0 {
            harness(analysis, agent).into_iter().for_each(|text| warnings.of(Weight::Harness, &agent.id, text));
        }
        nothing_to_do(analysis, agent, shown).into_iter().for_each(|text| warnings.of(Weight::Idle, &agent.id, text));
    }
    if agents.len() == analysis.gateway.agents.len() {
        upgrade(analysis, unit).into_iter().for_each(|text| warnings.say(Weight::Upgrade, text));
    }
}

/// That a plan can be used up, and a model answers then that is paid for by the token.
fn used_up(shown: &AgentReport, unit: Unit) -> Option<String> {
    let beyond = shown.beyond_plan.as_ref()?;
    let held = if shown.current.cost.is_some() { "; the high end holds that" } else { "" };
    Some(format!(
        "up to {} a month more: {} answers the {} of the heartbeats that find the plan used up at its lowest limit{held}",
        about(beyond.cost, unit),
        plain(&beyond.model),
        rough_percent(beyond.percent)
    ))
}

/// What an outage costs that was asked for, where a plan pays and no range can hold it.
fn in_an_outage(shown: &AgentReport, unit: Unit, percent: u8) -> Option<String> {
    let is_by_plan = shown.current.cost.is_none() && shown.model.plan.is_some();
    let chain = shown.fallbacks.iter().filter(|_| is_by_plan && shown.current.runs > 0);
    let dearest = chain.filter_map(|link| Some((link, link.cost_if_always?))).max_by_key(|(_, always)| *always);
    let (link, always) = dearest.filter(|(_, always)| *always > Money::ZERO)?;
    let cost = Money::from_pico(always.pico() * i128::from(percent.min(100)) / 100);
    Some(format!(
        "up to {} a month beside the plan in an outage of {percent}%, which {} answers",
        about(cost, unit),
        plain(&link.model)
    ))
}

/// That a subscription bills a prompt by the token, for a word in it.
fn extra_billed(analysis: &Analysis, agent: &Agent) -> Option<String> {
    let word = billed_extra(&analysis.costing(), agent)?;
    Some(format!(
        "{word} in the prompt costs extra: Anthropic has been seen to bill such requests as paid extra usage, on top of the \
         subscription and of every figure here. Ask for {} instead",
        analysis.gateway.behaviour.quiet_word
    ))
}

/// That the sizes here are not those of what answers.
fn harness(analysis: &Analysis, agent: &Agent) -> Option<String> {
    let config = &analysis.expanded.value;
    let entry = agent.path.as_ref().and_then(|path| path.resolve(config));
    let name = runtime::harness(config, entry, &agent.settings.model.value)?;
    Some(format!(
        "{} answers, with a prompt, tools and a history of its own: the tokens here are those of OpenClaw's own prompt and \
         may be far off; how often it runs is right",
        plain(name)
    ))
}

/// That the model which was chosen for the heartbeats does not answer them on this release.
fn unheeded_model(analysis: &Analysis, agent: &Agent) -> Option<String> {
    let (gateway, config) = (&analysis.gateway, &analysis.expanded.value);
    let behaviour = &gateway.behaviour;
    let name = |block: &KeyPath| block.key("model").resolve(config)?.as_str().map(str::to_owned);
    let own = agent.own_block.as_ref().and_then(name);
    let is_own = own.is_some();
    let name = own.or_else(|| gateway.defaults_block.as_ref().and_then(name))?;
    let since = behaviour.from(|behaviour| behaviour.uses_model(is_own))?;
    let model = &agent.settings.model.value;
    (gateway.resolve_model(&name) != *model).then(|| {
        let elsewhere = if behaviour.uses_model(false) { "set it in agents.defaults.heartbeat, or " } else { "" };
        format!(
            "heartbeat.model '{}' does not answer on OpenClaw {}: {model} does, the agent's own. To use it, {elsewhere}\
             update to {since} or later",
            plain(&name),
            behaviour.version
        )
    })
}

fn undelivered(analysis: &Analysis, agent: &Agent, shown: &AgentReport) -> Option<String> {
    let Delivery::Nowhere(reason) = &agent.settings.delivery else { return None };
    let target = &agent.settings.target;
    let why = match target.origin.key().is_none() {
        true => format!("OpenClaw {} delivers nowhere unless told", analysis.release.version),
        false => reason.clone(),
    };
    let is_named_wrong = target.origin.key().is_some() && target.value.trim() != "none";
    let how = if is_named_wrong { "put that right" } else { "set target to \"last\" or a channel" };
    let still = if shown.changes.is_empty() { "" } else { "; the changes below leave it so" };
    Some(format!("nobody sees the heartbeats: {why}{still}. To see them, {how}; to save them, set every to \"0m\""))
}

/// That an agent has nothing to check, where its workspace says so.
pub(super) fn nothing_to_do(analysis: &Analysis, agent: &Agent, shown: &AgentReport) -> Option<String> {
    let behaviour = &analysis.gateway.behaviour;
    if behaviour.instructions != Instructions::HeartbeatFile || agent.settings.prompt.is_some() {
        return None;
    }
    let load = analysis.workload.of(&agent.id).typical;
    let workspace = load.workspace.as_ref()?;
    if workspace.says_nothing(behaviour) {
        return Some(
            "HEARTBEAT.md is empty, so OpenClaw skips the heartbeats: they do nothing and cost nothing".to_owned(),
        );
    }
    let latest = Behaviour::newest_that(|behaviour| behaviour.instructions == Instructions::HeartbeatFile);
    let what = match workspace.heartbeat() {
        None => "the workspace has no HEARTBEAT.md".to_owned(),
        Some(_) if workspace.says_nothing(&latest) => {
            format!("HEARTBEAT.md says nothing, which OpenClaw {} does not see", behaviour.version)
        }
        Some(_) => return None,
    };
    (shown.current.runs > 0).then(|| {
        format!(
            "{what}: the heartbeats are paid and have nothing to check. A HEARTBEAT.md of headings only makes \
             OpenClaw skip them until there is"
        )
    })
}

/// What the newest release makes of the file, where more agents run on it.
fn upgrade(analysis: &Analysis, unit: Unit) -> Option<String> {
    let later = analysis.after_upgrade()?;
    let running = |gateway: &Gateway| -> Vec<String> {
        let on = gateway.enrolled().filter(|agent| agent.settings.every.value.ms().is_some());
        on.map(|agent| format!("'{}'", agent.id)).collect()
    };
    let (now, then) = (running(&analysis.gateway), running(&later));
    if then.len() <= now.len() {
        return None;
    }
    let cost = |gateway: &Gateway| Bill::new(&analysis.costing_of(gateway), unit).month(None).typical();
    let bill = match cost(&analysis.gateway).zip(cost(&later)) {
        Some((now, then)) if then > now && now > Money::ZERO => {
            format!(", for about {} a month instead of {}", amount(then, unit), amount(now, unit))
        }
        Some((_, then)) if then > Money::ZERO => format!(", for about {} a month", amount(then, unit)),
        _ => String::new(),
    };
    let named = then.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let more =
        if then.len() > NAMED { format!(" and {} more", count((then.len() - NAMED) as u64)) } else { String::new() };
    Some(format!(
        "after an upgrade to OpenClaw {} heartbeats run for {} instead of {} ({named}{more}){bill}. A heartbeat block in \
         each agent that should run keeps it to those",
        later.behaviour.version,
        counted(then.len(), "agent"),
        now.len()
    ))
}

/// Agents that are named.
const NAMED: usize = 8;
