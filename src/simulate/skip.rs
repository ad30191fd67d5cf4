//! Why a scheduled moment costs nothing: the reasons, and their names wherever they are told.

use serde::{Serialize, Serializer};

/// Why a tick calls no model, in OpenClaw's words where it has them (`COST-MODEL.md` §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// Outside the active hours.
    QuietHours,
    /// Nowhere to deliver to.
    NoDelivery,
    /// HEARTBEAT.md has nothing to do.
    EmptyHeartbeatFile,
    /// HEARTBEAT.md has tasks, and none of them is due.
    NoTasksDue,
    /// All visibility flags of the channel are off.
    AlertsDisabled,
    /// `cron.enabled: false` stops the scheduler.
    SchedulerOff,
    /// More than five starts within a minute.
    Flood,
    /// The interval is longer than the release's timer counts, which fires each millisecond and finds nothing due.
    TimerOverflow,
    /// As often as it did not run on record, for reasons that a config does not hold: the gateway was off, or busy.
    Missed,
}

impl SkipReason {
    /// Its name in every format.
    pub fn name(self) -> &'static str {
        match self {
            SkipReason::QuietHours => "quiet-hours",
            SkipReason::NoDelivery => "no-route",
            SkipReason::EmptyHeartbeatFile => "empty-heartbeat-file",
            SkipReason::NoTasksDue => "no-tasks-due",
            SkipReason::AlertsDisabled => "alerts-disabled",
            SkipReason::SchedulerOff => "scheduler-off",
            SkipReason::Flood => "flood",
            SkipReason::TimerOverflow => "timer-overflow",
            SkipReason::Missed => "missed",
        }
    }
}

impl Serialize for SkipReason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
