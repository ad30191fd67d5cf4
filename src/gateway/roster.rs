//! The agents of a config and which of them OpenClaw runs heartbeats for (R3, R6). Both forms of a roster are read,
//! `agents.list[]` and `agents.entries`, whichever the release prefers: it converts or repairs the other one.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde_json::{Map, Value};

use crate::document::{KeyPath, Named};
use crate::releases::agent_id::{distinct, normal_id};
use crate::releases::shape::retired;
use crate::releases::{Behaviour, HeartbeatKey};
use crate::secrets::credentials::masked;

/// One agent as the file states it.
#[derive(Clone, Debug)]
pub struct AgentEntry<'a> {
    /// Its id, lower case as OpenClaw keeps it.
    pub id: String,
    /// Where it stands; `None` for the agent of a config without a roster, or one that is only named.
    pub path: Option<KeyPath>,
    /// Its object.
    pub value: &'a Value,
    block: bool,
    marked: bool,
}

impl AgentEntry<'_> {
    /// Whether it has a heartbeat block of its own; an empty one counts.
    pub fn has_block(&self) -> bool {
        self.block
    }

    fn is_marked_default(&self) -> bool {
        self.marked
    }
}

/// Whether OpenClaw runs heartbeats for an agent, and which rule says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enrolment {
    /// It has a block of its own.
    OwnBlock,
    /// `agents.defaults.heartbeat.agentId` names it.
    Named,
    /// `agents.defaults.heartbeat` runs every agent.
    DefaultsBlock,
    /// No block anywhere, and it owns what nobody else owns.
    AmbientOwner,
    /// No agent has a block, and this release then runs the default agent.
    DefaultAgent,
    /// Not enrolled: other agents have a block, this one has none.
    WithoutBlock,
    /// Not enrolled: `agents.defaults.heartbeat.agentId` names another agent.
    AnotherNamed(String),
    /// Not enrolled: this release runs the default agent only.
    NotDefaultAgent(String),
    /// Not enrolled: no block anywhere, and another agent is the owner.
    NotOwner(String),
    /// Not enrolled: several agents, no block anywhere and no owner.
    NoOwner,
}

impl Enrolment {
    /// Whether it runs.
    pub fn is_enrolled(&self) -> bool {
        use Enrolment::*;
        matches!(self, OwnBlock | Named | DefaultsBlock | AmbientOwner | DefaultAgent)
    }
}

impl fmt::Display for Enrolment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Enrolment::OwnBlock => f.write_str("it has a heartbeat block of its own"),
            Enrolment::Named => f.write_str("agents.defaults.heartbeat.agentId names it"),
            Enrolment::DefaultsBlock => f.write_str("agents.defaults.heartbeat runs every agent"),
            Enrolment::AmbientOwner => f.write_str("heartbeats are on by default for the agent that owns the gateway"),
            Enrolment::DefaultAgent => f.write_str("heartbeats are on by default for the default agent"),
            Enrolment::WithoutBlock => {
                f.write_str("another agent has a heartbeat block, and then agents without one never run")
            }
            Enrolment::AnotherNamed(other) => write!(f, "agents.defaults.heartbeat.agentId names '{other}'"),
            Enrolment::NotDefaultAgent(default) => {
                write!(
                    f,
                    "no agent has a heartbeat block, and this release then runs only the default agent, '{default}'"
                )
            }
            Enrolment::NotOwner(owner) => write!(f, "no heartbeat block anywhere, so only the owner '{owner}' runs"),
            Enrolment::NoOwner => f.write_str("several agents, no heartbeat block and no owner: nobody runs"),
        }
    }
}

const NO_AGENT: &Value = &Value::Null;

