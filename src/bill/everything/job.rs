//! A month of a scheduled job, simulated as a heartbeat is: what its runs send, and how many requests each makes. The sizes
//! are those of `fixtures/oracle/automations.json`.

use std::rc::Rc;
use std::sync::Arc;

use super::{JobClock, JobRunner};
use crate::automations::{HowOften, Job, JobDelivery, JobKind, Moments, Payload, Target};
use crate::bill::Bill;
use crate::bill::windows::Asks;
use crate::gateway::active_hours::ActiveHours;
use crate::money::Money;
use crate::releases::Instructions;
use crate::releases::measured::{Measured, turn_sizes};
use crate::simulate::conversation::CHARS_PER_TOKEN;
use crate::simulate::costing::{Choice, Level, PricedModel, Subject};
use crate::simulate::estimate::{self, Estimate, Range, Tally};
use crate::simulate::prompt::{self, Parts, PromptSettings};
use crate::simulate::{Scenario, SkipReason};
use crate::workload::Profile;
use crate::workload::measured::Growth;

/// The requests that a scheduled turn makes, from a light to a heavy load: no config says it, so this is assumed and told as
/// such. What was recorded of the job comes first.
const REQUESTS: [u64; 3] = [1, 3, 8];

/// What a request of theirs writes, in tokens: as in the workloads light, typical and heavy.
const OUTPUT_TOKENS: [u64; 3] = [100, 200, 1_000];

/// The requests of a night of promotion: a text without tools for each phase that has something to say, and one that edits
/// the memory. A workspace without notes sends none (`fixtures/oracle/automations.json`).
const PROMOTION: [u64; 3] = [0, 2, 4];

/// An entry of the diary, in tokens.
const DIARY_TOKENS: u64 = 200;

/// What stands around an event in the message of a run: `main now` of 2026.9.6, of 2026.4.15 and of 2026.7.35, which leaves
/// the text of the event out.
const EVENT_MESSAGE: u64 = 254;
const EARLY_LEGACY_EVENT_MESSAGE: u64 = 277;
const LEGACY_EVENT_MESSAGE: u64 = 52;

/// The instructions for heartbeats that such a run of 2026.7.35 goes without, in either half of the system text.
const LEGACY_EVENT_LEAVES_OUT: [u64; 2] = [2_903, 2_084];

