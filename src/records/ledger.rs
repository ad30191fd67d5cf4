//! The requests found so far, each once: forks, resets, imports and backups all leave copies of rows behind, with their
//! ids, times and usage.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::era::Marks;
use super::ids::{RowId, digest};
use super::{Compaction, ConversationPlace, Prompt, Reckoned, StoredRequest, TurnKind};
use crate::releases::Version;
use crate::simulate::Tokens;

/// A request with what tells it from others.
pub(super) struct LedgerEntry<'a> {
    pub(super) id: Option<&'a str>,
    pub(super) at: i64,
    pub(super) kind: TurnKind,
    /// As `provider/model`.
    pub(super) model: &'a str,
    pub(super) tokens: Tokens,
    /// What OpenClaw reckoned, in dollars.
    pub(super) cost: Option<f64>,
    pub(super) place: ConversationPlace,
    /// The row's own id.
    pub(super) row: Option<RowId>,
    /// When the row was written, in milliseconds.
    pub(super) written: i64,
    /// Whether the row is older than its session, so that another session made the request.
    pub(super) copied: bool,
}

/// Collects requests.
#[derive(Debug, Default)]
pub(super) struct RequestLedger {
    requests: Vec<StoredRequest>,
    /// Which requests are known from copies only, so that the original's kind comes before theirs.
    copied: Vec<bool>,
    known: HashMap<u64, u32>,
    names: HashMap<Box<str>, Arc<str>>,
    /// What was noted of prompts.
    pub(super) prompts: Vec<Prompt>,
    /// The release that wrote last, where it says so.
    pub(super) release: Option<Version>,
    /// What stands in the records from some release on.
    pub(super) marks: Marks,
    /// What OpenClaw reckoned that the requests of each model cost.
    pub(super) reckoned: BTreeMap<Arc<str>, Reckoned>,
    compactions: HashMap<u64, Compaction>,
    /// What follows on a session that began anew.
    anew: HashMap<u64, u64>,
}

impl RequestLedger {
    /// Adds a request unless it is there.
    pub(super) fn add(&mut self, agent: &Arc<str>, entry: &LedgerEntry<'_>) {
        let model = self.model(entry.model);
        let by_row = entry.row.map(|row| digest(&("row", row, entry.written, &model, counts(&entry.tokens))));
        let by_response = entry.id.map(|id| digest(&("response", id, entry.at, &model, counts(&entry.tokens))));
        let keys = || by_row.into_iter().chain(by_response);
        let known = keys().find_map(|key| self.known.get(&key).copied());
        let index = known.unwrap_or(u32::try_from(self.requests.len()).unwrap_or(u32::MAX));
        for key in keys() {
            self.known.insert(key, index);
        }
        let request = StoredRequest {
            id: entry.id.map(Into::into),
            at: entry.at,
            agent: Arc::clone(agent),
            kind: entry.kind,
            model,
            tokens: entry.tokens,
            place: entry.place,
        };
        match known.map(|index| index as usize) {
            None => {
                if let Some(dollars) = entry.cost.filter(|_| entry.tokens != Tokens::default()) {
                    let reckoned = self.reckoned.entry(request.model.clone()).or_default();
                    reckoned.requests += 1;
                    reckoned.dollars += dollars;
                    reckoned.tokens += entry.tokens;
                }
                self.requests.push(request);
                self.copied.push(entry.copied);
            }
            Some(index) if self.copied.get(index) == Some(&true) && !entry.copied => {
                self.copied[index] = false;
                self.requests[index] = request;
            }
            Some(_) => {}
        }
    }

    /// Whether heartbeats with nothing to say are on record, more than a few that an eraser missed.
    pub(super) fn keeps_quiet(&self) -> bool {
        let heartbeats = || self.requests.iter().filter(|request| request.kind == TurnKind::Heartbeat);
        let all = heartbeats().count();
        all > 0 && heartbeats().filter(|request| request.place.quiet).count() * 3 >= all
    }

    /// How many requests there are so far.
    pub(super) fn len(&self) -> usize {
        self.requests.len()
    }

