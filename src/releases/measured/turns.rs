//! The sizes of a scheduled turn in a session of its own, which is sent other tools and another system text than a heartbeat
//! (`fixtures/oracle/automations.json`): shorter instructions, no heartbeat section, and the tools of the owner.

use super::{
    DeliveryExtra, MESSAGES_4_15, MESSAGES_7_35, MESSAGES_9_6, Measured, NO_DELIVERY, ToolProfile, Wire, nearest, sizes,
};
use crate::releases::{Behaviour, Generation};

/// Messages without the job's own text and name.
const MESSAGES: Measured = Measured {
    tools: 14_694,
    stable: 16_066,
    volatile: [1_827, 1_827],
    files: 10_895,
    light_files: 0,
    light_saves: 0,
    skills: 6_787,
    message: [754, 754],
    prompt: 0,
    carrier: 220,
    delivery: DeliveryExtra { message: 382, ..NO_DELIVERY },
    kept_marker: None,
    ..MESSAGES_9_6
};

const COMPLETIONS: Measured =
    Measured { wire: Wire::Completions, tools: 8_921, stable: 15_714, message: [1_052, 1_052], ..MESSAGES };

const MARKED: Measured = Measured { wire: Wire::MarkedCompletions, ..COMPLETIONS };

const CUSTOM: Measured = Measured { wire: Wire::CustomMessages, tools: 8_667, ..MESSAGES };

const LATE_LEGACY: Measured = Measured {
    tools: 54_333,
    stable: 5_256,
    volatile: [748, 748],
    files: 11_882,
    light_files: 0,
    light_saves: 0,
    skills: 5_975,
    message: [141, 141],
    delivery: DeliveryExtra { message: 177, ..NO_DELIVERY },
    channel_tools: 0,
    ..MESSAGES_7_35
};

const LATE_LEGACY_COMPLETIONS: Measured =
    Measured { wire: Wire::Completions, tools: 54_825, stable: 5_171, ..LATE_LEGACY };

const LATE_LEGACY_CUSTOM: Measured =
    Measured { wire: Wire::CustomMessages, tools: 53_750, stable: 5_198, volatile: [718, 718], ..LATE_LEGACY };

const EARLY_LEGACY: Measured = Measured {
    tools: 16_551,
    stable: 4_647,
    volatile: [745, 745],
    files: 11_997,
    light_files: 0,
    light_saves: 0,
    message: [128, 128],
    prompt: 0,
    path_hint: 0,
    delivery: DeliveryExtra { message: 207, ..NO_DELIVERY },
    channel_tools: 0,
    ..MESSAGES_4_15
};

const EARLY_LEGACY_COMPLETIONS: Measured = Measured { wire: Wire::Completions, tools: 17_061, ..EARLY_LEGACY };

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

/// What a session that goes on has more, by generation: it is sent the instructions of a conversation.
const GOES_ON: [DeliveryExtra; 2] = [
    DeliveryExtra { tools: 0, stable: 3_276, volatile: 1_918, ..NO_DELIVERY },
    DeliveryExtra { tools: 869, stable: 2_282, volatile: 2_273, ..NO_DELIVERY },
];

/// The tools and the system text of a turn that names its tools, by generation: so much, and so much more for each. Of a
/// current release two and seven tools were measured, of a legacy one two.
const FEW: [[[u64; 2]; 2]; 2] = [[[0, 1_242], [2_929, 0]], [[2_864, 725], [4_128, 56]]];

/// The measured sizes of such a turn, without the job's own text and name: in a session that goes on or starts empty, with
/// so many tools by name or all.
pub fn turn_sizes(
    behaviour: &Behaviour,
    wire: Wire,
    profile: ToolProfile,
    (goes_on, tools): (bool, Option<usize>),
) -> Measured {
    let mut turn = nearest(&ALL, behaviour, wire);
    if profile != ToolProfile::Full {
        // Of smaller sets only heartbeats were measured.
        let beat = sizes(behaviour, wire, profile);
        turn = Measured { tools: beat.tools, skills: beat.skills.min(turn.skills), ..turn };
    }
    let generation = usize::from(behaviour.generation == Generation::Current);
    let line = |[base, each]: [u64; 2], count: usize| base + each * count as u64;
    if let Some(count) = tools {
        let [few_tools, few_stable] = FEW[generation].map(|few| line(few, count));
        return Measured {
            tools: turn.tools.min(few_tools),
            stable: turn.stable.min(few_stable),
            skills: 0,
            carrier: 0,
            ..turn
        };
    }
    if goes_on {
        let more = GOES_ON[generation];
        turn.tools += more.tools;
        turn.stable += more.stable;
        turn.volatile = turn.volatile.map(|chars| chars + more.volatile);
    }
    turn
}