/// The agents of a config, in its order; `main` where there is no roster. Legacy releases refuse items without an id;
/// current ones name them at start, and tell apart those of one name.
pub fn entries<'v>(config: &'v Value, behaviour: &Behaviour) -> Vec<AgentEntry<'v>> {
    let agents = KeyPath::root().key("agents");
    let mut found: Vec<AgentEntry<'v>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    if let Some(entries) = config.at("agents.entries").and_then(Value::as_object) {
        for (key, value) in entries {
            let id = private_id(key, &places).unwrap_or_else(|| normal_id(key));
            if places.insert(id.clone(), found.len()).is_none() {
                found.push(AgentEntry {
                    id,
                    path: Some(agents.key("entries").key(key)),
                    block: is_block(&value["heartbeat"], behaviour),
                    marked: is_marked(value),
                    value,
                });
            }
        }
    } else if let Some(list) = config.at("agents.list").and_then(Value::as_array) {
        for (at, value) in list.iter().enumerate().filter(|(_, value)| value.is_object()) {
            let written = value["id"].as_str();
            let private = written.and_then(|id| private_id(id, &places));
            let id = match (private, behaviour.lists_become_entries, written) {
                (Some(private), ..) => private,
                (None, true, written) => {
                    distinct(normal_id(written.filter(|id| !id.trim().is_empty()).unwrap_or("agent")), |id| {
                        places.contains_key(id)
                    })
                }
                (None, false, Some(written)) => normal_id(written),
                (None, false, None) => continue,
            };
            let block = is_block(&value["heartbeat"], behaviour);
            let at_first = *places.entry(id.clone()).or_insert(found.len());
            match found.get_mut(at_first) {
                // Of two with one id the first is read, but a block or mark of either counts.
                Some(first) => {
                    first.block |= block;
                    first.marked |= is_marked(value);
                }
                None => {
                    let path = Some(agents.key("list").index(at));
                    found.push(AgentEntry { id, path, block, marked: is_marked(value), value });
                }
            }
        }
    }
    if found.is_empty() {
        found.push(AgentEntry { id: "main".to_owned(), path: None, value: NO_AGENT, block: false, marked: false });
    }
    if let Some(named) = named_agent(config)
        && !found.iter().any(|entry| entry.id == named)
    {
        found.push(AgentEntry { id: named, path: None, value: NO_AGENT, block: false, marked: false });
    }
    found
}

fn is_marked(value: &Value) -> bool {
    value["default"] == Value::Bool(true)
}

/// Whether a heartbeat block counts as one; an empty one does. One that holds retired keys only does not on current
/// releases, whose repair drops it with them.
pub fn is_block(value: &Value, behaviour: &Behaviour) -> bool {
    let retired = |name: &String| HeartbeatKey::find(name).is_some_and(|key| key.last.is_some());
    let dropped =
        |fields: &Map<String, Value>| behaviour.mends_at_start && !fields.is_empty() && fields.keys().all(retired);
    value.as_object().is_some_and(|fields| !dropped(fields))
}

/// What an agent is called whose id is not to be printed: a credential, or a variable that may hold one.
fn private_id(id: &str, taken: &HashMap<String, usize>) -> Option<String> {
    private(id).map(|shown| distinct(shown, |id| taken.contains_key(id)))
}

fn private(id: &str) -> Option<String> {
    let shown = masked(id);
    let is_variable = id.starts_with("${") && id.ends_with('}');
    (is_variable || shown != id).then(|| shown.into_owned())
}

/// The agent that an id names elsewhere; none if it is blank.
fn named_id(id: &str) -> Option<String> {
    private(id).or_else(|| (!id.trim().is_empty()).then(|| normal_id(id)))
}

fn named_agent(config: &Value) -> Option<String> {
    let id = config.at("agents.defaults.heartbeat.agentId")?.as_str()?;
    named_id(id)
}

