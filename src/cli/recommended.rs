//! What `diff` prints and `apply` makes: the recommended change of a config.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use clawbeat::document::secrets::secret_ranges;
use clawbeat::document::{Change, KeyPath};
use clawbeat::files::read::TextSource;
use clawbeat::gateway::Agent;
use clawbeat::patch::commands::{SettingToWrite, commands};
use clawbeat::patch::unified::{DiffSide, UnifiedDiff, unified};
use clawbeat::plan::fit::UNKNOWN;
use clawbeat::plan::{self, Explanation, Plan};
use clawbeat::releases::agent_id::normal_id;
use clawbeat::report::{mends, windows};
use clawbeat::rules::Verdict;
use clawbeat::simulate::SkipReason;
use clawbeat::words::rough_percent;

use super::edited_file::EditedFile;
use super::load;
use super::options::{ConfigOptions, QuestionOptions};
use super::output::complain;
use super::plan_options::PlanOptions;
use super::subject::LoadedConfig;

/// Reads a config and plans for it. Where there is nothing to change, it says why; the plan then has no changes.
pub(super) fn recommended(
    options: &ConfigOptions,
    bounds: &PlanOptions,
    explanation: Explanation,
) -> anyhow::Result<(LoadedConfig, Plan)> {
    let subject = load::subject(options)?;
    let bounds = bounds.bounds(&subject, &options.question)?;
    let plan = subject.analysis.explained_plan(&bounds, explanation);
    subject.say_stray_plan(&options.question);
    subject.narrate(&plan)?;
    subject.say_fixes();
    subject.say_newcomer(plan.changes());
    if subject.changes(&plan).is_empty() {
        let why = subject.why_no_plan(options.question.agent.as_deref());
        complain(&format!("{}: nothing to change{why}", subject.path));
    } else {
        subject.say_overflowing(options.question.agent.as_deref());
    }
    Ok((subject, plan))
}

/// Changes as `openclaw config set` lines.
pub(super) fn command_lines(changes: &[Change]) -> anyhow::Result<String> {
    let setting = |change: &Change| SettingToWrite { path: change.path.to_string(), value: change.to.clone() };
    Ok(commands(&changes.iter().map(setting).collect::<Vec<_>>())?)
}

/// Says what would make jobs cheaper, which no edit of a config does.
pub(super) fn tell_of_jobs(subject: &LoadedConfig, question: &QuestionOptions) {
    const NAMED: usize = 5;
    let commands = subject.job_commands(question);
    if !commands.is_empty() {
        complain("no config holds the jobs beside the heartbeats; these commands change them, each by itself:");
        commands.iter().take(NAMED).for_each(|command| complain(&format!("  {command}")));
    }
    if commands.len() > NAMED {
        complain(&format!("  and {} more: clawbeat report --full", commands.len() - NAMED));
    }
}

/// The files that hold the changes' keys, with the changes made.
pub(super) fn changed(subject: &LoadedConfig, changes: &[Change]) -> anyhow::Result<Vec<EditedFile>> {
    let hint = || format!("{}: use --format commands, or make the change by hand", subject.path);
    subject.edited_files(changes).with_context(hint)
}

/// The one file that holds the changes' keys: a saved plan names the bytes of one.
pub(super) fn changed_alone(subject: &LoadedConfig, changes: &[Change]) -> anyhow::Result<EditedFile> {
    let mut edited_files = changed(subject, changes)?;
    if edited_files.len() > 1 {
        let keys = |edited: &EditedFile| edited.keys.iter().map(KeyPath::to_string).collect::<Vec<_>>().join(", ");
        let files: String =
            edited_files.iter().map(|edited| format!("\n  {}: {}", edited.path, keys(edited))).collect();
        bail!(
            "a saved plan is for one file, and this change falls into {}; clawbeat apply makes it:{files}",
            edited_files.len()
        );
    }
    edited_files.pop().context("there is nothing to change")
}

/// The differences of files as one patch that fits where the command runs.
pub(super) fn unified_diffs(edited_files: &[EditedFile], include_secrets: bool) -> anyhow::Result<String> {
    edited_files.iter().map(|edited| Ok(unified_diff(edited, include_secrets)?.text)).collect()
}

/// The difference as a patch that fits where the command runs.
pub(super) fn unified_diff(edited: &EditedFile, include_secrets: bool) -> anyhow::Result<UnifiedDiff> {
    let diff = difference(edited, include_secrets)?;
    if diff.needs_unidiff_zero {
        complain("note: context lines that hold a secret are left out; git apply then needs --unidiff-zero");
    }
    Ok(diff)
}

/// A plan as a patch that every patch program takes and that shows no secret, if there is one.
pub(super) fn plain_patch(subject: &LoadedConfig, plan: &Plan) -> Option<String> {
    let edited_files = subject.edited_files(&subject.changes(plan)).ok()?;
    let diffs = edited_files.iter().map(|edited| difference(edited, false).ok());
    diffs.map(|diff| diff.filter(|diff| !diff.needs_unidiff_zero).map(|diff| diff.text)).collect()
}

