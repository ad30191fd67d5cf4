//! The same file under another release, agent by agent, with the rule that makes the difference: an upgrade can turn one
//! beating agent into all of them without a word in the file.

use std::collections::HashMap;

use serde::Serialize;

use super::Report;
use crate::analysis::Analysis;
use crate::bill::Bill;
use crate::gateway::Agent;
use crate::gateway::reset::Reset;
use crate::money::{Money, Unit};
use crate::releases::{Release, ReleaseSource, Version};
use crate::simulate::costing::{Choice, Costing, Level};
use crate::simulate::estimate::Estimate;
use crate::words::{amount, count, tokens};

/// The file under another release.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// That release.
    pub release: Version,
    /// What to know about the choice, if anything.
    pub warning: Option<String>,
    /// The month there, over the agents that run there.
    pub current: Estimate,
    /// Each agent that runs here or there.
    pub agents: Vec<AgentComparison>,
}

/// One agent here and there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AgentComparison {
    /// Its id.
    pub id: String,
    /// Its typical month under the report's release; null when unknown.
    pub here: Option<Money>,
    /// Its typical month under the other one.
    pub there: Option<Money>,
    /// What the releases do differently with it, the decisive difference first; empty where nothing differs.
    pub because: Vec<String>,
}

/// Compares with a release; `only` keeps one agent.
pub(super) fn compare(analysis: &Analysis, version: Version, unit: Unit, only: Option<&str>) -> Comparison {
    let release = Release::choose(Some(version), None);
    debug_assert_eq!(release.source, ReleaseSource::Flag);
    let gateway = analysis.under_another(release.version);
    let (here, there) = (analysis.costing(), analysis.costing_of(&gateway));
    let others: HashMap<&str, &Agent> = gateway.agents.iter().rev().map(|agent| (agent.id.as_str(), agent)).collect();
    let pairs = here.gateway.agents.iter().filter(|agent| only.is_none_or(|id| agent.id == id)).filter_map(|agent| {
        let other = *others.get(agent.id.as_str())?;
        (agent.enrolment.is_enrolled() || other.enrolment.is_enrolled()).then_some([agent, other])
    });
    let mut months = Vec::new();
    let agents = pairs.map(|[agent, other]| {
        let month = Bill::new(&there, unit).of(&there.subject(other));
        let typical = |estimate: &Estimate| estimate.typical();
        let now = typical(&Bill::new(&here, unit).of(&here.subject(agent)));
        let differs = now.is_none() || now != typical(&month);
        let compared = AgentComparison {
            id: agent.id.clone(),
            here: now,
            there: typical(&month),
            because: if differs { because([&here, &there], [agent, other]) } else { Vec::new() },
        };
        if other.enrolment.is_enrolled() {
            months.push(month);
        }
        compared
    });
    let agents = agents.collect();
    Comparison { release: release.version, warning: release.warning, current: Estimate::sum(months.iter()), agents }
}

/// The answer in a sentence.
pub(super) fn sentence(report: &Report) -> Option<String> {
    let there = report.comparison.as_ref()?;
    let months = [&there.current, &report.totals.current];
    let (release, here) = (there.release, report.config.release);
    Some(match months.map(Estimate::typical) {
        [Some(other), Some(now)] => {
            let [other, now] = [other, now].map(|cost| amount(cost, report.unit));
            format!("On OpenClaw {release} the same file costs about {other} a month ({now} on {here}).")
        }
        _ => {
            let [other, now] = months.map(|month| tokens(month.tokens.all()));
            format!("On OpenClaw {release} the same file takes {other} tokens a month ({now} on {here}).")
        }
    })
}

