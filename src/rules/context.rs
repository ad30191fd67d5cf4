//! What a rule may look at: the file with its spans, the config with includes merged and variables replaced, what it
//! means for the release at hand, and what its heartbeats cost.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::needs::Needs;
use super::planner::{Advised, Planner};
use super::spending::Spender;
use crate::automations::{Job, Jobs};
use crate::document::{Change, Document, KeyPath};
use crate::gateway::active_hours::minute;
use crate::gateway::include::{Expanded, Include};
use crate::gateway::model_ref::ModelRef;
use crate::gateway::roster::Enrolment;
use crate::gateway::setting::Origin;
use crate::gateway::{Agent, Gateway};
use crate::levers::Lever;
use crate::money::Unit;
use crate::releases::Release;
use crate::releases::shape::Shape;
use crate::releases::{Behaviour, RootHeartbeat};
use crate::schema::{GivenSchema, Misfit};
use crate::simulate::costing::Costing;
use crate::simulate::observed::RecordedUse;

/// One config to lint.
#[derive(Debug)]
pub struct Context<'a> {
    /// The file.
    pub document: &'a Document,
    /// The config with its includes merged and its variables replaced.
    pub config: &'a Arc<Value>,
    /// Its includes.
    pub includes: &'a [Include],
    /// The config with its includes merged, as it is written.
    written: &'a Value,
    /// The release it is read for, and who named it.
    pub release: &'a Release,
    /// What it means and costs.
    pub costing: &'a Costing<'a>,
    /// A schema of the whole file, if the user has one.
    pub(super) schema: Option<&'a GivenSchema>,
    /// What the gateway has scheduled, where its store was read.
    pub(super) jobs: Option<&'a Jobs>,
    /// What is on record beside heartbeats and jobs, where records were read.
    recorded: Option<&'a [RecordedUse]>,
    /// The only agent of which the money is spoken, if one was asked for.
    pub(super) agent: Option<&'a str>,
    /// The only unit in which money is spoken of, if one was asked for.
    pub(super) unit: Option<Unit>,
    /// Where it does not fit the schema of the release's generation.
    pub(super) misfits: Vec<Misfit>,
    spendings: OnceCell<Vec<Spender<'a>>>,
    spending_places: OnceCell<HashMap<String, Vec<usize>>>,
    /// Heartbeats by the model that answers them.
    users: OnceCell<HashMap<ModelRef, usize>>,
    roster: OnceCell<Vec<KeyPath>>,
    blocks: OnceCell<Vec<HeartbeatBlock<'a>>>,
    planner: Option<Planner<'a>>,
    advised: OnceCell<Advised>,
    /// The levers that were looked at, and whether the plan's edits of them in agents' own blocks hold.
    pub(super) own_edits: RefCell<HashMap<Lever, bool>>,
}

/// A heartbeat block as written.
#[derive(Clone, Debug)]
pub(super) struct HeartbeatBlock<'c> {
    pub(super) path: KeyPath,
    pub(super) fields: &'c Map<String, Value>,
    /// It is the block of one agent, not the shared one.
    pub(super) own: bool,
}

impl<'a> Context<'a> {
    /// Gathers what the rules need; `costing` was made from the document for the same release.
    pub fn new(document: &'a Document, expanded: &'a Expanded, release: &'a Release, costing: &'a Costing<'a>) -> Self {
        let config = costing.gateway.config();
        Context {
            document,
            misfits: costing.gateway.behaviour.schema().check(config),
            config,
            includes: &expanded.includes,
            written: &expanded.value,
            release,
            costing,
            schema: None,
            jobs: None,
            recorded: None,
            agent: None,
            unit: None,
            spendings: OnceCell::new(),
            spending_places: OnceCell::new(),
            users: OnceCell::new(),
            roster: OnceCell::new(),
            blocks: OnceCell::new(),
            planner: None,
            advised: OnceCell::new(),
            own_edits: RefCell::default(),
        }
    }

    /// Compares the whole file with a schema.
    #[must_use]
    pub fn against(self, schema: Option<&'a GivenSchema>) -> Self {
        Context { schema, ..self }
    }

    /// Knows what the gateway has scheduled.
    #[must_use]
    pub fn with_jobs(self, jobs: &'a Jobs) -> Self {
        Context { jobs: jobs.store.is_some().then_some(jobs), ..self }
    }

    /// Knows what is on record beside heartbeats and jobs.
    #[must_use]
    pub fn with_recorded(self, recorded: Option<&'a [RecordedUse]>) -> Self {
        Context { recorded, ..self }
    }

