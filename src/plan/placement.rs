//! Where a plan is written: the fewest keys that give each agent its chosen settings and change nothing for anyone
//! else. A block of its own would silence agents without one, so every candidate is proven by reading the changed
//! config again, for this release and for the other generation.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::retention;
use crate::document::{Change, KeyPath, Taken};
use crate::gateway::model_ref::ModelRef;
use crate::gateway::retention::Retention;
use crate::gateway::{Agent, Gateway};
use crate::levers::Lever;
use crate::releases::HeartbeatKey;
use crate::simulate::costing::Choice;
use crate::workload::Workload;

/// Keys to write.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Placement {
    /// The changes, in file order of the agents and lever order.
    pub changes: Vec<Change>,
    /// For each agent and lever, the key that gives it its value.
    pub keys: BTreeMap<String, Vec<(Lever, KeyPath)>>,
    /// For each lever in the shared block, the agents that do not run now and would get its value once they do.
    pub later: Vec<(Lever, Vec<String>)>,
    /// Agents that get an empty block, so that they keep running beside those with a block of their own.
    pub kept_running: Vec<String>,
    /// The edit also changes who runs on the other generation of releases.
    pub changes_other_generation: bool,
}

impl Placement {
    /// The key that gives an agent its value of a lever.
    pub fn key(&self, agent: &str, lever: Lever) -> Option<&KeyPath> {
        self.keys.get(agent)?.iter().find(|(of, _)| *of == lever).map(|(_, key)| key)
    }
}

/// The plan cannot be written without touching others.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unplaceable(String);

/// Reads a changed tree of the file as OpenClaw would: for the release at hand, and for the newest one of the other
/// generation.
pub struct Reread<'a> {
    /// This release.
    pub here: &'a dyn Fn(&Arc<Value>) -> Gateway,
    /// The ids of those who run under the other generation.
    pub other: &'a dyn Fn(&Arc<Value>) -> Vec<String>,
}

/// One value to give one agent.
struct Wish<'a> {
    agent: &'a Agent,
    lever: Lever,
    to: Value,
    /// The keys for it, where it does not belong in a heartbeat block.
    outside: Option<Outside>,
}

/// Keys outside the heartbeat block.
struct Outside {
    /// For this agent alone.
    own: Option<KeyPath>,
    /// For everybody, where everybody wishes the same.
    shared: Option<KeyPath>,
}

/// The agents that somebody talks to.
type Chats<'a> = HashSet<&'a str>;

/// What was chosen for an agent, by its id.
type Chosen<'a> = HashMap<&'a str, &'a Choice>;

/// The agents of a config by id; of several with one id the first.
fn by_id(gateway: &Gateway) -> HashMap<&str, &Agent> {
    gateway.agents.iter().rev().map(|agent| (agent.id.as_str(), agent)).collect()
}

