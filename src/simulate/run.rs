//! What a run asks of its models, whatever came before it: its requests, what they find in the cache, and what it leaves in
//! the conversation.

use super::cache::CacheState;
use super::prompt::Parts;
use super::split::{self, CacheSplit, Split};
use super::{CallSink, RequestKind, Scenario};
use crate::releases::measured::{self, ALERT_CHARS, SILENT_ANSWER_CHARS};

/// The runs of a scenario, with what is worked out once for all of them.
pub(super) struct EveryRun<'a> {
    pub(super) scenario: &'a Scenario<'a>,
    /// Characters up to the breakpoint ahead of the conversation, and their tokens.
    prefix: u64,
    prefix_tokens: u64,
    /// Characters after it, the conversation and the message apart.
    volatile: u64,
}

/// What decides the requests of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct CallsOfRun {
    pub(super) shape: CacheSplit,
    pub(super) state: CacheState,
    pub(super) rounds: u64,
    pub(super) alerts: bool,
}

impl<'a> EveryRun<'a> {
    pub(super) fn of(scenario: &'a Scenario<'a>) -> Self {
        let parts = &scenario.parts;
        let prefix = parts.prefix();
        EveryRun {
            scenario,
            prefix,
            prefix_tokens: scenario.tokens(prefix),
            volatile: parts.total() - prefix - parts.message - parts.carrier,
        }
    }

    /// The prompt of a run with so much conversation, of which what follows the prefix can be read up to `readable`.
    pub(super) fn shape(&self, conversation: u64, readable: u64, message: u64) -> CacheSplit {
        let Parts { carrier, found, .. } = self.scenario.parts;
        CacheSplit { prefix: self.prefix, middle: self.volatile + conversation, readable, message, carrier, found }
    }

    /// What it finds in the cache, so long after the run before.
    pub(super) fn state(&self, gap: Option<i64>, shape: &CacheSplit) -> CacheState {
        let prompt = self.scenario.tokens(shape.cacheable() + shape.carrier);
        self.scenario.scheme.state(gap, [self.prefix_tokens, prompt, self.scenario.cache_minimum])
    }

    /// Its requests: one, and one more for each round of tools (R46).
    pub(super) fn calls(&self, run: &CallsOfRun, sink: &mut impl CallSink) {
        let (scenario, &CallsOfRun { shape, state, rounds, alerts }) = (self.scenario, run);
        let (added, output) = (scenario.profile.tool_round_chars, scenario.profile.output_tokens);
        let alert = if alerts { measured::ALERT_OUTPUT_TOKENS } else { 0 };
        let first = split::first_request(scenario.scheme, state, &shape);
        let to_first = if rounds == 0 { output + alert } else { output };
        sink.request(scenario.request(RequestKind::Turn, first, shape.message, to_first));
        let after = |round: u64| {
            let before = shape.cacheable() + (round - 1) * added;
            split::next_request(scenario.scheme, state, before, added, shape.carrier)
        };
        let tool = |split: Split, output: u64| scenario.request(RequestKind::Tool, split, shape.message, output);
        // The last one has an alert in it.
        let alike = if alerts { rounds.saturating_sub(1) } else { rounds };
        match alike {
            0 => {}
            1 => sink.request(tool(after(1), output)),
            _ => sink.series(scenario, tool(after(1), output), after(1).up_to(after(2)), alike),
        }
        if rounds > alike {
            sink.request(tool(after(rounds), output + alert));
        }
    }

    /// All that a run has sent behind the prefix in the end.
    pub(super) fn sent(&self, CallsOfRun { shape, rounds, .. }: &CallsOfRun) -> u64 {
        shape.cacheable() + self.scenario.calls_chars(*rounds) - shape.prefix
    }
}

impl Scenario<'_> {
    /// The rounds of tools of each run, where all make as many.
    pub(super) fn usual_rounds(&self) -> u64 {
        self.profile.requests_per_run.max(1) - 1
    }

    /// The characters of so many rounds of tools.
    pub(super) fn calls_chars(&self, rounds: u64) -> u64 {
        rounds * self.profile.tool_round_chars
    }

    /// The characters that a run leaves (R28, R32, M6): on current releases a marker stands for the message. `after_quiet` is
    /// one that follows a quiet heartbeat without tools.
    pub(super) fn left(&self, alerts: bool, message: u64, calls: u64, after_quiet: bool) -> u64 {
        if let Some(growth) = self.profile.growth {
            return match (alerts, calls > 0) {
                (true, _) => growth.alert,
                (false, true) if after_quiet => growth.tools,
                (false, true) => growth.tools_after_turn,
                (false, false) => growth.quiet,
            };
        }
        let kept_message = self.sizes.kept_marker.unwrap_or(message);
        match (alerts, calls > 0) {
            (true, _) => kept_message + calls + ALERT_CHARS,
            (false, true) if self.sizes.silent_tools_stay => kept_message + calls + SILENT_ANSWER_CHARS,
            (false, true) => 0,
            (false, false) => self.sizes.quiet_growth,
        }
    }

    /// Whether all of a run stays word for word, so that the next run's prompt can be read up to there: an alert and its calls,
    /// on some releases a silent run with calls, and where a marker stands for the message nothing (R40, L4, L10).
    pub(super) fn stays(&self, alerts: bool, calls: u64) -> bool {
        self.sizes.kept_marker.is_none() && (alerts || (calls > 0 && self.sizes.silent_tools_stay))
    }
}
