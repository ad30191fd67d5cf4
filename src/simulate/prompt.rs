//! The parts of one heartbeat request, in characters: what the release sends of its own, and what the workload and the
//! two context levers add or take away (R20 to R28).

use serde::Serialize;

use super::measured::{CHANNEL_EXTRA, Measured, OWNER_EXTRA, RouteExtra};
use crate::gateway::behaviour::{Behaviour, Instructions};
use crate::workload::Profile;

/// Who a reply is delivered to, as far as it changes the request (R27, M10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// Nobody: `target: "none"`, or a legacy release.
    Nobody,
    /// The owner, whose own tools then appear.
    Owner,
    /// A named channel.
    Channel,
}

/// The parts of a request in characters, the conversation apart. They are sent in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Parts {
    /// Tool schemas.
    pub tools: u64,
    /// Stable system text without files and skills.
    pub stable_system: u64,
    /// Workspace files.
    pub workspace_files: u64,
    /// The skills list.
    pub skills: u64,
    /// Volatile system text, after the cache boundary.
    pub volatile_system: u64,
    /// The heartbeat message with its instructions.
    pub message: u64,
    /// Transient context, never cached.
    pub carrier: u64,
    /// Whether the cached prefix reaches over the volatile system text.
    #[serde(skip)]
    pub caches_volatile: bool,
}

impl Parts {
    /// What stands before the first cache breakpoint ahead of the conversation.
    pub fn prefix(&self) -> u64 {
        let volatile = if self.caches_volatile { self.volatile_system } else { 0 };
        self.tools + self.stable_system + self.workspace_files + self.skills + volatile
    }

    /// The whole request without a conversation.
    pub fn total(&self) -> u64 {
        let system = self.stable_system + self.workspace_files + self.skills + self.volatile_system;
        self.tools + system + self.message + self.carrier
    }
}

/// Cap of the skills list in characters (R25).
const SKILLS_CAP_CURRENT: u64 = 18_000;
const SKILLS_CAP_LEGACY: u64 = 30_000;

/// The parts of an agent's request.
pub fn parts(
    sizes: &Measured,
    behaviour: &Behaviour,
    profile: &Profile,
    [isolated, light]: [bool; 2],
    delivery: Delivery,
    prompt_chars: Option<u64>,
) -> Parts {
    let extra = match delivery {
        Delivery::Nobody => RouteExtra { tools: 0, stable: 0, volatile: 0 },
        Delivery::Owner => OWNER_EXTRA,
        Delivery::Channel => CHANNEL_EXTRA,
    };
    let light = light && behaviour.light_context_effective;
    let isolated = usize::from(isolated && behaviour.isolation_effective);
    let instructions = match profile.instructions_chars {
        0 => 0,
        chars => chars + sizes.instructions_heading,
    };
    let in_file = behaviour.instructions == Instructions::HeartbeatFile;
    let cap = behaviour.bootstrap_total_max_chars.unwrap_or(u64::MAX);
    let workspace = match (light, profile.workspace_chars) {
        // Where the files are not the release's own, HEARTBEAT.md is one of the workload's fields.
        (true, Some(_)) if in_file => instructions,
        (true, _) => sizes.light_files,
        (false, Some(chars)) if in_file => chars.min(cap) + instructions,
        (false, Some(chars)) => chars.min(cap),
        (false, None) => sizes.files,
    };
    let skills_cap = if in_file { SKILLS_CAP_LEGACY } else { SKILLS_CAP_CURRENT };
    let message = sizes.message[isolated];
    let message = match prompt_chars {
        Some(chars) if sizes.prompt > 0 => message - sizes.prompt + chars,
        _ => message,
    };
    Parts {
        tools: sizes.tools + extra.tools,
        stable_system: sizes.stable + extra.stable - if light { sizes.light_saves } else { 0 },
        workspace_files: workspace,
        skills: profile.skills_chars.unwrap_or(sizes.skills).min(skills_cap),
        volatile_system: sizes.volatile[isolated] + extra.volatile,
        message: message + if in_file { 0 } else { instructions },
        carrier: sizes.carrier,
        caches_volatile: sizes.caches_volatile,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::gateway::release::Version;
    use crate::simulate::measured::{self, Wire};
    use crate::workload::Workload;

    fn total(version: Version, wire: Wire, isolated: bool, light: bool) -> u64 {
        let behaviour = Behaviour::of(version);
        let idle = Workload::preset("idle").unwrap().of("main").typical;
        let sizes = measured::sizes(&behaviour, wire);
        parts(sizes, &behaviour, &idle, [isolated, light], Delivery::Nobody, None).total()
    }

    fn within(ours: u64, measured: u64, percent: f64, cell: &str) {
        let error = (ours as f64 - measured as f64) / measured as f64 * 100.0;
        assert!(error.abs() <= percent, "{cell}: {ours} against {measured}, {error:.2} %");
    }

    /// The first request of a session, as captured from the running gateways.
    #[test]
    fn sizes_agree_with_captured_requests() {
        let read = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
        let current = read(include_str!("../../fixtures/openclaw/requests.json"));
        for cell in current["cells"].as_array().unwrap().iter().filter(|cell| cell["historyTokens"] == 0) {
            let flags = [cell["isolatedSession"] == true, cell["lightContext"] == true];
            let ours = total(Version::new(2026, 9, 6), Wire::Messages, flags[0], flags[1]);
            within(ours, cell["totalCharsByTick"][0].as_u64().unwrap(), 2.0, &format!("2026.9.6 {flags:?}"));
        }
        let legacy = read(include_str!("../../fixtures/openclaw/requests-legacy.json"));
        for (name, release) in legacy["releases"].as_object().unwrap() {
            for cell in release["matrix"].as_array().unwrap().iter().filter(|cell| cell["historyTargetTokens"] == 0) {
                let flags = [cell["isolatedSession"] == true, cell["lightContext"] == true];
                let ours = total(name.parse().unwrap(), Wire::Messages, flags[0], flags[1]);
                within(ours, cell["totalChars"].as_u64().unwrap(), 2.0, &format!("{name} {flags:?}"));
            }
        }
        let nexos = read(include_str!("../../fixtures/openclaw/requests-nexos.json"));
        for cell in &nexos["summary"].as_array().unwrap()[..8] {
            let name = cell["name"].as_str().unwrap();
            let wire = if name.starts_with("no compat") { Wire::Completions } else { Wire::MarkedCompletions };
            let flags = [name.contains("isolatedSession true"), name.contains("lightContext true")];
            let ours = total(Version::new(2026, 9, 6), wire, flags[0], flags[1]);
            within(ours, cell["totalChars"][0].as_u64().unwrap(), 2.0, name);
        }
    }
}
