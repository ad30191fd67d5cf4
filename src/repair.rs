//! What has to be right before there is anything to save: the linter's own fixes for what makes OpenClaw refuse a file.
//! A plan is made on the fixed config, so that it moves the settings that the user wrote instead of adding others beside
//! them, and its changes begin with these.

pub mod at_start;

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::analysis::Analysis;
use crate::document::{Change, KeyPath, Segment};
use crate::gateway::{Agent, Gateway};
use crate::rules::{self, Context, Finding, Lint, Safety, Severity, Verdict};
use crate::secrets::credentials::looks_like_secret;
use crate::secrets::keys::is_secret_key;
use crate::secrets::tree::secret_paths;
use crate::simulate::costing::Choice;

/// A fix may bring the next fault to light; more rounds than this are a circle.
const ROUNDS: usize = 8;

/// One key that is put right before anything is saved.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mend {
    /// The key.
    pub path: KeyPath,
    /// What it holds; null where it is not there. A secret is `"***"`.
    pub from: Value,
    /// What it shall hold; null where it goes. A secret is `"***"`.
    pub to: Value,
    /// What is wrong, and what would be right.
    pub reason: String,
    /// The rule that says so.
    pub rule: &'static str,
}

/// What is wrong with a file, what of it is put right, and what is left.
#[derive(Clone, Debug, PartialEq)]
pub struct Repair {
    /// Whether OpenClaw takes the file as it is.
    pub verdict: Verdict,
    /// Why it does not.
    pub problems: Vec<String>,
    /// What is put right, for the reader.
    pub mends: Vec<Mend>,
    /// The same as changes of the config, in the order in which they are made.
    pub changes: Vec<Change>,
    /// Whether OpenClaw takes the file then.
    pub verdict_after: Verdict,
    /// Why it still does not.
    pub problems_after: Vec<String>,
    /// The config as it is written, includes merged.
    pub written: Arc<Value>,
}

impl Repair {
    /// Nothing is put right: only what OpenClaw says of the config.
    pub fn none(analysis: &Analysis) -> Self {
        Repair::said(analysis, &analysis.lint_without_money())
    }

    /// What OpenClaw says of the config, of which a lint was made.
    fn said(analysis: &Analysis, lint: &Lint) -> Self {
        let (verdict, problems) = (lint.verdict, messages(&lint.findings));
        Repair {
            verdict,
            problems: problems.clone(),
            mends: Vec::new(),
            changes: Vec::new(),
            verdict_after: verdict,
            problems_after: problems,
            written: Arc::clone(&analysis.expanded.value),
        }
    }
}

