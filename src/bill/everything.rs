//! What a gateway runs by itself, all of it on one bill: heartbeats, the jobs of its scheduler, and what the config or the
//! release schedules beside them (L12). A job is simulated as a heartbeat is, with the sizes of its own kind of turn.

mod cheaper;
mod job;
#[cfg(test)]
mod tests;

use serde::{Serialize, Serializer};

use super::Bill;
use super::windows::{Asks, Ends, PlanWindow, windows_of};
use crate::automations::{DueMemory, Job, JobKind, JobSource, Jobs, Payload, Scheduler, Target, Wake, every, implied};
use crate::catalogue::plans::{QuotaSpan, QuotaUnit};
use crate::document::Named;
use crate::gateway::model_ref::ModelRef;
use crate::gateway::{Agent, Gateway};
use crate::money::{Money, Unit};
use crate::simulate::estimate::{Estimate, Range};
use crate::words::{amount, plain};

/// Something that the gateway runs by itself, and what a month of it costs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Automation {
    /// Its id in the store; of a heartbeat, that of the agent.
    pub id: String,
    /// What it is for.
    pub kind: JobKind,
    /// What it is called.
    pub name: String,
    /// Whose it is; null where it is of no agent in particular.
    pub agent: Option<String>,
    /// When it is due, in words.
    pub schedule: String,
    /// The model that answers, as `provider/model`; null where none does.
    pub model: Option<String>,
    /// The flat plan that pays for it.
    pub plan: Option<String>,
    /// `main`, `isolated`, `current` or the name of a session.
    pub session: String,
    /// The month.
    #[serde(flatten)]
    pub month: Estimate,
    /// Whether its month is in the total.
    pub counted: bool,
    /// Who says that it runs.
    #[serde(serialize_with = "named")]
    pub source: JobSource,
    /// Why it runs no model, or why its figure is unknown; null where neither is so.
    pub note: Option<String>,
    /// What would make it cheaper, each by itself, the largest saving first.
    pub options: Vec<Cheaper>,
    /// What it takes of the windows of that plan, by itself; those of a heartbeat are its agent's.
    #[serde(serialize_with = "shares")]
    pub windows: Vec<PlanWindow>,
    /// Run by run.
    #[serde(skip)]
    pub asks: Option<Asks>,
}

/// The share of a window that a job takes.
#[derive(Serialize)]
struct WindowShare {
    unit: QuotaUnit,
    window: QuotaSpan,
    used: Option<Money>,
    share: Option<Ends>,
}

fn shares<S: Serializer>(windows: &[PlanWindow], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(windows.iter().map(|window| WindowShare {
        unit: window.unit,
        window: window.span,
        used: window.used.map(|(_, most)| most),
        share: window.share(),
    }))
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
    /// What has to be so for it to be done at all, which only its owner knows; null where it can be done as it is.
    pub only_if: Option<&'static str>,
}

impl Automation {
    /// The change that saves most of it, if one saves anything.
    pub fn best_option(&self) -> Option<&Cheaper> {
        self.options.iter().find(|option| option.only_if.is_none()).filter(|_| self.counted)
    }
}

/// The change of each that saves most, those that save most first.
pub fn best_options(automations: &[Automation]) -> Vec<(&Automation, &Cheaper)> {
    let mut best: Vec<_> = automations.iter().filter_map(|one| Some((one, one.best_option()?))).collect();
    best.sort_by_key(|(_, option)| std::cmp::Reverse(option.saving.pico()));
    best
}

/// Of these, those that save at least a hundredth of what all of it costs in a month.
pub fn notable_options<'a>(automations: &'a [Automation], all: &Estimate) -> Vec<(&'a Automation, &'a Cheaper)> {
    let all = all.typical().unwrap_or_default();
    let mut notable = best_options(automations);
    notable.retain(|(_, option)| option.saving.pico() * 100 >= all.pico());
    notable
}

impl Cheaper {
    /// What it saves of which automation, and the command.
    pub fn in_words(&self, automation: &Automation, unit: Unit) -> String {
        format!("{}, {} less a month: {}", plain(&automation.name), amount(self.saving, unit), self.command)
    }
}

fn named<S: Serializer>(source: &JobSource, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&said(source))
}

