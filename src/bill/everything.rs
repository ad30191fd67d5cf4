//! What a gateway runs by itself, all of it on one bill: heartbeats, the jobs of its scheduler, and what the config or the
//! release schedules beside them. A job is simulated as a heartbeat is, with the sizes of its own kind of turn.

use std::collections::BTreeSet;

use serde::{Serialize, Serializer};

use super::Bill;
use crate::automations::{Delivery, Job, Jobs, Kind, Moments, Payload, Source, Target, Wake, every, implied};
use crate::gateway::Agent;
use crate::gateway::active_hours::Window;
use crate::gateway::model_ref::ModelRef;
use crate::money::Money;
use crate::releases::Instructions;
use crate::releases::measured::{Measured, turn_sizes};
use crate::simulate::conversation::CHARS_PER_TOKEN;
use crate::simulate::costing::reach::named_in;
use crate::simulate::costing::{Choice, Level, PricedModel, Subject};
use crate::simulate::estimate::{self, Estimate, Range, Tally};
use crate::simulate::prompt::{self, Asked, Parts};
use crate::simulate::{Scenario, SkipReason};
use crate::words::{plain, quoted};
use crate::workload::Profile;
use crate::workload::measured::Growth;

/// Something that the gateway runs by itself, and what a month of it costs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Automation {
    /// Its id in the store; of a heartbeat, that of the agent.
    pub id: String,
    /// What it is for.
    pub kind: Kind,
    /// What it is called.
    pub name: String,
    /// Whose it is; null where it is of no agent in particular.
    pub agent: Option<String>,
    /// When it is due, in words.
    pub schedule: String,
    /// The model that answers, as `provider/model`; null where none does.
    pub model: Option<String>,
    /// The flat plan that pays for it.
    pub plan: Option<&'static str>,
    /// `main`, `isolated`, `current` or the name of a session.
    pub session: String,
    /// The month.
    #[serde(flatten)]
    pub month: Estimate,
    /// Whether its month is in the total.
    pub counted: bool,
    /// Who says that it runs.
    #[serde(serialize_with = "named")]
    pub source: Source,
    /// Why it runs no model, or why its figure is unknown; null where neither is so.
    pub note: Option<String>,
    /// What would make it cheaper, each by itself, the largest saving first.
    pub options: Vec<Cheaper>,
}

/// A change of an automation by a command, as its store is only changed by the gateway itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cheaper {
    /// The command, as a shell takes it.
    pub command: String,
    /// What the job loses.
    pub gives_up: &'static str,
    /// What a typical month costs less.
    pub saving: Money,
}

fn named<S: Serializer>(source: &Source, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&said(source))
}

/// A source in words.
fn said(source: &Source) -> String {
    match source {
        Source::File(name) | Source::Database(name) => plain(name),
        Source::Key(key) => format!("config: {key}"),
        Source::Default => "default of the release".to_owned(),
    }
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Everything {
    /// Heartbeats first, then the jobs in the order of their store.
    pub automations: Vec<Automation>,
    /// The sum of those that count.
    pub month: Estimate,
}

/// The requests that a scheduled turn makes, from a light to a heavy load: no config says it. A job that reads mail or
/// writes a report calls tools; users report 65,000 tokens a run of 20,000 a request.
const REQUESTS: [u64; 3] = [1, 3, 8];

/// What a request of theirs writes, in tokens: as in the workloads light, typical and heavy.
const OUTPUT_TOKENS: [u64; 3] = [100, 200, 1_000];

/// The requests of a night of promotion: a text without tools for each phase that has something to say, and one that edits
/// the memory. A workspace without notes sends none (`fixtures/oracle/automations.json`).
const PROMOTION: [u64; 3] = [0, 2, 4];

/// An entry of the diary, in tokens.
const DIARY_TOKENS: u64 = 200;

/// The agent and the model of a job.
struct Runner<'a> {
    agent: &'a Agent,
    model: ModelRef,
}

impl<'c, 'a> Bill<'c, 'a> {
    /// Everything that runs by itself, for all agents or one. With `only_heartbeats` no more than these.
    pub fn everything(&self, jobs: &Jobs, only: Option<&str>, only_heartbeats: bool) -> Everything {
        self.everything_beside(jobs, only, only_heartbeats, &|agent| self.of(&self.costing.subject(agent)))
    }

    /// The same where the months of heartbeats are known.
    pub fn everything_beside(
        &self,
        jobs: &Jobs,
        only: Option<&str>,
        only_heartbeats: bool,
        month: &dyn Fn(&Agent) -> Estimate,
    ) -> Everything {
        let gateway = self.costing.gateway;
        let beats = gateway.enrolled().filter(|agent| only.is_none_or(|id| agent.id == id));
        let mut automations: Vec<Automation> = beats.map(|agent| self.heartbeat(agent, month(agent))).collect();
        if !only_heartbeats {
            automations.extend(self.beside_heartbeats(jobs, only));
        }
        let month = Estimate::sum(automations.iter().filter(|one| one.counted).map(|one| &one.month));
        Everything { automations, month }
    }

