//! What would make a job cheaper, as the command that changes it: the gateway keeps its jobs in a database, which nobody
//! else writes.

use std::collections::HashSet;

use super::{Cheaper, JobClock, JobRunner};
use crate::automations::{Job, JobKind, Payload, Schedule, Target};
use crate::bill::Bill;
use crate::gateway::model_ref::ModelRef;
use crate::money::Money;
use crate::releases::TriggerScripts;
use crate::simulate::costing::reach::{Vendor, is_retired, named_in, reluctance};
use crate::words::quoted;

impl<'a> Bill<'_, 'a> {
    /// What would make a job cheaper than it is: what is there to change, and what the file has to change it to.
    pub(super) fn options(&self, job: &Job, runner: &JobRunner<'a>, now: Money, clock: &JobClock) -> Vec<Cheaper> {
        let all = |command: &str, gives_up| {
            vec![Cheaper { command: command.to_owned(), gives_up, saving: now, only_if: None }]
        };
        match (job.kind, &job.payload) {
            (JobKind::Promotion, _) => {
                let command = "openclaw config set plugins.entries.memory-core.config.dreaming.enabled false";
                return all(command, "the diary, and what is moved from notes into the memory");
            }
            (JobKind::Review, _) => {
                let command = "openclaw config set skills.workshop.autonomous.mode off";
                return all(command, "that skills are kept up by themselves");
            }
            (JobKind::Cron, Payload::Turn { .. }) => {}
            _ => return Vec::new(),
        }
        let mut options: Vec<Cheaper> = self.edits(job, runner, now, clock);
        options.sort_by_key(|option| std::cmp::Reverse(option.saving.pico()));
        options
    }

    /// The edits of a job of the user's that each save something.
    fn edits(&self, job: &Job, runner: &JobRunner<'a>, now: Money, clock: &JobClock) -> Vec<Cheaper> {
        let saving = |job: &Job, runner: &JobRunner<'a>| {
            let choice = self.choice(runner);
            let model = self.costing.answering(runner.agent, &choice);
            let then = self.typical_of(job, runner, &model, clock)?;
            (then < now).then(|| now - then)
        };
        let edit = |arguments: &str, gives_up, saving: Option<Money>| {
            let command = format!("openclaw cron edit {} {arguments}", quoted(&job.id));
            saving.map(|saving| Cheaper { command, gives_up, saving, only_if: None })
        };
        let changed = |change: &dyn Fn(&mut Job)| {
            let mut job = job.clone();
            change(&mut job);
            saving(&job, runner)
        };
        let lighter = changed(&|job| {
            if let Payload::Turn { light, .. } = &mut job.payload {
                *light = true;
            }
        });
        let light = edit("--light-context", "the workspace files (persona, rules, memory)", lighter);
        let schedule = job.schedule.as_ref().ok();
        let scheduled = |other: Option<(Schedule, String)>, gives_up| {
            let (schedule, arguments) = other?;
            edit(&arguments, gives_up, changed(&|job| job.schedule = Ok(schedule.clone())))
        };
        let zone = self.costing.gateway.user_zone.iana_name();
        let seldom = scheduled(schedule.and_then(Schedule::each_half_hour), "reaction time: it runs each half hour");
        let by_day = scheduled(schedule.and_then(|one| one.by_day(zone)), "the nights: it runs from 8:00 to 21:59");
        // Where the agent's own model comes first, naming another changes nothing.
        let cheaper = (!self.is_unheeded(job)).then(|| self.cheaper_model(runner, &|other| saving(job, other)));
        let model = cheaper.flatten().and_then(|(saving, model)| {
            let arguments = format!("--model {}", quoted(&model.to_string()));
            edit(&arguments, "the model's judgement: see whether the answers are still good", Some(saving))
        });
        let goes_on = matches!(job.target, Target::Named(_));
        let apart = goes_on.then(|| changed(&|job| job.target = Target::Isolated));
        let apart = edit("--session isolated", "what it remembers of its runs before", apart.flatten());
        let asked = changed(&|job| job.has_trigger = true).filter(|_| !job.has_trigger);
        let asked = asked.and_then(|saving| self.asked_first(job, saving));
        [light, model, seldom, by_day, apart, asked].into_iter().flatten().collect()
    }

    /// A script that decides whether the model is called, where the release takes one.
    fn asked_first(&self, job: &Job, saving: Money) -> Option<Cheaper> {
        let only_if = match self.costing.gateway.behaviour.trigger_scripts {
            TriggerScripts::None => return None,
            TriggerScripts::OnRequest => {
                "a script can tell whether there is anything to do, and cron.triggers.enabled is true"
            }
            TriggerScripts::Always => "a script can tell whether there is anything to do",
        };
        Some(Cheaper {
            command: format!("openclaw cron edit {} --trigger-script FILE", quoted(&job.id)),
            gives_up: "nothing",
            saving,
            only_if: Some(only_if),
        })
    }

    /// The model that makes a job cheapest: one that the file names, or that its provider offers beside the present one, if
    /// that saves as much more as a heartbeat would have to.
    fn cheaper_model(
        &self,
        runner: &JobRunner<'a>,
        saving: &dyn Fn(&JobRunner<'a>) -> Option<Money>,
    ) -> Option<(Money, ModelRef)> {
        let (costing, gateway) = (self.costing, self.costing.gateway);
        let named: HashSet<ModelRef> = named_in(gateway).collect();
        let found =
            |model: &ModelRef| costing.model(Some(runner.agent), model, gateway.retention_of(runner.agent, model));
        let vendor = Vendor::of(&runner.model, &found(&runner.model).found);
        let beside = costing.catalogue.models_beside(&runner.model, gateway.behaviour.version);
        let beside = beside.into_iter().filter(|_| gateway.provider(&runner.model.provider).is_none());
        let all: HashSet<ModelRef> = named.iter().cloned().chain(beside).collect();
        let usable = |model: &ModelRef| *model != runner.model && gateway.allows(model) && !is_retired(gateway, model);
        let others = all.into_iter().filter(usable).filter_map(|model| {
            let (is_named, priced) = (named.contains(&model), found(&model));
            let found = &priced.found;
            let is_known = found.tier(costing.period.start).is_some() && found.context_window.is_some() && !found.local;
            if !is_named && !is_known {
                return None;
            }
            let saving = saving(&JobRunner { agent: runner.agent, model: model.clone() })?;
            let worth = saving - reluctance(is_named, &vendor, &Vendor::of(&model, found));
            (worth > Money::ZERO).then_some((worth, saving, model))
        });
        // Of what saves the same the first by name, so that the answer does not turn on an order of reading.
        let best = others.max_by_key(|(worth, _, model)| (worth.pico(), std::cmp::Reverse(model.clone())));
        best.map(|(_, saving, model)| (saving, model))
    }
}