/// A source in words.
fn said(source: &JobSource) -> String {
    match source {
        JobSource::File(name) | JobSource::Database(name) => plain(name),
        JobSource::Key(key) => format!("config: {key}"),
        JobSource::Default => "default of the release".to_owned(),
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

/// The agent and the model of a job.
pub(super) struct JobRunner<'a> {
    pub(super) agent: &'a Agent,
    pub(super) model: ModelRef,
}

/// What runs all jobs of a config.
struct JobClock {
    scheduler: Scheduler,
    memory: DueMemory,
}

impl JobClock {
    fn of(gateway: &Gateway) -> Self {
        JobClock { scheduler: Scheduler::of(gateway), memory: DueMemory::default() }
    }
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
        let clock = JobClock::of(self.costing.gateway);
        let all = self.scheduled(jobs).into_iter().map(|job| self.automation(&job, &clock));
        all.filter(|automation| only.is_none_or(|id| automation.agent.as_deref() == Some(id))).collect()
    }

    /// The jobs of the store, and those that the config implies: where a store was read, it knows which of the release's
    /// own are there.
    fn scheduled(&self, jobs: &Jobs) -> Vec<Job> {
        let is_kept = |job: &Job| jobs.jobs.iter().any(|known| known.kind == job.kind && known.agent == job.agent);
        let mut implied = implied(self.costing.gateway);
        let own = |kind| matches!(kind, JobKind::Promotion | JobKind::Review);
        // What the config switches off goes at the next start.
        let stays = |job: &&Job| !own(job.kind) || implied.iter().any(|other| other.kind == job.kind);
        let mut all: Vec<Job> = jobs.jobs.iter().filter(stays).cloned().collect();
        implied.retain(|job| !is_kept(job) && (jobs.store.is_none() || job.source != JobSource::Default));
        all.extend(implied);
        all
    }

    fn heartbeat(&self, agent: &Agent, month: Estimate) -> Automation {
        let settings = &agent.settings;
        let model = self.costing.model(Some(agent), &settings.model.value, settings.cache_retention.value);
        Automation {
            id: agent.id.clone(),
            kind: JobKind::Heartbeat,
            name: "heartbeat".to_owned(),
            agent: Some(agent.id.clone()),
            schedule: settings.every.value.ms().map_or_else(|| "off".to_owned(), every),
            model: Some(settings.model.value.to_string()),
            plan: model.found.plan.as_ref().map(|offer| offer.id.clone()),
            session: if settings.isolated_session.value { "isolated" } else { "main" }.to_owned(),
            month,
            counted: true,
            source: agent
                .own_block
                .clone()
                .or(self.costing.gateway.defaults_block.clone())
                .map_or(JobSource::Default, JobSource::Key),
            note: None,
            options: Vec::new(),
            windows: Vec::new(),
            asks: None,
        }
    }

    /// The model of a job: what it names, else what the config gives sub-agents and scheduled turns, else the agent's own.
    fn runner(&self, job: &Job) -> Option<JobRunner<'a>> {
        let gateway = self.costing.gateway;
        let agent = match &job.agent {
            Some(id) => gateway.agents.iter().find(|agent| agent.id == *id).or(gateway.owner()),
            None => gateway.owner(),
        }?;
        Some(match &job.payload {
            Payload::Turn { model: Some(_), .. } if self.is_unheeded(job) => {
                JobRunner { agent, model: agent.settings.primary_model.clone() }
            }
            Payload::Turn { model, .. } => self.runner_of(agent, model.clone()),
            Payload::Event { .. } => JobRunner { agent, model: agent.settings.model.value.clone() },
            Payload::NoModel => self.runner_of(agent, None),
        })
    }

    /// Whether the agent's own model comes before the one that a job names, as it comes before that of a heartbeat on the same
    /// releases: `LiveSessionModelSwitchError` in the packages of 2026.3.28, 2026.4.1, 2026.4.2 and 2026.4.5.
    fn is_unheeded(&self, job: &Job) -> bool {
        job.kind == JobKind::Cron && !self.costing.gateway.behaviour.heartbeat_model_effective
    }

    /// Another model than the one that a job names.
    fn unheeded(&self, job: &Job, runner: Option<&JobRunner<'_>>) -> Option<String> {
        let Payload::Turn { model: Some(name), .. } = &job.payload else { return None };
        let gateway = self.costing.gateway;
        let (behaviour, runner) = (&gateway.behaviour, runner.filter(|_| self.is_unheeded(job))?);
        let since = behaviour.from(|behaviour| behaviour.heartbeat_model_effective)?;
        (gateway.resolve_model(name) != runner.model).then(|| {
            format!(
                "its model '{}' does not answer before {since}: {} does, the agent's own",
                plain(name),
                runner.model
            )
        })
    }

    /// The same of an agent, for what may name a model: a turn that is scheduled, and a sub-agent.
    pub(super) fn runner_of(&self, agent: &'a Agent, named: Option<String>) -> JobRunner<'a> {
        let gateway = self.costing.gateway;
        let primary = |value: &serde_json::Value| {
            let name = value.as_str().or(value["primary"].as_str())?;
            Some(name.trim()).filter(|name| !name.is_empty()).map(str::to_owned)
        };
        let own = gateway.entry(agent).and_then(|entry| primary(&entry["subagents"]["model"]));
        let shared = || primary(&gateway.config()["agents"]["defaults"]["subagents"]["model"]);
        let given = named.or(own).or_else(shared);
        let model = given.map_or_else(|| agent.settings.primary_model.clone(), |name| gateway.resolve_model(&name));
        JobRunner { agent, model }
    }

    fn automation(&self, job: &Job, clock: &JobClock) -> Automation {
        let runner = self.runner(job).filter(|_| job.payload != Payload::NoModel);
        let retention = runner.as_ref().map(|one| self.costing.gateway.retention_of(one.agent, &one.model));
        let priced =
            runner.as_ref().zip(retention).map(|(one, kept)| self.costing.model(Some(one.agent), &one.model, kept));
        let nothing = Estimate { cost: Some(Range::default()), ..Estimate::default() };
        let (month, note) = match (self.idle(job), &runner, &priced) {
            (Some(note), _, _) => (nothing, Some(note)),
            (None, Some(runner), Some(model)) => self.month_of(job, runner, model, clock),
            (None, _, _) => (nothing, Some("no agent of the config runs it".to_owned())),
        };
        let (schedule, month, note) = match &job.schedule {
            Ok(schedule) => (schedule.in_words(), month, note),
            Err(_) => ("unknown".to_owned(), month, note),
        };
        let note = note.or_else(|| self.unheeded(job, runner.as_ref()));
        let is_own = matches!(job.kind, JobKind::Promotion | JobKind::Review);
        let options = match (&runner, month.typical()) {
            (Some(runner), Some(now)) if month.runs > 0 => self.options(job, runner, now, clock),
            _ => Vec::new(),
        };
        let asks = runner.as_ref().zip(priced.as_ref()).filter(|_| month.runs > 0);
        let asks = asks.and_then(|(runner, model)| self.asks_of_plan(job, runner, model, clock));
        let whose = runner.as_ref().map(|one| one.agent.id.clone());
        Automation {
            id: job.id.clone(),
            kind: job.kind,
            name: job.name.clone(),
            agent: job.agent.clone().or(whose),
            schedule,
            model: runner.map(|one| one.model.to_string()),
            plan: priced.and_then(|model| model.found.plan.clone()).map(|offer| offer.id.clone()),
            session: session(job),
            month,
            // What nobody has looked at, and may not be there, is named only.
            counted: !(is_own && job.source == JobSource::Default) && job.kind != JobKind::Hook,
            source: job.source.clone(),
            note,
            options,
            windows: windows_of(self.costing, asks.clone().into_iter().collect()),
            asks,
        }
    }

    /// Why a job runs no model in the period.
    fn idle(&self, job: &Job) -> Option<String> {
        let costing = self.costing;
        let is_refused = costing.gateway.behaviour.jobs_need_their_agent;
        let is_here = |id: &&str| costing.gateway.agents.iter().any(|agent| agent.id == **id);
        let gone = job.agent.as_deref().filter(|id| is_refused && !is_here(id));
        let is_off = costing.gateway.config().at("cron.enabled") == Some(&serde_json::Value::Bool(false));
        Some(match (&job.schedule, &job.payload) {
            _ if !job.enabled => "switched off".to_owned(),
            (Err(problem), _) => problem.to_string(),
            (Ok(_), Payload::NoModel) => "calls no model".to_owned(),
            (Ok(crate::automations::Schedule::Event(event)), _) => {
                format!("runs {event}: no file says how often")
            }
            _ if job.misfit().is_some() => job.misfit().unwrap_or_default().to_owned(),
            _ if gone.is_some() => format!("its agent '{}' is not in the config", plain(gone.unwrap_or_default())),
            _ if is_off => "the scheduler is off (cron.enabled: false)".to_owned(),
            (Ok(schedule), _) if schedule.has_passed(costing.period) => "its time has passed".to_owned(),
            (Ok(_), Payload::Event { .. }) if job.wake == Wake::NextHeartbeat && job.kind == JobKind::Cron => {
                "a line in the next heartbeat, without a run of its own".to_owned()
            }
            _ => return None,
        })
    }
}

fn session(job: &Job) -> String {
    match &job.target {
        Target::Main => "main".to_owned(),
        Target::Isolated => "isolated".to_owned(),
        Target::Current => "current".to_owned(),
        Target::Named(name) => plain(name),
    }
}