impl<'a> Bill<'_, 'a> {
    /// What the first request of a run of a job sends at a typical load; `None` where it makes none.
    pub fn request_of(&self, job: &Job) -> Option<Parts> {
        let runner = self.runner(job).filter(|_| self.idle(job).is_none())?;
        let subject = self.costing.subject(runner.agent);
        let choice = self.choice(&runner);
        let model = self.costing.answering(runner.agent, &choice);
        let (sizes, beat) = self.costing.parts(&subject, &choice, &model, Level::Typical);
        Some(self.parts(job, &subject, &model, subject.profile(Level::Typical), (&sizes, beat)))
    }

    fn due(&self, job: &Job, often: HowOften, clock: &JobClock) -> Rc<Moments> {
        let here = (self.costing.period, &self.costing.gateway.host_zone);
        job.due(often, &clock.scheduler, &clock.memory, here)
    }

    /// A job runs outside of active hours, too.
    pub(super) fn choice(&self, runner: &JobRunner<'_>) -> Choice {
        Choice {
            model: runner.model.clone(),
            retention: self.costing.gateway.retention_of(runner.agent, &runner.model),
            window: ActiveHours::Always,
            ..Choice::present(runner.agent)
        }
    }

    pub(super) fn month_of(
        &self,
        job: &Job,
        runner: &JobRunner<'a>,
        model: &PricedModel,
        clock: &JobClock,
    ) -> (Estimate, Option<String>) {
        let costing = self.costing;
        let [least, due, most] =
            [HowOften::Least, HowOften::Usual, HowOften::Most].map(|often| self.due(job, often, clock));
        let subject = costing.subject(runner.agent);
        let choice = self.choice(runner);
        let at = |level| {
            let due = match level {
                Level::Low | Level::Idle => &least,
                Level::Typical => &due,
                Level::High | Level::Worst => &most,
            };
            self.at(job, due, &subject, &choice, model, level)
        };
        let (low, typical, high) = (at(Level::Low).1, at(Level::Typical), at(Level::High).1);
        let high = match model.caching.at_worst == model.caching.expected {
            true => high,
            false => high.max(at(Level::Worst).1),
        };
        let range = low.zip(typical.1).zip(high).map(|((low, typical), high)| Range::of(low, typical, high));
        let known = |tally: &Tally| if tally.runs == 0 { Some(range.unwrap_or_default()) } else { range };
        let mut month = Estimate::new(&typical.0, known(&typical.0));
        month.ticks = due.at.len() as u64;
        let note = if due.cut {
            Some(format!("due more than {} times a month, of which no more are counted", due.at.len()))
        } else {
            let is_paid = model.found.price.is_some() || model.found.plan.is_some();
            (!is_paid).then(|| "the price of its model is unknown".to_owned())
        };
        (month, note)
    }

    /// What a typical month of it costs, without the range around it.
    pub(super) fn typical_of(
        &self,
        job: &Job,
        runner: &JobRunner<'a>,
        model: &PricedModel,
        clock: &JobClock,
    ) -> Option<Money> {
        let due = self.due(job, HowOften::Usual, clock);
        let subject = self.costing.subject(runner.agent);
        let (tally, cost) = self.at(job, &due, &subject, &self.choice(runner), model, Level::Typical);
        if tally.runs == 0 { Some(cost.unwrap_or_default()) } else { cost }
    }

    fn at(
        &self,
        job: &Job,
        due: &Moments,
        subject: &Subject<'_>,
        choice: &Choice,
        model: &PricedModel,
        level: Level,
    ) -> (Tally, Option<Money>) {
        self.under_scenario(job, due, subject, choice, model, level, |scenario| {
            let tally = estimate::tally(scenario);
            let price = model.price(level).filter(|price| price.unit == self.unit);
            let cost = price.and_then(|price| estimate::cost(scenario, &tally, subject.prices(price)));
            (tally, cost)
        })
    }

    /// What a job asks of the plan that pays for its model, run by run; `None` where none does, or where it asks nothing.
    pub(super) fn asks_of_plan(
        &self,
        job: &Job,
        runner: &JobRunner<'a>,
        model: &PricedModel,
        clock: &JobClock,
    ) -> Option<Asks> {
        let costing = self.costing;
        let offer = model.found.plan.clone()?;
        let due = self.due(job, HowOften::Usual, clock);
        let subject = costing.subject(runner.agent);
        let choice = self.choice(runner);
        self.under_scenario(job, &due, &subject, &choice, model, Level::Typical, |scenario| {
            Some(Asks::of(costing, &offer, &subject, &choice, model, scenario))
        })
    }

    /// The scenario of a job at a level of the load.
    #[allow(clippy::too_many_arguments, reason = "all that a scenario is made of, and what is asked of it")]
    fn under_scenario<T>(
        &self,
        job: &Job,
        due: &Moments,
        subject: &Subject<'_>,
        choice: &Choice,
        model: &PricedModel,
        level: Level,
        then: impl FnOnce(&Scenario<'_>) -> T,
    ) -> T {
        let costing = self.costing;
        let load = subject.profile(level);
        let place = match level {
            Level::Low | Level::Idle => 0,
            Level::Typical => 1,
            Level::High | Level::Worst => 2,
        };
        // What was measured of heartbeats says nothing of these turns.
        let asks = |requests, output_tokens| Profile {
            requests_per_run: requests,
            output_tokens,
            instructions_chars: 0,
            alert_percent: 0,
            missed_per_mille: 0,
            rounds: Vec::new(),
            growth: None,
            fixed: None,
            ..Profile::clone(load)
        };
        let base = costing.scenario(subject, choice, model, level, None::<SkipReason>);
        let fired: Vec<i64>;
        let moments = if job.has_trigger {
            // A script has something to tell as often as a heartbeat has.
            let share = load.alert_percent;
            let is_one = |k: u64| (k + 1) * share / 100 > k * share / 100;
            fired = due.at.iter().zip(0_u64..).filter(|(_, k)| is_one(*k)).map(|(at, _)| *at).collect();
            &fired
        } else {
            &due.at
        };
        let parts = self.parts(job, subject, model, load, (&base.sizes, base.parts));
        let (profile, isolated) = match (&job.payload, job.kind) {
            // Texts of their own, one after the other, which nothing keeps in a cache for another.
            (_, JobKind::Promotion) => {
                (Profile { tool_round_chars: 0, ..asks(PROMOTION[place].max(1), DIARY_TOKENS) }, true)
            }
            (Payload::Turn { .. }, _) => {
                let mut profile = asks(job.requests.unwrap_or(REQUESTS)[place], OUTPUT_TOKENS[place]);
                let left = parts.message + profile.output_tokens * CHARS_PER_TOKEN;
                profile.growth = Some(Growth { quiet: left, tools: left, tools_after_turn: left, alert: left });
                (profile, !matches!(job.target, Target::Named(_)))
            }
            // An event wakes a heartbeat, which goes without the conversation where heartbeats do (`STORES.md`, isolated key), and
            // calls tools as often as they were seen to.
            _ => (
                Profile { rounds: load.rounds.clone(), ..asks(1, load.output_tokens) },
                choice.isolated && costing.gateway.behaviour.isolation_effective,
            ),
        };
        let none: &[i64] = &[];
        let sends = job.kind != JobKind::Promotion || PROMOTION[place] > 0;
        let scenario = Scenario {
            moments: Some(if sends { moments } else { none }),
            profile: &Arc::new(profile),
            parts,
            isolated,
            holds_chat: matches!(job.payload, Payload::Event { .. }) && base.holds_chat,
            recap: matches!(job.payload, Payload::Event { .. }) && base.recap,
            tasks: &[],
            task_message: None,
            ..base
        };
        then(&scenario)
    }

    /// The parts of a run's first request; `beat` are those of a heartbeat of the agent.
    fn parts(
        &self,
        job: &Job,
        subject: &Subject<'_>,
        model: &PricedModel,
        load: &Profile,
        beat: (&Measured, Parts),
    ) -> Parts {
        match (&job.payload, job.kind) {
            (_, JobKind::Promotion) => match self.costing.gateway.behaviour.instructions {
                Instructions::MonitorScratch => DIARY,
                Instructions::HeartbeatFile if beat.0.prompt > 0 => EARLY_LEGACY_DIARY,
                Instructions::HeartbeatFile => LEGACY_DIARY,
            },
            (Payload::Turn { chars, light, tools, .. }, _) => {
                self.turn(job, subject, model, load, (*chars, *light, *tools))
            }
            (Payload::Event { chars }, _) => self.event(beat, *chars),
            (Payload::NoModel, _) => beat.1,
        }
    }

    /// The parts of a heartbeat that brings an event. Current releases send its text in the place of the prompt, early legacy
    /// ones twice; late ones leave out the instructions for heartbeats, and the text with them.
    fn event(&self, (sizes, beat): (&Measured, Parts), chars: u64) -> Parts {
        match self.costing.gateway.behaviour.instructions {
            Instructions::MonitorScratch => Parts { message: EVENT_MESSAGE + chars, ..beat },
            Instructions::HeartbeatFile if sizes.prompt > 0 => {
                Parts { message: EARLY_LEGACY_EVENT_MESSAGE + 2 * chars, ..beat }
            }
            Instructions::HeartbeatFile => {
                let [stable, volatile] = LEGACY_EVENT_LEAVES_OUT;
                Parts {
                    stable_system: beat.stable_system.saturating_sub(stable),
                    volatile_system: beat.volatile_system.saturating_sub(volatile),
                    message: LEGACY_EVENT_MESSAGE,
                    ..beat
                }
            }
        }
    }

    /// The parts of a turn in a session of its own.
    fn turn(
        &self,
        job: &Job,
        subject: &Subject<'_>,
        model: &PricedModel,
        load: &Profile,
        (chars, light, tools): (u64, bool, Option<usize>),
    ) -> Parts {
        let gateway = self.costing.gateway;
        let limits = subject.agent.settings.limits;
        let keeps = matches!(job.target, Target::Named(_));
        let sizes = turn_sizes(&gateway.behaviour, model.caching.wire, limits.tools, (keeps, tools));
        let in_file = gateway.behaviour.instructions == Instructions::HeartbeatFile;
        let workspace = load.workspace.as_ref().map(|space| {
            // Such a session goes without these (R22).
            let left_out = ["HEARTBEAT.md", "MEMORY.md", "BOOTSTRAP.md"];
            left_out.iter().fold(space.clone(), |space, name| space.without(name))
        });
        let profile = Profile { instructions_chars: 0, workspace, fixed: None, ..load.clone() };
        let asked = PromptSettings {
            isolated: true,
            light,
            delivered: matches!(job.delivery, JobDelivery::Chat { .. } | JobDelivery::Unsaid),
            has_channel: gateway.has_channel && in_file,
            prompt_chars: None,
            limits,
        };
        let mut parts = prompt::parts(&sizes, &gateway.behaviour, &profile, &asked);
        parts.message += chars + job.name.encode_utf16().count() as u64;
        parts
    }
}

/// A text of one phase of promotion (`promotion, three days of notes`): on legacy releases with the instructions of a sub-agent, on early ones with its tools.
const DIARY: Parts = Parts {
    tools: 0,
    stable_system: 1_332,
    workspace_files: 0,
    skills: 0,
    volatile_system: 0,
    message: 1_977,
    carrier: 0,
    caches_volatile: false,
    found: 0,
};
const LEGACY_DIARY: Parts = Parts { stable_system: 16_205, message: 3_706, ..DIARY };
const EARLY_LEGACY_DIARY: Parts = Parts { tools: 35_941, stable_system: 31_503, message: 2_688, ..DIARY };
