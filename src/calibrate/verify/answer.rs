//! The answer to what a change saved.

use serde::Serialize;

use super::rails::Rail;
use crate::money::{Money, Unit};

/// What the records say of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Judgement {
    /// The new days cost less than the old settings would have, beyond the error.
    Saved,
    /// Too few days, or a difference within the error.
    NotYetKnown,
    /// They cost more beyond the error, or a guard rail is broken.
    Worse,
}

/// How often a model said that there is nothing to say in the words that OpenClaw drops.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Acknowledged {
    /// The model.
    pub model: String,
    /// Answers in those words.
    pub right: u64,
    /// Answers with those words in others, which are delivered.
    pub muddled: u64,
}

/// One agent before and after.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OfAgent {
    /// Its id.
    pub agent: String,
    /// Whole days of records before the change that were taken, and after it.
    pub days: [u64; 2],
    /// Heartbeats measured on them.
    pub heartbeats: [u64; 2],
    /// What those cost.
    pub measured: [Option<Money>; 2],
    /// The days after the change under the old settings: low, middle, high. Low and high are the 10th and 90th percentile of
    /// 200 draws, at least a tenth of the middle away from it.
    pub old_settings: Option<[Money; 3]>,
    /// That minus what was measured after the change: low, middle, high.
    pub saved: Option<[Money; 3]>,
    /// What was watched.
    pub rails: Vec<Rail>,
    /// Of each model that answered.
    pub acknowledged: Vec<Acknowledged>,
    /// What it comes to.
    pub verdict: Judgement,
    /// Why, in a clause.
    pub because: String,
}

/// The answer.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// Always 1.
    pub schema_version: u32,
    /// When the change was made.
    pub applied: String,
    /// What amounts are in: input-equivalent tokens, in millions, unless all models that answered have a price.
    pub unit: Unit,
    /// Of all agents together.
    pub verdict: Judgement,
    /// Saved a day: low, middle, high; null where it is not known of an agent.
    pub saved_a_day: Option<[Money; 3]>,
    /// Each agent that ran before or after.
    pub agents: Vec<OfAgent>,
}