impl Analysis {
    /// Puts right what the linter can and OpenClaw refuses; the analysis is then that of the fixed config. What OpenClaw
    /// repairs by itself is done the same way only where it comes to the same.
    pub fn repair(&mut self) -> Repair {
        let mut found = self.lint_without_money();
        let as_it_is = Repair::said(self, &found);
        let (mut mends, mut changes) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            if found.verdict == Verdict::Valid || !self.repair_once(&found, &mut mends, &mut changes) {
                break;
            }
            found = self.lint_without_money();
        }
        if mends.is_empty() {
            return as_it_is;
        }
        let (verdict_after, problems_after) = self.verdict();
        Repair { mends, changes, verdict_after, problems_after, ..as_it_is }
    }

    /// Makes each fix of a fault that can be made; whether there was one.
    fn repair_once(&mut self, lint: &Lint, mends: &mut Vec<Mend>, changes: &mut Vec<Change>) -> bool {
        let before = mends.len();
        let made_by_start = lint.verdict == Verdict::Repaired;
        let is_fault = |finding: &Finding| {
            let safe = finding.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe);
            finding.severity == Severity::Error && (safe || !made_by_start)
        };
        for (finding, fix) in lint.fixes(is_fault) {
            let fix = fix.changes.clone();
            let mut tree = Value::clone(&self.expanded.value);
            let froms: Vec<Value> =
                fix.iter().map(|change| change.path.resolve(&tree).cloned().unwrap_or_default()).collect();
            let is_made = fix.iter().all(|change| change.make(&mut tree).is_ok());
            let all: Vec<Change> = changes.iter().chain(&fix).cloned().collect();
            if !is_made || tree == *self.expanded.value || !self.can_write(&all) {
                continue;
            }
            let tree = Arc::new(tree);
            let gateway = self.read_as(&tree, self.release.version);
            if made_by_start && !runs_alike(&self.gateway, &gateway) {
                continue;
            }
            self.take(tree, gateway);
            *changes = all;
            mends.extend(fix.into_iter().zip(froms).map(|(change, from)| mend(finding, change, &from)));
        }
        mends.len() > before
    }

    /// Whether OpenClaw refuses the config, and with its faults put right other agents would run, or otherwise: what the config
    /// costs as it is, nobody will ever pay.
    pub(crate) fn runs_otherwise_fixed(&self, lint: &Lint) -> bool {
        if lint.verdict != Verdict::Refused || lint.together.is_empty() {
            return false;
        }
        let fixes = lint.fixes(|finding| finding.severity == Severity::Error);
        let mut tree = Value::clone(&self.expanded.value);
        let changes = fixes.iter().flat_map(|(_, fix)| &fix.changes);
        let made = changes.filter(|change| change.make(&mut tree).is_ok()).count();
        made > 0 && !runs_alike(&self.gateway, &self.read_as(&Arc::new(tree), self.release.version))
    }

    /// Whether the files that hold the keys can take these changes; the text of an included one is tried when it is written.
    fn can_write(&self, changes: &[Change]) -> bool {
        let Ok(parts) = self.parts(changes) else { return false };
        let mut own = parts.iter().filter(|part| part.file.is_none());
        own.all(|part| self.document.apply(&part.inside).is_ok())
    }

    /// What OpenClaw says of the config, as far as the linter knows it.
    pub fn verdict(&self) -> (Verdict, Vec<String>) {
        self.judged(&self.gateway)
    }

    /// What OpenClaw would say of a changed tree of the config.
    pub fn verdict_of(&self, tree: &Arc<Value>) -> (Verdict, Vec<String>) {
        self.judged(&self.read_as(tree, self.release.version))
    }

    fn judged(&self, gateway: &Gateway) -> (Verdict, Vec<String>) {
        let costing = self.costing_of(gateway);
        let (verdict, errors) = rules::judged(&Context::new(&self.document, &self.expanded, &self.release, &costing));
        (verdict, messages(&errors))
    }

    fn lint_without_money(&self) -> Lint {
        let costing = self.costing();
        let context = Context::new(&self.document, &self.expanded, &self.release, &costing);
        self.with_fixes_that_can_be_written(rules::lint(&context.without_money()))
    }
}

/// What of some findings makes OpenClaw refuse or repair a file.
fn messages(findings: &[Finding]) -> Vec<String> {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    let said = |finding: &Finding| match (finding.path.to_string(), &finding.message) {
        (path, message) if message.contains(&path) => message.clone(),
        (path, message) => format!("{path}: {message}"),
    };
    errors.map(said).collect()
}

fn mend(finding: &Finding, change: Change, from: &Value) -> Mend {
    let help = finding.help.as_ref().map_or(String::new(), |help| format!("; {help}"));
    Mend {
        from: shown(&change.path, from),
        to: shown(&change.path, &change.to.unwrap_or_default()),
        path: change.path,
        reason: format!("{}{help}", finding.message),
        rule: finding.rule,
    }
}

/// A value as it may be printed: `"***"` where it is or holds a secret.
pub fn shown(path: &KeyPath, value: &Value) -> Value {
    let is_secret = path.segments().iter().any(|segment| match segment {
        Segment::Key(key) => is_secret_key(key),
        Segment::Index(_) => false,
    });
    let holds_secret = is_secret || looks_like_secret(&value.to_string()) || !secret_paths(value).is_empty();
    if holds_secret && !value.is_null() && !value.is_boolean() { Value::from("***") } else { value.clone() }
}

/// Whether the same agents run, under the same settings.
fn runs_alike(one: &Gateway, other: &Gateway) -> bool {
    let runs = |gateway: &Gateway| -> Vec<_> {
        let agent = |agent: &Agent| {
            let settings = &agent.settings;
            let beside = (settings.primary_model.clone(), settings.delivery.clone(), settings.target.value.clone());
            (agent.id.clone(), agent.enrolment.is_enrolled(), Choice::present(agent), beside)
        };
        gateway.agents.iter().map(agent).collect()
    };
    runs(one) == runs(other)
}
