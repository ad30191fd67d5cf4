//! A month of one agent's heartbeats, tick by tick: which ticks run, what each request carries and how its tokens are
//! billed. Pure and deterministic; the report's figure is the sum of exactly these ticks.

pub mod cache;
pub mod calendars;
pub mod conversation;
pub mod costing;
mod course;
mod delay;
pub mod estimate;
mod month;
pub mod months;
pub mod observed;
pub mod pieces;
pub mod prompt;
mod run;
pub mod schedule;
mod skip;
pub mod spending;
pub mod split;
pub mod tokenizer;
pub mod usage;

use std::ops::AddAssign;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::gateway::active_hours::ActiveHours;
use crate::gateway::reset::Reset;
use crate::releases::Behaviour;
use crate::workload::Profile;
use crate::workload::tasks::Task;

pub use month::FLOOD_STARTS;
pub use skip::SkipReason;

use crate::releases::measured::{self, Measured};
use cache::{CacheState, Scheme};
use calendars::Calendars;
use conversation::Calendar;
use course::Courses;
use month::SimulatedMonth;
use prompt::Parts;
use schedule::{Period, Ticks};
use split::Split;

/// Tokens of a request by how they are billed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Tokens {
    /// Uncached input.
    pub input: u64,
    /// Read from a cache.
    #[serde(rename = "cacheRead")]
    pub cache_read: u64,
    /// Written to a cache of five minutes.
    #[serde(rename = "cacheWrite5m")]
    pub cache_write_5m: u64,
    /// Written to a cache of one hour.
    #[serde(rename = "cacheWrite1h")]
    pub cache_write_1h: u64,
    /// Output, thinking included.
    pub output: u64,
}

impl Tokens {
    /// The whole prompt.
    pub fn prompt(&self) -> u64 {
        self.input + self.cache_read + self.cache_write_5m + self.cache_write_1h
    }

    /// What is read and what is written, together.
    pub fn all(&self) -> u64 {
        self.prompt() + self.output
    }

    /// What is left of them without others, which are a part of them.
    pub fn without(self, others: Tokens) -> Self {
        Tokens {
            input: self.input - others.input,
            cache_read: self.cache_read - others.cache_read,
            cache_write_5m: self.cache_write_5m - others.cache_write_5m,
            cache_write_1h: self.cache_write_1h - others.cache_write_1h,
            output: self.output - others.output,
        }
    }

    /// As many times as much.
    pub fn times(self, times: u64) -> Self {
        let Tokens { input, cache_read, cache_write_5m, cache_write_1h, output } = self;
        Tokens {
            input: times * input,
            cache_read: times * cache_read,
            cache_write_5m: times * cache_write_5m,
            cache_write_1h: times * cache_write_1h,
            output: times * output,
        }
    }
}

impl AddAssign for Tokens {
    fn add_assign(&mut self, other: Tokens) {
        self.input += other.input;
        self.cache_read += other.cache_read;
        self.cache_write_5m += other.cache_write_5m;
        self.cache_write_1h += other.cache_write_1h;
        self.output += other.output;
    }
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RequestKind {
    /// The heartbeat itself.
    Turn,
    /// A further request after a round of tools.
    Tool,
    /// The hidden summary on the provider's small model (M5).
    Recap,
}

/// One priced call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// What for.
    pub kind: RequestKind,
    /// Its tokens.
    pub tokens: Tokens,
    /// The characters of its prompt; empty for a recap, of which only tokens are known.
    pub split: Split,
    /// Those of the heartbeat message in it.
    pub message: u64,
}

/// One scheduled moment.
#[derive(Clone, Copy, Debug)]
pub struct Tick<'a> {
    /// When, in milliseconds since the epoch.
    pub at: i64,
    /// Why it calls no model, if so.
    pub skip: Option<SkipReason>,
    /// What it finds in the cache; `None` when skipped.
    pub cache: Option<CacheState>,
    /// The calls it makes; empty when skipped.
    pub requests: &'a [Request],
    /// The conversation did not fit the model's window and was compacted first (R35).
    pub compacted: bool,
    /// How many ticks this stands for: more than one only where skipped ticks are counted together.
    pub times: u64,
}

