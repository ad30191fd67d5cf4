//! What a gateway wrote down about itself: every model request that its state directory holds, with its tokens and what it
//! was made for. Both eras of OpenClaw's records are read (JSONL files, then SQLite) and copies are counted once. Texts are
//! looked at row by row and dropped; only sizes, counts, times, model and agent ids leave this module, and nothing is
//! ever written.

mod classify;
mod database;
mod era;
mod folder;
mod ids;
mod in_order;
mod jsonl;
mod ledger;
mod lines;
mod notes;
mod places;
mod private_copy;
mod prompt;
mod row;
mod scheduled;
mod session;
mod stored;
mod trajectory;
mod usage;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use thiserror::Error;

use crate::releases::Version;
use crate::simulate::Tokens;
pub use era::Era;
use folder::AgentStores;
use ledger::RequestLedger;
pub use notes::Note;
use notes::{Notes, What};
pub use places::Habits;
pub use places::state_dirs;
pub use scheduled::{measure, scheduled};

/// What a request was made for. Requests that follow on a tool's result carry the kind of their turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TurnKind {
    /// A tick of the heartbeat, or another wake of its runner.
    Heartbeat,
    /// A turn that a person asked for.
    Chat,
    /// A scheduled job.
    Cron,
    /// A call from outside.
    Hook,
    /// An agent that another one started.
    Subagent,
    /// The hidden summary after a turn.
    Recap,
    /// Making the history shorter, and saving memories before that.
    Compaction,
    /// Refused or broken off before a token was used.
    Error,
}

/// One model request as a gateway stored it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRequest {
    /// The provider's response id; failed requests have none.
    pub id: Option<Box<str>>,
    /// When it was made, in milliseconds since 1970; it is never out of [`Timestamp`]'s range.
    pub at: i64,
    /// The agent that made it.
    pub agent: Arc<str>,
    /// What it was made for.
    pub kind: TurnKind,
    /// The model as `provider/model`.
    pub model: Arc<str>,
    /// Its tokens. Before 2026.8 no release stored which cache writes live for an hour; they are counted as five minutes'.
    pub tokens: Tokens,
    /// Where in its conversation it was made.
    pub place: ConversationPlace,
}

/// Where in its conversation a request was made, in sizes only. Characters are UTF-16 units, as OpenClaw counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConversationPlace {
    /// Tells its session from others, and says nothing else of it.
    pub session: u64,
    /// The session is one of the heartbeat's own, which starts empty.
    pub isolated: bool,
    /// An event woke the agent for its turn, and no clock.
    pub woken: bool,
    /// A scheduled job did, which some releases run as they run heartbeats.
    pub of_job: bool,
    /// How often the conversation was made shorter before.
    pub cuts: u32,
    /// Requests of its turn before it.
    pub round: u32,
    /// Characters of messages and final answers that the session holds before its turn, since it began or was last cut.
    pub before: u64,
    /// Those of the message that began the turn.
    pub asked: u64,
    /// Those of the answer.
    pub said: u64,
    /// The answer has nothing to say, in the words that OpenClaw asks for.
    pub quiet: bool,
    /// Those words stand in others, so that the answer is delivered.
    pub muddled: bool,
    /// The answer calls tools, so that another request follows.
    pub calls: bool,
}

/// What a gateway noted of the prompt of a session's last run, in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// The session, as in [`ConversationPlace::session`].
    pub session: u64,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// System text, workspace files and skills.
    pub system: u64,
    /// The workspace files in it.
    pub files: u64,
    /// The skills list in it.
    pub skills: u64,
    /// Tools, with what the gateway itself leaves out of its count.
    pub tools: u64,
    /// The message and what is sent with it.
    pub message: u64,
    /// The tokens that the gateway counts for the session, which on most releases are those of its last run.
    pub counted: u64,
}

impl StoredRequest {
    /// The request as a line of `calibrate --requests`, without a line end.
    pub fn line(&self) -> String {
        #[derive(Serialize)]
        struct Line<'a> {
            id: Option<&'a str>,
            at: String,
            agent: &'a str,
            kind: TurnKind,
            model: &'a str,
            tokens: Tokens,
        }
        let at = Timestamp::from_millisecond(self.at).unwrap_or(Timestamp::MIN).to_string();
        let Self { id, agent, kind, model, tokens, .. } = self;
        serde_json::to_string(&Line { id: id.as_deref(), at, agent, kind: *kind, model, tokens: *tokens })
            .unwrap_or_default()
    }
}

/// What OpenClaw itself reckoned that requests cost: often wrong, and never used but to say so.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reckoned {
    /// Requests with a cost.
    pub requests: u64,
    /// Their tokens.
    pub tokens: Tokens,
    /// That cost.
    pub dollars: f64,
}

/// A conversation made shorter, or the try at it, by requests that are not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Compaction {
    /// When, in milliseconds since 1970, where that is known.
    pub at: Option<i64>,
    /// The tokens of history that it read at least.
    pub read: u64,
}

