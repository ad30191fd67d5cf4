//! Where an agent's workspace lies, as the file says it (R13): in a folder of the agent's own, in the one of the defaults
//! or below it, or where OpenClaw keeps it by itself.

use serde_json::Value;

use super::{Agent, Gateway};
use crate::document::KeyPath;

/// A workspace by what names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceFolder {
    /// The key that names a folder; `None` is OpenClaw's own place.
    pub key: Option<KeyPath>,
    /// The agent's id, where the workspace is its part of a place that all share.
    pub part: Option<String>,
}

impl Gateway {
    /// The folder of an agent's workspace.
    pub fn folder_of(&self, agent: &Agent) -> WorkspaceFolder {
        let is_named = |key: &KeyPath| {
            let text = key.resolve(self.config()).and_then(Value::as_str);
            text.is_some_and(|text| !text.trim().is_empty())
        };
        let own = agent.path.as_ref().map(|path| path.key("workspace")).filter(is_named);
        if own.is_some() {
            return WorkspaceFolder { key: own, part: None };
        }
        let shared = KeyPath::root().key("agents").key("defaults").key("workspace");
        let owns = self.workspace_owner.as_deref() == Some(agent.id.as_str());
        let key = Some(shared).filter(is_named).filter(|_| owns || self.behaviour.nests_workspaces);
        WorkspaceFolder { key, part: (!owns).then(|| agent.id.clone()) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::gateway::Surroundings;

    fn folders(config: &Value, version: &str) -> Vec<(Option<String>, Option<String>)> {
        let gateway = Gateway::read(config, version.parse().unwrap(), &Surroundings::default());
        let folder = |agent| gateway.folder_of(agent);
        let text = |folder: WorkspaceFolder| (folder.key.map(|key| key.to_string()), folder.part);
        gateway.agents.iter().map(folder).map(text).collect()
    }

    /// `resolveAgentWorkspaceDir` of 2026.4.15, 2026.7.35 and 2026.9.6.
    #[test]
    fn an_agent_has_its_own_folder_the_shared_one_or_a_part_of_it() {
        let some = |text: &str| Some(text.to_owned());
        let config = json!({ "agents": { "defaults": { "workspace": "~/ws" },
            "list": [{ "id": "main" }, { "id": "ops" }, { "id": "own", "workspace": "/srv/own" }] } });
        for version in ["2026.4.15", "2026.9.6"] {
            assert_eq!(
                folders(&config, version),
                [
                    (some("agents.defaults.workspace"), None),
                    (some("agents.defaults.workspace"), some("ops")),
                    (some("agents.list[2].workspace"), None)
                ],
                "{version}"
            );
        }
        assert_eq!(folders(&json!({}), "2026.9.6"), [(None, None)]);
        let several = json!({ "agents": { "list": [{ "id": "main" }, { "id": "ops" }] } });
        assert_eq!(folders(&several, "2026.7.35"), [(None, None), (None, some("ops"))]);
    }
}
