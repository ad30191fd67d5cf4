//! The sizes of a sub-agent's first request, which has a session, tools and instructions of its own
//! (`fixtures/oracle/automations.json`, `sub-agent`).

use super::{MESSAGES_4_15, MESSAGES_7_35, MESSAGES_9_6, Measured, NO_DELIVERY, ToolProfile, Wire, nearest, sizes};
use crate::releases::{Behaviour, Generation};

/// Messages without the task.
const MESSAGES: Measured = Measured {
    stable: 11_584,
    volatile: [3_581, 3_581],
    files: 6_401,
    light_saves: 0,
    skills: 6_827,
    message: [261, 261],
    prompt: 0,
    delivery: NO_DELIVERY,
    kept_marker: None,
    ..MESSAGES_9_6
};

const COMPLETIONS: Measured =
    Measured { wire: Wire::Completions, tools: 9_051, stable: 11_201, message: [600, 600], ..MESSAGES };

const MARKED: Measured = Measured { wire: Wire::MarkedCompletions, ..COMPLETIONS };

const CUSTOM: Measured =
    Measured { wire: Wire::CustomMessages, tools: 8_811, stable: 11_571, volatile: [3_551, 3_551], ..MESSAGES };

const LATE_LEGACY: Measured = Measured {
    tools: 26_523,
    stable: 3_571,
    volatile: [2_714, 2_714],
    files: 8_250,
    light_files: 0,
    light_saves: 0,
    skills: 6_003,
    message: [226, 226],
    delivery: NO_DELIVERY,
    channel_tools: 0,
    ..MESSAGES_7_35
};

const LATE_LEGACY_COMPLETIONS: Measured =
    Measured { wire: Wire::Completions, tools: 26_724, stable: 3_485, ..LATE_LEGACY };

const LATE_LEGACY_CUSTOM: Measured =
    Measured { wire: Wire::CustomMessages, tools: 25_940, stable: 3_513, volatile: [2_684, 2_684], ..LATE_LEGACY };

const EARLY_LEGACY: Measured = Measured {
    tools: 18_103,
    stable: 3_629,
    volatile: [2_161, 2_161],
    files: 11_937,
    light_files: 0,
    light_saves: 0,
    message: [177, 177],
    prompt: 0,
    path_hint: 0,
    delivery: NO_DELIVERY,
    channel_tools: 0,
    ..MESSAGES_4_15
};

const EARLY_LEGACY_COMPLETIONS: Measured = Measured { wire: Wire::Completions, tools: 18_495, ..EARLY_LEGACY };

const EARLY_LEGACY_CUSTOM: Measured = Measured { wire: Wire::CustomMessages, ..EARLY_LEGACY };

const ALL: [Measured; 10] = [
    EARLY_LEGACY,
    EARLY_LEGACY_COMPLETIONS,
    EARLY_LEGACY_CUSTOM,
    LATE_LEGACY,
    LATE_LEGACY_COMPLETIONS,
    LATE_LEGACY_CUSTOM,
    COMPLETIONS,
    MARKED,
    CUSTOM,
    MESSAGES,
];

/// The workspace files that a sub-agent goes without, from the earliest releases to the latest.
const EARLY_LEFT_OUT: &[&str] = &["HEARTBEAT.md", "MEMORY.md", "BOOTSTRAP.md"];
const LATE_LEFT_OUT: &[&str] = &["HEARTBEAT.md", "MEMORY.md", "BOOTSTRAP.md", "SOUL.md", "IDENTITY.md", "USER.md"];
const LEFT_OUT: &[&str] =
    &["HEARTBEAT.md", "MEMORY.md", "BOOTSTRAP.md", "SOUL.md", "IDENTITY.md", "USER.md", "TOOLS.md"];

/// The measured sizes of such a request, without its task, and the workspace files that it goes without.
pub fn subagent_sizes(behaviour: &Behaviour, wire: Wire, profile: ToolProfile) -> (Measured, &'static [&'static str]) {
    let found = nearest(&ALL, behaviour, wire);
    let left_out = match found.generation {
        Generation::Current => LEFT_OUT,
        Generation::Legacy if found.version == LATE_LEGACY.version => LATE_LEFT_OUT,
        Generation::Legacy => EARLY_LEFT_OUT,
    };
    if profile == ToolProfile::Full {
        return (found, left_out);
    }
    // Of smaller sets only heartbeats were measured.
    let beat = sizes(behaviour, wire, profile);
    (Measured { tools: beat.tools.min(found.tools), skills: beat.skills.min(found.skills), ..found }, left_out)
}
