//! What would make a job cheaper, as the command that changes it: the gateway keeps its jobs in a database, which nobody
//! else writes.

use std::collections::BTreeSet;

use super::{Cheaper, Runner};
use crate::automations::{Job, Kind, Payload};
use crate::bill::Bill;
use crate::gateway::model_ref::ModelRef;
use crate::money::Money;
use crate::simulate::costing::reach::named_in;
use crate::words::quoted;

impl<'a> Bill<'_, 'a> {
    /// What would make a job cheaper than it is: what is there to change, and what the file has to change it to.
    pub(super) fn options(&self, job: &Job, runner: &Runner<'a>, now: Money) -> Vec<Cheaper> {
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
}
