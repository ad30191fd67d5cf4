//! What a gateway runs that no schedule decides: chat, sub-agents, calls from outside and heartbeats that an event wakes.
//! Records measure it. Without them it has a name, the settings that let it happen, and for wakes the most that the
//! gateway lets through.

use serde::Serialize;
use serde_json::Value;

use super::Bill;
use crate::document::Named;
use crate::gateway::Agent;
use crate::money::Money;
use crate::releases::measured::subagent_sizes;
use crate::simulate::costing::{Choice, Level};
use crate::simulate::observed::{RecordedUse, UnscheduledKind};
use crate::simulate::prompt::{self, Parts, PromptSettings};
use crate::simulate::{FLOOD_STARTS, Tokens, tokenizer};
use crate::workload::Profile;
use crate::workload::workspace::Workspace;

/// One kind of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unscheduled {
    /// What it is.
    pub kind: UnscheduledKind,
    /// The settings that let it happen; empty where none does.
    pub causes: Vec<String>,
    /// Tokens that a sub-agent's first request sends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_tokens: Option<u64>,
    /// What is on record of it, over all agents asked about; null where no records were read.
    pub recorded: Option<Recorded>,
    /// The most that may come in the period, where nothing is on record and the gateway has a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<AtMost>,
}

/// What is on record.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Recorded {
    /// Hours over which the records reach, rounded down.
    pub hours: u64,
    /// Turns.
    pub turns: u64,
    /// The requests of all of them.
    pub requests: u64,
    /// The tokens of those.
    pub tokens: Tokens,
    /// What those cost; null where a price is unknown.
    pub cost: Option<Money>,
    /// The same for the whole period at that pace; null where the records reach over less than a day.
    pub month: Option<AtPace>,
}

/// A period at the pace of the records.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AtPace {
    /// Requests.
    pub requests: u64,
    /// Their tokens, of every kind.
    pub tokens: u64,
    /// Money; null where a price is unknown.
    pub cost: Option<Money>,
}

/// A limit of the gateway's.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AtMost {
    /// Runs that an agent may start in a minute.
    pub per_minute: u64,
    /// Runs in the period, for each agent.
    pub runs: u64,
    /// What those of the agent with the dearest heartbeat cost; null where its price is unknown.
    pub cost: Option<Money>,
}

/// A sub-agent that is started.
#[derive(Clone, Debug, Default)]
pub struct Spawned<'s> {
    /// The model that its call names.
    pub model: Option<&'s str>,
    /// Without the workspace files.
    pub light: bool,
    /// Characters of its task.
    pub task_chars: u64,
}

/// The pace of less than a day says nothing of a month.
const LEAST_SPAN_MS: u64 = 24 * 3_600_000;

/// How far apart commands wake an agent whose heartbeats are off, in milliseconds (`fixtures/oracle/wakes.json`).
const COMMANDS_APART_MS: u64 = 30_000;

/// A sub-agent's task, in characters: a few sentences.
const TASK_CHARS: u64 = 400;