/// Finds the keys for the chosen settings of the enrolled agents.
pub fn place(
    gateway: &Gateway,
    workload: &Workload,
    chosen: &[(&Agent, &Choice)],
    config: &Arc<Value>,
    reread: &Reread<'_>,
) -> Result<Placement, Unplaceable> {
    let talks = gateway.agents.iter().filter(|agent| retention::has_chat(&workload.of(&agent.id)));
    let chats: Chats<'_> = talks.map(|agent| agent.id.as_str()).collect();
    let by_agent: Chosen<'_> = chosen.iter().map(|(agent, choice)| (agent.id.as_str(), *choice)).collect();
    let wishes: Vec<Wish<'_>> = wishes(gateway, &chats, chosen, &by_agent);
    if wishes.is_empty() {
        return Ok(Placement::default());
    }
    for wish in &wishes {
        if HeartbeatKey::find(wish.lever.key()).is_some_and(|key| !key.accepted_by(gateway.behaviour.version)) {
            return Err(Unplaceable(format!("OpenClaw {} does not know '{}'", gateway.behaviour.version, wish.lever)));
        }
    }
    let placing = Placing {
        gateway,
        chats: &chats,
        chosen: &by_agent,
        wishes: &wishes,
        config,
        reread,
        elsewhere: OnceCell::new(),
    };
    // In the shared block alone nobody gets or loses a block of their own.
    let mut best = match placing.placed(Way::Shared, usize::MAX) {
        Some(placement) if !placement.changes_other_generation && !opens(gateway, &placement) => return Ok(placement),
        shared => shared,
    };
    // A shared block that agents without one do not read is misleading; one that all would read is no better than their own.
    let rank = |placement: &Placement| {
        let opens = opens(gateway, placement);
        let misleads = opens && !placement.later.is_empty();
        (placement.changes_other_generation, misleads, placement.changes.len(), opens)
    };
    let own_blocks = has_own_blocks(gateway).then_some(Way::OwnBlocks);
    for way in own_blocks.into_iter().chain([Way::Own, Way::SharedWithBlocks, Way::OwnWithBlocks]) {
        // Beside one that leaves the other generation as it is, only fewer keys are better.
        let good = best.as_ref().filter(|best| !best.changes_other_generation && !opens(gateway, best));
        let placed = placing.placed(way, good.map_or(usize::MAX, |best| best.changes.len()));
        best = best.into_iter().chain(placed).min_by_key(rank);
    }
    best.ok_or_else(|| {
        Unplaceable(
            "no key of this file can hold the change without touching other agents; write it by hand".to_owned(),
        )
    })
}

/// A plan that is being written.
struct Placing<'a> {
    gateway: &'a Gateway,
    chats: &'a Chats<'a>,
    chosen: &'a Chosen<'a>,
    wishes: &'a [Wish<'a>],
    config: &'a Arc<Value>,
    reread: &'a Reread<'a>,
    /// Who runs in the config as it is under the other generation.
    elsewhere: OnceCell<Vec<String>>,
}

impl Placing<'_> {
    /// The plan written in one way, if that takes fewer than so many edits and gives every agent what was chosen for it.
    fn placed(&self, way: Way, fewer_than: usize) -> Option<Placement> {
        let Placing { gateway, wishes, config, reread, .. } = *self;
        let keys = assign(gateway, wishes, way);
        let mut changes = changes(wishes, &keys);
        let mut kept_running = Vec::new();
        if matches!(way, Way::SharedWithBlocks | Way::OwnWithBlocks) {
            for (agent, block) in further_blocks(gateway, &keys) {
                changes.push(Change::set(block, Value::Object(Map::new())));
                kept_running.push(agent.id.clone());
            }
        }
        if changes.len() >= fewer_than {
            return None;
        }
        let changed = Arc::new(made(config, &changes)?);
        if !gives(gateway, &(reread.here)(&changed), self.chats, self.chosen) {
            return None;
        }
        let elsewhere = self.elsewhere.get_or_init(|| (reread.other)(config));
        let changes_other_generation = *elsewhere != (reread.other)(&changed);
        let later = later(gateway, &keys);
        let mut named: BTreeMap<String, Vec<(Lever, KeyPath)>> = BTreeMap::new();
        for (wish, key) in wishes.iter().zip(keys) {
            named.entry(wish.agent.id.clone()).or_default().push((wish.lever, key));
        }
        Some(Placement { changes, keys: named, later, kept_running, changes_other_generation })
    }
}

fn wishes<'a>(
    gateway: &'a Gateway,
    chats: &Chats<'_>,
    chosen: &[(&Agent, &Choice)],
    by_agent: &Chosen<'_>,
) -> Vec<Wish<'a>> {
    let agents = by_id(gateway);
    let mut shared: HashMap<(&ModelRef, Retention), Option<KeyPath>> = HashMap::new();
    let mut wishes = Vec::new();
    for &(agent, choice) in chosen {
        let present = Choice::present(agent);
        let Some(&agent) = agents.get(agent.id.as_str()) else { continue };
        for lever in Lever::differing(&present, choice) {
            let outside = (!lever.in_block()).then(|| Outside {
                own: retention::place(gateway, agent, &choice.model, chats.contains(agent.id.as_str())),
                shared: shared
                    .entry((&choice.model, choice.retention))
                    .or_insert_with(|| {
                        all_ask(gateway, chats, by_agent, choice)
                            .then(|| retention::shared_place(gateway, &choice.model))
                            .flatten()
                    })
                    .clone(),
            });
            wishes.push(Wish { agent, lever, to: lever.value(choice), outside });
        }
    }
    wishes
}

