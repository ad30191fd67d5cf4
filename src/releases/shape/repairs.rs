//! What the start of a current gateway makes of a file that it repairs: retired parts dropped, moved or replaced, and the
//! roster written as entries with their owner settled. Recorded by `scripts/record-repairs.mjs`, which asks 2026.9.6
//! about each retired part; the roster's own rules were read from the package, and asked of it.

mod model_keys;
mod models;
mod roster;
mod signal;
mod table;

use serde_json::{Map, Value, json};

use super::{Shape, cross, retired};
use crate::document::{KeyPath, Named, Segment};
use crate::releases::NEWEST;
use crate::schema::{Misfit, MisfitKind};
pub use model_keys::{keeps_its_models, names_a_model_by_variable};
use table::{RepairEffect, RepairRow, table};

/// The config that a start leaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Repaired {
    /// The config, as far as it is known.
    pub tree: Value,
    /// Places of the config of which it is not known what becomes of them.
    pub open: Vec<KeyPath>,
    /// Places of the tree that the release does not take: then nothing is repaired, if nothing is open.
    pub wrong: Vec<KeyPath>,
}

/// What the start of the newest known release makes of a config that it repairs.
pub fn repaired(config: &Value) -> Repaired {
    let mut repair = Repaired { tree: config.clone(), open: Vec::new(), wrong: Vec::new() };
    let roster = repair.list();
    repair.parts();
    repair.signal();
    repair.canvas();
    let had_block = repair.tree.at("agents.defaults.heartbeat").is_some();
    repair.heartbeat();
    // What was no block of agents at all gets no roster.
    if config.get("agents").is_none_or(Value::is_object) {
        repair.owner(roster, had_block);
    }
    repair.origins();
    repair.policy();
    repair.primary(config);
    repair.open.extend(models::replaced(&repair.tree));
    repair.rest();
    repair
}

impl Repaired {
    /// Whether the release takes the tree, as far as it is known.
    pub fn is_taken(&self) -> bool {
        let is_open = |wrong: &KeyPath| self.open.iter().any(|open| open.starts_with(wrong) || wrong.starts_with(open));
        self.wrong.iter().all(is_open)
    }

    /// What is retired goes where it went.
    fn parts(&mut self) {
        for rows in table() {
            let found: Vec<(KeyPath, Value)> = retired::all_at(&self.tree, rows.place)
                .into_iter()
                .filter(|(path, value)| retired::is_mended(path, value))
                .map(|(path, value)| (path, value.clone()))
                .collect();
            for (path, value) in found {
                match rows.becomes(&value) {
                    Some(row) => self.make(rows.place, &path, value, row),
                    None => self.open.push(path),
                }
            }
        }
    }

    fn make(&mut self, from: &str, path: &KeyPath, value: Value, row: &RepairRow) {
        match &row.effect {
            RepairEffect::Unknown => self.open.push(path.clone()),
            RepairEffect::Replaced(to) => {
                if let Some(place) = place_mut(&mut self.tree, path) {
                    *place = to.clone();
                }
            }
            RepairEffect::Gone => self.remove(path, row.holders),
            RepairEffect::Moved { place, to } => {
                self.remove(path, row.holders);
                let at = path.segments().iter().zip(from.split('.'));
                let mut any = at.filter(|(_, step)| *step == "*").filter_map(|(segment, _)| match segment {
                    Segment::Key(key) => Some(key.clone()),
                    Segment::Index(_) => None,
                });
                let step = |step: &str| if step == "*" { any.next().unwrap_or_default() } else { step.to_owned() };
                let steps: Vec<String> = place.split('.').map(step).collect();
                move_to(&mut self.tree, &steps, to.clone().unwrap_or(value));
            }
        }
    }

    /// The old transport of Signal goes as a whole, or stays.
    fn signal(&mut self) {
        let Some(channel) = self.tree.pointer_mut("/channels/signal") else { return };
        if let Some(migrated) = signal::migrated(channel) {
            *channel = migrated;
        }
    }

    /// Of the old host of canvases whether there is one is left, and a folder that is not known, which nothing takes.
    fn canvas(&mut self) {
        let home = KeyPath::root().key("plugins").key("entries").key("canvas").key("config").key("host");
        let old = self.tree.get("canvasHost").and_then(Value::as_object).cloned();
        let new = home.resolve(&self.tree).and_then(Value::as_object).cloned();
        let is_retired = |key: &str| new.as_ref().is_some_and(|host| host.contains_key(key));
        if old.is_none() && !["root", "port", "liveReload"].into_iter().any(is_retired) {
            return;
        }
        let of = |key: &str| new.as_ref().and_then(|host| host.get(key)).or_else(|| old.as_ref()?.get(key)).cloned();
        let root = of("root").filter(|root| root.as_str().is_some_and(|root| root.contains("${")));
        let mut host = Map::new();
        host.extend(of("enabled").filter(Value::is_boolean).map(|enabled| ("enabled".to_owned(), enabled)));
        host.extend(root.map(|root| ("root".to_owned(), root)));
        self.remove(&KeyPath::root().key("canvasHost"), 0);
        self.remove(&home, 0);
        if !host.is_empty() {
            self.add(&["plugins", "entries", "canvas", "config", "host"], Value::Object(host));
        }
    }

    /// Removes a key, and so many holders of it that hold nothing else.
    fn remove(&mut self, path: &KeyPath, holders: usize) {
        let mut path = path.clone();
        for _ in 0..=holders {
            let Some(parent) = path.parent() else { return };
            let Some(Segment::Key(key)) = path.last().cloned() else { return };
            let Some(Value::Object(fields)) = place_mut(&mut self.tree, &parent) else { return };
            fields.shift_remove(&key);
            if !fields.is_empty() {
                return;
            }
            path = parent;
        }
    }

