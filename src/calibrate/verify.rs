//! What a change saved: the old settings simulated on the days after it, with what the user did on those days, minus what was
//! measured on them; over whole days, so that each hour counts alike. Less than a day says nothing.

mod agent;
mod answer;
mod judged;
mod rails;
mod spans;

use jiff::Timestamp;

use super::replay::Replay;
use super::turn::Turn;
use super::{digest, seed};
use crate::gateway::Agent;
use crate::money::Unit;
use crate::records::{Records, TurnKind};
use crate::simulate::costing::Costing;
use agent::BeforeAndAfter;
pub use answer::{Acknowledged, Judgement, OfAgent, Verification};
use judged::Touched;
pub use rails::Rail;
#[cfg(test)]
pub(super) use rails::rails;

/// Compares the records after a change with what the old settings would have cost then. Both costings are of the same
/// machine; the old one is of the config before the change.
pub fn verify(records: &Records, old: &Costing<'_>, new: &Costing<'_>, applied: Timestamp) -> Verification {
    let turns = |agent| Replay::of(old, agent, &records.requests).turns();
    let both = old.gateway.agents.iter().map(|agent| (agent, turns(agent)));
    let ran = both.filter(|(_, turns)| turns.iter().any(|turn| turn.kind == TurnKind::Heartbeat));
    let ran: Vec<(&Agent, Vec<Turn>)> = ran.collect();
    let is_priced = |(agent, turns): &(&Agent, Vec<Turn>)| {
        [old, new].iter().all(|costing| Replay::of(costing, agent, &records.requests).is_priced(turns))
    };
    let unit = if ran.iter().all(is_priced) { old.unit() } else { Unit::Tokens };
    let question = BeforeAndAfter {
        records,
        costings: [old, new],
        unit,
        applied: applied.as_millisecond(),
        seed: seed(&digest(records)),
    };
    let agents: Vec<OfAgent> = ran.iter().map(|(agent, turns)| question.of_agent(agent, turns)).collect();
    // An agent that the change did not touch says nothing of it, unless something broke there.
    let is_judged = |agent: &&OfAgent| {
        let touched = |agent: &OfAgent| question.change(&agent.agent) == Touched::Own;
        agent.verdict == Judgement::Worse || touched(agent)
    };
    let is_none_judged = !agents.iter().any(|agent| is_judged(&agent));
    let judged: Vec<&OfAgent> = agents.iter().filter(|agent| is_none_judged || is_judged(agent)).collect();
    let verdict = match judged.iter() {
        all if all.clone().any(|agent| agent.verdict == Judgement::Worse) => Judgement::Worse,
        all if all.clone().any(|agent| agent.verdict == Judgement::Saved)
            && all.clone().all(|agent| agent.verdict != Judgement::NotYetKnown) =>
        {
            Judgement::Saved
        }
        _ => Judgement::NotYetKnown,
    };
    let a_day = judged.iter().map(|agent| {
        let days = agent.days[1];
        let [low, middle, high] = agent.saved?.map(|saved| saved.per(days));
        Some([low?, middle?, high?])
    });
    let saved_a_day = a_day.collect::<Option<Vec<_>>>().filter(|all| !all.is_empty()).map(|all| {
        let sum = |at: usize| all.iter().map(|of| of[at]).sum();
        [sum(0), sum(1), sum(2)]
    });
    drop(judged);
    Verification { schema_version: 1, applied: applied.to_string(), unit, verdict, saved_a_day, agents }
}
