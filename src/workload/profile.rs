//! One level of load: what an agent's requests carry, what its runs do, and the conversation that it is sent.

use serde::Deserialize;

use super::measured::{CacheRate, Event, Fixed, Growth};
use super::workspace::Workspace;

/// One level of load. Sizes are UTF-16 units, the unit of OpenClaw's own caps.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// Characters of the workspace files before the caps; `None` is the files the release ships.
    pub workspace_chars: Option<u64>,
    /// The files of a real workspace, which then count instead.
    #[serde(skip)]
    pub workspace: Option<Workspace>,
    /// Characters of the skills list before its cap; `None` is the list the release ships.
    pub skills_chars: Option<u64>,
    /// Characters of the monitor scratch or HEARTBEAT.md; 0 is none.
    pub instructions_chars: u64,
    /// The conversation that a shared run is sent.
    pub history: History,
    /// Output tokens of a request, thinking included.
    pub output_tokens: u64,
    /// Requests a run makes, at least 1.
    pub requests_per_run: u64,
    /// What a round of tools adds to the conversation: the call and its result, in characters.
    pub tool_round_chars: u64,
    /// Output tokens of the hidden recap of a shared run (M5).
    pub recap_output_tokens: u64,
    /// Share of the runs that say something, 0 to 100.
    pub alert_percent: u64,
    /// Share of the runs that find nothing to do, 0 to 100; `None` is all that say nothing.
    #[serde(default)]
    pub idle_percent: Option<u64>,
    /// The prompt beside the conversation as it was measured; `None` is what the release was measured to send.
    #[serde(default)]
    pub fixed: Option<Fixed>,
    /// How many of the runs made no round of tools, one, two …; empty is `requests_per_run` for each.
    #[serde(default)]
    pub rounds: Vec<u64>,
    /// What a run leaves in the conversation; `None` is what the release was measured to leave.
    #[serde(default)]
    pub growth: Option<Growth>,
    /// What the cache did; empty is what its documentation says.
    #[serde(default)]
    pub cache: Vec<CacheRate>,
    /// Of a thousand ticks that were due, those that did not run although nothing in the config stops them.
    #[serde(default)]
    pub missed_per_mille: u64,
    /// When the gateway was off, in milliseconds since 1970, where a recorded day is simulated again. Else empty.
    #[serde(skip)]
    pub off: Vec<(i64, i64)>,
}

impl Profile {
    /// Share of the runs that find nothing to do, 0 to 100.
    pub fn idle_percent(&self) -> u64 {
        self.idle_percent.unwrap_or(100_u64.saturating_sub(self.alert_percent)).min(100)
    }
}

/// The conversation in an agent's main session, in tokens.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct History {
    /// Its size when the month starts.
    pub start_tokens: u64,
    /// Turns of chat a day, spread over the twelve hours from 09:00 where nothing else says when.
    pub chat_turns_per_day: u64,
    /// What a turn adds.
    pub tokens_per_turn: u64,
    /// The size at which the user starts a new session; `None` is never.
    pub new_session_at_tokens: Option<u64>,
    /// What a new session starts with.
    pub restart_tokens: u64,
    /// How often somebody chatted in each hour of the day, as measured; turns then fall by these shares. Else empty.
    #[serde(default)]
    pub chat_by_hour: Vec<u64>,
    /// The size at each hour of the day, in characters, as measured; it then counts instead of all others. Else empty.
    #[serde(default)]
    pub chars_by_hour: Vec<u64>,
    /// What happened to it when, in milliseconds since 1970, where a recorded day is simulated again. Else empty.
    #[serde(skip)]
    pub events: Vec<(i64, Event)>,
}

impl History {
    /// The minute of the day at which turn `turn` of a day falls.
    pub fn minute_of(&self, turn: u64) -> u64 {
        let turns = self.chat_turns_per_day.max(1);
        let all: u64 = self.chat_by_hour.iter().sum();
        if all == 0 {
            return 9 * 60 + 720 * turn / turns;
        }
        // In thousandths of a turn, the middle of each turn's share of the day.
        let place = (2 * turn + 1) * all * 1_000 / (2 * turns);
        let mut before = 0;
        for (hour, count) in (0_u64..24).zip(&self.chat_by_hour) {
            let here = count * 1_000;
            if place < before + here {
                return hour * 60 + (place - before) * 60 / here;
            }
            before += here;
        }
        23 * 60 + 59
    }

    /// Whether it follows records instead of a user who is imagined.
    pub fn is_recorded(&self) -> bool {
        !self.chars_by_hour.is_empty() || !self.events.is_empty()
    }
}
