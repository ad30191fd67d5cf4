//! A load measured from a gateway's own records instead of assumed: for each agent the figures of its last stretch under one
//! model, as a workload file, and how the same hours simulated compare with what was recorded. Only sizes, counts and hours
//! go in, and nothing else can come out.

mod beside;
mod counters;
mod days;
mod file;
mod fit;
pub mod holdout;
mod measured;
mod off;
mod replay;
mod robust;
mod turn;
pub mod verify;

#[cfg(test)]
mod tests;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::records::{Records, TurnKind};
use crate::simulate::costing::Costing;
use crate::simulate::observed::Observed;
use crate::workload::{InvalidWorkload, Workload};
pub use beside::beside;
use days::{DaysLoad, drawn};
use fit::epoch;
use measured::MeasuredAgent;
use replay::Replay;
use turn::{Turn, count};

/// Times that days are drawn for the range.
const DRAWS: usize = 200;

/// A measured load.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// The workload file (`schemas/workload.v1.schema.json`).
    pub file: Value,
    /// The heartbeats on record beside the same hours simulated; `None` where none is on record.
    pub observed: Option<Observed>,
    /// What a reader of the figures should know, in sentences.
    pub remarks: Vec<String>,
}

impl Calibration {
    /// The load to reckon with. `source` names the records.
    ///
    /// # Errors
    ///
    /// A figure that no workload can have, such as a conversation of a hundred million characters.
    pub fn workload(&self, source: &str) -> Result<Workload, InvalidWorkload> {
        Ok(Workload::read(&self.file, "of the records")?.from_records(source.to_owned()))
    }
}

/// Measures the load of all agents that have heartbeats on record. `costing` says how the config reads them now, and has
/// the load that stands in for what is not measured.
pub fn calibrate(records: &Records, costing: &Costing<'_>) -> Calibration {
    let digest = digest(records);
    let seed = seed(&digest);
    let (mut agents, mut tokenizer) = (serde_json::Map::new(), serde_json::Map::new());
    let (mut observed, mut remarks) = (None::<Observed>, counters::remarks(records, costing));
    for agent in costing.gateway.enrolled() {
        let replay = Replay::of(costing, agent, &records.requests);
        let turns = replay.turns();
        let Some(measured) = MeasuredAgent::of(&replay, &turns, [&records.prompts; 2]) else { continue };
        let MeasuredAgent { fit, days, load, base, .. } = &measured;
        if fit.per_char_n > 0 {
            tokenizer.insert(fit.model.to_string(), json!(count(fit.per_char * 4_000.0)));
        }
        let draws = drawn(days, fit, seed, DRAWS).into_iter();
        let mut draws: Vec<(i128, DaysLoad)> =
            draws.map(|load| (replay.month(fit, &measured.blended(&load, &base.typical)), load)).collect();
        draws.sort_by_key(|(cost, _)| *cost);
        let at = |share: usize| draws.get((draws.len().saturating_sub(1)) * share / 100).map(|(_, load)| load);
        let [low, typical, high] = [at(10), at(50), at(90)].map(|drawn| drawn.unwrap_or(load));
        agents.insert(agent.id.clone(), file::agent(&measured, [low, typical, high]));
        let own = replay.observed(fit, &turns, &measured.recorded(), days.len() as u64);
        observed = Some(match observed {
            Some(others) => others.with(own),
            None => own,
        });
        remarks.extend(file::remark(&agent.id, &measured));
        remarks.extend(left_out(&agent.id, &turns));
        remarks.extend(replay.erases().then(|| put_back(&agent.id, load.runs, epoch(&turns).len() as u64)).flatten());
    }
    let at = |request: Option<&crate::records::StoredRequest>| {
        let at = request.and_then(|request| jiff::Timestamp::from_millisecond(request.at).ok());
        at.map_or_else(String::new, |at| at.to_string())
    };
    let measured = json!({
        "from": at(records.requests.first()), "to": at(records.requests.last()),
        "requests": records.requests.len(), "digest": digest,
    });
    let file = file::whole_file(agents, tokenizer, measured);
    Calibration { file, observed, remarks }
}

/// Heartbeats on record that tell nothing of the settings as they are.
fn left_out(agent: &str, turns: &[Turn]) -> Option<String> {
    let all = turns.iter().filter(|turn| turn.kind == TurnKind::Heartbeat).count();
    let left = all - epoch(turns).len();
    (left > 0).then(|| {
        format!(
            "{left} of {all} heartbeats of '{agent}' on record had another model, session or prompt than the last ones, and are \
             left out"
        )
    })
}

/// Heartbeats that are not on record and counted all the same.
fn put_back(agent: &str, ran: u64, on_record: u64) -> Option<String> {
    let erased = ran.saturating_sub(on_record);
    (erased > 0).then(|| {
        format!(
            "{erased} of {ran} heartbeats of '{agent}' are not on record: they are counted as the config asks for them, with \
             nothing to say"
        )
    })
}

/// The heartbeats on record simulated again, day by day (UTC): model, tokens without recaps, and what they cost.
pub fn recorded_days(
    records: &Records,
    costing: &Costing<'_>,
) -> Vec<(String, String, crate::simulate::Tokens, Option<crate::money::Money>)> {
    let mut all = Vec::new();
    for agent in costing.gateway.enrolled() {
        let replay = Replay::of(costing, agent, &records.requests);
        let turns = replay.turns();
        let Some(measured) = MeasuredAgent::of(&replay, &turns, [&records.prompts; 2]) else { continue };
        all.extend(replay.by_day(&measured.fit, &turns, &measured.recorded()));
    }
    all
}

/// The seed of the draws: the same records give the same ones.
fn seed(digest: &str) -> u64 {
    u64::from_str_radix(digest.get(..16).unwrap_or_default(), 16).unwrap_or_default()
}

/// A digest of the requests on record.
fn digest(records: &Records) -> String {
    let mut hasher = Sha256::new();
    for request in &records.requests {
        hasher.update(request.line());
    }
    // As much as is needed to tell records apart; more looks like a key, and is masked as one.
    data_encoding::HEXLOWER.encode(hasher.finalize().get(..8).unwrap_or_default())
}
