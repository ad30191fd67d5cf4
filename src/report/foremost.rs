//! What changes the meaning of the answer and so stands directly under it: heartbeats that reach nobody, that use up a plan
//! and are then paid for, that have nothing to do, or that an upgrade multiplies.

use super::AgentReport;
use super::warnings::{Warnings, Weight};
use crate::analysis::Analysis;
use crate::bill::{Bill, Fallback};
use crate::gateway::delivery::Delivery;
use crate::gateway::{Agent, Gateway};
use crate::money::{Money, Unit};
use crate::releases::{Behaviour, Instructions};
use crate::words::{about, amount, count, counted, plain};

/// All of a window of a plan, in percent.
const ALL: Money = Money::from_pico(100_000_000_000_000);

/// Says it of the agents of a report.
pub(super) fn foremost(analysis: &Analysis, agents: &[AgentReport], unit: Unit, warnings: &mut Warnings) {
    for shown in agents.iter().filter(|agent| agent.enrolled && agent.current.ticks > 0) {
        let Some(agent) = analysis.gateway.agents.iter().find(|agent| agent.id == shown.id) else { continue };
        if shown.current.runs > 0 {
            undelivered(analysis, agent, shown)
                .into_iter()
                .for_each(|text| warnings.of(Weight::Unseen, &agent.id, text));
        }
        used_up(shown, unit).into_iter().for_each(|text| warnings.of(Weight::UsedUp, &agent.id, text));
        nothing_to_do(analysis, agent, shown).into_iter().for_each(|text| warnings.of(Weight::Idle, &agent.id, text));
    }
    if agents.len() == analysis.gateway.agents.len() {
        upgrade(analysis, unit).into_iter().for_each(|text| warnings.say(Weight::Upgrade, text));
    }
}

/// That a plan can be used up, and a model answers then that is paid for by the token.
fn used_up(shown: &AgentReport, unit: Unit) -> Option<String> {
    shown.windows.iter().find(|window| window.share.is_some_and(|share| share.high > ALL))?;
    let paid = |link: &&Fallback| link.cost_if_always.is_some_and(|cost| cost > Money::ZERO);
    let (link, always) = shown.fallbacks.iter().find(paid).and_then(|link| Some((link, link.cost_if_always?)))?;
    Some(format!(
        "up to {} a month more, which no figure here holds: {} answers once the plan is used up",
        about(always, unit),
        plain(&link.model)
    ))
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
