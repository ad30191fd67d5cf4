//! The parts of one heartbeat request, in characters: what the release sends of its own, and what the workload and the
//! two context levers add or take away (R20 to R28).

use serde::Serialize;

use super::measured::{Measured, RouteExtra};
use crate::gateway::behaviour::{Behaviour, Instructions};
use crate::workload::Profile;

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
    delivered: bool,
    prompt_chars: Option<u64>,
) -> Parts {
    let extra = if delivered { sizes.route } else { RouteExtra { tools: 0, stable: 0, volatile: 0 } };
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
