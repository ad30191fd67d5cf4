//! What the validator checks across keys, beside the shape of each: agents that are named somewhere, settings that
//! exclude each other, intervals and sizes that must be readable. Read from the packages, and asked of them.

mod models;
mod network;

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::formats;
use crate::document::{KeyPath, Named};
use crate::releases::agent_id::normal_id;
use crate::releases::duration;
use crate::releases::{Behaviour, Generation, Version};
use crate::words::few_of;

pub(super) use models::{aliases, is_allowed_name};

/// The gateway's own port where none is named.
pub(super) const PORT: u64 = 18_789;

/// Releases of which the checks were read.
pub(super) const APRIL: Version = Version::new(2026, 4, 15);

/// Two parts of a config that do not go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The value to look at; it may not be there.
    pub path: KeyPath,
    /// What is wrong with it, and what would be right.
    pub what: String,
    /// It names an agent that is not in the roster.
    pub names_agent: bool,
}

struct Checks<'a> {
    config: &'a Value,
    version: Version,
    found: Vec<Contradiction>,
}

/// Everything that contradicts itself.
pub(super) fn check(config: &Value, version: Version) -> Vec<Contradiction> {
    let mut checks = Checks { config, version, found: Vec::new() };
    checks.agents();
    checks.talk();
    checks.sandboxes();
    checks.tools();
    checks.session();
    checks.hooks();
    checks.gateway();
    checks.browser();
    checks.policies();
    checks.bindings();
    checks.addresses();
    checks.formats();
    checks.searches();
    checks.portal();
    checks.servers();
    checks.loops();
    checks.models();
    checks.workers();
    checks.headers();
    checks.found
}

/// The agents of the roster as written, each with its place.
fn roster(config: &Value) -> Vec<(KeyPath, String, &Value)> {
    let agents = KeyPath::root().key("agents");
    let entries = config.at("agents.entries").and_then(Value::as_object).into_iter().flatten();
    let entries = entries.map(|(key, value)| (agents.key("entries").key(key), key.clone(), value));
    let list = config.at("agents.list").and_then(Value::as_array).into_iter().flatten().enumerate();
    let list =
        list.filter_map(|(at, value)| Some((agents.key("list").index(at), value["id"].as_str()?.to_owned(), value)));
    entries.chain(list).collect()
}

/// The agents and what they share, each with its place.
fn holders(config: &Value) -> Vec<(KeyPath, &Value)> {
    let shared = config.at("agents.defaults").map(|shared| (KeyPath::root().key("agents").key("defaults"), shared));
    let own = roster(config).into_iter().map(|(path, _, value)| (path, value));
    shared.into_iter().chain(own).collect()
}

fn object<'v>(value: &'v Value, key: &str) -> Option<&'v Map<String, Value>> {
    value.get(key)?.as_object()
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_str()
}

fn is_filled(value: Option<&Value>) -> bool {
    value.and_then(Value::as_array).is_some_and(|items| !items.is_empty())
}