fn difference(edited: &EditedFile, include_secrets: bool) -> anyhow::Result<UnifiedDiff> {
    let EditedFile { document, text, .. } = edited;
    let changed = document.reread(text.as_str())?;
    let (old_secrets, new_secrets) = (secret_ranges(document), secret_ranges(&changed));
    let old = DiffSide { text: document.text(), secrets: &old_secrets };
    let new = DiffSide { text, secrets: &new_secrets };
    Ok(unified(&name_from_here(&edited.loaded.source), old, new, include_secrets)?)
}

/// The file's path for someone who applies a patch in the working directory: without links, which patch programs do not
/// follow; only the name where the file lies elsewhere.
fn name_from_here(source: &TextSource) -> String {
    let TextSource::File { real, .. } = source else { return "openclaw.json".to_owned() };
    let here = std::env::current_dir().and_then(std::fs::canonicalize);
    let inside = here.ok().and_then(|here| real.strip_prefix(here).ok());
    let name = inside.or(real.file_name().map(Path::new)).unwrap_or(real);
    name.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn is_asked(agent: &Agent, only: Option<&str>) -> bool {
    only.is_none_or(|id| agent.id.eq_ignore_ascii_case(id))
}

impl LoadedConfig {
    /// Says what is put right before anything is saved.
    pub(super) fn say_fixes(&self) {
        mends::sentences(self.mends()).iter().for_each(|fix| complain(&format!("fixed first: {fix}")));
    }

    /// Says that the plan which was named pays for nothing here.
    pub(super) fn say_stray_plan(&self, question: &QuestionOptions) {
        let only = question.agent.as_ref().map(|id| normal_id(id));
        windows::stray(&self.analysis, only.as_deref())
            .into_iter()
            .for_each(|text| complain(&format!("warning: {text}")));
    }

    /// What OpenClaw says of the config with all of some changes made to it as it is written.
    pub(super) fn verdict_with(&self, changes: &[Change]) -> (Verdict, Vec<String>) {
        let mut tree = Arc::clone(self.written());
        let whole = Arc::make_mut(&mut tree);
        let made = changes.iter().try_for_each(|change| change.make(whole));
        made.map_or_else(|error| (Verdict::Refused, vec![error.to_string()]), |()| self.analysis.verdict_of(&tree))
    }

    /// Says what changes mean for agents that are added later.
    pub(super) fn say_newcomer(&self, changes: &[Change]) {
        self.analysis.newcomer(changes).into_iter().for_each(|newcomer| complain(&format!("note: {newcomer}")));
    }

    /// The reasons for which agents have no plan; `only` asks for one of them.
    fn why_no_plan(&self, only: Option<&str>) -> String {
        let costing = self.analysis.costing();
        let agents = self.analysis.gateway().agents.iter().filter(|agent| is_asked(agent, only));
        let reasons = agents.filter_map(|agent| {
            let reason = plan::why_not(&costing, agent)?;
            Some(format!("\n  agent '{}': {reason}", agent.id))
        });
        reasons.collect()
    }

    /// Says whose timer fires each millisecond, which no recommended change mends.
    fn say_overflowing(&self, only: Option<&str>) {
        let costing = self.analysis.costing();
        let is_over = |agent: &&Agent| costing.always_skipped(agent) == Some(SkipReason::TimerOverflow);
        for agent in self.analysis.gateway().agents.iter().filter(|agent| is_asked(agent, only)).filter(is_over) {
            let why = plan::why_not(&costing, agent).unwrap_or_default();
            complain(&format!("warning: agent '{}': {why}", agent.id));
        }
    }

    /// Says why there is no plan where a reader would expect one.
    fn narrate(&self, plan: &Plan) -> anyhow::Result<()> {
        if let Some(warning) = &self.analysis.release.warning {
            complain(&format!("warning: {warning}"));
        }
        plan.notes.iter().for_each(|note| complain(&format!("warning: {note}")));
        if let Some(budget) = plan.budget.filter(|budget| budget.reached != Some(true)) {
            let why = match budget.reached {
                Some(_) => "nothing within these bounds comes under it",
                None => "a price is not known",
            };
            complain(&format!("warning: the budget of {} may not be kept: {why}", budget.amount));
        }
        if let Some(fit) = plan.fit {
            let jobs = if fit.jobs_share.is_some() { " with the jobs" } else { "" };
            match (fit.reached, fit.share) {
                (None, _) | (_, None) => bail!("{}: nothing can be fitted: {UNKNOWN}", self.path),
                (Some(false), Some(share)) => complain(&format!(
                    "warning: --fit {}% is not kept: the plan leads to {}{jobs}",
                    fit.percent,
                    rough_percent(share)
                )),
                (Some(true), _) => {}
            }
        }
        match &plan.placement {
            Err(reason) if plan.moves() => bail!("the plan cannot be written: {reason}"),
            _ => Ok(()),
        }
    }
}
