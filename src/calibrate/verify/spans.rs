//! Which stretches of the records are compared: whole days before and after a change, and what of them the gateway was off.

use std::collections::BTreeSet;

use super::super::turn::Turn;
use crate::records::TurnKind;

/// A day in milliseconds.
const DAY: i64 = 86_400_000;

/// The stretches that are compared, whole days before and after the change, in milliseconds.
pub(super) struct Spans {
    pub(super) before: (i64, i64),
    pub(super) after: (i64, i64),
}

impl Spans {
    pub(super) fn of(turns: &[Turn], applied: i64) -> Self {
        let heartbeats = |turn: &&Turn| turn.kind == TurnKind::Heartbeat && turn.at < applied;
        let since = turns.iter().find(heartbeats).map_or(applied, |turn| turn.at);
        let until = turns.last().map_or(applied, |turn| turn.at);
        let whole = |ms: i64| (ms.max(0) / DAY) * DAY;
        Spans {
            before: (applied - whole(applied - since), applied),
            after: (applied, applied + whole(until - applied)),
        }
    }

    /// The heartbeats of each.
    pub(super) fn heartbeats<'t>(&self, turns: &'t [Turn]) -> [Vec<&'t Turn>; 2] {
        let all = || turns.iter().filter(|turn| turn.kind == TurnKind::Heartbeat);
        [self.before, self.after].map(|(from, to)| all().filter(|turn| (from..to).contains(&turn.at)).collect())
    }

    /// Whole days: before the change those on which anything is on record, for a gateway that stood still says nothing of a usual
    /// day. A change may leave no heartbeat, so the days after it all count.
    pub(super) fn days(&self, turns: &[Turn]) -> [u64; 2] {
        let (from, to) = self.before;
        let on_record = turns.iter().filter(|turn| (from..to).contains(&turn.at)).map(|turn| (turn.at - from) / DAY);
        let (changed, until) = self.after;
        [on_record.collect::<BTreeSet<i64>>().len() as u64, ((until - changed) / DAY).unsigned_abs()]
    }
}