/// Whether everybody whose heartbeats will use the model of a choice asks for its retention, and nobody chats on it.
fn all_ask(gateway: &Gateway, chats: &Chats<'_>, chosen: &Chosen<'_>, choice: &Choice) -> bool {
    gateway.agents.iter().all(|agent| {
        let chats = agent.settings.primary_model == choice.model && chats.contains(agent.id.as_str());
        let asks = match chosen.get(agent.id.as_str()) {
            Some(planned) if planned.model == choice.model => {
                planned.asks_retention && planned.retention == choice.retention
            }
            Some(_) => true,
            None => !agent.enrolment.is_enrolled() || agent.settings.model.value != choice.model,
        };
        asks && !chats
    })
}

/// The ways to write a plan. Of those that hold, the one with the fewest keys is taken.
#[derive(Clone, Copy)]
enum Way {
    /// In the shared block where all who inherit from it wish the same, else in the agents' own.
    Shared,
    /// In the own blocks of those who have one, all else as in `Shared`.
    OwnBlocks,
    /// In the agents' own blocks.
    Own,
    /// As `Shared`, with an empty block for everybody else who runs, since agents without one then no longer would.
    SharedWithBlocks,
    /// As `Own`, likewise.
    OwnWithBlocks,
}

/// The agents that run now and have no block of their own, neither in the file nor among the keys.
fn further_blocks<'a>(gateway: &'a Gateway, keys: &[KeyPath]) -> Vec<(&'a Agent, KeyPath)> {
    let without = gateway.enrolled().filter(|agent| agent.own_block.is_none());
    let blocks = without.filter_map(|agent| Some((agent, agent.path.as_ref()?.key("heartbeat"))));
    let mut written = Taken::default();
    keys.iter().for_each(|key| written.insert(key));
    blocks.filter(|(_, block)| !written.reaches_into(block)).collect()
}

/// The key for each wish: where the value stands now, else the shared block when all who inherit it wish the same,
/// else the agent's own block.
fn assign(gateway: &Gateway, wishes: &[Wish<'_>], way: Way) -> Vec<KeyPath> {
    let prefer_own = matches!(way, Way::Own | Way::OwnWithBlocks);
    let shared = shared_block(gateway);
    let agreed: Vec<(Lever, &Value)> =
        Lever::ALL.into_iter().filter_map(|lever| Some((lever, agreed(gateway, wishes, lever)?))).collect();
    let has_block = |wish: &Wish<'_>| matches!(way, Way::OwnBlocks) && wish.agent.own_block.is_some();
    let key = |wish: &Wish<'_>| {
        if let Some(outside) = &wish.outside {
            let shared = outside.shared.as_ref().filter(|_| !prefer_own);
            return shared.or(outside.own.as_ref()).cloned().unwrap_or_default();
        }
        let name = wish.lever.key();
        let own = wish.agent.own_block.clone().or_else(|| wish.agent.path.as_ref().map(|path| path.key("heartbeat")));
        let stands_in_own = !inherits(wish.agent, wish.lever);
        let all_agree = agreed.contains(&(wish.lever, &wish.to));
        match own {
            Some(own) if stands_in_own || prefer_own || has_block(wish) || !all_agree => own.key(name),
            _ => shared.key(name),
        }
    };
    wishes.iter().map(key).collect()
}