impl Checks<'_> {
    fn say(&mut self, path: KeyPath, what: impl Into<String>) {
        self.found.push(Contradiction { path, what: what.into(), names_agent: false });
    }

    fn names_no_agent(&mut self, path: KeyPath, known: &[String]) {
        let what = format!("no such agent in the roster, which has {}", few_of(known));
        self.found.push(Contradiction { path, what, names_agent: true });
    }

    fn is_current(&self) -> bool {
        Behaviour::of(self.version).generation == Generation::Current
    }

    fn is_of_july(&self) -> bool {
        !self.is_current() && self.version != APRIL
    }

    /// Bindings, talk and broadcasts name agents of the roster; the heartbeat's own names are judged with the roster.
    fn agents(&mut self) {
        let config = self.config;
        let written: Vec<String> = roster(config).into_iter().map(|(_, id, _)| id).collect();
        let mut known: Vec<String> = written.iter().map(|id| normal_id(id)).collect();
        let root = KeyPath::root();
        // A current release writes a roster of `main` first; a legacy one without a roster checks nothing.
        if known.is_empty() {
            if !self.is_current() {
                return;
            }
            known.push("main".to_owned());
        }
        let names: HashSet<&str> = known.iter().map(String::as_str).collect();
        if let Some(id) = config.get("talk").and_then(|talk| text(talk, "agentId")).filter(|_| self.is_current())
            && !names.contains(normal_id(id).as_str())
        {
            self.names_no_agent(root.key("talk").key("agentId"), &known);
        }
        let bindings = config.get("bindings").and_then(Value::as_array).filter(|_| self.version != APRIL);
        for (at, binding) in bindings.into_iter().flatten().enumerate() {
            let Some(id) = text(binding, "agentId") else { continue };
            let is_main = self.is_current() && id == "main";
            if !is_main && !names.contains(normal_id(id).as_str()) {
                self.names_no_agent(root.key("bindings").index(at).key("agentId"), &known);
            }
        }
        let written = if written.is_empty() { &known } else { &written };
        let names: HashSet<&str> = written.iter().map(String::as_str).collect();
        for (peer, group) in config.get("broadcast").and_then(Value::as_object).into_iter().flatten() {
            let path = root.key("broadcast").key(peer);
            let (path, ids) = match group {
                Value::Array(ids) => (path, ids),
                Value::Object(fields) if self.is_current() => match fields.get("agents") {
                    Some(Value::Array(ids)) => (path.key("agents"), ids),
                    _ => continue,
                },
                _ => continue,
            };
            for (at, id) in ids.iter().enumerate().filter_map(|(at, id)| Some((at, id.as_str()?))) {
                if peer != "strategy" && !names.contains(id) {
                    self.names_no_agent(path.index(at), written);
                }
            }
        }
    }

    /// A provider must be one of those listed beside it.
    fn talk(&mut self) {
        let talk = KeyPath::root().key("talk");
        let realtime = (talk.key("realtime"), self.config.at("talk.realtime"));
        for (path, part) in [(talk, self.config.get("talk")), realtime] {
            let Some(providers) = part.and_then(|part| object(part, "providers")).filter(|all| !all.is_empty()) else {
                continue;
            };
            let named = part.and_then(|part| text(part, "provider")).unwrap_or_default().trim().to_lowercase();
            let known = || few_of(&providers.keys().collect::<Vec<_>>());
            if !named.is_empty() && !providers.contains_key(&named) {
                self.say(path.key("provider"), format!("no such provider beside it, expected one of {}", known()));
            } else if named.is_empty() && providers.len() > 1 {
                self.say(path, format!("several providers, and 'provider' says none of {}", known()));
            }
        }
    }

    /// Sandboxes must not join the host or another container.
    fn sandboxes(&mut self) {
        for (path, holder) in holders(self.config) {
            let Some(sandbox) = holder.get("sandbox") else { continue };
            let path = path.key("sandbox");
            let joins = sandbox.at("docker.dangerouslyAllowContainerNamespaceJoin") == Some(&Value::Bool(true));
            for part in ["docker", "browser"] {
                let Some(fields) = sandbox.get(part) else { continue };
                let path = path.key(part);
                let network = text(fields, "network").unwrap_or_default().trim().to_lowercase();
                if network == "host" || (network.starts_with("container:") && !joins) {
                    self.say(path.key("network"), "a sandbox cannot be on the network of the host or of a container");
                }
                for key in ["seccompProfile", "apparmorProfile"].into_iter().filter(|_| part == "docker") {
                    if text(fields, key).is_some_and(|profile| profile.trim().eq_ignore_ascii_case("unconfined")) {
                        self.say(path.key(key), "a sandbox cannot be unconfined");
                    }
                }
                let binds = fields.get("binds").and_then(Value::as_array).into_iter().flatten();
                for (at, bind) in binds.enumerate().filter_map(|(at, bind)| Some((at, bind.as_str()?))) {
                    let from = bind.trim();
                    let drive =
                        from.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && from[1..].starts_with(":");
                    if !(from.starts_with('/') || drive && from.get(2..3).is_some_and(|c| c == "/" || c == "\\")) {
                        self.say(path.key("binds").index(at), "a bind mount starts with an absolute path");
                    }
                }
            }
        }
    }

    /// Policies of tools: `allow` and `alsoAllow` exclude each other, and so do `mode` and what it stands for.
    fn tools(&mut self) {
        let shared = self.config.get("tools").map(|tools| (KeyPath::root().key("tools"), tools));
        let own = roster(self.config).into_iter();
        let own = own.filter_map(|(path, _, agent)| Some((path.key("tools"), agent.get("tools")?)));
        for (path, tools) in shared.into_iter().chain(own) {
            self.policy(&path, tools);
            let sandbox = tools.at("sandbox.tools").map(|policy| (path.key("sandbox").key("tools"), policy));
            let each = |key: &'static str| {
                let path = path.key(key);
                let all = object(tools, key).into_iter().flatten();
                all.map(move |(name, policy)| (path.key(name), policy)).collect::<Vec<_>>()
            };
            let senders = if self.version == APRIL { Vec::new() } else { each("toolsBySender") };
            for (path, policy) in sandbox.into_iter().chain(each("byProvider")).chain(senders) {
                self.policy(&path, policy);
            }
            let Some(exec) = tools.get("exec").filter(|_| self.version != APRIL) else { continue };
            if exec.get("mode").is_some() && (exec.get("security").is_some() || exec.get("ask").is_some()) {
                self.say(
                    path.key("exec").key("mode"),
                    "'mode' stands for 'security' and 'ask': keep either it or them",
                );
            }
        }
    }

    fn policy(&mut self, path: &KeyPath, policy: &Value) {
        if is_filled(policy.get("allow")) && is_filled(policy.get("alsoAllow")) {
            self.say(path.clone(), "'allow' and 'alsoAllow' exclude each other: merge them");
        }
    }

    /// Bounds of the two legacy releases that must be in order.
    fn loops(&mut self) {
        if self.is_current() {
            return;
        }
        let config = self.config;
        let shared = config.get("tools").map(|tools| (KeyPath::root().key("tools"), tools));
        let own =
            roster(config).into_iter().filter_map(|(path, _, agent)| Some((path.key("tools"), agent.get("tools")?)));
        for (path, tools) in shared.into_iter().chain(own) {
            let path = path.key("loopDetection");
            let of = |key: &str| tools.get("loopDetection")?.get(key)?.as_f64();
            for [low, high] in
                [["warningThreshold", "criticalThreshold"], ["criticalThreshold", "globalCircuitBreakerThreshold"]]
            {
                if of(low).zip(of(high)).is_some_and(|(low, high)| low >= high) {
                    self.say(path.key(high), format!("expected more than '{low}'"));
                }
            }
        }
        for (path, holder) in holders(config).into_iter().filter(|_| self.version != APRIL).collect::<Vec<_>>() {
            let of = |key: &str| holder.get("runRetries")?.get(key)?.as_f64();
            if of("min").zip(of("max")).is_some_and(|(least, most)| most < least) {
                self.say(path.key("runRetries").key("max"), "expected at least 'min'");
            }
        }
    }

    /// Intervals and sizes.
    fn session(&mut self) {
        let root = KeyPath::root();
        let maintenance = root.key("session").key("maintenance");
        let current = self.is_current();
        let of = |path: &KeyPath| path.resolve(self.config).filter(|value| **value != Value::Bool(false));
        let written = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let mut wrong = Vec::new();
        let spans = [
            (maintenance.key("pruneAfter"), "d", current),
            (maintenance.key("preserveRecent"), "d", true),
            (maintenance.key("archiveDashboardAfter"), "d", true),
            (maintenance.key("resetArchiveRetention"), "d", false),
            (root.key("cron").key("sessionRetention"), "h", false),
        ];
        for (path, unit, positive) in spans {
            let Some(text) = of(&path).and_then(written) else { continue };
            let bare = text.trim().parse::<f64>().is_ok();
            let text = if bare { format!("{}{unit}", text.trim()) } else { text };
            let read = duration::parse(&text, true).filter(|_| !text.trim().is_empty());
            if read.is_none_or(|interval| positive && interval.ms().is_none()) {
                wrong.push((path, "a duration is a number and ms, s, m, h or d, as in \"30d\""));
            }
        }
        let run_log = root.key("cron").key("runLog").key("maxBytes");
        let rotated = Some(maintenance.key("rotateBytes")).filter(|_| self.version == APRIL);
        let sizes = [maintenance.key("maxDiskBytes"), maintenance.key("highWaterBytes"), run_log];
        for path in sizes.into_iter().chain(rotated) {
            if of(&path).and_then(written).is_some_and(|text| !formats::is_size(&text)) {
                wrong.push((path, "a size is a number and b, kb, mb, gb or tb, as in \"500mb\""));
            }
        }
        for (path, what) in wrong {
            self.say(path, what);
        }
    }

    fn hooks(&mut self) {
        let hooks = KeyPath::root().key("hooks");
        let has_default = self.config.at("hooks.defaultSessionKey").and_then(Value::as_str);
        let has_default = has_default.is_some_and(|key| !key.trim().is_empty());
        let mappings = self.config.at("hooks.mappings").and_then(Value::as_array).into_iter().flatten();
        for (at, mapping) in mappings.enumerate() {
            let path = hooks.key("mappings").index(at);
            let is_named = text(mapping, "sessionKey").is_some_and(|key| !key.trim().is_empty());
            let lasts = self.is_current()
                && text(mapping, "action").is_none_or(|action| action == "agent")
                && text(mapping, "sessionMode") == Some("persistent");
            if lasts && !is_named && !has_default && mapping.get("transform").is_none() {
                self.say(path.key("sessionKey"), "a lasting session needs a 'sessionKey', or hooks.defaultSessionKey");
            }
            let module = mapping.at("transform.module").and_then(Value::as_str).map(str::trim);
            if module.is_some_and(|module| !formats::is_module(module)) {
                self.say(path.key("transform").key("module"), "a module is a relative path inside of the folder");
            }
        }
    }

    /// A binding to an ACP session says which conversation, and options of a group which channel.
    fn bindings(&mut self) {
        let config = self.config;
        let root = KeyPath::root();
        let bindings = config.get("bindings").and_then(Value::as_array).into_iter().flatten().enumerate();
        for (at, binding) in bindings.filter(|(_, binding)| text(binding, "type") == Some("acp")) {
            let peer = binding.at("match.peer.id").and_then(Value::as_str).unwrap_or_default();
            if peer.trim().is_empty() {
                self.say(
                    root.key("bindings").index(at).key("match").key("peer"),
                    "an ACP binding needs a 'peer' with an 'id'",
                );
            }
        }
        let groups = config.get("broadcast").and_then(Value::as_object).into_iter().flatten();
        for (peer, _) in groups.filter(|(_, group)| group.is_object() && self.is_current()).collect::<Vec<_>>() {
            let is_qualified = peer.split_once(':').is_some_and(|(channel, id)| {
                channel.starts_with(|c: char| c.is_ascii_alphabetic()) && !channel.contains(' ') && !id.is_empty()
            });
            if !is_qualified {
                self.say(root.key("broadcast").key(peer), "a group with options is named \"channel:peer\"");
            }
        }
    }
}
