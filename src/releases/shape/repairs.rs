//! What the start of a current gateway makes of a file that it repairs: retired parts dropped, moved or replaced, and the
//! roster written as entries with their owner settled. Recorded by `scripts/record-repairs.mjs`, which asks 2026.9.6
//! about each retired part; the roster's own rules were read from the package, and asked of it.

mod models;
mod signal;
mod table;

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{Shape, cross, retired};
use crate::document::{KeyPath, Segment};
use crate::releases::agent_id::normal_id;
use crate::releases::{Behaviour, NEWEST};
use crate::schema::{Misfit, MisfitKind};
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

/// How a file names its agents.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RosterForm {
    Entries,
    List,
    /// A list with an item that is no entry as it is.
    OddList,
}

/// What the start of the newest known release makes of a config that it repairs.
pub fn repaired(config: &Value) -> Repaired {
    let mut repair = Repaired { tree: config.clone(), open: Vec::new(), wrong: Vec::new() };
    let roster = repair.list();
    repair.parts();
    repair.signal();
    repair.canvas();
    let had_block = repair.tree.pointer("/agents/defaults/heartbeat").is_some();
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

/// Whether the models that the defaults list are all that may be used and cannot be written down as such, over which
/// every repair stumbles.
pub fn keeps_its_models(config: &Value) -> bool {
    let is_marked = config.pointer("/meta/migrations/modelPolicyAllowlist") == Some(&Value::Bool(true));
    let Some(defaults) = config.pointer("/agents/defaults").filter(|_| !is_marked) else { return false };
    let names = defaults.get("models").and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name);
    let aliases = cross::aliases(defaults);
    let mut names = names.filter(|name| !name.trim().is_empty());
    !defaults.get("modelPolicy").is_some_and(Value::is_object)
        && !names.all(|name| cross::is_allowed_name(name, &aliases))
}

