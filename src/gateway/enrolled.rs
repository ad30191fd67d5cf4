//! The roster of a config with what decides who of it runs: the blocks that all agents share, and the sign-in that may stand
//! for one.

use serde_json::{Map, Value};

use super::anthropic::AnthropicAuth;
use super::roster::{AgentEntry, Enrolment, SharedBlock, enrol, entries, is_block};
use crate::document::{KeyPath, Named};
use crate::releases::{Behaviour, RootHeartbeat};

/// The roster of a config, and what decides who of it runs.
pub(super) struct Enrolled<'v> {
    /// The blocks that all agents share, the first to decide first.
    pub(super) blocks: Vec<(KeyPath, &'v Value)>,
    /// The sign-in whose defaults are filled in.
    pub(super) filled_in: Option<AnthropicAuth>,
    pub(super) entries: Vec<AgentEntry<'v>>,
    /// One for each of them.
    pub(super) enrolments: Vec<Enrolment>,
}

impl<'v> Enrolled<'v> {
    pub(super) fn of(config: &'v Value, auth: Option<AnthropicAuth>, behaviour: &Behaviour) -> Self {
        let blocks = shared_blocks(config, behaviour);
        // Releases that fill in before 2026.4.15 do so where `agents.defaults` exists; current ones create it.
        let has_defaults = behaviour.creates_defaults || config.at("agents.defaults").is_some_and(Value::is_object);
        let filled_in = auth.filter(|_| has_defaults && behaviour.anthropic_defaults);
        let entries = entries(config, behaviour);
        let shared_block = SharedBlock::of(blocks.first().map(|(path, _)| path), filled_in.is_some());
        let enrolments = enrol(config, &entries, shared_block, behaviour);
        Enrolled { blocks, filled_in, entries, enrolments }
    }
}

/// Keys of a block at the root that say what channels show, and become theirs.
pub const VISIBILITY: [&str; 3] = ["showOk", "showAlerts", "useIndicator"];

/// The blocks that all agents share, the first to decide first: the one in the defaults, and the one at the root of the
/// file where the release moves it there.
fn shared_blocks<'a>(config: &'a Value, behaviour: &Behaviour) -> Vec<(KeyPath, &'a Value)> {
    let root = KeyPath::root();
    let usual = config.at("agents.defaults.heartbeat");
    let usual = usual.map(|block| (root.key("agents").key("defaults").key("heartbeat"), block));
    let moved = config.at("heartbeat").filter(|_| behaviour.root_heartbeat != RootHeartbeat::Refused);
    // Of an empty one a current release makes nothing, and what is about visibility goes to the channels.
    let stays = |key: &String| !VISIBILITY.contains(&key.as_str());
    let is_moved = |fields: &Map<String, Value>| {
        fields.keys().any(stays) || (behaviour.moves_empty_root_block && fields.is_empty())
    };
    let moved = moved.filter(|block| block.as_object().is_none_or(is_moved));
    let blocks = usual.into_iter().chain(moved.map(|block| (root.key("heartbeat"), block)));
    blocks.filter(|(_, block)| is_block(block, behaviour)).collect()
}