/// What differs. An agent that runs on one side only needs no further reason.
fn because(costings: [&Costing<'_>; 2], agents: [&Agent; 2]) -> Vec<String> {
    let [here, there] = agents;
    if here.enrolment.is_enrolled() != there.enrolment.is_enrolled() {
        return vec![format!("who runs: {}", there.enrolment)];
    }
    let skipped = [0, 1].map(|side| costings[side].always_skipped(agents[side]));
    if skipped[0] != skipped[1] {
        let said = |side: usize| skipped[side].map_or("runs", |reason| reason.name());
        let why = format!("{} there, {} here: target '{}'", said(1), said(0), there.settings.target.value);
        return vec![format!("skips: {why} ({})", there.settings.target.origin)];
    }
    let mut reasons = Vec::new();
    let choices = agents.map(Choice::present);
    let [now, then] = agents.map(|agent| agent.settings.every.value.to_string());
    if now != then {
        reasons.push(format!("interval: {then} there, {now} here ({})", there.settings.every.origin));
    }
    let [now, then] = choices.map(|choice| choice.model.to_string());
    if now != then {
        reasons.push(format!("model: {then} there, {now} here"));
    }
    let named = effects(costings, agents);
    reasons.extend(named.into_iter().map(|(rule, [here, there])| format!("{rule}: {there} there, {here} here")));
    reasons
}

/// What OpenClaw does differently with an agent that no setting of its heartbeat names, as rule and both values.
pub(super) fn effects(costings: [&Costing<'_>; 2], agents: [&Agent; 2]) -> Vec<(&'static str, [String; 2])> {
    let mut effects = Vec::new();
    let mut differ = |rule: &'static str, values: [String; 2]| {
        if values[0] != values[1] {
            effects.push((rule, values));
        }
    };
    let choices = agents.map(Choice::present);
    let behaviours = costings.map(|costing| &costing.gateway.behaviour);
    let effect = |yes: bool| if yes { "has an effect" } else { "has none" }.to_owned();
    if choices[1].isolated {
        differ("isolatedSession", behaviours.map(|behaviour| effect(behaviour.isolation_effective)));
    } else {
        let held = |agent: &Agent| if agent.settings.holds_chat { "shared" } else { "elsewhere" }.to_owned();
        differ("the user's chat", agents.map(held));
        differ("session reset", costings.map(|costing| reset(costing.gateway.reset)));
    }
    if choices[1].light {
        differ("lightContext", behaviours.map(|behaviour| effect(behaviour.light_context_effective)));
    }
    let sides = [0, 1].map(|side| {
        let (costing, subject) = (costings[side], costings[side].subject(agents[side]));
        let model = costing.answering(agents[side], &choices[side]);
        let (_, parts) = costing.parts(&subject, &choices[side], &model, Level::Typical);
        let lives =
            model.caching.expected.lives().map_or("nothing cached".to_owned(), |ms| format!("{}m", ms / 60_000));
        (lives, count(parts.total()), subject.recap.as_ref().map_or("none".to_owned(), |recap| recap.model.id.clone()))
    });
    differ("prompt cache", sides.clone().map(|side| side.0));
    differ("characters without the conversation", sides.clone().map(|side| side.1));
    differ("hidden recap", sides.map(|side| side.2));
    effects
}

fn reset(reset: Reset) -> String {
    let daily = reset.daily.map(|hour| format!("daily at {hour:02}:00"));
    let idle = reset.idle.map(|ms| format!("after {} idle minutes", ms / 60_000));
    let both: Vec<String> = daily.into_iter().chain(idle).collect();
    if both.is_empty() { "never".to_owned() } else { both.join(" and ") }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn compared(config: &Value, [here, there]: [&str; 2]) -> Comparison {
        compare(&Analysis::of(config, Some(here)), there.parse().unwrap(), Unit::Usd, None)
    }

    fn config(heartbeat: &Value) -> Value {
        json!({ "agents": { "defaults": { "model": "anthropic/claude-opus-4-6", "heartbeat": heartbeat },
            "list": [{ "id": "main" }, { "id": "ops" }] } })
    }

    /// From 2026.4.29 a defaults block runs every agent.
    #[test]
    fn an_upgrade_that_enrols_more_agents_says_so() {
        let comparison = compared(&config(&json!({ "every": "30m", "target": "none" })), ["2026.4.27", "2026.4.29"]);
        let [main, ops] = &comparison.agents[..] else { panic!("{comparison:?}") };
        assert_eq!((main.here, main.because.len()), (main.there, 0));
        assert_eq!(ops.here, Some(Money::ZERO));
        assert!(ops.there > ops.here && ops.because[0].starts_with("who runs"), "{ops:?}");
    }

    #[test]
    fn each_reason_is_told() {
        let because = |heartbeat: Value, releases| compared(&config(&heartbeat), releases).agents[0].because.join("; ");
        let target = because(json!({ "every": "30m" }), ["2026.7.35", "2026.9.6"]);
        assert!(target.starts_with("skips: no-route there, runs here: target 'owner'"), "{target}");
        let isolated = json!({ "every": "30m", "target": "none", "isolatedSession": true });
        assert!(because(isolated, ["2026.4.11", "2026.4.12"]).contains("isolatedSession: has an effect there"));
        let shared = because(json!({ "every": "30m", "target": "none" }), ["2026.7.35", "2026.9.6"]);
        assert!(shared.contains("session reset: never there, daily at 04:00 here"), "{shared}");
        assert!(shared.contains("characters without the conversation"), "{shared}");
    }
}