impl Compaction {
    /// What several read together.
    pub fn read_by(all: &[Compaction]) -> u64 {
        all.iter().map(|one| one.read).sum()
    }
}

/// The first release whose transcripts lie in a database (`STORES.md`, transcript).
pub const FIRST_WITH_DATABASES: Version = Version::new(2026, 8, 1);

/// What the stores of a gateway hold.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// The requests in order of time, each once.
    pub requests: Vec<StoredRequest>,
    /// What the gateway noted of its prompts.
    pub prompts: Vec<Prompt>,
    /// What OpenClaw itself reckoned, by model.
    pub reckoned: BTreeMap<Arc<str>, Reckoned>,
    /// The release that wrote last. Early files do not say: then one that they may be of.
    pub release: Option<Version>,
    /// Whether all of it lies in files, which releases from [`FIRST_WITH_DATABASES`] on do not write.
    pub in_files: bool,
    /// How often a conversation was made shorter, by requests that are not stored.
    pub compactions: Vec<Compaction>,
    /// Runs that failed as they do while a compaction fails on each of them.
    pub failing: Vec<Compaction>,
    /// What could not be read, and what is known to be missing.
    pub notes: Vec<Note>,
}

/// Why no records could be read.
#[derive(Debug, Error)]
pub enum NoRecords {
    /// The directories hold no store.
    #[error(
        "no records of a gateway in {0}: expected agents/ID/agent/openclaw-agent.sqlite or agents/ID/sessions/*.jsonl"
    )]
    Nothing(String),
    /// There are stores, and none of them could be read.
    #[error("the records could not be read: {0}")]
    Unreadable(String),
}

/// Reads the records of these state directories together.
///
/// # Errors
///
/// There are no stores, or none of them can be read.
pub fn read(dirs: &[PathBuf]) -> Result<Records, NoRecords> {
    read_knowing(dirs, &Habits::default())
}

/// The same with what the gateway's config says where that lies elsewhere, and the release that the caller knows it to be of.
///
/// # Errors
///
/// Those of [`read`].
pub fn read_knowing(dirs: &[PathBuf], known: &Habits) -> Result<Records, NoRecords> {
    let dirs = once(dirs);
    let habits: Vec<Habits> = dirs.iter().map(|dir| Habits::of(dir, known)).collect();
    let prompts: Vec<String> = habits.iter().flat_map(|habits| habits.prompts.clone()).collect();
    let mut ledger = RequestLedger::default();
    let mut notes = Notes::default();
    let mut found = 0;
    let mut readable = 0;
    let mut in_files = true;
    for (dir, habits) in dirs.iter().zip(&habits) {
        notes.under(dir);
        if let Some(release) = habits.eraser() {
            notes.add(dir, What::ErasedTicks(release));
        }
        for agent in AgentStores::agents(dir, &mut notes) {
            found += agent.stores();
            in_files &= agent.is_in_files();
            readable += agent.read(&prompts, &mut ledger, &mut notes);
        }
    }
    let is_told = habits.iter().any(|habits| habits.release.is_some());
    ledger.marks.quiet |= ledger.keeps_quiet();
    let era = ledger.marks.era().filter(|_| in_files && ledger.release.is_none() && !is_told);
    if let (Some(era), Some(dir)) = (era, dirs.first()) {
        notes.under(dir);
        notes.add(dir, What::AssumedRelease(era));
    }
    let release = ledger.release.or(era.map(|era| era.read_as));
    let notes = notes.done(&ledger);
    let mut trouble: Vec<&str> = notes.iter().filter(|note| note.is_trouble()).map(Note::trouble).collect();
    trouble.dedup();
    match (found, readable) {
        (0, _) if trouble.is_empty() => {
            let tried: Vec<String> = dirs.iter().map(|dir| tried(dir)).collect();
            Err(NoRecords::Nothing(tried.join(", ")))
        }
        (_, 0) => Err(NoRecords::Unreadable(trouble.join("; "))),
        _ => {
            let (prompts, reckoned) = (ledger.take_prompts(), std::mem::take(&mut ledger.reckoned));
            let (compactions, failing) = (ledger.compactions(), ledger.failing());
            let requests = ledger.done();
            Ok(Records { requests, prompts, reckoned, release, in_files, compactions, failing, notes })
        }
    }
}

fn tried(dir: &Path) -> String {
    let what = match (dir.is_dir(), dir.exists()) {
        (true, _) => "",
        (false, true) => " (which is not a directory)",
        (false, false) => " (which does not exist)",
    };
    format!("{}{what}", dir.display())
}

/// The directories without those that are another one by a link, as an upgrade leaves them.
fn once(dirs: &[PathBuf]) -> Vec<PathBuf> {
    let real = |dir: &Path| dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let mut seen = Vec::new();
    for dir in dirs {
        if !seen.iter().any(|(_, known)| *known == real(dir)) {
            seen.push((dir.clone(), real(dir)));
        }
    }
    seen.into_iter().map(|(dir, _)| dir).collect()
}
