//! The requests of one agent put together into turns: what asked, what the first request carried, what came of it.

use std::collections::HashMap;

use crate::records::{StoredRequest, TurnKind};
use crate::simulate::Tokens;

/// A turn: the requests from a message to the answer.
#[derive(Clone, Debug)]
pub(super) struct Turn {
    /// When its first request was made, in milliseconds.
    pub(super) at: i64,
    pub(super) kind: TurnKind,
    pub(super) model: std::sync::Arc<str>,
    pub(super) session: u64,
    pub(super) isolated: bool,
    /// How often its conversation had been made shorter.
    pub(super) cuts: u32,
    /// Characters of messages and answers before it.
    pub(super) before: u64,
    /// Those of its message.
    pub(super) asked: u64,
    /// Those of its message and its final answer.
    pub(super) added: u64,
    /// The first request's tokens.
    pub(super) first: Tokens,
    /// The prompt of the last one.
    pub(super) last_prompt: u64,
    /// Requests after the first.
    pub(super) rounds: u64,
    /// Tokens of all of them.
    pub(super) tokens: Tokens,
    /// It had something to say.
    pub(super) alerts: bool,
    /// It answers what a sub-agent reports, which stands in its first prompt and is not kept.
    pub(super) reports: bool,
    /// It is not over: tools were called last.
    pub(super) open: bool,
}

impl Turn {
    /// The tokens of the first prompt.
    pub(super) fn prompt(&self) -> f64 {
        whole(self.first.prompt())
    }

    /// What its tools left in the conversation within the turn, in tokens.
    pub(super) fn grown(&self) -> f64 {
        whole(self.last_prompt.saturating_sub(self.first.prompt()))
    }
}

/// A count to reckon with.
pub(super) fn whole(count: u64) -> f64 {
    // Counts of tokens and characters are far below 2^53.
    #[expect(clippy::cast_precision_loss)]
    let number = count as f64;
    number
}

/// A number as a count: nothing is less than nothing.
pub(super) fn count(number: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let count = number.round().max(0.0) as u64;
    count
}

/// The turns of an agent in order of time. What failed before a token was counted is none.
pub(super) fn turns(requests: &[StoredRequest], agent: &str) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    let mut open: HashMap<u64, usize> = HashMap::new();
    let wanted = |kind: TurnKind| !matches!(kind, TurnKind::Error | TurnKind::Recap | TurnKind::Compaction);
    for request in requests.iter().filter(|request| &*request.agent == agent && wanted(request.kind)) {
        let place = &request.place;
        // What a job has to say is brought by a run of its own, beside the heartbeats that are due.
        let is_of_job = request.kind == TurnKind::Heartbeat && place.of_job;
        let kind = if is_of_job { TurnKind::Cron } else { request.kind };
        // What a sub-agent reports after a turn's answer is on record without a message of its own, and is not kept: the request
        // that answers it begins a turn. The model of the conversation makes it, whatever the heartbeat before it was.
        let goes_on = |turn: &Turn| {
            let is_same = turn.kind == kind && turn.cuts == place.cuts && turn.model == request.model;
            place.round > 0 && turn.open && is_same
        };
        let at = open.get(&place.session).copied().filter(|at| turns.get(*at).is_some_and(goes_on));
        let said = if place.calls { 0 } else { place.said };
        match at.and_then(|at| turns.get_mut(at)) {
            Some(turn) => {
                turn.rounds += 1;
                turn.last_prompt = request.tokens.prompt();
                turn.tokens += request.tokens;
                turn.added += said;
                turn.alerts = !place.calls && !place.quiet;
                turn.open = place.calls;
            }
            None => {
                let answered = open.insert(place.session, turns.len()).and_then(|at| turns.get(at));
                // What was asked and answered before it in the same turn has been counted there.
                let answered = answered.filter(|turn| place.round > 0 && !turn.open && turn.kind == kind);
                let before = answered.map_or(place.before, |turn| turn.before + turn.added);
                let asked = if answered.is_some() { 0 } else { place.asked };
                let reports = answered.is_some();
                turns.push(Turn {
                    at: request.at,
                    kind,
                    model: request.model.clone(),
                    session: place.session,
                    isolated: place.isolated,
                    cuts: place.cuts,
                    before,
                    asked,
                    added: asked + said,
                    first: request.tokens,
                    last_prompt: request.tokens.prompt(),
                    rounds: 0,
                    tokens: request.tokens,
                    alerts: !place.calls && !place.quiet,
                    reports,
                    open: place.calls,
                });
            }
        }
    }
    alone(&mut turns);
    turns
}

/// Marks the heartbeats that are all there is in their session: old releases leave the files of isolated runs behind without
/// a word of what they were.
fn alone(turns: &mut [Turn]) {
    let mut in_session: HashMap<u64, usize> = HashMap::new();
    turns.iter().for_each(|turn| *in_session.entry(turn.session).or_default() += 1);
    for turn in turns.iter_mut().filter(|turn| turn.kind == TurnKind::Heartbeat && turn.before == 0) {
        turn.isolated |= in_session.get(&turn.session) == Some(&1);
    }
}
