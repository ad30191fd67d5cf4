//! What a gateway's records hold beside its schedule: chat, sub-agents, calls from outside, and heartbeats that an event
//! woke. No file says how often these come, so that records alone tell.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::replay::model_ref;
use crate::gateway::retention::Retention;
use crate::money::{Money, Unit};
use crate::records::{Records, StoredRequest, TurnKind};
use crate::simulate::Tokens;
use crate::simulate::costing::Costing;
use crate::simulate::estimate::request_cost;
use crate::simulate::observed::{RecordedUse, UnscheduledKind};

/// For how many milliseconds after a heartbeat has called tools an event that wakes the agent counts as its own doing.
const AFTER_ITSELF_MS: i64 = 5 * 60_000;

/// What is on record of each kind and agent, priced in a unit.
pub fn beside(records: &Records, costing: &Costing<'_>, unit: Unit) -> Vec<RecordedUse> {
    let mut found: BTreeMap<(UnscheduledKind, Arc<str>), RecordedUse> = BTreeMap::new();
    let ends = records.requests.first().zip(records.requests.last());
    let span_ms = ends.and_then(|(first, last)| u64::try_from(last.at - first.at).ok()).unwrap_or(0);
    // When a heartbeat of an agent last called tools.
    let mut called: HashMap<&str, i64> = HashMap::new();
    for request in &records.requests {
        let before = called.get(&*request.agent).copied();
        if request.kind == TurnKind::Heartbeat && request.place.calls {
            called.insert(&request.agent, request.at);
        }
        let Some(kind) = kind_of(request) else { continue };
        let sum = found.entry((kind, Arc::clone(&request.agent))).or_insert_with(|| RecordedUse {
            kind,
            agent: request.agent.to_string(),
            turns: 0,
            self_woken: 0,
            requests: 0,
            tokens: Tokens::default(),
            cost: Some(Money::ZERO),
            span_ms,
        });
        sum.turns += u64::from(request.place.round == 0);
        let follows = before.is_some_and(|before| request.at - before <= AFTER_ITSELF_MS);
        let by_itself = kind == UnscheduledKind::Wakes && request.place.round == 0 && follows;
        sum.self_woken += u64::from(by_itself);
        sum.requests += 1;
        sum.tokens += request.tokens;
        sum.cost = sum.cost.zip(cost(request, costing, unit)).map(|(sum, cost)| sum + cost);
    }
    found.into_values().collect()
}

fn kind_of(request: &StoredRequest) -> Option<UnscheduledKind> {
    match request.kind {
        TurnKind::Chat => Some(UnscheduledKind::Chat),
        TurnKind::Subagent => Some(UnscheduledKind::Subagents),
        TurnKind::Hook => Some(UnscheduledKind::Hooks),
        TurnKind::Heartbeat if request.place.woken => Some(UnscheduledKind::Wakes),
        _ => None,
    }
}

fn cost(request: &StoredRequest, costing: &Costing<'_>, unit: Unit) -> Option<Money> {
    let model = model_ref(&request.model);
    let agent = costing.gateway.agents.iter().find(|agent| agent.id == *request.agent);
    let retention = agent.map_or(Retention::Unset, |agent| costing.gateway.retention_of(agent, &model));
    let found = costing.model(agent, &model, retention);
    let price = found.found.price.as_ref().filter(|price| price.unit == unit)?;
    Some(request_cost(price, request.at, &request.tokens))
}