impl<'a> Bill<'_, 'a> {
    /// What no schedule decides, for all agents or one.
    pub fn unscheduled(&self, recorded: Option<&[RecordedUse]>, only: Option<&str>) -> Vec<Unscheduled> {
        let of = |kind| {
            let asked = |one: &&RecordedUse| one.kind == kind && only.is_none_or(|id| one.agent == id);
            let recorded = recorded.map(|all| self.sum(all.iter().filter(asked).collect(), all));
            let is_open = kind == UnscheduledKind::Wakes && recorded.is_none();
            let causes = self.causes(kind);
            let at_most = if is_open && !causes.is_empty() { self.at_most(only) } else { None };
            let request_tokens = if kind == UnscheduledKind::Subagents { self.subagent_tokens(only) } else { None };
            Unscheduled { kind, causes, request_tokens, recorded, at_most }
        };
        UnscheduledKind::ALL.into_iter().map(of).collect()
    }

    fn sum(&self, own: Vec<&RecordedUse>, all: &[RecordedUse]) -> Recorded {
        let span_ms = all.iter().map(|one| one.span_ms).max().unwrap_or(0);
        let mut tokens = Tokens::default();
        own.iter().for_each(|one| tokens += one.tokens);
        let count = |of: &dyn Fn(&RecordedUse) -> u64| own.iter().map(|one| of(one)).sum::<u64>();
        let (turns, requests) = (count(&|one| one.turns), count(&|one| one.requests));
        let cost: Option<Money> = own.iter().map(|one| one.cost).sum();
        let (of, by) = (self.costing.period.ms(), span_ms.max(1));
        let scaled =
            |number: u64| u64::try_from(u128::from(number) * u128::from(of) / u128::from(by)).unwrap_or(u64::MAX);
        let month = (span_ms >= LEAST_SPAN_MS).then(|| AtPace {
            requests: scaled(requests),
            tokens: scaled(tokens.all()),
            cost: cost.and_then(|cost| cost.scaled(of, by)),
        });
        Recorded { hours: span_ms / 3_600_000, turns, requests, tokens, cost, month }
    }

    /// The settings that let it happen (`fixtures/oracle/wakes.json`).
    fn causes(&self, kind: UnscheduledKind) -> Vec<String> {
        let gateway = self.costing.gateway;
        let may_wake = gateway.behaviour.wakes_while_off
            || gateway.enrolled().any(|agent| agent.settings.every.value.ms().is_some());
        let commands = match gateway.config().at("tools.exec.notifyOnExit") {
            Some(Value::Bool(false)) => None,
            Some(_) => Some("tools.exec.notifyOnExit"),
            None => Some("tools.exec.notifyOnExit (on by default)"),
        };
        let hooks = self.takes_calls().then_some("hooks.enabled");
        let causes = match kind {
            UnscheduledKind::Chat | UnscheduledKind::Subagents => [None, None],
            UnscheduledKind::Hooks => [None, hooks],
            UnscheduledKind::Wakes => [commands, hooks].map(|cause| cause.filter(|_| may_wake)),
        };
        causes.into_iter().flatten().map(str::to_owned).collect()
    }

    fn takes_calls(&self) -> bool {
        self.costing.gateway.config().at("hooks.enabled") == Some(&Value::Bool(true))
    }

    /// The most wakes that the release lets through; `None` where it has no guard, and where nothing but commands may wake
    /// agents that have heartbeats: of these only the first after a start does, and later ones wait for the next tick.
    fn at_most(&self, only: Option<&str>) -> Option<AtMost> {
        let costing = self.costing;
        if !costing.gateway.behaviour.skips_floods {
            return None;
        }
        let asked = costing.gateway.enrolled().filter(|agent| only.is_none_or(|id| agent.id == id));
        let agents: Vec<&Agent> = asked.collect();
        let is_off = |agent: &&Agent| agent.settings.every.value.ms().is_none();
        let per_minute = match (self.takes_calls(), agents.iter().any(is_off)) {
            (true, _) => u64::try_from(FLOOD_STARTS).ok()?,
            (false, true) => 60_000 / COMMANDS_APART_MS,
            (false, false) => return None,
        };
        let runs = costing.period.ms() / 60_000 * per_minute;
        // Of one that is off, no run is priced.
        let per_run: Option<Vec<Money>> = agents.iter().map(|agent| self.of(&costing.subject(agent)).per_run).collect();
        let dearest = per_run.and_then(|runs| runs.into_iter().max_by_key(|one| one.pico()));
        Some(AtMost { per_minute, runs, cost: dearest.and_then(|cost| cost.scaled(runs, 1)) })
    }

    fn subagent_tokens(&self, only: Option<&str>) -> Option<u64> {
        let gateway = self.costing.gateway;
        let agent = only.and_then(|id| gateway.agents.iter().find(|agent| agent.id == id)).or(gateway.owner())?;
        let parts = self.subagent_request(agent, &Spawned { task_chars: TASK_CHARS, ..Spawned::default() });
        let runner = self.runner_of(agent, None);
        let retention = gateway.retention_of(agent, &runner.model);
        let model = self.costing.model(Some(agent), &runner.model, retention);
        Some(tokenizer::tokens(parts.total(), model.tokens_per_mille))
    }

    /// The parts of the first request of a sub-agent that an agent starts without its conversation, at a typical load.
    pub fn subagent_request(&self, agent: &'a Agent, spawned: &Spawned<'_>) -> Parts {
        let (costing, gateway) = (self.costing, self.costing.gateway);
        let runner = self.runner_of(agent, spawned.model.map(str::to_owned));
        let retention = gateway.retention_of(agent, &runner.model);
        let choice = Choice { model: runner.model, retention, ..Choice::present(agent) };
        let wire = costing.answering(agent, &choice).caching.wire;
        let limits = agent.settings.limits;
        let (sizes, left_out) = subagent_sizes(&gateway.behaviour, wire, limits.tools);
        let subject = costing.subject(agent);
        let load = subject.profile(Level::Typical);
        let without = |space: &Workspace| left_out.iter().fold(space.clone(), |space, name| space.without(name));
        let workspace = load.workspace.as_ref().map(without);
        let profile = Profile { instructions_chars: 0, workspace, fixed: None, ..Profile::clone(load) };
        let asked = PromptSettings {
            isolated: true,
            light: spawned.light,
            delivered: false,
            has_channel: false,
            prompt_chars: None,
            limits,
        };
        let mut parts = prompt::parts(&sizes, &gateway.behaviour, &profile, &asked);
        parts.message += spawned.task_chars;
        parts
    }
}
