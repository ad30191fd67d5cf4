//! Where the records of this machine's gateway are, and what its config says about how to read them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::files::discover::{home, state_dir};
use crate::files::{Env, set};

/// The names under which OpenClaw was released before, whose folders an upgrade may leave.
const FORMER: [&str; 3] = [".clawdbot", ".moltbot", ".moldbot"];

/// The state directory of the gateway that has this environment, and with it the folders of former names, unless the
/// environment names a directory or a profile.
pub fn state_dirs(env: Env<'_>) -> Vec<PathBuf> {
    let named = ["OPENCLAW_STATE_DIR", "OPENCLAW_PROFILE"].iter().any(|name| set(env, name).is_some());
    let former = home(env).filter(|_| !named).into_iter().flat_map(|home| FORMER.map(|name| home.join(name)));
    state_dir(env).into_iter().chain(former.filter(|dir| dir.is_dir())).collect()
}

/// The heartbeat prompts of a state directory's config, which old releases store in place of a marker. A config that
/// cannot be read has none.
pub(super) fn own_prompts(dir: &Path) -> Vec<String> {
    let names = ["openclaw.json", "moltbot.json", "clawdbot.json"];
    let texts = names.iter().filter_map(|name| fs::read_to_string(dir.join(name)).ok());
    let configs = texts.filter_map(|text| json5::from_str::<Value>(&text).ok());
    let mut prompts = Vec::new();
    for config in configs {
        gather(&config["agents"], &mut prompts);
    }
    prompts
}

fn gather(value: &Value, prompts: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(prompt) = fields.get("heartbeat").and_then(|heartbeat| heartbeat["prompt"].as_str()) {
                prompts.push(prompt.to_owned());
            }
            fields.values().for_each(|value| gather(value, prompts));
        }
        Value::Array(values) => values.iter().for_each(|value| gather(value, prompts)),
        _ => {}
    }
}
