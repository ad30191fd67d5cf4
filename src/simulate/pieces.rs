//! A request cut into pieces: its parts in the order in which they are sent, each cut again where the billing changes.
//! First comes what is read from the cache, then what is written to it, then what is plain.

use serde::Serialize;

use super::Scenario;
use super::prompt::Parts;
use super::split::Split;

/// How tokens are billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bucket {
    /// Taken from the cache.
    Read,
    /// Put into the cache for five minutes.
    Write5m,
    /// Put into the cache for an hour.
    Write1h,
    /// Uncached input.
    Plain,
    /// What the model writes.
    Output,
}

/// A part of a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Tool schemas.
    Tools,
    /// Stable system text.
    System,
    /// Persona, notes and memory.
    WorkspaceFiles,
    /// The skills list.
    Skills,
    /// System text that changes from run to run.
    ChangingSystem,
    /// What was said before, and what tools answered in this run.
    Conversation,
    /// The heartbeat message with its instructions.
    Message,
    /// What is added to the run and never cached.
    RunContext,
}

/// As much of a part as is billed alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PromptPiece {
    /// The part.
    pub part: Part,
    /// How it is billed.
    pub bucket: Bucket,
    /// Its characters; never 0.
    pub characters: u64,
}

/// The pieces of a request of a scenario, with so many characters of message.
pub fn pieces(scenario: &Scenario<'_>, split: &Split, message: u64) -> Vec<PromptPiece> {
    let sizes = Parts { message, ..scenario.parts };
    let total = split.read + split.written + split.input;
    let parts = [
        (Part::Tools, sizes.tools),
        (Part::System, sizes.stable_system),
        (Part::WorkspaceFiles, sizes.workspace_files),
        (Part::Skills, sizes.skills),
        (Part::ChangingSystem, sizes.volatile_system),
        (Part::Conversation, total.saturating_sub(sizes.total())),
        (Part::Message, sizes.message),
        (Part::RunContext, sizes.carrier),
    ];
    let written = if scenario.scheme.is_one_hour() { Bucket::Write1h } else { Bucket::Write5m };
    let ends = [(split.read, Bucket::Read), (split.read + split.written, written), (total, Bucket::Plain)];
    // Each part in one piece, and two of them cut where the billing changes.
    let (mut pieces, mut from) = (Vec::with_capacity(parts.len() + 2), 0);
    for (part, size) in parts {
        let mut rest = size;
        for (end, bucket) in ends {
            let characters = rest.min(end.saturating_sub(from));
            if characters > 0 {
                pieces.push(PromptPiece { part, bucket, characters });
                from += characters;
                rest -= characters;
            }
        }
    }
    pieces
}
