//! Where the records of this machine's gateway are, and what its config says about how to read them (R47).

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::files::discover::{home, state_dir};
use crate::files::{Env, set};
use crate::releases::{Behaviour, Version};

/// The names under which OpenClaw was released before, whose folders an upgrade may leave.
const FORMER: [&str; 3] = [".clawdbot", ".moltbot", ".moldbot"];

/// The state directory of the gateway that has this environment, and with it the folders of former names, unless the
/// environment names a directory or a profile.
pub fn state_dirs(env: Env<'_>) -> Vec<PathBuf> {
    let named = ["OPENCLAW_STATE_DIR", "OPENCLAW_PROFILE"].iter().any(|name| set(env, name).is_some());
    let former = home(env).filter(|_| !named).into_iter().flat_map(|home| FORMER.map(|name| home.join(name)));
    state_dir(env).into_iter().chain(former.filter(|dir| dir.is_dir())).collect()
}

/// What a config says about the records of its gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Habits {
    /// The heartbeat prompts, which old releases store in place of a marker.
    pub prompts: Vec<String>,
    /// The release that wrote them: here, the one that last changed the config.
    pub release: Option<Version>,
}

impl Habits {
    /// Of the text of a config. One that cannot be read says nothing.
    pub fn told(config: &str) -> Self {
        let config = json5::from_str::<Value>(config).unwrap_or_default();
        let mut prompts = Vec::new();
        gather(&config["agents"], &mut prompts);
        let release = config["meta"]["lastTouchedVersion"].as_str().and_then(|release| release.parse().ok());
        Habits { prompts, release }
    }

    /// Of the config in a state directory, after what is known of another that may be the gateway's.
    pub(super) fn of(dir: &Path, known: &Habits) -> Self {
        let names = ["openclaw.json", "moltbot.json", "clawdbot.json"];
        let text = names.iter().find_map(|name| fs::read_to_string(dir.join(name)).ok());
        let own = Habits::told(&text.unwrap_or_default());
        let prompts = known.prompts.iter().chain(&own.prompts).cloned().collect();
        Habits { prompts, release: known.release.or(own.release) }
    }

    /// The release, if it takes quiet ticks out of the transcript again.
    pub(super) fn eraser(&self) -> Option<Version> {
        self.release.filter(|release| Behaviour::of(*release).erases_quiet_ticks)
    }
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
