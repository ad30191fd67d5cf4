//! The roster after a repair: a list of agents as entries, and who owns what nobody else owns. Its rules were read from
//! 2026.9.6, and asked of it.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::Repaired;
use crate::document::{KeyPath, Named};
use crate::releases::agent_id::{distinct, normal_id};

/// How a file names its agents.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RosterForm {
    Entries,
    List,
    /// A list with an item that is no entry as it is.
    OddList,
}

impl Repaired {
    /// A list of agents becomes entries; one beside entries goes.
    pub(super) fn list(&mut self) -> RosterForm {
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
            let id = distinct(asked, |id| entries.contains_key(id));
            entries.insert(id, Value::Object(fields));
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

    /// Who owns what nobody else owns is written down, by its mark before a block comes from the root. A list that is no
    /// roster as it is keeps its marks.
    pub(super) fn owner(&mut self, roster: RosterForm, had_block: bool) {
        if !self.tree.get("agents").is_none_or(Value::is_object) {
            return;
        }
        let explicit = self.tree.at("agents.ownership") == Some(&json!("explicit"));
        let entries = self.tree.at("agents.entries").and_then(Value::as_object).cloned().unwrap_or_default();
        if entries.is_empty() {
            if !explicit && self.tree.at("agents.entries").is_none_or(Value::is_object) {
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
        let unset = self.tree.at("agents.defaults.systemAgent.agentId").is_none();
        if let Some(owner) = marked.first().copied().or(main).filter(|_| entries.len() > 1 && takes_over && unset) {
            let has_block = entries.values().any(|entry| entry.get("heartbeat").is_some());
            if !has_block && self.tree.at("agents.defaults.heartbeat").is_none() {
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
        let shared = self.tree.at("agents.defaults.workspace").cloned();
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
        if self.tree.at("session.store").is_some() {
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
}