    /// What runs beside heartbeats, for all agents or one.
    pub fn beside_heartbeats(&self, jobs: &Jobs, only: Option<&str>) -> Vec<Automation> {
        let all = self.scheduled(jobs).into_iter().map(|job| self.automation(&job));
        all.filter(|automation| only.is_none_or(|id| automation.agent.as_deref() == Some(id))).collect()
    }

    /// The jobs of the store, and those that the config implies: where a store was read, it knows which of the release's
    /// own are there.
    fn scheduled(&self, jobs: &Jobs) -> Vec<Job> {
        let is_kept = |job: &Job| jobs.jobs.iter().any(|known| known.kind == job.kind && known.agent == job.agent);
        let mut implied = implied(self.costing.gateway);
        let own = |kind| matches!(kind, Kind::Promotion | Kind::Review);
        // What the config switches off goes at the next start.
        let stays = |job: &&Job| !own(job.kind) || implied.iter().any(|other| other.kind == job.kind);
        let mut all: Vec<Job> = jobs.jobs.iter().filter(stays).cloned().collect();
        implied.retain(|job| !is_kept(job) && (jobs.store.is_none() || job.source != Source::Default));
        all.extend(implied);
        all
    }

    fn heartbeat(&self, agent: &Agent, month: Estimate) -> Automation {
        let settings = &agent.settings;
        let model = self.costing.model(&settings.model.value, settings.cache_retention.value);
        Automation {
            id: agent.id.clone(),
            kind: Kind::Heartbeat,
            name: "heartbeat".to_owned(),
            agent: Some(agent.id.clone()),
            schedule: settings.every.value.ms().map_or_else(|| "off".to_owned(), every),
            model: Some(settings.model.value.to_string()),
            plan: model.found.plan.filter(|_| model.found.price.is_none()).map(|offer| offer.id),
            session: if settings.isolated_session.value { "isolated" } else { "main" }.to_owned(),
            month,
            counted: true,
            source: agent
                .own_block
                .clone()
                .or(self.costing.gateway.defaults_block.clone())
                .map_or(Source::Default, Source::Key),
            note: None,
            options: Vec::new(),
        }
    }

