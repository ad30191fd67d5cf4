//! What the figures of an agent before and after a change come to.

use super::answer::Judgement;
use super::rails::{FAILED_A_DAY, Rail};
use crate::money::Money;
use crate::releases::Version;

/// Heartbeats that the old settings must have on record.
pub(super) const FEWEST: usize = 5;

/// What a change of the config is to an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Touched {
    /// The config is the same before and after.
    Same,
    /// All that this agent is subject to is.
    Elsewhere,
    /// Something of it was changed.
    Own,
}

/// What was found of an agent.
pub(super) struct Evidence<'r> {
    /// Whole days before the change and after it.
    pub(super) days: [u64; 2],
    /// The days after it under the old settings: low, middle, high.
    pub(super) old_settings: Option<[Money; 3]>,
    /// That minus what was measured.
    pub(super) saved: Option<[Money; 3]>,
    pub(super) rails: &'r [Rail],
    /// Heartbeats on record after it, and those that the new settings ask for.
    pub(super) ran: u64,
    pub(super) asked_for: u64,
    /// The release that takes heartbeats with nothing to say out of its records.
    pub(super) eraser: Option<Version>,
    /// Hours after the change in which the gateway was off.
    pub(super) hours_off: f64,
    pub(super) change: Touched,
}

impl Evidence<'_> {
    /// Whether what the heartbeats cost on either side says anything of the change.
    pub(super) fn tells_costs(&self) -> bool {
        self.change != Touched::Elsewhere && (self.eraser.is_none() || self.days[1] == 0)
    }

    /// The verdict, and why.
    pub(super) fn judged(&self) -> (Judgement, String) {
        let (verdict, because) = self.by_figures();
        // What is no change cannot have saved: the days differ by more than the draws tell.
        match self.change {
            Touched::Same if verdict != Judgement::NotYetKnown => {
                unknown("the config is the same before and after: no change explains the difference")
            }
            Touched::Elsewhere if self.rails.iter().all(|rail| rail.kept) => {
                unknown("nothing of its settings was changed")
            }
            _ => (verdict, because),
        }
    }

    /// The same whatever was changed.
    fn by_figures(&self) -> (Judgement, String) {
        let Evidence { days, ran, asked_for, hours_off, .. } = *self;
        let has_failed = self.rails.iter().any(|rail| rail.name == FAILED_A_DAY && !rail.kept);
        if let Some(release) = self.eraser.filter(|_| days[1] > 0 && !has_failed) {
            return unknown(&format!(
                "OpenClaw {release} erases heartbeats that have nothing to say, so that what they cost is not on record"
            ));
        }
        // A gateway that stands still costs nothing and says nothing, which is the change neither way; what costs more or fails is
        // worse all the same.
        let is_worse = has_failed || self.saved.is_some_and(|[.., high]| high < Money::ZERO);
        if days[1] > 0 && !is_worse && self.eraser.is_none() && ran * 2 < asked_for {
            return unknown(&format!(
                "only {ran} of the {asked_for} heartbeats that the new settings ask for are on record: the gateway may have \
                 stood still"
            ));
        }
        let (verdict, because) = self.by_costs();
        let is_told = verdict != Judgement::NotYetKnown && self.saved.is_some() && self.tells_costs();
        if is_told && hours_off > 0.0 {
            return (
                verdict,
                format!("{because}; {hours_off:.1} hours without a sign of the gateway count on neither side"),
            );
        }
        (verdict, because)
    }

    fn by_costs(&self) -> (Judgement, String) {
        if self.days[1] == 0 {
            return unknown("less than 24 hours are on record since the change");
        }
        if let Some(rail) = self.rails.iter().find(|rail| !rail.kept) {
            let [before, after] = [rail.before, rail.after].map(|value| format!("{:.1}", value.unwrap_or_default()));
            return (Judgement::Worse, format!("{}: {after} where it was {before}", rail.name));
        }
        match self.saved {
            None if self.old_settings.is_none() => unknown(&format!(
                "fewer than {FEWEST} heartbeats are on record under the old settings, or their price is unknown"
            )),
            None => unknown("a price is unknown"),
            Some([low, ..]) if low > Money::ZERO => (
                Judgement::Saved,
                "the old settings would have cost more on the same days, beyond the error".to_owned(),
            ),
            Some([.., high]) if high < Money::ZERO => (
                Judgement::Worse,
                "the old settings would have cost less on the same days, beyond the error".to_owned(),
            ),
            Some(_) => unknown("the difference is within the error"),
        }
    }
}

fn unknown(because: &str) -> (Judgement, String) {
    (Judgement::NotYetKnown, because.to_owned())
}
