//! What a load holds beyond the presets' fields once a gateway's own records were measured: the prompt as it was sent, the
//! conversation by the hour, what a run leaves behind, what the cache did, and how many observations each figure rests on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The prompt of a run beside the conversation, in characters, and the settings under which it was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fixed {
    /// Its size.
    pub chars: u64,
    /// Each run started without the conversation.
    pub isolated: bool,
    /// Each run went without the workspace files.
    pub light: bool,
    /// What of it no cache keeps, in characters.
    #[serde(default)]
    pub uncached: Option<u64>,
    /// What of it a run without a prompt of its own in the cache finds there all the same, on average: other agents of the
    /// same model and tools had left it.
    #[serde(default)]
    pub found: Option<u64>,
}

/// What a run leaves in a shared conversation, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Growth {
    /// One that had nothing to say.
    pub quiet: u64,
    /// The same after calls of tools, where the turn before it was a quiet heartbeat without any.
    pub tools: u64,
    /// The same after any other turn, when some releases take such a run out of the conversation again.
    pub tools_after_turn: u64,
    /// One that said something.
    pub alert: u64,
}

/// How often runs found the prompt in the cache, by the time since the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CacheRate {
    /// Up to so many minutes since the last run, and more than the one before in the list.
    pub minutes: u64,
    /// Runs that found it.
    pub hits: u64,
    /// Of so many.
    pub of: u64,
    /// The prompt was kept for an hour.
    pub one_hour: bool,
}

/// Observations from which a rate replaces the documented lifetime.
const ENOUGH_RUNS: u64 = 20;

impl CacheRate {
    /// The rate for a gap in milliseconds, where there were enough runs to tell.
    pub fn at(rates: &[CacheRate], gap: i64, one_hour: bool) -> Option<CacheRate> {
        let minutes = u64::try_from(gap).ok()?.div_ceil(60_000);
        let mut of_class = rates.iter().filter(|rate| rate.one_hour == one_hour);
        of_class.find(|rate| minutes <= rate.minutes).copied().filter(|rate| rate.of >= ENOUGH_RUNS)
    }

    /// Whether the run of this number hits, spread evenly: run k does iff ⌊k·hits/of⌋ > ⌊(k−1)·hits/of⌋.
    pub fn hits_at(self, run: u64) -> bool {
        run > 0 && run * self.hits / self.of.max(1) > (run - 1) * self.hits / self.of.max(1)
    }
}

/// What happens to a conversation at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// It grows by so many characters.
    Adds(u64),
    /// It is another one, of so many characters.
    Becomes(u64),
}

/// How far a figure is the gateway's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// From the gateway's records.
    Measured,
    /// From few records, and from the preset for the rest.
    Blended,
    /// From a preset, or from what is known of others.
    Assumed,
    /// From the config.
    Config,
    /// OpenClaw's own default.
    Default,
}

/// One measured figure: what it rests on and how far it scatters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MeasuredFigure {
    /// In a clause, with its unit.
    pub value: String,
    /// Observations.
    pub n: u64,
    /// How far it is measured.
    pub basis: Basis,
}

/// What the records say of an agent, beside the load itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Provenance {
    /// Calendar days with heartbeats.
    pub days: u64,
    /// Heartbeats that a model answered.
    pub heartbeats: u64,
    /// The figures by name.
    #[serde(default)]
    pub figures: BTreeMap<String, MeasuredFigure>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_counts_only_with_enough_runs_of_its_kind() {
        let rate = |minutes, hits, of, one_hour| CacheRate { minutes, hits, of, one_hour };
        let rates = [rate(5, 19, 19, false), rate(30, 5, 20, false), rate(60, 40, 40, true)];
        let minute = 60_000;
        assert_eq!(CacheRate::at(&rates, 4 * minute, false), None, "19 are too few");
        assert_eq!(CacheRate::at(&rates, 5 * minute + 1, false), Some(rates[1]));
        assert_eq!(CacheRate::at(&rates, 31 * minute, false), None);
        assert_eq!(CacheRate::at(&rates, 31 * minute, true), Some(rates[2]));
        let hits = (1..=100).filter(|run| rates[1].hits_at(*run)).count();
        assert_eq!(hits, 25);
    }
}