    /// The model of a job: what it names, else what the config gives sub-agents and scheduled turns, else the agent's own.
    fn runner(&self, job: &Job) -> Option<Runner<'a>> {
        let gateway = self.costing.gateway;
        let agent = match &job.agent {
            Some(id) => gateway.agents.iter().find(|agent| agent.id == *id).or(gateway.owner()),
            None => gateway.owner(),
        }?;
        let settings = &agent.settings;
        let named = match &job.payload {
            Payload::Turn { model, .. } => model.clone(),
            Payload::Event { .. } => return Some(Runner { agent, model: settings.model.value.clone() }),
            Payload::NoModel => None,
        };
        let primary = |value: &serde_json::Value| {
            let name = value.as_str().or(value["primary"].as_str())?;
            Some(name.trim()).filter(|name| !name.is_empty()).map(str::to_owned)
        };
        let own = gateway.entry(agent).and_then(|entry| primary(&entry["subagents"]["model"]));
        let shared = || primary(&gateway.config()["agents"]["defaults"]["subagents"]["model"]);
        let given = named.or(own).or_else(shared);
        let model = given.map_or_else(|| settings.primary_model.clone(), |name| gateway.resolve_model(&name));
        Some(Runner { agent, model })
    }

    /// What the first request of a run of a job sends at a typical load; `None` where it makes none.
    pub fn request_of(&self, job: &Job) -> Option<Parts> {
        let runner = self.runner(job).filter(|_| self.idle(job).is_none())?;
        let subject = self.costing.subject(runner.agent);
        let choice = self.choice(&runner);
        let model = self.costing.model(&choice.model, choice.retention);
        let (sizes, beat) = self.costing.parts(&subject, &choice, &model, Level::Typical);
        Some(self.parts(job, &subject, &model, subject.profile(Level::Typical), (&sizes, beat)))
    }

    fn automation(&self, job: &Job) -> Automation {
        let runner = self.runner(job).filter(|_| job.payload != Payload::NoModel);
        let retention = runner.as_ref().map(|one| self.costing.gateway.retention_of(one.agent, &one.model));
        let priced = runner.as_ref().zip(retention).map(|(one, kept)| self.costing.model(&one.model, kept));
        let nothing = Estimate { cost: Some(Range::default()), ..Estimate::default() };
        let (month, note) = match (self.idle(job), &runner, &priced) {
            (Some(note), _, _) => (nothing, Some(note)),
            (None, Some(runner), Some(model)) => self.month_of(job, runner, model),
            (None, _, _) => (nothing, Some("no agent of the config runs it".to_owned())),
        };
        let (schedule, month, note) = match &job.schedule {
            Ok(schedule) => (schedule.in_words(), month, note),
            Err(_) => ("unknown".to_owned(), month, note),
        };
        let is_own = matches!(job.kind, Kind::Promotion | Kind::Review);
        let options = match (&runner, month.typical()) {
            (Some(runner), Some(now)) if month.runs > 0 => self.options(job, runner, now),
            _ => Vec::new(),
        };
        let whose = runner.as_ref().map(|one| one.agent.id.clone());
        Automation {
            id: job.id.clone(),
            kind: job.kind,
            name: job.name.clone(),
            agent: job.agent.clone().or(whose),
            schedule,
            model: runner.map(|one| one.model.to_string()),
            plan: priced
                .and_then(|model| model.found.plan.filter(|_| model.found.price.is_none()))
                .map(|offer| offer.id),
            session: session(job),
            month,
            // What nobody has looked at, and may not be there, is named only.
            counted: !(is_own && job.source == Source::Default) && job.kind != Kind::Hook,
            source: job.source.clone(),
            note,
            options,
        }
    }

    /// What would make a job cheaper than it is: what is there to change, and what the file has to change it to.
    fn options(&self, job: &Job, runner: &Runner<'a>, now: Money) -> Vec<Cheaper> {
        let all = |command: &str, gives_up| vec![Cheaper { command: command.to_owned(), gives_up, saving: now }];
        match (job.kind, &job.payload) {
            (Kind::Promotion, _) => {
                let command = "openclaw config set plugins.entries.memory-core.config.dreaming.enabled false";
                return all(command, "the diary, and what is moved from notes into the memory");
            }
            (Kind::Review, _) => {
                let command = "openclaw config set skills.workshop.autonomous.mode off";
                return all(command, "that skills are kept up by themselves");
            }
            (Kind::Cron, Payload::Turn { .. }) => {}
            _ => return Vec::new(),
        }
        let costing = self.costing;
        let edit = format!("openclaw cron edit {}", quoted(&job.id));
        let saving = |job: &Job, runner: &Runner<'a>| {
            let choice = self.choice(runner);
            let model = costing.model(&choice.model, choice.retention);
            let then = self.month_of(job, runner, &model).0.typical()?;
            (then < now).then(|| now - then)
        };
        let with = |light: bool| {
            let mut job = job.clone();
            if let Payload::Turn { light: is_light, .. } = &mut job.payload {
                *is_light = light;
            }
            job
        };
        let is_light = matches!(job.payload, Payload::Turn { light: true, .. });
        let light = (!is_light).then(|| saving(&with(true), runner)).flatten();
        let light = light.map(|saving| Cheaper {
            command: format!("{edit} --light-context"),
            gives_up: "the workspace files (persona, rules, memory)",
            saving,
        });
        let models = named_in(costing.gateway).filter(|model| *model != runner.model && costing.gateway.allows(model));
        let models: BTreeSet<ModelRef> = models.collect();
        let cheaper = models.into_iter().filter_map(|model| {
            let other = Runner { agent: runner.agent, model };
            Some((saving(job, &other)?, other.model))
        });
        let lighter = cheaper.max_by_key(|(saving, _)| saving.pico()).map(|(saving, model)| Cheaper {
            command: format!("{edit} --model {}", quoted(&model.to_string())),
            gives_up: "the model's judgement: see whether the answers are still good",
            saving,
        });
        let mut options: Vec<Cheaper> = light.into_iter().chain(lighter).collect();
        options.sort_by_key(|option| std::cmp::Reverse(option.saving.pico()));
        options
    }

    /// Why a job runs no model in the period.
    fn idle(&self, job: &Job) -> Option<String> {
        let costing = self.costing;
        let is_refused = costing.gateway.behaviour.jobs_need_their_agent;
        let is_here = |id: &&str| costing.gateway.agents.iter().any(|agent| agent.id == **id);
        let gone = job.agent.as_deref().filter(|id| is_refused && !is_here(id));
        let is_off = costing.gateway.config().pointer("/cron/enabled") == Some(&serde_json::Value::Bool(false));
        Some(match (&job.schedule, &job.payload) {
            _ if !job.enabled => "switched off".to_owned(),
            (Err(problem), _) => problem.to_string(),
            (Ok(_), Payload::NoModel) => "calls no model".to_owned(),
            (Ok(crate::automations::Schedule::Event(event)), _) => {
                format!("runs {event}: how often is in no file")
            }
            _ if gone.is_some() => format!("its agent '{}' is not in the config", plain(gone.unwrap_or_default())),
            _ if is_off => "the scheduler is off (cron.enabled: false)".to_owned(),
            (Ok(schedule), _) if schedule.has_passed(costing.period) => "its moment has passed".to_owned(),
            (Ok(_), Payload::Event { .. }) if job.wake == Wake::NextHeartbeat && job.kind == Kind::Cron => {
                "a line in the next heartbeat, without a run of its own".to_owned()
            }
            _ => return None,
        })
    }

    /// A job heeds no active hours.
    fn choice(&self, runner: &Runner<'_>) -> Choice {
        Choice {
            model: runner.model.clone(),
            retention: self.costing.gateway.retention_of(runner.agent, &runner.model),
            window: Window::Always,
            ..Choice::present(runner.agent)
        }
    }

    fn month_of(&self, job: &Job, runner: &Runner<'a>, model: &PricedModel) -> (Estimate, Option<String>) {
        let costing = self.costing;
        let Ok(schedule) = &job.schedule else { return (Estimate::default(), None) };
        let due = schedule.moments(costing.period, &costing.gateway.host_zone);
        let subject = costing.subject(runner.agent);
        let choice = self.choice(runner);
        let at = |level| self.at(job, &due, &subject, &choice, model, level);
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
            model.found.price.is_none().then(|| "the price of its model is unknown".to_owned())
        };
        (month, note)
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
            ..load.clone()
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
            (_, Kind::Promotion) => {
                (Profile { tool_round_chars: 0, ..asks(PROMOTION[place].max(1), DIARY_TOKENS) }, true)
            }
            (Payload::Turn { .. }, _) => {
                let mut profile = asks(job.requests.unwrap_or(REQUESTS)[place], OUTPUT_TOKENS[place]);
                let left = parts.message + profile.output_tokens * CHARS_PER_TOKEN;
                profile.growth = Some(Growth { quiet: left, tools: left, tools_after_turn: left, alert: left });
                (profile, !matches!(job.target, Target::Named(_)))
            }
            _ => (asks(1, load.output_tokens), false),
        };
        let none: &[i64] = &[];
        let sends = job.kind != Kind::Promotion || PROMOTION[place] > 0;
        let scenario = Scenario {
            moments: Some(if sends { moments } else { none }),
            profile: &profile,
            parts,
            isolated,
            holds_chat: matches!(job.payload, Payload::Event { .. }) && base.holds_chat,
            recap: matches!(job.payload, Payload::Event { .. }) && base.recap,
            tasks: &[],
            task_message: None,
            ..base
        };
        let tally = estimate::tally(&scenario);
        let price = model.price(level).filter(|price| price.unit == self.unit);
        let cost = price.and_then(|price| estimate::cost(&scenario, &tally, subject.prices(price)));
        (tally, cost)
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
            (_, Kind::Promotion) => match self.costing.gateway.behaviour.instructions {
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
            Instructions::MonitorScratch => Parts { message: 254 + chars, ..beat },
            Instructions::HeartbeatFile if sizes.prompt > 0 => Parts { message: 277 + 2 * chars, ..beat },
            Instructions::HeartbeatFile => Parts {
                stable_system: beat.stable_system.saturating_sub(2_903),
                volatile_system: beat.volatile_system.saturating_sub(2_084),
                message: 52,
                ..beat
            },
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
        let asked = Asked {
            isolated: true,
            light,
            delivered: matches!(job.delivery, Delivery::Chat { .. } | Delivery::Unsaid),
            has_channel: gateway.has_channel && in_file,
            prompt_chars: None,
            limits,
        };
        let mut parts = prompt::parts(&sizes, &gateway.behaviour, &profile, &asked);
        parts.message += chars + job.name.encode_utf16().count() as u64;
        parts
    }
}

/// A text of one phase of promotion: on legacy releases with the instructions of a sub-agent, on early ones with its tools.
const DIARY: Parts = Parts {
    tools: 0,
    stable_system: 1_332,
    workspace_files: 0,
    skills: 0,
    volatile_system: 0,
    message: 1_977,
    carrier: 0,
    caches_volatile: false,
};
const LEGACY_DIARY: Parts = Parts { stable_system: 16_205, message: 3_706, ..DIARY };
const EARLY_LEGACY_DIARY: Parts = Parts { tools: 35_941, stable_system: 31_503, message: 2_688, ..DIARY };

fn session(job: &Job) -> String {
    match &job.target {
        Target::Main => "main".to_owned(),
        Target::Isolated => "isolated".to_owned(),
        Target::Current => "current".to_owned(),
        Target::Named(name) => plain(name),
    }
}