    /// A session begins anew as another.
    pub(super) fn begins_anew(&mut self, session: u64, as_other: u64) {
        self.anew.insert(session, as_other);
    }

    /// What was noted of prompts, each of the last conversation that its session held.
    pub(super) fn take_prompts(&mut self) -> Vec<Prompt> {
        let mut prompts = std::mem::take(&mut self.prompts);
        for prompt in &mut prompts {
            while let Some(next) = self.anew.get(&prompt.session) {
                prompt.session = *next;
            }
        }
        prompts
    }

    /// Counts a compaction, unless it is there.
    pub(super) fn compacted(&mut self, row: Option<RowId>, written: Option<i64>, before: u64) {
        self.compactions.insert(digest(&(row, written, before)), Compaction { at: written, read: before });
    }

    /// The compactions that there were, in order of time.
    pub(super) fn compactions(&self) -> Vec<Compaction> {
        let mut all: Vec<Compaction> = self.compactions.values().copied().collect();
        all.sort_unstable();
        all
    }

    /// Runs that failed one after the other to the end of what is recorded of their conversation, and the tokens that it had:
    /// the sign of a compaction that fails, is tried again on each run, and stores none of its requests. A provider that was
    /// away for a while leaves runs behind that come through again.
    pub(super) fn failing(&self) -> Vec<Compaction> {
        const FEWEST: usize = 3;
        // The same run tries several times within minutes.
        const APART_MS: i64 = 5 * 60_000;
        let mut sessions: HashMap<u64, (u64, Vec<i64>)> = HashMap::new();
        let mut in_time: Vec<&StoredRequest> = self.requests.iter().collect();
        in_time.sort_by_key(|request| request.at);
        for request in in_time {
            let (prompt, failed) = sessions.entry(request.place.session).or_default();
            if request.kind != TurnKind::Error {
                (*prompt, *failed) = (request.tokens.prompt(), Vec::new());
            } else if failed.last().is_none_or(|last| request.at.saturating_sub(*last) >= APART_MS) {
                failed.push(request.at);
            }
        }
        let ended = sessions.into_values().filter(|(prompt, failed)| *prompt > 0 && failed.len() >= FEWEST);
        let each =
            |(read, failed): (u64, Vec<i64>)| failed.into_iter().map(move |at| Compaction { at: Some(at), read });
        let mut all: Vec<Compaction> = ended.flat_map(each).collect();
        all.sort_unstable();
        all
    }

    /// How many requests of this kind there are.
    pub(super) fn count(&self, kind: TurnKind) -> u64 {
        self.requests.iter().filter(|request| request.kind == kind).count() as u64
    }

    /// The Claude models that read from a cache to which nothing was written, by what is stored.
    pub(super) fn never_written(&self) -> Vec<Arc<str>> {
        let mut models: BTreeMap<&Arc<str>, (u64, u64)> = BTreeMap::new();
        for request in self.requests.iter().filter(|request| request.model.contains("claude")) {
            let (read, written) = models.entry(&request.model).or_default();
            *read += request.tokens.cache_read;
            *written += request.tokens.cache_write_5m + request.tokens.cache_write_1h;
        }
        models
            .into_iter()
            .filter(|(_, (read, written))| *read > 0 && *written == 0)
            .map(|(model, _)| model.clone())
            .collect()
    }

    /// The requests in order of time.
    pub(super) fn done(mut self) -> Vec<StoredRequest> {
        self.requests.sort_by(|a, b| (a.at, &a.agent, &a.id).cmp(&(b.at, &b.agent, &b.id)));
        self.requests
    }

    fn model(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.names.get(name) {
            return Arc::clone(known);
        }
        let shared: Arc<str> = name.into();
        self.names.insert(name.into(), Arc::clone(&shared));
        shared
    }
}

fn counts(tokens: &Tokens) -> [u64; 4] {
    // How long a write lives was added to the row by later releases, so it is no part of what tells rows apart.
    [tokens.input, tokens.cache_read, tokens.cache_write_5m + tokens.cache_write_1h, tokens.output]
}
