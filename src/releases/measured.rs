//! The sizes that real gateways were seen to send, in characters, for each release and kind of route that was measured
//! (`COST-MODEL.md` R20, R26, M1, L1, L8). A release that was not measured takes the nearest earlier one of its generation.

mod subagents;
mod tool_sets;
mod turns;

use super::Behaviour;
use super::version::{Generation, Version};

pub use subagents::subagent_sizes;
pub use turns::turn_sizes;

/// A named set of tools, `tools.profile`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ToolProfile {
    /// All of them, or a set that was not measured.
    #[default]
    Full,
    /// Files and commands.
    Coding,
    /// Messages only.
    Messaging,
    /// Hardly any.
    Minimal,
}

/// How requests are written, as far as it changes their size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wire {
    /// `anthropic-messages`, to Anthropic's own provider.
    Messages,
    /// `anthropic-messages`, to a provider that the config adds.
    CustomMessages,
    /// `openai-completions` and its like.
    Completions,
    /// The same with Anthropic's cache markers (`compat.cacheControlFormat`).
    MarkedCompletions,
}

/// The parts of a request with the release's own workspace and skills and no history, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The release that was measured.
    pub version: Version,
    /// Its generation.
    pub generation: Generation,
    /// The kind of route.
    pub wire: Wire,
    /// Tool schemas.
    pub tools: u64,
    /// Stable system text without workspace files and skills.
    pub stable: u64,
    /// Volatile system text of a shared and of an isolated run.
    pub volatile: [u64; 2],
    /// Workspace files, headers included, with the templates of the release.
    pub files: u64,
    /// Workspace files that a light run keeps.
    pub light_files: u64,
    /// Further system text that a light run goes without.
    pub light_saves: u64,
    /// The skills list as shipped.
    pub skills: u64,
    /// The heartbeat message of a shared and of an isolated run, without instructions.
    pub message: [u64; 2],
    /// The release's own prompt within that message; 0 where it sends none (L6).
    pub prompt: u64,
    /// What a prompt that speaks of HEARTBEAT.md is followed by: where the file lies.
    pub path_hint: u64,
    /// Transient context that is never cached.
    pub carrier: u64,
    /// What instructions add beside their text: a heading and its line.
    pub instructions_heading: u64,
    /// What a delivery to the owner or a channel adds.
    pub delivery: DeliveryExtra,
    /// What a channel that is configured adds to the schema of the message tool, delivery or not; seen with Telegram.
    pub channel_tools: u64,
    /// The marker that stands for a run's message once it is history; `None` keeps the message as it was (R28).
    pub kept_marker: Option<u64>,
    /// What a quiet shared run leaves in the conversation (M6, L4).
    pub quiet_growth: u64,
    /// A silent run with tool calls stays in the conversation (R32, L4).
    pub silent_tools_stay: bool,
    /// The cache breakpoint before the conversation stands after the volatile system text (L2).
    pub caches_volatile: bool,
}

/// `facts/requests.json`, 2026.9.6.
const MESSAGES_9_6: Measured = Measured {
    version: Version::new(2026, 9, 6),
    generation: Generation::Current,
    wire: Wire::Messages,
    tools: 9_491,
    stable: 15_312,
    volatile: [6_092, 4_682],
    files: 10_883,
    light_files: 0,
    light_saves: 60,
    skills: 6_747,
    message: [364, 364],
    prompt: 270,
    path_hint: 0,
    carrier: 220,
    instructions_heading: 29,
    // R27; `requests-tools.json` 13 against 1: 10,340 characters in all.
    delivery: DeliveryExtra { tools: 6_072, stable: 3_018, volatile: 1_250, ..NO_DELIVERY },
    channel_tools: 0,
    kept_marker: Some(25),
    quiet_growth: 25,
    silent_tools_stay: false,
    caches_volatile: false,
};

/// `facts/skips.json` phases A and B, 2026.9.6. Only isolated runs were measured; a shared one has 1,410 characters more
/// of volatile text (M1).
const CUSTOM_MESSAGES_9_6: Measured = Measured {
    wire: Wire::CustomMessages,
    tools: 8_811,
    stable: 15_292,
    volatile: [5_953, 4_543],
    // 39,775 against 34,914 characters. The owner's 40,886 has the same extra and the longer skills list of the two.
    delivery: DeliveryExtra { tools: 725, stable: 2_880, volatile: 1_256, ..NO_DELIVERY },
    ..MESSAGES_9_6
};

/// `facts/requests-nexos.json`, 2026.9.6. The line with the run time stands in the message here.
const COMPLETIONS_9_6: Measured = Measured {
    wire: Wire::Completions,
    tools: 9_051,
    stable: 15_305,
    volatile: [5_729, 4_309],
    files: 10_818,
    light_saves: 61,
    message: [662, 672],
    // Not measured here. A delivery adds the same tool, which an owner's chat on this route showed with 754 characters.
    ..CUSTOM_MESSAGES_9_6
};