    /// What is on record beside heartbeats and jobs.
    pub(super) fn recorded(&self) -> &'a [RecordedUse] {
        self.recorded.unwrap_or_default()
    }

    /// The jobs that are switched on.
    pub(super) fn jobs(&self) -> impl Iterator<Item = &'a Job> {
        let all = self.jobs.map_or(&[][..], |jobs| &jobs.jobs);
        all.iter().filter(|job| job.enabled)
    }

    /// Where the config speaks of scheduled jobs, or of nothing in particular.
    pub(super) fn place_of_jobs(&self) -> KeyPath {
        let place = KeyPath::root().key("cron");
        if self.get(&place).is_some() { place } else { KeyPath::root() }
    }

    /// Speaks of the money of one agent only, and of one unit.
    #[must_use]
    pub fn of(self, agent: Option<&'a str>, unit: Option<Unit>) -> Self {
        Context { agent, unit, ..self }
    }

    /// Speaks of no money at all, which takes no simulation.
    #[must_use]
    pub fn without_money(self) -> Self {
        Context { spendings: OnceCell::from(Vec::new()), ..self }
    }

    /// Advises what a plan does; without one, no rule advises what plans decide.
    #[must_use]
    pub fn advised_by(self, planner: Planner<'a>) -> Self {
        Context { planner: Some(planner), ..self }
    }

    /// What the plan changes, worked out when it is first asked for.
    pub(super) fn advised(&self) -> &Advised {
        self.advised.get_or_init(|| self.planner.map(|planner| (planner.0)()).unwrap_or_default())
    }

    /// Whether there is what a rule looks at.
    pub(super) fn has(&self, needs: Needs) -> bool {
        match needs {
            Needs::Config => true,
            Needs::GivenSchema => self.schema.is_some(),
            Needs::Jobs => self.jobs.is_some(),
            Needs::Records => self.recorded.is_some(),
            Needs::Workspace => self.costing.workload.workspaces().next().is_some(),
        }
    }

    /// The config as the release reads it.
    pub fn gateway(&self) -> &'a Gateway {
        self.costing.gateway
    }

    /// The shape of a whole config in this release, if it was read.
    pub(super) fn shape(&self) -> Option<Shape> {
        Shape::of(self.behaviour().version)
    }

    pub(super) fn behaviour(&self) -> &'a Behaviour {
        &self.costing.gateway.behaviour
    }

    /// The config with its includes merged, its variables as they are written.
    pub(super) fn as_written(&self) -> &'a Value {
        self.written
    }

    /// The value at a path of the config.
    pub(super) fn get(&self, path: &KeyPath) -> Option<&'a Value> {
        path.resolve(self.config)
    }

    /// The value at a path as it is written, its variables not replaced: what a fix may copy.
    pub(super) fn written(&self, path: &KeyPath) -> Option<&'a Value> {
        path.resolve(self.written)
    }

    /// Whether a change would put a value in the place of a variable, which would write down what the environment says.
    pub(super) fn overwrites_variable(&self, change: &Change) -> bool {
        let is_new = |written: &&Value| change.to.as_ref().is_some_and(|to| to != *written);
        self.written(&change.path).filter(is_new).is_some_and(|written| Some(written) != self.get(&change.path))
    }

    /// The bytes to show for a path of the config.
    pub(super) fn span(&self, path: &KeyPath) -> Range<usize> {
        self.document.span_or_nearest(path)
    }

    /// The change that gives a path of the config a value.
    pub(super) fn set(&self, path: &KeyPath, value: impl Into<Value>) -> Change {
        Change::set(path.clone(), value)
    }

    /// The change that removes a path of the config; none if it is not there.
    pub(super) fn remove(&self, path: &KeyPath) -> Vec<Change> {
        self.written(path).map(|_| Change::remove(path.clone())).into_iter().collect()
    }

    /// The heartbeat blocks that the release reads: the shared one and those of agents.
    pub(super) fn blocks(&self) -> &[HeartbeatBlock<'a>] {
        self.blocks.get_or_init(|| {
            let shared = [agents().key("defaults").key("heartbeat"), KeyPath::root().key("heartbeat")];
            let moves = self.behaviour().root_heartbeat != RootHeartbeat::Refused;
            let shared = shared.into_iter().take(if moves { 2 } else { 1 }).map(|path| (path, false));
            let own = self.roster().iter().filter(|path| self.has_block(path));
            let own = own.map(|path| (path.key("heartbeat"), true));
            let block = |(path, own): (KeyPath, bool)| {
                let fields = self.get(&path)?.as_object()?;
                Some(HeartbeatBlock { path, fields, own })
            };
            shared.chain(own).filter_map(block).collect()
        })
    }

    fn has_block(&self, agent: &KeyPath) -> bool {
        self.get(agent).is_some_and(|agent| agent.get("heartbeat").is_some())
    }

    /// The paths of the agents as written, in either form of a roster.
    pub(super) fn roster(&self) -> &[KeyPath] {
        self.roster.get_or_init(|| {
            let (entries, list) = (agents().key("entries"), agents().key("list"));
            let keys = self.get(&entries).and_then(Value::as_object).into_iter().flatten();
            let items = self.get(&list).and_then(Value::as_array).map_or(0, Vec::len);
            keys.map(|(id, _)| entries.key(id)).chain((0..items).map(|at| list.index(at))).collect()
        })
    }

    /// The block where a heartbeat setting of an agent belongs: its own, else the shared one, there or not.
    pub(super) fn block_of(&self, agent: &Agent) -> KeyPath {
        let shared = agents().key("defaults").key("heartbeat");
        let root = KeyPath::root().key("heartbeat");
        let moves = self.behaviour().root_heartbeat != RootHeartbeat::Refused;
        match &agent.own_block {
            Some(own) => own.clone(),
            None if agent.enrolment == Enrolment::OwnBlock => self.unread_block(agent).unwrap_or(shared),
            None if moves && self.get(&shared).is_none() && self.get(&root).is_some_and(Value::is_object) => root,
            None => shared,
        }
    }

    /// Where the block belongs of an agent whose id stands twice: OpenClaw runs it for the block of the second entry and
    /// reads the first, which has none.
    fn unread_block(&self, agent: &Agent) -> Option<KeyPath> {
        Some(agent.path.as_ref()?.key("heartbeat"))
    }

    /// Where a setting of an agent stands, else where `key` of its heartbeat block belongs.
    pub(super) fn place_of(&self, agent: &Agent, origin: &Origin, key: &str) -> KeyPath {
        origin.key().cloned().unwrap_or_else(|| self.block_of(agent).key(key))
    }

    /// Whether a key may be added to a block without enrolling other agents: the block is there, its agent runs as if it
    /// were, or there is one agent.
    pub(super) fn may_add_to(&self, block: &KeyPath) -> bool {
        let runs_as_if =
            |agent: &Agent| agent.enrolment == Enrolment::OwnBlock && self.unread_block(agent).as_ref() == Some(block);
        self.get(block).is_some_and(Value::is_object)
            || self.gateway().agents.len() == 1
            || self.gateway().agents.iter().any(runs_as_if)
    }

    /// The change that gives a block a key, where that enrols no other agent.
    pub(super) fn add_to(&self, block: &KeyPath, key: &str, value: impl Into<Value>) -> Vec<Change> {
        let change = self.set(&block.key(key), value);
        let is_looked_at = self.get(&block.key("every")).is_some() || self.hours_stand(block);
        let may = self.may_add_to(block) && (key != "every" || is_looked_at);
        if may { vec![change] } else { Vec::new() }
    }

    /// Whether the active hours of a block are accepted once it has an interval: without one, legacy releases do not look.
    fn hours_stand(&self, block: &KeyPath) -> bool {
        let hours = self.get(&block.key("activeHours"));
        let stands = |key: &str| match hours.and_then(|hours| hours.get(key)?.as_str()) {
            Some(text) if !text.is_empty() => minute(text, key == "end").is_ok(),
            _ => true,
        };
        stands("start") && stands("end")
    }

    /// The agents whose heartbeats run, with their costs.
    pub(super) fn spendings(&self) -> &[Spender<'a>] {
        self.spendings.get_or_init(|| Spender::all(self.costing, self.agent, self.unit))
    }

    /// How many of them a model answers.
    pub(super) fn users_of(&self, model: &ModelRef) -> usize {
        let users = self.users.get_or_init(|| {
            let mut users: HashMap<ModelRef, usize> = HashMap::new();
            self.spendings().iter().for_each(|one| *users.entry(one.choice.model.clone()).or_default() += 1);
            users
        });
        users.get(model).copied().unwrap_or_default()
    }

    /// Those of some agents, in the order of the roster.
    pub(super) fn spendings_of<'s>(&'s self, ids: impl Iterator<Item = &'s String>) -> Vec<&'s Spender<'a>> {
        let all = self.spendings();
        let places = self.spending_places.get_or_init(|| {
            let mut places: HashMap<String, Vec<usize>> = HashMap::new();
            all.iter().enumerate().for_each(|(at, one)| places.entry(one.agent.id.clone()).or_default().push(at));
            places
        });
        let mut found: Vec<usize> = ids.filter_map(|id| places.get(id)).flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().filter_map(|at| all.get(at)).collect()
    }
}

/// `agents`.
pub(super) fn agents() -> KeyPath {
    KeyPath::root().key("agents")
}
