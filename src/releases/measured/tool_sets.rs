//! What `tools.profile` makes of a request, measured on the three releases whose full requests were
//! (`profiles.json`, `routes.json`, `routes-legacy.json`). The values are those of Anthropic's own provider; another kind
//! of route keeps its own size of everything that a profile does not change.

use super::{DeliveryExtra, Measured, NO_DELIVERY, ToolProfile};
use crate::releases::Version;

/// The parts of a request that a profile changes, in characters.
struct ToolSet {
    version: Version,
    profile: ToolProfile,
    /// Tool schemas; `None` where the profile leaves them as they are.
    tools: Option<u64>,
    stable: u64,
    volatile: [u64; 2],
    /// Tools that cannot read files go without the skills list on current releases.
    lists_skills: bool,
    carrier: u64,
    delivery: DeliveryExtra,
    channel_tools: u64,
}

const CURRENT: Version = Version::new(2026, 9, 6);
const LATE_LEGACY: Version = Version::new(2026, 7, 35);
const EARLY_LEGACY: Version = Version::new(2026, 4, 15);

const SETS: &[ToolSet] = &[
    ToolSet {
        version: CURRENT,
        profile: ToolProfile::Coding,
        tools: None,
        stable: 13_357,
        volatile: [5_548, 4_138],
        lists_skills: true,
        carrier: 220,
        delivery: DeliveryExtra { tools: 126, stable: 2_503, volatile: 849, ..NO_DELIVERY },
        channel_tools: 0,
    },
    ToolSet {
        version: CURRENT,
        profile: ToolProfile::Messaging,
        tools: Some(3_226),
        stable: 8_456,
        volatile: [5_342, 3_932],
        lists_skills: false,
        carrier: 145,
        delivery: DeliveryExtra { stable: 1_538, volatile: 1_011, ..NO_DELIVERY },
        channel_tools: 0,
    },
    ToolSet {
        version: CURRENT,
        profile: ToolProfile::Minimal,
        tools: Some(2_349),
        stable: 5_590,
        volatile: [2_991, 3_001],
        lists_skills: false,
        carrier: 0,
        delivery: DeliveryExtra { stable: 444, volatile: 690, ..NO_DELIVERY },
        channel_tools: 0,
    },
    ToolSet {
        version: LATE_LEGACY,
        profile: ToolProfile::Coding,
        tools: Some(18_258),
        stable: 7_143,
        volatile: [2_884, 2_894],
        lists_skills: true,
        carrier: 0,
        delivery: DeliveryExtra { tools: 14_125, stable: 319, volatile: 857, message: 0, carrier: 318 },
        channel_tools: 0,
    },
    ToolSet {
        version: LATE_LEGACY,
        profile: ToolProfile::Messaging,
        tools: Some(8_160),
        stable: 5_393,
        volatile: [3_160, 3_170],
        lists_skills: true,
        carrier: 0,
        delivery: DeliveryExtra { tools: 0, stable: 0, volatile: 660, message: 0, carrier: 318 },
        channel_tools: 2_220,
    },
    ToolSet {
        version: LATE_LEGACY,
        profile: ToolProfile::Minimal,
        tools: Some(443),
        stable: 5_149,
        volatile: [2_460, 2_470],
        lists_skills: true,
        carrier: 0,
        delivery: DeliveryExtra { tools: 0, stable: 0, volatile: 857, message: 0, carrier: 318 },
        channel_tools: 0,
    },
    ToolSet {
        version: EARLY_LEGACY,
        profile: ToolProfile::Coding,
        tools: Some(11_162),
        stable: 8_124,
        volatile: [1_205, 1_205],
        lists_skills: true,
        carrier: 0,
        delivery: DeliveryExtra { tools: 10_848, stable: 887, volatile: 0, message: 82, carrier: 0 },
        channel_tools: 0,
    },
    ToolSet {
        version: EARLY_LEGACY,
        profile: ToolProfile::Messaging,
        tools: Some(7_656),
        stable: 7_123,
        volatile: [1_205, 1_205],
        lists_skills: true,
        carrier: 0,
        delivery: DeliveryExtra { tools: 0, stable: 568, volatile: 0, message: 82, carrier: 0 },
        channel_tools: 1_336,
    },
    ToolSet {
        version: EARLY_LEGACY,
        profile: ToolProfile::Minimal,
        tools: Some(499),
        stable: 6_222,
        volatile: [1_205, 1_205],
        lists_skills: true,
        carrier: 0,
        delivery: DeliveryExtra { tools: 0, stable: 568, volatile: 0, message: 82, carrier: 0 },
        channel_tools: 0,
    },
];

/// The measured sizes with another set of tools.
pub(super) fn profiled(row: &Measured, profile: ToolProfile) -> Measured {
    let Some(set) = SETS.iter().find(|set| set.version == row.version && set.profile == profile) else { return *row };
    Measured {
        tools: set.tools.unwrap_or(row.tools),
        stable: set.stable,
        volatile: set.volatile,
        skills: if set.lists_skills { row.skills } else { 0 },
        carrier: set.carrier,
        delivery: set.delivery,
        channel_tools: set.channel_tools,
        ..*row
    }
}