    /// A block at the root is that of all agents; what it says of visibility is that of all channels.
    fn heartbeat(&mut self) {
        if !self.tree.get("heartbeat").is_some_and(Value::is_object) {
            return;
        }
        let Some(Value::Object(block)) = self.tree.as_object_mut().and_then(|fields| fields.shift_remove("heartbeat"))
        else {
            return;
        };
        let (seen, own): (Map<String, Value>, Map<String, Value>) =
            block.into_iter().partition(|(key, _)| ["showOk", "showAlerts", "useIndicator"].contains(&key.as_str()));
        for (steps, fields) in
            [(["agents", "defaults", "heartbeat"], own), (["channels", "defaults", "heartbeatVisibility"], seen)]
        {
            for (key, value) in fields {
                let steps: Vec<String> = steps.into_iter().map(str::to_owned).chain([key]).collect();
                move_to(&mut self.tree, &steps, value);
            }
        }
    }

    /// Pages that may open the control panel of a gateway that is reached from elsewhere.
    fn origins(&mut self) {
        let Some(gateway) = self.tree.get("gateway").filter(|gateway| gateway.is_object()) else { return };
        let bind = gateway.get("bind").and_then(Value::as_str).unwrap_or_default();
        let panel = |key: &str| gateway.get("controlUi").and_then(|panel| panel.get(key));
        let has_origins = panel("allowedOrigins").and_then(Value::as_array).is_some_and(|all| !all.is_empty());
        let any = panel("dangerouslyAllowHostHeaderOriginFallback") == Some(&Value::Bool(true));
        if !["lan", "tailnet", "auto", "custom"].contains(&bind) || has_origins || any {
            return;
        }
        let port = gateway.get("port").and_then(Value::as_u64).unwrap_or(cross::PORT);
        let mut hosts = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let own = gateway.get("customBindHost").and_then(Value::as_str).map(str::trim).filter(|host| !host.is_empty());
        hosts.extend(own.filter(|_| bind == "custom").map(str::to_owned));
        let origins: Vec<String> = hosts.iter().map(|host| format!("http://{host}:{port}")).collect();
        self.remove(&KeyPath::root().key("gateway").key("controlUi").key("allowedOrigins"), 0);
        self.add(&["gateway", "controlUi", "allowedOrigins"], json!(origins));
    }

    /// Gives a place a value, unless there is one.
    fn add(&mut self, steps: &[&str], value: Value) {
        insert(&mut self.tree, &steps.iter().map(|step| (*step).to_owned()).collect::<Vec<_>>(), value);
    }

    /// What does not fit afterwards.
    fn rest(&mut self) {
        let Some(shape) = Shape::of(NEWEST) else { return };
        // What it takes away whenever it reads a file goes to places of its own.
        let read_without = retired::read_without(&self.tree);
        read_without.iter().for_each(|path| self.remove(path, 0));
        self.open.extend(read_without);
        let keys = |misfit: Misfit| match misfit.kind {
            MisfitKind::UnknownKeys { keys, .. } => keys.iter().map(|key| misfit.path.key(key)).collect(),
            _ => vec![misfit.path],
        };
        let misfits = shape.check(&self.tree).into_iter().flat_map(keys);
        let contradictions = shape.contradictions(&self.tree).into_iter().map(|contradiction| contradiction.path);
        // What is retired and still there has no row.
        let is_open = |path: &KeyPath| {
            !is_known_to_stay(path) && path.resolve(&self.tree).is_some_and(|value| retired::is_mended(path, value))
        };
        let (open, wrong): (Vec<KeyPath>, Vec<KeyPath>) = misfits.chain(contradictions).partition(is_open);
        self.open.extend(open);
        self.wrong.extend(wrong);
    }
}

/// Whether a key is one of Signal's old transport where only its server could tell what becomes of it, so that all of it
/// stays and the file is refused.
pub fn waits_for_a_server(config: &Value, path: &KeyPath) -> bool {
    let channel = config.at("channels.signal");
    is_of_signal(path) && channel.is_some_and(|channel| signal::migrated(channel).is_none())
}

fn is_of_signal(path: &KeyPath) -> bool {
    let is_old = |step: Option<&Segment>| matches!(step, Some(Segment::Key(key)) if signal::is_old(key));
    path.starts_with(&KeyPath::root().key("channels").key("signal")) && is_old(path.last())
}

/// Whether what stands there after the repair is there because the repair leaves it, and not for want of a row.
fn is_known_to_stay(path: &KeyPath) -> bool {
    is_of_signal(path) || path.starts_with(&KeyPath::root().key("plugins").key("entries").key("canvas"))
}

fn place_mut<'v>(tree: &'v mut Value, path: &KeyPath) -> Option<&'v mut Value> {
    path.segments().iter().try_fold(tree, |at, step| match step {
        Segment::Key(key) => at.get_mut(key.as_str()),
        Segment::Index(index) => at.get_mut(*index),
    })
}

/// Moves a value to a place, unless there is one. What stands in its way and is no object is replaced.
fn move_to(tree: &mut Value, steps: &[String], value: Value) {
    let mut holder = &mut *tree;
    for step in steps {
        if !holder.is_object() {
            *holder = json!({});
        }
        let Some(inner) = holder.get_mut(step) else { break };
        holder = inner;
    }
    insert(tree, steps, value);
}

/// Gives a place a value, unless there is one.
fn insert(tree: &mut Value, steps: &[String], value: Value) {
    let Value::Object(fields) = tree else { return };
    match steps {
        [] => {}
        [key] => drop(fields.entry(key.clone()).or_insert(value)),
        [key, rest @ ..] => insert(fields.entry(key.clone()).or_insert_with(|| json!({})), rest, value),
    }
}