/// Who inherits what is written into the shared block without running heartbeats now.
fn later(gateway: &Gateway, keys: &[KeyPath]) -> Vec<(Lever, Vec<String>)> {
    let shared = shared_block(gateway);
    let written = Lever::ALL.into_iter().filter(|lever| keys.contains(&shared.key(lever.key())));
    let silent = |lever: Lever| {
        let agents =
            gateway.agents.iter().filter(move |agent| !agent.enrolment.is_enrolled() && inherits(agent, lever));
        agents.map(|agent| agent.id.clone()).collect()
    };
    written.map(|lever| (lever, silent(lever))).filter(|(_, agents): &(_, Vec<String>)| !agents.is_empty()).collect()
}

/// What everybody who inherits a lever from the shared block wishes it to be, if they all wish the same.
fn agreed<'w>(gateway: &Gateway, wishes: &'w [Wish<'_>], lever: Lever) -> Option<&'w Value> {
    let wished: HashMap<&str, &Value> =
        wishes.iter().filter(|wish| wish.lever == lever).map(|wish| (wish.agent.id.as_str(), &wish.to)).collect();
    let mut inheriting = gateway.enrolled().filter(|agent| inherits(agent, lever));
    let first = *wished.get(inheriting.next()?.id.as_str())?;
    inheriting.all(|agent| wished.get(agent.id.as_str()) == Some(&first)).then_some(first)
}

/// Whether an agent's own block leaves a lever to the shared one.
fn inherits(agent: &Agent, lever: Lever) -> bool {
    let own = agent.own_block.as_ref().map(|own| own.key(lever.key()));
    own.is_none_or(|own| lever.origin(&agent.settings).key() != Some(&own))
}

/// The shared block as it stands, which an old file may have at its root.
fn shared_block(gateway: &Gateway) -> KeyPath {
    let usual = KeyPath::root().key("agents").key("defaults").key("heartbeat");
    gateway.defaults_block.clone().unwrap_or(usual)
}

/// Whether a plan begins a shared block in a file where only agents have blocks: those without one still do not run, and do
/// not read it.
fn opens(gateway: &Gateway, placement: &Placement) -> bool {
    let shared = shared_block(gateway);
    gateway.defaults_block.is_none()
        && has_own_blocks(gateway)
        && placement.changes.iter().any(|change| change.path.starts_with(&shared))
}

fn has_own_blocks(gateway: &Gateway) -> bool {
    gateway.agents.iter().any(|agent| agent.own_block.is_some())
}

/// One change a key; several agents may share it.
fn changes(wishes: &[Wish<'_>], keys: &[KeyPath]) -> Vec<Change> {
    let mut seen = HashSet::new();
    let first = wishes.iter().zip(keys).filter(|(_, key)| seen.insert(*key));
    first.map(|(wish, key)| Change::set(key.clone(), wish.to.clone())).collect()
}

fn made(config: &Value, changes: &[Change]) -> Option<Value> {
    let mut changed = if config.is_object() { config.clone() } else { Value::Object(Map::new()) };
    changes.iter().all(|change| change.make(&mut changed).is_ok()).then_some(changed)
}

/// Whether a changed config gives each agent what was chosen for it, and everybody else what they had: the same
/// heartbeats, and the same cache for their chat.
fn gives(before: &Gateway, after: &Gateway, chats: &Chats<'_>, chosen: &Chosen<'_>) -> bool {
    let agents = by_id(after);
    let as_expected = |old: &Agent| {
        let Some(&new) = agents.get(old.id.as_str()) else { return false };
        let planned = chosen.get(old.id.as_str()).copied();
        let present = Choice::present(old);
        let expected = Choice { asks_retention: false, ..planned.unwrap_or(&present).clone() };
        let chat = |gateway: &Gateway, agent: &Agent| gateway.retention_of(agent, &agent.settings.primary_model);
        let chat_may_change = planned.is_some_and(|choice| choice.asks_retention) && !chats.contains(old.id.as_str());
        let same_chat = chat_may_change || chat(before, old) == chat(after, new);
        same_chat && (!old.enrolment.is_enrolled() || Choice::present(new) == expected)
    };
    who_runs(before) == who_runs(after) && before.agents.iter().all(as_expected)
}

fn who_runs(gateway: &Gateway) -> Vec<&str> {
    gateway.enrolled().map(|agent| agent.id.as_str()).collect()
}
