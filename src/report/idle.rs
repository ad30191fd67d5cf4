//! The first question to ask of a heartbeat, with its price: is there anything for it to do? Instructions that say nothing
//! have OpenClaw skip it, and a script that decides when there is something asks no model in between.

use serde::Serialize;

use super::agent::reported;
use super::foremost::nothing_to_do;
use super::{AgentReport, Report};
use crate::analysis::Analysis;
use crate::gateway::Agent;
use crate::money::{Money, Unit};
use crate::plan::Bounds;
use crate::releases::{Instructions, TriggerScripts, Version};
use crate::words::{rough, tokens};

/// What the heartbeats would cost if a model were called only where there is something to do.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Idle {
    /// The agents it is asked of.
    pub agents: Vec<String>,
    /// Whether what they are told to do is known: it may be nothing.
    pub instructions_known: bool,
    /// Share of their heartbeats that find nothing to do, 0 to 100 (`idlePercent` of the workload).
    pub percent: u64,
    /// What they cost a month now; unknown where a price is.
    pub cost: Option<Money>,
    /// What the rest of them costs.
    pub cost_if_triggered: Option<Money>,
    /// Tokens that they send a month now.
    pub tokens: u64,
    /// Those of the rest.
    pub tokens_if_triggered: u64,
    /// The first release whose automations take a script, where that is a later one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub triggers_since: Option<Version>,
}

/// What is asked of the agents of a report; `None` where nothing is to be won.
pub(super) fn idle(analysis: &Analysis, agents: &[AgentReport], unit: Unit) -> Option<Idle> {
    let gateway = &analysis.gateway;
    let running = reported(analysis, agents).filter(|(_, shown)| shown.enrolled && shown.current.runs > 0);
    let asked = running.filter_map(|(agent, shown)| {
        let percent = analysis.workload.of(&agent.id).typical.idle_percent();
        (percent > 0 && nothing_to_do(analysis, agent, shown).is_none()).then_some((agent, shown, percent))
    });
    let asked: Vec<_> = asked.collect();
    let rest = |whole: i128, percent: u64| whole * i128::from(100 - percent) / 100;
    let cost = asked.iter().map(|(_, shown, _)| Some(shown.current.cost?.typical)).sum::<Option<Money>>();
    let cost_if_triggered = cost.map(|_| {
        let each = asked.iter().filter_map(|(_, shown, percent)| {
            Some(Money::from_pico(rest(shown.current.cost?.typical.pico(), *percent)))
        });
        each.sum()
    });
    let sent = |shown: &AgentReport| shown.current.tokens.prompt();
    let tokens = asked.iter().map(|(_, shown, _)| sent(shown)).sum();
    let left = asked.iter().map(|(_, shown, percent)| rest(i128::from(sent(shown)), *percent)).sum::<i128>();
    let tokens_if_triggered = u64::try_from(left).unwrap_or(tokens);
    let is_worth_it =
        cost.zip(cost_if_triggered).is_none_or(|(now, then)| now - then >= Bounds::default().worth(unit).0);
    (tokens > 0 && is_worth_it).then(|| Idle {
        instructions_known: asked.iter().all(|(agent, ..)| are_known(analysis, agent)),
        percent: 100 - u64::try_from((left * 200 + i128::from(tokens)) / (i128::from(tokens) * 2)).unwrap_or(100),
        agents: asked.iter().map(|(agent, ..)| agent.id.clone()).collect(),
        cost,
        cost_if_triggered,
        tokens,
        tokens_if_triggered,
        triggers_since: gateway.behaviour.from(|behaviour| behaviour.trigger_scripts != TriggerScripts::None),
    })
}

/// Whether the config or a workspace says what a heartbeat is to do.
fn are_known(analysis: &Analysis, agent: &Agent) -> bool {
    let in_file = analysis.gateway.behaviour.instructions == Instructions::HeartbeatFile;
    let load = analysis.workload.of(&agent.id).typical;
    agent.settings.prompt.is_some() || (in_file && load.workspace.is_some())
}

/// The question, in a paragraph.
pub(super) fn sentence(report: &Report) -> Option<String> {
    sentences(report).into_iter().next()
}

/// The question, in as many words as there is room for: the fullest first.
pub(super) fn sentences(report: &Report) -> Vec<String> {
    let Some(idle) = &report.idle else { return Vec::new() };
    let figure = match idle.cost_if_triggered.filter(|_| idle.cost > Some(Money::ZERO)) {
        Some(then) => format!("about {}", rough(then, report.unit)),
        None => format!("{} tokens", tokens(idle.tokens_if_triggered)),
    };
    let since = idle.triggers_since.map_or(String::new(), |since| format!(", from {since} on"));
    let asked = match idle.instructions_known {
        true => "Could a script tell if there is anything to do? Then",
        false => "Nothing to check? An empty checklist makes that free; if a script can decide,",
    };
    let how = "clawbeat explain paid-empty-instructions";
    let briefly = match idle.cost.zip(idle.cost_if_triggered).filter(|(now, _)| *now > Money::ZERO) {
        Some((now, then)) => {
            format!("Run only when needed: {}, not {}", rough(then, report.unit), rough(now, report.unit))
        }
        None => format!("When needed: {} tokens, not {}", tokens(idle.tokens_if_triggered), tokens(idle.tokens)),
    };
    vec![
        format!("{asked} {figure} a month ({}% idle{since}): {how}", idle.percent),
        format!("{asked} {figure} a month{since}: {how}"),
        format!("{briefly}{since}: {how}"),
        // A command that is cut short is of no use.
        format!("{briefly}{since} (--full)"),
    ]
}
