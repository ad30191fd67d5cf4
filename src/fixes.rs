//! What the linter says of a config, and the fixes that it can make, round by round until nothing is left to fix.

use std::collections::HashMap;

use crate::analysis::Analysis;
use crate::document::{Change, Document, KeyPath, difference};
use crate::gateway::holder::NoHolder;
use crate::money::Unit;
use crate::plan::Bounds;
use crate::rules::{self, Advised, Context, Finding, Fix, Lint, Planner, Safety, Severity};
use crate::schema::GivenSchema;

/// Looks at a file that is being fixed; each fix brings up a few others at most.
const MOST_ROUNDS: usize = 12;

impl Analysis {
    /// What the linter says.
    pub fn lint(&self) -> Lint {
        self.lint_for(None, None, None)
    }

    /// What the linter says of the money of one agent or in one unit, and of the whole file by a schema.
    pub fn lint_for(&self, agent: Option<&str>, unit: Option<Unit>, schema: Option<&GivenSchema>) -> Lint {
        let costing = self.costing();
        let planner = || self.advised(agent, unit);
        let context = || {
            let context = Context::new(&self.document, &self.expanded, &self.release, &costing);
            context.with_jobs(&self.jobs).with_recorded(self.recorded.as_deref()).of(agent, unit).against(schema)
        };
        let lint = rules::lint(&context().advised_by(Planner(&planner)));
        let lint = match self.runs_otherwise_fixed(&lint) {
            true => Lint { is_without_costs: true, ..rules::lint(&context().without_money()) },
            false => lint,
        };
        self.with_fixes_that_can_be_written(lint)
    }

    /// What was found, without the fixes that no file can take: where several files make up a value, or one stands for it
    /// in several places and not all of them want the same.
    pub(crate) fn with_fixes_that_can_be_written(&self, mut lint: Lint) -> Lint {
        if self.expanded.includes.is_empty() {
            return lint;
        }
        let mut shared = Vec::new();
        for finding in &mut lint.findings {
            match finding.fix.as_ref().map(|fix| self.parts(&fix.changes)) {
                Some(Err(NoHolder::Shared { .. })) => shared.push(finding),
                Some(Err(_)) => finding.fix = None,
                Some(Ok(_)) | None => {}
            }
        }
        let together: Vec<Change> =
            shared.iter().filter_map(|finding| finding.fix.as_ref()).flat_map(|fix| fix.changes.clone()).collect();
        if self.parts(&together).is_err() {
            shared.into_iter().for_each(|finding| finding.fix = None);
        }
        lint
    }

    /// The changes of all fixes at least as safe as `safety`, and of those that then come up, until nothing is left to fix.
    /// `lint` says which findings count. Where files are included, only what can be fixed at once: the rest comes up when
    /// the files are read again.
    pub fn fixes(&self, safety: Safety, lint: &dyn Fn(&Analysis) -> Lint) -> Vec<Change> {
        let found = lint(self);
        if !self.expanded.includes.is_empty() {
            return found.changes(safety);
        }
        let mut fixed = self.fixed(&found, safety);
        for _ in 0..MOST_ROUNDS {
            let Some(next) = fixed.as_ref().and_then(|here| here.fixed(&lint(here), safety)) else { break };
            fixed = Some(next);
        }
        fixed.map(|fixed| difference(self.document.value(), fixed.document.value())).unwrap_or_default()
    }

    /// The config with the fixes of a lint made: those of what OpenClaw refuses alone, if there are any, as advice is for
    /// the file that it takes. `None` where none is made.
    fn fixed(&self, lint: &Lint, safety: Safety) -> Option<Analysis> {
        let is_asked = |finding: &Finding| finding.fix.as_ref().is_some_and(|fix| fix.safety <= safety);
        let is_error = |finding: &Finding| finding.severity == Severity::Error && is_asked(finding);
        self.made(&lint.fixes(is_error)).or_else(|| self.made(&lint.fixes(is_asked)))
    }

    /// The config with fixes made; one that cannot be made is left out. `None` where none is made.
    fn made(&self, fixes: &[(&Finding, &Fix)]) -> Option<Analysis> {
        let all: Vec<Change> = fixes.iter().flat_map(|(_, fix)| fix.changes.clone()).collect();
        let made = |document: &Document, changes: &[Change]| document.reread(document.apply(changes).ok()?).ok();
        let document = made(&self.document, &all).or_else(|| {
            let mut document = self.document.clone();
            for (_, fix) in fixes {
                document = made(&document, &fix.changes).unwrap_or(document);
            }
            Some(document)
        })?;
        (document.value() != self.document.value()).then(|| self.with(document))
    }

    /// What the plan of `diff` and `apply` changes, for the rules that advise the same settings.
    fn advised(&self, agent: Option<&str>, unit: Option<Unit>) -> Advised {
        let only = agent.map(str::to_ascii_lowercase);
        let bounds = Bounds { only, unit, ..Bounds::default() };
        let plan = self.unexplained_plan(&bounds);
        let agents = self.gateway.agents.iter().zip(&plan.agents);
        let chosen = agents.filter_map(|(agent, planned)| Some((agent.id.clone(), planned.as_ref()?.chosen.clone())));
        let chosen = chosen.collect();
        let placement = plan.placement.clone().unwrap_or_default();
        let edits: HashMap<&KeyPath, &Change> = placement.changes.iter().map(|change| (&change.path, change)).collect();
        let edit = |key: &KeyPath| edits.get(key).map(|edit| (*edit).clone());
        let keys = placement.keys.iter().flat_map(|(id, keys)| keys.iter().map(move |(lever, key)| (id, lever, key)));
        Advised::new(chosen, keys.filter_map(|(id, lever, key)| Some((id.clone(), *lever, edit(key)?))))
    }
}