/// The agent that legacy releases treat as the default one: the first marked, else the first.
pub fn default_agent<'a>(entries: &'a [AgentEntry<'_>]) -> &'a str {
    let marked = entries.iter().find(|entry| entry.is_marked_default());
    marked.or(entries.first()).map_or("main", |entry| &entry.id)
}

/// The agent that everything belongs to which names none: the default agent of legacy releases, the ambient owner of
/// current ones.
pub fn owner(config: &Value, entries: &[AgentEntry<'_>], behaviour: &Behaviour) -> Option<String> {
    match behaviour.has_owner {
        true => ambient_owner(config, entries),
        false => Some(default_agent(entries).to_owned()),
    }
}

/// The agent whose workspace is that of the defaults (R13); every other one has a folder of its own. On current releases
/// that is the only agent, else the one that is marked `default`, whoever the owner is. Of a list without a mark it is the
/// first, to whom the start gives the folder when it writes the list as entries.
pub fn workspace_owner(config: &Value, entries: &[AgentEntry<'_>], behaviour: &Behaviour) -> Option<String> {
    if !behaviour.needs_owner {
        return Some(default_agent(entries).to_owned());
    }
    let mut marked = entries.iter().filter(|entry| entry.is_marked_default());
    let is_settled =
        config.at("agents.ownership").is_some() || config.at("agents.entries").is_some_and(Value::is_object);
    let found = match (entries, marked.next(), marked.next()) {
        ([only], ..) | (_, Some(only), None) => Some(only),
        (_, None, _) if !is_settled => entries.first(),
        _ => None,
    };
    found.map(|entry| entry.id.clone())
}

/// `agents.defaults.heartbeat`, and whether it is the user's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharedBlock {
    /// There is none.
    Absent,
    /// An Anthropic sign-in creates it (R9).
    FilledIn,
    /// The user wrote it at the root of the file, and the release moves it.
    Moved,
    /// The user wrote it.
    Written,
}

impl SharedBlock {
    /// What is there, if it was written at a path, or filled in.
    pub fn of(written: Option<&KeyPath>, filled_in: bool) -> Self {
        match written {
            Some(path) if path.segments().len() == 1 => SharedBlock::Moved,
            Some(_) => SharedBlock::Written,
            None if filled_in => SharedBlock::FilledIn,
            None => SharedBlock::Absent,
        }
    }
}

/// The enrolment of each agent.
pub fn enrol(config: &Value, entries: &[AgentEntry<'_>], shared: SharedBlock, behaviour: &Behaviour) -> Vec<Enrolment> {
    if entries.iter().any(AgentEntry::has_block) {
        let own =
            |entry: &AgentEntry<'_>| if entry.has_block() { Enrolment::OwnBlock } else { Enrolment::WithoutBlock };
        return entries.iter().map(own).collect();
    }
    if behaviour.has_owner {
        return enrol_owned(config, entries, shared);
    }
    if shared != SharedBlock::Absent && behaviour.defaults_block_enrols_all {
        return vec![Enrolment::DefaultsBlock; entries.len()];
    }
    let default = default_agent(entries);
    let others = || Enrolment::NotDefaultAgent(default.to_owned());
    let of = |entry: &AgentEntry<'_>| if entry.id == default { Enrolment::DefaultAgent } else { others() };
    entries.iter().map(of).collect()
}

fn enrol_owned(config: &Value, entries: &[AgentEntry<'_>], shared: SharedBlock) -> Vec<Enrolment> {
    let only = |id: &str, chosen: Enrolment, other: fn(String) -> Enrolment| {
        let of = |entry: &AgentEntry<'_>| if entry.id == id { chosen.clone() } else { other(id.to_owned()) };
        entries.iter().map(of).collect()
    };
    if let Some(named) = named_agent(config) {
        return only(&named, Enrolment::Named, Enrolment::AnotherNamed);
    }
    // The owner of a legacy roster is settled before a block comes from elsewhere, and then no one else runs.
    let enrols_all = match shared {
        SharedBlock::Written => true,
        // A mark in a list that must be mended first is seen too late.
        SharedBlock::Moved => !entries.iter().any(AgentEntry::is_marked_default) || is_odd_list(config),
        SharedBlock::FilledIn => legacy_owner(config, entries).is_none(),
        SharedBlock::Absent => false,
    };
    if enrols_all {
        return vec![Enrolment::DefaultsBlock; entries.len()];
    }
    match ambient_owner(config, entries) {
        Some(owner) => only(&owner, Enrolment::AmbientOwner, Enrolment::NotOwner),
        None => vec![Enrolment::NoOwner; entries.len()],
    }
}

/// The only agent that is marked `default`, else `agents.defaults.systemAgent.agentId`, else the owner of a legacy roster,
/// else the only agent.
fn ambient_owner(config: &Value, entries: &[AgentEntry<'_>]) -> Option<String> {
    let mut marked = entries.iter().filter(|entry| entry.is_marked_default());
    if let (Some(only), None) = (marked.next(), marked.next()) {
        return Some(only.id.clone());
    }
    let system = config.at("agents.defaults.systemAgent.agentId").and_then(Value::as_str);
    if let Some(system) = system.and_then(named_id) {
        return Some(system);
    }
    let sole = || if let [only] = entries { Some(only.id.clone()) } else { None };
    legacy_owner(config, entries).or_else(sole)
}

/// The agent that a current release makes the owner when it takes over a legacy roster: the only one marked `default`,
/// else, of several without an ownership, the one called `main`.
fn legacy_owner(config: &Value, entries: &[AgentEntry<'_>]) -> Option<String> {
    let marked: Vec<&AgentEntry<'_>> = entries.iter().filter(|entry| entry.is_marked_default()).collect();
    let settled = config.at("agents.ownership").is_some() && !is_repaired(config);
    let unsettled = entries.len() > 1 && !settled;
    match marked.as_slice() {
        [owner] => Some(owner.id.clone()),
        [] if unsettled => entries.iter().find(|entry| entry.id == "main").map(|entry| entry.id.clone()),
        _ => None,
    }
}

/// Whether the start rewrites the roster, and then looks for an owner although its ownership is settled: a list that is
/// no roster as it is, a list beside entries, a block at the root, and retired keys anywhere in the file.
fn is_repaired(config: &Value) -> bool {
    let beside = config.at("agents.list").is_some_and(Value::is_array) && config.at("agents.entries").is_some();
    beside || config.at("heartbeat").is_some_and(Value::is_object) || is_odd_list(config) || retired::stands_in(config)
}

/// Whether a list has an item that cannot become an entry as it is.
pub fn is_odd_list(config: &Value) -> bool {
    let mut seen = HashSet::new();
    let mut items = config.at("agents.list").and_then(Value::as_array).into_iter().flatten();
    !items.all(|item| {
        let id = item["id"].as_str();
        id.is_some_and(|id| !id.is_empty() && normal_id(id) == id && seen.insert(id))
    })
}