/// Whether the start would write down a model for all agents while a declared one is named by a variable, over which the
/// repair stumbles (asked of 2026.9.6).
pub fn names_a_model_by_variable(config: &Value, written: &Value, made: &Repaired) -> bool {
    let of = |config: &Value| -> Vec<String> {
        let providers = config.pointer("/models/providers").and_then(Value::as_object).into_iter().flatten();
        let models = providers.filter_map(|(_, provider)| provider.get("models")?.as_array().cloned()).flatten();
        models.map(|model| model["id"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let is_filled_in = |(id, written): (&String, &String)| id != written && !id.is_empty() && !id.contains("${");
    let primary = KeyPath::root().key("agents").key("defaults").key("model").key("primary");
    let comes = primary.resolve(config).is_none() && primary.resolve(&made.tree).is_some();
    comes && of(config).iter().zip(&of(written)).any(is_filled_in)
}

impl Repaired {
    /// Whether the release takes the tree, as far as it is known.
    pub fn is_taken(&self) -> bool {
        let is_open = |wrong: &KeyPath| self.open.iter().any(|open| open.starts_with(wrong) || wrong.starts_with(open));
        self.wrong.iter().all(is_open)
    }

    /// A list of agents becomes entries; one beside entries goes.
    fn list(&mut self) -> RosterForm {
        let Some(agents) = self.tree.get_mut("agents").and_then(Value::as_object_mut) else {
            return RosterForm::Entries;
        };
        let Some(Value::Array(list)) = agents.get("list").cloned() else { return RosterForm::Entries };
        if agents.contains_key("entries") {
            agents.shift_remove("list");
            return RosterForm::Entries;
        }
        let mut seen = HashSet::new();
        let is_plain = |item: &Value| {
            let id = item.get("id").and_then(Value::as_str);
            id.is_some_and(|id| !id.is_empty() && normal_id(id) == id && seen.insert(id.to_owned()))
        };
        let roster = if list.iter().all(is_plain) { RosterForm::List } else { RosterForm::OddList };
        let mut entries: Map<String, Value> = Map::new();
        for item in list {
            let Value::Object(mut fields) = item else { continue };
            let written = fields.remove("id");
            let written = written.as_ref().and_then(Value::as_str).map(str::trim).filter(|id| !id.is_empty());
            let asked = normal_id(written.unwrap_or("agent"));
            let mut numbered = (2..).map(|number| format!("{asked}-{number}"));
            let is_free = |id: &String| !entries.contains_key(id);
            let id = if is_free(&asked) { Some(asked.clone()) } else { numbered.find(is_free) };
            entries.insert(id.unwrap_or(asked), Value::Object(fields));
        }
        // The place of the list is that of the entries.
        let renamed = std::mem::take(agents).into_iter();
        *agents = renamed
            .map(|(key, value)| match key.as_str() {
                "list" => ("entries".to_owned(), Value::Object(entries.clone())),
                _ => (key, value),
            })
            .collect();
        roster
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

    /// Who owns what nobody else owns is written down, by its mark before a block comes from the root. A list that is no
    /// roster as it is keeps its marks.
    fn owner(&mut self, roster: RosterForm, had_block: bool) {
        if !self.tree.get("agents").is_none_or(Value::is_object) {
            return;
        }
        let explicit = self.tree.pointer("/agents/ownership") == Some(&json!("explicit"));
        let entries = self.tree.pointer("/agents/entries").and_then(Value::as_object).cloned().unwrap_or_default();
        if entries.is_empty() {
            if !explicit && self.tree.pointer("/agents/entries").is_none_or(Value::is_object) {
                self.add(&["agents", "entries", "main"], json!({}));
            }
            return;
        }
        let is_marked = |(_, entry): &(&String, &Value)| entry.get("default") == Some(&Value::Bool(true));
        let marked: Vec<&String> = entries.iter().filter(is_marked).map(|(id, _)| id).collect();
        if let ([owner], false, false) = (marked.as_slice(), explicit, roster == RosterForm::OddList) {
            if entries.len() > 1 {
                self.give_roles(owner, &entries, had_block);
            }
            let all = self.tree.pointer_mut("/agents/entries").and_then(Value::as_object_mut);
            for entry in all.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
                entry.shift_remove("default");
            }
        }
        let takes_over = marked.is_empty() || (marked.len() == 1 && explicit);
        let main = entries.keys().find(|id| normal_id(id) == "main");
        let unset = self.tree.pointer("/agents/defaults/systemAgent/agentId").is_none();
        if let Some(owner) = marked.first().copied().or(main).filter(|_| entries.len() > 1 && takes_over && unset) {
            let has_block = entries.values().any(|entry| entry.get("heartbeat").is_some());
            if !has_block && self.tree.pointer("/agents/defaults/heartbeat").is_none() {
                self.add(&["agents", "defaults", "heartbeat", "agentId"], json!(normal_id(owner)));
            }
            self.add(&["agents", "defaults", "systemAgent", "agentId"], json!(normal_id(owner)));
        }
        if entries.len() > 1 && !explicit && (roster != RosterForm::OddList || marked.is_empty()) {
            if roster != RosterForm::Entries && marked.is_empty() {
                self.pin_workspace(&entries);
            }
            self.add(&["agents", "ownership"], json!("explicit"));
        }
    }

    /// The first agent of a list keeps the workspace of all agents. What is usual there depends on the machine.
    fn pin_workspace(&mut self, entries: &Map<String, Value>) {
        let filled = |value: Option<&Value>| value.and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty());
        let Some((first, entry)) = entries.iter().next().filter(|(_, entry)| !filled(entry.get("workspace"))) else {
            return;
        };
        let shared = self.tree.pointer("/agents/defaults/workspace").cloned();
        match shared.filter(|shared| filled(Some(shared))) {
            Some(shared) => {
                if entry.get("workspace").is_some() {
                    self.remove(&KeyPath::root().key("agents").key("entries").key(first).key("workspace"), 0);
                }
                self.add(&["agents", "entries", first, "workspace"], shared);
            }
            None => self.open.push(KeyPath::root().key("agents").key("entries").key(first).key("workspace")),
        }
    }

    /// The models that the defaults list are the only ones that may be used, which is said elsewhere since.
    fn policy(&mut self) {
        let is_marked = self.tree.pointer("/meta/migrations/modelPolicyAllowlist") == Some(&Value::Bool(true));
        let defaults = self.tree.pointer("/agents/defaults").cloned().unwrap_or_default();
        let policy = defaults.get("modelPolicy").and_then(Value::as_object);
        let (Some(models), false) = (defaults.get("models").and_then(Value::as_object), is_marked) else { return };
        if policy.is_some_and(|policy| policy.contains_key("allow")) {
            return;
        }
        let names: Vec<&String> = models.keys().filter(|name| !name.trim().is_empty()).collect();
        if policy.is_none() && !names.is_empty() {
            self.add(&["agents", "defaults", "modelPolicy"], json!({ "allow": names }));
        }
        self.add(&["meta", "migrations", "modelPolicyAllowlist"], json!(true));
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

    /// The only agent that is marked keeps what it had for being so.
    fn give_roles(&mut self, owner: &str, entries: &Map<String, Value>, had_block: bool) {
        let id = normal_id(owner);
        let bound: Vec<String> = self.unbound_channels();
        if !bound.is_empty() {
            let mut bindings = self.tree.get("bindings").and_then(Value::as_array).cloned().unwrap_or_default();
            bindings.extend(
                bound.iter().map(|channel| json!({ "agentId": id, "match": { "channel": channel, "accountId": "*" } })),
            );
            self.tree["bindings"] = Value::Array(bindings);
        }
        let has_block = entries.values().any(|entry| entry.get("heartbeat").is_some());
        if !has_block && !had_block {
            self.add(&["agents", "defaults", "heartbeat", "agentId"], json!(id));
        }
        self.add(&["agents", "defaults", "systemAgent", "agentId"], json!(id));
        if id != "main" {
            self.add(&["agents", "defaults", "authInheritance", "agentId"], json!(id));
        }
        if self.tree.pointer("/session/store").is_some() {
            self.open.push(KeyPath::root().key("session").key("store"));
        }
        self.add(&["talk", "agentId"], json!(id));
    }

    /// Channels that are configured and of which no binding takes everything, in order.
    fn unbound_channels(&self) -> Vec<String> {
        let is_all = |binding: &Value, channel: &str| {
            let is = |key: &str, value: &str| binding.pointer(&format!("/match/{key}")) == Some(&json!(value));
            let names_more = ["peer", "guildId", "teamId", "roles"];
            is("channel", channel)
                && is("accountId", "*")
                && binding.get("type") != Some(&json!("acp"))
                && !names_more.iter().any(|key| binding.pointer(&format!("/match/{key}")).is_some())
        };
        let bindings = self.tree.get("bindings").and_then(Value::as_array).cloned().unwrap_or_default();
        let channels = self.tree.get("channels").and_then(Value::as_object).into_iter().flatten();
        let mut unbound: Vec<String> = channels
            .filter(|(id, channel)| {
                !["defaults", "modelByChannel"].contains(&id.as_str()) && channel["enabled"] != false
            })
            .map(|(id, _)| id.to_lowercase())
            .filter(|id| !bindings.iter().any(|binding| is_all(binding, id)))
            .collect();
        unbound.sort();
        unbound
    }

    /// A model that all agents have without being named is written down: the first that the config declares, or the one
    /// that is built in.
    fn primary(&mut self, before: &Value) {
        let named = |config: &Value| {
            let model = config.pointer("/agents/defaults/model");
            let name = model.and_then(|model| model.get("primary").unwrap_or(model).as_str());
            name.is_some_and(|name| !name.trim().is_empty())
        };
        let declared = |config: &Value| -> Vec<(String, String)> {
            let providers = config.pointer("/models/providers").and_then(Value::as_object).into_iter().flatten();
            let first = |(name, provider): (&String, &Value)| {
                let id = provider.pointer("/models/0/id")?.as_str().filter(|id| !id.is_empty())?;
                Some((name.trim().to_lowercase(), id.to_owned()))
            };
            providers.filter_map(first).collect()
        };
        let helper = before.pointer("/agents/defaults/utilityModel").and_then(Value::as_str);
        let helper = helper.is_some_and(|name| !name.trim().is_empty());
        let is_marked = before.pointer("/meta/migrations/utilityModelSeparation") == Some(&Value::Bool(true));
        if is_marked || named(before) || named(&self.tree) || (declared(before).is_empty() && !helper) {
            return;
        }
        let path = KeyPath::root().key("agents").key("defaults").key("model");
        let built_in = Behaviour::of(NEWEST).built_in_model;
        let is_built_in = built_in.split_once('/').is_some_and(|(provider, model)| {
            let own = before.pointer(&format!("/models/providers/{provider}/models")).and_then(Value::as_array);
            own.is_some_and(|models| models.iter().any(|entry| entry["id"] == *model))
        });
        let first = declared(before).into_iter().next().filter(|_| !is_built_in);
        let primary = first.map_or_else(|| built_in.to_owned(), |(provider, model)| format!("{provider}/{model}"));
        // A route that the repair took away, and variables, are not followed here.
        if declared(before) != declared(&self.tree)
            || before.pointer("/models").is_some_and(|all| all.to_string().contains("${"))
        {
            return self.open.push(path);
        }
        self.add(&["agents", "defaults", "model", "primary"], json!(primary));
        self.add(&["meta", "migrations", "utilityModelSeparation"], json!(true));
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

/// Whether what stands there after the repair is there because the repair leaves it, and not for want of a row.
fn is_known_to_stay(path: &KeyPath) -> bool {
    let root = KeyPath::root();
    let is_old = |step: Option<&Segment>| matches!(step, Some(Segment::Key(key)) if signal::is_old(key));
    (path.starts_with(&root.key("channels").key("signal")) && is_old(path.last()))
        || path.starts_with(&root.key("plugins").key("entries").key("canvas"))
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
