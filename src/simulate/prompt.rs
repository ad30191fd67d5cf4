//! The parts of one heartbeat request, in characters: what the release sends of its own, and what the workload and the
//! two context levers add or take away (R20 to R28). Nothing of R29 is in it.

use serde::Serialize;

use crate::gateway::limits::PromptLimits;
use crate::releases::measured::{Measured, NO_DELIVERY};
use crate::releases::{Behaviour, Instructions};
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
    /// What a run without a prompt of its own in the cache reads there all the same.
    #[serde(skip)]
    pub found: u64,
}

impl Parts {
    /// What stands before the first cache breakpoint ahead of the conversation.
    pub fn prefix(&self) -> u64 {
        let volatile = if self.caches_volatile { self.volatile_system } else { 0 };
        self.tools + self.stable_system + self.workspace_files + self.skills + volatile
    }

    /// The parts where the whole of some was `modelled`, and `measured` in truth, of which `uncached` is never cached: the
    /// difference is the system text's, and the tools' where it is more.
    pub fn resized(self, modelled: u64, measured: u64, uncached: Option<u64>) -> Self {
        let carrier = uncached.unwrap_or(self.carrier);
        let (more, less) = (measured + self.carrier, modelled + carrier);
        let less_than = less.saturating_sub(more);
        let of_system = less_than.min(self.stable_system);
        Parts {
            stable_system: self.stable_system - of_system + more.saturating_sub(less),
            tools: self.tools.saturating_sub(less_than - of_system),
            carrier,
            ..self
        }
    }

    /// The whole request without a conversation.
    pub fn total(&self) -> u64 {
        let system = self.stable_system + self.workspace_files + self.skills + self.volatile_system;
        self.tools + system + self.message + self.carrier
    }
}

/// What decides a request beside sizes and load.
#[derive(Clone, Copy, Debug)]
pub struct PromptSettings {
    /// Without the conversation.
    pub isolated: bool,
    /// Without the workspace files.
    pub light: bool,
    /// To an owner or a channel, whose tools then appear (R27, M10).
    pub delivered: bool,
    /// A channel is configured, whoever is reached by it.
    pub has_channel: bool,
    /// Characters of a prompt of its own (R28).
    pub prompt_chars: Option<u64>,
    /// What else the config says of its size.
    pub limits: PromptLimits,
}

/// The parts of an agent's request.
pub fn parts(sizes: &Measured, behaviour: &Behaviour, profile: &Profile, asked: &PromptSettings) -> Parts {
    let limits = &asked.limits;
    let extra = if asked.delivered { sizes.delivery } else { NO_DELIVERY };
    let channel = if asked.has_channel { sizes.channel_tools } else { 0 };
    // Without files a full run is sent what a light one is (R22, `profiles.json`).
    let light = (asked.light && behaviour.light_context_effective) || !limits.sends_files;
    let isolated = usize::from(asked.isolated && behaviour.isolation_effective);
    let in_file = behaviour.instructions == Instructions::HeartbeatFile;
    let instructions = match profile.instructions_chars {
        0 => 0,
        chars => chars + sizes.instructions_heading,
    };
    // Tools that cannot read files go without the list.
    let skills = if sizes.skills == 0 { 0 } else { profile.skills_chars.unwrap_or(sizes.skills) };
    let message = sizes.message[isolated];
    let message = match asked.prompt_chars {
        Some(chars) if sizes.prompt > 0 => message - sizes.prompt + chars,
        _ => message,
    };
    Parts {
        tools: sizes.tools + extra.tools + channel,
        stable_system: sizes.stable + extra.stable - if light { sizes.light_saves } else { 0 },
        workspace_files: workspace_files(sizes, behaviour, profile, limits, light, instructions),
        skills: skills.min(limits.skills),
        volatile_system: sizes.volatile[isolated] + extra.volatile,
        message: message + extra.message + if in_file { 0 } else { instructions },
        carrier: sizes.carrier + extra.carrier,
        caches_volatile: sizes.caches_volatile,
        found: 0,
    }
}

/// What stands around the tasks that are due, and around what HEARTBEAT.md says beside them (R19b, seen on 2026.4.15).
const TASKS: [&str; 2] = [
    "Run the following periodic tasks (only those due based on their intervals):\n\n",
    "\n\nAfter completing all due tasks, reply HEARTBEAT_OK.",
];
const BESIDE_TASKS: &str = "\n\nAdditional context from HEARTBEAT.md:\n";

/// The message of a run for tasks in characters, without the lines of the tasks themselves; `None` where the release
/// sends the same message for everything (L6).
pub fn task_message(sizes: &Measured, parts: &Parts, own_prompt: Option<u64>, beside: u64) -> Option<u64> {
    let usual = own_prompt.unwrap_or(sizes.prompt + sizes.path_hint);
    let around: usize = TASKS.iter().map(|text| text.len()).sum();
    let beside = if beside == 0 { 0 } else { beside + BESIDE_TASKS.len() as u64 };
    (sizes.prompt > 0).then(|| parts.message.saturating_sub(usual) + around as u64 + beside)
}

/// The workspace files: as they are, else as the workload says, else the release's own (R21 to R24). With the
/// workload's sum only the cap of the sum applies.
fn workspace_files(
    sizes: &Measured,
    behaviour: &Behaviour,
    profile: &Profile,
    limits: &PromptLimits,
    light: bool,
    instructions: u64,
) -> u64 {
    if let Some(workspace) = &profile.workspace {
        return workspace.injected(behaviour, limits, light);
    }
    let cap = limits.all_files.unwrap_or(u64::MAX);
    // HEARTBEAT.md is one of the workload's fields.
    let heartbeat = if behaviour.instructions == Instructions::HeartbeatFile { instructions } else { 0 };
    match (light, profile.workspace_chars) {
        (true, Some(_)) => heartbeat,
        (true, None) => sizes.light_files,
        (false, Some(chars)) => chars.min(cap) + heartbeat,
        (false, None) => sizes.files.min(cap),
    }
}
