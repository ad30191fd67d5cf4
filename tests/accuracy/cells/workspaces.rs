//! Workspaces over their caps, file by file and in sum, on every generation that was measured.

use clawbeat::workload::workspace::Workspace;
use serde_json::{Value, json};

use super::{Cell, Names, OPUS, Sent, config, fixture, number, parts};
use crate::accuracy::case::Case;

const TOOLS: Names = &[("tools", &["toolsJson"]), ("skills", &["skillsList"])];

pub(super) fn all() -> Vec<Cell> {
    let facts = fixture(include_str!("../../../fixtures/oracle/workspaces.json"));
    facts["cases"].as_array().unwrap().iter().map(cell).collect()
}

fn cell(cell: &Value) -> Cell {
    let (chars, word) = (&cell["chars"], |key: &str| cell[key].as_str().unwrap());
    let release = word("release");
    let mut config = config(OPUS, cell["isolated"] == true, false, &json!({ "target": cell["target"] }));
    config["commands"] = json!({ "ownerAllowFrom": ["telegram:123456789"] });
    config["channels"] = json!({ "telegram": { "botToken": "set", "allowFrom": ["123456789"] } });
    for (key, limit) in cell["limits"].as_object().unwrap() {
        config["agents"]["defaults"][key] = limit.clone();
    }
    let mut case = Case::idle(release, config).with_history(chars["pollMarkers"].as_u64().unwrap_or(0));
    case.workload["skillsChars"] = chars["skillsList"].clone();
    case.workspace = Some(workspace(cell));
    let mut parts = parts(chars, TOOLS);
    let system: u64 = chars["systemBlocks"].as_array().unwrap().iter().map(number).sum();
    parts.push(("whole system", system));
    Cell {
        file: "workspaces.json",
        name: format!("{release} {}", word("name")),
        case,
        run: 1,
        parts,
        requests: vec![Sent { chars: chars["total"].as_u64(), usage: None }],
    }
}

/// Files of the recorded sizes, with an AGENTS.md of the recorded kind.
fn workspace(cell: &Value) -> Workspace {
    let mut workspace = Workspace::default();
    for (name, size) in cell["workspace"].as_object().unwrap() {
        let size = usize::try_from(number(size)).unwrap();
        let text = match (name.as_str(), cell["agentsText"].as_str().unwrap()) {
            ("AGENTS.md", "rules") => {
                "## A rule\n\n- Never move a crate without asking the clerk.\n\n".repeat(size / 50)
            }
            _ => format!("# {name}\n") + &"The clerk recorded the crates. ".repeat(size / 30),
        };
        workspace.add(name, &text[..size]);
    }
    workspace
}