/// Everything that decides a month of one agent's tokens.
#[derive(Clone, Debug)]
pub struct Scenario<'a> {
    /// How the release behaves.
    pub behaviour: &'a Behaviour,
    /// When the shared session starts anew.
    pub reset: Reset,
    /// The time covered.
    pub period: &'a Period,
    /// Milliseconds between ticks; `None` is off.
    pub every: Option<u64>,
    /// A moment at which a tick falls.
    pub anchor: Timestamp,
    /// The ticks of a schedule of another form, ascending, in milliseconds since the epoch: they then count instead.
    pub moments: Option<&'a [i64]>,
    /// When ticks may run.
    pub window: &'a ActiveHours,
    /// Skips every tick, whatever the time.
    pub always_skipped: Option<SkipReason>,
    /// Each run starts without the conversation.
    pub isolated: bool,
    /// The parts of a request.
    pub parts: Parts,
    /// The measured sizes the parts come from.
    pub sizes: Measured,
    /// How the route caches.
    pub scheme: Scheme,
    /// The load.
    pub profile: &'a Arc<Profile>,
    /// The user's chat happens in the session that the heartbeat shares (R30).
    pub holds_chat: bool,
    /// The agent's zone, in which chat happens.
    pub zone: &'a TimeZone,
    /// What was laid out before, in this zone and period.
    pub calendars: &'a Calendars,
    /// The courses of conversations under the same config.
    pub courses: &'a Courses,
    /// The context windows of the primary model and of the one that answers heartbeats, in tokens, if known.
    pub windows: [Option<u64>; 2],
    /// Tokens for a thousand tokens of four characters: 1,000 unless the model's tokenizer is known to differ.
    pub tokens_per_mille: u64,
    /// Tokens below which the model caches nothing.
    pub cache_minimum: u64,
    /// A shared run carries a recap (M5).
    pub recap: bool,
    /// The tasks of HEARTBEAT.md; a tick on which none is due calls no model (R19b).
    pub tasks: &'a [Task],
    /// Characters of the message of a run for tasks beside their lines; `None` where it says nothing of them.
    pub task_message: Option<u64>,
}

/// Takes the calls of a run.
pub(crate) trait CallSink {
    /// One of them.
    fn request(&mut self, request: Request);

    /// One, and so many in all that each have `grows` more characters than the one before.
    fn series(&mut self, scenario: &Scenario<'_>, first: Request, grows: Split, count: u64) {
        let grown = |by: u64| first.split.grown(grows, by);
        let Request { kind, message, tokens, .. } = first;
        (0..count).for_each(|by| self.request(scenario.request(kind, grown(by), message, tokens.output)));
    }
}

impl CallSink for Vec<Request> {
    fn request(&mut self, request: Request) {
        self.push(request);
    }
}

/// Takes a month as it is simulated: the calls of a run, and then the tick that made them.
pub(crate) trait MonthSink: CallSink {
    /// A tick, without its calls.
    fn tick(&mut self, tick: Tick<'_>);
}

/// Hands on each tick with its calls.
struct WithRequests<'s> {
    requests: Vec<Request>,
    sink: &'s mut dyn FnMut(&Tick<'_>),
}

impl CallSink for WithRequests<'_> {
    fn request(&mut self, request: Request) {
        self.requests.push(request);
    }
}

impl MonthSink for WithRequests<'_> {
    fn tick(&mut self, tick: Tick<'_>) {
        (self.sink)(&Tick { requests: &self.requests, ..tick });
        self.requests.clear();
    }
}

/// Runs the month and hands every tick to `sink`, in order of time.
pub fn simulate(scenario: &Scenario<'_>, sink: &mut dyn FnMut(&Tick<'_>)) {
    simulate_into(scenario, &mut WithRequests { requests: Vec::new(), sink });
}