/// `facts/requests-nexos.json`, 2026.9.6, with `compat.cacheControlFormat: "anthropic"`.
const MARKED_COMPLETIONS_9_6: Measured = Measured {
    wire: Wire::MarkedCompletions,
    tools: 9_088,
    volatile: [6_028, 4_618],
    message: [364, 364],
    ..COMPLETIONS_9_6
};

/// `facts/requests-legacy.json`, 2026.7.35.
const MESSAGES_7_35: Measured = Measured {
    version: Version::new(2026, 7, 35),
    generation: Generation::Legacy,
    wire: Wire::Messages,
    tools: 36_966,
    stable: 7_386,
    volatile: [3_581, 3_591],
    files: 12_195,
    light_files: 350,
    light_saves: 61,
    skills: 6_031,
    message: [52, 52],
    prompt: 0,
    path_hint: 0,
    carrier: 0,
    instructions_heading: 123,
    // `routes-legacy.json`: cron, gateway and nodes appear, and the run is told where its reply goes.
    delivery: DeliveryExtra { tools: 17_344, stable: 783, volatile: 660, message: 0, carrier: 318 },
    channel_tools: 2_220,
    kept_marker: None,
    quiet_growth: 0,
    silent_tools_stay: false,
    caches_volatile: false,
};

/// `facts/requests-legacy.json`, 2026.4.15.
const MESSAGES_4_15: Measured = Measured {
    version: Version::new(2026, 4, 15),
    tools: 22_305,
    stable: 9_010,
    volatile: [1_205, 1_205],
    files: 13_855,
    light_files: 380,
    skills: 4_374,
    message: [403, 403],
    prompt: 170,
    // The message without prompt and its line of the clock, which has 83.
    path_hint: 149,
    delivery: DeliveryExtra { tools: 13_644, stable: 1_732, volatile: 0, message: 82, carrier: 0 },
    channel_tools: 1_336,
    silent_tools_stay: true,
    caches_volatile: true,
    ..MESSAGES_7_35
};

const ALL: [Measured; 6] =
    [MESSAGES_4_15, MESSAGES_7_35, COMPLETIONS_9_6, MARKED_COMPLETIONS_9_6, CUSTOM_MESSAGES_9_6, MESSAGES_9_6];

/// What an owner's or a channel's tools add to a request (R27, M10, `routes.json`, `routes-legacy.json`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeliveryExtra {
    /// Tool schemas.
    pub tools: u64,
    /// Stable system text.
    pub stable: u64,
    /// Volatile system text.
    pub volatile: u64,
    /// Before the prompt, in the message.
    pub message: u64,
    /// After the message, and never cached.
    pub carrier: u64,
}

/// What is added when nothing is delivered.
pub const NO_DELIVERY: DeliveryExtra = DeliveryExtra { tools: 0, stable: 0, volatile: 0, message: 0, carrier: 0 };

/// The text of an alert, in characters (L4, M6).
pub const ALERT_CHARS: u64 = 300;
/// The silent answer of legacy releases, which stays with a run that stays: `HEARTBEAT_OK` (L4).
pub const SILENT_ANSWER_CHARS: u64 = 12;
/// What an alert of 300 characters adds to a request's output (`WORKLOADS.md`).
pub const ALERT_OUTPUT_TOKENS: u64 = 75;
/// The hidden recap's request to the provider's small model: input measured 430 to 520 tokens (M5).
pub const RECAP_INPUT_TOKENS: u64 = 475;
/// Recaps are at least this far apart, which also keeps them to 40 an hour (M5).
pub const RECAP_SPACING_MS: i64 = 90_000;

/// The measured sizes to use for a release and delivery: the nearest earlier release of the same generation that was
/// measured on this kind of route, else on another kind, else the oldest of the generation.
pub fn sizes(behaviour: &Behaviour, wire: Wire, tools: ToolProfile) -> Measured {
    tool_sets::profiled(&nearest(&ALL, behaviour, wire), tools)
}

fn nearest(all: &[Measured], behaviour: &Behaviour, wire: Wire) -> Measured {
    let same = |row: &&Measured| row.generation == behaviour.generation;
    let by_wire: Vec<&Measured> = all.iter().filter(same).filter(|row| row.wire == wire).collect();
    let rows = if by_wire.is_empty() { all.iter().filter(same).collect() } else { by_wire };
    let earlier = rows.iter().filter(|row| row.version <= behaviour.version).max_by_key(|row| row.version);
    let oldest = rows.iter().min_by_key(|row| row.version);
    earlier.or(oldest).copied().copied().unwrap_or(MESSAGES_9_6)
}
