//! A config that was read, and what commands ask of it: the unit, the plan with what is put right before it, the report.

use std::sync::Arc;

use clawbeat::analysis::Analysis;
use clawbeat::bill::{Bill, best_options};
use clawbeat::document::Change;
use clawbeat::files::read::{Loaded, TextSource};
use clawbeat::money::{Money, Unit};
use clawbeat::plan::Plan;
use clawbeat::repair::{Mend, Repair};
use clawbeat::report::answer::ReportedFile;
use clawbeat::report::{GivenFlags, Question, Report, answer};
use clawbeat::rules::Verdict;
use clawbeat::simulate::observed::Observed;
use serde_json::Value;

use super::load::IncludeReader;
use super::options::QuestionOptions;

/// A config that was read, with the bytes it was read from.
pub(super) struct LoadedConfig {
    /// What was read.
    pub(super) loaded: Loaded,
    /// The path as the user would write it.
    pub(super) path: String,
    /// What it means.
    pub(super) analysis: Analysis,
    /// Reads the files it includes.
    pub(super) reader: IncludeReader,
    /// What is wrong with it and put right; the analysis is that of the fixed config. None where only findings are asked.
    pub(super) repair: Option<Repair>,
    /// What the gateway's records say, where the load was measured from them.
    pub(super) observed: Option<Observed>,
}

impl LoadedConfig {
    /// With what the linter can put right put right: what a report and a plan are about.
    pub(super) fn repaired(mut self) -> Self {
        self.repair = Some(self.analysis.repair());
        self
    }

    /// The unit of its amounts.
    pub(super) fn unit(&self, question: &QuestionOptions) -> Unit {
        question.billing.map_or_else(|| self.analysis.costing().unit(), |billing| billing.unit())
    }

    /// All that a plan writes: first what is put right.
    pub(super) fn changes(&self, plan: &Plan) -> Vec<Change> {
        self.fixes().iter().chain(plan.changes()).cloned().collect()
    }

    /// What is put right before anything is saved.
    pub(super) fn fixes(&self) -> &[Change] {
        self.repair.as_ref().map_or(&[], |repair| &repair.changes)
    }

    /// What is put right, for the reader.
    pub(super) fn mends(&self) -> &[Mend] {
        self.repair.as_ref().map_or(&[], |repair| &repair.mends)
    }

    /// What OpenClaw makes of the file as it is.
    #[cfg(feature = "fleet")]
    pub(super) fn verdict(&self) -> Verdict {
        self.repair.as_ref().map_or_else(|| self.analysis.verdict().0, |repair| repair.verdict)
    }

    /// Whether OpenClaw refuses the file as it is.
    pub(super) fn was_refused(&self) -> bool {
        self.repair.as_ref().is_some_and(|repair| repair.verdict == Verdict::Refused)
    }

    /// The config as it is written, includes merged.
    pub(super) fn written(&self) -> &Arc<Value> {
        self.repair.as_ref().map_or(&self.analysis.expanded.value, |repair| &repair.written)
    }

    /// The same config with changes made, as if it had been read so.
    pub(super) fn with(&self, changes: &[Change]) -> Option<LoadedConfig> {
        let analysis = self.analysis.with_changes(changes)?;
        let (loaded, path, reader) = (self.loaded.clone(), self.path.clone(), Arc::clone(&self.reader));
        Some(LoadedConfig { loaded, path, analysis, reader, repair: None, observed: None })
    }

    /// The typical month of the config as it is; `None` where a price is not known.
    pub(super) fn typical(&self, question: &QuestionOptions) -> Option<(Money, Unit)> {
        let costing = self.analysis.costing();
        let unit = self.unit(question);
        let agent = question.agent.as_ref().map(|id| id.to_lowercase());
        let month = Bill::new(&costing, unit).month(agent.as_deref());
        month.typical().map(|typical| (typical, unit))
    }

    /// The typical month's input-equivalent tokens of the config as it is, over the agents that are not counted in money.
    pub(super) fn typical_tokens(&self, question: &QuestionOptions) -> Option<Money> {
        let only = question.agent.as_ref().map(|id| id.to_lowercase());
        Bill::new(&self.analysis.costing(), Unit::Usd).tokens(only.as_deref())
    }

    /// What would make jobs beside the heartbeats cheaper, a line each. They stand in no config, so commands change them.
    pub(super) fn job_commands(&self, question: &QuestionOptions) -> Vec<String> {
        let unit = self.unit(question);
        let only = question.agent.as_ref().map(|id| id.to_lowercase());
        let costing = self.analysis.costing();
        let automations = Bill::new(&costing, unit).beside_heartbeats(&self.analysis.jobs, only.as_deref());
        best_options(&automations).iter().map(|(job, option)| option.in_words(job, unit)).collect()
    }

    /// What it costs now and after a plan.
    #[cfg(feature = "fleet")]
    pub(super) fn figures(&self, plan: &Plan, options: &QuestionOptions) -> clawbeat::report::Figures {
        let agent = options.agent.as_ref().map(|id| id.to_lowercase());
        let unit = options.billing.map(|billing| billing.unit());
        answer::figures(&self.analysis, plan, &Question { unit, only: agent.as_deref(), ..Question::default() })
    }

    /// The report on it; further commands repeat `plan_arguments`.
    pub(super) fn report(&self, plan: &Plan, options: &QuestionOptions, plan_arguments: Vec<String>) -> Report {
        self.answer(plan, options, GivenFlags { plan: plan_arguments, ..GivenFlags::default() }, Question::default())
    }

    /// The same with what else is asked.
    pub(super) fn answer(
        &self,
        plan: &Plan,
        options: &QuestionOptions,
        asked: GivenFlags,
        question: Question<'_>,
    ) -> Report {
        let mut warnings = Vec::new();
        if matches!(self.loaded.source, TextSource::File { symlink: true, .. }) {
            warnings.push(format!("{} is a symbolic link; OpenClaw itself wants a regular file", self.path));
        }
        let mut repair = self.repair.clone().unwrap_or_else(|| Repair::none(&self.analysis));
        if repair.verdict != Verdict::Valid {
            (repair.verdict_after, repair.problems_after) = self.verdict_with(&self.changes(plan));
        }
        let file = ReportedFile {
            path: self.path.clone(),
            sha256: self.loaded.fingerprint.sha256.clone(),
            repair,
            warnings,
            asked: GivenFlags { question: options.arguments(), ..asked },
        };
        let agent = options.agent.as_ref().map(|id| id.to_lowercase());
        let unit = options.billing.map(|billing| billing.unit());
        let measured = self.observed.clone();
        answer(&self.analysis, plan, file, &Question { unit, only: agent.as_deref(), measured, ..question })
    }
}