/// The same for what takes calls one by one: a month that is only added up keeps none of them.
pub(crate) fn simulate_into(scenario: &Scenario<'_>, sink: &mut impl MonthSink) {
    let calendar = scenario.calendar();
    let mut month = SimulatedMonth::new(scenario, &calendar);
    let mut last = scenario.period.start.as_millisecond();
    let none = Tick { at: last, skip: None, cache: None, requests: &[], compacted: false, times: 1 };
    let mut tick = |at: i64| {
        last = at;
        let skip = month.skip(at);
        let (cache, compacted) = match skip {
            Some(_) => (None, false),
            None => {
                let (cache, compacted) = month.run(at, sink);
                (Some(cache), compacted)
            }
        };
        sink.tick(Tick { at, skip, cache, compacted, ..none });
    };
    if let Some(moments) = scenario.moments {
        return moments.iter().for_each(|at| tick(*at));
    }
    let Some(every) = scenario.every else { return };
    let ticks = Ticks::new(scenario.period, every, scenario.anchor);
    ticks.iter().for_each(tick);
    if ticks.left_out > 0 {
        let skip = Some(scenario.always_skipped.unwrap_or(SkipReason::Flood));
        sink.tick(Tick { at: last, skip, times: ticks.left_out, ..none });
    }
}

/// The moments at which a model is called in a month, in milliseconds since the epoch: those of [`simulate`], without what is
/// asked of it.
pub fn runs(scenario: &Scenario<'_>) -> Vec<i64> {
    if let Some(ticks) = scenario.plain_ticks() {
        let open = scenario.calendars.open(scenario.period, scenario.window);
        return open.iter().flat_map(|(from, to)| ticks.among(*from, *to)).collect();
    }
    let calendar = Calendar::default();
    let mut month = SimulatedMonth::new(scenario, &calendar);
    let mut runs = |at: i64| {
        let runs = month.skip(at).is_none();
        if runs {
            month.start(at);
        }
        runs.then_some(at)
    };
    match (scenario.moments, scenario.every) {
        (Some(moments), _) => moments.iter().filter_map(|at| runs(*at)).collect(),
        (None, Some(every)) => Ticks::new(scenario.period, every, scenario.anchor).iter().filter_map(runs).collect(),
        (None, None) => Vec::new(),
    }
}

impl Scenario<'_> {
    /// Isolation, where the release isolates heartbeats (R31); a job's own session is one on every release.
    fn shares_session(&self) -> bool {
        !(self.isolated && (self.behaviour.isolation_effective || self.moments.is_some()))
    }

    /// The ticks, where each of them in the hours that are open runs, whatever ran before it.
    fn plain_ticks(&self) -> Option<Ticks> {
        let ticks = Ticks::new(self.period, self.every?, self.anchor);
        let starts = i64::try_from(FLOOD_STARTS).unwrap_or(i64::MAX);
        let floods = self.is_guarded() && ticks.step().saturating_mul(starts) < month::FLOOD_MS;
        let is_plain = self.moments.is_none()
            && self.always_skipped.is_none()
            && self.tasks.is_empty()
            && self.profile.missed_per_mille == 0
            && self.profile.off.is_empty()
            && ticks.left_out == 0
            && !floods;
        is_plain.then_some(ticks)
    }

    /// Whether at most so many runs start within a minute. The guard is the heartbeat runner's, so a job that has a session
    /// of its own does not meet it.
    fn is_guarded(&self) -> bool {
        self.behaviour.skips_floods && (self.moments.is_none() || self.shares_session())
    }

    /// The tokens of so many characters.
    pub fn tokens(&self, chars: u64) -> u64 {
        tokenizer::tokens(chars, self.tokens_per_mille)
    }

    fn request(&self, kind: RequestKind, split: Split, message: u64, output: u64) -> Request {
        let sizes = [split.read, split.written, split.input].map(|chars| self.tokens(chars));
        Request { kind, tokens: self.billed(sizes, output), split, message }
    }

    /// Tokens that are read, written and neither, as the route bills them.
    fn billed(&self, [cache_read, written, input]: [u64; 3], output: u64) -> Tokens {
        let one_hour = self.scheme.is_one_hour();
        Tokens {
            input,
            cache_read,
            cache_write_5m: if one_hour { 0 } else { written },
            cache_write_1h: if one_hour { written } else { 0 },
            output,
        }
    }

    /// The hidden summary that goes with a shared run (M5).
    fn recap_request(&self) -> Request {
        let (input, output) = (measured::RECAP_INPUT_TOKENS, self.profile.recap_output_tokens);
        let tokens = Tokens { input, output, ..Tokens::default() };
        Request { kind: RequestKind::Recap, tokens, split: Split::default(), message: 0 }
    }
}
